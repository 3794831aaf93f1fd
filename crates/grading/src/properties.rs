//! Laws that hold for every rule set and all facts.
use std::collections::BTreeMap;
use std::sync::OnceLock;

use cf_kernel::Grade;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::{Effect, Evaluation, FactKind, Facts, Flip, RuleSet, Value, backtest, replay};

const BUILT_IN: &str = include_str!("../../../rules/grading/missing-child.toml");

/// A small world: three yes-or-no facts, two numbers, a list.
const WORLD: &str = r#"
name = "small world"
version = "1"
[settings]
child_default_floor = "low"
reason = "small"
[[source]]
key = "s"
title = "invented"
at = "here"
[[group]]
key = "g"
label = "All"
[[fact]]
name = "f0"
label = "f0"
group = "g"
question = "f0?"
why = "test"
kind = "yes_no"
[[fact]]
name = "f1"
label = "f1"
group = "g"
question = "f1?"
why = "test"
kind = "yes_no"
[[fact]]
name = "f2"
label = "f2"
group = "g"
question = "f2?"
why = "test"
kind = "yes_no"
[[fact]]
name = "n0"
label = "n0"
group = "g"
question = "n0?"
why = "test"
kind = "number"
unit = "times"
min = 0
max = 9
[[fact]]
name = "n1"
label = "n1"
group = "g"
question = "n1?"
why = "test"
kind = "number"
unit = "hours"
min = 2
max = 7
[[fact]]
name = "c0"
label = "c0"
group = "g"
question = "c0?"
why = "test"
kind = "code"
codes = [{ code = "a", label = "A" }, { code = "b", label = "B" }, { code = "c", label = "C" }]
[[rule]]
key = "every_fact_is_used"
when = "f0 and f1 and f2 and n0 > 0 and n1 > 2 and c0 = a"
floor = "high"
reason = "test"
source = "s"
status = "setting"
"#;

fn condition() -> impl Strategy<Value = String> {
    let sign = prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("=")];
    let leaf = prop_oneof![
        (0..3).prop_map(|n| format!("f{n}")),
        (0..2, sign, 0..10).prop_map(|(n, sign, limit)| format!("n{n} {sign} {limit}")),
        prop_oneof![Just("c0 = a"), Just("c0 = b"), Just("c0 in (a, c)")].prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("not ({one})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(") and ("))),
            prop::collection::vec(inner, 2..4).prop_map(|any| format!("({})", any.join(") or ("))),
        ]
    })
}

/// Rule sets over the small world. Rules the reader refuses, such as those that are always true, are left out.
fn rule_sets() -> impl Strategy<Value = RuleSet> {
    let effect = prop_oneof![
        Just("floor = \"high\""),
        Just("suggest = \"high\""),
        Just("floor = \"medium\""),
        Just("suggest = \"medium\""),
        Just("ask = \"f1\""),
    ];
    prop::collection::vec((condition(), effect), 1..6).prop_map(|rules| {
        let mut text = WORLD.to_owned();
        for (place, (when, effect)) in rules.into_iter().enumerate() {
            let rule = format!(
                "[[rule]]\nkey = \"r{place}\"\nwhen = \"{when}\"\n{effect}\nreason = \"test\"\nsource = \"s\"\nstatus = \"setting\"\n"
            );
            let longer = format!("{text}{rule}");
            if RuleSet::parse(&longer).is_ok() {
                text = longer;
            }
        }
        RuleSet::parse(&text).unwrap()
    })
}

fn values(kind: &FactKind) -> Vec<Value> {
    match kind {
        FactKind::YesNo => vec![Value::Bool(false), Value::Bool(true)],
        // Long ranges are sampled where rules look: the small numbers, and the end.
        FactKind::Number { min, max, .. } => {
            (*min..=*max.min(&30)).chain([*max]).map(Value::Number).collect()
        }
        FactKind::Code { codes } => codes.iter().map(|option| Value::Code(option.code.clone())).collect(),
    }
}

/// Picks an answer or none for each fact of any rule set.
type Answers = Vec<Option<Index>>;

fn answers(known: f64) -> impl Strategy<Value = Answers> {
    prop::collection::vec(prop::option::weighted(known, any::<Index>()), 42)
}

fn every_answer() -> impl Strategy<Value = Answers> {
    prop::collection::vec(any::<Index>().prop_map(Some), 42)
}

fn facts(rules: &RuleSet, answers: &Answers) -> Facts {
    let answer = |(fact, answer): (&crate::Fact, &Option<Index>)| {
        answer.map(|index| (fact.name.clone(), index.get(&values(&fact.kind)).clone()))
    };
    rules.facts().iter().zip(answers).filter_map(answer).collect()
}

fn changed(facts: &Facts, flip: &Flip) -> Facts {
    flip.changes.iter().fold(facts.clone(), |mut facts, change| {
        facts.set(&change.fact, change.to.clone());
        facts
    })
}

