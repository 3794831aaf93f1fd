//! How right a run was, where the truth is known: what was found, whether a probability of 0.8 is right eight times in
//! ten, and how much of the truth blocking ever proposed.

use std::collections::HashSet;

use serde::Serialize;

use crate::blocking::Blocks;
use crate::csv::{CsvFile, Rows};
use crate::pairs::{Found, Linked};
use crate::records::Records;
use crate::score::probability;

/// Edges of the bins of a reliability table.
const EDGES: [f64; 13] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// True pairs read from a file, by record numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// Each pair once, the lesser number first.
    pub pairs: HashSet<(u32, u32)>,
    /// Lines that name an unknown record, or one record twice.
    pub not_understood: Vec<usize>,
}

/// Found and true pairs at one threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct At {
    /// Least probability of a pair that counts as found.
    pub threshold: f64,
    /// Share of found pairs that are true.
    pub precision: f64,
    /// Share of true pairs that are found; pairs never proposed count as missed.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Found pairs whose probabilities lie in one range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    /// Least probability.
    pub from: f64,
    /// The probability the next bin starts at; 1 for the last.
    pub to: f64,
    /// How many pairs.
    pub pairs: usize,
    /// Mean of what was predicted.
    pub predicted: f64,
    /// Share that is true.
    pub observed: f64,
}

/// How right a run was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// True pairs.
    pub true_pairs: usize,
    /// At probability 0.5.
    pub at_half: At,
    /// At the threshold with the best F1, which is only known with the truth in hand.
    pub best: At,
    /// Predicted against observed; bins without pairs are left out.
    pub bins: Vec<Bin>,
    /// Mean distance of predicted and observed over the found pairs, weighted by the pairs of each bin.
    pub expected_calibration_error: f64,
    /// Share of true pairs that blocking proposed.
    pub pair_completeness: f64,
    /// Pairs that blocking proposed, each counted once a key.
    pub proposed: u64,
    /// Share of all possible pairs that was never compared.
    pub reduction: f64,
}

/// Reads `id_a,id_b`; between two files `id_a` is the left file's.
#[must_use]
pub fn read_truth(file: &CsvFile, records: &Records) -> Truth {
    let (left, right) = records.by_id();
    let right = right.as_ref().unwrap_or(&left);
    let place = |name: &str, usual: usize| file.header.iter().position(|h| h.trim() == name).unwrap_or(usual);
    let (a, b) = (place("id_a", 0), place("id_b", 1));
    let mut truth = Truth::default();
    let mut rows = Rows::new(&file.bytes, file.body..file.bytes.len(), file.delimiter);
    while let Some(row) = rows.next() {
        match (row, left.get(rows.field(a)), right.get(rows.field(b))) {
            (Ok(()), Some(&x), Some(&y)) if x != y => drop(truth.pairs.insert((x.min(y), x.max(y)))),
            _ => truth.not_understood.push(file.line_of(rows.start())),
        }
    }
    truth
}

