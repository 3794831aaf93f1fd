//! `childfirst import ssda903`: a council's return on looked-after children, as council records.
//!
//! Police incidents are never touched. A table that was not handed over says nothing: what the record holds of it for
//! the same year stays.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::council::{
    Absence, AbsenceKind, CareEpisode, Command, Council, CouncilChild, Event, Header, Source,
};
use cf_exchange::ssda903::{self, AuthorityCode, CollectionYear, FileKind, Options, Return903, read_return};
use cf_exchange::{self as exchange, Coded, Limits, RowOutcome, Sex};
use cf_kernel::{CouncilChildId, Decider as _, Private, StreamId};
use cf_store::{Import, ImportRow, StreamAppend, state_of};
use sha2::{Digest as _, Sha256};

use super::pipeline::command;
use super::report::{Changes, FileImport, ImportReport, Totals, Watch, account_for};
use super::{imported_id, unreadable};
use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// Children in one transaction.
const CHUNK: usize = 250;
/// How many earlier imports are looked through for the same file under another council.
const EARLIER: u32 = 10_000;

/// A return as it was handed over.
#[derive(Debug, Clone)]
pub struct CouncilReturn {
    /// The council whose return it is.
    pub authority: AuthorityCode,
    /// Each file: its name and its bytes. Which table it holds is told by its headers.
    pub files: Vec<(String, Vec<u8>)>,
    /// The collection year; without one, the year most dates fall in.
    pub year: Option<CollectionYear>,
    /// Last year's Missing file, for rule 576.
    pub missing_last_year: Option<(String, Vec<u8>)>,
}

/// Which tables were handed over.
#[derive(Debug, Clone, Copy)]
struct Tables {
    missing: bool,
    header: bool,
    episodes: bool,
}

/// What was read, and its account.
struct Read {
    children: Vec<ssda903::CouncilChild>,
    lines: HashMap<String, Vec<u64>>,
    tables: Tables,
    year: Option<CollectionYear>,
    year_inferred: bool,
    files: Vec<FileImport>,
    hashes: Vec<[u8; 32]>,
    rows: Vec<Vec<ImportRow>>,
    account: exchange::Account,
    /// Names the whole set of files, so that the same set is known again and another set is not taken for it.
    set: String,
}

impl App {
    /// Imports a return, or tells what that would do when `dry_run`. The same return again changes nothing.
    ///
    /// # Errors
    /// A denial; files that cannot be read as one return (field `file`); `year_unknown` when no date tells the year;
    /// `another_authority` when the same file was imported under another council; a fault.
    #[boxed]
    pub async fn import_ssda903(
        &self,
        caller: &Caller,
        files: CouncilReturn,
        watch: Arc<dyn Watch>,
        dry_run: bool,
    ) -> Result<ImportReport, Problem> {
        self.authorise(caller, Action::ImportData, &Resource::desk(), &[]).await?;
        let authority = files.authority.to_string();
        let watching = Arc::clone(&watch);
        let read = tokio::task::spawn_blocking(move || read_all(&files, &*watching));
        let mut read = read.await.map_err(Problem::fault)??;
        let year = read.year.map(|year| year.to_string());
        if read.files.iter().all(|file| !file.used) {
            return Err(Problem::invalid(
                "file",
                "None of the files is a table of the return that is imported.",
            ));
        }
        let Some(collection_year) = read.year else {
            return Err(Problem::Refused {
                code: "year_unknown",
                message: "no date in the files tells the collection year".into(),
                next_step: "Say which year the return is for, such as 2024-25.",
            });
        };
        self.not_of_another(&authority, &read).await?;
        let mapping = format!("ssda903/{authority}/{collection_year}/{}", read.set);
        for (file, hash) in read.files.iter_mut().zip(&read.hashes) {
            let earlier = self.store.import_of(hash, &mapping, 1).await?;
            file.imported_before = earlier.map(|import| import.at.to_string());
        }
        let changes =
            self.state_children(caller, &authority, collection_year, &read, &*watch, dry_run).await?;
        if !dry_run {
            self.keep_files(caller, &mapping, &mut read).await?;
        }
        Ok(ImportReport {
            kind: "ssda903",
            dry_run,
            files: read.files,
            account: read.account,
            changes,
            year,
            year_inferred: read.year_inferred,
        })
    }

