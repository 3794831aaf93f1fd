use proptest::prelude::*;

use super::*;

const TASK: &str = r#"
name = "a force"
version = "1"
[[rule]]
key = "task"
what = "A task is done"
limit = "3 hours"
owner = "task owner"
status = "setting"
reason = "our shifts are short"
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn error(text: &str) -> String {
    Rules::built_in().with_overrides("force.toml", text).unwrap_err().to_string()
}

#[test]
fn every_clock_has_a_ladder_that_starts_at_the_due_time_and_reaches_the_chiefs_office() {
    for key in ClockKey::ALL {
        for grade in Grade::ALL.map(Some).into_iter().chain([None]) {
            let start = at("2026-11-23T20:00:00Z");
            let deadline = Rules::built_in().deadline(key, start, grade);
            assert!(deadline.due_at > start);
            assert_eq!(deadline.rungs.first().map(|rung| rung.at), Some(deadline.due_at), "{key:?}");
            assert_eq!(deadline.rungs.last().map(|rung| rung.rung), Some(Rung::ChiefOffice), "{key:?}");
            assert!(deadline.rungs.is_sorted_by_key(|rung| (rung.rung, rung.at)));
        }
    }
}

#[test]
fn a_higher_grade_never_waits_longer() {
    let rules = Rules::built_in();
    for key in ClockKey::ALL {
        let due = |grade| rules.deadline(key, at("2026-11-23T20:00:00Z"), grade).due_at;
        assert!(Grade::ALL.is_sorted_by(|low, high| due(Some(*low)) >= due(Some(*high))), "{key:?}");
        assert_eq!(due(None), due(Some(Grade::High)), "no grade yet is no reason to wait");
    }
}

#[test]
fn only_what_was_read_in_a_text_is_called_confirmed() {
    let confirmed: Vec<_> = Rules::built_in()
        .all()
        .filter(|rule| rule.status == Status::Confirmed)
        .map(|rule| rule.key)
        .collect();
    assert_eq!(confirmed, [ClockKey::ReturnInterview]);
    let rule = Rules::built_in().rule(ClockKey::ReturnInterview, at("2026-11-23T20:00:00Z").day());
    assert_eq!(rule.limit, RuleLimit::Same(Limit::Hours(72)));
    assert!(rule.source.contains("rhi_offer"));
}

#[test]
fn a_forces_own_file_replaces_one_clock_and_leaves_the_rest() {
    let rules = Rules::built_in().with_overrides("force.toml", TASK).unwrap();
    let start = at("2026-11-23T20:00:00Z");
    assert_eq!(rules.deadline(ClockKey::Task, start, None).due_at, start.plus_hours(3));
    assert_eq!(
        rules.deadline(ClockKey::Adopt, start, None),
        Rules::built_in().deadline(ClockKey::Adopt, start, None)
    );
    assert_eq!(rules.files(), ["childfirst timescales 2026-11", "a force 1"]);
}

#[test]
fn a_forces_ladder_applies_where_a_rule_has_none_of_its_own() {
    let text = "name = \"a force\"\nversion = \"1\"\nladder = [{ rung = \"supervisor\", after_minutes = 0 }]";
    let rules = Rules::built_in().with_overrides("force.toml", text).unwrap();
    let start = at("2026-11-23T20:00:00Z");
    assert_eq!(rules.deadline(ClockKey::Task, start, None).rungs.len(), 1);
    assert_eq!(rules.deadline(ClockKey::Adopt, start, None).rungs.len(), 3);
}

