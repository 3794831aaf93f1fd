//! How a pair stands, folded from the record.
use cf_kernel::{Actor, Private, Timestamp};

use super::event::Event;
use super::{Evidence, Pair};
use crate::Owner;
use crate::clocks::{self, Clocks};

/// Nothing yet, or a pair somebody or something has spoken of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The pair, once spoken of.
    pub link: Option<Box<Link>>,
}

/// How two records stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The engine asks; nobody has decided.
    Proposed,
    /// One child, as a person decided.
    Linked,
    /// Two children, as a person decided.
    Different,
    /// Was linked, and a person undid it.
    Unlinked,
}

impl Standing {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Linked => "linked",
            Self::Different => "different",
            Self::Unlinked => "unlinked",
        }
    }
}

/// One person's decision about a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// How the pair stood after it; still `Proposed` for somebody who was unsure.
    pub standing: Standing,
    /// In their words; may be empty for a link.
    pub words: Private<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// How a pair stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which records.
    pub pair: Pair,
    /// How they stand.
    pub standing: Standing,
    /// The latest evidence somebody or something spoke with.
    pub evidence: Option<Evidence>,
    /// What people decided, oldest first.
    pub decisions: Vec<Decided>,
    /// Who answers for the proposal until somebody decides.
    pub owner: Owner,
    /// From when the clock of the proposal counts: when it was made, or when somebody last looked and was unsure.
    pub asked_at: Timestamp,
    /// Running clocks.
    pub clocks: Clocks,
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    let link = match (event, state.link) {
        (Event::Proposed { pair, evidence, owner, at, .. }, None) => Some(Link {
            pair: *pair,
            standing: Standing::Proposed,
            evidence: Some(evidence.clone()),
            decisions: Vec::new(),
            owner: owner.clone(),
            asked_at: *at,
            clocks: Clocks::new(),
        }),
        (Event::Linked { pair, at, by, .. } | Event::DeclaredDifferent { pair, at, by, .. }, link) => {
            let mut link = link.map_or_else(
                || Link {
                    pair: *pair,
                    standing: Standing::Proposed,
                    evidence: None,
                    decisions: Vec::new(),
                    owner: Owner::from(by),
                    asked_at: *at,
                    clocks: Clocks::new(),
                },
                |link| *link,
            );
            decided(&mut link, event);
            Some(link)
        }
        (event, Some(link)) => {
            let mut link = *link;
            decided(&mut link, event);
            Some(link)
        }
        (_, None) => None,
    };
    State { link: link.map(Box::new) }
}

fn decided(link: &mut Link, event: &Event) {
    let mut push = |standing, words: &Private<String>, at: &Timestamp, by: &Actor| {
        link.standing = standing;
        link.decisions.push(Decided { standing, words: words.clone(), at: *at, by: by.clone() });
    };
    match event {
        Event::Proposed { .. } => {}
        Event::Linked { evidence, note, at, by, .. } => {
            push(Standing::Linked, note, at, by);
            link.evidence = evidence.clone().or(link.evidence.take());
        }
        Event::DeclaredDifferent { evidence, why, at, by, .. } => {
            push(Standing::Different, why, at, by);
            link.evidence = evidence.clone().or(link.evidence.take());
        }
        Event::LeftUnsure { note, at, by } => {
            push(Standing::Proposed, note, at, by);
            link.asked_at = *at;
        }
        Event::Unlinked { why, at, by } => push(Standing::Unlinked, why, at, by),
        Event::ClocksSet { set } => clocks::apply(&mut link.clocks, set),
        Event::Escalated { escalated, .. } => clocks::climbed(&mut link.clocks, escalated),
    }
}
