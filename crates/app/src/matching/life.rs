//! One life: what police, councils and partners each recorded about a child, on one timeline, each with its source.
//!
//! Nothing is copied or merged: what comes from a linked record is read from that record, named as such, and shown
//! only to who may open it. What they may not open is counted.
use cf_access::{Action, Resource};
use cf_casework::child::{Child, Children};
use cf_casework::council::{AbsenceKind, Council};
use cf_casework::missing::state::{InterviewOutcome, Prevention};
use cf_casework::missing::{HowReturned, Missing};
use cf_casework::partner::{Agency, Entry, EntryKind, Partners, Told};
use cf_kernel::{
    CalendarDay, ChildId, CouncilChildId, IncidentId, LinkId, PartnerRecordId, StreamId, Timestamp,
};
use cf_store::{IncidentRow, LinkRow, state_of};

use crate::{App, Caller, Problem, partners};

/// When something in a life happened: police record moments, councils and partners record days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A moment.
    At(Timestamp),
    /// One day.
    On(CalendarDay),
    /// Whole days, open if there is no last one.
    Days(CalendarDay, Option<CalendarDay>),
}

impl When {
    /// The moment by which things are put in order.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        match self {
            Self::At(at) => *at,
            Self::On(day) | Self::Days(day, _) => day.start(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Reported missing to police; with the return, if there was one, and how.
    Missing(IncidentId, Option<Timestamp>, Option<HowReturned>),
    /// Police talked with the child.
    PreventionInterview(IncidentId),
    /// Somebody independent talked with the child.
    ReturnInterview(IncidentId),
    /// Something was learned, usually from a talk; a concern when it bears signs of exploitation.
    Learned {
        /// In words.
        words: String,
        /// Whether it bears signs of exploitation.
        concern: bool,
    },
    /// A council's fact: missing, whereabouts unknown.
    CouncilMissing(CouncilChildId),
    /// A council's fact: away from placement, whereabouts known.
    CouncilAway(CouncilChildId),
    /// A partner's entry: a referral, service, concern or contact, with what the partner has of it.
    Partner(PartnerRecordId, EntryKind, Told),
}

/// One thing that happened, and whose record says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub when: When,
    /// What.
    pub what: What,
    /// The linked record it comes from, as an index into [`OneLife::linked`]; none for the record shown.
    pub from: Option<usize>,
}

/// A record linked to the one shown.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkedRecord {
    /// The link.
    pub link: LinkRow,
    /// The version of the link, for undoing it.
    pub version: i64,
    /// What the record is.
    pub record: Linked,
}

/// What a linked record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// Another record of police, with the name on it.
    Child(ChildId, String),
    /// A council's, with its code and its own id of the child.
    Council(CouncilChildId, String, String),
    /// A partner's, with the agency, the name on it and the agency's own id of the child.
    Partner(PartnerRecordId, Agency, String, String),
}

/// One life, as far as whoever asks may see it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OneLife {
    /// Newest first.
    pub happened: Vec<Happened>,
    /// The linked records that are open to whoever asks.
    pub linked: Vec<LinkedRecord>,
    /// Incidents on the linked records of police that are open to whoever asks.
    pub episodes: Vec<IncidentRow>,
    /// How many linked records of councils and partners are not.
    pub unseen: usize,
    /// Linked records of police that are not: that they are there, and whom to ask.
    pub hidden: super::Hidden,
    /// Pairs with this child that wait for a decision, and that whoever asks may decide.
    pub waiting: Vec<LinkId>,
}

impl OneLife {
    /// Whether there is nothing to say besides the record itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.linked.is_empty()
            && self.unseen == 0
            && self.waiting.is_empty()
            && self.hidden.records.is_empty()
    }
}

/// A service goes on until it ends; the others are of a day unless an end was told.
fn lasting(entry: &Entry) -> When {
    match (entry.kind, entry.to) {
        (EntryKind::Service, to) => When::Days(entry.from, to),
        (_, Some(to)) => When::Days(entry.from, Some(to)),
        (_, None) => When::On(entry.from),
    }
}

/// The most incidents of one record looked into for talks.
const LOOKED_INTO: usize = 60;

impl App {
    /// The life of a child whose record the caller has just been allowed to open.
    pub(crate) async fn one_life(
        &self,
        caller: &Caller,
        id: ChildId,
        child: &Child,
        episodes: &[IncidentRow],
    ) -> Result<OneLife, Problem> {
        let mut life = OneLife::default();
        let rows = self.store.links_of(id.into()).await?;
        if rows.iter().all(|row| row.standing != "linked" && row.standing != "proposed") {
            return Ok(life);
        }
        if self.may(caller, Action::ViewLinks, &Resource::desk()) {
            let proposed = rows.iter().filter(|row| row.standing == "proposed").cloned().collect();
            let cards = self.cards(caller, proposed).await?;
            life.waiting = cards.iter().map(|card| card.link.id()).collect();
        }
        for row in rows.into_iter().filter(|row| row.standing == "linked") {
            self.add_linked(caller, id, row, &mut life).await?;
        }
        let closed = std::mem::take(&mut life.hidden.records);
        life.hidden = self.hidden(caller, closed).await?;
        if !life.linked.is_empty() {
            let own = self.of_police(child, episodes, None).await?;
            life.happened.extend(own);
        }
        life.happened.sort_by_key(|happened| std::cmp::Reverse(happened.when.begins()));
        Ok(life)
    }

