//! Why an act on a child's record is refused.
use cf_kernel::{RefusalCode, Timestamp};

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum Refusal {
    #[error("there is no such child")]
    NotRegistered,
    #[error("this child is already registered")]
    AlreadyRegistered,
    #[error("this must say something: {field}")]
    Blank { field: &'static str },
    #[error("a name, an alias or a date of birth is needed to begin a record")]
    NobodyNamed,
    #[error("a date of birth cannot be in the future")]
    BornInFuture,
    #[error("`{at}` is not in the future")]
    ReviewInPast { at: Timestamp },
    #[error("the review must be within {days} days")]
    ReviewTooFar { days: u16 },
    #[error("a trigger plan needs at least one action")]
    EmptyPlan,
    #[error("there is no trigger plan")]
    NoTriggerPlan,
    #[error("the record is already restricted")]
    AlreadyRestricted,
    #[error("the record is not restricted")]
    NotRestricted,
    #[error("the clock `{clock}` does not run or is not due for its next step")]
    NotDue { clock: String },
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
            Self::NotRegistered => ("not_registered", "Search for the child again."),
            Self::AlreadyRegistered => ("already_registered", "Open the child's record."),
            Self::Blank { .. } => ("blank", "Write it in your own words; a short sentence is enough."),
            Self::NobodyNamed => ("nobody_named", "Give whatever the caller knows, even one name."),
            Self::BornInFuture => ("born_in_future", "Check the date of birth."),
            Self::ReviewInPast { .. } => ("review_in_past", "Give a review date that is still to come."),
            Self::ReviewTooFar { .. } => ("review_too_far", "Give an earlier date for the review."),
            Self::EmptyPlan => ("empty_plan", "Write what is to be done first."),
            Self::NoTriggerPlan => ("no_trigger_plan", "Nothing needs withdrawing."),
            Self::AlreadyRestricted => ("already_restricted", "Nothing needs doing."),
            Self::NotRestricted => ("not_restricted", "Nothing needs lifting."),
            Self::NotDue { .. } => ("not_due", "Nothing needs doing."),
        }
    }
}
