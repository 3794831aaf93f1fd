//! Reads a row of a police extract.
use cf_kernel::{Grade, Timestamp};

use super::fields::Field;
use super::incident::{PoliceIncident, RiskChange};
use super::times;
use crate::cells::Cells;
use crate::codes::{Coded, EthnicityScheme, FoundBy, Harm, HowFound, MissingFrom, Sex, YesNo, ethnicity};
use crate::dates::read_moment;
use crate::headers::fold;
use crate::mapping::{FieldKind, Layout, Reader, clock_notes};
use crate::outcome::RowNotes;

impl Layout for Field {
    const ALL: &'static [Self] = Field::ALL;
    const ALWAYS: &'static [Self] = &[Field::IncidentRef];
    const OF_AGENCY: bool = false;
    type Row = PoliceIncident;

    fn name(self) -> &'static str {
        Field::name(self)
    }

    fn kind(self) -> FieldKind {
        Field::kind(self)
    }

    fn place(self) -> usize {
        self as usize
    }

    fn read(reader: &mut Reader<'_, Self>, cells: &Cells, notes: &mut RowNotes) -> PoliceIncident {
        let incident_ref = reader.text(Field::IncidentRef, cells, notes).unwrap_or_default();
        let grade = |code: &str| Grade::from_code(code);
        PoliceIncident {
            source_system: reader.profile.source_system.clone(),
            person_ref: reader.text(Field::PersonRef, cells, notes),
            reported_at: reader.moment(Field::ReportedAt, cells, notes),
            last_seen_at: reader.moment(Field::LastSeenAt, cells, notes),
            found_at: reader.moment(Field::FoundAt, cells, notes),
            closed_at: reader.moment(Field::ClosedAt, cells, notes),
            dob: reader.day(Field::Dob, cells, notes),
            sex: reader.coded(Field::Sex, cells, notes, Sex::from_code),
            sde: reader.coded(Field::Sde, cells, notes, Some),
            looked_after: reader.coded(Field::LookedAfter, cells, notes, YesNo::from_code),
            placing_la: reader.coded(Field::PlacingLa, cells, notes, Some),
            home_la: reader.coded(Field::HomeLa, cells, notes, Some),
            missing_from_type: reader.coded(Field::MissingFromType, cells, notes, MissingFrom::from_code),
            missing_from_place: reader.text(Field::MissingFromPlace, cells, notes),
            risk_grade: reader.coded(Field::RiskGrade, cells, notes, grade),
            risk_graded_at: reader.moment(Field::RiskGradedAt, cells, notes),
            grader: reader.text(Field::Grader, cells, notes),
            risk_changes: risk_changes(reader, cells, notes),
            cse_flag: reader.coded(Field::CseFlag, cells, notes, YesNo::from_code),
            cce_flag: reader.coded(Field::CceFlag, cells, notes, YesNo::from_code),
            other_flags: reader.list(Field::OtherFlags, cells),
            prevention_interview_at: reader.moment(Field::PreventionInterviewAt, cells, notes),
            harm: reader.coded(Field::Harm, cells, notes, Harm::from_code),
            found_by: reader.coded(Field::FoundBy, cells, notes, FoundBy::from_code),
            how_found: reader.coded(Field::HowFound, cells, notes, HowFound::from_code),
            bcu: reader.coded(Field::Bcu, cells, notes, Some),
            borough_ons: reader.coded(Field::BoroughOns, cells, notes, Some),
            linked_crimes: reader.list(Field::LinkedCrimes, cells),
            incident_ref,
        }
    }

    fn check(incident: &PoliceIncident, made_at: Option<Timestamp>, notes: &mut RowNotes) {
        times::check(incident, made_at, notes);
    }

    fn reference(incident: &PoliceIncident) -> &str {
        &incident.incident_ref
    }

    fn is_read(self, incident: &PoliceIncident) -> bool {
        match self {
            Field::ReportedAt => incident.reported_at.is_some(),
            Field::LastSeenAt => incident.last_seen_at.is_some(),
            Field::FoundAt => incident.found_at.is_some(),
            Field::ClosedAt => incident.closed_at.is_some(),
            Field::RiskGradedAt => incident.risk_graded_at.is_some(),
            Field::PreventionInterviewAt => incident.prevention_interview_at.is_some(),
            Field::Dob => incident.dob.is_some(),
            Field::RiskChanges => !incident.risk_changes.is_empty(),
            _ => true,
        }
    }

    fn unread_moment(self) -> &'static str {
        // Without it the child would look still missing, so the row waits for a person.
        if self == Field::FoundAt { "CF-FOUND" } else { "CF-DATE" }
    }

    fn note_unknown_code(self, text: &str, notes: &mut RowNotes) {
        let name = self.name();
        let is_grade = matches!(self, Field::RiskGrade | Field::RiskChanges);
        if is_grade && is_old_absent(text) {
            let message =
                "the old category absent or no apparent risk; it has no grade today and is kept as written";
            notes.find("CF-OLD-ABSENT", &[name], message);
        } else if self == Field::Sde && ethnicity(EthnicityScheme::Observed, text).is_some() {
            notes.find(
                "CF-OBSERVED",
                &[name],
                "an officer-observed code; it is kept as written and never converted",
            );
        } else {
            notes.find("CF-CODE", &[name], format!("{name} holds a code the mapping profile does not have"));
        }
    }
}

/// `01/02/2026 10:00 = High; 02/02/2026 09:30 = Medium`. One part that cannot be read leaves the whole cell unread.
fn risk_changes(reader: &mut Reader<'_, Field>, cells: &Cells, notes: &mut RowNotes) -> Vec<RiskChange> {
    let parts = reader.list(Field::RiskChanges, cells);
    let mut changes = Vec::with_capacity(parts.len());
    for part in &parts {
        let read = part.split_once('=').and_then(|(at, label)| {
            let moment = reader.accepted(read_moment(at).map_err(|problem| problem.to_string())).ok()?;
            Some((moment, label.trim()))
        });
        let Some((at, label)) = read else {
            let message =
                "risk changes are read as `date-time = grade`, with the list separator between them";
            notes.find("CF-RISK-CHANGES", &["risk_changes"], message);
            return Vec::new();
        };
        clock_notes("risk_changes", at, notes);
        let grade = match reader.code(Field::RiskGrade, label).and_then(Grade::from_code) {
            Some(grade) => Coded::Known(grade),
            None => {
                Field::RiskChanges.note_unknown_code(label, notes);
                Coded::Raw(label.to_owned())
            }
        };
        changes.push(RiskChange { at, grade });
    }
    changes
}

/// SOURCE: `domain/practice.md` section 0: the category before the four levels, which old records still carry.
fn is_old_absent(text: &str) -> bool {
    let text = fold(text);
    text.starts_with("absent") || text.starts_with("no apparent risk")
}
