//! Who acts. A decision about a child is always a named person's; the system acts only to escalate and to import.
use serde::{Deserialize, Serialize};

use crate::{TeamId, UserId};

/// What a person is here to do. Policies grant actions to roles; see `policies/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes reports and works open incidents at the missing desk.
    Operator,
    /// Reviews grades and progress.
    Supervisor,
    /// The duty inspector: senior look, last rung but one of the ladder.
    Inspector,
    /// Investigates exploitation.
    Investigator,
    /// A council worker: return home interviews and council records.
    CouncilWorker,
    /// Audits and inspects; reads everything in scope, changes nothing.
    Auditor,
    /// Keeps accounts and settings; sees no case.
    Administrator,
    /// The software itself: escalation and imports.
    System,
}

impl Role {
    /// Every role a person can hold, in the order of the access matrix.
    pub const PEOPLE: [Role; 7] = [
        Role::Operator,
        Role::Supervisor,
        Role::Inspector,
        Role::Investigator,
        Role::CouncilWorker,
        Role::Auditor,
        Role::Administrator,
    ];

    /// The stable code, as stored and as policies name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Supervisor => "supervisor",
            Role::Inspector => "inspector",
            Role::Investigator => "investigator",
            Role::CouncilWorker => "council_worker",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
            Role::System => "system",
        }
    }

    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Role::Operator => "Missing desk operator",
            Role::Supervisor => "Duty supervisor",
            Role::Inspector => "Duty inspector",
            Role::Investigator => "Child exploitation investigator",
            Role::CouncilWorker => "Council worker",
            Role::Auditor => "Auditor",
            Role::Administrator => "Administrator",
            Role::System => "childfirst",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::PEOPLE.into_iter().chain([Role::System]).find(|role| role.code() == code)
    }
}

/// The person acting, as they were when they acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Their account.
    pub user: UserId,
    /// Their name as colleagues know it.
    pub name: String,
    /// The role they act in.
    pub role: Role,
    /// The team they act for.
    pub team: TeamId,
}

impl Actor {
    /// The software, acting on a clock or for an import.
    #[must_use]
    pub fn system() -> Self {
        let nil = uuid::Uuid::nil();
        Self {
            user: UserId::from_uuid(nil),
            name: "childfirst".into(),
            role: Role::System,
            team: TeamId::from_uuid(nil),
        }
    }
}
