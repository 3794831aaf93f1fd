//! The files around a run: pairs out, people's decisions in.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::clusters::Decision;
use crate::csv::{CsvFile, Rows, write_field};
use crate::pairs::{Linked, ScoredPair};
use crate::records::Records;
use crate::score::probability;

impl Records {
    /// Numbers of all records by id.
    #[must_use]
    pub fn by_id(&self) -> HashMap<&[u8], u32> {
        (0..self.len() as u32).map(|number| (self.id(number), number)).collect()
    }

    /// Whether ids rise from row to row, as numbers given out in order do.
    fn ids_rise(&self) -> bool {
        (1..self.len() as u32).into_par_iter().with_min_len(4096).all(|n| self.id(n - 1) < self.id(n))
    }
}

/// Appends `probability` with six decimals.
pub fn write_probability(out: &mut Vec<u8>, p: f64) {
    let millionths = (p.clamp(0.0, 1.0) * 1e6).round() as u32;
    let mut digits = *b"0.000000";
    digits[0] += (millionths / 1_000_000) as u8;
    let mut rest = millionths % 1_000_000;
    for digit in digits[2..].iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits);
}

/// The pairs file: `id_a,id_b,probability`. Of one file, the lesser id comes first and lines are sorted by id, so that
/// the order of rows in the input changes nothing; of two, the left file's id comes first.
#[must_use]
pub fn pairs_file(linked: &Linked, pairs: &[ScoredPair]) -> Vec<u8> {
    let records = &linked.records;
    let mut pairs: Vec<ScoredPair> = pairs.to_vec();
    if !records.is_link() && !records.ids_rise() {
        for pair in &mut pairs {
            if records.id(pair.a) > records.id(pair.b) {
                (pair.a, pair.b) = (pair.b, pair.a);
            }
        }
        pairs.par_sort_unstable_by(|x, y| {
            records.id(x.a).cmp(records.id(y.a)).then_with(|| records.id(x.b).cmp(records.id(y.b)))
        });
    }
    let parts: Vec<Vec<u8>> = pairs
        .par_chunks(1 << 15)
        .map(|chunk| {
            let mut out = Vec::with_capacity(chunk.len() * 40);
            for pair in chunk {
                write_field(&mut out, records.id(pair.a));
                out.push(b',');
                write_field(&mut out, records.id(pair.b));
                out.push(b',');
                write_probability(&mut out, probability(pair.score));
                out.push(b'\n');
            }
            out
        })
        .collect();
    let mut all = b"id_a,id_b,probability\n".to_vec();
    all.reserve(parts.iter().map(Vec::len).sum());
    for part in parts {
        all.extend_from_slice(&part);
    }
    all
}

/// A decision in a file, and whether its ids are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Decisions in force, by record numbers; later lines of the file win, `undo` takes one back.
    pub decided: Vec<(u32, u32, Decision)>,
    /// Lines whose ids are unknown or whose decision is none of `link`, `do_not_link`, `undo`.
    pub not_understood: Vec<usize>,
}

/// Reads `id_a,id_b,decision`. Lines with an empty decision are still open and are passed over.
#[must_use]
pub fn read_decisions(file: &CsvFile, records: &Records) -> Decisions {
    let mut found = Decisions::default();
    let place = |name: &str| file.header.iter().position(|h| h.trim() == name);
    let (Some(a), Some(b), Some(decision)) = (place("id_a"), place("id_b"), place("decision")) else {
        found.not_understood.push(1);
        return found;
    };
    let by_id = records.by_id();
    let mut decided: std::collections::BTreeMap<(u32, u32), Decision> = std::collections::BTreeMap::new();
    let mut rows = Rows::new(&file.bytes, file.body..file.bytes.len(), file.delimiter);
    while let Some(row) = rows.next() {
        let line = || file.line_of(rows.start());
        let pair = (by_id.get(rows.field(a)), by_id.get(rows.field(b)));
        let word = rows.field(decision).to_ascii_lowercase();
        match (row, pair, word.as_slice()) {
            (Ok(()), _, b"") => {}
            (Ok(()), (Some(&x), Some(&y)), word) if x != y => {
                let key = (x.min(y), x.max(y));
                match word {
                    b"link" => drop(decided.insert(key, Decision::Link)),
                    b"do_not_link" | b"do not link" => drop(decided.insert(key, Decision::DoNotLink)),
                    b"undo" => drop(decided.remove(&key)),
                    _ => found.not_understood.push(line()),
                }
            }
            _ => found.not_understood.push(line()),
        }
    }
    found.decided = decided.into_iter().map(|((a, b), d)| (a, b, d)).collect();
    found
}

/// Puts decisions in the place of scores: linked pairs become certain, the others go.
#[must_use]
pub fn apply_decisions(pairs: &[ScoredPair], decisions: &[(u32, u32, Decision)]) -> Vec<ScoredPair> {
    let decided: HashMap<(u32, u32), Decision> = decisions.iter().map(|d| ((d.0, d.1), d.2)).collect();
    let mut all: Vec<ScoredPair> =
        pairs.iter().copied().filter(|p| !decided.contains_key(&(p.a, p.b))).collect();
    all.extend(decisions.iter().filter(|d| d.2 == Decision::Link).map(|d| ScoredPair {
        a: d.0,
        b: d.1,
        score: 40 * crate::score::UNIT,
    }));
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_have_six_decimals() {
        for (p, text) in [(0.0, "0.000000"), (1.0, "1.000000"), (0.5, "0.500000"), (0.123_456_7, "0.123457")]
        {
            let mut out = Vec::new();
            write_probability(&mut out, p);
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn later_decisions_win() {
        let records = Records::read(
            &CsvFile::new(b"id,surname\nx,a\ny,b\nz,c\n".to_vec()),
            &crate::schema::Mapping::new(),
        )
        .unwrap()
        .0;
        let text = b"id_a,id_b,decision\nx,y,link\ny,x,do_not_link\ny,z,link\nz,y,undo\nx,q,link\nx,z,\nx,z,perhaps\n";
        let found = read_decisions(&CsvFile::new(text.to_vec()), &records);
        assert_eq!(found.decided, [(0, 1, Decision::DoNotLink)]);
        assert_eq!(found.not_understood, [6, 8]);
        let pairs = [ScoredPair { a: 0, b: 1, score: 5 }, ScoredPair { a: 0, b: 2, score: 5 }];
        assert_eq!(apply_decisions(&pairs, &found.decided), [pairs[1]]);
    }
}
