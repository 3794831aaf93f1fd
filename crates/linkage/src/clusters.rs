//! People, each with the records that are theirs, as people decided and scores suggest.
//!
//! A person's decision always wins over a score. Scores join what they may; where joining would put records together
//! that speak against each other, the two stay apart and are shown for attention. New records join one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::pairs::ScoredPair;
use crate::score::UNIT;

/// What a person decided about two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// One person.
    Link,
    /// Two people.
    DoNotLink,
}

/// Why people should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attention {
    /// Decisions contradict each other: linked through others, yet decided to be two people.
    Contradiction {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
    },
    /// A score says one person, a decision keeps them apart.
    KeptApart {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
        /// The score.
        score: i32,
    },
    /// A pair that would join two groups whose other records speak against it.
    WouldNotFit {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
        /// The score of the pair.
        score: i32,
        /// The average score between the two groups.
        between: i32,
    },
    /// A pair that would make one person of two who were known before as two.
    WouldJoinKnown {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
        /// The score of the pair.
        score: i32,
    },
}

/// How groups are formed.
#[derive(Debug, Clone, Copy)]
pub struct Joining {
    /// Least score that joins.
    pub least: i32,
    /// Least average score between two groups that are joined.
    pub least_between: i32,
}

impl Default for Joining {
    fn default() -> Self {
        Self { least: 0, least_between: -6 * UNIT }
    }
}

/// Groups of records, kept up as records and decisions come.
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    joining: Joining,
    group_of: Vec<u32>,
    members: BTreeMap<u32, Vec<u32>>,
    near: HashMap<u32, Vec<(u32, i32)>>,
    decisions: BTreeMap<(u32, u32), Decision>,
    decided: HashMap<u32, BTreeSet<u32>>,
    attention: BTreeSet<Attention>,
}

const fn ordered(a: u32, b: u32) -> (u32, u32) {
    if a < b { (a, b) } else { (b, a) }
}

impl Clusters {
    /// Every record by itself.
    #[must_use]
    pub fn new(records: usize, joining: Joining) -> Self {
        Self {
            joining,
            group_of: (0..records as u32).collect(),
            members: (0..records as u32).map(|r| (r, vec![r])).collect(),
            ..Self::default()
        }
    }

    /// Groups from scored pairs and decisions. `score` gives the score of any two records.
    #[must_use]
    pub fn build(
        records: usize,
        pairs: &[ScoredPair],
        decisions: &[(u32, u32, Decision)],
        joining: Joining,
        score: &mut dyn FnMut(u32, u32) -> i32,
    ) -> Self {
        let mut all = Self::new(records, joining);
        for pair in pairs {
            all.remember(*pair);
        }
        for &(a, b, decision) in decisions {
            all.note(a, b, Some(decision));
        }
        let everyone: Vec<u32> = (0..records as u32).collect();
        all.form(&everyone, score);
        all
    }

    /// Groups known before, and what new records do to them. `known` gives for each record its group, as the number of
    /// one record of that group; new records have none. A new record joins the group it fits best, or stands
    /// alone. What was one group stays one and what was two stays two, unless people decide otherwise; a new record
    /// that would join two is shown for attention.
    #[must_use]
    pub fn grow(
        known: &[Option<u32>],
        pairs: &[ScoredPair],
        decisions: &[(u32, u32, Decision)],
        joining: Joining,
        score: &mut dyn FnMut(u32, u32) -> i32,
    ) -> Self {
        let mut all = Self::new(known.len(), joining);
        for pair in pairs {
            all.remember(*pair);
        }
        for &(a, b, decision) in decisions {
            all.note(a, b, Some(decision));
        }
        for (record, first) in known.iter().enumerate() {
            let Some(first) = *first else { continue };
            let record = record as u32;
            let (here, there) = (all.group_of(first), all.group_of(record));
            if all.forbidden(&all.members[&here], &all.members[&there]) {
                // People have said since that the two are not one: the record waits for its own pairs.
                all.attention.insert(Attention::KeptApart { a: first, b: record, score: 0 });
            } else {
                all.join(first, record);
            }
        }
        for &(a, b, decision) in decisions {
            if decision == Decision::Link {
                all.join(a, b);
            }
        }
        all.show_contradictions(decisions);
        let mut people: HashMap<u32, u32> = HashMap::new();
        for (record, _) in known.iter().enumerate().filter(|(_, group)| group.is_some()) {
            *people.entry(all.group_of(record as u32)).or_default() += 1;
        }
        let mut open: Vec<ScoredPair> = pairs.iter().copied().filter(|p| p.score >= joining.least).collect();
        open.sort_unstable_by(|x, y| y.score.cmp(&x.score).then(x.cmp(y)));
        for pair in open {
            let (one, two) = (all.group_of(pair.a), all.group_of(pair.b));
            if one == two {
                continue;
            }
            match (people.contains_key(&one), people.contains_key(&two)) {
                (true, true) if known[pair.a as usize].is_some() && known[pair.b as usize].is_some() => {}
                (true, true) => {
                    let (a, b, score) = (pair.a, pair.b, pair.score);
                    all.attention.insert(Attention::WouldJoinKnown { a, b, score });
                }
                _ => {
                    all.join_by_score(pair, score);
                    let (now, was) = (all.group_of(pair.a), people.remove(&one).or(people.remove(&two)));
                    people.extend(was.map(|count| (now, count)));
                }
            }
        }
        all
    }

