//! A row of a police extract in the words of case work.
//!
//! What has a counterpart is mapped; what has none is noted and stays in the sealed row as it was written. Nothing is
//! guessed: harm of no stated kind is not "other harm", and a day without a time says so.
use cf_casework::child::{CarePlan, Identity};
use cf_casework::missing::command::{Imported, MissingFrom};
use cf_casework::missing::{Harm, HowReturned};
use cf_exchange::police::PoliceIncident;
use cf_exchange::{self as exchange, Cells, Coded, FoundBy, HowFound, Moment, Precision, Sex, YesNo};
use cf_kernel::{CalendarDay, ChildId, Grade, Private, TeamId, Timestamp};

use super::report::Note;

/// What an extract says of a child. Small, because one is kept for every child of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Said {
    born_on: Option<CalendarDay>,
    sex: Option<&'static str>,
    ethnicity: Option<&'static str>,
    looked_after: Option<bool>,
    responsible: Option<&'static str>,
    borough: Option<&'static str>,
}

impl Said {
    pub(super) fn of(row: &PoliceIncident) -> Self {
        let sex = row.sex.as_ref().and_then(Coded::known).map(|sex| match sex {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::NotKnown => "unknown",
        });
        Self {
            born_on: row.dob,
            sex,
            ethnicity: known(row.sde.as_ref()),
            looked_after: row
                .looked_after
                .as_ref()
                .and_then(Coded::known)
                .map(|answer| *answer == YesNo::Yes),
            responsible: known(row.placing_la.as_ref()),
            borough: known(row.home_la.as_ref()),
        }
    }

    /// Takes what was blank so far. Gives whether anything was, and whether something said otherwise before.
    pub(super) fn complete(&mut self, other: &Self) -> (bool, bool) {
        let (mut grew, mut differs) = (false, false);
        take(&mut self.born_on, other.born_on, &mut grew, &mut differs);
        take(&mut self.sex, other.sex, &mut grew, &mut differs);
        take(&mut self.ethnicity, other.ethnicity, &mut grew, &mut differs);
        take(&mut self.looked_after, other.looked_after, &mut grew, &mut differs);
        take(&mut self.responsible, other.responsible, &mut grew, &mut differs);
        take(&mut self.borough, other.borough, &mut grew, &mut differs);
        (grew, differs)
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            born_on: self.born_on,
            sex: self.sex.unwrap_or_default().to_owned(),
            ethnicity: self.ethnicity.unwrap_or_default().to_owned(),
            ..Identity::default()
        }
    }

    pub(super) fn care(&self) -> CarePlan {
        CarePlan {
            looked_after: self.looked_after,
            responsible_authority: self.responsible.map(str::to_owned),
            borough: self.borough.map(str::to_owned),
        }
    }

    /// The identity with its blanks filled; `None` when there is nothing to fill.
    pub(super) fn fill_identity(&self, held: &Identity) -> Option<Identity> {
        let mut filled = held.clone();
        filled.born_on = held.born_on.or(self.born_on);
        for (field, said) in [(&mut filled.sex, self.sex), (&mut filled.ethnicity, self.ethnicity)] {
            if field.is_empty() {
                *field = said.unwrap_or_default().to_owned();
            }
        }
        (filled != *held).then_some(filled)
    }

    /// The care arrangement with its blanks filled; `None` when there is nothing to fill.
    pub(super) fn fill_care(&self, held: &CarePlan) -> Option<CarePlan> {
        let said = self.care();
        let filled = CarePlan {
            looked_after: held.looked_after.or(said.looked_after),
            responsible_authority: held.responsible_authority.clone().or(said.responsible_authority),
            borough: held.borough.clone().or(said.borough),
        };
        (filled != *held).then_some(filled)
    }
}

fn take<T: Copy + PartialEq>(held: &mut Option<T>, said: Option<T>, grew: &mut bool, differs: &mut bool) {
    match (*held, said) {
        (None, Some(_)) => {
            *held = said;
            *grew = true;
        }
        (Some(one), Some(other)) if one != other => *differs = true,
        _ => {}
    }
}

fn known(coded: Option<&Coded<&'static str>>) -> Option<&'static str> {
    coded.and_then(Coded::known).copied()
}

/// Where a row comes from.
pub(super) struct From<'a> {
    pub(super) line: u64,
    pub(super) file: &'a str,
    pub(super) headers: &'a [String],
    pub(super) desk: (TeamId, &'a str),
}

/// The incident a row tells, and what could not be said in the words of case work. `None` without a time of report.
pub(super) fn incident(
    row: &PoliceIncident,
    cells: &Cells,
    child: ChildId,
    from: &From<'_>,
    notes: &mut Vec<Note<'_>>,
) -> Option<Imported> {
    let Some(reported_at) = row.reported_at else {
        notes.push(Note {
            rule: "CF-NO-REPORT-TIME",
            fields: &["reported_at"],
            message: "the row has no time of report that can be read",
        });
        return None;
    };
    let (grade, graded_at) = grade(row);
    Some(Imported {
        child,
        source_system: row.source_system.clone(),
        source_ref: row.incident_ref.clone(),
        source_line: from.line,
        source_file: from.file.to_owned(),
        reported_at: reported_at.at,
        last_seen_at: at(row.last_seen_at),
        found_at: at(row.found_at),
        closed_at: at(row.closed_at),
        grade,
        graded_at,
        prevention_interview_at: at(row.prevention_interview_at),
        borough: known(row.borough_ons.as_ref()).map(str::to_owned),
        missing_from: row.missing_from_type.as_ref().and_then(Coded::known).map(missing_from),
        how: how(row, notes),
        harm: harm(row, notes),
        desk: from.desk.0,
        desk_name: from.desk.1.to_owned(),
        row: Private::Known(as_it_stood(row, cells, from.headers)),
    })
}

fn at(moment: Option<Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.at)
}

