//! Reading. Every read is authorised and logged, and the log is on disk, before the caller gets anything.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::{Child, Children};
use cf_casework::council::{Council, State as CouncilState};
use cf_casework::missing::Missing;
use cf_casework::missing::state::{Incident, Phase};
use cf_kernel::{ChildId, CouncilChildId, IncidentId, StreamId, Timestamp};
use cf_store::{
    AbsenceRow, AccessRecorded, BoardFilter, BoardPlace, BoardRow, ChildRow, CouncilRow, Counts, DueClock,
    FlowAlarmRow, IncidentRow, Page, Queue, Recorded, Waiting, WordingRow,
};

use crate::glass::Undecided;
use crate::grading::Advice;
use crate::matching::{AlsoMissing, OneLife, among};
use crate::wording::challenged::Challenged;
use crate::{App, Caller, Problem};

/// One incident, whole.
#[derive(Debug, Clone)]
pub struct IncidentView {
    /// The id.
    pub id: IncidentId,
    /// The version shown; a form sends it back.
    pub version: i64,
    /// What it is.
    pub incident: Incident,
    /// The child's list row, if the child's record is there.
    pub child: Option<ChildRow>,
    /// The child's record, for the trigger plan and warnings; none for those who may work this incident and may not
    /// open the record.
    pub record: Option<Child>,
    /// Whether the child's record is closed to the caller, who holds this incident and may finish it.
    pub record_closed: bool,
    /// What the policies need to know to say what the caller may do with it.
    pub resource: Resource,
    /// What the rules say now; only while the child is missing and not for a past moment.
    pub advice: Option<Advice>,
    /// The child's other incidents, newest first; for the present also those on linked records of police.
    pub episodes: Vec<IncidentRow>,
    /// Other open reports of this child, or of one who may be; only for the present.
    pub also: Vec<AlsoMissing>,
    /// Words in it that were kept or challenged, newest first; only for the present.
    pub wording: Vec<WordingRow>,
    /// Those that were challenged, at the texts they stand in, oldest first; only for the present.
    pub challenged: Vec<Challenged>,
    /// The moment it is shown as known at, if not now.
    pub as_at: Option<Timestamp>,
}

/// One child, whole.
#[derive(Debug, Clone)]
pub struct ChildView {
    /// The id.
    pub id: ChildId,
    /// The version shown.
    pub version: i64,
    /// The record.
    pub child: Child,
    /// Incidents, newest first; for the present also those on linked records of police.
    pub episodes: Vec<IncidentRow>,
    /// Words in it that were kept or challenged, newest first; only for the present.
    pub wording: Vec<WordingRow>,
    /// Places the child was found at, newest first, with the moment.
    pub found: Vec<(Timestamp, String)>,
    /// What other agencies recorded and people linked; not for a past moment.
    pub life: Option<OneLife>,
    /// The moment it is shown as known at, if not now.
    pub as_at: Option<Timestamp>,
}

/// The supervisor's lists.
#[derive(Debug, Clone)]
pub struct QueueView {
    /// Each list with its incidents and the clock of what is owed.
    pub lists: Vec<(Queue, Vec<Waiting>)>,
    /// Clocks that have climbed beyond their owner, but for those of a list here.
    pub escalated: Vec<DueClock>,
    /// Words that were kept or challenged and are not settled, soonest due first.
    pub wording: Vec<WordingRow>,
    /// Alarms about flows of work that fell, not answered, soonest due first.
    pub alarms: Vec<FlowAlarmRow>,
    /// Openings of restricted records on which no inspector has decided, soonest due first.
    pub glass: Vec<Undecided>,
}

/// What stands on a list in the place of a name that may not be read.
const RESTRICTED: &str = "Restricted record";

/// How many incidents the picture of places looks into.
const FOUND_IN: usize = 60;

/// The most of each list of the queue that is shown, the most urgent first: a list this long may go on.
pub const QUEUE_SHOWN: i64 = 200;