    fn show_contradictions(&mut self, decisions: &[(u32, u32, Decision)]) {
        for &(a, b, decision) in decisions {
            if decision == Decision::DoNotLink && self.group_of[a as usize] == self.group_of[b as usize] {
                let (a, b) = ordered(a, b);
                self.attention.insert(Attention::Contradiction { a, b });
            }
        }
    }

    fn remember(&mut self, pair: ScoredPair) {
        if pair.score >= self.joining.least {
            self.near.entry(pair.a).or_default().push((pair.b, pair.score));
            self.near.entry(pair.b).or_default().push((pair.a, pair.score));
        }
    }

    fn note(&mut self, a: u32, b: u32, decision: Option<Decision>) {
        let key = ordered(a, b);
        match decision {
            Some(decision) => {
                self.decisions.insert(key, decision);
                self.decided.entry(a).or_default().insert(b);
                self.decided.entry(b).or_default().insert(a);
            }
            None => {
                self.decisions.remove(&key);
            }
        }
    }

    /// Adds a record with the pairs it forms; it joins the group it fits best, and others near it are shown.
    pub fn add(&mut self, pairs: &[ScoredPair], score: &mut dyn FnMut(u32, u32) -> i32) -> u32 {
        let record = self.group_of.len() as u32;
        self.group_of.push(record);
        self.members.insert(record, vec![record]);
        for pair in pairs {
            self.remember(*pair);
        }
        let mut mine: Vec<ScoredPair> =
            pairs.iter().copied().filter(|p| p.score >= self.joining.least).collect();
        mine.sort_unstable_by(|x, y| y.score.cmp(&x.score).then(x.cmp(y)));
        for pair in mine {
            self.join_by_score(pair, score);
        }
        record
    }

    /// Takes a decision and forms the groups it touches anew.
    pub fn decide(&mut self, a: u32, b: u32, decision: Decision, score: &mut dyn FnMut(u32, u32) -> i32) {
        self.note(a, b, Some(decision));
        let touched = self.reach(&[a, b]);
        self.form(&touched, score);
    }

    /// Takes a decision back and forms the groups it touched anew.
    pub fn undo(&mut self, a: u32, b: u32, score: &mut dyn FnMut(u32, u32) -> i32) {
        let touched = self.reach(&[a, b]);
        self.note(a, b, None);
        self.form(&touched, score);
    }

