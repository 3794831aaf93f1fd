//! Whether two records are one child: proposed by the engine, decided by a person, and never undone in silence.
//!
//! One stream for each pair. Nothing merges: a link lets pages show two records side by side as one life, and each
//! stays its own agency's fact. A proposal is live work and has an owner and a clock until somebody decides.
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cf_kernel::{Actor, ChildId, CouncilChildId, Decider, PartnerRecordId, Private, StreamId, Timestamp};
use cf_timescales::Rules;
use serde::{Deserialize, Serialize};

use crate::Owner;
use crate::clocks::ClockId;

pub use event::Event;
pub use refusal::Refusal;
pub use state::{Decided, Link, Standing, State};

/// One record of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A child known to police.
    Child(ChildId),
    /// A child in a council's returns.
    Council(CouncilChildId),
    /// A child in another agency's records.
    Partner(PartnerRecordId),
}

impl Side {
    /// The record's stream.
    #[must_use]
    pub fn stream(self) -> StreamId {
        match self {
            Self::Child(id) => id.into(),
            Self::Council(id) => id.into(),
            Self::Partner(id) => id.into(),
        }
    }
    /// The stable code of its kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Child(_) => "child",
            Self::Council(_) => "council",
            Self::Partner(_) => "partner",
        }
    }
}

/// Two records. The first is always a child known to police; of two such children the one with the lower id, so that
/// a pair is the same pair from either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The child known to police.
    pub child: ChildId,
    /// The other record.
    pub other: Side,
}

impl Pair {
    /// The pair of these records; none when both are the same record.
    #[must_use]
    pub fn of(child: ChildId, other: Side) -> Option<Self> {
        match other {
            Side::Child(second) if second == child => None,
            Side::Child(second) if second < child => Some(Self { child: second, other: Side::Child(child) }),
            _ => Some(Self { child, other }),
        }
    }
}

/// What the engine had to say when somebody decided: levels and weights, and no value of either record. The values
/// are in the two records themselves, as they were known at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Which model: its name and what it was trained on.
    pub model: String,
    /// The score in units of 1/1024 bit. The weights add up to it exactly.
    pub score: i32,
    /// Line by line.
    pub lines: Vec<EvidenceLine>,
}

/// One line of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// The field, or what else speaks for or against.
    pub field: String,
    /// How the two agree in it.
    pub level: String,
    /// Its weight in units of 1/1024 bit: above zero speaks for one child, below zero against.
    pub weight: i32,
}

impl Evidence {
    /// Whether the weights add up to the score.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.lines.iter().map(|line| i64::from(line.weight)).sum::<i64>() == i64::from(self.score)
    }
}

/// What somebody wants to record about a pair.
#[derive(Debug, Clone)]
pub enum Act {
    /// Ask people whether these are one child. The software's; it decides nothing.
    Propose {
        /// Why the engine asks.
        evidence: Evidence,
        /// Who answers for it until somebody decides.
        owner: Owner,
    },
    /// One child.
    Link {
        /// What the person saw, if the engine had anything to say.
        evidence: Option<Evidence>,
        /// In the person's words; may be empty, since the evidence stands.
        note: Private<String>,
    },
    /// Not one child.
    Differ {
        /// What the person saw, if the engine had anything to say.
        evidence: Option<Evidence>,
        /// Why, in the person's words.
        why: Private<String>,
    },
    /// Looked at, and left for another look.
    Unsure(Private<String>),
    /// Undo a link.
    Unlink(Private<String>),
    /// Climb the next rung of an overdue clock.
    Escalate(ClockId),
}

/// An act, who does it and when.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// The timescales in force.
    pub rules: Arc<Rules>,
    /// About which records.
    pub pair: Pair,
    /// What.
    pub act: Act,
}

/// The decider of links.
#[derive(Debug, Clone, Copy)]
pub struct Links;

impl Decider for Links {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "link";

    fn initial() -> State {
        State::default()
    }
    fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, command)
    }
    fn evolve(state: State, event: &Event) -> State {
        state::evolve(state, event)
    }
}