impl App {
    /// The board of open incidents.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn board(
        &self,
        caller: &Caller,
        filter: &BoardFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Counts, Vec<BoardRow>), Problem> {
        let counts = self.store.counts(self.now()).await?;
        let rows = self.store.board(filter, limit, offset).await?;
        self.log_rows(caller, Action::ViewBoard, &rows).await?;
        Ok((counts, rows.into_iter().map(|row| self.hide(caller, row)).collect()))
    }

    async fn log_rows(&self, caller: &Caller, action: Action, rows: &[BoardRow]) -> Result<(), Problem> {
        let records: Vec<StreamId> = rows.iter().map(|row| row.child_id().into()).collect();
        self.authorise(caller, action, &Resource::desk(), &records).await
    }

    /// The name of a restricted child is not on a list for those who may not open the incident.
    fn hide(&self, caller: &Caller, mut row: BoardRow) -> BoardRow {
        // Whoever holds a restricted incident, or is to take it over, may open it and so reads whom it is about.
        let opens = self.may(caller, Action::ViewIncident, &resource_of_row(&row));
        if row.restricted && !opens {
            row.name = RESTRICTED.into();
            row.born_on = None;
        }
        row
    }

    fn hide_clock(&self, caller: &Caller, mut clock: DueClock) -> DueClock {
        if self.is_hidden(caller, clock.restricted) {
            clock.child_name = RESTRICTED.into();
        }
        clock
    }

    fn hide_wording(&self, caller: &Caller, mut row: WordingRow) -> WordingRow {
        if self.is_hidden(caller, row.restricted) {
            row.child_name = RESTRICTED.into();
        }
        row
    }

    fn is_hidden(&self, caller: &Caller, restricted: bool) -> bool {
        restricted && !self.may(caller, Action::ViewChild, &Resource::child(true))
    }

    /// The supervisor's queue.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn queue(&self, caller: &Caller) -> Result<QueueView, Problem> {
        let now = self.now();
        let mut lists = Vec::new();
        let mut read: Vec<StreamId> = Vec::new();
        for queue in Queue::ALL {
            let rows = self.store.queue(queue, now, QUEUE_SHOWN).await?;
            read.extend(rows.iter().map(|waiting| StreamId::from(waiting.row.child_id())));
            let hide = |waiting: Waiting| Waiting {
                row: self.hide(caller, waiting.row),
                clock: waiting.clock.map(|clock| self.hide_clock(caller, clock)),
            };
            lists.push((queue, rows.into_iter().map(hide).collect()));
        }
        let escalated = self.store.clocks_brought_up(now, 2, QUEUE_SHOWN).await?;
        let wording = self.store.wording_waiting(QUEUE_SHOWN).await?;
        read.extend(escalated.iter().map(DueClock::child));
        read.extend(wording.iter().map(WordingRow::child));
        self.authorise(caller, Action::ViewQueue, &Resource::desk(), &read).await?;
        let escalated = escalated.into_iter().map(|clock| self.hide_clock(caller, clock)).collect();
        let wording = wording.into_iter().map(|row| self.hide_wording(caller, row)).collect();
        let alarms = self.store.flow_alarms(QUEUE_SHOWN).await?;
        let alarms = alarms.into_iter().filter(|alarm| alarm.answered_at.is_none()).collect();
        let glass = self.undecided_breaks().await?;
        Ok(QueueView { lists, escalated, wording, alarms, glass })
    }

    /// The incidents of the children whom the caller's council answers for, open ones first: see [`crate::authority`].
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn own_children(
        &self,
        caller: &Caller,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<BoardRow>, Problem> {
        self.own(caller, limit, offset, None).await
    }

    /// The same, going on after a place: see [`BoardRow::place_for_council`].
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn own_children_after(
        &self,
        caller: &Caller,
        after: Option<BoardPlace>,
        limit: i64,
    ) -> Result<Vec<BoardRow>, Problem> {
        self.own(caller, limit, 0, after).await
    }

    async fn own(
        &self,
        caller: &Caller,
        limit: i64,
        offset: i64,
        after: Option<BoardPlace>,
    ) -> Result<Vec<BoardRow>, Problem> {
        let rows = match &caller.authority {
            Some(authority) => {
                let codes = crate::authority::codes(authority);
                self.store.incidents_of_authority(&codes, limit, offset, after).await?
            }
            None => Vec::new(),
        };
        self.log_rows(caller, Action::ViewOwnChildren, &rows).await?;
        Ok(rows.into_iter().map(|row| self.hide(caller, row)).collect())
    }

    /// What the caller owes.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn my_clocks(&self, caller: &Caller) -> Result<Vec<DueClock>, Problem> {
        let clocks = self.store.clocks_of(caller.actor.user, 200).await?;
        let read: Vec<StreamId> = clocks.iter().map(DueClock::child).collect();
        self.authorise(caller, Action::ViewOwnWork, &Resource::desk(), &read).await?;
        Ok(clocks.into_iter().map(|clock| self.hide_clock(caller, clock)).collect())
    }

    /// An incident, now or as known at a moment.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn incident(
        &self,
        caller: &Caller,
        id: IncidentId,
        as_at: Option<Timestamp>,
    ) -> Result<IncidentView, Problem> {
        let loaded = match as_at {
            Some(at) => self.load_as_at::<Missing>(id.into(), at).await?,
            None => self.load::<Missing>(id.into()).await?,
        };
        let child_id = crate::incident::child_of(&loaded.state)?;
        // As the record stands now, also for a past moment: who may open it is a question of today.
        let present = match as_at {
            Some(_) => Some(self.load::<Missing>(id.into()).await?),
            None => None,
        };
        let mut child = self.store.child_row(child_id).await?;
        let held = present.as_ref().unwrap_or(&loaded).state.incident.as_ref().ok_or(Problem::NotFound)?;
        let resource = crate::incident::resource_of(caller, held, child.as_ref());
        self.authorise(caller, Action::ViewIncident, &resource, &[id.into(), child_id.into()]).await?;
        let record = match as_at {
            Some(at) => self.load_as_at::<Children>(child_id.into(), at).await?,
            None => self.load::<Children>(child_id.into()).await?,
        };
        let incident = *loaded.state.incident.ok_or(Problem::NotFound)?;
        let advice = match (&incident.phase, as_at) {
            (Phase::Missing, None) => Some(self.advise(id, &incident, &[]).await?),
            _ => None,
        };
        let mut record = record.state.child.map(|child| *child);
        if as_at.is_some() {
            child = child.zip(record.as_ref()).map(|(row, record)| child_row_of(row, record));
        }
        // Who holds a restricted child's incident may finish it, and sees no more of the child than that.
        let record_closed = child.as_ref().is_some_and(|row| row.restricted)
            && !self.may(caller, Action::ViewChild, &Resource::child(true));
        let (mut episodes, mut also) = (Vec::new(), Vec::new());
        if record_closed {
            record = None;
            if let Some(row) = &mut child {
                row.name = "Restricted record".into();
                (row.born_on, row.looked_after) = (None, None);
            }
        } else {
            episodes = self.store.incidents_of(child_id, 100).await?;
            match as_at {
                Some(at) => episodes = self.episodes_as_at(episodes, at).await?,
                None => {
                    let beside = self.beside(caller, child_id).await?;
                    among(&mut episodes, beside.episodes);
                    also = beside.also;
                }
            }
        }
        let wording = if as_at.is_none() { self.wording_about(id.into()).await? } else { Vec::new() };
        Ok(IncidentView {
            id,
            version: loaded.version,
            incident,
            child,
            record,
            record_closed,
            resource,
            advice,
            episodes,
            also,
            challenged: self.wording_challenged(id.into(), &wording).await?,
            wording,
            as_at,
        })
    }

    /// A child's record, now or as known at a moment.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn child(
        &self,
        caller: &Caller,
        id: ChildId,
        as_at: Option<Timestamp>,
    ) -> Result<ChildView, Problem> {
        let loaded = match as_at {
            Some(at) => self.load_as_at::<Children>(id.into(), at).await?,
            None => self.load::<Children>(id.into()).await?,
        };
        let child = *loaded.state.child.ok_or(Problem::NotFound)?;
        // As it stands now, also for a past moment: a restriction made since then holds for what was before it.
        let restricted = self.store.child_row(id).await?.is_none_or(|row| row.restricted);
        let resource = Resource::child(restricted);
        self.authorise(caller, Action::ViewChild, &resource, &[id.into()]).await?;
        let mut episodes = self.store.incidents_of(id, 500).await?;
        if let Some(at) = as_at {
            episodes = self.episodes_as_at(episodes, at).await?;
        }
        let life = match as_at {
            Some(_) => None,
            None => Some(self.one_life(caller, id, &child, &episodes).await?),
        };
        among(&mut episodes, life.iter().flat_map(|life| life.episodes.iter().cloned()));
        let found = self.places_found(&episodes, as_at).await?;
        let wording = if as_at.is_none() { self.wording_about(id.into()).await? } else { Vec::new() };
        Ok(ChildView { id, version: loaded.version, child, episodes, wording, found, life, as_at })
    }

    /// Rows hold the present. For a past moment each incident is folded up to then, so that a later grade, return or
    /// talk does not show.
    async fn episodes_as_at(
        &self,
        rows: Vec<IncidentRow>,
        at: Timestamp,
    ) -> Result<Vec<IncidentRow>, Problem> {
        let streams: Vec<StreamId> = rows.iter().map(|row| row.id().into()).collect();
        let loaded = self.load_each::<Missing>(&streams, Some(at)).await?;
        let mut then = Vec::with_capacity(rows.len());
        let mut loaded = loaded.into_iter().peekable();
        for row in rows {
            if let Some(found) = loaded.next_if(|found| found.stream == row.id().into()) {
                then.extend(found.state.incident.map(|incident| row_of(row, &incident)));
            }
        }
        Ok(then)
    }

    /// Where the child was found before; sealed text, so the streams themselves are read.
    async fn places_found(
        &self,
        episodes: &[IncidentRow],
        as_at: Option<Timestamp>,
    ) -> Result<Vec<(Timestamp, String)>, Problem> {
        let ended = episodes.iter().filter(|episode| episode.returned_at.is_some()).take(FOUND_IN);
        let streams: Vec<StreamId> = ended.map(|episode| episode.id().into()).collect();
        let mut found = Vec::new();
        for loaded in self.load_each::<Missing>(&streams, as_at).await? {
            let Some(incident) = loaded.state.incident else { continue };
            if let Some(back) = incident.back()
                && let Some(place) = back.place.get().filter(|place| !place.trim().is_empty())
            {
                found.push((back.returned_at, place.clone()));
            }
        }
        Ok(found)
    }

    /// The history of an incident or a child: every event, with who and when.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn history(&self, caller: &Caller, stream: StreamId) -> Result<Vec<Recorded>, Problem> {
        let incident =
            self.load::<Missing>(stream).await.ok().filter(|loaded| loaded.state.incident.is_some());
        let resource = match incident {
            Some(loaded) => self.resource(caller, &loaded, crate::incident::child_of(&loaded.state)?).await?,
            None => {
                let row = self.store.child_row(ChildId::from_uuid(stream.uuid())).await?;
                Resource::child(row.is_none_or(|row| row.restricted))
            }
        };
        self.authorise(caller, Action::ViewHistory, &resource, &[stream]).await?;
        let events = self.store.load(stream).await?;
        if events.is_empty() { Err(Problem::NotFound) } else { Ok(events) }
    }

    /// Council records, by authority.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn council_records(
        &self,
        caller: &Caller,
        authority: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<CouncilRow>, Problem> {
        let authority = caller.authority.as_deref().or(authority);
        let rows = self.store.council_records(authority, limit, offset).await?;
        let records: Vec<StreamId> = rows.iter().map(|row| row.id().into()).collect();
        self.authorise(caller, Action::ViewCouncilRecords, &Resource::desk(), &records).await?;
        Ok(rows)
    }

    /// Council records in the same order, after this one.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn council_records_after(
        &self,
        caller: &Caller,
        authority: Option<&str>,
        after: Option<CouncilChildId>,
        limit: i64,
    ) -> Result<Vec<CouncilRow>, Problem> {
        let authority = caller.authority.as_deref().or(authority);
        let rows = match after {
            Some(after) => self.store.council_records_after(authority, after, limit).await?,
            None => self.store.council_records(authority, limit, 0).await?,
        };
        let records: Vec<StreamId> = rows.iter().map(|row| row.id().into()).collect();
        self.authorise(caller, Action::ViewCouncilRecords, &Resource::desk(), &records).await?;
        Ok(rows)
    }

    /// One council record with its absences.
    ///
    /// # Errors
    /// Not found, a denial (another council's record), or a fault.
    #[boxed]
    pub async fn council_record(
        &self,
        caller: &Caller,
        id: CouncilChildId,
    ) -> Result<(CouncilState, Vec<AbsenceRow>), Problem> {
        let loaded = self.load::<Council>(id.into()).await?;
        let latest = loaded.state.latest().ok_or(Problem::NotFound)?;
        let other = caller.authority.as_ref().is_some_and(|authority| *authority != latest.authority);
        self.authorise(caller, Action::ViewCouncilRecords, &Resource::council(other), &[id.into()]).await?;
        Ok((loaded.state, self.store.absences_of(id).await?))
    }

    /// Who looked at a record, newest first; only entries before position `before`, if given.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn access_of(
        &self,
        caller: &Caller,
        record: StreamId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AccessRecorded>, Problem> {
        self.authorise(caller, Action::ViewAccessLog, &Resource::desk(), &[record]).await?;
        let entries = self.store.access_of(record, Page { before, limit }).await?;
        Ok(self.with_reasons(entries).await)
    }

    /// The newest entries of the access log.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn access_recent(
        &self,
        caller: &Caller,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AccessRecorded>, Problem> {
        self.authorise(caller, Action::ViewAccessLog, &Resource::desk(), &[]).await?;
        let entries = self.store.access_recent(Page { before, limit }).await?;
        Ok(self.with_reasons(entries).await)
    }
}

