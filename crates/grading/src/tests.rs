//! The built-in rules on children as practice would describe them, and the words they are explained in.
use cf_kernel::Grade;

use crate::{Effect, Evaluation, Facts, RuleSet, backtest, backtest_recorded, replay};

fn evaluate(facts: &Facts) -> Evaluation {
    RuleSet::built_in().evaluate(facts)
}

fn fired(evaluation: &Evaluation) -> Vec<&str> {
    evaluation.fired.iter().map(|fired| fired.rule.as_str()).collect()
}

#[test]
fn nothing_known_is_medium_and_may_become_high() {
    let evaluation = evaluate(&Facts::new());
    assert_eq!((evaluation.recommended, evaluation.at_most), (Grade::Medium, Grade::High));
    assert!(evaluation.fired.is_empty());
    assert!(evaluation.unknown_that_matter.iter().all(|unknown| unknown.could_become == Grade::High));
}

#[test]
fn unknown_is_not_no() {
    let facts = Facts::new().with("age", 12);
    let asked = |facts: &Facts| {
        evaluate(facts).unknown_that_matter.iter().any(|unknown| unknown.fact == "time_of_day")
    };
    assert!(asked(&facts), "a child of 12, and nobody has said whether it is night");
    assert_eq!(evaluate(&facts.clone().with("time_of_day", "night")).recommended, Grade::High);
    assert!(!asked(&facts.with("time_of_day", "day")));
}

#[test]
fn a_repeat_absence_raises_and_asks_about_exploitation() {
    let facts = Facts::new().with("age", 15).with("ever_missing_before", true).with("missing_90_days", 2);
    let evaluation = evaluate(&facts);
    assert!(fired(&evaluation).contains(&"missing_before"));
    let asked: Vec<_> = evaluation.ask.iter().map(|ask| ask.fact.as_str()).collect();
    assert_eq!(
        asked,
        ["sexual_exploitation_concern", "criminal_exploitation_concern", "found_at_place_of_concern"]
    );

    let often = evaluate(&facts.with("missing_90_days", 3));
    assert_eq!(often.recommended, Grade::High);
    assert_eq!(often.nearest_flips.down.len(), 1, "one absence fewer would not have fired the rule");
}

#[test]
fn a_floor_and_a_suggestion_are_told_apart() {
    let suggested = evaluate(&Facts::new().with("trigger_plan", true));
    assert_eq!((suggested.recommended, suggested.floor), (Grade::High, Grade::Medium));
    let floored = evaluate(&Facts::new().with("trafficking_concern", true));
    assert_eq!((floored.recommended, floored.floor), (Grade::High, Grade::High));
}

#[test]
fn two_reasons_for_high_need_two_facts_to_flip() {
    let facts = Facts::new().with("goodbye", true).with("threat_from_others", true);
    let flips = evaluate(&facts).nearest_flips;
    assert!(flips.up.is_empty());
    assert_eq!(flips.down.len(), 1);
    let changed: Vec<_> = flips.down[0].changes.iter().map(|change| change.fact.as_str()).collect();
    assert_eq!(changed, ["goodbye", "threat_from_others"]);
}

#[test]
fn facts_the_rules_do_not_know_are_said_to_be_unused() {
    let facts = Facts::new().with("shoe_size", 38).with("age", 40).with("weather", true);
    let evaluation = evaluate(&facts);
    let ignored: Vec<_> = evaluation.ignored.iter().map(|ignored| ignored.fact.as_str()).collect();
    assert_eq!(ignored, ["age", "shoe_size", "weather"]);
    assert_eq!(evaluation.recommended, Grade::Medium);
}

#[test]
fn an_evaluation_reads_aloud() {
    let facts = Facts::new()
        .with("age", 14)
        .with("hours_since_seen", 5)
        .with("looked_after", true)
        .with("out_of_area", false)
        .with("ever_missing_before", true)
        .with("missing_90_days", 1)
        .with("missing_12_months", 2)
        .with("sexual_exploitation_concern", true)
        .with("phone_off", false)
        .with("eye_colour", "brown");
    let text = RuleSet::built_in().explain(&evaluate(&facts));
    // The fingerprint changes with every edit of the rules; the words are what is looked at here.
    let text = text.replace(&RuleSet::built_in().id().sha256[..12], "fingerprint");
    insta::assert_snapshot!(text);
}

