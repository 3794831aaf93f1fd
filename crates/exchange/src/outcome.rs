//! What became of each row: good, repaired or quarantined, and every row counted once.
use crate::cells::Cells;
use crate::rows::{RawRow, RowProblem};
pub(crate) use crate::rules::Level;
use crate::rules::{Effect, rule};

/// Something a rule says about a row. The message names no personal data; the row's own cells are beside it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The official rule number (`574`) or our own code (`CF-DATE`).
    pub rule: &'static str,
    /// How grave it is.
    pub level: Level,
    /// The fields it is about, by the names of the format.
    pub fields: Vec<&'static str>,
    /// What is wrong, in words.
    pub message: String,
}

impl Finding {
    pub(crate) fn new(code: &'static str, fields: &[&'static str], message: impl Into<String>) -> Self {
        Self { rule: code, level: rule(code).level, fields: fields.to_vec(), message: message.into() }
    }
}

/// A cell that was read as something else than it says, because only one reading is possible.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Repair {
    /// The field.
    pub field: &'static str,
    /// What the cell holds.
    pub before: String,
    /// What it was read as.
    pub after: String,
    /// The rule that allows it.
    pub rule: &'static str,
}

impl std::fmt::Debug for Repair {
    /// Without the content, which may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repair({} by {})", self.field, self.rule)
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition<T> {
    /// Used as it stands.
    Good(T),
    /// Used, with these cells read as something else.
    Repaired(T, Vec<Repair>),
    /// Not used, for these reasons. The row is kept for a person to look at.
    Quarantined(Vec<Finding>),
}

/// One row, what became of it, and all that was found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RowOutcome<T> {
    /// The line of the file it begins on, from 1.
    pub line: u64,
    /// What became of it.
    pub disposition: Disposition<T>,
    /// What was found beside it. For a quarantined row: what was found besides the reasons.
    pub findings: Vec<Finding>,
    /// Its exact cells.
    pub source: Cells,
}

impl<T> RowOutcome<T> {
    /// The row's content, unless it is quarantined.
    pub const fn value(&self) -> Option<&T> {
        match &self.disposition {
            Disposition::Good(value) | Disposition::Repaired(value, _) => Some(value),
            Disposition::Quarantined(_) => None,
        }
    }

    /// What was repaired.
    pub fn repairs(&self) -> &[Repair] {
        match &self.disposition {
            Disposition::Repaired(_, repairs) => repairs,
            _ => &[],
        }
    }

    /// Everything found, the reasons for quarantine first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let reasons: &[Finding] = match &self.disposition {
            Disposition::Quarantined(reasons) => reasons,
            _ => &[],
        };
        reasons.iter().chain(&self.findings)
    }
}

/// Every row of a file, counted once: `rows == good + repaired + quarantined`, always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// Rows that hold anything, the header not counted.
    pub rows: u64,
    /// Used as they stand.
    pub good: u64,
    /// Used, with repairs.
    pub repaired: u64,
    /// Not used.
    pub quarantined: u64,
    /// Findings on rows that were used.
    pub notes: u64,
    /// Blank lines, which are not rows.
    pub blank_lines: u64,
}

impl Account {
    /// Counts one row.
    pub fn add<T>(&mut self, outcome: &RowOutcome<T>) {
        self.rows += 1;
        match &outcome.disposition {
            Disposition::Good(_) => self.good += 1,
            Disposition::Repaired(..) => self.repaired += 1,
            Disposition::Quarantined(_) => self.quarantined += 1,
        }
        if outcome.value().is_some() {
            self.notes += outcome.findings.len() as u64;
        }
    }

    /// Adds another file's account.
    pub const fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.good += other.good;
        self.repaired += other.repaired;
        self.quarantined += other.quarantined;
        self.notes += other.notes;
        self.blank_lines += other.blank_lines;
    }

    /// Whether every row is in exactly one place.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.rows == self.good + self.repaired + self.quarantined
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rows, good, repaired, quarantined, notes, blank_lines: _ } = self;
        write!(
            f,
            "{rows} rows: {good} good, {repaired} repaired, {quarantined} quarantined; {notes} findings on rows that were used"
        )
    }
}

