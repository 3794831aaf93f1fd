//! One missing incident as a police extract tells it.
use cf_kernel::{CalendarDay, Grade};
use serde::Serialize;

use crate::codes::{Coded, FoundBy, Harm, HowFound, MissingFrom, Sex, YesNo};
use crate::dates::Moment;

/// One missing incident, typed. A blank cell is `None`: not told, which is neither no nor unknown.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PoliceIncident {
    /// The system it comes from, by the profile.
    pub source_system: String,
    /// The source's own reference; with `source_system` the key.
    pub incident_ref: String,
    /// The source's own reference of the child.
    pub person_ref: Option<String>,
    /// When police were told.
    pub reported_at: Option<Moment>,
    /// When the child was last seen.
    pub last_seen_at: Option<Moment>,
    /// When the child was found or came back.
    pub found_at: Option<Moment>,
    /// When the incident was closed.
    pub closed_at: Option<Moment>,
    /// Date of birth.
    pub dob: Option<CalendarDay>,
    /// Sex.
    pub sex: Option<Coded<Sex>>,
    /// Self-defined ethnicity code, 18+1 or the older 16+1.
    pub sde: Option<Coded<&'static str>>,
    /// Whether the child is looked after.
    pub looked_after: Option<Coded<YesNo>>,
    /// ONS code of the authority that placed the child; raw when it is not in London.
    pub placing_la: Option<Coded<&'static str>>,
    /// ONS code of the authority the child lives in; raw when it is not in London.
    pub home_la: Option<Coded<&'static str>>,
    /// The kind of place.
    pub missing_from_type: Option<Coded<MissingFrom>>,
    /// The place, in the source's words.
    pub missing_from_place: Option<String>,
    /// The grade of risk. The old category "absent / no apparent risk" stays raw: it has no grade today.
    pub risk_grade: Option<Coded<Grade>>,
    /// When it was graded.
    pub risk_graded_at: Option<Moment>,
    /// Who graded it.
    pub grader: Option<String>,
    /// Later grades, in the order told. Empty also when the cell cannot be read (then `CF-RISK-CHANGES`).
    pub risk_changes: Vec<RiskChange>,
    /// Flagged for child sexual exploitation.
    pub cse_flag: Option<Coded<YesNo>>,
    /// Flagged for child criminal exploitation.
    pub cce_flag: Option<Coded<YesNo>>,
    /// Other flags, as written.
    pub other_flags: Vec<String>,
    /// When police held the prevention interview.
    pub prevention_interview_at: Option<Moment>,
    /// Whether the child came to harm.
    pub harm: Option<Coded<Harm>>,
    /// Who found the child.
    pub found_by: Option<Coded<FoundBy>>,
    /// How.
    pub how_found: Option<Coded<HowFound>>,
    /// Code of the basic command unit.
    pub bcu: Option<Coded<&'static str>>,
    /// ONS code of the borough of the incident.
    pub borough_ons: Option<Coded<&'static str>>,
    /// References of linked crimes, as written.
    pub linked_crimes: Vec<String>,
}

/// A later grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskChange {
    /// When.
    pub at: Moment,
    /// To what.
    pub grade: Coded<Grade>,
}

impl std::fmt::Debug for PoliceIncident {
    /// Without content: the row is personal and must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PoliceIncident(…)")
    }
}
