//! What stands in a partner's record.
use cf_kernel::{Actor, Private, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Agency, Entry, Person, Source};

/// What stands in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An extract said this, and it was new or different.
    Stated {
        /// Whose record.
        agency: Agency,
        /// The agency's own reference of the child; unique only within its system.
        reference: Private<String>,
        /// The child's particulars, with what this extract left blank as held before.
        person: Private<Person>,
        /// Entries that were new or different.
        entries: Vec<Entry>,
        /// Where.
        source: Source,
        /// When it was imported.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
}

impl Event {
    /// When it was recorded; a statement has no moment of its own beside it.
    #[must_use]
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        let Self::Stated { at, .. } = self;
        Some(*at)
    }
}
