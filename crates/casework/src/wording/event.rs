//! What stands in the record about wording.
use cf_kernel::{Actor, Private, Timestamp};
use serde::{Deserialize, Serialize};

use super::command::{Kept, Look, Raised, Settlement};
use crate::clocks::{ClocksSet, Escalated};

/// Something that happened about wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is named for what happened, and its fields are documented types"
)]
pub enum Event {
    Kept { kept: Box<Kept>, at: Timestamp, by: Actor },
    Raised { raised: Box<Raised>, at: Timestamp, by: Actor },
    LookedAt { look: Look, at: Timestamp, by: Actor },
    Answered { words: Private<String>, at: Timestamp, by: Actor },
    Settled { settlement: Settlement, at: Timestamp, by: Actor },
    ClocksSet { set: ClocksSet },
    Escalated { escalated: Escalated, at: Timestamp },
}

impl Event {
    /// When it happened, as far as the event itself says.
    #[must_use]
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::Kept { at, .. }
            | Self::Raised { at, .. }
            | Self::LookedAt { at, .. }
            | Self::Answered { at, .. }
            | Self::Settled { at, .. }
            | Self::Escalated { at, .. } => Some(*at),
            Self::ClocksSet { .. } => None,
        }
    }
}
