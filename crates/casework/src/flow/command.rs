//! What the service and people do about an alarm.
use std::sync::Arc;

use cf_kernel::{Actor, CalendarDay, Private, Timestamp};
use cf_timescales::Rules;
use serde::{Deserialize, Serialize};

use super::codes::{Because, Finding, Flow, Period};
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

/// What is done.
#[derive(Debug, Clone)]
pub enum Act {
    /// Raise the alarm; the service does.
    Raise(Box<Raised>),
    /// Take it on: whoever does is the owner until it is answered.
    Take,
    /// Say what was found and what is done.
    Answer(Answer),
    /// Climb the next rung of an overdue clock.
    Escalate(ClockId),
}

/// A fall, with the numbers it was seen in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Which flow.
    pub flow: Flow,
    /// How long one point is.
    pub period: Period,
    /// By what it is known.
    pub because: Because,
    /// The first day of the fall.
    pub fell_on: CalendarDay,
    /// The first day of the period with which it was known.
    pub known_on: CalendarDay,
    /// What was counted in that period.
    pub counted: i64,
    /// What was usual for it, in tenths.
    pub usual_tenths: i64,
    /// Its lower limit in tenths; none where that lies at or below zero, because then nothing can lie below it.
    pub limit_tenths: Option<i64>,
    /// First day of the baseline.
    pub baseline_from: CalendarDay,
    /// Periods in the baseline; fewer than twelve are a first guess.
    pub baseline_periods: u32,
    /// Who answers for it until somebody takes it.
    pub owner: Owner,
}

/// What somebody found and did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was found.
    pub finding: Finding,
    /// The same, in words.
    pub found: Private<String>,
    /// What is done about it.
    pub done: Private<String>,
}
