//! The checker as a whole: its examples, its sets of sentences, and hostile input.
#![allow(clippy::unwrap_used, reason = "a test may stop")]
use cf_wording::score::{evaluate, read_marked};
use cf_wording::{Checker, Kind, RuleError, Source};
use proptest::prelude::*;

fn checker() -> &'static Checker {
    static CHECKER: std::sync::OnceLock<Checker> = std::sync::OnceLock::new();
    CHECKER.get_or_init(|| Checker::new().unwrap())
}

#[test]
fn every_example_of_every_rule_does_what_it_says() {
    let failing: Vec<String> = checker().failing_examples().iter().map(ToString::to_string).collect();
    assert!(failing.is_empty(), "{}", failing.join("\n"));
    assert!(checker().try_all_examples().unwrap() > 200);
}

#[test]
fn our_own_sentences_keep_their_scores() {
    let set = read_marked(include_str!("corpus/own.txt"));
    let scores = evaluate(checker(), &set);
    assert!(
        scores.items.precision().unwrap() >= 0.95 && scores.items.recall().unwrap() >= 0.93,
        "{:?}",
        scores.items
    );
    let fresh = read_marked(concat!(include_str!("corpus/fresh.txt"), "\n", include_str!("corpus/last.txt")));
    let scores = evaluate(checker(), &fresh);
    assert!(
        scores.items.precision().unwrap() >= 0.95 && scores.items.recall().unwrap() >= 0.90,
        "{:?}",
        scores.items
    );
}

#[test]
fn long_ordinary_narratives_raise_nothing() {
    for text in include_str!("corpus/narratives.txt").split("\n\n") {
        let alerts: Vec<_> = checker().check(text).into_iter().filter(|f| f.kind == Kind::Blaming).collect();
        assert!(alerts.is_empty(), "{alerts:?} in {text}");
    }
}

#[test]
fn the_demonstrations_sentences_and_ordinary_ones_raise_nothing() {
    let lines =
        include_str!("corpus/demonstration.txt").lines().chain(include_str!("corpus/ordinary.txt").lines());
    let alerts: Vec<String> = lines
        .flat_map(|text| {
            let found = checker().check(text).into_iter().filter(|f| f.kind == Kind::Blaming);
            found.map(|f| format!("{} in {text}", f.rule)).collect::<Vec<_>>()
        })
        .collect();
    assert!(alerts.is_empty(), "{}", alerts.join("\n"));
}

fn blames(text: &str) -> bool {
    checker().check(text).iter().any(|f| f.kind == Kind::Blaming)
}

#[test]
fn the_same_words_are_judged_by_who_says_them_about_whom() {
    assert!(blames("She is attention seeking."));
    assert!(!blames("The neighbour is attention seeking."));
    assert!(!blames("She is not attention seeking."));
    assert!(!blames("She said, \"I was attention seeking\"."));
    assert!(blames("Care staff say she is \"attention seeking\"."));
    assert!(!blames("Training slide: words to avoid include 'attention seeking'."));
    assert!(blames("He is 14 and is promiscuous."));
    assert!(!blames("He is 41 and is promiscuous."));
}

#[test]
fn who_is_meant_is_read_from_the_clause() {
    // The second verb belongs to whoever opens the clause, and a noun takes the age set off beside it.
    assert!(!blames("The suspect chose his victims with care and lied about his age online."));
    assert!(blames("The girl met the man and lied about her age online."));
    assert!(!blames("The dealer, 29, is hard to reach."));
    assert!(blames("The dealer, 14, is hard to reach."));
    // An adult and a child share a verb.
    assert!(blames("The child and the man were sexually involved."));
    // Hearsay and conclusions are not the child's own words.
    assert!(blames("They say he had the time of his life with the worker, 30."));
    assert!(blames("The boy tells people what they want to hear, so his account carries little weight."));
    assert!(!blames("He said that nobody would believe him, as he was a known liar."));
}

