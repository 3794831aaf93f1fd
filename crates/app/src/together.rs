//! Children who go missing together: found at the same place at the same time, or sharing a phone, an address, a
//! vehicle or a suspect.
//!
//! Worked out when somebody asks, from what is recorded; nothing is kept, and nothing follows from it by itself. Time
//! alone is no tie: in London several children are missing at any moment.
mod ties;

use std::collections::{BTreeMap, BTreeSet};

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::Children;
use cf_casework::missing::Missing;
use cf_kernel::{ChildId, IncidentId, StreamId, Timestamp};
use cf_store::{ChildRow, IncidentRow, state_of};
use uuid::Uuid;

use crate::matching::Hidden;
use crate::{App, Caller, Problem};
use ties::{Episode, Facts, place_key, ties};

pub use ties::{Common, Shared, Tie};

/// Children whose records touch one child's.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The child asked about.
    pub child: ChildRow,
    /// The others, strongest tie first.
    pub others: Vec<ChildRow>,
    /// Between any two of these children, by id; those with the child asked about first.
    pub ties: Vec<Tie>,
    /// What stands in these children's records about what they have in common: who noted it, when, and their words.
    pub noted: Vec<Noted>,
    /// Those whose record is not open to whoever asks: that they are there, and whom to ask.
    pub hidden: Hidden,
    /// How many more there are than are shown.
    pub more: usize,
}

/// What one child's record says of something it has in common with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The child.
    pub child: Uuid,
    /// What it is.
    pub common: Common,
    /// When it was noted.
    pub at: Timestamp,
    /// Who noted it.
    pub by: String,
    /// Whose, and why it matters; may be empty.
    pub note: String,
}

/// The child's newest incidents looked at.
const EPISODES: i64 = 40;
/// Other children's incidents during one of them.
const DURING: i64 = 60;
/// Other children's incidents in all: each is read whole, since where a child was found is sealed.
const MOST_INCIDENTS: usize = 600;
/// Others with a phone, address, vehicle or suspect in common: more share a hostel.
const SHARING: i64 = 60;
/// Others shown: more than this is no picture.
const SHOWN: usize = 12;

