use std::sync::Arc;

use cf_kernel::{
    Actor, ChildId, Decider as _, Private, RefusalCode as _, Role, StreamId, TeamId, Timestamp, UserId,
};
use cf_timescales::Rules;
use proptest::prelude::*;

use super::*;
use crate::Owner;
use crate::clocks::ClockId;

/// Wednesday 4 March 2026, 09:00 in London.
const T0: Timestamp = Timestamp::from_micros(1_772_614_800_000_000);

fn person(n: u128, role: Role) -> Actor {
    let id = |n| uuid::Uuid::from_u128(0x0195_6000_0000_7000_8000_0000_0000_0000 + n);
    Actor {
        user: UserId::from_uuid(id(n)),
        name: format!("Person {n}"),
        role,
        team: TeamId::from_uuid(id(99)),
    }
}

fn operator() -> Actor {
    person(1, Role::Operator)
}
fn supervisor() -> Actor {
    person(2, Role::Supervisor)
}
fn inspector() -> Actor {
    person(3, Role::Inspector)
}

fn about(writer: Option<Actor>) -> About {
    let child = uuid::Uuid::from_u128(7);
    About {
        child: ChildId::from_uuid(child),
        record: StreamId::from_uuid(child),
        kind: RecordKind::Child,
        entry: Some(1),
        field: "words".into(),
        writer,
    }
}

fn desk() -> Owner {
    Owner::Desk { team: operator().team, name: "Supervisors, invented desk".into() }
}

fn keep(by: &Actor, basis: Basis, reason: &str) -> Act {
    Act::Keep(Box::new(Kept {
        about: about(Some(by.clone())),
        rule: "risk.putting".into(),
        category: "risk_taking".into(),
        severity: "high".into(),
        rules: "1".into(),
        words: "putting herself at risk".into(),
        sentence: "She is putting herself at risk.".into(),
        basis,
        reason: reason.into(),
        owner: desk(),
    }))
}

fn raise(writer: Option<Actor>) -> Act {
    let (words, why) = ("streetwise".into(), "It makes her older than she is.".into());
    Act::Raise(Box::new(Raised { about: about(writer), words, why, owner: desk() }))
}

fn look(decision: LookDecision) -> Act {
    Act::Look(Look { decision, words: "Read the entry.".into() })
}

fn settle(outcome: Outcome) -> Act {
    Act::Settle(Settlement { outcome, words: "Talked it through.".into() })
}

#[derive(Clone, Default)]
struct Story {
    state: State,
}

impl Story {
    fn does(mut self, by: &Actor, act: Act) -> Self {
        let rules = Arc::new(Rules::built_in().clone());
        let command = Command { by: by.clone(), now: T0, rules, act };
        let events = Wording::decide(&self.state, command).unwrap();
        self.state = events.iter().fold(self.state, Wording::evolve);
        self
    }
    fn refuses(self, by: &Actor, act: Act, code: &str) -> Self {
        let rules = Arc::new(Rules::built_in().clone());
        let refused = Wording::decide(&self.state, Command { by: by.clone(), now: T0, rules, act });
        assert_eq!(refused.unwrap_err().code(), code);
        self
    }
    fn stands(self, phase: Phase, owner: &str) -> Self {
        let matter = self.state.matter.as_ref().unwrap();
        assert_eq!((matter.phase.0, matter.owner().name()), (phase, owner));
        self
    }
}

#[test]
fn a_kept_finding_waits_for_somebody_elses_look() {
    Story::default()
        .refuses(&operator(), keep(&operator(), Basis::Reason, " "), "blank")
        .does(&operator(), keep(&operator(), Basis::Reason, "A quotation from the court's order."))
        .stands(Phase::Look, "Supervisors, invented desk")
        .refuses(&operator(), look(LookDecision::Agreed), "own_words")
        .refuses(&supervisor(), settle(Outcome::Stands), "not_looked_at")
        .does(&supervisor(), look(LookDecision::Agreed))
        .refuses(&supervisor(), look(LookDecision::Agreed), "settled");
}

