//! What was done and no longer stands is kept: returns withdrawn, closings opened again, hand-overs that ended.
use super::*;
use crate::missing::past::WithdrawnReturn;
use crate::missing::state::{Prevention, Reviewer};

#[test]
fn a_withdrawn_return_is_kept_with_its_talks_and_the_reason() {
    let forgo = Act::ForgoPreventionInterview("she asked for her teacher".into());
    let story = Story::begin()
        .after_minutes(30)
        .does(&operator(), back(HowReturned::ReturnedSelf, T0.plus_minutes(20)))
        .does(&supervisor(), forgo)
        .after_minutes(5)
        .does(&supervisor(), Act::WithdrawReturn("it was her sister".into()));
    let incident = story.incident();
    assert_eq!((incident.back(), &incident.prevention), (None, &Prevention::Owed));
    let [WithdrawnReturn { back, recorded, prevention, why, .. }] = incident.past.withdrawn.as_slice() else {
        panic!("one return was withdrawn: {:?}", incident.past);
    };
    assert_eq!((back.returned_at, back.how), (T0.plus_minutes(20), HowReturned::ReturnedSelf));
    assert_eq!(
        recorded.as_ref().map(|(at, by)| (*at, by.user)),
        Some((T0.plus_minutes(30), operator().user))
    );
    assert!(matches!(prevention, Prevention::Forgone(_)));
    assert_eq!((why.by.user, why.what.or_gone()), (supervisor().user, "it was her sister"));
}

#[test]
fn a_closing_is_kept_with_why_it_was_opened_again() {
    let story = Story::begin()
        .does(&operator(), grade(Grade::Medium, Grade::Medium, None, T0.plus_hours(4)))
        .after_minutes(30)
        .does(&operator(), back(HowReturned::NotMissing, T0.plus_minutes(20)))
        .does(&operator(), Act::Close("she was at her aunt's".into()))
        .after_minutes(5)
        .does(&supervisor(), Act::Reopen("the aunt rang again".into()));
    let [closing] = story.incident().past.closings.as_slice() else { panic!("one closing") };
    assert_eq!(closing.by.as_ref().map(|by| by.user), Some(operator().user));
    assert_eq!(closing.reopened.as_ref().map(|why| why.what.or_gone()), Some("the aunt rang again"));
}

#[test]
fn hand_overs_are_kept_with_how_they_ended() {
    let to = |who: &Actor| {
        let (to, briefing) = (Owner::from(who), "try the aunt first".into());
        Act::HandOver(HandOver { to, briefing })
    };
    let story = Story::begin()
        .does(&operator(), to(&supervisor()))
        .does(&supervisor(), Act::Acknowledge)
        .does(&supervisor(), to(&operator()))
        .does(&inspector(), Act::TakeOver);
    let ends: Vec<_> = story.incident().past.hand_overs.iter().filter_map(|one| one.ended.as_ref()).collect();
    let ends: Vec<_> = ends.into_iter().map(|end| (end.by.user, end.acknowledged)).collect();
    assert_eq!(ends, [(supervisor().user, true), (inspector().user, false)]);
    assert_eq!(story.incident().past.taken_over.len(), 1);
    assert!(Reviewer::is_senior(Role::Inspector) && !Reviewer::is_senior(Role::Supervisor));
}

#[test]
fn a_clock_says_what_is_truly_owed() {
    for (id, words) in [
        ("first_grade", "First grade"),
        ("first_grade:again", "Grade again"),
        ("task:3", "Task 3"),
        ("handover_ack", "Hand-over acknowledged"),
        ("of another time", "Clock"),
    ] {
        assert_eq!(ClockId::from(id).words(), words);
    }
}
