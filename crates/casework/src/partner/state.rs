//! What a partner's record is, from what was stated.
use cf_kernel::{Private, Timestamp};

use super::{Agency, Entry, Event, Person, Source};

/// A partner's record of a child, once something was stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The record.
    pub record: Option<Box<Record>>,
}

/// A partner's record of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub agency: Agency,
    /// The agency's own reference of the child.
    pub reference: Private<String>,
    /// The child's particulars, as stated last.
    pub person: Private<Person>,
    /// Every entry as stated last, newest first.
    pub entries: Vec<Stated>,
    /// How many statements there have been.
    pub statements: u32,
}

/// An entry, and where it was stated last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The entry.
    pub entry: Entry,
    /// The file and rows.
    pub source: Source,
    /// When it was imported.
    pub at: Timestamp,
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    let Event::Stated { agency, reference, person, entries, source, at, .. } = event;
    let mut record = state.record.unwrap_or_else(|| {
        Box::new(Record {
            agency: agency.clone(),
            reference: reference.clone(),
            person: person.clone(),
            entries: Vec::new(),
            statements: 0,
        })
    });
    record.agency.clone_from(agency);
    record.person.clone_from(person);
    record.statements += 1;
    for entry in entries {
        let stated = Stated { entry: entry.clone(), source: source.clone(), at: *at };
        // Once the references are destroyed with the rest, entries can no longer be told to be the same.
        let same =
            |held: &Stated| held.entry.reference == entry.reference && held.entry.reference.get().is_some();
        match record.entries.iter_mut().find(|held| same(held)) {
            Some(held) => *held = stated,
            None => record.entries.push(stated),
        }
    }
    record
        .entries
        .sort_by(|a, b| b.entry.from.cmp(&a.entry.from).then(b.entry.reference.cmp(&a.entry.reference)));
    State { record: Some(record) }
}