/// What the policies need to know about an incident on a list; for police and oversight, who have no council.
#[must_use]
pub fn resource_of_row(row: &BoardRow) -> Resource {
    let user = |id: Option<uuid::Uuid>| id.map(cf_kernel::UserId::from_uuid);
    let team = cf_kernel::TeamId::from_uuid(row.owner_team);
    Resource::incident(row.restricted, user(row.owner_user), team, row.phase != "closed")
        .handed_to(user(row.hand_over_user))
}

/// The row a child had when its record stood like this. Whether it is restricted stays a question of today.
fn child_row_of(row: ChildRow, child: &Child) -> ChildRow {
    let identity = child.identity.get();
    ChildRow {
        name: identity.map_or_else(|| row.name.clone(), cf_casework::child::Identity::name),
        born_on: identity.and_then(|identity| identity.born_on).map(|day| day.to_string()),
        looked_after: child.care.looked_after,
        ..row
    }
}

/// The row an incident had when it stood like this.
fn row_of(row: IncidentRow, incident: &Incident) -> IncidentRow {
    let (back, source) = (incident.back(), incident.grade_source());
    let closed_at = match incident.phase {
        Phase::Closed { at, .. } => Some(at.micros()),
        Phase::Missing | Phase::Back(_) => None,
    };
    let phase = match incident.phase {
        Phase::Missing => "missing",
        Phase::Back(_) => "back",
        Phase::Closed { .. } => "closed",
    };
    IncidentRow {
        phase: phase.to_owned(),
        grade: incident.grade().map(|grade| grade.code().to_owned()),
        grade_source: source.map(|import| import.source_system.clone()),
        grade_source_at: source.and_then(|import| import.graded_at).map(|at| at.micros()),
        recommended: incident.recommended.map(|grade| grade.code().to_owned()),
        below: incident.below_recommendation(),
        returned_at: back.map(|back| back.returned_at.micros()),
        closed_at,
        how: back.map(|back| back.how.code().to_owned()),
        harm: back.map(|back| back.harm.code().to_owned()),
        owner_name: incident.owner.name().to_owned(),
        talks: cf_store::talks(incident).to_owned(),
        ..row
    }
}
