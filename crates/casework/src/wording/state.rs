//! A kept finding or challenge after each event. Total: an event that fits no state leaves it as it was.
use cf_kernel::{Actor, Private, Timestamp};

use super::codes::LookDecision;
use super::command::{About, Kept, Look, Raised, Settlement};
use super::event::Event;
use crate::Owner;
use crate::clocks::{self, Clocks, Escalated};

/// Nothing yet, or a matter of wording.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The matter, once begun.
    pub matter: Option<Box<Matter>>,
}

/// Something said by somebody at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// What.
    pub what: T,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// How it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A writer kept words that were found.
    Kept(Box<Kept>),
    /// Somebody challenged words.
    Raised(Box<Raised>),
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A supervisor's look is owed.
    Look,
    /// The writer's answer is owed.
    Answer,
    /// An outcome is owed.
    Outcome,
    /// Nothing more is owed.
    Settled,
}

impl Phase {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Answer => "answer",
            Self::Outcome => "outcome",
            Self::Settled => "settled",
        }
    }
}

/// A kept finding or a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// How it began.
    pub origin: Origin,
    /// When and by whom.
    pub begun: (Timestamp, Actor),
    /// Where it stands, and since when.
    pub phase: (Phase, Timestamp),
    /// The look, once there was one.
    pub look: Option<Dated<Look>>,
    /// What the writer answered, oldest first.
    pub answers: Vec<Dated<Private<String>>>,
    /// What came of it.
    pub outcome: Option<Dated<Settlement>>,
    /// Running clocks.
    pub clocks: Clocks,
    /// Rungs climbed, oldest first.
    pub escalations: Vec<(Timestamp, Escalated)>,
}

impl Matter {
    /// Where the words stand.
    #[must_use]
    pub const fn about(&self) -> &About {
        match &self.origin {
            Origin::Kept(kept) => &kept.about,
            Origin::Raised(raised) => &raised.about,
        }
    }

    /// The words.
    #[must_use]
    pub const fn words(&self) -> &Private<String> {
        match &self.origin {
            Origin::Kept(kept) => &kept.words,
            Origin::Raised(raised) => &raised.words,
        }
    }

    /// Who answers for the look and the outcome.
    #[must_use]
    pub const fn desk(&self) -> &Owner {
        match &self.origin {
            Origin::Kept(kept) => &kept.owner,
            Origin::Raised(raised) => &raised.owner,
        }
    }

    /// Who holds it now: the writer while an answer is owed, otherwise those who look.
    #[must_use]
    pub fn owner(&self) -> Owner {
        match (self.phase.0, &self.about().writer) {
            (Phase::Answer, Some(writer)) => Owner::from(writer),
            _ => self.desk().clone(),
        }
    }

    /// Whether something is still owed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.phase.0 != Phase::Settled
    }
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    match (event, state.matter) {
        (Event::Kept { kept, at, by }, None) => begun(Origin::Kept(kept.clone()), Phase::Look, *at, by),
        (Event::Raised { raised, at, by }, None) => {
            // Words that no colleague wrote have nobody to answer for them.
            let phase = if raised.about.writer.is_some() { Phase::Answer } else { Phase::Outcome };
            begun(Origin::Raised(raised.clone()), phase, *at, by)
        }
        (event, Some(mut matter)) => {
            happened(&mut matter, event);
            State { matter: Some(matter) }
        }
        (_, None) => State { matter: None },
    }
}

fn begun(origin: Origin, phase: Phase, at: Timestamp, by: &Actor) -> State {
    let matter = Matter {
        origin,
        begun: (at, by.clone()),
        phase: (phase, at),
        look: None,
        answers: Vec::new(),
        outcome: None,
        clocks: Clocks::new(),
        escalations: Vec::new(),
    };
    State { matter: Some(Box::new(matter)) }
}

fn happened(matter: &mut Matter, event: &Event) {
    match event {
        Event::Kept { .. } | Event::Raised { .. } => {}
        Event::LookedAt { look, at, by } => {
            let next = match look.decision {
                LookDecision::Agreed | LookDecision::FalseAlarm => Phase::Settled,
                LookDecision::Rewording | LookDecision::Challenge => Phase::Answer,
            };
            matter.phase = (next, *at);
            matter.look = Some(Dated { what: look.clone(), at: *at, by: by.clone() });
        }
        Event::Answered { words, at, by } => {
            matter.answers.push(Dated { what: words.clone(), at: *at, by: by.clone() });
            matter.phase = (Phase::Outcome, *at);
        }
        Event::Settled { settlement, at, by } => {
            matter.outcome = Some(Dated { what: settlement.clone(), at: *at, by: by.clone() });
            matter.phase = (Phase::Settled, *at);
        }
        Event::ClocksSet { set } => clocks::apply(&mut matter.clocks, set),
        Event::Escalated { escalated, at } => {
            clocks::climbed(&mut matter.clocks, escalated);
            matter.escalations.push((*at, escalated.clone()));
        }
    }
}
