//! The smallest change of facts that would change the recommendation.
use cf_kernel::Grade;
use serde::{Deserialize, Serialize};

use crate::condition::{FactBits, Slot, Truth};
use crate::{RuleSet, Value};

/// Changes that would flip the recommendation, each checked by evaluating again.
///
/// Every fact that flips it alone is listed, with the nearest such answer. Only when no fact does so alone are pairs
/// listed, at most [`NearestFlips::MOST_PAIRS`] of them. This says how firm a recommendation is and what to check;
/// it is no advice on how to answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearestFlips {
    /// To a higher grade, in the order a person talks.
    pub up: Vec<Flip>,
    /// To a lower grade, in the order a person talks.
    pub down: Vec<Flip>,
}

impl NearestFlips {
    /// How many pairs are listed at most in each direction.
    pub const MOST_PAIRS: usize = 10;
}

/// One such change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// One fact, or two that are needed together.
    pub changes: Vec<FactChange>,
    /// What would then be recommended.
    pub becomes: Grade,
}

/// One fact, answered otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactChange {
    /// Its name.
    pub fact: String,
    /// What is known now; absent when unknown.
    pub from: Option<Value>,
    /// The other answer.
    pub to: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Way {
    fn taken(self, from: Grade, to: Grade) -> bool {
        match self {
            Way::Up => to > from,
            Way::Down => to < from,
        }
    }
}

/// `slots` is changed while trying and is as it was on return.
pub(crate) fn nearest(rules: &RuleSet, slots: &mut [Option<Slot>], recommended: Grade) -> NearestFlips {
    let mut search = Search { rules, slots, recommended };
    NearestFlips { up: search.way(Way::Up), down: search.way(Way::Down) }
}

struct Search<'a> {
    rules: &'a RuleSet,
    slots: &'a mut [Option<Slot>],
    recommended: Grade,
}

impl Search<'_> {
    fn way(&mut self, way: Way) -> Vec<Flip> {
        let alone: Vec<Flip> = (0..self.slots.len()).filter_map(|fact| self.alone(fact, way)).collect();
        if alone.is_empty() { self.pairs(way) } else { alone }
    }

    fn alone(&mut self, fact: usize, way: Way) -> Option<Flip> {
        let now = self.slots[fact];
        for other in self.others(fact) {
            self.slots[fact] = Some(other);
            let becomes = self.rules.recommend_for(self.slots);
            self.slots[fact] = now;
            if way.taken(self.recommended, becomes) {
                return Some(Flip { changes: vec![self.change(fact, other)], becomes });
            }
        }
        None
    }

    fn pairs(&mut self, way: Way) -> Vec<Flip> {
        let mut flips = Vec::new();
        let wanted = match way {
            Way::Up => self.rules_above(),
            Way::Down => self.rules_that_decide(),
        };
        for first in 0..self.slots.len() {
            for second in first + 1..self.slots.len() {
                // Up: since no fact does it alone, one rule needs both. Down: every rule that decides must stop.
                let has = |facts: &FactBits| (facts.contains(first), facts.contains(second));
                let promising = match way {
                    Way::Up => wanted.iter().any(|facts| has(facts) == (true, true)),
                    Way::Down => {
                        !wanted.is_empty() && wanted.iter().all(|facts| has(facts) != (false, false))
                    }
                };
                if promising {
                    flips.extend(self.together(first, second, way));
                }
                if flips.len() == NearestFlips::MOST_PAIRS {
                    return flips;
                }
            }
        }
        flips
    }

    fn together(&mut self, first: usize, second: usize, way: Way) -> Option<Flip> {
        let now = (self.slots[first], self.slots[second]);
        let (ones, twos) = (self.others(first), self.others(second));
        let mut found = None;
        'search: for &one in &ones {
            for &two in &twos {
                (self.slots[first], self.slots[second]) = (Some(one), Some(two));
                let becomes = self.rules.recommend_for(self.slots);
                if way.taken(self.recommended, becomes) {
                    found = Some((one, two, becomes));
                    break 'search;
                }
            }
        }
        (self.slots[first], self.slots[second]) = now;
        found.map(|(one, two, becomes)| Flip {
            changes: vec![self.change(first, one), self.change(second, two)],
            becomes,
        })
    }

    /// The facts of each rule that would raise the recommendation but does not.
    fn rules_above(&self) -> Vec<FactBits> {
        let above = self.rules.rules.iter().filter(|rule| rule.effect.grade() > Some(self.recommended));
        above.map(|rule| rule.facts).collect()
    }

    /// The facts of each rule that holds the recommendation up. Empty when the default floor does.
    fn rules_that_decide(&self) -> Vec<FactBits> {
        if self.recommended == self.rules.default_floor {
            return Vec::new();
        }
        let deciding = self.rules.rules.iter().filter(|rule| {
            rule.effect.grade() == Some(self.recommended) && rule.condition.truth(self.slots) == Truth::Yes
        });
        deciding.map(|rule| rule.facts).collect()
    }

    /// Other possible answers, the nearest first. The ends of every region are among the candidates, so the nearest
    /// answer that flips is one of them.
    fn others(&self, fact: usize) -> Vec<Slot> {
        let now = self.slots[fact];
        let mut others: Vec<Slot> =
            self.rules.candidates[fact].iter().copied().filter(|slot| Some(*slot) != now).collect();
        if let Some(Slot::Number(now)) = now {
            others.sort_by_key(|slot| match slot {
                Slot::Number(n) => (n - now).abs(),
                _ => 0,
            });
        }
        others
    }

    fn change(&self, fact: usize, to: Slot) -> FactChange {
        let known = &self.rules.facts[fact];
        FactChange {
            fact: known.name.clone(),
            from: self.slots[fact].map(|slot| known.value(slot)),
            to: known.value(to),
        }
    }
}
