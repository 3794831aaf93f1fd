//! The official rules on Missing, Header and Episodes, each a line of a table: number, fields, and when it speaks.
//!
//! SOURCE: the logic column of `domain/codes/ssda903_missing_rules.csv`; edge cases from `domain/formats.md` 1.3.
//! What a rule does to its row (keep or quarantine) is data: `data/rules.csv`.
use std::collections::{BTreeMap, HashMap};

use cf_kernel::CalendarDay;

use super::read::{DateCell, EpisodeFacts, HeaderFacts, MissingFacts};
use super::upn::{self, UpnProblem};
use super::year::CollectionYear;
use crate::codes::{EthnicityScheme, ethnicity};

/// What the rules judge. A table that was not handed over is `None`, and rules that need it are silent.
pub(crate) struct Tables<'t> {
    pub(crate) missing: Vec<Option<&'t MissingFacts>>,
    pub(crate) header: Option<Vec<Option<&'t HeaderFacts>>>,
    pub(crate) episodes: Option<Vec<Option<&'t EpisodeFacts>>>,
    pub(crate) missing_last_year: Option<Vec<&'t MissingFacts>>,
    pub(crate) year: Option<CollectionYear>,
}

/// The table a rule flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flagged {
    Missing,
    Header,
    Episodes,
}

/// A rule that speaks about a row, by its place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) table: Flagged,
    pub(crate) row: usize,
    pub(crate) rule: &'static str,
    pub(crate) fields: &'static [&'static str],
}

/// All rules over all rows, in order of table, row and rule.
pub(crate) fn check(tables: &Tables<'_>) -> Vec<Hit> {
    let facts = Facts::new(tables);
    let mut hits = Vec::new();
    for (row, missing) in present(&tables.missing) {
        for &(rule, fields, speaks) in MISSING_ROWS {
            if speaks(missing, &facts) {
                hits.push(Hit { table: Flagged::Missing, row, rule, fields });
            }
        }
    }
    for (row, header) in tables.header.iter().flat_map(|rows| present(rows)) {
        for &(rule, fields, speaks) in HEADER_ROWS {
            if speaks(header, &facts) {
                hits.push(Hit { table: Flagged::Header, row, rule, fields });
            }
        }
    }
    overlaps(tables, &mut hits);
    open_last_year(tables, &mut hits);
    ceased_at_eighteen(tables, &mut hits);
    header_twice(tables, &mut hits);
    hits.sort();
    hits
}

fn present<'t, F>(rows: &'t [Option<&'t F>]) -> impl Iterator<Item = (usize, &'t F)> {
    rows.iter().enumerate().filter_map(|(row, facts)| facts.map(|facts| (row, facts)))
}

/// What is known of each child, gathered once.
struct Facts<'t> {
    year: Option<CollectionYear>,
    header: Option<HashMap<&'t str, &'t HeaderFacts>>,
    episodes: Option<HashMap<&'t str, ChildCare>>,
}

/// A child's time in care: each episode, and episodes joined where one begins by the day the one before ends.
#[derive(Default)]
struct ChildCare {
    episodes: Vec<(CalendarDay, Option<CalendarDay>)>,
    joined: Vec<(CalendarDay, Option<CalendarDay>)>,
}

impl<'t> Facts<'t> {
    fn new(tables: &Tables<'t>) -> Self {
        let header = tables.header.as_ref().map(|rows| {
            let mut by_child = HashMap::new();
            for header in rows.iter().copied().flatten() {
                by_child.entry(header.child.as_str()).or_insert(header);
            }
            by_child
        });
        let episodes = tables.episodes.as_ref().map(|rows| {
            let mut by_child: HashMap<&str, ChildCare> = HashMap::new();
            for episode in rows.iter().copied().flatten() {
                let care = by_child.entry(episode.child.as_str()).or_default();
                if let Some(start) = episode.decom.day() {
                    care.episodes.push((start, episode.dec.day()));
                }
            }
            by_child.values_mut().for_each(ChildCare::join);
            by_child
        });
        Self { year: tables.year, header, episodes }
    }

    fn care(&self, child: &str) -> Option<&ChildCare> {
        self.episodes.as_ref()?.get(child).filter(|care| !care.episodes.is_empty())
    }
}

impl ChildCare {
    fn join(&mut self) {
        self.episodes.sort_by_key(|(start, end)| (*start, end.is_none(), *end));
        for &(start, end) in &self.episodes {
            match self.joined.last_mut() {
                Some((_, last)) if last.is_none_or(|last| start <= last) => {
                    *last = last.zip(end).map(|(last, end)| last.max(end));
                }
                _ => self.joined.push((start, end)),
            }
        }
    }
}

