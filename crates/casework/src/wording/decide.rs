//! One arm for each act, then the clocks the new state wants.
use cf_kernel::{Actor, Decider as _, Private, Role, Timestamp};
use cf_timescales::ClockKey;

use super::Wording;
use super::codes::Basis;
use super::command::{Act, Command};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Matter, Origin, Phase, State};
use crate::blank;
use crate::clocks::{self, Wanted};

pub(super) fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, now: at, rules, act } = command;
    let event = match (&state.matter, act) {
        (None, Act::Keep(kept)) => {
            says("the words", &kept.words)?;
            if kept.basis == Basis::Reason {
                says("why the words stay", &kept.reason)?;
            }
            Event::Kept { kept, at, by }
        }
        (None, Act::Raise(raised)) => {
            says("the words", &raised.words)?;
            says("why they are challenged", &raised.why)?;
            Event::Raised { raised, at, by }
        }
        (Some(_), Act::Keep(_) | Act::Raise(_)) => return Err(Refusal::AlreadyBegun),
        (None, _) => return Err(Refusal::NotBegun),
        (Some(matter), act) => go_on(matter, act, at, by)?,
    };
    let mut events = vec![event];
    let next = events.iter().fold(state.clone(), Wording::evolve);
    if let Some(matter) = &next.matter {
        let set = clocks::change(&matter.clocks, wanted(matter), &rules);
        events.extend(set.map(|set| Event::ClocksSet { set }));
    }
    Ok(events)
}

/// One clock until it is settled: who is asked decides which.
fn wanted(matter: &Matter) -> Vec<Wanted> {
    let (phase, since) = matter.phase;
    let key = match phase {
        Phase::Look | Phase::Outcome => ClockKey::WordingLook,
        Phase::Answer => ClockKey::WordingAnswer,
        Phase::Settled => return Vec::new(),
    };
    vec![Wanted::by_rule(key, since, None)]
}

fn says(field: &'static str, text: &Private<String>) -> Result<(), Refusal> {
    if blank(text) { Err(Refusal::Blank { field }) } else { Ok(()) }
}

fn go_on(matter: &Matter, act: Act, at: Timestamp, by: Actor) -> Result<Event, Refusal> {
    if let Act::Escalate(clock) = act {
        return match clocks::climb(&matter.clocks, &clock, at) {
            Some(escalated) => Ok(Event::Escalated { escalated, at }),
            None => Err(Refusal::NotDue { clock: clock.as_str().to_owned() }),
        };
    }
    if !matter.is_open() {
        return Err(Refusal::Settled);
    }
    match act {
        Act::Look(look) => {
            if matter.phase.0 != Phase::Look {
                return Err(Refusal::LookedAt);
            }
            not_the_writer(matter, &by)?;
            says("what you looked at and found", &look.words)?;
            Ok(Event::LookedAt { look, at, by })
        }
        Act::Answer(words) => {
            if matter.phase.0 != Phase::Answer {
                return Err(Refusal::NoAnswerAsked);
            }
            if matter.about().writer.as_ref().is_none_or(|writer| writer.user != by.user) {
                return Err(Refusal::SomebodyElsesWords);
            }
            says("your answer", &words)?;
            Ok(Event::Answered { words, at, by })
        }
        Act::Settle(settlement) => {
            // A writer who has left must not keep it open for ever: it can be settled without their answer.
            if matter.phase.0 == Phase::Look {
                return Err(Refusal::NotLookedAt);
            }
            not_the_writer(matter, &by)?;
            if matches!(matter.origin, Origin::Raised(_)) && matter.begun.1.user == by.user {
                return Err(Refusal::OwnChallenge);
            }
            says("what came of it", &settlement.words)?;
            Ok(Event::Settled { settlement, at, by })
        }
        // INVARIANT: answered above and in `decide`.
        Act::Escalate(_) | Act::Keep(_) | Act::Raise(_) => Err(Refusal::AlreadyBegun),
    }
}

/// Another person, and of no lower rank where the words are a duty inspector's.
fn not_the_writer(matter: &Matter, by: &Actor) -> Result<(), Refusal> {
    let Some(writer) = &matter.about().writer else { return Ok(()) };
    if writer.user == by.user {
        return Err(Refusal::OwnWords);
    }
    if writer.role == Role::Inspector && by.role != Role::Inspector {
        return Err(Refusal::InspectorNeeded);
    }
    Ok(())
}