#[test]
fn the_version_in_force_on_the_day_it_starts_counts() {
    let first = TASK.replace("limit =", "until = \"2027-01-01\"\nlimit =");
    let second = TASK.split_once("[[rule]]").unwrap().1.replace("3 hours", "1 hour");
    let text = format!("{first}[[rule]]\nfrom = \"2027-01-01\"{second}");
    let rules = Rules::built_in().with_overrides("force.toml", &text).unwrap();
    let hours =
        |start: &str| rules.deadline(ClockKey::Task, at(start), None).due_at.seconds_since(at(start)) / 3600;
    assert_eq!(hours("2026-12-31T23:59:59Z"), 3);
    assert_eq!(hours("2027-01-01T00:00:00Z"), 1);

    let gap = text.replace("from = \"2027-01-01\"", "from = \"2027-01-02\"");
    assert!(error(&gap).contains("each version must begin"), "{}", error(&gap));
    let ends = TASK.replace("limit =", "until = \"2027-01-01\"\nlimit =");
    assert!(error(&ends).contains("must not end"));
}

#[test]
fn a_due_time_a_person_chose_gets_the_clocks_ladder() {
    let due_at = at("2026-11-23T23:00:00Z");
    let deadline = Rules::built_in().deadline_at(ClockKey::GradeReview, due_at);
    assert_eq!(deadline.due_at, due_at);
    assert_eq!(deadline.rungs.len(), 4);
    assert_eq!(deadline.reached(due_at).map(|rung| rung.rung).collect::<Vec<_>>(), [Rung::Owner]);
    assert_eq!(deadline.next_rung(due_at).map(|rung| rung.rung), Some(Rung::Supervisor));
    assert!(deadline.is_overdue(due_at) && !deadline.is_overdue(due_at.plus_seconds(-1)));
    assert_eq!(deadline.next_rung(due_at.plus_hours(1000)), None);
}

#[test]
fn a_faulty_rule_is_refused_with_file_key_and_reason() {
    let cases = [
        ("key = \"task\"", "key = \"tea\"", "force.toml: `tea`: no such clock"),
        ("3 hours", "soon", "force.toml: `task`: `soon` is not a limit"),
        ("limit = \"3 hours\"", "", "force.toml: `task`: needs either `limit` or `limit_by_grade`"),
        ("\"setting\"", "\"firm\"", "force.toml: `task`: `firm` is not a status"),
        ("reason = \"our shifts are short\"", "", "force.toml: `task`: a setting needs a `reason`"),
        (
            "\"setting\"",
            "\"confirmed\"",
            "force.toml: `task`: a confirmed or unverified limit needs a `source`",
        ),
        ("owner =", "ladder = []\nowner =", "force.toml: `task`: the ladder is empty"),
        ("owner =", "from = \"1 May\"\nowner =", "force.toml: `task`: `1 May` is not a date"),
        ("owner =", "colour = 1\nowner =", "force.toml: `task`: unknown field `colour`"),
        (
            "owner =",
            "ladder = [{ rung = \"owner\", after_minutes = 5 }]\nowner =",
            "force.toml: `task`: the first rung must be told at the due time",
        ),
        (
            "owner =",
            "ladder = [{ rung = \"inspector\", after_minutes = 0 }, { rung = \"owner\", after_minutes = 5 }]\nowner =",
            "force.toml: `task`: the ladder must climb: `owner` comes too early",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(TASK.contains(from));
        let message = error(&TASK.replace(from, to));
        assert!(message.starts_with(expected), "{message}");
    }
    assert!(error("what is this").starts_with("force.toml: "));
    let whole = Rules::parse("force.toml", TASK).unwrap_err().to_string();
    assert_eq!(whole, "force.toml: `first_grade`: no rule for this clock");
}

#[test]
fn a_deadline_is_read_back_as_it_was_stored() {
    let deadline = Rules::built_in().deadline(ClockKey::FirstGrade, at("2026-11-23T20:00:00Z"), None);
    let stored = toml::to_string(&deadline).unwrap();
    assert!(stored.contains("rung = \"chief_office\""));
    assert_eq!(toml::from_str::<Deadline>(&stored).unwrap(), deadline);
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in ".{0,200}", key in "[a-z_]{0,12}", limit in ".{0,12}") {
        let _ = Rules::parse("x", &text);
        let rule = TASK.replace("\"task\"", &format!("{key:?}")).replace("\"3 hours\"", &format!("{limit:?}"));
        let _ = Rules::built_in().with_overrides("x", &rule);
    }
}
