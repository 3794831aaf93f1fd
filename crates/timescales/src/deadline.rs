//! When something is due, and who hears when it is not done.
use cf_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody on the ladder an overdue clock climbs. Ordered from the nearest to the case to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The person who owns the matter.
    Owner,
    /// The duty supervisor.
    Supervisor,
    /// The duty inspector.
    Inspector,
    /// The chief's office.
    ChiefOffice,
}

impl Rung {
    /// The whole ladder, from the bottom.
    pub const ALL: [Rung; 4] = [Rung::Owner, Rung::Supervisor, Rung::Inspector, Rung::ChiefOffice];

    /// The stable code, as stored and as rule files name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Rung::Owner => "owner",
            Rung::Supervisor => "supervisor",
            Rung::Inspector => "inspector",
            Rung::ChiefOffice => "chief_office",
        }
    }

    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Rung::Owner => "Owner",
            Rung::Supervisor => "Duty supervisor",
            Rung::Inspector => "Duty inspector",
            Rung::ChiefOffice => "Chief's office",
        }
    }

    /// The rung with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.code() == code)
    }
}

/// The moment one rung is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RungAt {
    /// Who is told.
    pub rung: Rung,
    /// When, if it is still not done.
    pub at: Timestamp,
}

/// A due time and its ladder, as they were when the clock started. Recorded in events, so that a later change of
/// the rules never moves a clock that already runs.
///
/// From [`crate::Rules`] the rungs are never empty, climb in order, and the first is told at the due time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadline {
    /// When it is due.
    pub due_at: Timestamp,
    /// Who is told when it is not done by then, in the order they are told.
    pub rungs: Vec<RungAt>,
}

impl Deadline {
    /// Whether the due time has come.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due_at <= now
    }

    /// The rungs whose time has come, in order.
    pub fn reached(&self, now: Timestamp) -> impl Iterator<Item = RungAt> + '_ {
        self.rungs.iter().copied().filter(move |rung| rung.at <= now)
    }

    /// The next rung still to be told after `now`; `None` at the top of the ladder.
    #[must_use]
    pub fn next_rung(&self, now: Timestamp) -> Option<RungAt> {
        self.rungs.iter().copied().find(|rung| rung.at > now)
    }
}
