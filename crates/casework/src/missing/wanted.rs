//! Which clocks an incident wants. The one place that keeps it from being forgotten.
use cf_kernel::Timestamp;
use cf_timescales::ClockKey;

use super::state::{Incident, Origin, Phase, Prevention};
use crate::Owner;
use crate::clocks::{ClockId, Wanted};

/// The clocks this state wants: none once closed, otherwise at least one.
pub(super) fn wanted(incident: &Incident) -> Vec<Wanted> {
    if !incident.is_open() {
        return Vec::new();
    }
    let mut wanted = Vec::new();
    let grade = incident.grade();
    if matches!(incident.owner, Owner::Desk { .. }) {
        wanted.push(Wanted::by_rule(ClockKey::Adopt, incident.reported_at, grade));
    }
    wanted.extend(grading(incident));
    match &incident.phase {
        Phase::Missing => wanted.push(Wanted::by_rule(ClockKey::ActionDue, incident.last_action_at, grade)),
        Phase::Back(back) if !incident.back_without_talks() => {
            wanted.extend(talks(incident, back.returned_at))
        }
        Phase::Back(_) | Phase::Closed { .. } => {}
    }
    wanted.extend(incident.open_tasks().map(|task| Wanted {
        id: ClockId::about(ClockKey::Task, task.number),
        key: ClockKey::Task,
        start: task.set_at,
        grade: None,
        due: Some(task.task.due_at),
    }));
    if let Some(hand_over) = &incident.hand_over {
        wanted.push(Wanted::by_rule(ClockKey::HandoverAck, hand_over.at, grade));
    }
    if wanted.is_empty() {
        wanted.push(Wanted::by_rule(ClockKey::Closure, incident.last_action_at, grade));
    }
    wanted
}

/// The grade is owed, then a second look at it; an inspector's where it is below the recommendation.
fn grading(incident: &Incident) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let Some(grading) = incident.gradings.last() else {
        let graded_elsewhere =
            matches!(incident.origin, Origin::Import(_)) && incident.imported_grade.is_some();
        if !graded_elsewhere {
            wanted.push(Wanted::by_rule(ClockKey::FirstGrade, incident.reported_at, None));
        }
        return wanted;
    };
    if incident.facts_have_moved() || incident.regrade_asked() {
        let since = incident.last_moved_at().max(grading.at);
        let id = ClockId::grade_again();
        wanted.push(Wanted {
            id,
            key: ClockKey::FirstGrade,
            start: since,
            grade: incident.grade(),
            due: None,
        });
    }
    if incident.below_recommendation() && !incident.looked_at(true) {
        wanted.push(Wanted::by_rule(ClockKey::SeniorLook, grading.at, incident.grade()));
    }
    if matches!(incident.phase, Phase::Missing) {
        let review = incident.reviews.iter().rev().find(|review| review.at >= grading.at);
        let (start, due) = match review {
            Some(review) => (review.at, review.what.0.next_review_at),
            None => (grading.at, grading.what.next_review_at),
        };
        wanted.push(Wanted::by_person(ClockKey::GradeReview, start, due));
    } else if !incident.looked_at(false) {
        // The child is back, but a grade nobody checked is still a grade to learn from.
        wanted.push(Wanted::by_person(ClockKey::GradeReview, grading.at, grading.what.next_review_at));
    }
    wanted
}

/// The two talks.
fn talks(incident: &Incident, returned_at: Timestamp) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    if incident.prevention == Prevention::Owed {
        wanted.push(Wanted::by_rule(ClockKey::PreventionInterview, returned_at, None));
    }
    if incident.interview.end.is_none() {
        if incident.interview.offers.is_empty() {
            wanted.push(Wanted::by_rule(ClockKey::ReturnInterviewOffer, returned_at, None));
        }
        wanted.push(Wanted::by_rule(ClockKey::ReturnInterview, returned_at, None));
    }
    wanted
}
