//! What stands in the record of an incident. Past tense; each carries who did it in its envelope.
use cf_kernel::{Actor, Grade, Private, Timestamp};
use serde::{Deserialize, Serialize};

use super::codes::TaskNumber;
use super::command::{
    Action, Grading, HandOver, Imported, InterviewEnd, InterviewOffer, InterviewTry, LaterImport, Learned,
    NewTask, PreventionInterview, Report, Return, ReturnInterview, Review, SystemCheck,
};
use crate::Owner;
use crate::clocks::{ClocksSet, Escalated};

/// Something that happened to an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is named for what happened, and its fields are documented types"
)]
pub enum Event {
    Reported { report: Box<Report>, owner: Owner },
    Imported { incident: Box<Imported> },
    ImportLearned { more: Box<LaterImport>, at: Timestamp, by: Actor },
    SystemChecked { check: SystemCheck, at: Timestamp, by: Actor },
    FactsLearned { learned: Learned, at: Timestamp, by: Actor },
    Graded { grading: Box<Grading>, at: Timestamp, by: Actor },
    Reviewed { review: Review, senior: bool, of_grade: Option<Grade>, at: Timestamp, by: Actor },
    ActionRecorded { action: Action, at: Timestamp, by: Actor },
    TaskSet { number: TaskNumber, task: NewTask, at: Timestamp, by: Actor },
    TaskFinished { number: TaskNumber, outcome: Private<String>, at: Timestamp, by: Actor },
    TaskCancelled { number: TaskNumber, reason: Private<String>, at: Timestamp, by: Actor },
    HandedOver { hand_over: HandOver, at: Timestamp, by: Actor },
    HandOverAcknowledged { at: Timestamp, by: Actor },
    TakenOver { at: Timestamp, by: Actor },
    Returned { back: Return, at: Timestamp, by: Actor },
    ReturnWithdrawn { reason: Private<String>, at: Timestamp, by: Actor },
    PreventionInterviewHeld { interview: PreventionInterview, at: Timestamp, by: Actor },
    PreventionInterviewForgone { reason: Private<String>, at: Timestamp, by: Actor },
    ReturnInterviewOffered { offer: InterviewOffer, at: Timestamp, by: Actor },
    ReturnInterviewTried { attempt: InterviewTry, at: Timestamp, by: Actor },
    ReturnInterviewHeld { interview: Box<ReturnInterview>, at: Timestamp, by: Actor },
    ReturnInterviewEnded { end: InterviewEnd, at: Timestamp, by: Actor },
    Closed { summary: Private<String>, at: Timestamp, by: Actor },
    Reopened { reason: Private<String>, at: Timestamp, by: Actor },
    ClocksSet { set: ClocksSet },
    Escalated { escalated: Escalated, at: Timestamp },
}

impl Event {
    /// When it happened, as far as the event itself says.
    #[must_use]
    pub fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::Reported { report, .. } => Some(report.reported_at),
            Self::Imported { incident } => Some(incident.reported_at),
            Self::ActionRecorded { action, .. } => Some(action.done_at),
            Self::Returned { back, .. } => Some(back.returned_at),
            Self::PreventionInterviewHeld { interview, .. } => Some(interview.held_at),
            Self::ReturnInterviewOffered { offer, .. } => Some(offer.offered_at),
            Self::ReturnInterviewTried { attempt, .. } => Some(attempt.tried_at),
            Self::ReturnInterviewHeld { interview, .. } => Some(interview.held_at),
            Self::SystemChecked { at, .. }
            | Self::ImportLearned { at, .. }
            | Self::FactsLearned { at, .. }
            | Self::Graded { at, .. }
            | Self::Reviewed { at, .. }
            | Self::TaskSet { at, .. }
            | Self::TaskFinished { at, .. }
            | Self::TaskCancelled { at, .. }
            | Self::HandedOver { at, .. }
            | Self::HandOverAcknowledged { at, .. }
            | Self::TakenOver { at, .. }
            | Self::ReturnWithdrawn { at, .. }
            | Self::PreventionInterviewForgone { at, .. }
            | Self::ReturnInterviewEnded { at, .. }
            | Self::Closed { at, .. }
            | Self::Reopened { at, .. }
            | Self::Escalated { at, .. } => Some(*at),
            Self::ClocksSet { .. } => None,
        }
    }
}
