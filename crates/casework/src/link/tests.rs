//! A pair, from the engine's question to a person's answer and back.
use std::sync::Arc;

use cf_kernel::{
    Actor, ChildId, CouncilChildId, Decider as _, RefusalCode as _, Role, TeamId, Timestamp, UserId,
};
use cf_timescales::Rules;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Act, Command, Evidence, EvidenceLine, Links, Pair, Side, Standing, State};
use crate::Owner;
use crate::clocks::ClockId;

const T0: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn by() -> Actor {
    let id = Uuid::from_u128(1);
    Actor {
        user: UserId::from_uuid(id),
        name: "Person 1".into(),
        role: Role::Supervisor,
        team: TeamId::from_uuid(id),
    }
}

fn pair() -> Pair {
    let council = Side::Council(CouncilChildId::from_uuid(Uuid::from_u128(8)));
    Pair::of(ChildId::from_uuid(Uuid::from_u128(7)), council).unwrap()
}

fn evidence(score: i32) -> Evidence {
    let line = |field: &str, weight| EvidenceLine { field: field.into(), level: "exact".into(), weight };
    Evidence { model: "defaults".into(), score, lines: vec![line("sex", 500), line("date of birth", 9_500)] }
}

fn at(state: &State, now: Timestamp, act: Act) -> Result<State, &'static str> {
    let rules = Arc::new(Rules::built_in().clone());
    let command = Command { by: by(), now, rules, pair: pair(), act };
    let events = Links::decide(state, command).map_err(|refusal| refusal.code())?;
    Ok(events.iter().fold(state.clone(), Links::evolve))
}

fn decide(state: &State, act: Act) -> Result<State, &'static str> {
    at(state, T0, act)
}

fn propose() -> Act {
    Act::Propose {
        evidence: evidence(10_000),
        owner: Owner::Desk { team: TeamId::from_uuid(Uuid::from_u128(2)), name: "Desk".into() },
    }
}

fn proposed() -> State {
    decide(&State::default(), propose()).unwrap()
}

fn standing(state: &State) -> Option<Standing> {
    state.link.as_ref().map(|link| link.standing)
}

#[test]
fn a_pair_is_the_same_from_either_end() {
    let (a, b) = (ChildId::from_uuid(Uuid::from_u128(1)), ChildId::from_uuid(Uuid::from_u128(2)));
    assert_eq!(Pair::of(a, Side::Child(b)), Pair::of(b, Side::Child(a)));
    assert_eq!(Pair::of(a, Side::Child(a)), None);
}

#[test]
fn a_proposal_has_an_owner_and_a_clock_until_somebody_decides() {
    let state = proposed();
    assert_eq!(state.link.as_ref().unwrap().clocks.len(), 1);
    let later = T0.plus_hours(30);
    let unsure = at(&state, later, Act::Unsure("Ask the home for a photograph.".into())).unwrap();
    let clock = unsure.link.as_ref().unwrap().clocks.values().next().unwrap().clone();
    assert_eq!((standing(&unsure), clock.started_at), (Some(Standing::Proposed), later));
    let linked = decide(&unsure, Act::Link { evidence: Some(evidence(10_000)), note: "".into() }).unwrap();
    assert_eq!(standing(&linked), Some(Standing::Linked));
    assert!(linked.link.unwrap().clocks.is_empty());
}

#[test]
fn a_link_is_undone_with_a_reason_and_is_not_proposed_again() {
    let linked = decide(&proposed(), Act::Link { evidence: None, note: "Same home.".into() }).unwrap();
    assert_eq!(decide(&linked, Act::Link { evidence: None, note: "".into() }), Err("already_linked"));
    let differ = Act::Differ { evidence: None, why: "Other child.".into() };
    assert_eq!(decide(&linked, differ), Err("still_linked"));
    assert_eq!(decide(&linked, Act::Unlink(" ".into())), Err("blank"));
    let undone = decide(&linked, Act::Unlink("The twin, not this child.".into())).unwrap();
    assert_eq!(standing(&undone), Some(Standing::Unlinked));
    assert_eq!(decide(&undone, propose()), Err("already_spoken_of"));
    assert_eq!(undone.link.unwrap().decisions.len(), 2);
}

#[test]
fn a_pair_declared_different_during_a_call_is_never_proposed() {
    let differ = |why: &str| Act::Differ { evidence: None, why: why.into() };
    assert_eq!(decide(&State::default(), differ("")), Err("blank"));
    let different = decide(&State::default(), differ("The caller knows both.")).unwrap();
    assert_eq!(standing(&different), Some(Standing::Different));
    assert_eq!(decide(&different, propose()), Err("already_spoken_of"));
    assert_eq!(decide(&different, Act::Unsure("?".into())), Err("not_proposed"));
}

#[test]
fn evidence_that_does_not_add_up_is_refused() {
    let act = Act::Link { evidence: Some(evidence(10_001)), note: "".into() };
    assert_eq!(decide(&proposed(), act), Err("does_not_add_up"));
}

proptest! {
    /// No silent list: whatever happens to a pair, an undecided one has a clock that escalates, a decided one none.
    #[test]
    fn an_undecided_pair_always_has_a_clock(acts in proptest::collection::vec((0_u8..6, 1_i64..200), 1..30)) {
        let mut state = State::default();
        let mut now = T0;
        for (act, hours) in acts {
            now = now.plus_hours(hours);
            let act = match act {
                0 => propose(),
                1 => Act::Link { evidence: Some(evidence(10_000)), note: "".into() },
                2 => Act::Differ { evidence: None, why: "Two children.".into() },
                3 => Act::Unsure("Ask the school.".into()),
                4 => Act::Unlink("A mistake.".into()),
                _ => Act::Escalate(ClockId::from("link_review")),
            };
            if let Ok(next) = at(&state, now, act) {
                state = next;
            }
            if let Some(link) = &state.link {
                let waits = link.standing == Standing::Proposed;
                prop_assert_eq!(link.clocks.len(), usize::from(waits));
            }
        }
    }
}
