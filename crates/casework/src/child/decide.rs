//! One arm for each act, then the clocks: a plan that nobody looks at again is a plan that fails.
use cf_kernel::{Actor, Decider as _, Private, Timestamp};
use cf_timescales::ClockKey;

use super::Children;
use super::command::{Act, Command, Identity, Philomena, TriggerPlan};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Child, State};
use crate::blank;
use crate::clocks::{self, Wanted};
use crate::people::wordless;

/// What is kept for the next time is looked at once a year or oftener; a leap year has a day more.
const REVIEW_DAYS: u16 = 366;

pub(super) fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, now, rules, act } = command;
    let event = match (&state.child, act) {
        (None, Act::Register { identity, care, source }) => {
            if source.is_none() {
                somebody(&identity, now)?;
            }
            Event::Registered { identity, care, source, at: now, by }
        }
        (Some(_), Act::Register { .. }) => return Err(Refusal::AlreadyRegistered),
        (None, _) => return Err(Refusal::NotRegistered),
        (Some(child), act) => record(child, act, now, by)?,
    };
    let mut events = vec![event];
    let next = events.iter().fold(state.clone(), Children::evolve);
    if let Some(child) = &next.child {
        let set = clocks::change(&child.clocks, wanted(child), &rules);
        events.extend(set.map(|set| Event::ClocksSet { set }));
    }
    Ok(events)
}

fn wanted(child: &Child) -> Vec<Wanted> {
    let plan = child.trigger_plan.as_ref();
    let plan = plan.map(|plan| Wanted::by_person(ClockKey::TriggerPlanReview, plan.at, plan.what.review_at));
    let form = child.philomena.as_ref();
    let form = form.map(|form| Wanted::by_person(ClockKey::PhilomenaReview, form.at, form.what.review_at));
    plan.into_iter().chain(form).collect()
}

fn somebody(identity: &Private<Identity>, now: Timestamp) -> Result<(), Refusal> {
    let Some(identity) = identity.get() else { return Err(Refusal::NobodyNamed) };
    let named = [&identity.given_name, &identity.family_name].iter().any(|name| !name.trim().is_empty());
    if !named
        && identity.also_known_as.iter().all(|name| name.trim().is_empty())
        && identity.born_on.is_none()
    {
        return Err(Refusal::NobodyNamed);
    }
    if identity.born_on.is_some_and(|born| born > now.day()) { Err(Refusal::BornInFuture) } else { Ok(()) }
}

fn says(field: &'static str, text: &Private<String>) -> Result<(), Refusal> {
    if blank(text) { Err(Refusal::Blank { field }) } else { Ok(()) }
}

fn to_come(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at <= now {
        return Err(Refusal::ReviewInPast { at });
    }
    let too_far = at > now.plus_hours(i64::from(REVIEW_DAYS) * 24);
    if too_far { Err(Refusal::ReviewTooFar { days: REVIEW_DAYS }) } else { Ok(()) }
}

fn record(child: &Child, act: Act, at: Timestamp, by: Actor) -> Result<Event, Refusal> {
    Ok(match act {
        // INVARIANT: `decide` answers this before it comes here.
        Act::Register { .. } => return Err(Refusal::AlreadyRegistered),
        Act::AmendIdentity(identity) => {
            somebody(&identity, at)?;
            Event::IdentityAmended { identity, at, by }
        }
        Act::SetCare(care) => Event::CareSet { care, at, by },
        Act::AddContact(contact) => {
            if contact.get().is_none_or(|contact| contact.value.trim().is_empty()) {
                return Err(Refusal::Blank { field: "the number, address or name" });
            }
            Event::ContactAdded { contact, at, by }
        }
        Act::SetPhilomena(philomena) => philomena_set(philomena, at, by)?,
        Act::SetTriggerPlan(plan) => plan_set(plan, at, by)?,
        Act::EndTriggerPlan(reason) => {
            if child.trigger_plan.is_none() {
                return Err(Refusal::NoTriggerPlan);
            }
            says("why the plan is withdrawn", &reason)?;
            Event::TriggerPlanEnded { reason, at, by }
        }
        Act::AddWarning(warning) => {
            says("the warning", &warning.words)?;
            Event::WarningAdded { warning, at, by }
        }
        Act::Learn(fact) => {
            says("what was learned", &fact.what)?;
            Event::Learned { fact, at, by }
        }
        Act::Restrict(reason) => {
            if child.restricted.is_some() {
                return Err(Refusal::AlreadyRestricted);
            }
            says("why the record is restricted", &reason)?;
            Event::Restricted { reason, at, by }
        }
        Act::LiftRestriction(reason) => {
            if child.restricted.is_none() {
                return Err(Refusal::NotRestricted);
            }
            says("why the restriction is lifted", &reason)?;
            Event::RestrictionLifted { reason, at, by }
        }
        Act::Escalate(clock) => match clocks::climb(&child.clocks, &clock, at) {
            Some(escalated) => Event::Escalated { escalated, at },
            None => return Err(Refusal::NotDue { clock: clock.as_str().to_owned() }),
        },
    })
}

fn philomena_set(philomena: Philomena, at: Timestamp, by: Actor) -> Result<Event, Refusal> {
    says("about the child", &philomena.about)?;
    to_come(philomena.review_at, at)?;
    Ok(Event::PhilomenaSet { philomena, at, by })
}

fn plan_set(plan: TriggerPlan, at: Timestamp, by: Actor) -> Result<Event, Refusal> {
    if plan.actions.get().is_none_or(|actions| actions.iter().all(|action| wordless(action))) {
        return Err(Refusal::EmptyPlan);
    }
    to_come(plan.review_at, at)?;
    Ok(Event::TriggerPlanSet { plan, at, by })
}
