use super::*;

const SMALL: &str = r#"name = "small"
version = "1"
[settings]
child_default_floor = "medium"
reason = "lack of information is no sign of safety"
[[source]]
key = "s"
title = "invented"
at = "here"
[[group]]
key = "g"
label = "All"
[[fact]]
name = "age"
label = "Age"
group = "g"
question = "How old?"
why = "small children need more"
kind = "number"
unit = "years"
min = 0
max = 17
[[fact]]
name = "times"
label = "Times missing"
group = "g"
question = "How often before?"
why = "risk grows"
kind = "number"
unit = "times"
min = 0
max = 99
only_raises = true
[[fact]]
name = "weather"
label = "Weather"
group = "g"
question = "What is it like outside?"
why = "cold harms"
kind = "code"
codes = [{ code = "mild", label = "Mild" }, { code = "hard", label = "Hard" }]
[[rule]]
key = "small_child"
when = "(age < 10 or times >= 3) and weather = hard"
floor = "high"
reason = "a small child outside"
source = "s"
status = "setting"
"#;

fn error(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    read(&SMALL.replace(from, to)).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_condition_is_read_or_refused_with_its_place() {
    assert!(read(SMALL).is_ok());
    const WHEN: &str = "(age < 10 or times >= 3) and weather = hard";
    let cases = [
        ("", "line 42, when, character 1: `small_child`: a fact is missing"),
        ("agee < 10", "line 42, when, character 1: `small_child`: `agee` is not a declared fact"),
        (
            "age < ten",
            "line 42, when, character 5: `small_child`: `age` is a number of years: write for instance `age >= 3`",
        ),
        (
            "age",
            "line 42, when, character 4: `small_child`: `age` is a number of years: write for instance `age >= 3`",
        ),
        (
            "weather > 3",
            "line 42, when, character 9: `small_child`: `weather` is a list: write `weather = code` or `weather in (code, code)`",
        ),
        ("weather = snow", "line 42, when, character 11: `small_child`: `snow` is not a code of `weather`"),
        (
            "age < 10 and times > 3 or weather = hard",
            "line 42, when, character 24: `small_child`: `and` and `or` together need brackets",
        ),
        ("(age < 10", "line 42, when, character 10: `small_child`: a bracket is not closed"),
        ("age < 10)", "line 42, when, character 9: `small_child`: `)` was not expected here"),
        ("age < 10 | times > 3", "line 42, when, character 10: `small_child`: `|` has no meaning here"),
        ("age < 99999999999", "line 42, when, character 7: `small_child`: the number is too long"),
        ("age < 10 and age > 10", "line 42: `small_child`: the condition is always true or never true"),
        ("age < 10 or age >= 10", "line 42: `small_child`: the condition is always true or never true"),
        ("age < 18", "line 42: `small_child`: a test of `age` has the same answer for every possible value"),
        (
            "times < 3",
            "line 42: `small_child`: `times` only raises: test it with `>=` or `>`, or that it is so, and never under `not`",
        ),
        (
            "not (times >= 3)",
            "line 42: `small_child`: `times` only raises: test it with `>=` or `>`, or that it is so, and never under `not`",
        ),
    ];
    for (when, expected) in cases {
        assert_eq!(error(WHEN, when), expected);
    }
    let deep = format!("{}age < 10{}", "(".repeat(50), ")".repeat(50));
    assert!(error(WHEN, &deep).contains("at most 12 deep"));
    assert!(error(WHEN, &format!("{}age < 10", "not ".repeat(200))).contains("at most 12 deep"));
    assert!(error(WHEN, &"age < 10 or ".repeat(200)).contains("at most 1000 characters"));
}

#[test]
fn what_nobody_could_rely_on_is_refused() {
    let rule = SMALL.split_once("[[rule]]").unwrap().1;
    let cases = [
        ("reason = \"a small child outside\"", "reason = \" \"", "line 42: `small_child`: `reason` is empty"),
        ("reason = \"a small child outside\"\n", "", "line 42: `small_child`: missing field `reason`"),
        ("source = \"s\"\n", "", "line 42: `small_child`: missing field `source`"),
        ("source = \"s\"", "source = \"t\"", "line 42: `small_child`: `t` is not a declared source"),
        (
            "status = \"setting\"",
            "status = \"firm\"",
            "line 42: `small_child`: unknown variant `firm`, expected `confirmed` or `setting`",
        ),
        ("floor = \"high\"", "", "line 42: `small_child`: needs one of `floor`, `suggest` and `ask`"),
        (
            "floor = \"high\"",
            "ask = \"shoes\"",
            "line 42: `small_child`: asks for `shoes`, which is not a declared fact",
        ),
        (
            "floor = \"high\"",
            "floor = \"low\"",
            "line 42: `small_child`: its grade is below `child_default_floor`, so it could never matter",
        ),
        ("floor = \"high\"", "floor = \"medium\"", "whole text: no rule can ever recommend high"),
        (
            "floor = \"high\"",
            "floor = \"high\"\nsuggest = \"high\"",
            "line 42: `small_child`: needs one of `floor`, `suggest` and `ask`",
        ),
        ("floor = \"high\"", "floor = \"high\"\nscore = 3", "line 42: `small_child`: unknown field `score`"),
        ("name = \"times\"", "name = \"age\"", "line 23: `age`: a second fact with this name"),
        ("name = \"times\"", "name = \"not\"", "line 23: `not`: a fact's name is lower-case letters"),
        (
            "group = \"g\"\nquestion = \"How old?\"",
            "group = \"h\"\nquestion = \"How old?\"",
            "line 13: `age`: `h` is not a declared group",
        ),
        ("max = 17", "max = 0", "line 13: `age`: a number fact has unit, min and max"),
        (
            "{ code = \"hard\"",
            "{ code = \"mild\"",
            "line 34: `weather`: `mild` is no code, or is there twice",
        ),
        ("question = \"How old?\"", "question = \"\"", "line 13: `age`: `question` is empty"),
        (" and weather = hard", "", "whole text: no rule uses the fact `weather`"),
        ("[settings]", "[setting]", "line 3: unknown field `setting`"),
    ];
    for (from, to, expected) in cases {
        let message = error(from, to);
        assert!(message.starts_with(expected), "{message}\nexpected {expected}");
    }
    let doubled = read(&format!("{SMALL}[[rule]]{rule}")).map(|_| ()).unwrap_err();
    assert_eq!((doubled.place.as_str(), doubled.rule.as_deref()), ("line 49", Some("small_child")));
    assert_eq!(doubled.reason, "a second rule with this key");
}

#[test]
fn a_question_without_consequence_for_the_grade_may_still_be_asked_for() {
    let asks = "[[rule]]\nkey = \"ask\"\nwhen = \"not times > 0\"\nask = \"weather\"\nreason = \"r\"\nsource = \"s\"\nstatus = \"confirmed\"\n";
    let text = format!("{SMALL}{asks}").replace(" and weather = hard", "");
    let rules = read(&text).unwrap();
    let ask = rules.rules().iter().find(|rule| rule.key == "ask").unwrap();
    assert_eq!((&ask.effect, ask.status), (&Effect::Ask("weather".into()), Status::Confirmed));
}

#[test]
fn the_id_is_the_hash_of_the_exact_text() {
    let rules = read(SMALL).unwrap();
    assert_eq!(rules.id().sha256.len(), 64);
    assert_ne!(read(&SMALL.replace("How old?", "How old is he?")).unwrap().id().sha256, rules.id().sha256);
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn every_stated_rule_of_the_built_in_set_reads() {
    let rules = RuleSet::built_in();
    assert!(rules.rules().len() >= 25);
    let raising = rules.rules().iter().filter(|rule| rule.effect.grade().is_some()).count();
    assert!(raising >= 25, "{raising}");
    assert_eq!(rules.default_floor(), Grade::Medium);
    // A factor whose source says that no text confirms it is a setting.
    for rule in rules.rules().iter().filter(|rule| rule.source.title.contains("not confirmed")) {
        assert_eq!(rule.status, Status::Setting, "{}", rule.key);
    }
    let in_groups: usize = rules.groups().iter().map(|group| rules.facts_in(&group.key).count()).sum();
    assert_eq!(in_groups, rules.facts().len());
    assert!(rules.groups().iter().all(|group| rules.facts_in(&group.key).count() > 0));
}
