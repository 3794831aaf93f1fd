//! What a rule set makes of what is known about one child.
use std::cmp::Reverse;

use cf_kernel::Grade;
use serde::{Deserialize, Serialize};

use crate::condition::{FactBits, Slot, Slots, Truth};
use crate::{Effect, Facts, NearestFlips, Rule, RuleSet, RuleSetId, Source, Value, flips};

/// A recommendation with its reasons. Depends on the rule text and the facts alone, to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The shape of this record and the way it is computed: [`Evaluation::FORM`]. Stored grades keep theirs.
    pub form: u8,
    /// The rules it comes from.
    pub rule_set: RuleSetId,
    /// What the rules recommend. A named person decides.
    pub recommended: Grade,
    /// The highest it could become if the unknown were known. Equal to `recommended` when nothing unknown matters.
    pub at_most: Grade,
    /// The grade that holds for any child when no rule raises it.
    pub default_floor: Grade,
    /// The highest floor: the default, or that of a rule that fired.
    pub floor: Grade,
    /// Rules that fired: those that raise to the highest grade first, floors before suggestions, then by key.
    pub fired: Vec<Fired>,
    /// Facts that rules want asked next and that are unknown, in the order a person talks.
    pub ask: Vec<Ask>,
    /// Unknown facts that could raise the recommendation: the highest first, then in the order a person talks.
    pub unknown_that_matter: Vec<Unknown>,
    /// The smallest changes of facts that would change the recommendation.
    pub nearest_flips: NearestFlips,
    /// Stored facts that these rules do not know or cannot read; treated as unknown.
    pub ignored: Vec<Ignored>,
}

/// A rule whose condition is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// Its key.
    pub rule: String,
    /// What it did.
    pub effect: Effect,
    /// Whether its grade is the one recommended.
    pub decides: bool,
    /// Why, in plain words.
    pub reason: String,
    /// Where the factor comes from.
    pub source: Source,
    /// The facts it rests on, in the order a person talks.
    pub because: Vec<FactUsed>,
}

/// A known fact that carried a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactUsed {
    /// Its name.
    pub fact: String,
    /// What is known.
    pub value: Value,
}

/// A fact a rule wants asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Its name.
    pub fact: String,
    /// The question for the caller.
    pub question: String,
    /// The rule that asks.
    pub rule: String,
    /// Why, in plain words.
    pub reason: String,
}

/// An unknown fact that could raise the recommendation, alone or with other unknown facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Its name.
    pub fact: String,
    /// The question for the caller.
    pub question: String,
    /// The highest grade a rule that hangs on it raises to.
    pub could_become: Grade,
}

/// A stored fact that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// Its name.
    pub fact: String,
    /// Why: `not a fact of these rules`, or what would have been an answer.
    pub why: String,
}

impl Evaluation {
    /// The present form.
    pub const FORM: u8 = 1;

    /// Canonical JSON, the same bytes for the same rule text and facts.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        #[expect(
            clippy::expect_used,
            reason = "INVARIANT: text, numbers, lists and grades are JSON; there is no map"
        )]
        serde_json::to_vec(self).expect("an evaluation is JSON")
    }
}

impl RuleSet {
    /// Recommends a grade, with everything needed to understand and question it.
    #[must_use]
    pub fn evaluate(&self, facts: &Facts) -> Evaluation {
        let (mut slots, ignored) = self.slots(facts);
        let truths: Vec<Truth> = self.rules.iter().map(|rule| rule.condition.truth(&slots)).collect();
        let with =
            |truth| self.rules.iter().zip(&truths).filter(move |(_, is)| **is == truth).map(|(rule, _)| rule);
        let highest = |from: Grade, rules: &mut dyn Iterator<Item = &Rule>| {
            rules.filter_map(|rule| rule.effect.grade()).fold(from, Grade::max)
        };
        let recommended = highest(self.default_floor, &mut with(Truth::Yes));
        let is_floor = |rule: &&Rule| matches!(rule.effect, Effect::Floor(_));
        let mut fired: Vec<Fired> =
            with(Truth::Yes).map(|rule| self.fired(rule, &slots, recommended)).collect();
        fired.sort_by_key(|fired| (Reverse(fired.effect.grade()), !matches!(fired.effect, Effect::Floor(_))));
        Evaluation {
            form: Evaluation::FORM,
            rule_set: self.id.clone(),
            recommended,
            at_most: highest(recommended, &mut with(Truth::Unknown)),
            default_floor: self.default_floor,
            floor: highest(self.default_floor, &mut with(Truth::Yes).filter(is_floor)),
            ask: self.ask(with(Truth::Yes), &slots),
            unknown_that_matter: self.unknown(with(Truth::Unknown), &slots, recommended),
            nearest_flips: flips::nearest(self, &mut slots, recommended),
            fired,
            ignored,
        }
    }