    /// A file carries no name of its council, so that a wrong one is noticed only when the file came before under another.
    async fn not_of_another(&self, authority: &str, read: &Read) -> Result<(), Problem> {
        let mine = format!("ssda903/{authority}/");
        for earlier in self.store.imports(EARLIER).await? {
            if earlier.kind != "ssda903"
                || earlier.mapping.starts_with(&mine)
                || !read.hashes.contains(&earlier.file_hash)
            {
                continue;
            }
            let other = earlier.mapping.split('/').nth(1).unwrap_or_default().to_owned();
            return Err(Problem::Refused {
                code: "another_authority",
                message: format!(
                    "a file of this return was imported for authority {other} on {}, and this says {authority}",
                    earlier.at
                ),
                next_step: "Import the file under the authority it came from.",
            });
        }
        Ok(())
    }

    async fn state_children(
        &self,
        caller: &Caller,
        authority: &str,
        year: CollectionYear,
        read: &Read,
        watch: &dyn Watch,
        dry_run: bool,
    ) -> Result<Changes, Problem> {
        let mut changes = Changes::default();
        let about = read.children.len() as u64;
        let file = read.files.iter().filter(|file| file.used).map(|file| file.sha256.as_str());
        let file = file.collect::<Vec<_>>().join(" ");
        let mut done = 0;
        for children in read.children.chunks(CHUNK) {
            let id = |child: &ssda903::CouncilChild| {
                CouncilChildId::from_uuid(imported_id(
                    &self.store,
                    "import/council-child",
                    authority,
                    &child.local_id,
                ))
            };
            let ids: Vec<CouncilChildId> = children.iter().map(id).collect();
            let streams: Vec<StreamId> = ids.iter().map(|id| (*id).into()).collect();
            let events = self.store.load_many(&streams).await?;
            let mut grown = Vec::new();
            for ((child, id), stream) in children.iter().zip(&ids).zip(&streams) {
                let mut loaded = Loaded::<Council>::new(*stream);
                if let Some(events) = events.get(stream) {
                    loaded.state = state_of::<Council>(events)?;
                    loaded.version = events.last().map_or(0, |event| event.version);
                }
                let lines = read.lines.get(&child.local_id).cloned().unwrap_or_default();
                let source = Source { file: file.clone(), format: "ssda903".to_owned(), lines };
                let added = self.state_child(caller, child, *id, year, read.tables, &loaded, source)?;
                let counted = match (&added, loaded.version) {
                    (Some(_), 0) => &mut changes.children_new,
                    (Some(_), _) => &mut changes.children_changed,
                    (None, _) => &mut changes.children_same,
                };
                *counted += 1;
                grown.extend(added);
            }
            if !dry_run && !grown.is_empty() {
                changes.events +=
                    grown.iter().map(|stream: &StreamAppend| stream.events.len() as u64).sum::<u64>();
                self.store.append(command(self, caller, self.now(), grown)).await?;
            }
            done += children.len() as u64;
            watch.rows(done, about);
        }
        Ok(changes)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one child of one return, with all that is known around it"
    )]
    fn state_child(
        &self,
        caller: &Caller,
        child: &ssda903::CouncilChild,
        id: CouncilChildId,
        year: CollectionYear,
        tables: Tables,
        loaded: &Loaded<Council>,
        source: Source,
    ) -> Result<Option<StreamAppend>, Problem> {
        // The record names a year by the March it ends in.
        let year = year.begins() + 1;
        let mut record = stated(child, year);
        if let Some((known, ..)) = loaded.state.years.get(&year) {
            if !tables.header {
                record.header = known.header.clone();
            }
            if !tables.episodes {
                record.episodes.clone_from(&known.episodes);
            }
            if !tables.missing {
                record.absences.clone_from(&known.absences);
            }
        }
        let now = self.now();
        let command = Command { by: caller.actor.clone(), now, record, source };
        let events = Council::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
        if events.is_empty() {
            return Ok(None);
        }
        loaded.grow(id.into(), &events, |Event::Stated { at, .. }| Some(*at), now).map(Some)
    }

    async fn keep_files(&self, caller: &Caller, mapping: &str, read: &mut Read) -> Result<(), Problem> {
        for ((file, hash), rows) in read.files.iter().zip(&read.hashes).zip(&read.rows) {
            if !file.used || file.imported_before.is_some() {
                continue;
            }
            let import = Import {
                id: uuid::Uuid::now_v7(),
                file_hash: *hash,
                kind: "ssda903".to_owned(),
                mapping: mapping.to_owned(),
                mapping_version: 1,
                counts: serde_json::to_string(&file.account).map_err(Problem::fault)?,
                at: self.now(),
                by: caller.actor.user,
            };
            self.keep_account(caller, &import, rows).await?;
        }
        Ok(())
    }
}

