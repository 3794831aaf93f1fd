//! `childfirst import partner`: an extract of what a partner agency holds, read by a mapping profile.
//!
//! Each child of the agency becomes a record of its own beside the police record. Nothing is linked here: that is asked
//! of people afterwards.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::partner::{
    Agency, AgencyKind, Command, Entry, EntryKind, Event, Partners, Person, Source, Told,
};
use cf_exchange::partner::{PartnerEntry, PartnerExtract, PartnerProfile};
use cf_exchange::{Account, Coded, Limits, ReadError, Sex, SourceFacts};
use cf_kernel::{CalendarDay, Decider as _, PartnerRecordId, Private, StreamId, Timestamp};
use cf_store::{ImportRow, StreamAppend, state_of};

use super::extract::{Extract, ExtractDryRun};
use super::pipeline::command;
use super::report::{Changes, ImportReport, Note, Totals, Watch, account_for};
use super::{imported_id, unreadable};
use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// Children in one transaction.
const CHUNK: usize = 250;
/// The watcher is told after so many rows.
const TELL: u64 = 1_000;

/// What was read of one file.
struct Read {
    /// Each child's entries with their lines, by the agency's reference of the child.
    children: BTreeMap<String, Vec<(u64, PartnerEntry)>>,
    rows: Vec<ImportRow>,
    account: Account,
    totals: Totals,
    unused_columns: Vec<String>,
}

impl App {
    /// Imports an extract of a partner. An entry that is there by the same reference is stated again when it differs;
    /// what an extract leaves out stays. The same file again with this version of the profile changes nothing.
    ///
    /// # Errors
    /// A denial; a file that cannot be read (field `file`); `another_agency` when the profile's source system was used
    /// for another agency; a fault. Chunks written before a fault stay, and the same file again completes them.
    #[boxed]
    pub async fn import_partner(
        &self,
        caller: &Caller,
        profile: &PartnerProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
    ) -> Result<ImportReport, Problem> {
        self.partner(caller, profile, extract, watch, false).await
    }

    /// What [`App::import_partner`] would do. Nothing is written but the access log.
    ///
    /// # Errors
    /// As [`App::import_partner`].
    #[boxed]
    pub async fn dry_run_partner(
        &self,
        caller: &Caller,
        profile: &PartnerProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
    ) -> Result<ExtractDryRun, Problem> {
        let report = self.partner(caller, profile, extract, watch, true).await?;
        Ok(ExtractDryRun { reading: extract.dry_run(profile, self.now()).await?, report })
    }

    async fn partner(
        &self,
        caller: &Caller,
        profile: &PartnerProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
        dry_run: bool,
    ) -> Result<ImportReport, Problem> {
        self.authorise(caller, Action::ImportData, &Resource::desk(), &[]).await?;
        let mut begun = self.begin_extract("partner", profile, extract, dry_run).await?;
        if begun.is_known() {
            return self.tell_again(begun, &*watch).await;
        }
        let (name, facts) = (extract.name(), begun.facts.clone());
        let reading = (profile.clone(), extract.clone(), facts.clone(), Arc::clone(&watch));
        let now = self.now();
        let read = tokio::task::spawn_blocking(move || {
            read_all(&reading.0, &reading.1, &reading.2, now, &*reading.3)
        });
        let read = read.await.map_err(Problem::fault)?.map_err(|error| unreadable(&name, &error))?;
        let changes = self.state_partners(caller, profile, &facts, read.children, &*watch, dry_run).await?;
        begun.has_read(read.account, read.unused_columns, read.totals, changes);
        self.end_extract(caller, begun, &read.rows).await
    }

    async fn state_partners(
        &self,
        caller: &Caller,
        profile: &PartnerProfile,
        facts: &SourceFacts,
        children: BTreeMap<String, Vec<(u64, PartnerEntry)>>,
        watch: &dyn Watch,
        dry_run: bool,
    ) -> Result<Changes, Problem> {
        let agency =
            agency(profile).ok_or_else(|| Problem::invalid("mapping", "The profile names no agency."))?;
        let mut changes = Changes::default();
        let about = children.len() as u64;
        let children: Vec<_> = children.into_iter().collect();
        let mut done = 0;
        for some in children.chunks(CHUNK) {
            let id = |reference: &str| {
                let system = &profile.source_system;
                PartnerRecordId::from_uuid(imported_id(&self.store, "import/partner", system, reference))
            };
            let ids: Vec<PartnerRecordId> = some.iter().map(|(reference, _)| id(reference)).collect();
            let streams: Vec<StreamId> = ids.iter().map(|id| (*id).into()).collect();
            let events = self.store.load_many(&streams).await?;
            let mut grown: Vec<StreamAppend> = Vec::new();
            for (((reference, rows), id), stream) in some.iter().zip(&ids).zip(&streams) {
                let mut loaded = Loaded::<Partners>::new(*stream);
                if let Some(events) = events.get(stream) {
                    loaded.state = state_of::<Partners>(events)?;
                    loaded.version = events.last().map_or(0, |event| event.version);
                }
                let now = self.now();
                let source = Source {
                    file: facts.sha256.to_string(),
                    mapping: format!("{} {}", profile.name, profile.version),
                    lines: rows.iter().map(|(line, _)| *line).collect(),
                };
                let command = Command {
                    by: caller.actor.clone(),
                    now,
                    agency: agency.clone(),
                    reference: reference.as_str().into(),
                    person: person(rows),
                    entries: rows.iter().filter_map(|(_, row)| entry(row)).collect(),
                    source,
                };
                let events =
                    Partners::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
                let counted = match (events.is_empty(), loaded.version) {
                    (true, _) => &mut changes.children_same,
                    (false, 0) => &mut changes.children_new,
                    (false, _) => &mut changes.children_changed,
                };
                *counted += 1;
                if !events.is_empty() {
                    grown.push(loaded.grow((*id).into(), &events, Event::occurred_at, now)?);
                }
            }
            if !dry_run && !grown.is_empty() {
                changes.events += grown.iter().map(|stream| stream.events.len() as u64).sum::<u64>();
                self.store.append(command(self, caller, self.now(), grown)).await?;
            }
            done += some.len() as u64;
            watch.rows(done, about);
        }
        Ok(changes)
    }
}

