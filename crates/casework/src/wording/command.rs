//! What people do about wording.
use std::sync::Arc;

use cf_kernel::{Actor, ChildId, Private, StreamId, Timestamp};
use cf_timescales::Rules;
use serde::{Deserialize, Serialize};

use super::codes::{Basis, LookDecision, Outcome, RecordKind};
use crate::Owner;
use crate::clocks::ClockId;

/// An act, who does it and when.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// The timescales in force.
    pub rules: Arc<Rules>,
    /// What.
    pub act: Act,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Act {
    /// Keep words that were found.
    Keep(Box<Kept>),
    /// Challenge words in a record.
    Raise(Box<Raised>),
    /// Look at words that were kept.
    Look(Look),
    /// Answer, as the writer.
    Answer(Private<String>),
    /// Say what came of it.
    Settle(Settlement),
    /// Climb the next rung of an overdue clock.
    Escalate(ClockId),
}

/// Where the words stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The child whose case file it is.
    pub child: ChildId,
    /// The record.
    pub record: StreamId,
    /// What kind of record.
    pub kind: RecordKind,
    /// The entry: the version of the event in that record; none for the record as a whole.
    pub entry: Option<i64>,
    /// The field the words stand in; empty for the entry as a whole.
    pub field: String,
    /// Who wrote them; none where an import brought them.
    pub writer: Option<Actor>,
}

/// Words that were found and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Where.
    pub about: About,
    /// The rule that found them.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// How heavy it is: `low`, `medium` or `high`.
    pub severity: String,
    /// The version of the rules.
    pub rules: String,
    /// The words.
    pub words: Private<String>,
    /// The sentence they stand in.
    pub sentence: Private<String>,
    /// Why they were kept.
    pub basis: Basis,
    /// The writer's reason; empty for the child's own words.
    pub reason: Private<String>,
    /// Who answers for the look.
    pub owner: Owner,
}

/// Words somebody challenges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Where.
    pub about: About,
    /// The words.
    pub words: Private<String>,
    /// Why they are challenged.
    pub why: Private<String>,
    /// Who answers for the outcome.
    pub owner: Owner,
}

/// A look at words that were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What was decided.
    pub decision: LookDecision,
    /// In the words of whoever looked.
    pub words: Private<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The outcome.
    pub outcome: Outcome,
    /// In words; with `reworded`, the better words.
    pub words: Private<String>,
}
