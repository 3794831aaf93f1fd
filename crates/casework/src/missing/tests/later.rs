//! A later extract undoes nothing that a person here has decided, and another system's closing is a closing like any other.
use super::*;
use crate::missing::later::later;
use crate::missing::state::Prevention;

fn closed_elsewhere() -> Imported {
    Imported { found_at: Some(T0.plus_minutes(20)), closed_at: Some(T0.plus_minutes(40)), ..row() }
}

/// Holds a row against the story: nothing of it is learned, and these fields are for a person.
fn only_a_person_takes_over(story: Story, said: Imported, fields: &[&str]) -> Story {
    let found = later(story.incident(), &said);
    assert_eq!((found.learned, found.for_a_person.as_slice()), (None, fields));
    story.refuses(&Actor::system(), Act::LearnImported(Box::new(said)), "nothing_new")
}

#[test]
fn a_withdrawn_return_stays_withdrawn_when_the_extract_tells_of_it_again() {
    let said = Imported {
        found_at: Some(T0.plus_minutes(20)),
        prevention_interview_at: Some(T0.plus_minutes(30)),
        ..row()
    };
    let story = Story::imported(said.clone())
        .does(&supervisor(), Act::WithdrawReturn("it was her sister".into()))
        .after_minutes(60);
    let story = only_a_person_takes_over(story, said, &["found_at", "prevention_interview_at"]);
    assert_eq!((story.incident().back(), &story.incident().prevention), (None, &Prevention::Owed));
}

#[test]
fn an_incident_that_was_opened_again_stays_open_when_the_extract_closes_it_again() {
    let story = Story::imported(closed_elsewhere())
        .does(&supervisor(), Act::Reopen("nobody has seen her".into()))
        .after_minutes(60);
    let story = only_a_person_takes_over(story, closed_elsewhere(), &["closed_at"]);
    assert!(story.incident().is_open());
}

#[test]
fn no_extract_closes_an_incident_whose_return_was_recorded_here() {
    let story =
        Story::imported(row()).does(&operator(), back(HowReturned::ReturnedSelf, T0.plus_minutes(20)));
    only_a_person_takes_over(story, closed_elsewhere(), &["closed_at"]);
}

#[test]
fn another_systems_closing_stands_among_the_closings() {
    let learned = Act::LearnImported(Box::new(closed_elsewhere()));
    for story in [Story::imported(closed_elsewhere()), Story::imported(row()).does(&Actor::system(), learned)]
    {
        let [closing] = story.incident().past.closings.as_slice() else { panic!("one closing") };
        assert_eq!((closing.at, &closing.by, &closing.reopened), (T0.plus_minutes(40), &None, &None));
        let story = story.does(&supervisor(), Act::Reopen("nobody has seen her".into()));
        let [closing] = story.incident().past.closings.as_slice() else { panic!("the same closing") };
        assert_eq!(closing.reopened.as_ref().map(|why| why.by.user), Some(supervisor().user));
    }
}
