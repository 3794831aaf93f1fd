//! What people record about a child.
use std::sync::Arc;

use cf_kernel::{Actor, CalendarDay, IncidentId, Private, Timestamp};
use cf_timescales::Rules;
use serde::{Deserialize, Serialize};

use crate::Owner;
use crate::clocks::ClockId;

/// An act, who does it and when.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// The timescales in force.
    pub rules: Arc<Rules>,
    /// What.
    pub act: Act,
}

/// What somebody wants to record.
#[derive(Debug, Clone)]
pub enum Act {
    /// Begin the record.
    Register {
        /// Who the child is.
        identity: Private<Identity>,
        /// Care, as known.
        care: CarePlan,
        /// The other system's reference (`CONNECT:P123`), for imports.
        source: Option<Private<String>>,
    },
    /// Correct or complete the identity.
    AmendIdentity(Private<Identity>),
    /// Record the care arrangement.
    SetCare(CarePlan),
    /// Add a phone, address, vehicle, person or place.
    AddContact(Private<Contact>),
    /// Record what carers prepared under the Philomena Protocol.
    SetPhilomena(Philomena),
    /// Record what to do at once when this child goes missing.
    SetTriggerPlan(TriggerPlan),
    /// Withdraw the trigger plan.
    EndTriggerPlan(Private<String>),
    /// Warn whoever meets the child or the case.
    AddWarning(Warning),
    /// Record something learned, usually from a talk after a return.
    Learn(LearnedFact),
    /// Limit who may see the record.
    Restrict(Private<String>),
    /// Lift that limit.
    LiftRestriction(Private<String>),
    /// Climb the next rung of an overdue clock.
    Escalate(ClockId),
}

/// Who the child is. All of it is sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Names the child also uses or used.
    pub also_known_as: Vec<String>,
    /// Date of birth; unknown is possible, and then the child is presumed under 18.
    pub born_on: Option<CalendarDay>,
    /// As recorded: `female`, `male`, `other`, `unknown`.
    pub sex: String,
    /// Self-defined ethnicity code (18+1), or empty when not asked.
    pub ethnicity: String,
    /// Home address in words.
    pub address: String,
    /// Home postcode.
    pub postcode: String,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Languages, interpreter, communication needs.
    pub communication: String,
    /// School or college.
    pub school: String,
}

impl Identity {
    /// `Given Family`, or what stands in its place.
    #[must_use]
    pub fn name(&self) -> String {
        let name = format!("{} {}", self.given_name, self.family_name);
        let name = name.trim();
        if name.is_empty() { "Name not known".to_owned() } else { name.to_owned() }
    }
}

/// The care arrangement, in codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarePlan {
    /// Whether the child is looked after by a council. `None` when not known.
    pub looked_after: Option<bool>,
    /// The council that plans the care (DfE three digits or ONS code).
    pub responsible_authority: Option<String>,
    /// The borough the child lives in (ONS code).
    pub borough: Option<String>,
}

/// A way to reach or find the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// The number, address or name.
    pub value: String,
    /// Whose, and why it matters.
    pub note: String,
}

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A phone number.
    Phone,
    /// An address.
    Address,
    /// A person.
    Person,
    /// A place the child goes to.
    Place,
    /// An account online.
    Online,
    /// A vehicle, by its registration.
    Vehicle,
    /// Somebody suspected of harming children, or an adult police look into.
    Suspect,
}

impl ContactKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Phone, Self::Address, Self::Person, Self::Place, Self::Online, Self::Vehicle, Self::Suspect];
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Person => "person",
            Self::Place => "place",
            Self::Online => "online",
            Self::Vehicle => "vehicle",
            Self::Suspect => "suspect",
        }
    }
    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::Address => "Address",
            Self::Person => "Person",
            Self::Place => "Place",
            Self::Online => "Online account",
            Self::Vehicle => "Vehicle",
            Self::Suspect => "Suspect, or adult of concern",
        }
    }
    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What carers prepared before any episode.
/// SOURCE: Philomena Protocol forms, via `domain/practice.md` A6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Philomena {
    /// About the child: description, health, medication, what calms, what to avoid.
    pub about: Private<String>,
    /// Places and people the child may go to, with their risk.
    pub places: Private<String>,
    /// Strengths, and an adult the child trusts.
    pub trusted_adult: Private<String>,
    /// Who keeps it current.
    pub owner: Owner,
    /// By when it is looked at again.
    pub review_at: Timestamp,
}

/// What to do at once when this child goes missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerPlan {
    /// The actions, in order.
    pub actions: Private<Vec<String>>,
    /// Who keeps it current.
    pub owner: Owner,
    /// By when it is looked at again.
    pub review_at: Timestamp,
}

/// Something whoever meets the child must know first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What kind.
    pub kind: WarningKind,
    /// In words.
    pub words: Private<String>,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Health or medication.
    Health,
    /// Self-harm or suicide.
    SelfHarm,
    /// Exploitation.
    Exploitation,
    /// Somebody who is a danger to the child.
    Person,
    /// Anything else.
    Other,
}

impl WarningKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Health, Self::SelfHarm, Self::Exploitation, Self::Person, Self::Other];
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::SelfHarm => "self_harm",
            Self::Exploitation => "exploitation",
            Self::Person => "person",
            Self::Other => "other",
        }
    }
    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Health => "Health or medication",
            Self::SelfHarm => "Self-harm or suicide",
            Self::Exploitation => "Exploitation",
            Self::Person => "A person who is a danger to the child",
            Self::Other => "Other",
        }
    }
    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Something learned that the next incident must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedFact {
    /// From which incident.
    pub incident: Option<IncidentId>,
    /// What.
    pub what: Private<String>,
    /// Signs of exploitation are there.
    pub exploitation_signs: bool,
}
