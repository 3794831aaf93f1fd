//! What is checked about every condition when it is read, by trying the answers that matter.
use crate::condition::{Condition, Slot, Truth};
use crate::{Effect, Fact, FactKind};

/// How many combinations of answers a rule may have; each is tried when it is read.
const MOST_COMBINATIONS: usize = 20_000;

/// Refuses a test, and a condition, that no answers make true, or none make false.
pub(crate) fn can_go_both_ways(condition: &Condition, facts: &[Fact]) -> Result<(), String> {
    let candidates = candidates(facts, std::iter::once(condition));
    let mut dead = None;
    condition.tests(true, &mut |fact, check, _| {
        let test = Condition::Test { fact, check: check.clone() };
        if !both_ways(&test, &candidates) {
            dead = Some(fact);
        }
    });
    if let Some(fact) = dead {
        return Err(format!("a test of `{}` has the same answer for every possible value", facts[fact].name));
    }
    let combinations = condition.facts().iter().map(|fact| candidates[fact].len());
    if combinations.fold(1_usize, usize::saturating_mul) > MOST_COMBINATIONS {
        return Err("uses too many facts to be checked; make it two rules".to_owned());
    }
    if both_ways(condition, &candidates) {
        Ok(())
    } else {
        Err("the condition is always true or never true".to_owned())
    }
}

fn both_ways(condition: &Condition, candidates: &[Vec<Slot>]) -> bool {
    let used: Vec<usize> = condition.facts().iter().collect();
    let mut turns = vec![0_usize; used.len()];
    let mut slots = vec![None; candidates.len()];
    let (mut yes, mut no) = (false, false);
    loop {
        for (&fact, &turn) in used.iter().zip(&turns) {
            slots[fact] = Some(candidates[fact][turn]);
        }
        match condition.truth(&slots) {
            Truth::Yes => yes = true,
            _ => no = true,
        }
        if yes && no {
            return true;
        }
        // Count on like an odometer.
        let Some(next) = (0..used.len()).find(|&wheel| turns[wheel] + 1 < candidates[used[wheel]].len())
        else {
            return false;
        };
        turns[next] += 1;
        turns[..next].fill(0);
    }
}

/// A fact marked so must not be able to lower a grade: more of it never makes a raising rule stop.
pub(crate) fn only_raises(condition: &Condition, effect: &Effect, facts: &[Fact]) -> Result<(), String> {
    let mut against = None;
    condition.tests(true, &mut |fact, check, upright| {
        if facts[fact].only_raises && !(upright && check.rises()) {
            against = Some(fact);
        }
    });
    match against {
        Some(fact) if effect.grade().is_some() => {
            let name = &facts[fact].name;
            Err(format!(
                "`{name}` only raises: test it with `>=` or `>`, or that it is so, and never under `not`"
            ))
        }
        _ => Ok(()),
    }
}

/// Answers for each fact that between them stand for every region the tests tell apart: both ends of every region.
pub(crate) fn candidates<'a>(
    facts: &[Fact],
    conditions: impl Iterator<Item = &'a Condition>,
) -> Vec<Vec<Slot>> {
    let mut edges: Vec<Vec<i64>> = vec![Vec::new(); facts.len()];
    for condition in conditions {
        condition.tests(true, &mut |fact, check, _| {
            edges[fact].extend(check.threshold().into_iter().flat_map(|n| [n - 1, n, n + 1]));
        });
    }
    let of = |(fact, mut edges): (&Fact, Vec<i64>)| match &fact.kind {
        FactKind::YesNo => vec![Slot::Bool(false), Slot::Bool(true)],
        FactKind::Number { min, max, .. } => {
            edges.extend([*min, *max]);
            edges.retain(|n| (min..=max).contains(&n));
            edges.sort_unstable();
            edges.dedup();
            edges.into_iter().map(Slot::Number).collect()
        }
        FactKind::Code { codes } => (0..u16::try_from(codes.len()).unwrap_or(0)).map(Slot::Code).collect(),
    };
    facts.iter().zip(edges).map(of).collect()
}
