//! What stands in the record about an alarm.
use cf_kernel::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

use super::command::{Answer, Raised};
use crate::clocks::{ClocksSet, Escalated};

/// Something that happened about an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is named for what happened, and its fields are documented types"
)]
pub enum Event {
    AlarmRaised { raised: Box<Raised>, at: Timestamp, by: Actor },
    AlarmTaken { at: Timestamp, by: Actor },
    AlarmAnswered { answer: Answer, at: Timestamp, by: Actor },
    ClocksSet { set: ClocksSet },
    Escalated { escalated: Escalated, at: Timestamp },
}

impl Event {
    /// When it happened, as far as the event itself says.
    #[must_use]
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::AlarmRaised { at, .. }
            | Self::AlarmTaken { at, .. }
            | Self::AlarmAnswered { at, .. }
            | Self::Escalated { at, .. } => Some(*at),
            Self::ClocksSet { .. } => None,
        }
    }
}
