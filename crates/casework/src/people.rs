//! Who holds a matter.
use cf_kernel::{Actor, TeamId, UserId};
use serde::{Deserialize, Serialize};

/// Who holds a matter now. There is always one: a person, or a desk until a person takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// A named person.
    Person {
        /// Their account.
        user: UserId,
        /// Their name.
        name: String,
        /// The team they act for.
        team: TeamId,
    },
    /// Nobody yet; the desk answers for it and a clock runs until somebody takes it.
    Desk {
        /// The desk.
        team: TeamId,
        /// Its name.
        name: String,
    },
}

impl Owner {
    /// The name a page shows.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Desk { name, .. } => name,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Person { user, .. } => Some(*user),
            Self::Desk { .. } => None,
        }
    }

    /// The team or desk.
    #[must_use]
    pub const fn team(&self) -> TeamId {
        match self {
            Self::Person { team, .. } | Self::Desk { team, .. } => *team,
        }
    }
}

impl From<&Actor> for Owner {
    fn from(actor: &Actor) -> Self {
        Self::Person { user: actor.user, name: actor.name.clone(), team: actor.team }
    }
}

/// Whether a text just written says nothing: without a letter or digit it is no reason and no account.
#[must_use]
pub fn blank(text: &cf_kernel::Private<String>) -> bool {
    text.get().is_none_or(|text| wordless(text))
}

/// Whether there is not one letter or digit in it.
#[must_use]
pub(crate) fn wordless(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}