/// For each fact that changes the recommendation alone, the smallest distance that does, found by trying everything.
fn alone(rules: &RuleSet, facts: &Facts, up: bool) -> BTreeMap<String, u64> {
    let now = rules.recommend(facts);
    let mut found = BTreeMap::new();
    for fact in rules.facts() {
        for value in values(&fact.kind) {
            let then = rules.recommend(&facts.clone().with_value(&fact.name, value.clone()));
            if (up && then > now) || (!up && then < now) {
                let distance = distance(facts.get(&fact.name), &value);
                found
                    .entry(fact.name.clone())
                    .and_modify(|least: &mut u64| *least = distance.min(*least))
                    .or_insert(distance);
            }
        }
    }
    found
}

fn distance(from: Option<&Value>, to: &Value) -> u64 {
    match (from, to) {
        (Some(Value::Number(from)), Value::Number(to)) => from.abs_diff(*to),
        _ => 1,
    }
}

fn any_pair(rules: &RuleSet, facts: &Facts, up: bool) -> bool {
    let now = rules.recommend(facts);
    rules.facts().iter().any(|one| {
        values(&one.kind).into_iter().any(|value| {
            let facts = facts.clone().with_value(&one.name, value);
            rules.facts().iter().filter(|two| two.name > one.name).any(|two| {
                values(&two.kind).into_iter().any(|value| {
                    let then = rules.recommend(&facts.clone().with_value(&two.name, value));
                    if up { then > now } else { then < now }
                })
            })
        })
    })
}

impl Facts {
    fn with_value(mut self, fact: &str, value: Value) -> Self {
        self.set(fact, value);
        self
    }
}

fn without_id(mut evaluation: Evaluation) -> Evaluation {
    evaluation.rule_set.sha256.clear();
    evaluation
}

