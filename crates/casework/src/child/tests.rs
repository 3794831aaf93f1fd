//! A child's record, as people keep it.
use std::sync::Arc;

use cf_kernel::{Actor, Decider as _, Private, RefusalCode as _, Role, TeamId, Timestamp, UserId};
use cf_timescales::Rules;

use super::{Act, CarePlan, Children, Command, Identity, State, TriggerPlan};
use crate::Owner;

const T0: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn by() -> Actor {
    let id = uuid::Uuid::from_u128(1);
    Actor {
        user: UserId::from_uuid(id),
        name: "Person 1".into(),
        role: Role::Operator,
        team: TeamId::from_uuid(id),
    }
}

fn decide(state: &State, act: Act) -> Result<State, &'static str> {
    let command = Command { by: by(), now: T0, rules: Arc::new(Rules::built_in().clone()), act };
    let events = Children::decide(state, command).map_err(|refusal| refusal.code())?;
    Ok(events.iter().fold(state.clone(), Children::evolve))
}

fn registered() -> State {
    let identity = Identity { given_name: "Ada".into(), ..Identity::default() };
    let act = Act::Register { identity: Private::Known(identity), care: CarePlan::default(), source: None };
    decide(&State::default(), act).unwrap()
}

#[test]
fn a_record_begins_with_at_least_one_name_or_a_date_of_birth() {
    let act = Act::Register {
        identity: Private::Known(Identity::default()),
        care: CarePlan::default(),
        source: None,
    };
    assert_eq!(decide(&State::default(), act), Err("nobody_named"));
    assert!(registered().child.is_some());
}

#[test]
fn a_trigger_plan_has_an_owner_a_review_date_and_a_clock() {
    let plan = |actions: Vec<String>, review_at| {
        Act::SetTriggerPlan(TriggerPlan {
            actions: Private::Known(actions),
            owner: Owner::from(&by()),
            review_at,
        })
    };
    let later = T0.plus_hours(24 * 30);
    assert_eq!(decide(&registered(), plan(vec![" ".into()], later)), Err("empty_plan"));
    assert_eq!(decide(&registered(), plan(vec![".".into()], later)), Err("empty_plan"));
    assert_eq!(decide(&registered(), plan(vec!["ring the aunt".into()], T0)), Err("review_in_past"));
    let year = |hours: i64| plan(vec!["ring the aunt".into()], T0.plus_hours(366 * 24 + hours));
    assert_eq!(decide(&registered(), year(1)).err(), Some("review_too_far"));
    assert!(decide(&registered(), year(0)).is_ok());
    let state = decide(&registered(), plan(vec!["ring the aunt".into()], later)).unwrap();
    let child = state.child.as_ref().unwrap();
    assert_eq!(child.clocks.values().next().unwrap().deadline.due_at, later);
    let state = decide(&state, Act::EndTriggerPlan("moved away".into())).unwrap();
    assert!(state.child.unwrap().clocks.is_empty());
}

#[test]
fn a_restriction_has_a_reason_and_is_lifted_once() {
    assert_eq!(decide(&registered(), Act::Restrict("".into())), Err("blank"));
    let state = decide(&registered(), Act::Restrict("threat to the child".into())).unwrap();
    assert_eq!(decide(&state, Act::Restrict("again".into())), Err("already_restricted"));
    let state = decide(&state, Act::LiftRestriction("threat over".into())).unwrap();
    assert_eq!(decide(&state, Act::LiftRestriction("again".into())), Err("not_restricted"));
}