fn holds((start, end): (CalendarDay, Option<CalendarDay>), day: CalendarDay) -> bool {
    start <= day && end.is_none_or(|end| day <= end)
}

type Row<F> = (&'static str, &'static [&'static str], fn(&F, &Facts<'_>) -> bool);

const MISSING_ROWS: &[Row<MissingFacts>] = &[
    ("564", &["MISSING", "MIS_START"], |row, _| valid_kind(&row.kind) && row.start == DateCell::Blank),
    ("565", &["MISSING", "MIS_START"], |row, _| row.start != DateCell::Blank && row.kind.is_empty()),
    ("566", &["MISSING", "MIS_END"], |row, _| row.end != DateCell::Blank && row.kind.is_empty()),
    ("567", &["MIS_START", "MIS_END"], |row, _| {
        row.start.day().zip(row.end.day()).is_some_and(|(start, end)| start > end)
    }),
    ("570", &["MIS_START"], |row, facts| {
        row.start.day().zip(facts.year).is_some_and(|(start, year)| start > year.last_day())
    }),
    ("571", &["MIS_END"], |row, facts| {
        row.end
            .day()
            .zip(facts.year)
            .is_some_and(|(end, year)| end < year.first_day() || end > year.last_day())
    }),
    ("575", &["MIS_END"], |row, facts| {
        let ended =
            |care: &ChildCare, start| care.episodes.iter().any(|&it| it.1.is_some() && holds(it, start));
        row.end == DateCell::Blank
            && row
                .start
                .day()
                .is_some_and(|start| facts.care(&row.child).is_some_and(|care| ended(care, start)))
    }),
    ("577", &["MIS_END"], |row, facts| {
        let outside = |care: &ChildCare| !care.joined.iter().any(|&period| ends_within(row, period));
        row.start.day().is_some() && facts.care(&row.child).is_some_and(outside)
    }),
    ("578", &["MIS_START"], |row, facts| {
        let outside = |care: &ChildCare, start| !care.joined.iter().any(|&period| holds(period, start));
        row.start.day().is_some_and(|start| facts.care(&row.child).is_some_and(|care| outside(care, start)))
    }),
    ("581", &["MIS_START"], |row, facts| {
        let outside = |care: &ChildCare, start| !care.episodes.iter().any(|&episode| holds(episode, start));
        row.start.day().is_some_and(|start| facts.care(&row.child).is_some_and(|care| outside(care, start)))
    }),
    ("586", &["MIS_START"], |row, _| {
        row.start.day().zip(row.dob.day()).is_some_and(|(start, dob)| start <= dob)
    }),
    ("1004", &["MIS_START"], |row, _| row.start.day().is_none()),
    ("1005", &["MIS_END"], |row, _| matches!(row.end, DateCell::Unreadable(_))),
    ("1006", &["MISSING"], |row, _| !row.kind.is_empty() && !valid_kind(&row.kind)),
    ("1012", &["CHILD"], |row, facts| {
        facts
            .episodes
            .as_ref()
            .is_some_and(|children| !row.child.is_empty() && !children.contains_key(row.child.as_str()))
    }),
    ("INT04", &["CHILD"], |row, facts| {
        facts
            .header
            .as_ref()
            .is_some_and(|children| !row.child.is_empty() && !children.contains_key(row.child.as_str()))
    }),
    ("INT13", &["DOB"], |row, facts| {
        let header = facts.header.as_ref().and_then(|children| children.get(row.child.as_str()));
        row.dob
            .day()
            .zip(header.and_then(|header| header.dob.day()))
            .is_some_and(|(ours, theirs)| ours != theirs)
    }),
];

const HEADER_ROWS: &[Row<HeaderFacts>] = &[
    ("101", &["SEX"], |row, facts| {
        let (older, newer) =
            (matches!(row.sex.as_str(), "1" | "2"), matches!(row.sex.as_str(), "M" | "F" | "U"));
        // SOURCE: `domain/formats.md` 1.1: letters from 2024-25. Without a year either will do.
        !facts.year.map_or(older || newer, |year| if year.begins() >= 2024 { newer } else { older })
    }),
    ("102", &["DOB"], |row, _| row.dob.day().is_none()),
    ("103", &["ETHNIC"], |row, _| ethnicity(EthnicityScheme::Education, &row.ethnic).is_none()),
    ("168", &["UPN"], |row, _| !row.upn.is_empty() && upn::check(&row.upn) == Err(UpnProblem::Form)),
    ("CF-UPN-LETTER", &["UPN"], |row, _| {
        !row.upn.is_empty() && upn::check(&row.upn) == Err(UpnProblem::CheckLetter)
    }),
];