/// The same rules in another order.
fn reordered(text: &str, by: usize) -> String {
    let mut blocks: Vec<&str> = text.split("[[rule]]").collect();
    let rules = blocks.split_off(1);
    let (before, after) = rules.split_at(by % rules.len());
    let mut blocks = vec![blocks[0].to_owned()];
    blocks.extend(after.iter().rev().chain(before).map(|block| format!("{block}\n")));
    blocks.join("[[rule]]")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn making_an_unknown_known_stays_between_recommended_and_at_most(
        rules in rule_sets(), some in answers(0.4), rest in every_answer(),
    ) {
        let known = facts(&rules, &some);
        let evaluation = rules.evaluate(&known);
        let all: Answers = some.iter().zip(&rest).map(|(one, other)| one.or(*other)).collect();
        let then = rules.evaluate(&facts(&rules, &all));
        prop_assert!(evaluation.recommended <= then.recommended);
        prop_assert!(then.recommended <= evaluation.at_most);
        prop_assert_eq!(then.recommended, then.at_most, "nothing is unknown any more");
    }

    #[test]
    fn an_unknown_that_is_not_listed_cannot_raise(rules in rule_sets(), some in answers(0.5), rest in every_answer()) {
        let known = facts(&rules, &some);
        let evaluation = rules.evaluate(&known);
        let listed: Vec<_> = evaluation.unknown_that_matter.iter().map(|unknown| unknown.fact.as_str()).collect();
        let mut then = known.clone();
        for (name, value) in facts(&rules, &rest).iter() {
            if known.get(name).is_none() && !listed.contains(&name) {
                then.set(name, value.clone());
            }
        }
        prop_assert_eq!(rules.recommend(&then), evaluation.recommended);
        prop_assert_eq!(listed.is_empty(), evaluation.at_most == evaluation.recommended);
        prop_assert_eq!(evaluation.unknown_that_matter.iter().map(|unknown| unknown.could_become).max()
            .unwrap_or(evaluation.recommended), evaluation.at_most);
    }

    #[test]
    fn flips_flip_and_nothing_smaller_does(rules in rule_sets(), some in answers(0.7)) {
        let known = facts(&rules, &some);
        let evaluation = rules.evaluate(&known);
        for (up, flips) in [(true, &evaluation.nearest_flips.up), (false, &evaluation.nearest_flips.down)] {
            for flip in flips {
                let then = rules.recommend(&changed(&known, flip));
                prop_assert_eq!(then, flip.becomes);
                prop_assert_eq!(up, then > evaluation.recommended);
                prop_assert_ne!(then, evaluation.recommended);
            }
            let singles = alone(&rules, &known, up);
            if singles.is_empty() {
                prop_assert!(flips.iter().all(|flip| flip.changes.len() == 2));
                prop_assert_eq!(!flips.is_empty(), any_pair(&rules, &known, up));
            } else {
                let listed: BTreeMap<_, _> = flips.iter().map(|flip| {
                    let change = &flip.changes[0];
                    (change.fact.clone(), distance(change.from.as_ref(), &change.to))
                }).collect();
                let expected: BTreeMap<_, _> = singles.into_iter().map(|(fact, least)| {
                    let from_unknown = known.get(&fact).is_none();
                    (fact, if from_unknown { 1 } else { least })
                }).collect();
                prop_assert!(flips.iter().all(|flip| flip.changes.len() == 1));
                prop_assert_eq!(listed, expected);
            }
        }
    }

    #[test]
    fn the_order_of_rules_means_nothing(rules in rule_sets(), some in answers(0.6), by in 0_usize..100) {
        let other = RuleSet::parse(&reordered(rules.text(), by)).unwrap();
        let known = facts(&rules, &some);
        prop_assert_eq!(without_id(rules.evaluate(&known)), without_id(other.evaluate(&known)));
    }

    #[test]
    fn a_replay_gives_the_same_bytes(rules in rule_sets(), some in answers(0.6)) {
        let known = facts(&rules, &some);
        let bytes = rules.evaluate(&known).to_bytes();
        prop_assert_eq!(&replay(rules.text(), &known.to_bytes()).unwrap(), &bytes);
        let read: Evaluation = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(read.to_bytes(), bytes);
    }

    #[test]
    fn a_backtest_agrees_with_two_evaluations(old in rule_sets(), new in rule_sets(), some in answers(0.6)) {
        let known = facts(&old, &some);
        let (from, to) = (old.evaluate(&known).recommended, new.evaluate(&known).recommended);
        let report = backtest(&old, &new, [("one", known)]);
        let changes: Vec<_> = report.changes.iter().map(|change| (change.old, change.new)).collect();
        prop_assert_eq!(changes, if from == to { vec![] } else { vec![(from, to)] });
        prop_assert!(report.changes.iter().all(|change| !change.because.is_empty()));
        prop_assert_eq!(report.summary.same + report.summary.raised + report.summary.lowered, 1);
    }

    #[test]
    fn built_in_another_episode_never_lowers(some in answers(0.5), more in 1_i64..40) {
        let rules = RuleSet::built_in();
        let known = facts(rules, &some);
        let before = rules.recommend(&known);
        for fact in rules.facts().iter().filter(|fact| fact.only_raises) {
            let then = match (known.get(&fact.name), &fact.kind) {
                (Some(Value::Number(n)), FactKind::Number { max, .. }) => Value::Number((n + more).min(*max)),
                (None, FactKind::Number { .. }) => Value::Number(more),
                _ => Value::Bool(true),
            };
            let after = rules.recommend(&known.clone().with_value(&fact.name, then));
            prop_assert!(after >= before, "{}", fact.name);
        }
    }

    #[test]
    fn built_in_the_floor_holds_and_no_rule_that_fired_is_above_the_recommendation(some in answers(0.5)) {
        let rules = RuleSet::built_in();
        let evaluation = rules.evaluate(&facts(rules, &some));
        prop_assert!(evaluation.recommended >= Grade::Medium);
        prop_assert!(evaluation.recommended >= evaluation.floor && evaluation.floor >= evaluation.default_floor);
        let highest = evaluation.fired.iter().filter_map(|fired| fired.effect.grade()).max();
        prop_assert_eq!(highest.unwrap_or(Grade::Medium).max(Grade::Medium), evaluation.recommended);
        for fired in &evaluation.fired {
            prop_assert!(!fired.because.is_empty());
            prop_assert_eq!(fired.decides, fired.effect.grade() == Some(evaluation.recommended));
            if let Effect::Floor(grade) = fired.effect { prop_assert!(grade <= evaluation.floor) }
        }
    }

    #[test]
    fn built_in_flips_flip(some in answers(0.5)) {
        let rules = RuleSet::built_in();
        let known = facts(rules, &some);
        let evaluation = rules.evaluate(&known);
        for flip in evaluation.nearest_flips.up.iter().chain(&evaluation.nearest_flips.down) {
            prop_assert_eq!(rules.recommend(&changed(&known, flip)), flip.becomes);
            prop_assert_ne!(flip.becomes, evaluation.recommended);
        }
    }

    #[test]
    fn built_in_the_facts_a_rule_rests_on_are_enough_for_it(some in answers(0.5)) {
        let rules = RuleSet::built_in();
        let known = facts(rules, &some);
        for fired in rules.evaluate(&known).fired {
            let alone: Facts = fired.because.iter().map(|used| (used.fact.clone(), used.value.clone())).collect();
            prop_assert!(rules.evaluate(&alone).fired.iter().any(|again| again.rule == fired.rule), "{}", fired.rule);
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,300}", when in "[a-z0-9_<>=(), ]{0,60}") {
        let _ = RuleSet::parse(&text);
        let _ = RuleSet::parse(&WORLD.replace("f0 and f1", &when));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_damage_to_the_built_in_text_breaks_the_reader(at in any::<Index>(), insert in "\\PC{0,3}", cut in 0_usize..40) {
        static CHARACTERS: OnceLock<Vec<char>> = OnceLock::new();
        let characters = CHARACTERS.get_or_init(|| BUILT_IN.chars().collect());
        let at = at.index(characters.len());
        let after = characters.iter().skip(at + cut);
        let text: String = characters[..at].iter().copied().chain(insert.chars()).chain(after.copied()).collect();
        let _ = RuleSet::parse(&text);
    }
}
