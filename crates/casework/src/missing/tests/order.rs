//! What must come before what: another grade before closing, the return before the talks, reading before grading.
use super::*;
use crate::missing::state::Owed;

/// A child who is back, with nothing owed but what the reviews ask for.
fn nearly_done() -> Story {
    Story::begin()
        .does(&operator(), grade(Grade::Low, Grade::Medium, Some("with her aunt"), T0.plus_hours(4)))
        .after_minutes(30)
        .does(&operator(), back(HowReturned::NotMissing, T0.plus_minutes(20)))
}

#[test]
fn what_an_inspector_wants_graded_again_is_graded_before_closing() {
    let next = T0.plus_hours(8);
    let story = nearly_done().does(&inspector(), review(ReviewDecision::Regrade, next));
    assert_eq!(story.incident().owed(), [Owed::GradeAgain]);
    let story = story
        .refuses(&operator(), Act::Close("back safe".into()), "still_owed")
        .after_minutes(5)
        .does(&supervisor(), review(ReviewDecision::Agree, next));
    assert_eq!(story.incident().owed(), [Owed::GradeAgain], "a supervisor does not answer for the inspector");
    let clock = &story.incident().clocks[&ClockId::from("first_grade:again")];
    assert_eq!(clock.started_at, T0.plus_minutes(30), "and does not start its clock again");
    // At the very moment of the look: what counts is the order.
    let story = story
        .does(&inspector(), review(ReviewDecision::Regrade, next))
        .does(&operator(), grade(Grade::Medium, Grade::Medium, None, next));
    assert_eq!(story.incident().owed(), []);
    story.does(&operator(), Act::Close("back safe".into()));
}

#[test]
fn what_a_supervisor_wants_graded_again_is_settled_by_a_grade_or_a_later_look() {
    let next = T0.plus_hours(8);
    let story = nearly_done()
        .does(&inspector(), review(ReviewDecision::Agree, next))
        .after_minutes(5)
        .does(&supervisor(), review(ReviewDecision::Regrade, next))
        .refuses(&operator(), Act::Close("back safe".into()), "still_owed");
    let story = story.after_minutes(5).does(&inspector(), review(ReviewDecision::Agree, next));
    assert_eq!(story.incident().owed(), []);
    story.does(&operator(), Act::Close("back safe".into()));
}

#[test]
fn no_talk_is_before_the_return() {
    let (returned, early) = (T0.plus_minutes(50), T0.plus_minutes(40));
    let prevention = |held_at| {
        Act::HoldPreventionInterview(PreventionInterview {
            held_at,
            in_person: true,
            not_in_person_reason: "".into(),
            account: "she was with a friend".into(),
            child_words: "".into(),
        })
    };
    let offer = |offered_at| {
        Act::OfferReturnInterview(InterviewOffer { offered_at, by: "council".into(), answer: None })
    };
    let attempt =
        |tried_at| Act::TryReturnInterview(InterviewTry { tried_at, what: "phoned, no answer".into() });
    let interview = |held_at| Act::HoldReturnInterview(Box::new(return_interview(held_at, true)));
    let story = Story::begin().after_minutes(60).does(&operator(), back(HowReturned::ReturnedSelf, returned));
    let refusal = story.attempt(&operator(), prevention(early)).expect_err("before the return");
    let says = format!("the prevention interview cannot be before the child was back, {returned}");
    assert_eq!(refusal.to_string(), says);
    let story = story
        .refuses(&operator(), prevention(early), "before_return")
        .refuses(&operator(), offer(early), "before_return")
        .refuses(&operator(), attempt(early), "before_return")
        .refuses(&operator(), interview(early), "before_return")
        .refuses(&operator(), interview(returned.plus_minutes(-1)), "before_return");
    story
        .does(&operator(), prevention(returned.plus_seconds(-59)))
        .does(&operator(), offer(returned))
        .does(&operator(), attempt(returned))
        .does(&operator(), interview(returned));
}

#[test]
fn a_grade_decided_before_the_last_one_was_known_is_refused() {
    let next = T0.plus_hours(4);
    let seeing = |level, seen| match grade(level, Grade::Medium, None, next) {
        Act::Grade(grading, _) => Act::Grade(grading, seen),
        other => other,
    };
    let story = Story::begin().does(&operator(), seeing(Grade::High, Some(0))).after_minutes(5).refuses(
        &supervisor(),
        seeing(Grade::Medium, Some(0)),
        "graded_since",
    );
    let refusal = story.attempt(&supervisor(), seeing(Grade::Medium, Some(0))).expect_err("graded since");
    assert_eq!(refusal.to_string(), format!("Person 1 graded it High at {T0} while this form was open"));
    story.does(&supervisor(), seeing(Grade::Medium, Some(1))).does(&supervisor(), seeing(Grade::High, None));
}

#[test]
fn what_another_system_says_of_a_talk_before_the_return_is_kept() {
    let row = Imported {
        found_at: Some(T0.plus_minutes(50)),
        prevention_interview_at: Some(T0.plus_minutes(40)),
        ..row()
    };
    let story = Story::imported(row);
    assert_eq!(story.incident().owed(), [Owed::ReturnInterview]);
}