impl App {
    /// Children whose records touch this child's, with the evidence. Others whose record the caller may not open are
    /// counted, not shown.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn together(&self, caller: &Caller, id: ChildId) -> Result<Together, Problem> {
        let child = self.store.child_row(id).await?.ok_or(Problem::NotFound)?;
        let resource = Resource::child(child.restricted);
        self.authorise(caller, Action::ViewChild, &resource, &[id.into()]).await?;
        let own = self.store.incidents_of(id, EPISODES).await?;
        let mut incidents = BTreeMap::new();
        for row in &own {
            let (from, to) = window(row, self.now());
            for other in self.store.incidents_during(id, from, to, DURING).await? {
                incidents.insert(other.stream, other);
            }
            if incidents.len() >= MOST_INCIDENTS {
                break;
            }
        }
        let mut ids: BTreeSet<Uuid> = incidents.values().map(|row| row.child).collect();
        ids.extend(self.store.children_sharing(id, SHARING).await?);
        // A record linked to this one is this child, and nobody goes missing together with themselves.
        for link in self.store.links_of(id.into()).await? {
            if link.standing == "linked" {
                ids.remove(&link.across_from(id.uuid()));
            }
        }
        let ids: Vec<Uuid> = std::iter::once(id.uuid()).chain(ids).collect();
        let incidents: Vec<IncidentRow> = own.into_iter().chain(incidents.into_values()).collect();
        let facts = self.facts(&ids, &incidents).await?;
        self.shown(caller, child, &facts).await
    }

    async fn facts(&self, ids: &[Uuid], incidents: &[IncidentRow]) -> Result<Vec<Facts>, Problem> {
        let now = self.now();
        let mut facts: BTreeMap<Uuid, Facts> = ids.iter().map(|id| (*id, Facts::of(*id))).collect();
        for (id, kind, word) in self.store.contact_keys_of(ids).await? {
            if let Some((facts, common)) = facts.get_mut(&id).zip(Common::of(&kind, word)) {
                facts.common.insert(common);
            }
        }
        let streams: Vec<StreamId> = incidents.iter().map(|row| row.id().into()).collect();
        let loaded = self.store.load_many(&streams).await?;
        for row in incidents {
            let Some(facts) = facts.get_mut(&row.child) else { continue };
            let incident = match loaded.get(&row.id().into()) {
                Some(events) => state_of::<Missing>(events)?.incident,
                None => None,
            };
            let place =
                incident.as_ref().and_then(|incident| incident.back()).and_then(|back| back.place.get());
            let (from, to) = window(row, now);
            facts.episodes.push(Episode {
                incident: IncidentId::from_uuid(row.stream),
                from,
                to,
                place: place.cloned().unwrap_or_default(),
                key: place.and_then(|place| place_key(place)),
            });
        }
        // The child asked about first, the others by id.
        Ok(ids.iter().filter_map(|id| facts.remove(id)).collect())
    }

    async fn shown(&self, caller: &Caller, child: ChildRow, facts: &[Facts]) -> Result<Together, Problem> {
        let Some((own, others)) = facts.split_first() else { return Err(Problem::NotFound) };
        let mut near: Vec<(&Facts, Tie)> =
            others.iter().filter_map(|other| Some((other, ties(own, other)?))).collect();
        near.sort_by_key(|(other, tie)| (std::cmp::Reverse(tie.strength()), other.id));
        let found: Vec<Uuid> = near.iter().map(|(other, _)| other.id).collect();
        let rows = self.store.children_among(&found).await?;
        let row = |id| rows.iter().find(|row| row.stream == id);
        let mut closed = Vec::new();
        near.retain(|(other, _)| {
            let Some(row) = row(other.id) else { return false };
            let open = self.may(caller, Action::ViewChild, &Resource::child(row.restricted));
            if !open {
                closed.push(row.id());
            }
            open
        });
        let hidden = self.hidden(caller, closed).await?;
        let more = near.len().saturating_sub(SHOWN);
        near.truncate(SHOWN);
        let others: Vec<ChildRow> = near.iter().filter_map(|(other, _)| row(other.id).cloned()).collect();
        let records: Vec<StreamId> = others.iter().map(|row| row.id().into()).collect();
        let restricted = others.iter().any(|row| row.restricted);
        self.authorise(caller, Action::ViewChild, &Resource::child(restricted), &records).await?;
        let mut all: Vec<Tie> = near.iter().map(|(_, tie)| tie.clone()).collect();
        for (at, (one, _)) in near.iter().enumerate() {
            all.extend(near[at + 1..].iter().filter_map(|(other, _)| ties(one, other)));
        }
        let shown = std::iter::once(&child).chain(&others).map(|row| row.id().into()).collect::<Vec<_>>();
        let noted = self.noted(&shown, &all).await?;
        Ok(Together { child, others, ties: all, noted, hidden, more })
    }

    /// What these children's own records say of what they have in common.
    async fn noted(&self, children: &[StreamId], ties: &[Tie]) -> Result<Vec<Noted>, Problem> {
        let asked: BTreeSet<(Uuid, &Common)> = ties
            .iter()
            .flat_map(|tie| {
                tie.between.into_iter().flat_map(|child| tie.common().map(move |one| (child, one)))
            })
            .collect();
        let loaded = self.store.load_many(children).await?;
        let mut noted = Vec::new();
        for stream in children {
            let Some(events) = loaded.get(stream) else { continue };
            let Some(child) = state_of::<Children>(events)?.child else { continue };
            for contact in &child.contacts {
                let Some(what) = contact.what.get() else { continue };
                let common = cf_store::contact_key(what).and_then(|(kind, word)| Common::of(kind, word));
                let Some(common) = common.filter(|one| asked.contains(&(stream.uuid(), one))) else {
                    continue;
                };
                let (at, by, note) = (contact.at, contact.by.name.clone(), what.note.trim().to_owned());
                noted.push(Noted { child: stream.uuid(), common, at, by, note });
            }
        }
        Ok(noted)
    }
}

/// From when to when a child was missing; until now while missing.
fn window(row: &IncidentRow, now: Timestamp) -> (Timestamp, Timestamp) {
    let from = Timestamp::from_micros(row.last_seen_at.unwrap_or(row.reported_at));
    let to = row.returned_at.or(row.closed_at).map_or(now, Timestamp::from_micros);
    (from, to.max(from))
}
