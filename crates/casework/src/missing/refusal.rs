//! Why an act on an incident is refused. Values, shown to people; nothing changes.
use cf_kernel::{Grade, RefusalCode, Timestamp};

use super::codes::TaskNumber;
use super::state::Owed;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum Refusal {
    #[error("there is no such incident")]
    NotReported,
    #[error("this incident was already reported")]
    AlreadyReported,
    #[error("the extract says otherwise than the record")]
    ImportContradicts,
    #[error("the extract adds nothing to what is recorded")]
    NothingNew,
    #[error("the incident is closed")]
    Closed,
    #[error("the incident is not closed")]
    NotClosed,
    #[error("the child is already recorded as back")]
    AlreadyBack,
    #[error("the child is not recorded as back")]
    NotBack,
    #[error("`{at}` is in the future")]
    InFuture { at: Timestamp },
    #[error("the child cannot be back at `{returned}`, before being last seen at `{last_seen}`")]
    ReturnBeforeLastSeen { returned: Timestamp, last_seen: Timestamp },
    #[error("the child cannot be last seen at `{last_seen}`, after the report at `{reported}`")]
    LastSeenAfterReport { last_seen: Timestamp, reported: Timestamp },
    #[error("this must say something: {field}")]
    Blank { field: &'static str },
    #[error("`{due}` is not in the future")]
    DueInPast { due: Timestamp },
    #[error("`{at}` is before the child was last seen and reported missing, {from}")]
    BeforeIncident { at: Timestamp, from: Timestamp },
    #[error("a task must be due within {days} days")]
    TaskTooFar { days: u16 },
    #[error("a return home interview that was held needs some account of what was said")]
    InterviewSaysNothing,
    #[error("signs of exploitation need words on what they are")]
    ExploitationNeedsWords,
    #[error("the next review must be within 28 days")]
    ReviewTooFar,
    #[error("a grade of {grade} is below the recommended {recommended} and needs a reason", grade = .grade.label(), recommended = .recommended.label())]
    GradeBelowNeedsReason { grade: Grade, recommended: Grade },
    #[error("{by} graded it {grade} at {at} while this form was open", grade = .grade.label())]
    GradedSince { by: String, grade: Grade, at: Timestamp },
    #[error("a grade is reviewed by another person than the one who gave it")]
    ReviewerIsGrader,
    #[error("there is no grade to review yet")]
    NothingToReview,
    #[error("there is no open task {number}")]
    NoSuchTask { number: TaskNumber },
    #[error("an earlier hand-over waits to be acknowledged")]
    HandOverWaiting,
    #[error("no hand-over waits")]
    NoHandOver,
    #[error("a hand-over is acknowledged by the person it is meant for")]
    HandOverForSomebodyElse,
    #[error("the incident cannot be handed to the person who holds it")]
    HandOverToOwner,
    #[error("the prevention interview is already settled")]
    PreventionSettled,
    #[error("{what} cannot be before the child was back, {back}")]
    BeforeReturn { what: &'static str, back: Timestamp },
    #[error("a prevention interview that was not in person needs a reason")]
    NotInPersonNeedsReason,
    #[error("the return home interview is already settled")]
    InterviewSettled,
    #[error("a return home interview is held by somebody with no part in the child's care")]
    InterviewMustBeIndependent,
    #[error("an accepted interview is held or ends with another answer")]
    AcceptedIsNotAnEnd,
    #[error("no talk is owed here")]
    NoTalkOwed,
    #[error("this cannot be closed yet: {}", list(.owed))]
    StillOwed { owed: Vec<Owed> },
    #[error("the clock `{clock}` does not run or is not due for its next step")]
    NotDue { clock: String },
}

fn list(owed: &[Owed]) -> String {
    owed.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl RefusalCode for Refusal {
    fn code(&self) -> &'static str {
        self.row().0
    }
    fn next_step(&self) -> &'static str {
        self.row().1
    }
}

impl Refusal {
    const fn row(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotReported => ("not_reported", "Go back to the board and choose an incident."),
            Self::AlreadyReported => ("already_reported", "Open the incident: your report is in it."),
            Self::ImportContradicts => ("import_contradicts", "A person looks at the row and at the record."),
            Self::NothingNew => ("nothing_new", "Nothing needs doing."),
            Self::Closed => {
                ("closed", "Reopen the incident if something new is known, or take a new report.")
            }
            Self::NotClosed => ("not_closed", "Nothing needs reopening."),
            Self::AlreadyBack => ("already_back", "If the child is missing again, take a new report."),
            Self::NotBack => ("not_back", "Record the return first."),
            Self::InFuture { .. } => ("in_future", "Check the date and time."),
            Self::ReturnBeforeLastSeen { .. } => ("return_before_last_seen", "Check both times."),
            Self::LastSeenAfterReport { .. } => ("last_seen_after_report", "Check both times."),
            Self::Blank { .. } => ("blank", "Write it in your own words; a short sentence is enough."),
            Self::DueInPast { .. } => ("due_in_past", "Give a time that is still to come."),
            Self::BeforeIncident { .. } => ("before_incident", "Check the date and time of the action."),
            Self::TaskTooFar { .. } => ("task_too_far", "Give an earlier time, and set it again if need be."),
            Self::InterviewSaysNothing => (
                "interview_says_nothing",
                "Write what was said, or record that the interview was not held and why.",
            ),
            Self::ExploitationNeedsWords => (
                "exploitation_needs_words",
                "Say what the signs are under During, the child's own words or What was learned.",
            ),
            Self::ReviewTooFar => ("review_too_far", "Give an earlier time for the next review."),
            Self::GradeBelowNeedsReason { .. } => (
                "grade_below_needs_reason",
                "Say why the risk is lower than the rules recommend, or follow them.",
            ),
            Self::GradedSince { .. } => ("graded_since", "Read it, then decide again."),
            Self::ReviewerIsGrader => ("reviewer_is_grader", "Ask another supervisor to look."),
            Self::NothingToReview => ("nothing_to_review", "Grade the risk first."),
            Self::NoSuchTask { .. } => ("no_such_task", "Reload the incident: the task may be done already."),
            Self::HandOverWaiting => ("hand_over_waiting", "Ask the person to acknowledge it first."),
            Self::NoHandOver => ("no_hand_over", "Reload the incident: it may be acknowledged already."),
            Self::HandOverForSomebodyElse => {
                ("hand_over_for_somebody_else", "Take the incident over instead, if you mean to hold it.")
            }
            Self::HandOverToOwner => ("hand_over_to_owner", "Choose somebody else."),
            Self::PreventionSettled => ("prevention_settled", "Record anything new as an action."),
            Self::BeforeReturn { .. } => {
                ("before_return", "Check the time here, and the time recorded for the return.")
            }
            Self::NotInPersonNeedsReason => ("not_in_person_needs_reason", "Say why the child was not seen."),
            Self::InterviewSettled => ("interview_settled", "Record anything new as an action."),
            Self::InterviewMustBeIndependent => {
                ("interview_must_be_independent", "Arrange an interviewer outside the child's care.")
            }
            Self::AcceptedIsNotAnEnd => {
                ("accepted_is_not_an_end", "Choose what happened after it was accepted.")
            }
            Self::NoTalkOwed => ("no_talk_owed", "Record anything said as an action."),
            Self::StillOwed { .. } => ("still_owed", "Do what is listed, then close."),
            Self::NotDue { .. } => ("not_due", "Nothing needs doing."),
        }
    }
}
