//! One arm for each act, then the clock: a proposal nobody answers is a silent list.
use cf_kernel::{Decider as _, Private};
use cf_timescales::ClockKey;

use super::event::Event;
use super::refusal::Refusal;
use super::state::{Link, Standing, State};
use super::{Act, Command, Evidence, Links};
use crate::blank;
use crate::clocks::{self, Wanted};

pub(super) fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, now: at, rules, pair, act } = command;
    let link = state.link.as_deref();
    let standing = link.map(|link| link.standing);
    let event = match act {
        Act::Propose { evidence, owner } => {
            if standing.is_some() {
                return Err(Refusal::AlreadySpokenOf);
            }
            sound(Some(&evidence))?;
            Event::Proposed { pair, evidence, owner, at, by }
        }
        Act::Link { evidence, note } => {
            if standing == Some(Standing::Linked) {
                return Err(Refusal::AlreadyLinked);
            }
            sound(evidence.as_ref())?;
            Event::Linked { pair, evidence, note, at, by }
        }
        Act::Differ { evidence, why } => {
            match standing {
                Some(Standing::Linked) => return Err(Refusal::StillLinked),
                Some(Standing::Different) => return Err(Refusal::AlreadyDifferent),
                _ => {}
            }
            sound(evidence.as_ref())?;
            says("why these are two children", &why)?;
            Event::DeclaredDifferent { pair, evidence, why, at, by }
        }
        Act::Unsure(note) => {
            if standing != Some(Standing::Proposed) {
                return Err(Refusal::NotProposed);
            }
            says("what is unsure, or what would settle it", &note)?;
            Event::LeftUnsure { note, at, by }
        }
        Act::Unlink(why) => {
            if standing != Some(Standing::Linked) {
                return Err(Refusal::NotLinked);
            }
            says("why the link is undone", &why)?;
            Event::Unlinked { why, at, by }
        }
        Act::Escalate(clock) => {
            let climbed = link.and_then(|link| clocks::climb(&link.clocks, &clock, at));
            match climbed {
                Some(escalated) => Event::Escalated { escalated, at },
                None => return Err(Refusal::NotDue { clock: clock.as_str().to_owned() }),
            }
        }
    };
    let mut events = vec![event];
    let next = events.iter().fold(state.clone(), Links::evolve);
    if let Some(link) = &next.link {
        let set = clocks::change(&link.clocks, wanted(link), &rules);
        events.extend(set.map(|set| Event::ClocksSet { set }));
    }
    Ok(events)
}

fn wanted(link: &Link) -> Vec<Wanted> {
    match link.standing {
        Standing::Proposed => vec![Wanted::by_rule(ClockKey::LinkReview, link.asked_at, None)],
        Standing::Linked | Standing::Different | Standing::Unlinked => Vec::new(),
    }
}

fn says(field: &'static str, text: &Private<String>) -> Result<(), Refusal> {
    if blank(text) { Err(Refusal::Blank { field }) } else { Ok(()) }
}

fn sound(evidence: Option<&Evidence>) -> Result<(), Refusal> {
    if evidence.is_none_or(Evidence::adds_up) { Ok(()) } else { Err(Refusal::DoesNotAddUp) }
}
