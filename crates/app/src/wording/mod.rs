//! Wording that blames a child: found as it is typed, dealt with before it is recorded, looked at afterwards.
//!
//! [`found`] is what the language engine says about a text. `keep` stands in the way of every append: words that put
//! blame on a child are recorded only with the writer's decision. [`matters`] is what becomes of kept and challenged
//! words. Every act goes through the same place, so no form and no program can forget it.
pub mod audit;
pub mod challenged;
pub mod false_alarms;
pub mod found;
mod gaps;
mod keep;
pub mod matters;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cf_wording::Checker;

pub use found::{Found, key};
pub(crate) use keep::{checks, entries};

use crate::{App, Problem};

/// What a writer decided about words that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They are the child's own words.
    ChildsOwnWords,
    /// They stay, for this reason.
    Keep(String),
}

/// What a writer decided about every word that was found, by [`key`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    by_key: BTreeMap<String, Decision>,
    note_only: bool,
}

impl Decisions {
    /// For programs that bring what was written elsewhere or earlier: nothing stands in its way.
    #[must_use]
    pub const fn note_only() -> Self {
        Self { by_key: BTreeMap::new(), note_only: true }
    }

    /// Decides about the words with this key.
    pub fn decide(&mut self, key: impl Into<String>, decision: Decision) {
        self.by_key.insert(key.into(), decision);
    }

    fn about(&self, key: &str) -> Option<&Decision> {
        self.by_key.get(key)
    }
}

/// The checker with the rules that ship, made once.
pub(crate) fn built_in() -> Result<Arc<Checker>, Problem> {
    static BUILT_IN: OnceLock<Arc<Checker>> = OnceLock::new();
    if let Some(checker) = BUILT_IN.get() {
        return Ok(Arc::clone(checker));
    }
    let checker = Arc::new(Checker::new().map_err(Problem::fault)?);
    Ok(Arc::clone(BUILT_IN.get_or_init(|| checker)))
}

impl App {
    /// The wording rules in force.
    #[must_use]
    pub fn wording_rules(&self) -> &Checker {
        &self.wording
    }

    /// The same application with a force's own wording rules.
    #[must_use]
    pub fn with_wording_rules(self, checker: Checker) -> Self {
        Self { wording: Arc::new(checker), ..self }
    }
}
