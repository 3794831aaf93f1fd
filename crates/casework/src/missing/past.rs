//! What was done and no longer stands: returns that were withdrawn, closings that were opened again, hand-overs that
//! ended. It is here so that the story of an incident leaves nothing out, and so that a later extract of another system
//! undoes nothing that was decided here.
use cf_kernel::{Actor, Private, Timestamp};

use super::command::{HandOver, Return};
use super::state::{Done, Incident, Interview, Phase, Prevention};

/// What no longer stands, each oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Who recorded the return that stands, and when. None where another system told of it.
    pub back_recorded: Option<(Timestamp, Actor)>,
    /// Returns that were withdrawn, each with the talks that belonged to it.
    pub withdrawn: Vec<WithdrawnReturn>,
    /// Every closing, the one that stands included.
    pub closings: Vec<Closing>,
    /// Every hand-over, one that waits included.
    pub hand_overs: Vec<HandedOver>,
    /// Every time somebody took it over unasked.
    pub taken_over: Vec<(Timestamp, Actor)>,
}

/// A return that was recorded and then withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnReturn {
    /// What was recorded.
    pub back: Return,
    /// Who recorded it, and when.
    pub recorded: Option<(Timestamp, Actor)>,
    /// The police talk as it stood.
    pub prevention: Prevention,
    /// The independent talk as it stood.
    pub interview: Interview,
    /// Why it was withdrawn, by whom and when.
    pub why: Done<Private<String>>,
}

/// A closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// By whom. None where another system closed it.
    pub by: Option<Actor>,
    /// The closing words.
    pub summary: Option<Private<String>>,
    /// Why it was opened again, by whom and when.
    pub reopened: Option<Done<Private<String>>>,
}

/// A hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// To whom, with the briefing.
    pub hand_over: Done<HandOver>,
    /// Who acknowledged it and when; or who took the incident over before that.
    pub ended: Option<Ended>,
}

/// How a hand-over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Acknowledged, or taken over unasked.
    pub acknowledged: bool,
}

impl Past {
    pub(super) fn hand_over_ends(&mut self, at: Timestamp, by: &Actor, acknowledged: bool) {
        if let Some(last) = self.hand_overs.last_mut().filter(|last| last.ended.is_none()) {
            last.ended = Some(Ended { at, by: by.clone(), acknowledged });
        }
    }
}

/// Keeps the return that is withdrawn, with its talks.
pub(super) fn withdraw(incident: &mut Incident, why: Done<Private<String>>) {
    let Some(back) = incident.back().cloned() else { return };
    let recorded = incident.past.back_recorded.take();
    let prevention = std::mem::replace(&mut incident.prevention, Prevention::Owed);
    let interview = std::mem::take(&mut incident.interview);
    incident.past.withdrawn.push(WithdrawnReturn { back, recorded, prevention, interview, why });
}

/// Closes the incident; by nobody here where another system closed it.
pub(super) fn close(
    incident: &mut Incident,
    at: Timestamp,
    by: Option<Actor>,
    summary: Option<Private<String>>,
) {
    let back = incident.back().cloned();
    incident.past.closings.push(Closing { at, by, summary: summary.clone(), reopened: None });
    incident.phase = Phase::Closed { back, at, summary };
}

/// Keeps why a closed incident is opened again.
pub(super) fn reopen(incident: &mut Incident, why: Done<Private<String>>) {
    if let Some(last) = incident.past.closings.last_mut().filter(|last| last.reopened.is_none()) {
        last.reopened = Some(why);
    }
}
