//! What an import tells: totals by file and rule, and each finding as it is met.
use std::collections::{BTreeMap, HashSet};

use cf_exchange::{Account, Level, RowOutcome, rule, rules};
use cf_store::ImportRow;
use serde::Serialize;
use serde_json::{Map, Value};

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// `ssda903`, `police` or `partner`.
    pub kind: &'static str,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
    /// Each file, in the order given.
    pub files: Vec<FileImport>,
    /// All rows of all files.
    pub account: Account,
    /// What changed in the record.
    pub changes: Changes,
    /// The collection year of a return, such as `2024-25`.
    pub year: Option<String>,
    /// Whether that year was inferred from the dates.
    pub year_inferred: bool,
}

/// One file, and what became of its rows.
#[derive(Debug, Clone, Serialize)]
pub struct FileImport {
    /// Its name.
    pub file_name: String,
    /// Its SHA-256, hex.
    pub sha256: String,
    /// What it turned out to be, in words: `Missing`, `police extract`, or why it was not used.
    pub what: String,
    /// Whether its rows were used. A file that was imported before is, in its first import.
    pub used: bool,
    /// When the same file was imported before in the same way.
    pub imported_before: Option<String>,
    /// Columns nothing was read from, as written.
    pub unused_columns: Vec<String>,
    /// Its rows.
    pub account: Account,
    /// Its findings and repairs, by rule.
    pub rules: Vec<RuleTotal>,
}

/// What changed in the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Children, or records of councils or partners, that were not there.
    pub children_new: u64,
    /// Those that were there and got something new.
    pub children_changed: u64,
    /// Those that were there and got nothing.
    pub children_same: u64,
    /// Incidents that were not there. Always 0 for councils and partners.
    pub incidents_new: u64,
    /// Incidents that were there already.
    pub incidents_known: u64,
    /// Of these, those the file knew more of.
    pub incidents_learned: u64,
    /// Of these, those the file said otherwise of; their rows are quarantined and change nothing.
    pub incidents_contradicted: u64,
    /// Events recorded.
    pub events: u64,
}

/// What is stored of a file: what became of its rows, and what changed by them, as one object.
#[derive(Serialize)]
pub(super) struct Counts<'a> {
    #[serde(flatten)]
    pub(super) account: &'a Account,
    #[serde(flatten)]
    pub(super) changes: &'a Changes,
}

/// What is stored of a file, by name. Older imports of extracts keep it as a list of two objects.
#[must_use]
pub fn counts(stored: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(stored).ok()? {
        Value::Object(counts) => Some(counts),
        Value::Array(parts) => {
            let objects = parts.into_iter().map(|part| match part {
                Value::Object(counts) => Some(counts),
                _ => None,
            });
            Some(objects.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// How often a rule spoke in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleTotal {
    /// The official number or our own code.
    pub rule: &'static str,
    /// How grave it is.
    pub level: Level,
    /// How often.
    pub times: u64,
    /// What it says, in the table of rules.
    pub meaning: &'static str,
    /// The first lines.
    pub first_lines: Vec<u64>,
}

/// One finding, for a list of all of them. Names no personal data.
#[derive(Debug, Clone, Copy)]
pub struct FindingAt<'a> {
    /// The file's name.
    pub file: &'a str,
    /// The line the row begins on, from 1.
    pub line: u64,
    /// What became of the row: `good`, `repaired`, `quarantined`.
    pub disposition: &'static str,
    /// The rule.
    pub rule: &'static str,
    /// How grave it is.
    pub level: Level,
    /// The fields.
    pub fields: &'a [&'a str],
    /// What is wrong, in words.
    pub message: &'a str,
}

/// Who watches an import. Called from the thread that reads.
pub trait Watch: Send + Sync {
    /// So many of about so many rows of a file are read.
    fn rows(&self, _done: u64, _about: u64) {}
    /// A finding.
    fn finding(&self, _finding: &FindingAt<'_>) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Watch for Silent {}

const MOST_LINES: usize = 3;

/// What our own mapping notes beside the reader: kept as written, because case work has no such code.
pub(super) struct Note<'a> {
    pub(super) rule: &'static str,
    pub(super) fields: &'a [&'static str],
    pub(super) message: &'static str,
}

/// The rules of [`Note`] and what they say.
const OWN: &[(&str, Level, &str)] = &[
    ("CF-NO-CODE", Level::Note, "a code that case work has no counterpart for; kept as written in the row"),
    (
        "CF-CHILD-DIFFERS",
        Level::Query,
        "the row says something else of the child than the record or an earlier row",
    ),
    ("CF-KNOWN", Level::Note, "the incident was there already, and the row adds nothing"),
    ("CF-LEARNED", Level::Note, "the incident was there already, and the row filled what was blank"),
    (
        "CF-FOR-A-PERSON",
        Level::Query,
        "the row says what only a person takes over: a grade, or the end of an incident worked on here",
    ),
    (
        "CF-CONTRADICTS",
        Level::Error,
        "the row says otherwise than the record about a known incident; the row is set aside whole",
    ),
    (
        "CF-NO-REPORT-TIME",
        Level::Error,
        "no time of report that can be read, without which there is no incident",
    ),
];

pub(super) fn own_rule(code: &'static str) -> (Level, &'static str) {
    let own = OWN.iter().find(|(own, ..)| *own == code);
    own.map_or_else(|| (rule(code).level, rule(code).meaning), |(_, level, meaning)| (*level, meaning))
}

/// The codes of all rules.
pub(super) fn codes() -> HashSet<&'static str> {
    OWN.iter().map(|(code, ..)| *code).chain(rules().into_iter().map(|rule| rule.code)).collect()
}