    /// Records connected to these by scores or decisions.
    fn reach(&self, from: &[u32]) -> Vec<u32> {
        let mut seen: BTreeSet<u32> = from.iter().copied().collect();
        let mut open: Vec<u32> = from.to_vec();
        while let Some(record) = open.pop() {
            let scored = self.near.get(&record).into_iter().flatten().map(|n| n.0);
            let decided = self.decided.get(&record).into_iter().flatten().copied();
            for next in scored.chain(decided) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen.into_iter().collect()
    }

    fn form(&mut self, touched: &[u32], score: &mut dyn FnMut(u32, u32) -> i32) {
        let inside = |r: &u32| touched.binary_search(r).is_ok();
        self.attention.retain(|a| !inside(&a.records().0));
        for &record in touched {
            self.members.remove(&self.group_of[record as usize]);
        }
        for &record in touched {
            self.group_of[record as usize] = record;
            self.members.insert(record, vec![record]);
        }
        let mut links = Vec::new();
        for &a in touched {
            for &b in self.decided.get(&a).into_iter().flatten().filter(|b| **b > a) {
                if let Some(decision) = self.decisions.get(&(a, b)) {
                    links.push((a, b, *decision));
                }
            }
        }
        for &(a, b, decision) in &links {
            if decision == Decision::Link {
                self.join(a, b);
            }
        }
        self.show_contradictions(&links);
        let mut pairs: Vec<ScoredPair> = Vec::new();
        for &a in touched {
            for &(b, score) in self.near.get(&a).into_iter().flatten().filter(|n| n.0 > a) {
                pairs.push(ScoredPair { a, b, score });
            }
        }
        pairs.sort_unstable_by(|x, y| y.score.cmp(&x.score).then(x.cmp(y)));
        for pair in pairs {
            self.join_by_score(pair, score);
        }
    }

    fn join_by_score(&mut self, pair: ScoredPair, score: &mut dyn FnMut(u32, u32) -> i32) {
        let (one, two) = (self.group_of[pair.a as usize], self.group_of[pair.b as usize]);
        if one == two {
            return;
        }
        let (left, right) = (&self.members[&one], &self.members[&two]);
        if self.forbidden(left, right) {
            self.attention.insert(Attention::KeptApart { a: pair.a, b: pair.b, score: pair.score });
            return;
        }
        if left.len() > 1 || right.len() > 1 {
            let (mut sum, mut count) = (0_i64, 0_i64);
            for &x in left.iter().take(12) {
                for &y in right.iter().take(12) {
                    sum += i64::from(score(x, y).clamp(-30 * UNIT, 30 * UNIT));
                    count += 1;
                }
            }
            let between = (sum / count.max(1)) as i32;
            if between < self.joining.least_between {
                self.attention.insert(Attention::WouldNotFit {
                    a: pair.a,
                    b: pair.b,
                    score: pair.score,
                    between,
                });
                return;
            }
        }
        self.join(pair.a, pair.b);
    }

    fn forbidden(&self, left: &[u32], right: &[u32]) -> bool {
        left.iter().any(|x| {
            self.decided.get(x).is_some_and(|others| {
                others.iter().any(|y| {
                    right.contains(y) && self.decisions.get(&ordered(*x, *y)) == Some(&Decision::DoNotLink)
                })
            })
        })
    }

    fn join(&mut self, a: u32, b: u32) {
        let (one, two) = ordered(self.group_of[a as usize], self.group_of[b as usize]);
        if one == two {
            return;
        }
        let Some(moving) = self.members.remove(&two) else { return };
        for record in &moving {
            self.group_of[*record as usize] = one;
        }
        self.members.entry(one).or_default().extend(moving);
    }

    /// The group of a record: the number of its first record.
    #[must_use]
    pub fn group_of(&self, record: u32) -> u32 {
        self.group_of[record as usize]
    }

    /// Groups with their records.
    pub fn groups(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.members.iter().map(|(group, members)| (*group, members.as_slice()))
    }

    /// What people should look at.
    pub fn attention(&self) -> impl Iterator<Item = &Attention> {
        self.attention.iter()
    }
}

impl Attention {
    /// The two records it is about.
    #[must_use]
    pub const fn records(&self) -> (u32, u32) {
        match *self {
            Self::Contradiction { a, b }
            | Self::KeptApart { a, b, .. }
            | Self::WouldNotFit { a, b, .. }
            | Self::WouldJoinKnown { a, b, .. } => (a, b),
        }
    }