    /// The recommended grade alone, quickly.
    #[must_use]
    pub fn recommend(&self, facts: &Facts) -> Grade {
        self.recommend_for(&self.slots(facts).0)
    }

    pub(crate) fn recommend_for(&self, slots: &[Option<Slot>]) -> Grade {
        // The highest rules come first, so the first that is true decides.
        let raises = |&&place: &&usize| self.rules[place].condition.truth(slots) == Truth::Yes;
        let grade = self.raising.iter().find(raises).and_then(|&place| self.rules[place].effect.grade());
        grade.map_or(self.default_floor, |grade| grade.max(self.default_floor))
    }

    pub(crate) fn slots(&self, facts: &Facts) -> (Slots, Vec<Ignored>) {
        let mut slots = vec![None; self.facts.len()];
        let mut ignored = Vec::new();
        for (name, value) in facts.iter() {
            let place = self.places.get(name).copied();
            match place.map(|place| (place, self.facts[place].slot(value))) {
                Some((place, Some(slot))) => slots[place] = Some(slot),
                Some((place, None)) => {
                    ignored.push(Ignored { fact: name.to_owned(), why: self.facts[place].expected() });
                }
                None => {
                    let why = "not a fact of these rules".to_owned();
                    ignored.push(Ignored { fact: name.to_owned(), why });
                }
            }
        }
        (slots, ignored)
    }

    fn fired(&self, rule: &Rule, slots: &[Option<Slot>], recommended: Grade) -> Fired {
        let mut because = FactBits::default();
        rule.condition.because(slots, &mut because);
        let used = |place: usize| {
            let fact = &self.facts[place];
            slots[place].map(|slot| FactUsed { fact: fact.name.clone(), value: fact.value(slot) })
        };
        Fired {
            rule: rule.key.clone(),
            effect: rule.effect.clone(),
            decides: rule.effect.grade() == Some(recommended),
            reason: rule.reason.clone(),
            source: rule.source.clone(),
            because: because.iter().filter_map(used).collect(),
        }
    }

    fn ask<'a>(&self, fired: impl Iterator<Item = &'a Rule>, slots: &[Option<Slot>]) -> Vec<Ask> {
        let mut asked: Vec<(usize, Ask)> = Vec::new();
        for rule in fired {
            let Effect::Ask(name) = &rule.effect else { continue };
            let place = self.places[name]; // INVARIANT: the reader refuses a rule that asks for an undeclared fact
            if slots[place].is_none() && asked.iter().all(|(other, _)| *other != place) {
                let ask = Ask {
                    fact: name.clone(),
                    question: self.facts[place].question.clone(),
                    rule: rule.key.clone(),
                    reason: rule.reason.clone(),
                };
                asked.push((place, ask));
            }
        }
        asked.sort_by_key(|(place, _)| *place);
        asked.into_iter().map(|(_, ask)| ask).collect()
    }

    fn unknown<'a>(
        &self,
        undecided: impl Iterator<Item = &'a Rule>,
        slots: &[Option<Slot>],
        recommended: Grade,
    ) -> Vec<Unknown> {
        let mut could: Vec<Option<Grade>> = vec![None; self.facts.len()];
        for rule in undecided {
            let Some(grade) = rule.effect.grade().filter(|grade| *grade > recommended) else { continue };
            let mut hangs_on = FactBits::default();
            rule.condition.because(slots, &mut hangs_on);
            hangs_on.iter().for_each(|place| could[place] = could[place].max(Some(grade)));
        }
        let unknown = |(fact, could): (&crate::Fact, Option<Grade>)| {
            could.map(|could_become| Unknown {
                fact: fact.name.clone(),
                question: fact.question.clone(),
                could_become,
            })
        };
        let mut unknown: Vec<Unknown> = self.facts.iter().zip(could).filter_map(unknown).collect();
        unknown.sort_by_key(|unknown| Reverse(unknown.could_become));
        unknown
    }
}