#[test]
fn the_childs_own_words_need_no_reason_but_a_look() {
    Story::default()
        .does(&operator(), keep(&operator(), Basis::ChildsOwnWords, ""))
        .stands(Phase::Look, "Supervisors, invented desk");
}

#[test]
fn better_words_are_asked_of_the_writer() {
    Story::default()
        .does(&operator(), keep(&operator(), Basis::Reason, "It is how we say it."))
        .does(&supervisor(), look(LookDecision::Rewording))
        .stands(Phase::Answer, "Person 1")
        .refuses(&inspector(), Act::Answer("Somebody harmed her.".into()), "somebody_elses_words")
        .does(&operator(), Act::Answer("An adult is putting her at risk.".into()))
        .stands(Phase::Outcome, "Supervisors, invented desk")
        .refuses(&operator(), settle(Outcome::Reworded), "own_words")
        .does(&supervisor(), settle(Outcome::Reworded))
        .stands(Phase::Settled, "Supervisors, invented desk");
}

#[test]
fn anybody_challenges_any_rank_and_another_settles_it() {
    Story::default()
        .does(&operator(), raise(Some(inspector())))
        .stands(Phase::Answer, "Person 3")
        .refuses(&operator(), settle(Outcome::Learning), "inspector_needed")
        .refuses(&inspector(), settle(Outcome::Stands), "own_words")
        .does(&person(4, Role::Inspector), settle(Outcome::Learning));
    Story::default()
        .does(&supervisor(), raise(Some(operator())))
        .does(&operator(), Act::Answer("I will write it otherwise.".into()))
        .refuses(&supervisor(), settle(Outcome::Learning), "own_challenge")
        .does(&inspector(), settle(Outcome::Learning));
}

#[test]
fn imported_words_have_nobody_to_answer_for_them() {
    Story::default()
        .does(&operator(), raise(None))
        .stands(Phase::Outcome, "Supervisors, invented desk")
        .does(&supervisor(), settle(Outcome::Stands));
}

fn any_act() -> impl Strategy<Value = (u8, u8, u8, i64)> {
    (0u8..7, 0u8..4, 0u8..4, 0i64..20_000)
}

proptest! {
    /// Whatever people do, a kept finding or challenge that is not settled has an owner, a clock and an escalation.
    #[test]
    fn no_silent_list(acts in prop::collection::vec(any_act(), 1..40)) {
        let people = [operator(), supervisor(), inspector(), person(4, Role::Inspector)];
        let rules = Arc::new(Rules::built_in().clone());
        let (mut now, mut state, mut all) = (T0, State::default(), Vec::new());
        for (which, choice, who, minutes) in acts {
            now = now.plus_minutes(minutes);
            let by = people[usize::from(who)].clone();
            let words: Private<String> = if minutes % 13 == 0 { "".into() } else { "words".into() };
            let act = match which {
                0 => keep(&by, Basis::ALL[usize::from(choice) % 2], "reason"),
                1 => raise((choice > 0).then(|| people[usize::from(choice)].clone())),
                2 => Act::Look(Look { decision: LookDecision::ALL[usize::from(choice)], words }),
                3 => Act::Answer(words),
                4 => Act::Settle(Settlement { outcome: Outcome::ALL[usize::from(choice) % 3], words }),
                _ => Act::Escalate(ClockId::from(["wording_look", "wording_answer"][usize::from(choice) % 2])),
            };
            let before = state.clone();
            match Wording::decide(&state, Command { by, now, rules: Arc::clone(&rules), act }) {
                Err(_) => prop_assert_eq!(&state, &before),
                Ok(events) => {
                    state = events.iter().fold(state, Wording::evolve);
                    all.extend(events);
                }
            }
            let Some(matter) = &state.matter else { continue };
            prop_assert!(!matter.owner().name().is_empty());
            prop_assert_eq!(matter.clocks.len(), usize::from(matter.is_open()));
            for clock in matter.clocks.values() {
                prop_assert!(clock.next_escalation().1 >= clock.deadline.due_at);
            }
        }
        let text = serde_json::to_string(&all).unwrap();
        let read: Vec<Event> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&Wording::fold(&read), &state);
    }
}