    /// In words.
    #[must_use]
    pub const fn why(&self) -> &'static str {
        match self {
            Self::Contradiction { .. } => "decided to be two people, yet linked through other decisions",
            Self::KeptApart { .. } => "a score says one person, a decision keeps them apart",
            Self::WouldNotFit { .. } => "would join two groups whose other records speak against it",
            Self::WouldJoinKnown { .. } => "would make one person of two who were known before",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u32, b: u32, bits: i32) -> ScoredPair {
        ScoredPair { a, b, score: bits * UNIT }
    }

    fn friendly(_: u32, _: u32) -> i32 {
        2 * UNIT
    }

    #[test]
    fn decisions_win_and_can_be_undone() {
        let pairs = [pair(0, 1, 5), pair(1, 2, 5)];
        let mut all = Clusters::build(4, &pairs, &[], Joining::default(), &mut friendly);
        assert_eq!((all.group_of(0), all.group_of(2), all.group_of(3)), (0, 0, 3));
        all.decide(1, 2, Decision::DoNotLink, &mut friendly);
        assert_eq!((all.group_of(1), all.group_of(2)), (0, 2));
        assert_eq!(all.attention().count(), 1);
        all.decide(2, 3, Decision::Link, &mut friendly);
        assert_eq!(all.group_of(3), 2);
        all.undo(1, 2, &mut friendly);
        assert_eq!(all.group_of(3), 0);
        assert_eq!(all.attention().count(), 0);
        all.undo(2, 3, &mut friendly);
        assert_eq!((all.group_of(2), all.group_of(3)), (0, 3));
    }

    #[test]
    fn contradictions_are_shown_not_settled() {
        let decisions = [(0, 1, Decision::Link), (1, 2, Decision::Link), (0, 2, Decision::DoNotLink)];
        let all = Clusters::build(3, &[], &decisions, Joining::default(), &mut friendly);
        assert_eq!(all.attention().copied().collect::<Vec<_>>(), [Attention::Contradiction { a: 0, b: 2 }]);
    }

    #[test]
    fn groups_that_speak_against_each_other_stay_apart() {
        let mut score = |a: u32, b: u32| if ordered(a, b) == (1, 2) { UNIT } else { -20 * UNIT };
        let pairs = [pair(0, 1, 9), pair(2, 3, 9), pair(1, 2, 1)];
        let all = Clusters::build(4, &pairs, &[], Joining::default(), &mut score);
        assert_ne!(all.group_of(1), all.group_of(2));
        assert!(matches!(all.attention().next(), Some(Attention::WouldNotFit { a: 1, b: 2, .. })));
    }

    #[test]
    fn a_new_record_joins_what_is_there() {
        let mut all = Clusters::build(2, &[pair(0, 1, 5)], &[], Joining::default(), &mut friendly);
        let new = all.add(&[pair(1, 2, 4)], &mut friendly);
        assert_eq!((new, all.group_of(2)), (2, 0));
        assert_eq!(all.add(&[], &mut friendly), 3);
        assert_eq!(all.group_of(3), 3);
    }
    #[test]
    fn known_groups_stay_and_new_records_join_one_of_them() {
        // 0 and 1 are one person and 2 another, as an earlier run said; 3 and 4 are new.
        let known = [Some(0), Some(0), Some(2), None, None];
        let pairs = [pair(1, 2, 9), pair(1, 3, 5), pair(2, 3, 4), pair(3, 4, 1)];
        let all = Clusters::grow(&known, &pairs, &[], Joining::default(), &mut friendly);
        let groups: Vec<u32> = (0..5).map(|record| all.group_of(record)).collect();
        assert_eq!(groups, [0, 0, 2, 0, 0]);
        let shown: Vec<_> = all.attention().copied().collect();
        assert_eq!(shown, [Attention::WouldJoinKnown { a: 2, b: 3, score: 4 * UNIT }]);
        // People may still join and part what was known.
        let decisions = [(0, 1, Decision::DoNotLink), (1, 2, Decision::Link)];
        let all = Clusters::grow(&known, &pairs, &decisions, Joining::default(), &mut friendly);
        assert_ne!(all.group_of(0), all.group_of(1));
        assert_eq!(all.group_of(1), all.group_of(2));
        assert_eq!(all.group_of(3), all.group_of(1));
        assert!(all.attention().any(|a| matches!(a, Attention::KeptApart { a: 0, b: 1, .. })));
    }
}
