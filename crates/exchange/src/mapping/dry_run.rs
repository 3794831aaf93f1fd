//! What an import would do, told before it is done: columns, codes, and the first examples of each finding.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufRead;

use cf_kernel::Timestamp;
use serde::Serialize;

use super::read::{ColumnReport, MappedRows};
use super::{Layout, Profile};
use crate::outcome::{Account, Level};
use crate::rules::rule;
use crate::source::{Limits, ReadError};

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DryRun {
    /// The profile's name and version.
    pub profile: (String, u32),
    /// Where the fields were found.
    pub columns: ColumnReport,
    /// Every row.
    pub account: Account,
    /// For each field of codes: each label met, how often, and the code it means.
    pub codes: Vec<FieldCodes>,
    /// For each rule that spoke: how often, and where first.
    pub findings: Vec<RuleCount>,
    /// For each rule that repaired: how many cells, and on which lines first.
    pub repairs: Vec<RuleCount>,
}

/// The labels met in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldCodes {
    /// The field.
    pub field: &'static str,
    /// Blank cells.
    pub blank: u64,
    /// Labels by how often they were met, at most [`MOST_LABELS`].
    pub labels: Vec<LabelCount>,
    /// Rows with labels beyond those, as when a column of free text is mapped by mistake.
    pub rows_beyond: u64,
}

/// One label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// As written, shortened to 60 characters.
    pub label: String,
    /// The code it means; `None` when the profile does not say.
    pub code: Option<&'static str>,
    /// Rows that hold it.
    pub rows: u64,
}

/// How often a rule spoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: &'static str,
    /// How grave it is.
    pub level: Level,
    /// How often.
    pub times: u64,
    /// The first lines, at most [`MOST_EXAMPLES`], with what was said there.
    pub first: Vec<(u64, String)>,
}

/// Labels listed for one field.
pub const MOST_LABELS: usize = 100;
/// Examples kept of each finding.
pub const MOST_EXAMPLES: usize = 3;

type Labels = BTreeMap<String, (Option<&'static str>, u64)>;

#[derive(Default)]
struct Counting {
    labels: Labels,
    blank: u64,
    beyond: u64,
}

/// Reads a whole extract and changes nothing. `progress` is told the rows so far, every thousand.
///
/// # Errors
/// As [`MappedRows`].
pub fn dry_run<F: Layout>(
    profile: &Profile<F>,
    input: impl BufRead,
    limits: Limits,
    made_at: Option<Timestamp>,
    mut progress: impl FnMut(u64),
) -> Result<DryRun, ReadError> {
    let mut extract = MappedRows::new(profile, input, limits, made_at)?;
    let columns = extract.columns();
    let coded: Vec<F> = (F::ALL.iter().copied())
        .filter(|field| field.kind().is_coded() && !field.kind().is_several() && extract.is_given(*field))
        .collect();
    let mut counting: Vec<Counting> = coded.iter().map(|_| Counting::default()).collect();
    let (mut findings, mut repairs) = (BTreeMap::new(), BTreeMap::new());
    while let Some(outcome) = extract.next() {
        let outcome = outcome?;
        for finding in outcome.all_findings() {
            count(&mut findings, finding.rule, outcome.line, &finding.message);
        }
        for repair in outcome.repairs() {
            count(&mut repairs, repair.rule, outcome.line, repair.field);
        }
        for (field, counted) in coded.iter().zip(&mut counting) {
            let label = extract.cell(*field, &outcome.source).trim().to_owned();
            counted.add(label, |label| extract.code(*field, label));
        }
        if extract.account().rows.is_multiple_of(1_000) {
            progress(extract.account().rows);
        }
    }
    progress(extract.account().rows);
    Ok(DryRun {
        profile: (profile.name.clone(), profile.version),
        columns,
        account: extract.account(),
        codes: coded.iter().zip(counting).map(|(field, counted)| counted.finish(field.name())).collect(),
        findings: findings.into_values().collect(),
        repairs: repairs.into_values().collect(),
    })
}

fn count(counts: &mut BTreeMap<&'static str, RuleCount>, code: &'static str, line: u64, said: &str) {
    let level = rule(code).level;
    let found =
        counts.entry(code).or_insert_with(|| RuleCount { rule: code, level, times: 0, first: Vec::new() });
    found.times += 1;
    if found.first.len() < MOST_EXAMPLES {
        found.first.push((line, said.to_owned()));
    }
}

impl Counting {
    fn add(&mut self, label: String, code: impl FnOnce(&str) -> Option<&'static str>) {
        if label.is_empty() {
            self.blank += 1;
        } else if let Some((_, rows)) = self.labels.get_mut(&label) {
            *rows += 1;
        } else if self.labels.len() < MOST_LABELS {
            let code = code(&label);
            self.labels.insert(label, (code, 1));
        } else {
            self.beyond += 1;
        }
    }

    fn finish(self, field: &'static str) -> FieldCodes {
        let shorten = |label: String| {
            if label.chars().count() > 60 { label.chars().take(59).chain(['…']).collect() } else { label }
        };
        let mut labels: Vec<LabelCount> = (self.labels.into_iter())
            .map(|(label, (code, rows))| LabelCount { label: shorten(label), code, rows })
            .collect();
        labels.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.label.cmp(&b.label)));
        FieldCodes { field, blank: self.blank, labels, rows_beyond: self.beyond }
    }
}

impl std::fmt::Display for DryRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "profile {} version {}: nothing was imported", self.profile.0, self.profile.1)?;
        writeln!(f, "{}", self.account)?;
        writeln!(f, "\ncolumns")?;
        for (field, header) in &self.columns.matched {
            writeln!(f, "  {field:<24} {header}")?;
        }
        list(f, "not in the file", self.columns.absent.iter().copied())?;
        list(f, "not used", self.columns.unmatched.iter().map(String::as_str))?;
        writeln!(f, "\ncodes")?;
        for field in &self.codes {
            writeln!(f, "  {} ({} blank)", field.field, field.blank)?;
            for LabelCount { label, code, rows } in &field.labels {
                writeln!(
                    f,
                    "    {rows:>8}  {label} -> {}",
                    code.unwrap_or("not in the profile, kept as written")
                )?;
            }
            if field.rows_beyond > 0 {
                writeln!(
                    f,
                    "    {:>8}  rows with other labels: is this column free text?",
                    field.rows_beyond
                )?;
            }
        }
        for (title, counts) in [("findings", &self.findings), ("repairs", &self.repairs)] {
            writeln!(f, "\n{title}")?;
            for RuleCount { rule, level, times, first } in counts {
                writeln!(f, "  {rule} ({}): {times}", level.code())?;
                for (line, said) in first {
                    writeln!(f, "    line {line}: {said}")?;
                }
            }
        }
        Ok(())
    }
}

fn list<'s>(
    f: &mut std::fmt::Formatter<'_>,
    title: &str,
    names: impl Iterator<Item = &'s str>,
) -> std::fmt::Result {
    let mut text = String::new();
    for name in names {
        write!(text, "{}`{name}`", if text.is_empty() { "" } else { ", " })?;
    }
    if text.is_empty() { Ok(()) } else { writeln!(f, "  {title}: {text}") }
}
