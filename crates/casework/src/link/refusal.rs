//! Why something is not recorded about a pair.
use cf_kernel::RefusalCode;

/// Why an act on a pair is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum Refusal {
    #[error("people have been asked about this pair, or have decided it")]
    AlreadySpokenOf,
    #[error("these records are linked already")]
    AlreadyLinked,
    #[error("these records are declared to be of two children already")]
    AlreadyDifferent,
    #[error("these records are linked; undo the link first")]
    StillLinked,
    #[error("these records are not linked")]
    NotLinked,
    #[error("nobody waits for an answer about these records")]
    NotProposed,
    #[error("the weights do not add up to the score")]
    DoesNotAddUp,
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
            Self::AlreadySpokenOf => ("already_spoken_of", "Open the pair to see what was decided."),
            Self::AlreadyLinked => ("already_linked", "Nothing needs doing."),
            Self::AlreadyDifferent => ("already_different", "Nothing needs doing."),
            Self::StillLinked => ("still_linked", "Undo the link on the child's page, with the reason."),
            Self::NotLinked => ("not_linked", "Nothing needs undoing."),
            Self::NotProposed => ("not_proposed", "Open the next pair."),
            Self::DoesNotAddUp => ("does_not_add_up", "Open the pair again."),
            Self::Blank { .. } => ("blank", "Write it in your own words; a short sentence is enough."),
            Self::NotDue { .. } => ("not_due", "Nothing needs doing."),
        }
    }
}
