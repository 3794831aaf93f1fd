//! The clocks a record about a child can have running.
use serde::{Deserialize, Serialize};

/// One kind of clock. The codes are stored with every event that starts one, and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKey {
    /// A report has come in and nobody has graded it.
    FirstGrade,
    /// A supervisor's next review of the grade.
    GradeReview,
    /// A grade below the recommendation waits for a senior look, the same shift.
    SeniorLook,
    /// No action has been recorded within the time the grade allows.
    ActionDue,
    /// A task is to be done.
    Task,
    /// A hand-over is to be acknowledged.
    HandoverAck,
    /// Police are to see the child after the return.
    PreventionInterview,
    /// The independent return home interview is to be offered.
    ReturnInterviewOffer,
    /// The independent return home interview is to be held.
    ReturnInterview,
    /// Everything owed is done and the incident is to be closed.
    Closure,
    /// A trigger plan is to be reviewed.
    TriggerPlanReview,
    /// Philomena Protocol information is to be reviewed.
    PhilomenaReview,
    /// A person decides whether two records are one child.
    LinkReview,
    /// A live matter has no owner, and somebody must take it.
    Adopt,
    /// Words that were kept or challenged wait for a supervisor.
    WordingLook,
    /// The writer is to answer for their words.
    WordingAnswer,
    /// A flow of work fell, and somebody is to say what they found and what is done.
    FlowAlarm,
    /// A restricted record was opened with a reason, and an inspector is to decide whether that was needed.
    GlassReview,
}

impl ClockKey {
    /// Every clock, in the order of an incident's life.
    pub const ALL: [ClockKey; 18] = [
        ClockKey::FirstGrade,
        ClockKey::GradeReview,
        ClockKey::SeniorLook,
        ClockKey::ActionDue,
        ClockKey::Task,
        ClockKey::HandoverAck,
        ClockKey::PreventionInterview,
        ClockKey::ReturnInterviewOffer,
        ClockKey::ReturnInterview,
        ClockKey::Closure,
        ClockKey::TriggerPlanReview,
        ClockKey::PhilomenaReview,
        ClockKey::LinkReview,
        ClockKey::Adopt,
        ClockKey::WordingLook,
        ClockKey::WordingAnswer,
        ClockKey::FlowAlarm,
        ClockKey::GlassReview,
    ];

    /// The stable code, as stored and as rule files name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ClockKey::FirstGrade => "first_grade",
            ClockKey::GradeReview => "grade_review",
            ClockKey::SeniorLook => "senior_look",
            ClockKey::ActionDue => "action_due",
            ClockKey::Task => "task",
            ClockKey::HandoverAck => "handover_ack",
            ClockKey::PreventionInterview => "prevention_interview",
            ClockKey::ReturnInterviewOffer => "return_interview_offer",
            ClockKey::ReturnInterview => "return_interview",
            ClockKey::Closure => "closure",
            ClockKey::TriggerPlanReview => "trigger_plan_review",
            ClockKey::PhilomenaReview => "philomena_review",
            ClockKey::LinkReview => "link_review",
            ClockKey::Adopt => "adopt",
            ClockKey::WordingLook => "wording_look",
            ClockKey::WordingAnswer => "wording_answer",
            ClockKey::FlowAlarm => "flow_alarm",
            ClockKey::GlassReview => "glass_review",
        }
    }

    /// The words a page shows for what is due.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            ClockKey::FirstGrade => "First grade",
            ClockKey::GradeReview => "Review of the grade",
            ClockKey::SeniorLook => "Senior look at a grade below the recommendation",
            ClockKey::ActionDue => "Next recorded action",
            ClockKey::Task => "Task",
            ClockKey::HandoverAck => "Hand-over acknowledged",
            ClockKey::PreventionInterview => "Prevention interview",
            ClockKey::ReturnInterviewOffer => "Return home interview offered",
            ClockKey::ReturnInterview => "Return home interview held",
            ClockKey::Closure => "Closure",
            ClockKey::TriggerPlanReview => "Review of the trigger plan",
            ClockKey::PhilomenaReview => "Review of the Philomena information",
            ClockKey::LinkReview => "Decide whether two records are one child",
            ClockKey::Adopt => "An owner",
            ClockKey::WordingLook => "Look at wording that was kept or challenged",
            ClockKey::WordingAnswer => "Writer's answer about wording",
            ClockKey::FlowAlarm => "Answer about a flow that fell",
            ClockKey::GlassReview => "Decide whether opening restricted records was needed",
        }
    }

    /// The clock with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back_and_are_what_serde_writes() {
        for key in ClockKey::ALL {
            assert_eq!(ClockKey::from_code(key.code()), Some(key));
            assert_eq!(toml::Value::try_from(key).unwrap().as_str(), Some(key.code()));
        }
        assert_eq!(ClockKey::from_code("lunch"), None);
    }
}
