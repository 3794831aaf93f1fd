//! One arm for each act, then the clock the new state wants.
use cf_kernel::{Decider as _, Role};
use cf_timescales::ClockKey;

use super::Flows;
use super::command::{Act, Command};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Alarm, State};
use crate::blank;
use crate::clocks::{self, Wanted};

pub(super) fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, now: at, rules, act } = command;
    let event = match (&state.alarm, act) {
        (None, Act::Raise(raised)) => Event::AlarmRaised { raised, at, by },
        (None, _) => return Err(Refusal::NotRaised),
        (Some(_), Act::Raise(_)) => return Err(Refusal::AlreadyRaised),
        (Some(alarm), Act::Escalate(clock)) => match clocks::climb(&alarm.clocks, &clock, at) {
            Some(escalated) => Event::Escalated { escalated, at },
            None => return Err(Refusal::NotDue { clock: clock.as_str().to_owned() }),
        },
        (Some(alarm), _) if !alarm.is_open() => return Err(Refusal::Answered),
        // A machine finds nothing out: only a named person takes or answers an alarm.
        (Some(_), _) if by.role == Role::System => return Err(Refusal::NoPerson),
        (Some(alarm), Act::Take) => {
            if alarm.owner.user() == Some(by.user) {
                return Err(Refusal::Yours);
            }
            Event::AlarmTaken { at, by }
        }
        (Some(_), Act::Answer(answer)) => {
            if blank(&answer.found) {
                return Err(Refusal::Blank { field: "what you found" });
            }
            if blank(&answer.done) {
                return Err(Refusal::Blank { field: "what is done about it" });
            }
            Event::AlarmAnswered { answer, at, by }
        }
    };
    let mut events = vec![event];
    let next = events.iter().fold(state.clone(), Flows::evolve);
    if let Some(alarm) = &next.alarm {
        let set = clocks::change(&alarm.clocks, wanted(alarm), &rules);
        events.extend(set.map(|set| Event::ClocksSet { set }));
    }
    Ok(events)
}

/// One clock until it is answered. Taking it on does not restart it: nobody gains time by changing hands.
fn wanted(alarm: &Alarm) -> Vec<Wanted> {
    if alarm.is_open() { vec![Wanted::by_rule(ClockKey::FlowAlarm, alarm.at, None)] } else { Vec::new() }
}
