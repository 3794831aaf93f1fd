//! The return on looked-after children (SSDA903): its Missing, Header and Episodes tables as CSV.
//!
//! A council's facts become one [`CouncilChild`] each; they are never merged with a police incident here.
//! Absent on purpose: the XML form, and the rules on other tables.
mod care;
mod checks;
mod read;
mod rows;
mod tables;
mod upn;
mod year;

use std::collections::BTreeMap;

pub use care::{legal_status_name, placement_name};
pub use rows::{
    AbsenceKind, AbsencePeriod, AuthorityCode, CareEpisode, CouncilChild, EpisodeRow, HeaderRow,
    InvalidAuthority, MissingRow,
};
pub use year::{CollectionYear, InvalidYear};

use crate::headers::Headers;
use crate::outcome::{Account, RowOutcome};
use crate::rows::{Delimiter, Rows};
use crate::rules::rule;
use crate::source::{Fingerprint, Limits, ReadError, Source};
use checks::{Flagged, Hit, Tables};
use read::{DateCell, EpisodeFacts, HeaderFacts, Line, MissingFacts};
use tables::Layout;

/// What the person who imports says about the files.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The council whose return it is.
    pub authority: AuthorityCode,
    /// The collection year. Without one, the year most absence and episode end dates fall in.
    pub year: Option<CollectionYear>,
    /// Last year's Missing file, for rule 576.
    pub missing_last_year: Option<&'a Source<'a>>,
    /// Limits on rows and cells.
    pub limits: Limits,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A table that is imported: `Missing`, `Header` or `Episodes`.
    Imported(&'static str),
    /// A table of the return that is not imported yet. None of its rows was used.
    NotYetImported(&'static str),
    /// Headers of no table of the return. None of its rows was used.
    Unknown,
    /// Not readable as a table at all.
    Unreadable(ReadError),
}

/// One file, and what became of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file's name.
    pub file_name: String,
    /// Its SHA-256.
    pub sha256: Fingerprint,
    /// What it turned out to be.
    pub kind: FileKind,
    /// What stands between its cells.
    pub delimiter: Option<Delimiter>,
    /// Columns no field was found for, as written.
    pub unmatched_columns: Vec<String>,
    /// Columns of the table the file lacks.
    pub absent_columns: Vec<&'static str>,
    /// Its rows. Empty unless imported.
    pub account: Account,
}

/// A whole return, read and judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return903 {
    /// The year it was judged for; `None` when there was no date to tell, and rules 570 and 571 are then silent.
    pub year: Option<CollectionYear>,
    /// Whether the year was inferred from the dates.
    pub year_inferred: bool,
    /// Each file handed over, in order.
    pub files: Vec<FileReport>,
    /// Every row of the Missing table.
    pub missing: Vec<RowOutcome<MissingRow>>,
    /// Every row of the Header table.
    pub header: Vec<RowOutcome<HeaderRow>>,
    /// Every row of the Episodes table.
    pub episodes: Vec<RowOutcome<EpisodeRow>>,
    /// What the usable rows say of each child, by the council's number.
    pub children: Vec<CouncilChild>,
    /// All rows of all imported tables.
    pub account: Account,
}

/// A table whose rows are read and not yet judged.
struct Read<F> {
    file: usize,
    name: String,
    lines: Vec<Line<F>>,
}

