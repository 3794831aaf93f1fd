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
    assert!(story.clocks().contains(&"first_grade:again"));
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
