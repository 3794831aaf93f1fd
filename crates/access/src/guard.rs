//! Asking, and keeping the answers.
use std::sync::OnceLock;

use cf_kernel::Role;

use crate::engine::Engine;
use crate::standing::Standing;
use crate::{Action, Resource, Subject};

/// The schema and the policies that ship, by file name.
const SCHEMA: &str = include_str!("../../../policies/childfirst.cedarschema");
const POLICIES: [(&str, &str); 9] = [
    ("everybody.cedar", include_str!("../../../policies/everybody.cedar")),
    ("desk.cedar", include_str!("../../../policies/desk.cedar")),
    ("leads.cedar", include_str!("../../../policies/leads.cedar")),
    ("investigators.cedar", include_str!("../../../policies/investigators.cedar")),
    ("council.cedar", include_str!("../../../policies/council.cedar")),
    ("oversight.cedar", include_str!("../../../policies/oversight.cedar")),
    ("service.cedar", include_str!("../../../policies/service.cedar")),
    ("glass.cedar", include_str!("../../../policies/glass.cedar")),
    ("limits.cedar", include_str!("../../../policies/limits.cedar")),
];

const ROLES: usize = Role::PEOPLE.len() + 1;

/// What the policies say to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub permitted: bool,
    /// The `@id` of each policy that settled it, in order; none when nothing permits it.
    pub policies: Vec<String>,
    /// What failed, if anything did. Then it is denied, and somebody must look.
    pub error: Option<String>,
}

impl Decision {
    /// Whether it was denied because the incident is closed, so that a page can say "reopen it first".
    #[must_use]
    pub fn because_closed(&self) -> bool {
        !self.permitted && self.error.is_none() && self.policies == ["limit-closed-incidents"]
    }
}

/// Why policies cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// A file is not Cedar.
    #[error("cannot read {file}: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// What Cedar says.
        message: String,
    },
    /// A policy has no `@id`, so a decision could not say what settled it.
    #[error("a policy in {file} has no @id")]
    Unnamed {
        /// The file.
        file: String,
    },
    /// Two policies share an `@id`.
    #[error("two policies have the @id `{id}`")]
    Twice {
        /// The id.
        id: String,
    },
    /// Policies that do not fit the schema.
    #[error("policies do not fit the schema: {}", findings.join("; "))]
    Invalid {
        /// What the validator found; at least one.
        findings: Vec<String>,
    },
}

/// Decides who may do what. Shared freely between threads.
///
/// Every case is decided by Cedar once and then kept; there are finitely many (see the crate's tour).
#[derive(Debug)]
pub struct Guard {
    engine: Engine,
    kept: Box<[OnceLock<Decision>]>,
}

impl Guard {
    /// The policies that ship.
    ///
    /// # Errors
    /// When a policy cannot be read, has no name, or does not fit the schema strictly.
    pub fn built_in() -> Result<Self, GuardError> {
        Engine::new(SCHEMA, &POLICIES).map(Self::over)
    }

    pub(crate) fn over(engine: Engine) -> Self {
        let cases = ROLES * 2 * Action::ALL.len() * Standing::COUNT;
        Self { engine, kept: (0..cases).map(|_| OnceLock::new()).collect() }
    }

    /// Whether this person may do this to that. Nothing is permitted unless a policy says so.
    #[must_use]
    pub fn decide(&self, subject: &Subject, action: Action, resource: &Resource) -> Decision {
        self.decide_case(subject.role, subject.glass, action, resource.standing(subject)).clone()
    }

    pub(crate) fn decide_case(
        &self,
        role: Role,
        glass: bool,
        action: Action,
        standing: Standing,
    ) -> &Decision {
        let decide = || self.engine.decide(role, glass, action, standing);
        self.kept[slot(role, glass, action, standing)].get_or_init(decide)
    }

    /// Whether the schema lets this action be asked of this at all.
    pub(crate) fn knows(&self, action: Action, standing: Standing) -> bool {
        self.engine.knows(action, standing)
    }

    /// The `@id` of every policy, and whether it permits (or else forbids); in order of the ids.
    #[must_use]
    pub fn policies(&self) -> Vec<(String, bool)> {
        self.engine.list()
    }

    #[cfg(test)]
    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }
}

/// Where the decision on a case is kept; different for every case.
const fn slot(role: Role, glass: bool, action: Action, standing: Standing) -> usize {
    let who = role as usize * 2 + glass as usize;
    (who * Action::ALL.len() + action as usize) * Standing::COUNT + standing.index()
}

#[cfg(test)]
mod tests;