    async fn add_linked(
        &self,
        caller: &Caller,
        from: ChildId,
        row: LinkRow,
        life: &mut OneLife,
    ) -> Result<(), Problem> {
        let at = life.linked.len();
        let other = row.across_from(from.uuid());
        let record = if row.other_kind == "child" {
            let other = ChildId::from_uuid(other);
            let resource = Resource::child(self.is_restricted(other).await?);
            if !self.may(caller, Action::ViewChild, &resource) {
                life.hidden.records.push(other);
                return Ok(());
            }
            self.authorise(caller, Action::ViewChild, &resource, &[other.into()]).await?;
            let Some(child) = self.load::<Children>(other.into()).await?.state.child else { return Ok(()) };
            let episodes = self.store.incidents_of(other, 500).await?;
            life.happened.extend(self.of_police(&child, &episodes, Some(at)).await?);
            life.episodes.extend(episodes);
            let name = child.identity.get().map_or_else(String::new, cf_casework::child::Identity::name);
            Linked::Child(other, name)
        } else if row.other_kind == "partner" {
            let Some(linked) = self.add_partner(caller, PartnerRecordId::from_uuid(other), at, life).await?
            else {
                return Ok(());
            };
            linked
        } else {
            let other = CouncilChildId::from_uuid(other);
            let resource = self.council_resource(caller, other).await?;
            if !self.may(caller, Action::ViewCouncilRecords, &resource) {
                life.unseen += 1;
                return Ok(());
            }
            self.authorise(caller, Action::ViewCouncilRecords, &resource, &[other.into()]).await?;
            let state = self.load::<Council>(other.into()).await?.state;
            let Some(latest) = state.latest() else { return Ok(()) };
            let absences = state.years.values().flat_map(|(record, ..)| &record.absences);
            let mut seen = std::collections::BTreeSet::new();
            // A period that goes on over the end of March is told in two returns.
            for absence in absences.filter(|absence| seen.insert((absence.kind, absence.from))) {
                let what = match absence.kind {
                    AbsenceKind::Missing => What::CouncilMissing(other),
                    AbsenceKind::Away => What::CouncilAway(other),
                };
                let when = When::Days(absence.from, absence.to);
                life.happened.push(Happened { when, what, from: Some(at) });
            }
            Linked::Council(other, latest.authority.clone(), latest.local_id.or_gone().to_owned())
        };
        let stream: StreamId = row.id().into();
        let version = self.store.versions(&[stream]).await?.get(&stream).copied().unwrap_or(0);
        life.linked.push(LinkedRecord { link: row, version, record });
        Ok(())
    }

    /// A partner's entries; none when its record is not open to the caller.
    async fn add_partner(
        &self,
        caller: &Caller,
        id: PartnerRecordId,
        at: usize,
        life: &mut OneLife,
    ) -> Result<Option<Linked>, Problem> {
        let Some(record) = self.load::<Partners>(id.into()).await?.state.record else { return Ok(None) };
        let resource = partners::resource(caller, record.agency.kind.code(), &record.agency.code);
        if !self.may(caller, Action::ViewPartnerRecords, &resource) {
            life.unseen += 1;
            return Ok(None);
        }
        self.authorise(caller, Action::ViewPartnerRecords, &resource, &[id.into()]).await?;
        life.happened.extend(record.entries.iter().map(|stated| {
            let told = stated.entry.told.get().cloned().unwrap_or_default();
            Happened {
                when: lasting(&stated.entry),
                what: What::Partner(id, stated.entry.kind, told),
                from: Some(at),
            }
        }));
        let name = record.person.get().map_or_else(String::new, |person| person.name());
        Ok(Some(Linked::Partner(id, record.agency, name, record.reference.or_gone().to_owned())))
    }

    /// What one police record says happened.
    async fn of_police(
        &self,
        child: &Child,
        episodes: &[IncidentRow],
        from: Option<usize>,
    ) -> Result<Vec<Happened>, Problem> {
        let mut all = Vec::new();
        for row in episodes {
            let when = When::At(Timestamp::from_micros(row.reported_at));
            let how = row.how.as_deref().and_then(HowReturned::from_code);
            let what = What::Missing(row.id(), row.returned_at.map(Timestamp::from_micros), how);
            all.push(Happened { when, what, from });
        }
        let looked: Vec<StreamId> = episodes.iter().take(LOOKED_INTO).map(|row| row.id().into()).collect();
        for (stream, events) in self.store.load_many(&looked).await? {
            let Some(incident) = state_of::<Missing>(&events)?.incident else { continue };
            let id = IncidentId::from_uuid(stream.uuid());
            let talked = match &incident.prevention {
                Prevention::Held(held) => Some(held.what.held_at),
                Prevention::HeldElsewhere(at) => Some(*at),
                Prevention::Owed | Prevention::Forgone(_) => None,
            };
            all.extend(talked.map(|at| Happened {
                when: When::At(at),
                what: What::PreventionInterview(id),
                from,
            }));
            if let Some(InterviewOutcome::Held(held)) = &incident.interview.end {
                let when = When::At(held.what.held_at);
                all.push(Happened { when, what: What::ReturnInterview(id), from });
            }
        }
        all.extend(child.learned.iter().map(|fact| Happened {
            when: When::At(fact.at),
            what: What::Learned {
                words: fact.what.what.or_gone().to_owned(),
                concern: fact.what.exploitation_signs,
            },
            from,
        }));
        Ok(all)
    }
}
