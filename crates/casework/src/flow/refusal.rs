//! Why an act about an alarm is refused.
use cf_kernel::RefusalCode;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum Refusal {
    #[error("there is no such alarm")]
    NotRaised,
    #[error("this alarm was raised already")]
    AlreadyRaised,
    #[error("this alarm is answered already")]
    Answered,
    #[error("only a named person takes or answers an alarm")]
    NoPerson,
    #[error("this alarm is yours already")]
    Yours,
    #[error("this must say something: {field}")]
    Blank { field: &'static str },
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
            Self::NotRaised => ("alarm_not_raised", "Open it from the list of flows again."),
            Self::AlreadyRaised => ("alarm_already_raised", "Nothing needs doing."),
            Self::Answered => ("alarm_answered", "Reload the page to read the answer."),
            Self::NoPerson => ("no_person", "Sign in as the person who looked into it."),
            Self::Yours => ("alarm_yours", "Say what you found."),
            Self::Blank { .. } => ("blank", "Write it in your own words; a short sentence is enough."),
            Self::NotDue { .. } => ("not_due", "Nothing needs doing."),
        }
    }
}
