//! What a later extract knows of an imported incident: blanks it fills, facts that contradict, and what a person decides.
//!
//! A later extract never grades. It moves the phase only of an incident nobody here has worked on, which so far is the
//! other system's alone; once somebody here has, a return or a closure there is for a person to look into.
use cf_kernel::Timestamp;

use super::command::{Imported, LaterImport, Return};
use super::past;
use super::state::{Incident, Origin, Phase, Prevention};

/// A row of a later extract, held against the incident as it stands. Fields by their names in the extract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Later {
    /// What it adds; none when it adds nothing.
    pub learned: Option<Box<LaterImport>>,
    /// What it says otherwise than the record. Nothing is learned from such a row.
    pub contradicts: Vec<&'static str>,
    /// What it says and only a person may take over.
    pub for_a_person: Vec<&'static str>,
}

/// Whether anybody here has done anything about it.
fn worked_on(incident: &Incident) -> bool {
    let here = matches!(incident.prevention, Prevention::Held(_) | Prevention::Forgone(_));
    let (interview, past) = (&incident.interview, &incident.past);
    here || incident.owner.user().is_some()
        || incident.hand_over.is_some()
        || !incident.gradings.is_empty()
        || !incident.checks.is_empty()
        || !incident.answers.is_empty()
        || !incident.reviews.is_empty()
        || !incident.actions.is_empty()
        || !incident.tasks.is_empty()
        || !interview.offers.is_empty()
        || !interview.tries.is_empty()
        || interview.end.is_some()
        || past.back_recorded.is_some()
        || !past.withdrawn.is_empty()
        || past.closings.iter().any(|closing| closing.reopened.is_some())
}

/// Holds a row against an incident. Anything but an imported incident learns nothing.
#[must_use]
pub fn later(incident: &Incident, said: &Imported) -> Later {
    let Origin::Import(held) = &incident.origin else { return Later::default() };
    let mut later = Later::default();
    let mut add = LaterImport::from_row(said);
    // A blank is filled; the same again is nothing new; anything else contradicts.
    fn fill<T: PartialEq + Clone>(
        name: &'static str,
        held: Option<&T>,
        said: Option<&T>,
        later: &mut Later,
    ) -> Option<T> {
        match (held, said) {
            (None, Some(said)) => Some(said.clone()),
            (Some(held), Some(said)) if held != said => {
                later.contradicts.push(name);
                None
            }
            _ => None,
        }
    }
    fill("reported_at", Some(&incident.reported_at), Some(&said.reported_at), &mut later);
    add.last_seen_at =
        fill("last_seen_at", incident.last_seen_at.as_ref(), said.last_seen_at.as_ref(), &mut later);
    add.borough = fill("borough", held.borough.as_ref(), said.borough.as_ref(), &mut later);
    add.missing_from =
        fill("missing_from_type", held.missing_from.as_ref(), said.missing_from.as_ref(), &mut later);
    let talked: Option<Timestamp> = match &incident.prevention {
        Prevention::HeldElsewhere(at) => Some(*at),
        // Held or forgone here: that stands, and the other system may well not know of it.
        Prevention::Held(_) | Prevention::Forgone(_) => said.prevention_interview_at,
        Prevention::Owed => None,
    };
    add.prevention_interview_at =
        fill("prevention_interview_at", talked.as_ref(), said.prevention_interview_at.as_ref(), &mut later);
    let back = incident.back();
    add.found_at = fill("found_at", back.map(|back| &back.returned_at), said.found_at.as_ref(), &mut later);
    // How and with what harm, only about the return this import told of.
    let told = back.is_none() || back.is_some_and(|back| Some(back.returned_at) == held.found_at);
    if told && said.found_at.is_some() {
        add.how = fill("found_by", held.how.as_ref(), said.how.as_ref(), &mut later);
        add.harm = fill("harm", held.harm.as_ref(), said.harm.as_ref(), &mut later);
    }
    let closed = match incident.phase {
        Phase::Closed { at, .. } => Some(held.closed_at.map_or(at, |told| told)),
        Phase::Missing | Phase::Back(_) => None,
    };
    // Closed by a person here: when the other system closed it says nothing against that.
    let said_closed = said.closed_at.filter(|_| closed.is_none() || held.closed_at.is_some());
    add.closed_at = fill("closed_at", closed.as_ref(), said_closed.as_ref(), &mut later);
    if said.grade.is_some() && said.grade != incident.imported_grade && incident.gradings.is_empty() {
        later.for_a_person.push("risk_grade");
    }
    if worked_on(incident) {
        let mut ask = |name, said: bool| {
            if said {
                later.for_a_person.push(name);
            }
        };
        ask("found_at", add.found_at.take().is_some());
        ask("found_by", add.how.take().is_some());
        ask("harm", add.harm.take().is_some());
        ask("closed_at", add.closed_at.take().is_some());
        // It may be the talk after a return that was withdrawn.
        if !incident.past.withdrawn.is_empty() {
            ask("prevention_interview_at", add.prevention_interview_at.take().is_some());
        }
    }
    if later.contradicts.is_empty() && add.says_something() {
        later.learned = Some(Box::new(add));
    }
    later
}

/// The incident with what a later extract added.
pub(super) fn learn(incident: &mut Incident, more: &LaterImport) {
    let Origin::Import(held) = &mut incident.origin else { return };
    fn keep<T: Clone>(held: &mut Option<T>, more: Option<&T>) {
        if held.is_none() {
            *held = more.cloned();
        }
    }
    keep(&mut held.last_seen_at, more.last_seen_at.as_ref());
    keep(&mut held.borough, more.borough.as_ref());
    keep(&mut held.missing_from, more.missing_from.as_ref());
    keep(&mut held.found_at, more.found_at.as_ref());
    keep(&mut held.how, more.how.as_ref());
    keep(&mut held.harm, more.harm.as_ref());
    keep(&mut held.closed_at, more.closed_at.as_ref());
    keep(&mut held.prevention_interview_at, more.prevention_interview_at.as_ref());
    keep(&mut incident.last_seen_at, more.last_seen_at.as_ref());
    if let (Prevention::Owed, Some(at)) = (&incident.prevention, more.prevention_interview_at) {
        incident.prevention = Prevention::HeldElsewhere(at);
    }
    if more.found_at.is_some() || more.how.is_some() || more.harm.is_some() {
        let told = back_of(held);
        match &mut incident.phase {
            Phase::Missing => {
                if let Some(back) = told {
                    incident.phase = Phase::Back(back);
                }
            }
            Phase::Back(back) => *back = told.unwrap_or_else(|| back.clone()),
            Phase::Closed { back, .. } => *back = told.or_else(|| back.clone()),
        }
    }
    if let (Some(at), true) = (more.closed_at, incident.is_open()) {
        past::close(incident, at, None, None);
    }
}

/// The return an import tells of.
pub(super) fn back_of(import: &Imported) -> Option<Return> {
    import.found_at.map(|returned_at| Return {
        returned_at,
        how: import.how.unwrap_or(super::HowReturned::FoundOther),
        by_whom: "".into(),
        place: "".into(),
        harm: import.harm.unwrap_or(super::Harm::Unknown),
        harm_detail: "".into(),
    })
}