/// What is gathered about a row while it is read.
#[derive(Debug, Default)]
pub struct RowNotes {
    pub(crate) findings: Vec<Finding>,
    pub(crate) repairs: Vec<Repair>,
}

impl RowNotes {
    pub(crate) fn find(&mut self, rule: &'static str, fields: &[&'static str], message: impl Into<String>) {
        self.findings.push(Finding::new(rule, fields, message));
    }

    /// The cell without spaces around it; a repair if there were any.
    pub(crate) fn trimmed<'c>(&mut self, field: &'static str, cell: &'c str) -> &'c str {
        let trimmed = cell.trim();
        if trimmed.len() != cell.len() {
            self.repair("CF-SPACE", field, cell, trimmed);
        }
        trimmed
    }

    /// Notes a repair. A second repair of the same cell extends the first, so that `before` stays what the file says.
    pub(crate) fn repair(&mut self, rule: &'static str, field: &'static str, before: &str, after: &str) {
        if let Some(earlier) = self.repairs.iter_mut().find(|repair| repair.field == field) {
            earlier.after = after.to_owned();
            earlier.rule = rule;
        } else {
            self.repairs.push(Repair { field, before: before.to_owned(), after: after.to_owned(), rule });
        }
    }

    /// Whether something found so far puts the row in quarantine.
    pub(crate) fn quarantines(&self) -> bool {
        self.findings.iter().any(|finding| rule(finding.rule).effect == Effect::Quarantine)
    }

    /// Decides what becomes of the row, by the table of rules. Without a value it is always quarantined.
    pub(crate) fn into_outcome<T>(mut self, line: u64, value: Option<T>, source: Cells) -> RowOutcome<T> {
        let quarantines = |finding: &Finding| rule(finding.rule).effect == Effect::Quarantine;
        let value = value.filter(|_| !self.quarantines());
        let Some(value) = value else {
            let (mut reasons, findings): (Vec<_>, Vec<_>) = self.findings.into_iter().partition(quarantines);
            if reasons.is_empty() {
                reasons.push(Finding::new(
                    "CF-REQUIRED",
                    &[],
                    "the row lacks something it cannot be used without",
                ));
            }
            return RowOutcome { line, disposition: Disposition::Quarantined(reasons), findings, source };
        };
        let repairs = std::mem::take(&mut self.repairs);
        let disposition =
            if repairs.is_empty() { Disposition::Good(value) } else { Disposition::Repaired(value, repairs) };
        RowOutcome { line, disposition, findings: self.findings, source }
    }
}

/// What splitting found wrong with a row, as findings.
pub(crate) fn shape_findings(row: &RawRow, columns: usize, notes: &mut RowNotes) {
    match row.problem {
        None => {}
        Some(RowProblem::UnclosedQuote { opened }) => {
            let (first, last) = (row.line, row.last_line);
            notes.find(
                "CF-QUOTE",
                &[],
                format!("the quotation mark opened on line {opened} is never closed, so lines {first} to {last} were read as one row"),
            );
        }
        Some(RowProblem::TextAfterQuote { cell }) => {
            notes.find("CF-QUOTE", &[], format!("cell {cell} has text after its closing quotation mark"));
        }
        Some(RowProblem::CellTooLong { cell }) => {
            notes.find("CF-SIZE", &[], format!("cell {cell} is over the limit for one cell"));
        }
        Some(RowProblem::RowTooLong) => notes.find("CF-SIZE", &[], "the row is over the limit for one row"),
        Some(RowProblem::TooManyCells) => {
            notes.find("CF-SIZE", &[], "the row has more cells than the limit allows");
        }
        Some(RowProblem::ZeroByte) => {
            notes.find("CF-ZERO-BYTE", &[], "the row holds a zero byte, which text never does")
        }
    }
    let cells = row.cells.len();
    if row.problem.is_some() || cells == columns {
        return;
    }
    if cells > columns && (columns..cells).all(|place| row.cells.get(place).is_none_or(str::is_empty)) {
        notes.find("CF-EXTRA", &[], format!("{} empty cells beyond the last header", cells - columns));
    } else {
        notes.find("CF-RAGGED", &[], format!("the row has {cells} cells where the header has {columns}"));
    }
}