/// What a return says of a child, in the record's words.
fn stated(child: &ssda903::CouncilChild, year: i16) -> CouncilChild {
    let sex = match &child.sex {
        None => String::new(),
        Some(Coded::Known(Sex::Male)) => "M".to_owned(),
        Some(Coded::Known(Sex::Female)) => "F".to_owned(),
        Some(Coded::Known(Sex::NotKnown)) => "U".to_owned(),
        Some(Coded::Raw(raw)) => raw.clone(),
    };
    let ethnicity = match &child.ethnicity {
        None => String::new(),
        Some(Coded::Known(code)) => (*code).to_owned(),
        Some(Coded::Raw(raw)) => raw.clone(),
    };
    let header = Header { sex, born_on: child.dob, ethnicity, upn: child.upn.clone().unwrap_or_default() };
    let absences = child.periods.iter().map(|period| Absence {
        kind: match period.kind {
            ssda903::AbsenceKind::Missing => AbsenceKind::Missing,
            ssda903::AbsenceKind::Away => AbsenceKind::Away,
        },
        from: period.start,
        to: period.end,
    });
    let episodes = child.episodes.iter().map(|episode| CareEpisode {
        from: episode.start,
        to: episode.end,
        legal_status: episode.legal_status.clone(),
        placement: episode.placement.clone(),
        reason_ceased: episode.reason_ended.clone(),
    });
    CouncilChild {
        authority: child.authority.to_string(),
        year,
        local_id: Private::Known(child.local_id.clone()),
        header: Private::Known(header),
        episodes: episodes.collect(),
        absences: absences.collect(),
    }
}

fn read_all(given: &CouncilReturn, watch: &dyn Watch) -> Result<Read, Problem> {
    let limits = Limits::default();
    let source = |(name, bytes): &'_ (String, Vec<u8>)| -> Result<(), Problem> {
        exchange::look(name.as_str(), bytes.as_slice(), &limits)
            .map(|_| ())
            .map_err(|error| unreadable(name, &error))
    };
    given.files.iter().chain(&given.missing_last_year).try_for_each(source)?;
    // Checked just now, so that none is left out here.
    let sources =
        given.files.iter().filter_map(|(name, bytes)| exchange::Source::new(name, bytes, &limits).ok());
    let (mut used, mut twice): (Vec<exchange::Source<'_>>, Vec<exchange::Source<'_>>) =
        (Vec::new(), Vec::new());
    for source in sources {
        let known = used.iter().any(|earlier| earlier.sha256 == source.sha256);
        if known { &mut twice } else { &mut used }.push(source);
    }
    let last = given.missing_last_year.as_ref();
    let last = last.and_then(|(name, bytes)| exchange::Source::new(name, bytes, &limits).ok());
    let options = Options {
        authority: given.authority.clone(),
        year: given.year,
        missing_last_year: last.as_ref(),
        limits,
    };
    let read = read_return(&used, &options).map_err(|error| unreadable("the return", &error))?;
    Ok(account(read, &used, &twice, watch))
}

