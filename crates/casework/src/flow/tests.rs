use std::sync::Arc;

use cf_kernel::{Actor, Decider as _, Private, RefusalCode as _, Role, TeamId, Timestamp, UserId};
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

fn raise() -> Act {
    let day = |text: &str| text.parse().unwrap();
    Act::Raise(Box::new(Raised {
        flow: Flow::PreventionInterviews,
        period: Period::Week,
        because: Because::BelowLimit,
        fell_on: day("2026-02-23"),
        known_on: day("2026-02-23"),
        counted: 1,
        usual_tenths: 164,
        limit_tenths: Some(43),
        baseline_from: day("2026-01-05"),
        baseline_periods: 7,
        owner: Owner::Desk { team: person(1, Role::System).team, name: "Supervisors, invented desk".into() },
    }))
}

fn answer(found: &str, done: &str) -> Act {
    Act::Answer(Answer { finding: Finding::NotDone, found: found.into(), done: done.into() })
}

#[derive(Default)]
struct Story {
    state: State,
    hours: i64,
}

impl Story {
    fn decide(&self, by: &Actor, act: Act) -> Result<Vec<Event>, Refusal> {
        let rules = Arc::new(Rules::built_in().clone());
        Flows::decide(&self.state, Command { by: by.clone(), now: T0.plus_hours(self.hours), rules, act })
    }
    fn does(mut self, by: &Actor, act: Act) -> Self {
        let events = self.decide(by, act).unwrap();
        self.state = events.iter().fold(self.state, Flows::evolve);
        self
    }
    fn refuses(self, by: &Actor, act: Act, code: &str) -> Self {
        assert_eq!(self.decide(by, act).unwrap_err().code(), code);
        self
    }
    fn after(self, hours: i64) -> Self {
        Self { hours: self.hours + hours, ..self }
    }
    fn stands(self, owner: &str, open: bool) -> Self {
        let alarm = self.state.alarm.as_ref().unwrap();
        assert_eq!(
            (alarm.owner.name(), alarm.is_open(), alarm.clocks.len()),
            (owner, open, usize::from(open))
        );
        self
    }
}

#[test]
fn an_alarm_is_raised_taken_and_answered_by_a_named_person() {
    let (service, supervisor, inspector) =
        (Actor::system(), person(2, Role::Supervisor), person(3, Role::Inspector));
    Story::default()
        .refuses(&supervisor, Act::Take, "alarm_not_raised")
        .does(&service, raise())
        .stands("Supervisors, invented desk", true)
        .refuses(&service, raise(), "alarm_already_raised")
        .refuses(&service, answer("It works.", "Nothing."), "no_person")
        .does(&supervisor, Act::Take)
        .stands("Person 2", true)
        .refuses(&supervisor, Act::Take, "alarm_yours")
        .refuses(&supervisor, answer(" ", "Rang round."), "blank")
        .refuses(&supervisor, answer("Nobody went.", ""), "blank")
        .does(&inspector, answer("Nobody went.", "Two officers go from today."))
        .stands("Person 3", false)
        .refuses(&supervisor, Act::Take, "alarm_answered")
        .refuses(&supervisor, answer("More.", "More."), "alarm_answered");
}

#[test]
fn nobody_gains_time_by_changing_hands_and_an_unanswered_alarm_climbs() {
    let clock = || ClockId::from("flow_alarm");
    let story = Story::default().does(&Actor::system(), raise());
    let due = story.state.alarm.as_ref().unwrap().clocks[&clock()].deadline.due_at;
    let story = story
        .after(5)
        .does(&person(2, Role::Supervisor), Act::Take)
        .refuses(&Actor::system(), Act::Escalate(clock()), "not_due")
        .after(24 * 4)
        .does(&Actor::system(), Act::Escalate(clock()));
    let alarm = story.state.alarm.as_ref().unwrap();
    assert_eq!((alarm.clocks[&clock()].deadline.due_at, alarm.clocks[&clock()].climbed), (due, 1));
    assert_eq!(alarm.escalations.len(), 1);
}

proptest! {
    /// Whatever is done, an alarm that is not answered has an owner, a clock and an escalation.
    #[test]
    fn no_silent_list(acts in prop::collection::vec((0_u8..5, 0_u8..4, 0_i64..20_000), 1..40)) {
        let people = [Actor::system(), person(2, Role::Supervisor), person(3, Role::Inspector), person(4, Role::Inspector)];
        let rules = Arc::new(Rules::built_in().clone());
        let (mut now, mut state, mut all) = (T0, State::default(), Vec::new());
        for (which, who, minutes) in acts {
            now = now.plus_minutes(minutes);
            let by = people[usize::from(who)].clone();
            let words = if minutes % 7 == 0 { "" } else { "words" };
            let act = match which {
                0 => raise(),
                1 => Act::Take,
                2 => answer(words, "words"),
                _ => Act::Escalate(ClockId::from("flow_alarm")),
            };
            match Flows::decide(&state, Command { by, now, rules: Arc::clone(&rules), act }) {
                Err(_) => {}
                Ok(events) => {
                    state = events.iter().fold(state, Flows::evolve);
                    all.extend(events);
                }
            }
            let Some(alarm) = &state.alarm else { continue };
            prop_assert!(!alarm.owner.name().is_empty());
            prop_assert_eq!(alarm.clocks.len(), usize::from(alarm.is_open()));
            for clock in alarm.clocks.values() {
                prop_assert!(clock.next_escalation().1 >= clock.deadline.due_at);
            }
        }
        let text = serde_json::to_string(&all).unwrap();
        let read: Vec<Event> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&Flows::fold(&read), &state);
    }

    #[test]
    fn evolve_works_the_same_when_text_is_gone(found in "[a-z]{1,9}") {
        let answered = |found: Private<String>| {
            let answer = Answer { finding: Finding::Lasting, found, done: "words".into() };
            let story = Story::default().does(&Actor::system(), raise());
            let event = Event::AlarmAnswered { answer, at: T0, by: person(2, Role::Supervisor) };
            let alarm = *Flows::evolve(story.state, &event).alarm.unwrap();
            (alarm.is_open(), alarm.owner)
        };
        prop_assert_eq!(answered(found.into()), answered(Private::Gone));
    }
}
