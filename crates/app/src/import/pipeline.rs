//! From rows to the record, in three steps that run at the same time: one thread reads and maps, one decides and
//! encodes, and the store seals and writes what was decided before.
//!
//! Only one chunk is being written at a time, in the order of the file; the next is decided and sealed meanwhile. A crash
//! leaves whole chunks; the same file again finds their incidents and adds the others.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cf_casework::child::{self, Children};
use cf_casework::missing::command::{Act, Command, Imported};
use cf_casework::missing::{self, Missing};
use cf_kernel::{ChildId, CommandId, Decider as _, FileId, IncidentId, Private, StreamId, Timestamp};
use cf_store::{Append, AppendError, ImportRow, Sealed, StreamAppend, state_of};
use cf_timescales::Rules;
use tokio::task::JoinHandle;

use super::mapping::Said;
use super::report::{Changes, Note, Totals, Watch, note_later};
use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// Rows in one transaction. Ids are scattered, so that every transaction writes nearly every index page again, and half as
/// many transactions write half as much. Others who write wait for one such transaction: about a second.
pub(super) const CHUNK: usize = 12_000;
/// How often a chunk is decided again when somebody else wrote to the same records.
pub(super) const TRIES: usize = 5;

/// A row that can be imported.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) incident: IncidentId,
    pub(super) child: ChildId,
    /// `SYSTEM:reference` of the child.
    pub(super) source: String,
    pub(super) said: Said,
    pub(super) imported: Box<Imported>,
    /// Its place in the account of the chunk.
    pub(super) row: usize,
}

/// Rows read, each with its account.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) account: Vec<ImportRow>,
    pub(super) ready: Vec<Ready>,
}

/// The work of one file.
pub(super) struct Pipeline<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Caller,
    pub(super) file: &'a str,
    pub(super) watch: Arc<dyn Watch>,
    pub(super) dry_run: bool,
    /// What each child of this import was said to be so far.
    pub(super) children: HashMap<ChildId, Said>,
    /// Children that were there before, or of whom later rows say more: looked at in the end.
    pub(super) look_again: HashSet<ChildId>,
    known_before: HashSet<ChildId>,
    pub(super) changes: Changes,
    pub(super) totals: Totals,
    pub(super) account: Vec<ImportRow>,
    /// Rows the reader could use and the record contradicts: good ones, repaired ones.
    pub(super) set_aside: (u64, u64),
    under_way: Option<JoinHandle<Result<(), AppendError>>>,
    retry: Option<Arc<Vec<Ready>>>,
}

/// What a chunk becomes: the incidents to begin, each with whether its child is begun with it.
type Plan = Vec<(usize, bool)>;

impl<'a> Pipeline<'a> {
    pub(super) fn new(
        app: &'a App,
        caller: &'a Caller,
        file: &'a str,
        watch: Arc<dyn Watch>,
        dry_run: bool,
    ) -> Self {
        Self {
            app,
            caller,
            file,
            watch,
            dry_run,
            children: HashMap::new(),
            look_again: HashSet::new(),
            known_before: HashSet::new(),
            changes: Changes::default(),
            totals: Totals::default(),
            account: Vec::new(),
            set_aside: (0, 0),
            under_way: None,
            retry: None,
        }
    }

    /// Takes a chunk: compares it with the record, decides, and begins to append while the next is read.
    pub(super) async fn take(&mut self, mut chunk: Chunk) -> Result<(), Problem> {
        let versions = self.versions(&chunk.ready).await?;
        let mut plan = Plan::with_capacity(chunk.ready.len());
        let mut known_again = Vec::new();
        for (place, ready) in chunk.ready.iter().enumerate() {
            let incident_known = versions.contains_key(&ready.incident.into());
            let child_known = versions.contains_key(&ready.child.into());
            let begins = self.meet_child(ready, child_known, &mut chunk.account[ready.row]);
            if incident_known {
                self.changes.incidents_known += 1;
                known_again.push(place);
            } else {
                self.changes.incidents_new += 1;
            }
            if begins || !incident_known {
                // A child whose incident is there and whose own record is not, cannot be: they begin together.
                plan.push((place, begins));
            }
        }
        self.learn(&mut chunk, &known_again).await?;
        let known: HashSet<StreamId> = versions.into_keys().collect();
        self.account.append(&mut chunk.account);
        if self.dry_run || plan.is_empty() {
            return Ok(());
        }
        let ready = Arc::new(chunk.ready);
        let streams = self.decide(Arc::clone(&ready), plan, Arc::new(known)).await?;
        self.changes.events += streams.iter().map(|stream| stream.events.len() as u64).sum::<u64>();
        let sealed = self.app.store.seal(command(self.app, self.caller, self.app.now(), streams)).await?;
        self.settle().await?;
        self.append(ready, sealed);
        Ok(())
    }

