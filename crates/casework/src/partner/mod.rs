//! What a partner agency holds of one child: referrals, services, concerns. Kept beside police facts and never merged
//! with them, as a council's return is ([`crate::council`]).
//!
//! One stream for each child of each agency. An extract states the child's particulars and some entries; an entry is
//! known again by the agency's own reference, and one that an extract leaves out stays.
mod event;
mod state;
#[cfg(test)]
mod tests;

use cf_kernel::{Actor, CalendarDay, Decider, Private, RefusalCode, Timestamp};
use serde::{Deserialize, Serialize};

use crate::codes::codes;

pub use event::Event;
pub use state::{Record, State, Stated};

codes! {
    /// What kind of agency a record comes from.
    AgencyKind {
        /// A council's children's services.
        Council "council" "Council",
        /// Health.
        Health "health" "Health",
        /// A school or college.
        Education "education" "Education",
        /// A support service.
        Service "service" "Support service",
        /// Another.
        Other "other" "Other agency",
    }
    /// What an entry tells of.
    EntryKind {
        /// Somebody asked the agency to act for the child.
        Referral "referral" "Referral",
        /// The agency worked with the child.
        Service "service" "Service",
        /// Something that worried somebody.
        Concern "concern" "Concern",
        /// A contact that led to no referral.
        Contact "contact" "Contact",
    }
}

/// Whose record it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// What kind of agency.
    pub kind: AgencyKind,
    /// DfE three-digit code for a council; the force's own short word for others.
    pub code: String,
    /// What people here call it; may be empty for a council, which has a name by its code.
    pub name: String,
}

/// The child's particulars as the agency has them. A blank is not told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Other names, among them those an earlier extract had.
    pub also_known_as: Vec<String>,
    /// Date of birth.
    pub born_on: Option<CalendarDay>,
    /// `female`, `male`, `unknown`, or as it stood.
    pub sex: String,
    /// Address without postcode.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Numbers the child is reached on.
    pub phones: Vec<String>,
}

impl Person {
    /// Given and family name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// These particulars, with what they leave blank as it was held, and a name held before as another name.
    #[must_use]
    pub fn over(mut self, held: &Self) -> Self {
        let keep = |new: &mut String, old: &String| {
            if new.is_empty() {
                new.clone_from(old);
            }
        };
        let named = !self.name().is_empty();
        if !named {
            (self.given_name, self.family_name) = (held.given_name.clone(), held.family_name.clone());
        }
        let before = held.name();
        let mut others = std::mem::take(&mut self.also_known_as);
        others.extend(held.also_known_as.iter().cloned());
        others.extend(Some(before).filter(|before| !before.is_empty() && *before != self.name()));
        for name in others {
            if !self.also_known_as.contains(&name) && name != self.name() {
                self.also_known_as.push(name);
            }
        }
        self.born_on = self.born_on.or(held.born_on);
        keep(&mut self.sex, &held.sex);
        if self.address.is_empty() && self.postcode.is_empty() {
            (self.address, self.postcode) = (held.address.clone(), held.postcode.clone());
        }
        for number in &held.phones {
            if !self.phones.contains(number) {
                self.phones.push(number.clone());
            }
        }
        self
    }
}

/// One entry of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The agency's own reference of it. Sealed, because it points at a person.
    pub reference: Private<String>,
    /// What it tells of.
    pub kind: EntryKind,
    /// The day of it, or on which a service began.
    pub from: CalendarDay,
    /// The day it ended, if it did.
    pub to: Option<CalendarDay>,
    /// What the agency has of it.
    pub told: Private<Told>,
}

/// What an agency has of an entry, as written there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Who referred or told.
    pub source: String,
    /// The need or reason.
    pub reason: String,
    /// What came of it.
    pub outcome: String,
    /// What somebody wrote about it.
    pub words: String,
}

/// Which file, mapping and rows a statement came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// SHA-256 of the file, hex.
    pub file: String,
    /// The mapping profile, name and version.
    pub mapping: String,
    /// Lines of the file that speak of this child.
    pub lines: Vec<u64>,
}

/// What a partner's record takes: what one extract says of one child.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who imports.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// Whose record.
    pub agency: Agency,
    /// The agency's own reference of the child.
    pub reference: Private<String>,
    /// The child's particulars.
    pub person: Person,
    /// Entries of this extract.
    pub entries: Vec<Entry>,
    /// Where it says it.
    pub source: Source,
}

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The stream belongs to another agency's child.
    #[error("this record belongs to another agency")]
    AnotherAgency,
}

impl RefusalCode for Refusal {
    fn code(&self) -> &'static str {
        "another_agency"
    }
    fn next_step(&self) -> &'static str {
        "Give each agency a source system of its own in its mapping profile."
    }
}

/// The decider of partners' records.
#[derive(Debug, Clone, Copy)]
pub struct Partners;

impl Decider for Partners {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "partner";

    fn initial() -> State {
        State::default()
    }

    fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command { by, now: at, agency, reference, person, mut entries, source } = command;
        let mut particulars = person;
        if let Some(record) = &state.record {
            if (record.agency.kind, &record.agency.code) != (agency.kind, &agency.code) {
                return Err(Refusal::AnotherAgency);
            }
            // What was destroyed stays destroyed, whatever an extract says again.
            let Some(held) = record.person.get() else { return Ok(Vec::new()) };
            particulars = particulars.over(held);
            entries.retain(|entry| record.entries.iter().all(|stated| stated.entry != *entry));
            if entries.is_empty() && particulars == *held && record.agency == agency {
                return Ok(Vec::new());
            }
        }
        let person = Private::Known(particulars);
        Ok(vec![Event::Stated { agency, reference, person, entries, source, at, by }])
    }

    fn evolve(state: State, event: &Event) -> State {
        state::evolve(state, event)
    }
}
