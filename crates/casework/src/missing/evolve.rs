//! The incident after each event. Total: an event that fits no state leaves it as it was.
use cf_kernel::{Actor, Timestamp};

use super::command::{Imported, Report};
use super::event::Event;
use super::past::{self, HandedOver, Past};
use super::state::{
    Done, Incident, Interview, InterviewOutcome, Origin, Phase, Prevention, Reviewer, State, Task, TaskEnd,
};
use crate::Owner;
use crate::clocks;

pub(super) fn evolve(state: State, event: &Event) -> State {
    match (event, state.incident) {
        (Event::Reported { report, owner }, None) => opened(reported(report, owner.clone())),
        (Event::Imported { incident }, None) => opened(imported(incident)),
        (event, Some(mut incident)) => {
            happened(&mut incident, event);
            State { incident: Some(incident) }
        }
        (_, None) => State { incident: None },
    }
}

fn opened(incident: Incident) -> State {
    State { incident: Some(Box::new(incident)) }
}

fn reported(report: &Report, owner: Owner) -> Incident {
    let mut incident =
        blank(Origin::Report(Box::new(report.clone())), report.child, owner, report.reported_at);
    incident.last_seen_at = Some(report.last_seen_at);
    incident.answers = report.answers.get().cloned().unwrap_or_default();
    incident.recommended = Some(report.recommended);
    incident
}

fn imported(import: &Imported) -> Incident {
    let owner = Owner::Desk { team: import.desk, name: import.desk_name.clone() };
    let mut incident =
        blank(Origin::Import(Box::new(import.clone())), import.child, owner, import.reported_at);
    incident.last_seen_at = import.last_seen_at;
    incident.imported_grade = import.grade;
    if let Some(at) = import.prevention_interview_at {
        incident.prevention = Prevention::HeldElsewhere(at);
    }
    incident.phase = super::later::back_of(import).map_or(Phase::Missing, Phase::Back);
    if let Some(at) = import.closed_at {
        past::close(&mut incident, at, None, None);
    }
    incident
}

fn blank(origin: Origin, child: cf_kernel::ChildId, owner: Owner, reported_at: Timestamp) -> Incident {
    Incident {
        child,
        origin,
        phase: Phase::Missing,
        owner,
        reported_at,
        last_seen_at: None,
        answers: Vec::new(),
        recommended: None,
        checks: Vec::new(),
        gradings: Vec::new(),
        imported_grade: None,
        reviews: Vec::new(),
        actions: Vec::new(),
        tasks: Vec::new(),
        hand_over: None,
        prevention: Prevention::Owed,
        interview: Interview::default(),
        clocks: clocks::Clocks::new(),
        escalations: Vec::new(),
        past: Past::default(),
        last_action_at: reported_at,
    }
}

fn done<T: Clone>(what: &T, at: Timestamp, by: &Actor) -> Done<T> {
    Done { what: what.clone(), at, by: by.clone() }
}