/// Compares what was found with the truth.
#[must_use]
pub fn evaluate(linked: &Linked, found: &Found, truth: &Truth) -> Evaluation {
    let mut scored: Vec<(f64, bool)> =
        found.pairs.iter().map(|p| (probability(p.score), truth.pairs.contains(&(p.a, p.b)))).collect();
    scored.sort_unstable_by(|x, y| y.0.total_cmp(&x.0));
    let bins = bins(&scored);
    let all = scored.len().max(1) as f64;
    let error = bins.iter().map(|b| b.pairs as f64 * (b.predicted - b.observed).abs()).sum::<f64>() / all;
    let (proposed, of_truth) = proposed(&linked.records, truth);
    Evaluation {
        true_pairs: truth.pairs.len(),
        at_half: at(0.5, scored.partition_point(|p| p.0 >= 0.5), &scored, truth.pairs.len()),
        best: best(&scored, truth.pairs.len()),
        bins,
        expected_calibration_error: error,
        pair_completeness: share(of_truth, truth.pairs.len()),
        proposed,
        reduction: 1.0 - (proposed as f64 / crate::train::possible_pairs(&linked.records).max(1.0)).min(1.0),
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn at(threshold: f64, found: usize, scored: &[(f64, bool)], truth: usize) -> At {
    result(threshold, scored[..found].iter().filter(|p| p.1).count(), found, truth)
}

fn result(threshold: f64, right: usize, found: usize, truth: usize) -> At {
    At {
        threshold,
        precision: share(right, found),
        recall: share(right, truth),
        f1: share(2 * right, found + truth),
    }
}

fn best(scored: &[(f64, bool)], truth: usize) -> At {
    let (mut right, mut best) = (0, At { threshold: 1.0, ..At::default() });
    for (i, &(p, is_true)) in scored.iter().enumerate() {
        right += usize::from(is_true);
        // Pairs of one probability are found together or not at all.
        if scored.get(i + 1).is_none_or(|next| next.0 < p) {
            let here = result(p, right, i + 1, truth);
            if here.f1 > best.f1 {
                best = here;
            }
        }
    }
    best
}

fn bins(scored: &[(f64, bool)]) -> Vec<Bin> {
    let mut all = Vec::new();
    for (i, &from) in EDGES.iter().enumerate() {
        let to = EDGES.get(i + 1).copied().unwrap_or(1.0);
        let last = i + 1 == EDGES.len();
        let within = || scored.iter().filter(move |p| p.0 >= from && (last || p.0 < to));
        let pairs = within().count();
        if pairs > 0 {
            let predicted = within().map(|p| p.0).sum::<f64>() / pairs as f64;
            all.push(Bin {
                from,
                to,
                pairs,
                predicted,
                observed: share(within().filter(|p| p.1).count(), pairs),
            });
        }
    }
    all
}

/// Pairs that blocking proposes, and how many true ones are among them.
fn proposed(records: &Records, truth: &Truth) -> (u64, usize) {
    let parts = Blocks::of(records).pairs(
        records,
        || (0_u64, HashSet::new()),
        |(count, seen): &mut (u64, HashSet<(u32, u32)>), a, b| {
            *count += 1;
            if truth.pairs.contains(&(a, b)) {
                seen.insert((a, b));
            }
        },
    );
    let count = parts.iter().map(|p| p.0).sum();
    let seen: HashSet<(u32, u32)> = parts.into_iter().flat_map(|p| p.1).collect();
    (count, seen.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::{Settings, find};
    use crate::tests::{people, read};

    #[test]
    fn a_reliability_table_says_what_was_seen() {
        let scored = [(0.99, true), (0.97, true), (0.55, true), (0.53, false), (0.03, false)];
        let bins = bins(&scored);
        assert_eq!(bins.iter().map(|b| b.pairs).collect::<Vec<_>>(), [1, 2, 2]);
        assert!((bins[1].predicted - 0.54).abs() < 1e-9 && (bins[1].observed - 0.5).abs() < 1e-9);
        let best = best(&scored, 4);
        assert!((best.threshold - 0.55).abs() < 1e-9 && (best.f1 - 6.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_run_is_measured_against_the_truth() {
        let (linked, found) = find(read(&people(400, 43)), &Settings::default(), &|_| {}).unwrap();
        let n = linked.records.len() as u32;
        let person = |r: u32| &linked.records.id(r)[..6];
        let mut text = "id_a,id_b\nnobody,P00001-0\n".to_owned();
        for a in 0..n {
            for b in a + 1..n {
                if person(a) == person(b) {
                    let id = |r| String::from_utf8_lossy(linked.records.id(r)).into_owned();
                    text.push_str(&format!("{},{}\n", id(b), id(a)));
                }
            }
        }
        let truth = read_truth(&CsvFile::new(text.into_bytes()), &linked.records);
        assert_eq!(truth.not_understood, [2]);
        let right = evaluate(&linked, &found, &truth);
        assert!(right.at_half.f1 > 0.95 && right.best.f1 >= right.at_half.f1, "{right:?}");
        assert!(
            right.pair_completeness >= right.at_half.recall && right.pair_completeness > 0.95,
            "{right:?}"
        );
        assert!(right.expected_calibration_error < 0.1, "{right:?}");
        let wrong = evaluate(&linked, &found, &Truth { pairs: [(0, n - 1)].into(), ..Truth::default() });
        assert!(wrong.at_half.f1 < 0.01 && wrong.expected_calibration_error > 0.8, "{wrong:?}");
    }
}