/// Reads the files of a return. Which table each holds is told by its headers.
///
/// # Errors
/// When two files hold the same table, so that it is not known which counts. Trouble with one file is in its report.
pub fn read_return(sources: &[Source<'_>], options: &Options<'_>) -> Result<Return903, ReadError> {
    let mut files = Vec::new();
    let (mut missing, mut header, mut episodes) = (None, None, None);
    for (file, source) in sources.iter().enumerate() {
        let mut report = FileReport {
            file_name: source.file_name.clone(),
            sha256: source.sha256,
            kind: FileKind::Unknown,
            delimiter: None,
            unmatched_columns: Vec::new(),
            absent_columns: Vec::new(),
            account: Account::default(),
        };
        match open(source, &options.limits, &mut report) {
            Err(error) => report.kind = FileKind::Unreadable(error),
            Ok(None) => {}
            Ok(Some((mut rows, headers, layout))) => {
                let name = &source.file_name;
                match layout.table.name {
                    "Missing" => {
                        let lines = read::read_lines(&mut rows, &layout, &headers, read::missing_facts)?;
                        take(&mut missing, file, name, lines, "Missing")?;
                    }
                    "Header" => {
                        let lines = read::read_lines(&mut rows, &layout, &headers, read::header_facts)?;
                        take(&mut header, file, name, lines, "Header")?;
                    }
                    _ => {
                        let lines = read::read_lines(&mut rows, &layout, &headers, read::episode_facts)?;
                        take(&mut episodes, file, name, lines, "Episodes")?;
                    }
                }
                report.account.blank_lines = rows.blank_lines();
            }
        }
        files.push(report);
    }
    let last_year =
        options.missing_last_year.map(|source| missing_of(source, &options.limits)).transpose()?;
    Ok(judge(files, missing, header, episodes, last_year.as_deref(), options))
}

type Opened<'s> = (Rows<&'s [u8]>, Headers, Layout);

fn open<'s>(
    source: &Source<'s>,
    limits: &Limits,
    report: &mut FileReport,
) -> Result<Option<Opened<'s>>, ReadError> {
    let (rows, headers) = crate::open_rows(source.bytes, *limits)?;
    report.delimiter = Some(rows.delimiter());
    let Some(layout) = Layout::identify(&headers)? else {
        report.unmatched_columns = headers.written().map(str::to_owned).collect();
        return Ok(None);
    };
    report.unmatched_columns = layout.unmatched(&headers);
    report.absent_columns = layout.absent();
    if layout.table.imported {
        report.kind = FileKind::Imported(layout.table.name);
        return Ok(Some((rows, headers, layout)));
    }
    report.kind = FileKind::NotYetImported(layout.table.name);
    Ok(None)
}

fn take<F>(
    slot: &mut Option<Read<F>>,
    file: usize,
    name: &str,
    lines: Vec<Line<F>>,
    table: &'static str,
) -> Result<(), ReadError> {
    if let Some(first) = slot {
        return Err(ReadError::TableTwice { table, first: first.name.clone(), second: name.to_owned() });
    }
    *slot = Some(Read { file, name: name.to_owned(), lines });
    Ok(())
}

/// The rows of last year's Missing file; it is only looked at, so nothing is noted about it.
fn missing_of(source: &Source<'_>, limits: &Limits) -> Result<Vec<Line<MissingFacts>>, ReadError> {
    let (mut rows, headers) = crate::open_rows(source.bytes, *limits)?;
    let layout = Layout::identify(&headers)?.filter(|layout| layout.table.name == "Missing");
    let Some(layout) = layout else {
        return Err(ReadError::MissingColumns {
            columns: vec!["MISSING".into(), "MIS_START".into(), "MIS_END".into()],
        });
    };
    read::read_lines(&mut rows, &layout, &headers, read::missing_facts)
}

fn facts<F>(lines: &[Line<F>]) -> Vec<Option<&F>> {
    lines.iter().map(|line| line.facts.as_ref()).collect()
}

fn judge(
    mut files: Vec<FileReport>,
    mut missing: Option<Read<MissingFacts>>,
    mut header: Option<Read<HeaderFacts>>,
    mut episodes: Option<Read<EpisodeFacts>>,
    last_year: Option<&[Line<MissingFacts>]>,
    options: &Options<'_>,
) -> Return903 {
    let year = options.year.or_else(|| infer_year(missing.as_ref(), episodes.as_ref()));
    let hits = checks::check(&Tables {
        missing: missing.as_ref().map(|read| facts(&read.lines)).unwrap_or_default(),
        header: header.as_ref().map(|read| facts(&read.lines)),
        episodes: episodes.as_ref().map(|read| facts(&read.lines)),
        missing_last_year: last_year.map(|lines| facts(lines).into_iter().flatten().collect()),
        year,
    });
    for hit in &hits {
        match hit.table {
            Flagged::Missing => note_missing(missing.as_mut(), hit),
            Flagged::Header => note(header.as_mut(), hit, ""),
            Flagged::Episodes => note(episodes.as_mut(), hit, ""),
        }
    }
    let missing = settle(missing, &mut files, MissingFacts::typed);
    let header = settle(header, &mut files, |facts, _| Some(facts.typed()));
    let episodes = settle(episodes, &mut files, EpisodeFacts::typed);
    let children = children(&options.authority, &missing, &header, &episodes);
    let mut account = Account::default();
    files.iter().for_each(|file| account.merge(&file.account));
    let year_inferred = options.year.is_none() && year.is_some();
    Return903 { year, year_inferred, files, missing, header, episodes, children, account }
}

