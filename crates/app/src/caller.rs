//! Who asks: a signed-in person, their session, and whether they broke the glass.
use cf_kernel::{Actor, Role, SessionId};

use crate::wording::Decisions;

/// A person at a screen, or a program with a token.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub actor: Actor,
    /// Their session; none for the software itself.
    pub session: Option<SessionId>,
    /// The council a council worker belongs to.
    pub authority: Option<String>,
    /// The reason they gave for seeing what their role alone does not open, while it lasts; sealed, as it goes beside
    /// everything they read. [`crate::App::glass_reason`] says it.
    pub glass: Option<String>,
    /// What they decided about words found in what they send.
    pub wording: Decisions,
    /// Names the request in the log and on error pages.
    pub request: String,
}

impl Caller {
    /// The software itself, on a clock or for an import.
    #[must_use]
    pub fn system(what: &str) -> Self {
        Self {
            actor: Actor::system(),
            session: None,
            authority: None,
            glass: None,
            wording: Decisions::note_only(),
            request: what.to_owned(),
        }
    }

    /// The same person, with what they decided about words that were found.
    #[must_use]
    pub fn deciding(&self, wording: Decisions) -> Self {
        Self { wording, ..self.clone() }
    }

    /// The role they act in.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.actor.role
    }
}
