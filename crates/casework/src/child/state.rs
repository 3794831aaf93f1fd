//! What is known about a child, folded from the record.
use cf_kernel::{Actor, Private, Timestamp};

use super::command::{CarePlan, Contact, Identity, LearnedFact, Philomena, TriggerPlan, Warning};
use super::event::Event;
use crate::clocks::{self, Clocks};

/// Nothing yet, or a child.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The child, once registered.
    pub child: Option<Box<Child>>,
}

/// Something recorded by somebody at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// What.
    pub what: T,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// What is known about a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Who the child is.
    pub identity: Private<Identity>,
    /// The care arrangement.
    pub care: CarePlan,
    /// The other system's reference, for imported children.
    pub source: Option<Private<String>>,
    /// Ways to reach or find the child.
    pub contacts: Vec<Dated<Private<Contact>>>,
    /// What carers prepared.
    pub philomena: Option<Dated<Philomena>>,
    /// What to do at once.
    pub trigger_plan: Option<Dated<TriggerPlan>>,
    /// Warnings, oldest first.
    pub warnings: Vec<Dated<Warning>>,
    /// What was learned, oldest first.
    pub learned: Vec<Dated<LearnedFact>>,
    /// Why the record is restricted, if it is.
    pub restricted: Option<Dated<Private<String>>>,
    /// Running clocks.
    pub clocks: Clocks,
    /// When and by whom the record was begun.
    pub registered: (Timestamp, Actor),
}

pub(super) fn evolve(state: State, event: &Event) -> State {
    match (event, state.child) {
        (Event::Registered { identity, care, source, at, by }, None) => {
            let child = Child {
                identity: identity.clone(),
                care: care.clone(),
                source: source.clone(),
                contacts: Vec::new(),
                philomena: None,
                trigger_plan: None,
                warnings: Vec::new(),
                learned: Vec::new(),
                restricted: None,
                clocks: Clocks::new(),
                registered: (*at, by.clone()),
            };
            State { child: Some(Box::new(child)) }
        }
        (event, Some(mut child)) => {
            recorded(&mut child, event);
            State { child: Some(child) }
        }
        (_, None) => State { child: None },
    }
}

fn dated<T: Clone>(what: &T, at: Timestamp, by: &Actor) -> Dated<T> {
    Dated { what: what.clone(), at, by: by.clone() }
}

fn recorded(child: &mut Child, event: &Event) {
    match event {
        Event::Registered { .. } => {}
        Event::IdentityAmended { identity, .. } => child.identity = identity.clone(),
        Event::CareSet { care, .. } => child.care = care.clone(),
        Event::ContactAdded { contact, at, by } => child.contacts.push(dated(contact, *at, by)),
        Event::PhilomenaSet { philomena, at, by } => child.philomena = Some(dated(philomena, *at, by)),
        Event::TriggerPlanSet { plan, at, by } => child.trigger_plan = Some(dated(plan, *at, by)),
        Event::TriggerPlanEnded { .. } => child.trigger_plan = None,
        Event::WarningAdded { warning, at, by } => child.warnings.push(dated(warning, *at, by)),
        Event::Learned { fact, at, by } => child.learned.push(dated(fact, *at, by)),
        Event::Restricted { reason, at, by } => child.restricted = Some(dated(reason, *at, by)),
        Event::RestrictionLifted { .. } => child.restricted = None,
        Event::ClocksSet { set } => clocks::apply(&mut child.clocks, set),
        Event::Escalated { escalated, .. } => clocks::climbed(&mut child.clocks, escalated),
    }
}
