//! What no record of a missing child can sensibly say.
use super::*;

fn action(what: &str, done_at: Timestamp) -> Act {
    Act::Record(Action { kind: ActionKind::Enquiry, done_at, what: what.into() })
}

#[test]
fn an_action_belongs_to_the_incident_and_says_something() {
    Story::begin()
        .refuses(&operator(), action("rang", T0.plus_hours(-24 * 365)), "before_incident")
        .refuses(&operator(), action("rang", T0.plus_hours(-3).plus_minutes(-1)), "before_incident")
        .refuses(&operator(), action(".", T0), "blank")
        .does(&operator(), action("rang", T0.plus_hours(-3)))
        .does(&operator(), action("7", T0));
}

#[test]
fn a_reason_without_a_letter_is_no_reason() {
    let next = T0.plus_hours(1);
    Story::begin()
        .refuses(&operator(), grade(Grade::Low, Grade::High, Some(" - "), next), "grade_below_needs_reason")
        .does(&operator(), grade(Grade::Low, Grade::High, Some("she rang"), next));
}

#[test]
fn a_task_is_due_within_a_season() {
    let task = |due_at| {
        let owner = Owner::from(&operator());
        Act::SetTask(NewTask { what: "ring the school".into(), owner, due_at })
    };
    Story::begin()
        .refuses(&operator(), task(T0.plus_hours(90 * 24 + 1)), "task_too_far")
        .does(&operator(), task(T0.plus_hours(90 * 24)));
}

#[test]
fn an_interview_that_was_held_says_what_was_said() {
    let held = |talk| Act::HoldReturnInterview(Box::new(talk));
    let talk = return_interview(T0.plus_minutes(10), true);
    let silent = ReturnInterview { during: "...".into(), ..talk.clone() };
    let signs = ReturnInterview {
        before: "a row".into(),
        during: "".into(),
        exploitation_signs: true,
        ..talk.clone()
    };
    Story::begin()
        .after_minutes(10)
        .does(&operator(), back(HowReturned::ALL[0], T0.plus_minutes(5)))
        .refuses(&operator(), held(silent), "interview_says_nothing")
        .refuses(&operator(), held(signs.clone()), "exploitation_needs_words")
        .does(&operator(), held(ReturnInterview { learned: "an older man paid".into(), ..signs }));
}