fn account(
    read: Return903,
    used: &[exchange::Source<'_>],
    twice: &[exchange::Source<'_>],
    watch: &dyn Watch,
) -> Read {
    let mut hashes: Vec<[u8; 32]> = used.iter().map(|source| *source.sha256.bytes()).collect();
    let set = set_name(&hashes);
    let (mut files, mut rows) = (Vec::new(), Vec::new());
    let mut tables = Tables { missing: false, header: false, episodes: false };
    for file in &read.files {
        let mut totals = Totals::default();
        let name = &file.file_name;
        let (what, mine) = match &file.kind {
            FileKind::Imported("Missing") => {
                tables.missing = true;
                ("Missing".to_owned(), table_rows(&read.missing, name, watch, &mut totals))
            }
            FileKind::Imported("Header") => {
                tables.header = true;
                ("Header".to_owned(), table_rows(&read.header, name, watch, &mut totals))
            }
            FileKind::Imported(table) => {
                tables.episodes = true;
                ((*table).to_owned(), table_rows(&read.episodes, name, watch, &mut totals))
            }
            FileKind::NotYetImported(table) => (format!("{table}: not imported yet"), Vec::new()),
            FileKind::Unknown => ("not a table of the return".to_owned(), Vec::new()),
            FileKind::Unreadable(error) => (format!("cannot be read: {error}"), Vec::new()),
        };
        rows.push(mine);
        files.push(FileImport {
            file_name: name.clone(),
            sha256: file.sha256.to_string(),
            what,
            used: matches!(file.kind, FileKind::Imported(_)),
            imported_before: None,
            unused_columns: file.unmatched_columns.clone(),
            account: file.account,
            rules: totals.finish(),
        });
    }
    for source in twice {
        let first = used.iter().find(|file| file.sha256 == source.sha256);
        let first = first.map_or("", |file| file.file_name.as_str());
        hashes.push(*source.sha256.bytes());
        rows.push(Vec::new());
        files.push(FileImport {
            file_name: source.file_name.clone(),
            sha256: source.sha256.to_string(),
            what: format!("the same file as {first}, which stands for both"),
            used: false,
            imported_before: None,
            unused_columns: Vec::new(),
            account: exchange::Account::default(),
            rules: Vec::new(),
        });
    }
    let lines = lines(&read);
    let Return903 { children, year, year_inferred, account, .. } = read;
    Read { children, lines, tables, year, year_inferred, files, hashes, rows, account, set }
}

fn table_rows<T>(
    outcomes: &[RowOutcome<T>],
    file: &str,
    watch: &dyn Watch,
    totals: &mut Totals,
) -> Vec<ImportRow> {
    outcomes.iter().map(|outcome| account_for(outcome, &[], file, watch, totals)).collect()
}

/// The lines that speak of each child, over all tables.
fn lines(read: &Return903) -> HashMap<String, Vec<u64>> {
    let mut lines: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let missing = read.missing.iter().filter_map(|row| Some((row.value()?.child.as_str(), row.line)));
    let header = read.header.iter().filter_map(|row| Some((row.value()?.child.as_str(), row.line)));
    let episodes = read.episodes.iter().filter_map(|row| Some((row.value()?.child.as_str(), row.line)));
    for (child, line) in missing.chain(header).chain(episodes) {
        lines.entry(child).or_default().push(line);
    }
    lines.into_iter().map(|(child, lines)| (child.to_owned(), lines)).collect()
}

fn set_name(hashes: &[[u8; 32]]) -> String {
    let mut sorted = hashes.to_vec();
    sorted.sort_unstable();
    let digest = Sha256::digest(sorted.concat());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