fn read_all(
    profile: &PartnerProfile,
    extract: &Extract,
    facts: &SourceFacts,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Read, ReadError> {
    let mut rows = PartnerExtract::new(profile, extract.open()?, Limits::default(), Some(now))?;
    let unused_columns = rows.columns().unmatched;
    let (mut children, mut account, mut totals) = (BTreeMap::new(), Vec::new(), Totals::default());
    let about = facts.lines.saturating_sub(1);
    let (mut done, mut noted) = (0, 0);
    let mut born: HashMap<String, CalendarDay> = HashMap::new();
    for outcome in rows.by_ref() {
        let outcome = outcome?;
        let mut notes = Vec::new();
        if let Some((row, dob)) = outcome.value().and_then(|row| Some((row, row.dob?)))
            && *born.entry(row.person_ref.clone()).or_insert(dob) != dob
        {
            notes.push(Note {
                rule: "CF-CHILD-DIFFERS",
                fields: &["person_ref", "dob"],
                message: "an earlier row gives this person another date of birth: one reference for two children?",
            });
            noted += 1;
        }
        account.push(account_for(&outcome, &notes, &facts.file_name, watch, &mut totals));
        if let Some(row) = outcome.value() {
            let of: &mut Vec<_> = children.entry(row.person_ref.clone()).or_default();
            of.push((outcome.line, row.clone()));
        }
        done += 1;
        if done % TELL == 0 {
            watch.rows(done, about);
        }
    }
    let mut counted = rows.account();
    counted.notes += noted;
    Ok(Read { children, rows: account, account: counted, totals, unused_columns })
}

fn agency(profile: &PartnerProfile) -> Option<Agency> {
    let agency = profile.agency.as_ref()?;
    let kind = match agency.kind {
        cf_exchange::AgencyKind::Council => AgencyKind::Council,
        cf_exchange::AgencyKind::Health => AgencyKind::Health,
        cf_exchange::AgencyKind::Education => AgencyKind::Education,
        cf_exchange::AgencyKind::Service => AgencyKind::Service,
        cf_exchange::AgencyKind::Other => AgencyKind::Other,
    };
    Some(Agency { kind, code: agency.code.clone(), name: agency.name.clone() })
}

/// The child's particulars: the latest row's, with what it leaves blank from those before it.
fn person(rows: &[(u64, PartnerEntry)]) -> Person {
    let mut in_order: Vec<&PartnerEntry> = rows.iter().map(|(_, row)| row).collect();
    in_order.sort_by_key(|row| row.date);
    in_order.into_iter().fold(Person::default(), |held, row| particulars(row).over(&held))
}

fn particulars(row: &PartnerEntry) -> Person {
    let sex = match &row.sex {
        None => "",
        Some(Coded::Known(Sex::Female)) => "female",
        Some(Coded::Known(Sex::Male)) => "male",
        Some(Coded::Known(Sex::NotKnown)) => "unknown",
        Some(Coded::Raw(raw)) => raw.as_str(),
    };
    Person {
        given_name: row.given_name.clone(),
        family_name: row.family_name.clone(),
        also_known_as: row.also_known_as.clone(),
        born_on: row.dob,
        sex: sex.to_owned(),
        address: row.address.clone(),
        postcode: row.postcode.clone(),
        phones: row.phones.clone(),
    }
}

fn entry(row: &PartnerEntry) -> Option<Entry> {
    let told = Told {
        source: row.source.clone(),
        reason: row.reason.clone(),
        outcome: row.outcome.clone(),
        words: row.words.clone(),
    };
    Some(Entry {
        reference: row.entry_ref.as_str().into(),
        kind: match row.kind? {
            cf_exchange::EntryKind::Referral => EntryKind::Referral,
            cf_exchange::EntryKind::Service => EntryKind::Service,
            cf_exchange::EntryKind::Concern => EntryKind::Concern,
            cf_exchange::EntryKind::Contact => EntryKind::Contact,
        },
        from: row.date?,
        to: row.ended,
        told: Private::Known(told),
    })
}
