//! Three records looked at together.
//!
//! If A and B both match C, that is evidence about A and B: a child who moved and later changed surname is joined by
//! the record made in between. And if A and B cannot be one person, C cannot be both: each of two twins gets the
//! share of C's match that their scores leave them.
//!
//! For every three records the five ways of telling them apart are weighed: all one person, any two, or three people.
//! The pair's new score is the odds that come of it. Evidence is never counted twice: "all one person" rests on the
//! two links through the middle record, and the third pair can only speak against it.

use rayon::prelude::*;

use crate::pairs::{Linked, ScoredPair};
use crate::score::{NameMemory, Scorer, UNIT, probability};

/// Links at least this good are looked at from both their ends.
const LINK: i32 = -2 * UNIT;
/// Most links of one record that are looked at.
const MOST_LINKS: usize = 24;
/// How sure three records may make us of a pair that does not look alike itself.
const SUREST: i32 = 9 * UNIT;

/// What the third pair says against all three being one person: nothing while it makes up most of what two records
/// lack before they are compared, and from there on what is missing.
fn against(own: i32, prior: i32) -> i32 {
    (own - prior / 5).min(0)
}

struct Links {
    starts: Vec<u32>,
    to: Vec<(u32, i32)>,
}

impl Links {
    fn of(records: usize, pairs: &[ScoredPair]) -> Self {
        let mut starts = vec![0_u32; records + 1];
        for pair in pairs.iter().filter(|p| p.score >= LINK) {
            starts[pair.a as usize + 1] += 1;
            starts[pair.b as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut to = vec![(0, 0); starts.last().copied().unwrap_or(0) as usize];
        for pair in pairs.iter().filter(|p| p.score >= LINK) {
            for (from, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
                to[next[from as usize] as usize] = (other, pair.score);
                next[from as usize] += 1;
            }
        }
        Self { starts, to }
    }

    fn from(&self, record: u32) -> &[(u32, i32)] {
        &self.to[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize]
    }

    fn between(&self, a: u32, b: u32) -> Option<i32> {
        self.from(a).iter().find(|l| l.0 == b).map(|l| l.1)
    }
}

/// Scores of pairs once the records both match are taken into account, sorted by record.
pub(crate) fn look_together(linked: &Linked, pairs: &[ScoredPair], least: i32) -> Vec<ScoredPair> {
    let scorer = linked.scorer();
    let n = linked.records.len();
    if linked.records.is_link() {
        let twice = twice_in_a_file(n, pairs);
        let nobody_else = nobody_else(linked.records.second, n, pairs, twice);
        let raised: Vec<ScoredPair> =
            pairs.iter().map(|p| ScoredPair { score: p.score + nobody_else, ..*p }).collect();
        return part_rivals(&scorer, n, &raised, twice);
    }
    let parted = part_rivals(&scorer, n, pairs, 0);
    join_through(&scorer, n, &parted, least)
}

/// Most records that are thought to have a partner, however many seem to.
const MOST_PARTNERED: f64 = 0.9;

/// What it says for a pair that neither of the two fits anywhere else, where a record has one partner at most: the more
/// records have partners, the less likely both are without. Rivals, where there are any, are weighed afterwards.
fn nobody_else(second: usize, n: usize, pairs: &[ScoredPair], twice: i32) -> i32 {
    let mut best = vec![0.0_f64; n];
    for pair in pairs {
        for record in [pair.a, pair.b] {
            let best = &mut best[record as usize];
            *best = best.max(probability(pair.score));
        }
    }
    let one_partner = 1.0 - (f64::from(twice) / f64::from(UNIT)).exp2();
    let without = |side: &[f64]| {
        let partnered = side.iter().sum::<f64>() / side.len().max(1) as f64;
        1.0 - one_partner * partnered.min(MOST_PARTNERED)
    };
    (-(without(&best[..second]) * without(&best[second..])).log2() * f64::from(UNIT)) as i32
}

/// Calls `visit(c, a, score of a and c, b, score of b and c)` for every two links of every record.
fn wedges<S: Send>(
    n: usize,
    links: &Links,
    start: impl Fn() -> S + Sync,
    visit: impl Fn(&mut S, u32, (u32, i32), (u32, i32)) + Sync,
) -> Vec<S> {
    let step = n.div_ceil(rayon::current_num_threads().max(1) * 8).max(1);
    (0..n.div_ceil(step))
        .into_par_iter()
        .map(|piece| {
            let mut state = start();
            let mut mine = Vec::new();
            for c in piece * step..((piece + 1) * step).min(n) {
                let all = links.from(c as u32);
                if all.len() < 2 {
                    continue;
                }
                mine.clear();
                mine.extend_from_slice(all);
                if mine.len() > MOST_LINKS {
                    mine.sort_unstable_by_key(|l| (-l.1, l.0));
                    mine.truncate(MOST_LINKS);
                }
                for (i, &one) in mine.iter().enumerate() {
                    for &two in &mine[..i] {
                        visit(&mut state, c as u32, one, two);
                    }
                }
            }
            state
        })
        .collect()
}

/// How likely a person who is in one file stands in the other twice, as a weight, from how often links that are
/// beyond doubt say so. Between two files without repeats a record has one partner at most.
fn twice_in_a_file(n: usize, pairs: &[ScoredPair]) -> i32 {
    let sure = Links::of(n, pairs);
    let (mut once, mut twice) = (1.0, 0.5);
    for record in 0..n as u32 {
        let links = sure.from(record).iter().filter(|l| l.1 >= 10 * UNIT).count();
        once += f64::from(u8::from(links > 0));
        twice += f64::from(u8::from(links > 1));
    }
    ((twice / once).min(1.0_f64).log2() * f64::from(UNIT)) as i32
}

/// Lowers links of a record to two others that cannot be one person.
fn part_rivals(scorer: &Scorer<'_>, n: usize, pairs: &[ScoredPair], twice: i32) -> Vec<ScoredPair> {
    let links = Links::of(n, pairs);
    let prior = scorer.weights().prior;
    let found = wedges(
        n,
        &links,
        || (Vec::new(), NameMemory::default()),
        |(lowered, memory): &mut (Vec<ScoredPair>, NameMemory), c, (a, ac), (b, bc)| {
            let own = links.between(a, b).unwrap_or_else(|| scorer.score(a, b, memory));
            let against = against(own, prior) + twice;
            if against == 0 {
                return;
            }
            let all = ac + bc + against;
            for ((x, xc), other) in [((a, ac), bc), ((b, bc), ac)] {
                let new = odds(&[all, xc], &[other, own, 0]);
                if new < xc {
                    lowered.push(ScoredPair { a: x.min(c), b: x.max(c), score: new });
                }
            }
        },
    );
    let mut lowered: Vec<ScoredPair> = found.into_iter().flat_map(|s| s.0).collect();
    // The lowest of each pair comes first.
    lowered.par_sort_unstable();
    lowered.dedup_by_key(|p| (p.a, p.b));
    let mut next = lowered.iter().peekable();
    let mut all = pairs.to_vec();
    for pair in &mut all {
        while next.peek().is_some_and(|l| (l.a, l.b) < (pair.a, pair.b)) {
            next.next();
        }
        if let Some(low) = next.peek()
            && (low.a, low.b) == (pair.a, pair.b)
        {
            pair.score = pair.score.min(low.score);
        }
    }
    all
}

/// Raises, or finds, pairs that a third record joins.
fn join_through(scorer: &Scorer<'_>, n: usize, pairs: &[ScoredPair], least: i32) -> Vec<ScoredPair> {
    let links = Links::of(n, pairs);
    let prior = scorer.weights().prior;
    let found = wedges(
        n,
        &links,
        || (Vec::new(), NameMemory::default()),
        |(raised, memory): &mut (Vec<ScoredPair>, NameMemory), _, (a, ac), (b, bc)| {
            if ac.min(bc) <= 0 {
                return;
            }
            let own = links.between(a, b).unwrap_or_else(|| scorer.score(a, b, memory));
            if own >= SUREST {
                return;
            }
            let against = against(own, prior);
            let new = odds(&[ac + bc + against, own], &[ac, bc, 0]).min(SUREST);
            if new > own && new >= least {
                raised.push(ScoredPair { a: a.min(b), b: a.max(b), score: new });
            }
        },
    );
    let mut all: Vec<ScoredPair> = found.into_iter().flat_map(|s| s.0).collect();
    all.extend_from_slice(pairs);
    // The highest of each pair comes first.
    all.par_sort_unstable_by(|x, y| (x.a, x.b, y.score).cmp(&(y.a, y.b, x.score)));
    all.dedup_by_key(|p| (p.a, p.b));
    all
}

/// The odds of some hypotheses against others, in units, from their scores.
fn odds(for_it: &[i32], against: &[i32]) -> i32 {
    let sum = |scores: &[i32]| {
        let top = scores.iter().copied().max().unwrap_or(0);
        let total: f64 = scores.iter().map(|s| (f64::from(s - top) / f64::from(UNIT)).exp2()).sum();
        f64::from(top) + total.log2() * f64::from(UNIT)
    };
    (sum(for_it) - sum(against)).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_says_more_the_more_have_partners() {
        let pair = |a: u32| ScoredPair { a, b: 10 + a, score: 12 * UNIT };
        let of = |pairs: &[ScoredPair], twice: i32| nobody_else(10, 20, pairs, twice);
        let few: Vec<ScoredPair> = (0..2).map(pair).collect();
        let many: Vec<ScoredPair> = (0..8).map(pair).collect();
        assert_eq!(of(&[], -8 * UNIT), 0);
        assert!(of(&few, -8 * UNIT) < of(&many, -8 * UNIT));
        assert!(of(&many, -8 * UNIT) < 5 * UNIT);
        assert_eq!(of(&many, 0), 0, "where records repeat, one partner says nothing about another");
    }

    #[test]
    fn odds_weigh_both_sides() {
        assert_eq!(odds(&[0], &[0]), 0);
        assert_eq!(odds(&[3 * UNIT], &[0]), 3 * UNIT);
        assert_eq!(odds(&[0, 0], &[0]), UNIT);
    }
}
