//! What stands in the record of a pair.
use cf_kernel::{Actor, Private, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Evidence, Pair};
use crate::Owner;
use crate::clocks::{ClocksSet, Escalated};

/// Something recorded about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is named for what happened, and its fields are documented types"
)]
pub enum Event {
    Proposed {
        pair: Pair,
        evidence: Evidence,
        owner: Owner,
        at: Timestamp,
        by: Actor,
    },
    Linked {
        pair: Pair,
        evidence: Option<Evidence>,
        note: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    DeclaredDifferent {
        pair: Pair,
        evidence: Option<Evidence>,
        why: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    LeftUnsure {
        note: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    Unlinked {
        why: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    ClocksSet {
        set: ClocksSet,
    },
    Escalated {
        escalated: Escalated,
        at: Timestamp,
    },
}

impl Event {
    /// When it happened, as far as the event itself says.
    #[must_use]
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::Proposed { at, .. }
            | Self::Linked { at, .. }
            | Self::DeclaredDifferent { at, .. }
            | Self::LeftUnsure { at, .. }
            | Self::Unlinked { at, .. }
            | Self::Escalated { at, .. } => Some(*at),
            Self::ClocksSet { .. } => None,
        }
    }
}
