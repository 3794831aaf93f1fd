//! The fields asked of any police extract, and what kind of value each holds.
//!
//! SOURCE: `domain/formats.md` 5.2, minimum columns (our own proposal: no police system publishes its layout).
use crate::codes::{FoundBy, Harm, HowFound, MissingFrom, Sex, YesNo};
use crate::mapping::{FieldKind, GRADES, fields};

fields! {
    "A field of the minimum columns.";
    /// The source's own reference of the incident. Always required.
    IncidentRef "incident_ref" FieldKind::Text;
    /// The source's own reference of the child.
    PersonRef "person_ref" FieldKind::Text;
    /// When police were told.
    ReportedAt "reported_at" FieldKind::Moment;
    /// When the child was last seen.
    LastSeenAt "last_seen_at" FieldKind::Moment;
    /// When the child was found or came back.
    FoundAt "found_at" FieldKind::Moment;
    /// When the incident was closed.
    ClosedAt "closed_at" FieldKind::Moment;
    /// Date of birth.
    Dob "dob" FieldKind::Day;
    /// Sex.
    Sex "sex" FieldKind::Code(Sex::CODES);
    /// Self-defined ethnicity.
    Sde "sde" FieldKind::Ethnicity;
    /// Whether the child is looked after.
    LookedAfter "looked_after" FieldKind::Code(YesNo::CODES);
    /// The authority that placed the child.
    PlacingLa "placing_la" FieldKind::Borough;
    /// The authority the child lives in.
    HomeLa "home_la" FieldKind::Borough;
    /// The kind of place the child went missing from.
    MissingFromType "missing_from_type" FieldKind::Code(MissingFrom::CODES);
    /// The place, in the source's words.
    MissingFromPlace "missing_from_place" FieldKind::Text;
    /// The grade of risk.
    RiskGrade "risk_grade" FieldKind::Code(GRADES);
    /// When it was graded.
    RiskGradedAt "risk_graded_at" FieldKind::Moment;
    /// Who graded it.
    Grader "grader" FieldKind::Text;
    /// Later grades.
    RiskChanges "risk_changes" FieldKind::RiskChanges;
    /// Flagged for child sexual exploitation.
    CseFlag "cse_flag" FieldKind::Code(YesNo::CODES);
    /// Flagged for child criminal exploitation.
    CceFlag "cce_flag" FieldKind::Code(YesNo::CODES);
    /// Other flags.
    OtherFlags "other_flags" FieldKind::List;
    /// When police held the prevention interview.
    PreventionInterviewAt "prevention_interview_at" FieldKind::Moment;
    /// Whether the child came to harm.
    Harm "harm" FieldKind::Code(Harm::CODES);
    /// Who found the child.
    FoundBy "found_by" FieldKind::Code(FoundBy::CODES);
    /// How.
    HowFound "how_found" FieldKind::Code(HowFound::CODES);
    /// The basic command unit.
    Bcu "bcu" FieldKind::CommandUnit;
    /// The borough of the incident.
    BoroughOns "borough_ons" FieldKind::Borough;
    /// References of linked crimes.
    LinkedCrimes "linked_crimes" FieldKind::List;
}
