//! Why an act about wording is refused.
use cf_kernel::RefusalCode;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum Refusal {
    #[error("there is no such kept finding or challenge")]
    NotBegun,
    #[error("this was begun already")]
    AlreadyBegun,
    #[error("this is settled already")]
    Settled,
    #[error("this must say something: {field}")]
    Blank { field: &'static str },
    #[error("a supervisor has looked at this already")]
    LookedAt,
    #[error("nobody has looked at this yet")]
    NotLookedAt,
    #[error("the writer's answer is not asked for now")]
    NoAnswerAsked,
    #[error("only the writer answers for their words")]
    SomebodyElsesWords,
    #[error("nobody looks at or settles their own words")]
    OwnWords,
    #[error("nobody settles a challenge they raised")]
    OwnChallenge,
    #[error("words of a duty inspector are looked at by another duty inspector")]
    InspectorNeeded,
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
            Self::NotBegun => ("not_begun", "Open it from the queue again."),
            Self::AlreadyBegun => ("already_begun", "Nothing needs doing."),
            Self::Settled => ("settled", "Challenge the words anew if something is still wrong."),
            Self::Blank { .. } => ("blank", "Write it in your own words; a short sentence is enough."),
            Self::LookedAt => ("looked_at", "Reload the page to see what was decided."),
            Self::NotLookedAt => ("not_looked_at", "Look at the words first."),
            Self::NoAnswerAsked => ("no_answer_asked", "Nothing needs answering."),
            Self::SomebodyElsesWords => {
                ("somebody_elses_words", "Ask the writer, or settle it without an answer.")
            }
            Self::OwnWords => ("own_words", "Ask another supervisor or an inspector."),
            Self::OwnChallenge => ("own_challenge", "Ask another supervisor or an inspector."),
            Self::InspectorNeeded => ("inspector_needed", "Ask another duty inspector."),
            Self::NotDue { .. } => ("not_due", "Nothing needs doing."),
        }
    }
}
