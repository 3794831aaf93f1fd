//! Measures the checker against a labelled set: precision, recall and F1, with intervals.
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::checker::{Checker, Scratch};
use crate::finding::Kind;

/// One labelled text.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// Its id.
    pub id: String,
    /// The text.
    pub text: String,
    /// `blaming` or `ok`.
    pub label: String,
    /// Marked spans: start, end (Unicode scalar offsets) and category.
    #[serde(default)]
    pub spans: Vec<(usize, usize, String)>,
    /// The kind of item.
    #[serde(default)]
    pub note: String,
    /// `attested`, `adapted` or `written`.
    #[serde(default)]
    pub origin: String,
}

/// Reads a set written as lines of `label|note|category|text`, where the label is `b` or `o` and blame stands between `[[` and `]]`.
///
/// In a blaming text without brackets the whole text is the span. Lines that start with `#` and lines of another
/// shape are passed over.
#[must_use]
pub fn read_marked(text: &str) -> Vec<Labelled> {
    let mut out = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.splitn(4, '|');
        let (Some(label), Some(note), Some(category), Some(marked)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (mut plain, mut spans, mut open) = (String::new(), Vec::new(), 0);
        let mut rest = marked;
        while let Some(at) = rest.find("[[").into_iter().chain(rest.find("]]")).min() {
            let (before, after) = rest.split_at(at);
            plain.push_str(before);
            let here = plain.chars().count();
            if after.starts_with("[[") {
                open = here;
            } else {
                spans.push((open, here, category.to_owned()));
            }
            rest = after.get(2..).unwrap_or_default();
        }
        plain.push_str(rest);
        if label == "b" && spans.is_empty() {
            spans.push((0, plain.chars().count(), category.to_owned()));
        }
        out.push(Labelled {
            id: (out.len() + 1).to_string(),
            text: plain,
            label: if label == "b" { "blaming" } else { "ok" }.to_owned(),
            spans,
            note: note.to_owned(),
            origin: "written".to_owned(),
        });
    }
    out
}

/// Hits and misses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Found and marked.
    pub true_positive: u64,
    /// Found and not marked.
    pub false_positive: u64,
    /// Marked and not found.
    pub false_negative: u64,
    /// Neither.
    pub true_negative: u64,
}

impl Count {
    /// Share of what was found that was right; `None` when nothing was found.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Share of what was there that was found; `None` when nothing was there.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of the two.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.true_positive, 2 * self.true_positive + self.false_positive + self.false_negative)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The Wilson 95 % interval of `part` in `whole`; (0, 1) when there is nothing.
#[must_use]
pub fn wilson(part: u64, whole: u64) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (whole as f64, 1.959_964);
    let p = part as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let below = 1.0 + z * z / n;
    (((centre - spread) / below).max(0.0), ((centre + spread) / below).min(1.0))
}

/// What one labelled text scored.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// Marked spans that nothing overlaps, as text with their category.
    pub missed: Vec<(String, String)>,
    /// Findings that overlap no marked span, as text with their rule.
    pub extra: Vec<(String, String)>,
}

/// The scores of a whole set.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// A text counts as found when anything blaming is found in it.
    pub items: Count,
    /// Each marked span counts as found when any finding overlaps it; a finding that overlaps none is a false one.
    pub spans: Count,
    /// Spans whose category was also right.
    pub right_category: u64,
    /// Spans whose ends were also exact.
    pub exact: u64,
    /// Spans by marked category (false findings by their own).
    pub by_category: BTreeMap<String, Count>,
    /// Items by origin.
    pub by_origin: BTreeMap<String, Count>,
    /// Items by note; notes of attested and adapted items count under their origin.
    pub by_note: BTreeMap<String, Count>,
    /// What went wrong, item by item.
    pub outcomes: Vec<Outcome>,
}

/// Checks every text of a set. Advice does not count as a find: only blame does.
pub fn evaluate<'a>(checker: &Checker, set: impl IntoIterator<Item = &'a Labelled>) -> Scores {
    let mut scores = Scores::default();
    let mut scratch = Scratch::default();
    for item in set {
        let findings: Vec<_> = checker
            .check_with(&mut scratch, &item.text)
            .into_iter()
            .filter(|f| f.kind == Kind::Blaming)
            .collect();
        let (is, said) = (item.label == "blaming", !findings.is_empty());
        let note = if item.origin == "written" || item.origin.is_empty() {
            item.note.clone()
        } else {
            format!("({})", item.origin)
        };
        for count in [
            &mut scores.items,
            scores.by_origin.entry(item.origin.clone()).or_default(),
            scores.by_note.entry(note).or_default(),
        ] {
            match (is, said) {
                (true, true) => count.true_positive += 1,
                (true, false) => count.false_negative += 1,
                (false, true) => count.false_positive += 1,
                (false, false) => count.true_negative += 1,
            }
        }
        let mut outcome = Outcome { id: item.id.clone(), missed: Vec::new(), extra: Vec::new() };
        for (start, end, category) in &item.spans {
            let over: Vec<_> = findings.iter().filter(|f| f.start < *end && *start < f.end).collect();
            let count = scores.by_category.entry(category.clone()).or_default();
            if over.is_empty() {
                scores.spans.false_negative += 1;
                count.false_negative += 1;
                outcome.missed.push((slice(&item.text, *start, *end), category.clone()));
            } else {
                scores.spans.true_positive += 1;
                count.true_positive += 1;
                scores.right_category += u64::from(over.iter().any(|f| f.category.name() == category));
                scores.exact += u64::from(over.iter().any(|f| f.start == *start && f.end == *end));
            }
        }
        for f in &findings {
            if !item.spans.iter().any(|(start, end, _)| f.start < *end && *start < f.end) {
                scores.spans.false_positive += 1;
                scores.by_category.entry(f.category.name().to_owned()).or_default().false_positive += 1;
                outcome.extra.push((slice(&item.text, f.start, f.end), f.rule.to_owned()));
            }
        }
        if !outcome.missed.is_empty() || !outcome.extra.is_empty() {
            scores.outcomes.push(outcome);
        }
    }
    scores
}

fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_of_nothing_is_everything_and_of_all_is_below_one() {
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        let (low, high) = wilson(10, 10);
        assert!((0.72..0.73).contains(&low) && high > 0.999);
    }
}
