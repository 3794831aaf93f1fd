//! An alarm after each event. Total: an event that fits no state leaves it as it was.
use cf_kernel::{Actor, Timestamp};

use super::command::{Answer, Raised};
use super::event::Event;
use crate::Owner;
use crate::clocks::{self, Clocks, Escalated};

/// Nothing yet, or an alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The alarm, once raised.
    pub alarm: Option<Box<Alarm>>,
}

/// An alarm about a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What fell, and in which numbers.
    pub raised: Raised,
    /// When it was raised.
    pub at: Timestamp,
    /// Who holds it.
    pub owner: Owner,
    /// What was found and done.
    pub answer: Option<Answered>,
    /// Running clocks.
    pub clocks: Clocks,
    /// Rungs climbed, oldest first.
    pub escalations: Vec<(Timestamp, Escalated)>,
}

/// An answer, with who gave it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What.
    pub what: Answer,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

impl Alarm {
    /// Whether an answer is still owed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none()
    }
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    match (event, state.alarm) {
        (Event::AlarmRaised { raised, at, .. }, None) => State {
            alarm: Some(Box::new(Alarm {
                owner: raised.owner.clone(),
                raised: (**raised).clone(),
                at: *at,
                answer: None,
                clocks: Clocks::new(),
                escalations: Vec::new(),
            })),
        },
        (event, Some(mut alarm)) => {
            happened(&mut alarm, event);
            State { alarm: Some(alarm) }
        }
        (_, None) => State::default(),
    }
}

fn happened(alarm: &mut Alarm, event: &Event) {
    match event {
        Event::AlarmRaised { .. } => {}
        Event::AlarmTaken { by, .. } => alarm.owner = Owner::from(by),
        Event::AlarmAnswered { answer, at, by } => {
            alarm.owner = Owner::from(by);
            alarm.answer = Some(Answered { what: answer.clone(), at: *at, by: by.clone() });
        }
        Event::ClocksSet { set } => clocks::apply(&mut alarm.clocks, set),
        Event::Escalated { escalated, at } => {
            clocks::climbed(&mut alarm.clocks, escalated);
            alarm.escalations.push((*at, escalated.clone()));
        }
    }
}
