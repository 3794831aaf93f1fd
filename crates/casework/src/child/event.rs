//! What stands in the record of a child.
use cf_kernel::{Actor, Private, Timestamp};
use serde::{Deserialize, Serialize};

use super::command::{CarePlan, Contact, Identity, LearnedFact, Philomena, TriggerPlan, Warning};
use crate::clocks::{ClocksSet, Escalated};

/// Something recorded about a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is named for what happened, and its fields are documented types"
)]
pub enum Event {
    Registered {
        identity: Private<Identity>,
        care: CarePlan,
        source: Option<Private<String>>,
        at: Timestamp,
        by: Actor,
    },
    IdentityAmended {
        identity: Private<Identity>,
        at: Timestamp,
        by: Actor,
    },
    CareSet {
        care: CarePlan,
        at: Timestamp,
        by: Actor,
    },
    ContactAdded {
        contact: Private<Contact>,
        at: Timestamp,
        by: Actor,
    },
    PhilomenaSet {
        philomena: Philomena,
        at: Timestamp,
        by: Actor,
    },
    TriggerPlanSet {
        plan: TriggerPlan,
        at: Timestamp,
        by: Actor,
    },
    TriggerPlanEnded {
        reason: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    WarningAdded {
        warning: Warning,
        at: Timestamp,
        by: Actor,
    },
    Learned {
        fact: LearnedFact,
        at: Timestamp,
        by: Actor,
    },
    Restricted {
        reason: Private<String>,
        at: Timestamp,
        by: Actor,
    },
    RestrictionLifted {
        reason: Private<String>,
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
            Self::Registered { at, .. }
            | Self::IdentityAmended { at, .. }
            | Self::CareSet { at, .. }
            | Self::ContactAdded { at, .. }
            | Self::PhilomenaSet { at, .. }
            | Self::TriggerPlanSet { at, .. }
            | Self::TriggerPlanEnded { at, .. }
            | Self::WarningAdded { at, .. }
            | Self::Learned { at, .. }
            | Self::Restricted { at, .. }
            | Self::RestrictionLifted { at, .. }
            | Self::Escalated { at, .. } => Some(*at),
            Self::ClocksSet { .. } => None,
        }
    }
}
