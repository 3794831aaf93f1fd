//! What can stand between a person and what they asked for.
use cf_kernel::RefusalCode;
use cf_store::{AppendError, DecodeError, Fault};

use crate::matching::MayBeKnown;

/// Why a use case did not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The domain says no.
    #[error("{message}")]
    Refused {
        /// A stable code.
        code: &'static str,
        /// What stands in the way.
        message: String,
        /// What the person can do.
        next_step: &'static str,
    },
    /// What was sent cannot be used as it is.
    #[error("{} of the answers cannot be used", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// A report may be about a child known already, and nobody has said whether it is.
    #[error("this may be a child who is known already")]
    MayBeKnown(Vec<MayBeKnown>),
    /// The person may not do this.
    #[error("this is not open to your role")]
    Denied {
        /// The action that was denied.
        action: &'static str,
        /// Whether breaking the glass, with a reason, would open it.
        glass: bool,
    },
    /// There is no such record.
    #[error("there is no such record")]
    NotFound,
    /// Somebody else changed it in the meantime.
    #[error("somebody else changed this in the meantime")]
    Conflict,
    /// Nobody is signed in, or the session ended.
    #[error("sign in first")]
    SignInNeeded,
    /// Too many tries.
    #[error("too many tries; wait a minute")]
    TooManyTries,
    /// Ours, not theirs.
    #[error("something failed on our side")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// One answer that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form and in JSON.
    pub field: String,
    /// What is wrong and what to do, in one sentence.
    pub message: String,
    /// The words in it that need a decision, if that is what is wrong.
    pub found: Option<Box<crate::wording::Found>>,
}

impl FieldProblem {
    /// A problem with this field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), found: None }
    }
}

impl Problem {
    /// A refusal of a decider.
    pub fn refused(refusal: &impl RefusalCode) -> Self {
        Self::Refused { code: refusal.code(), message: refusal.to_string(), next_step: refusal.next_step() }
    }

    /// Something below failed.
    pub fn fault(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Fault(Box::new(error))
    }

    /// One field cannot be used.
    pub fn invalid(field: &str, message: &str) -> Self {
        Self::Invalid(vec![FieldProblem::new(field, message)])
    }

    /// A stable code, for the API and for tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Invalid(_) => "invalid",
            Self::MayBeKnown(_) => "may_be_known",
            Self::Denied { .. } => "denied",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::SignInNeeded => "sign_in_needed",
            Self::TooManyTries => "too_many_tries",
            Self::Fault(_) => "fault",
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::fault(fault)
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self::fault(error)
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } | AppendError::NotAbsent => Self::Conflict,
            other => Self::fault(other),
        }
    }
}