fn happened(incident: &mut Incident, event: &Event) {
    match event {
        // A second report of the same incident cannot happen; `decide` refuses it.
        Event::Reported { .. } | Event::Imported { .. } => {}
        Event::ImportLearned { more, .. } => super::later::learn(incident, more),
        Event::SystemChecked { check, at, by } => incident.checks.push(done(check, *at, by)),
        Event::FactsLearned { learned, .. } => {
            incident.answers.extend(learned.answers.get().into_iter().flatten().cloned());
            incident.recommended = Some(learned.recommended);
        }
        Event::Graded { grading, at, by } => incident.gradings.push(done(grading, *at, by)),
        Event::Reviewed { review, senior, of_grade, at, by } => {
            let gradings = incident.gradings.len();
            let reviewer = Reviewer { senior: *senior, of_grade: *of_grade, gradings };
            incident.reviews.push(Done { what: (review.clone(), reviewer), at: *at, by: by.clone() });
        }
        Event::ActionRecorded { action, at, by } => incident.actions.push(done(action, *at, by)),
        Event::TaskSet { number, task, at, by } => incident.tasks.push(Task {
            number: *number,
            task: task.clone(),
            set_at: *at,
            set_by: by.clone(),
            end: None,
        }),
        Event::TaskFinished { number, outcome, at, by } => {
            end_task(incident, *number, TaskEnd::Finished(done(outcome, *at, by)));
        }
        Event::TaskCancelled { number, reason, at, by } => {
            end_task(incident, *number, TaskEnd::Cancelled(done(reason, *at, by)));
        }
        Event::HandedOver { hand_over, at, by } => {
            let hand_over = done(hand_over, *at, by);
            incident.past.hand_overs.push(HandedOver { hand_over: hand_over.clone(), ended: None });
            incident.hand_over = Some(hand_over);
        }
        Event::HandOverAcknowledged { at, by } => {
            incident.past.hand_over_ends(*at, by, true);
            taken(incident, by);
        }
        Event::TakenOver { at, by } => {
            incident.past.hand_over_ends(*at, by, false);
            incident.past.taken_over.push((*at, by.clone()));
            taken(incident, by);
        }
        Event::Returned { back, at, by } => {
            incident.past.back_recorded = Some((*at, by.clone()));
            incident.phase = Phase::Back(back.clone());
        }
        Event::ReturnWithdrawn { reason, at, by } => {
            past::withdraw(incident, done(reason, *at, by));
            incident.phase = Phase::Missing;
        }
        Event::PreventionInterviewHeld { interview, at, by } => {
            incident.prevention = Prevention::Held(Box::new(done(interview, *at, by)));
        }
        Event::PreventionInterviewForgone { reason, at, by } => {
            incident.prevention = Prevention::Forgone(Box::new(done(reason, *at, by)));
        }
        Event::ReturnInterviewOffered { offer, at, by } => {
            incident.interview.offers.push(done(offer, *at, by))
        }
        Event::ReturnInterviewTried { attempt, at, by } => {
            incident.interview.tries.push(done(attempt, *at, by))
        }
        Event::ReturnInterviewHeld { interview, at, by } => {
            let held = Done { what: interview.as_ref().clone(), at: *at, by: by.clone() };
            incident.interview.end = Some(InterviewOutcome::Held(Box::new(held)));
        }
        Event::ReturnInterviewEnded { end, at, by } => {
            incident.interview.end = Some(InterviewOutcome::NotHeld(Box::new(done(end, *at, by))));
        }
        Event::Closed { summary, at, by } => {
            past::close(incident, *at, Some(by.clone()), Some(summary.clone()));
        }
        Event::Reopened { reason, at, by } => {
            past::reopen(incident, done(reason, *at, by));
            incident.phase = incident.back().cloned().map_or(Phase::Missing, Phase::Back);
        }
        Event::ClocksSet { set } => clocks::apply(&mut incident.clocks, set),
        Event::Escalated { escalated, at } => {
            clocks::climbed(&mut incident.clocks, escalated);
            incident.escalations.push((*at, escalated.clone()));
        }
    }
    if let Some(at) = touched(event) {
        incident.last_action_at = incident.last_action_at.max(at);
    }
}

fn taken(incident: &mut Incident, by: &Actor) {
    incident.owner = Owner::from(by);
    incident.hand_over = None;
}

fn end_task(incident: &mut Incident, number: u32, end: TaskEnd) {
    if let Some(task) = incident.tasks.iter_mut().find(|task| task.number == number) {
        task.end = Some(end);
    }
}

/// When a person did something for the child; the software's own events and hand-overs do not count as action.
fn touched(event: &Event) -> Option<Timestamp> {
    match event {
        Event::ClocksSet { .. }
        | Event::Escalated { .. }
        | Event::HandedOver { .. }
        | Event::Reported { .. }
        | Event::Imported { .. }
        | Event::ImportLearned { .. } => None,
        Event::SystemChecked { at, .. }
        | Event::FactsLearned { at, .. }
        | Event::Graded { at, .. }
        | Event::Reviewed { at, .. }
        | Event::ActionRecorded { at, .. }
        | Event::TaskSet { at, .. }
        | Event::TaskFinished { at, .. }
        | Event::TaskCancelled { at, .. }
        | Event::HandOverAcknowledged { at, .. }
        | Event::TakenOver { at, .. }
        | Event::Returned { at, .. }
        | Event::ReturnWithdrawn { at, .. }
        | Event::PreventionInterviewHeld { at, .. }
        | Event::PreventionInterviewForgone { at, .. }
        | Event::ReturnInterviewOffered { at, .. }
        | Event::ReturnInterviewTried { at, .. }
        | Event::ReturnInterviewHeld { at, .. }
        | Event::ReturnInterviewEnded { at, .. }
        | Event::Closed { at, .. }
        | Event::Reopened { at, .. } => Some(*at),
    }
}