/// Gathers totals by rule.
#[derive(Debug, Default)]
pub(super) struct Totals(BTreeMap<&'static str, RuleTotal>);

impl Totals {
    pub(super) fn count(&mut self, code: &'static str, line: u64) {
        let total = self.0.entry(code).or_insert_with(|| {
            let (level, meaning) = own_rule(code);
            RuleTotal { rule: code, level, times: 0, meaning, first_lines: Vec::new() }
        });
        total.times += 1;
        if total.first_lines.len() < MOST_LINES {
            total.first_lines.push(line);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (code, total) in other.0 {
            let mine = self.0.entry(code).or_insert_with(|| RuleTotal {
                times: 0,
                first_lines: Vec::new(),
                ..total.clone()
            });
            mine.times += total.times;
            mine.first_lines.extend(total.first_lines);
            mine.first_lines.sort_unstable();
            mine.first_lines.truncate(MOST_LINES);
        }
    }

    pub(super) fn finish(self) -> Vec<RuleTotal> {
        self.0.into_values().collect()
    }
}

/// Tells the watcher and the totals of a row, and makes its line in the store's account.
pub(super) fn account_for<T>(
    outcome: &RowOutcome<T>,
    notes: &[Note<'_>],
    file: &str,
    watch: &dyn Watch,
    totals: &mut Totals,
) -> ImportRow {
    let disposition = match outcome.disposition {
        _ if notes.iter().any(|note| note.rule == "CF-NO-REPORT-TIME") => "quarantined",
        cf_exchange::Disposition::Good(_) => "good",
        cf_exchange::Disposition::Repaired(..) => "repaired",
        cf_exchange::Disposition::Quarantined(_) => "quarantined",
    };
    let mut reason = String::new();
    let mut say = |code: &'static str, fields: &[&'static str], message: &str| {
        if !reason.is_empty() {
            reason.push_str("; ");
        }
        reason.push_str(code);
        for field in fields {
            reason.push(' ');
            reason.push_str(field);
        }
        if !message.is_empty() {
            reason.push_str(": ");
            reason.push_str(message);
        }
        let (level, _) = own_rule(code);
        totals.count(code, outcome.line);
        watch.finding(&FindingAt {
            file,
            line: outcome.line,
            disposition,
            rule: code,
            level,
            fields,
            message,
        });
    };
    for finding in outcome.all_findings() {
        say(finding.rule, &finding.fields, &finding.message);
    }
    for repair in outcome.repairs() {
        say(repair.rule, &[repair.field], "");
    }
    for note in notes {
        say(note.rule, note.fields, note.message);
    }
    ImportRow {
        number: i64::try_from(outcome.line).unwrap_or(i64::MAX),
        disposition: disposition.to_owned(),
        reason,
    }
}

/// Adds to the account of a row what was found only against the record.
pub(super) fn note_later(
    row: &mut ImportRow,
    note: &Note<'_>,
    file: &str,
    watch: &dyn Watch,
    totals: &mut Totals,
) {
    let line = u64::try_from(row.number).unwrap_or_default();
    if !row.reason.is_empty() {
        row.reason.push_str("; ");
    }
    row.reason.push_str(note.rule);
    for field in note.fields {
        row.reason.push(' ');
        row.reason.push_str(field);
    }
    row.reason.push_str(": ");
    row.reason.push_str(note.message);
    totals.count(note.rule, line);
    let disposition = match row.disposition.as_str() {
        "repaired" => "repaired",
        "quarantined" => "quarantined",
        _ => "good",
    };
    let (level, _) = own_rule(note.rule);
    let Note { rule, fields, message } = *note;
    watch.finding(&FindingAt { file, line, disposition, rule, level, fields, message });
}
