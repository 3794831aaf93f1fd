//! What one council's return says about one child, kept beside police facts and never merged with them.
//!
//! *Away from placement* (whereabouts known) and *missing* (unknown) are the council's facts about days; a police
//! incident is a fact about hours. Neither is derived from the other (`domain/practice.md` A1).
use std::collections::BTreeMap;

use cf_kernel::{Actor, CalendarDay, Decider, Private, RefusalCode, Timestamp};
use serde::{Deserialize, Serialize};

/// The decider of council records.
#[derive(Debug, Clone, Copy)]
pub struct Council;

/// One child as one council's return shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouncilChild {
    /// The council: DfE three-digit code.
    pub authority: String,
    /// The collection year the return is for: 2026 means 1 April 2025 to 31 March 2026.
    pub year: i16,
    /// The council's own id of the child; unique only within that council. Sealed, because it points at a person.
    pub local_id: Private<String>,
    /// Sex, date of birth, ethnicity, UPN: as the Header table has them.
    pub header: Private<Header>,
    /// Care episodes.
    pub episodes: Vec<CareEpisode>,
    /// Missing and away periods.
    pub absences: Vec<Absence>,
}

/// The Header table's row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `M`, `F`, `U`, or the older `1`, `2`, as it stood.
    pub sex: String,
    /// Date of birth.
    pub born_on: Option<CalendarDay>,
    /// DfE ethnicity code, as it stood.
    pub ethnicity: String,
    /// Unique pupil number, or `UN1` to `UN5`.
    pub upn: String,
}

/// A period in one placement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CareEpisode {
    /// First day (`DECOM`).
    pub from: CalendarDay,
    /// Last day (`DEC`), open if absent.
    pub to: Option<CalendarDay>,
    /// Legal status code (`LS`).
    pub legal_status: String,
    /// Placement type code (`PLACE`).
    pub placement: String,
    /// Reason the episode ceased (`REC`).
    pub reason_ceased: String,
}

/// A missing or away period, in days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    /// Missing (`M`) or away (`A`).
    pub kind: AbsenceKind,
    /// First day (`MIS_START`).
    pub from: CalendarDay,
    /// Last day (`MIS_END`), open if absent.
    pub to: Option<CalendarDay>,
}

/// Whether the council knew where the child was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AbsenceKind {
    /// Missing from care: whereabouts unknown.
    #[serde(rename = "M")]
    Missing,
    /// Away from placement without authorisation: whereabouts known.
    #[serde(rename = "A")]
    Away,
}

/// Which file, row and rule set a record came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// SHA-256 of the files, hex.
    pub file: String,
    /// The format, `ssda903`.
    pub format: String,
    /// Lines of the file that speak of this child.
    pub lines: Vec<u64>,
}

/// What a council record takes: the whole of what one return says, again and again.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who imports.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// What the return says.
    pub record: CouncilChild,
    /// Where it says it.
    pub source: Source,
}

/// What stands in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A return said this, and it was new or different.
    Stated {
        /// What it said.
        record: CouncilChild,
        /// Where.
        source: Source,
        /// When it was imported.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
}

/// What the latest return for each year says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// By collection year. A later return for the same year replaces the earlier one here; both stay in the record.
    pub years: BTreeMap<i16, (CouncilChild, Source, Timestamp)>,
    /// How many different statements there have been.
    pub statements: u32,
}

impl State {
    /// What the return for the latest year says.
    #[must_use]
    pub fn latest(&self) -> Option<&CouncilChild> {
        self.years.values().next_back().map(|(record, ..)| record)
    }
}

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The stream belongs to another council's child.
    #[error("this record belongs to another authority")]
    AnotherAuthority,
}

impl RefusalCode for Refusal {
    fn code(&self) -> &'static str {
        "another_authority"
    }
    fn next_step(&self) -> &'static str {
        "Import the file under the authority it came from."
    }
}

impl Decider for Council {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "council";

    fn initial() -> State {
        State::default()
    }

    fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command { by, now: at, mut record, source } = command;
        record.episodes.sort();
        record.absences.sort();
        if state.latest().is_some_and(|latest| latest.authority != record.authority) {
            return Err(Refusal::AnotherAuthority);
        }
        match state.years.get(&record.year) {
            // The same return again says nothing new.
            Some((known, ..)) if *known == record => Ok(Vec::new()),
            _ => Ok(vec![Event::Stated { record, source, at, by }]),
        }
    }

    fn evolve(mut state: State, event: &Event) -> State {
        let Event::Stated { record, source, at, .. } = event;
        state.years.insert(record.year, (record.clone(), source.clone(), *at));
        State { statements: state.statements + 1, ..state }
    }
}