    /// Compares a row with what is known of its child. Gives whether the child begins with this row.
    fn meet_child(&mut self, ready: &Ready, in_record: bool, row: &mut ImportRow) -> bool {
        if let Some(said) = self.children.get_mut(&ready.child) {
            let (grew, differs) = said.complete(&ready.said);
            if grew {
                self.look_again.insert(ready.child);
            }
            if differs {
                self.note(
                    row,
                    "CF-CHILD-DIFFERS",
                    "an earlier row says something else of this child; that one stands",
                );
            }
            return false;
        }
        self.children.insert(ready.child, ready.said);
        if in_record {
            self.look_again.insert(ready.child);
            self.known_before.insert(ready.child);
            return false;
        }
        self.changes.children_new += 1;
        true
    }

    fn note(&mut self, row: &mut ImportRow, rule: &'static str, message: &'static str) {
        self.note_about(row, rule, &[], message);
    }

    pub(super) fn note_about(
        &mut self,
        row: &mut ImportRow,
        rule: &'static str,
        fields: &[&'static str],
        message: &'static str,
    ) {
        note_later(row, &Note { rule, fields, message }, self.file, &*self.watch, &mut self.totals);
    }

    async fn versions(&self, ready: &[Ready]) -> Result<HashMap<StreamId, i64>, Problem> {
        let mut asked: Vec<StreamId> = ready.iter().map(|ready| ready.incident.into()).collect();
        let new = ready.iter().map(|ready| ready.child).filter(|child| !self.children.contains_key(child));
        let new: HashSet<ChildId> = new.collect();
        asked.extend(new.into_iter().map(StreamId::from));
        Ok(self.app.store.versions(&asked).await?)
    }

    async fn decide(
        &self,
        ready: Arc<Vec<Ready>>,
        plan: Plan,
        known: Arc<HashSet<StreamId>>,
    ) -> Result<Vec<StreamAppend>, Problem> {
        let (by, now, rules) = (self.caller.actor.clone(), self.app.now(), Arc::clone(&self.app.timescales));
        let work = move || {
            let mut streams = Vec::with_capacity(plan.len() * 2);
            for (place, begins) in plan {
                let Some(ready) = ready.get(place) else { continue };
                if begins {
                    streams.push(begin_child(ready, &by, now, &rules)?);
                }
                if !known.contains(&ready.incident.into()) {
                    streams.push(begin_incident(ready, &by, now, &rules)?);
                }
            }
            Ok(streams)
        };
        tokio::task::spawn_blocking(work).await.map_err(Problem::fault)?
    }

    fn append(&mut self, ready: Arc<Vec<Ready>>, sealed: Sealed) {
        let store = self.app.store.clone();
        self.retry = Some(ready);
        self.under_way = Some(tokio::spawn(async move { store.append_sealed(sealed).await.map(|_| ()) }));
    }

    /// Waits for the append under way. Where somebody else wrote to the same records, what is still missing is decided again.
    pub(super) async fn settle(&mut self) -> Result<(), Problem> {
        let Some(under_way) = self.under_way.take() else { return Ok(()) };
        let mut done = under_way.await.map_err(Problem::fault)?;
        let Some(ready) = self.retry.take() else { return Ok(()) };
        for _ in 0..TRIES {
            match done {
                Ok(()) => return Ok(()),
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let streams: Vec<StreamId> =
                ready.iter().flat_map(|ready| [ready.incident.into(), ready.child.into()]).collect();
            let known: HashSet<StreamId> = self.app.store.versions(&streams).await?.into_keys().collect();
            let mut begun = HashSet::new();
            let mut plan = Plan::new();
            for (place, ready) in ready.iter().enumerate() {
                let begins = !known.contains(&ready.child.into()) && begun.insert(ready.child);
                if begins || !known.contains(&ready.incident.into()) {
                    plan.push((place, begins));
                }
            }
            if plan.is_empty() {
                return Ok(());
            }
            let streams = self.decide(Arc::clone(&ready), plan, Arc::new(known)).await?;
            done = self
                .app
                .store
                .append(command(self.app, self.caller, self.app.now(), streams))
                .await
                .map(|_| ());
        }
        done.map_err(Problem::from)
    }

    /// Fills blanks in the records of children who were there before, or of whom later rows said more.
    pub(super) async fn complete_children(&mut self) -> Result<(), Problem> {
        let mut children: Vec<ChildId> = self.look_again.iter().copied().collect();
        children.sort_unstable();
        for some in children.chunks(500) {
            let streams: Vec<StreamId> = some.iter().map(|child| (*child).into()).collect();
            let events = self.app.store.load_many(&streams).await?;
            let mut grown = Vec::new();
            for (child, stream) in some.iter().zip(&streams) {
                let Some(events) = events.get(stream) else { continue };
                let state = state_of::<Children>(events)?;
                let loaded = Loaded {
                    stream: *stream,
                    version: events.last().map_or(0, |event| event.version),
                    state,
                };
                let added = self.add_to_child(*child, &loaded)?;
                if self.known_before.contains(child) {
                    let counted = if added.is_some() {
                        &mut self.changes.children_changed
                    } else {
                        &mut self.changes.children_same
                    };
                    *counted += 1;
                }
                grown.extend(added);
            }
            if !self.dry_run && !grown.is_empty() {
                self.changes.events += grown.iter().map(|stream| stream.events.len() as u64).sum::<u64>();
                self.app.store.append(command(self.app, self.caller, self.app.now(), grown)).await?;
            }
        }
        Ok(())
    }

    fn add_to_child(
        &self,
        child: ChildId,
        loaded: &Loaded<Children>,
    ) -> Result<Option<StreamAppend>, Problem> {
        let (Some(held), Some(said)) = (&loaded.state.child, self.children.get(&child)) else {
            return Ok(None);
        };
        // What was destroyed stays destroyed.
        let identity = held.identity.get().and_then(|identity| said.fill_identity(identity));
        let acts = identity.map(|identity| child::Act::AmendIdentity(Private::Known(identity))).into_iter();
        let acts = acts.chain(said.fill_care(&held.care).map(child::Act::SetCare));
        let (mut state, mut events) = (loaded.state.clone(), Vec::new());
        let now = self.app.now();
        for act in acts {
            let rules = Arc::clone(&self.app.timescales);
            let command = child::Command { by: self.caller.actor.clone(), now, rules, act };
            // Still nobody named: the record says what it said.
            let Ok(more) = Children::decide(&state, command) else { continue };
            state = more.iter().fold(state, Children::evolve);
            events.extend(more);
        }
        if events.is_empty() {
            return Ok(None);
        }
        loaded.grow(child.into(), &events, child::Event::occurred_at, now).map(Some)
    }
}

pub(super) fn command(app: &App, caller: &Caller, at: Timestamp, streams: Vec<StreamAppend>) -> Append {
    // Imported text is counted and shown; nobody here could be asked about it.
    let checks = crate::wording::checks(app, caller, at, &crate::wording::entries(app, &streams));
    Append {
        command: CommandId::new(),
        actor: caller.actor.clone(),
        at,
        streams,
        guards: Vec::new(),
        absent: Vec::new(),
        jobs: Vec::new(),
        checks,
    }
}

fn begin_child(
    ready: &Ready,
    by: &cf_kernel::Actor,
    now: Timestamp,
    rules: &Arc<Rules>,
) -> Result<StreamAppend, Problem> {
    let act = child::Act::Register {
        identity: Private::Known(ready.said.identity()),
        care: ready.said.care(),
        source: Some(Private::Known(ready.source.clone())),
    };
    let loaded = Loaded::<Children>::new(ready.child.into());
    let command = child::Command { by: by.clone(), now, rules: Arc::clone(rules), act };
    let events = Children::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
    loaded.grow(ready.child.into(), &events, child::Event::occurred_at, now)
}

fn begin_incident(
    ready: &Ready,
    by: &cf_kernel::Actor,
    now: Timestamp,
    rules: &Arc<Rules>,
) -> Result<StreamAppend, Problem> {
    let loaded = Loaded::<Missing>::new(ready.incident.into());
    let act = Act::Import(ready.imported.clone());
    let command = Command { by: by.clone(), now, rules: Arc::clone(rules), act };
    let events = Missing::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
    loaded.grow(FileId::from(ready.child), &events, missing::Event::occurred_at, now)
}