fn infer_year(
    missing: Option<&Read<MissingFacts>>,
    episodes: Option<&Read<EpisodeFacts>>,
) -> Option<CollectionYear> {
    let absences = missing.iter().flat_map(|read| &read.lines).filter_map(|line| line.facts.as_ref());
    let ended =
        episodes.iter().flat_map(|read| &read.lines).filter_map(|line| line.facts.as_ref()?.dec.day());
    CollectionYear::of_most(absences.flat_map(|row| [row.start.day(), row.end.day()]).flatten().chain(ended))
}

/// A finding on the Missing table, with what was wrong with the date where the rule is about one.
fn note_missing(read: Option<&mut Read<MissingFacts>>, hit: &Hit) {
    let facts = read.as_ref().and_then(|read| read.lines.get(hit.row)?.facts.as_ref());
    let date = match hit.rule {
        "1004" => facts.map(|facts| facts.start),
        "1005" => facts.map(|facts| facts.end),
        _ => None,
    };
    let detail = match date {
        Some(DateCell::Unreadable(problem)) => format!(": it {problem}"),
        Some(DateCell::Blank) => ": it is blank".to_owned(),
        _ => String::new(),
    };
    note(read, hit, &detail);
}

fn note<F>(read: Option<&mut Read<F>>, hit: &Hit, detail: &str) {
    if let Some(line) = read.and_then(|read| read.lines.get_mut(hit.row)) {
        line.notes.find(hit.rule, hit.fields, format!("{}{detail}", rule(hit.rule).meaning));
    }
}

fn settle<F, T>(
    read: Option<Read<F>>,
    files: &mut [FileReport],
    typed: fn(&F, u64) -> Option<T>,
) -> Vec<RowOutcome<T>> {
    let Some(read) = read else { return Vec::new() };
    let mut outcomes = Vec::with_capacity(read.lines.len());
    for line in read.lines {
        let value = line.facts.as_ref().and_then(|facts| typed(facts, line.line));
        let outcome = line.notes.into_outcome(line.line, value, line.source);
        files[read.file].account.add(&outcome);
        outcomes.push(outcome);
    }
    outcomes
}

fn children(
    authority: &AuthorityCode,
    missing: &[RowOutcome<MissingRow>],
    header: &[RowOutcome<HeaderRow>],
    episodes: &[RowOutcome<EpisodeRow>],
) -> Vec<CouncilChild> {
    let mut children: BTreeMap<String, CouncilChild> = BTreeMap::new();
    let blank = |local_id: &str| CouncilChild {
        authority: authority.clone(),
        local_id: local_id.to_owned(),
        sex: None,
        dob: None,
        ethnicity: None,
        upn: None,
        episodes: Vec::new(),
        periods: Vec::new(),
    };
    let mut with_header = std::collections::HashSet::new();
    for row in header.iter().filter_map(RowOutcome::value) {
        if with_header.insert(&row.child) {
            let child = children.entry(row.child.clone()).or_insert_with(|| blank(&row.child));
            (child.sex, child.dob) = (row.sex.clone(), row.dob);
            (child.ethnicity, child.upn) = (row.ethnicity.clone(), row.upn.clone());
        }
    }
    for row in missing.iter().filter_map(RowOutcome::value) {
        let child = children.entry(row.child.clone()).or_insert_with(|| blank(&row.child));
        child.dob = child.dob.or(row.dob);
        child.periods.push(row.period.clone());
    }
    for row in episodes.iter().filter_map(RowOutcome::value) {
        let child = children.entry(row.child.clone()).or_insert_with(|| blank(&row.child));
        child.episodes.push(row.episode.clone());
    }
    for child in children.values_mut() {
        child.episodes.sort_by_key(|episode| (episode.start, episode.line));
        child.periods.sort_by_key(|period| (period.start, period.line));
    }
    children.into_values().collect()
}