#[test]
fn a_different_word_one_letter_away_is_not_a_slip() {
    assert!(!blames("The girl has black braids."));
    assert!(blames("The girl is being promiscious."));
}

#[test]
fn typing_does_not_hide_wording() {
    for text in [
        "SHE IS PUTTING HERSELF AT RISK",
        "she is putting  herself\u{a0}at risk",
        "She is puting herself at risk",
        "She is repeatedly putting herself at risk",
        "She is \u{2018}putting herself at risk\u{2019}",
        "She is attention\u{2011}seeking",
        "She is attenton-seeking",
    ] {
        assert!(blames(text), "{text}");
    }
}

#[test]
fn offsets_count_characters_not_bytes() {
    let text = "Caf\u{e9} \u{a3}5 \u{201c}note\u{201d}: she is promiscuous.";
    let f = checker().check(text);
    let words: String = text.chars().skip(f[0].start).take(f[0].end - f[0].start).collect();
    assert_eq!(words, "promiscuous");
}

const OWN: &str = r#"
version = "force-1"
[[rule]]
id = "own.chancer"
category = "credibility"
severity = "medium"
why = "Suggests a motive."
alternatives = ["say what was seen"]
match = ["chancer~"]
flag = ["She is a chancer."]
pass = ["The suspect is a chancer."]
[[silence]]
rule = "advisory.misper"
reason = "kept for control room use until the new form is live"
"#;

#[test]
fn a_force_can_add_and_silence_rules_and_its_examples_are_run() {
    let own = Checker::with_rules(&[Source { file: "own.toml", text: OWN }]).unwrap();
    assert_eq!(own.check("She is a chancer.").len(), 1);
    assert!(own.check("MISPER report opened.").is_empty());
    assert_eq!(own.version(), "2026.1+force-1");
    let wrong = OWN.replace("The suspect is a chancer.", "He is a chancer.");
    assert!(matches!(
        Checker::with_rules(&[Source { file: "own.toml", text: &wrong }]),
        Err(RuleError::Example { .. })
    ));
    let bare = OWN.replace("pass = [\"The suspect is a chancer.\"]", "pass = []");
    assert!(matches!(
        Checker::with_rules(&[Source { file: "own.toml", text: &bare }]),
        Err(RuleError::Missing { .. })
    ));
    let misspelt = OWN.replace("severity", "severty");
    assert!(matches!(
        Checker::with_rules(&[Source { file: "own.toml", text: &misspelt }]),
        Err(RuleError::Shape { .. })
    ));
}

proptest! {
    #[test]
    fn no_text_panics_and_findings_lie_inside_it_in_order(text in "\\PC{0,300}") {
        let length = text.chars().count();
        let mut last = 0;
        for f in checker().check(&text) {
            prop_assert!(f.start < f.end && f.end <= length && f.start >= last);
            last = f.start;
        }
    }

    #[test]
    fn words_of_the_trade_in_any_order_do_not_panic(words in proptest::collection::vec(proptest::sample::select(vec!["she", "he", "risk", "herself", "\u{201c}", "\u{2019}s", "chose", "to", "go", "back", ".", ",", "14", "aged", "41", "suspect", "said", "not", "is", "promiscuous", "\n", "(", ")", "don't", "refuses", "engage", "caf\u{e9}", ":", "'", "\""]), 0..80)) {
        let text = words.join(" ");
        let length = text.chars().count();
        for f in checker().check(&text) {
            prop_assert!(f.start < f.end && f.end <= length);
        }
        prop_assert_eq!(checker().check(&text), checker().check(&text));
    }
}

proptest! {
    // Each case loads every rule, which a debug build is slow at.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_rule_file_panics(pattern in "[a-z{}|<>~\\[\\]().!^$ ,:0-9]{0,40}") {
        let text = format!("[[rule]]\nid='x'\ncategory='credibility'\nseverity='low'\nwhy='w'\nalternatives=['a']\nmatch=['{pattern}']\nflag=['f']\npass=['p']\n");
        let _ = Checker::with_rules(&[Source { file: "x.toml", text: &text }]);
    }
}
