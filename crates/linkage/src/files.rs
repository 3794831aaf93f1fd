//! The files around a run: pairs out, people's decisions in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::clusters::Decision;
use crate::csv::{CsvFile, Rows, write_field};
use crate::pairs::{Linked, ScoredPair};
use crate::records::Records;
use crate::score::probability;

/// Numbers of records by id.
type ById<'a> = HashMap<&'a [u8], u32>;

impl Records {
    /// Numbers by id: of the records a file's `id_a` may name, and of those its `id_b` may. The same map twice for one
    /// file; between two files the left one's and the right one's, since an id may stand in both.
    pub(crate) fn by_id(&self) -> (ById<'_>, Option<ById<'_>>) {
        let numbers = |range: std::ops::Range<usize>| range.map(|n| (self.id(n as u32), n as u32)).collect();
        let left = numbers(0..self.second.min(self.len()));
        (left, self.is_link().then(|| numbers(self.second..self.len())))
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

/// Reads `id_a,id_b,decision`; between two files `id_a` is the left file's. Lines with an empty decision are still open
/// and are passed over.
#[must_use]
pub fn read_decisions(file: &CsvFile, records: &Records) -> Decisions {
    let mut found = Decisions::default();
    let place = |name: &str| file.header.iter().position(|h| h.trim() == name);
    let (Some(a), Some(b), Some(decision)) = (place("id_a"), place("id_b"), place("decision")) else {
        found.not_understood.push(1);
        return found;
    };
    let (left, right) = records.by_id();
    let right = right.as_ref().unwrap_or(&left);
    let mut decided: BTreeMap<(u32, u32), Decision> = BTreeMap::new();
    let mut rows = Rows::new(&file.bytes, file.body..file.bytes.len(), file.delimiter);
    while let Some(row) = rows.next() {
        let line = || file.line_of(rows.start());
        let pair = (left.get(rows.field(a)), right.get(rows.field(b)));
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

/// Groups of an earlier run, by record: the number of one record of the group, the one it is named for where that is
/// still there. Records that were not in it have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownGroups {
    /// For each record, its group.
    pub group_of: Vec<Option<u32>>,
    /// The name of each group.
    pub names: HashMap<u32, Vec<u8>>,
    /// Lines whose id is unknown: the record is gone since.
    pub not_understood: Vec<usize>,
}

/// Reads `id,cluster`, as `link clusters` writes it.
#[must_use]
pub fn read_known_groups(file: &CsvFile, records: &Records) -> KnownGroups {
    let mut known = KnownGroups { group_of: vec![None; records.len()], ..KnownGroups::default() };
    let place = |name: &str| file.header.iter().position(|h| h.trim() == name);
    let (Some(id), Some(cluster)) = (place("id"), place("cluster")) else {
        known.not_understood.push(1);
        return known;
    };
    let (by_id, _) = records.by_id();
    let mut first: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut rows = Rows::new(&file.bytes, file.body..file.bytes.len(), file.delimiter);
    while let Some(row) = rows.next() {
        match (row, by_id.get(rows.field(id))) {
            (Ok(()), Some(&record)) if !rows.field(cluster).is_empty() => {
                let name = rows.field(cluster).to_vec();
                let group = *first.entry(name.clone()).or_insert(record);
                known.group_of[record as usize] = Some(group);
                known.names.insert(group, name);
            }
            _ => known.not_understood.push(file.line_of(rows.start())),
        }
    }
    let moved: HashMap<u32, u32> = known
        .names
        .iter()
        .filter_map(|(group, name)| {
            let named_for = *by_id.get(name.as_slice())?;
            (known.group_of[named_for as usize] == Some(*group)).then_some((*group, named_for))
        })
        .collect();
    let place = |group: u32| moved.get(&group).copied().unwrap_or(group);
    for group in known.group_of.iter_mut().flatten() {
        *group = place(*group);
    }
    known.names = known.names.into_iter().map(|(group, name)| (place(group), name)).collect();
    known
}

/// The score of a pair that people linked: certain, whatever the engine says.
const LINKED: i32 = 40 * crate::score::UNIT;

/// What decisions say of any two records, with what follows from them.
struct Verdicts {
    direct: BTreeMap<(u32, u32), Decision>,
    /// Records that people linked, by the least of their numbers.
    groups: BTreeMap<u32, Vec<u32>>,
    group_of: HashMap<u32, u32>,
    /// Groups with a record each that people keep apart, the lesser first.
    apart: BTreeSet<(u32, u32)>,
}

impl Verdicts {
    fn new(decisions: &[(u32, u32, Decision)]) -> Self {
        let direct = decisions.iter().map(|d| ((d.0.min(d.1), d.0.max(d.1)), d.2)).collect();
        let mut new =
            Self { direct, groups: BTreeMap::new(), group_of: HashMap::new(), apart: BTreeSet::new() };
        for &(a, b, decision) in decisions {
            let (a, b) = (new.begin(a), new.begin(b));
            if decision == Decision::Link && a != b {
                let moving = new.groups.remove(&a.max(b)).unwrap_or_default();
                new.group_of.extend(moving.iter().map(|record| (*record, a.min(b))));
                new.groups.entry(a.min(b)).or_default().extend(moving);
            }
        }
        let kept_apart = decisions.iter().filter(|d| d.2 == Decision::DoNotLink);
        new.apart =
            kept_apart.map(|d| (new.group(d.0), new.group(d.1))).map(|(a, b)| (a.min(b), a.max(b))).collect();
        new
    }

    fn begin(&mut self, record: u32) -> u32 {
        let group = *self.group_of.entry(record).or_insert(record);
        self.groups.entry(group).or_insert_with(|| vec![record]);
        group
    }

    fn group(&self, record: u32) -> u32 {
        self.group_of.get(&record).copied().unwrap_or(record)
    }

    /// What people said of the pair wins over what follows; where decisions contradict each other nothing follows.
    fn of(&self, a: u32, b: u32) -> Option<Decision> {
        let direct = self.direct.get(&(a.min(b), a.max(b)));
        let (one, two) = (self.group(a), self.group(b));
        direct.copied().or_else(|| match (one == two, self.apart.contains(&(one.min(two), one.max(two)))) {
            (true, false) => Some(Decision::Link),
            (false, true) => Some(Decision::DoNotLink),
            _ => None,
        })
    }
}

/// Puts decisions in the place of scores: linked pairs become certain, those kept apart go, and so do pairs about which
/// the same follows: who is linked to one of two records that are kept apart is kept apart from the other.
#[must_use]
pub fn apply_decisions(
    pairs: &[ScoredPair],
    decisions: &[(u32, u32, Decision)],
    records: &Records,
) -> Vec<ScoredPair> {
    let verdicts = Verdicts::new(decisions);
    let mut all: Vec<ScoredPair> =
        pairs.iter().copied().filter(|p| verdicts.of(p.a, p.b).is_none()).collect();
    let second = records.second as u32;
    let across = |a: u32, b: u32| !records.is_link() || (a < second) != (b < second);
    for members in verdicts.groups.values() {
        let mut members = members.clone();
        members.sort_unstable();
        for (at, &a) in members.iter().enumerate() {
            let others = members[at + 1..].iter().filter(|b| across(a, **b));
            let linked = others.filter(|b| verdicts.of(a, **b) == Some(Decision::Link));
            all.extend(linked.map(|&b| ScoredPair { a, b, score: LINKED }));
        }
    }
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
        assert_eq!(apply_decisions(&pairs, &found.decided, &records), [pairs[1]]);
    }

    #[test]
    fn what_follows_from_decisions_holds_as_well() {
        let text = b"id,surname\na,x\nb,x\nc,x\nd,x\ne,x\n";
        let records = Records::read(&CsvFile::new(text.to_vec()), &crate::schema::Mapping::new()).unwrap().0;
        let pair = |a, b| ScoredPair { a, b, score: 7 };
        let scored = [pair(0, 2), pair(0, 3), pair(0, 4), pair(2, 4)];
        use Decision::{DoNotLink, Link};
        // a = b = c, c is not d: so a = c without a word about it, and a is not d either.
        let decided = [(0, 1, Link), (1, 2, Link), (2, 3, DoNotLink)];
        let held = apply_decisions(&scored, &decided, &records);
        let got: Vec<(u32, u32, bool)> = held.iter().map(|p| (p.a, p.b, p.score == LINKED)).collect();
        assert_eq!(got, [(0, 1, true), (0, 2, true), (0, 4, false), (1, 2, true), (2, 4, false)]);
        // Where decisions contradict each other, they hold for the pairs they were taken about and nothing follows.
        let contradiction = [(0, 1, Link), (1, 2, Link), (0, 2, DoNotLink)];
        let held = apply_decisions(&scored, &contradiction, &records);
        let got: Vec<(u32, u32, bool)> = held.iter().map(|p| (p.a, p.b, p.score == LINKED)).collect();
        assert_eq!(got, [(0, 1, true), (0, 3, false), (0, 4, false), (1, 2, true), (2, 4, false)]);
    }

    #[test]
    fn between_two_files_the_first_id_is_the_left_files() {
        let file = |text: &str| CsvFile::new(text.as_bytes().to_vec());
        // Both files number from 1.
        let (left, right) = (file("id,surname\n1,a\n2,b\n"), file("id,surname\n1,c\n2,a\n3,d\n"));
        let records = Records::read_two(&left, &right, &crate::schema::Mapping::new()).unwrap().0;
        let found =
            read_decisions(&file("id_a,id_b,decision\n1,2,link\n2,3,do_not_link\n3,1,link\n"), &records);
        assert_eq!(found.decided, [(0, 3, Decision::Link), (1, 4, Decision::DoNotLink)]);
        assert_eq!(found.not_understood, [4]);
        // Two of the right file linked to one of the left: nothing within a file is written.
        let decided = [(0, 2, Decision::Link), (0, 3, Decision::Link)];
        let held = apply_decisions(&[], &decided, &records);
        assert_eq!(held.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>(), [(0, 2), (0, 3)]);
    }
}
