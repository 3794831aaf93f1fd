//! Times of one incident that cannot all be true. None is corrected; each is shown to a person.
use cf_kernel::Timestamp;

use super::incident::PoliceIncident;
use crate::dates::{Moment, Precision};
use crate::outcome::RowNotes;

/// Clocks of two machines may differ by so much.
const CLOCK_SLACK_SECONDS: i64 = 300;

/// Notes what contradicts. `made_at` is when the extract was made at the latest, if that is known.
pub(crate) fn check(incident: &PoliceIncident, made_at: Option<Timestamp>, notes: &mut RowNotes) {
    let told = [
        ("reported_at", incident.reported_at),
        ("last_seen_at", incident.last_seen_at),
        ("found_at", incident.found_at),
        ("closed_at", incident.closed_at),
        ("risk_graded_at", incident.risk_graded_at),
        ("prevention_interview_at", incident.prevention_interview_at),
    ];
    let [reported, last_seen, found, closed, graded, interview] = told;
    for (earlier, later, message) in [
        (last_seen, reported, "last seen after the report"),
        (reported, found, "found before the report"),
        (last_seen, found, "found before last seen"),
        (found, closed, "closed before found"),
        (reported, closed, "closed before the report"),
        (reported, graded, "graded before the report"),
        (found, interview, "prevention interview before found"),
    ] {
        if let ((first, Some(a)), (second, Some(b))) = (earlier, later)
            && is_before(b, a)
        {
            notes.find("CF-ORDER", &[first, second], message);
        }
    }
    for (field, moment) in told {
        if let (Some(moment), Some(made_at)) = (moment, made_at)
            && is_after(moment, made_at)
        {
            // An incident stands on its report and its end; what is told beside them is shown and does not hide it.
            let stands_on_it = matches!(field, "reported_at" | "found_at");
            let rule = if stands_on_it { "CF-FUTURE" } else { "CF-AHEAD" };
            notes.find(rule, &[field], format!("{field} is after the extract was made"));
        }
    }
    if let (Some(dob), Some(reported)) = (incident.dob, incident.reported_at) {
        match dob.age_on(reported.at.day()) {
            None => notes.find("CF-BORN-AFTER", &["dob", "reported_at"], "born after the report"),
            Some(age) if age >= 18 => notes.find("CF-ADULT", &["dob"], "18 or over when reported"),
            Some(_) => {}
        }
    }
    if incident.closed_at.is_some() && incident.found_at.is_none() {
        notes.find("CF-CLOSED-NOT-FOUND", &["found_at"], "closed without a time found");
    }
}

/// Whether a moment is later than any extract made then can tell. A day alone may be the next one.
fn is_after(moment: Moment, made_at: Timestamp) -> bool {
    if moment.precision == Precision::Day {
        moment.at.day() > made_at.day().plus_days(1)
    } else {
        moment.at > made_at.plus_seconds(CLOCK_SLACK_SECONDS)
    }
}

/// Where one of the two is only a day, days are compared: a day has no order against a time within it.
fn is_before(a: Moment, b: Moment) -> bool {
    if a.precision == Precision::Day || b.precision == Precision::Day {
        a.at.day() < b.at.day()
    } else {
        a.at < b.at
    }
}