fn valid_kind(kind: &str) -> bool {
    kind == "M" || kind == "A"
}

/// 577, for one period of care: open with care, or ended within it.
fn ends_within(row: &MissingFacts, (began, ceased): (CalendarDay, Option<CalendarDay>)) -> bool {
    match row.end.day() {
        None => ceased.is_none() && row.start.day().is_none_or(|start| start >= began),
        Some(end) => holds((began, ceased), end),
    }
}

/// 574: each child's rows by end (an open one by its start) and start; each is held against the one before.
fn overlaps(tables: &Tables<'_>, hits: &mut Vec<Hit>) {
    let mut children: BTreeMap<&str, Vec<(usize, &MissingFacts)>> = BTreeMap::new();
    for (row, missing) in present(&tables.missing) {
        if !missing.child.is_empty() {
            children.entry(&missing.child).or_default().push((row, missing));
        }
    }
    let last = |day: Option<CalendarDay>| (day.is_none(), day);
    for rows in children.values_mut() {
        rows.sort_by_key(|(_, row)| (last(row.end.day().or(row.start.day())), last(row.start.day())));
        for pair in rows.windows(2) {
            let ((_, before), (row, after)) = (pair[0], pair[1]);
            let speaks = match before.end.day() {
                None => true,
                Some(end) => after.start.day().is_some_and(|start| start < end),
            };
            if speaks {
                hits.push(Hit {
                    table: Flagged::Missing,
                    row,
                    rule: "574",
                    fields: &["MIS_START", "MIS_END"],
                });
            }
        }
    }
}

/// 576: the first row of each child this year must be the one left open last year. Silent when there is no row this year.
fn open_last_year(tables: &Tables<'_>, hits: &mut Vec<Hit>) {
    let Some(last_year) = &tables.missing_last_year else { return };
    let mut first: BTreeMap<&str, (usize, Option<CalendarDay>)> = BTreeMap::new();
    for (row, missing) in present(&tables.missing) {
        let start = missing.start.day();
        let found = first.entry(&missing.child).or_insert((row, start));
        if (start.is_none(), start) < (found.1.is_none(), found.1) {
            *found = (row, start);
        }
    }
    for open in last_year.iter().filter(|row| row.end == DateCell::Blank && row.start.day().is_some()) {
        let Some(&(row, start)) = first.get(open.child.as_str()) else { continue };
        let hit = Hit { table: Flagged::Missing, row, rule: "576", fields: &["CHILD"] };
        if start != open.start.day() && !hits.contains(&hit) {
            hits.push(hit);
        }
    }
}

/// 580: care ceased on the 18th birthday, which is also the day the absence ended, and the reason is not E8.
fn ceased_at_eighteen(tables: &Tables<'_>, hits: &mut Vec<Hit>) {
    let Some(episodes) = &tables.episodes else { return };
    let mut ended_at_eighteen: HashMap<&str, Vec<CalendarDay>> = HashMap::new();
    for (_, missing) in present(&tables.missing) {
        if let Some((end, dob)) = missing.end.day().zip(missing.dob.day())
            && eighteenth_birthday(dob) == end
        {
            ended_at_eighteen.entry(&missing.child).or_default().push(end);
        }
    }
    for (row, episode) in present(episodes) {
        let ends = ended_at_eighteen.get(episode.child.as_str());
        let ceased = episode.dec.day().is_some_and(|dec| ends.is_some_and(|ends| ends.contains(&dec)));
        if ceased && episode.rec != "E8" {
            hits.push(Hit { table: Flagged::Episodes, row, rule: "580", fields: &["REC"] });
        }
    }
}

/// 29 February gives 28 February, as the open validator's calendar does.
fn eighteenth_birthday(dob: CalendarDay) -> CalendarDay {
    CalendarDay::from_date(dob.date().saturating_add(jiff::Span::new().years(18)))
}

fn header_twice(tables: &Tables<'_>, hits: &mut Vec<Hit>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (row, header) in tables.header.iter().flat_map(|rows| present(rows)) {
        if header.child.is_empty() {
            continue;
        }
        if *seen.entry(&header.child).or_insert(row) != row {
            hits.push(Hit { table: Flagged::Header, row, rule: "CF-HEADER-TWICE", fields: &["CHILD"] });
        }
    }
}

#[cfg(test)]
mod tests;