#[test]
fn stored_bytes_stay_as_they_were_released() {
    // Grades in the record hold these bytes. A change here breaks their replay: give the new shape a new `form`,
    // keep writing form 1 for grades that have it, and add a fixture beside this one.
    let rules = include_str!("fixtures/replay-1.toml");
    let replayed = |facts: &[u8]| String::from_utf8(replay(rules, facts).unwrap()).unwrap();
    insta::assert_snapshot!("replay_1_undecided", replayed(br#"{"age":12,"shoe_size":38}"#));
    insta::assert_snapshot!("replay_1_high", replayed(br#"{"age":9,"phone_off":true,"weather":"hard"}"#));
}

#[test]
fn a_backtest_names_who_changes_and_why() {
    let old = RuleSet::built_in();
    let text = old.text().replace("when = \"missing_90_days >= 3\"", "when = \"missing_90_days >= 2\"");
    assert_ne!(text, old.text());
    let new = RuleSet::parse(&text).unwrap();
    let cases = (0_i64..4).map(|times| (times, Facts::new().with("missing_90_days", times)));
    let report = backtest(old, &new, cases);
    assert_eq!(report.changes.len(), 1);
    assert_eq!(
        (report.changes[0].case, report.changes[0].old, report.changes[0].new),
        (2, Grade::Medium, Grade::High)
    );
    assert!(report.changes[0].because[0].starts_with("raised by `three_in_90_days`: "));
    assert_eq!((report.summary.cases, report.summary.same, report.summary.raised), (4, 3, 1));

    let back = backtest(&new, old, [(2, Facts::new().with("missing_90_days", 2).with("shoe_size", 1))]);
    assert!(back.changes[0].because[0].starts_with("no longer raised by `three_in_90_days`: "));
    assert_eq!((back.summary.lowered, back.summary.with_ignored_facts), (1, 1));
}

/// The past was graded under other rules: that is what a new rule set is held against, not the rules of today.
#[test]
fn a_backtest_of_recorded_grades_holds_against_what_was_recommended_then() {
    let today = RuleSet::built_in();
    let text = today.text().replace("when = \"missing_90_days >= 3\"", "when = \"missing_90_days >= 2\"");
    let then = RuleSet::parse(&text).unwrap();
    let facts = Facts::new().with("missing_90_days", 2);
    let recorded = then.evaluate(&facts);
    assert_eq!(recorded.recommended, Grade::High);
    let report = backtest_recorded(today, [("one", facts.clone(), recorded.clone())]);
    assert_eq!((report.changes[0].old, report.changes[0].new), (Grade::High, Grade::Medium));
    assert!(report.changes[0].because[0].starts_with("no longer raised by `three_in_90_days`: "));
    let same = backtest_recorded(&then, [("one", facts, recorded)]);
    assert_eq!((same.summary.same, same.changes.len()), (1, 0));
}

#[test]
fn no_rule_asks_for_what_it_already_knows() {
    for rule in RuleSet::built_in().rules() {
        if let Effect::Ask(asked) = &rule.effect {
            let mut words = rule.when.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(words.all(|word| word != asked), "{}", rule.key);
        }
    }
}

#[test]
fn no_words_of_the_rules_blame_the_child() {
    let rules = RuleSet::built_in();
    let texts = rules.facts().iter().flat_map(|fact| [&fact.question, &fact.why, &fact.label]);
    for text in texts.chain(rules.rules().iter().map(|rule| &rule.reason)) {
        let lower = text.to_lowercase();
        for word in [
            "promiscuous",
            "absconded",
            "runaway",
            "choice to",
            "lifestyle",
            "streetwise",
            "boyfriend",
            "risky behaviour",
            "attention",
        ] {
            assert!(!lower.contains(word), "{text}");
        }
    }
}