/// The latest grade told, and when it was given.
fn grade(row: &PoliceIncident) -> (Option<Grade>, Option<Timestamp>) {
    let first = row.risk_grade.as_ref().and_then(Coded::known).map(|grade| (*grade, at(row.risk_graded_at)));
    let later =
        row.risk_changes.iter().filter_map(|change| Some((*change.grade.known()?, Some(change.at.at))));
    // A first grade without a time comes before every change; of two at one moment the one told later counts.
    let latest = first.into_iter().chain(later).max_by_key(|(_, given)| *given);
    latest.map_or((None, None), |(grade, given)| (Some(grade), given))
}

const fn missing_from(place: &exchange::MissingFrom) -> MissingFrom {
    match place {
        exchange::MissingFrom::Home => MissingFrom::Home,
        exchange::MissingFrom::ChildrensHome
        | exchange::MissingFrom::FosterCare
        | exchange::MissingFrom::SupportedAccommodation => MissingFrom::Care,
        exchange::MissingFrom::School => MissingFrom::School,
        exchange::MissingFrom::Hospital => MissingFrom::Health,
        exchange::MissingFrom::Other => MissingFrom::Elsewhere,
    }
}

fn how(row: &PoliceIncident, notes: &mut Vec<Note<'_>>) -> Option<HowReturned> {
    let by = row.found_by.as_ref().and_then(Coded::known);
    let how = row.how_found.as_ref().and_then(Coded::known);
    if let Some(by) = by {
        return Some(match by {
            FoundBy::Returned => HowReturned::ReturnedSelf,
            FoundBy::Police => HowReturned::FoundPolice,
            FoundBy::Family | FoundBy::Carer => HowReturned::FoundCarer,
            FoundBy::Agency => HowReturned::FoundAgency,
            FoundBy::Public => HowReturned::FoundOther,
        });
    }
    match how {
        Some(HowFound::Returned) => Some(HowReturned::ReturnedSelf),
        Some(HowFound::Located | HowFound::OtherContact | HowFound::ContactOnly) => {
            notes.push(Note {
                rule: "CF-NO-CODE",
                fields: &["how_found"],
                message: "it says how but not by whom, and case work asks by whom; kept as written",
            });
            None
        }
        None => None,
    }
}

fn harm(row: &PoliceIncident, notes: &mut Vec<Note<'_>>) -> Option<Harm> {
    match row.harm.as_ref().and_then(Coded::known)? {
        exchange::Harm::None => Some(Harm::NoneKnown),
        exchange::Harm::NotKnown => Some(Harm::Unknown),
        exchange::Harm::Suspected | exchange::Harm::Known => {
            notes.push(Note {
                rule: "CF-NO-CODE",
                fields: &["harm"],
                message: "it says that there was harm but not of which kind; kept as written",
            });
            None
        }
    }
}

/// Every cell that holds something under its header, and which moments are only days or were odd on the clock.
fn as_it_stood(row: &PoliceIncident, cells: &Cells, headers: &[String]) -> Vec<(String, String)> {
    let named = headers.iter().map(String::as_str).chain(std::iter::repeat(""));
    let mut pairs: Vec<(String, String)> = cells
        .iter()
        .zip(named)
        .enumerate()
        .filter(|(_, (cell, _))| !cell.is_empty())
        .map(|(place, (cell, header))| {
            let name = if header.is_empty() { format!("column {}", place + 1) } else { header.to_owned() };
            (name, cell.to_owned())
        })
        .collect();
    for (field, moment) in [
        ("reported_at", row.reported_at),
        ("last_seen_at", row.last_seen_at),
        ("found_at", row.found_at),
        ("closed_at", row.closed_at),
        ("risk_graded_at", row.risk_graded_at),
        ("prevention_interview_at", row.prevention_interview_at),
    ] {
        let Some(moment) = moment else { continue };
        if moment.precision == Precision::Day {
            pairs.push((format!("precision of {field}"), "day; no time was told".to_owned()));
        }
        if let Some(odd) = moment.clock_change {
            let odd = match odd {
                cf_kernel::LocalTimeProblem::Repeated => {
                    "in the hour that happens twice; the first was taken"
                }
                cf_kernel::LocalTimeProblem::Skipped => "in an hour that did not happen",
            };
            pairs.push((format!("clock of {field}"), odd.to_owned()));
        }
    }
    pairs
}
