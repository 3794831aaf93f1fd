//! The one task that writes the logs: gathers what waits, writes it in one transaction, answers each.
//!
//! One disk flush so serves many commands. A refused command is left out and its neighbours never notice. Should the
//! whole group fail, each is tried alone, so that only the one at fault hears of it.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use cf_kernel::{CommandId, FileId, StreamId};
use cf_ledger::leaf_hash;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::access::{PreparedAccess, write_entries};
use crate::db::{Arg, Db, Tx, args};
use crate::keys::Keys;
use crate::log::{Head, Log};
use crate::notice::Notices;
use crate::prepare::Prepared;
use crate::rows::{Tables, write_changes};
use crate::statements::{Insert, Statements};
use crate::{Appended, Fault, Notice, entry, look, wording_checks};

/// No transaction takes more events than this together, unless a single command brings more.
const MOST_EVENTS: usize = 20_000;

/// What became of an append.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Appended),
    Conflict {
        stream: StreamId,
        expected: i64,
        found: i64,
    },
    /// A row is there that must not be.
    NotAbsent,
    Destroyed(FileId),
    /// Sealed with another key than the one the file has meanwhile got.
    OtherKey(FileId),
}

#[derive(Debug)]
enum Work {
    Append(Box<Prepared>, oneshot::Sender<Result<Outcome, Fault>>),
    Access(PreparedAccess, oneshot::Sender<Result<(), Fault>>),
}

/// The way to the writing task. The task ends when the last of these is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    send: mpsc::Sender<Work>,
}

/// What the writing task needs.
pub(crate) struct Context {
    pub(crate) db: Db,
    pub(crate) tables: Arc<Tables>,
    pub(crate) statements: Arc<Statements>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) notices: Notices,
}

impl Writer {
    /// Starts the task; `batch` is the most commands in one transaction.
    pub(crate) fn start(context: Context, batch: usize) -> Self {
        let batch = batch.max(1);
        let (send, receive) = mpsc::channel(batch * 4);
        tokio::spawn(run(context, receive, batch));
        Self { send }
    }

    pub(crate) async fn append(&self, prepared: Prepared) -> Result<Outcome, Fault> {
        let (answer, outcome) = oneshot::channel();
        self.send.send(Work::Append(Box::new(prepared), answer)).await.map_err(|_| Fault::Closed)?;
        let done = outcome.await;
        look::forget().await;
        done.map_err(|_| Fault::Closed)?
    }

    pub(crate) async fn log_access(&self, access: PreparedAccess) -> Result<(), Fault> {
        let (answer, outcome) = oneshot::channel();
        self.send.send(Work::Access(access, answer)).await.map_err(|_| Fault::Closed)?;
        let done = outcome.await;
        look::forget().await;
        done.map_err(|_| Fault::Closed)?
    }
}

impl Work {
    fn events(&self) -> usize {
        match self {
            Work::Append(append, _) => append.events,
            Work::Access(..) => 1,
        }
    }

    /// Answers who waits; they may have gone.
    fn answer(self, outcome: Result<Option<Outcome>, Fault>) {
        match (self, outcome) {
            (Work::Append(_, to), Ok(Some(outcome))) => drop(to.send(Ok(outcome))),
            (Work::Append(_, to), Ok(None)) => drop(to.send(Err(Fault::Closed))),
            (Work::Append(_, to), Err(fault)) => drop(to.send(Err(fault))),
            (Work::Access(_, to), outcome) => drop(to.send(outcome.map(|_| ()))),
        }
    }
}

async fn run(context: Context, mut receive: mpsc::Receiver<Work>, batch: usize) {
    let mut buffer = Vec::with_capacity(batch);
    let mut waiting = VecDeque::new();
    while receive.recv_many(&mut buffer, batch).await > 0 {
        waiting.extend(buffer.drain(..));
        while !waiting.is_empty() {
            let mut events = 0;
            let fits = waiting.iter().take_while(|work| {
                events += work.events();
                events <= MOST_EVENTS
            });
            let group: Vec<Work> = waiting.drain(..fits.count().max(1)).collect();
            write(&context, group).await;
        }
    }
}

async fn write(context: &Context, mut group: Vec<Work>) {
    match write_group(context, &group).await {
        Ok(outcomes) => group.into_iter().zip(outcomes).for_each(|(work, outcome)| work.answer(Ok(outcome))),
        Err(fault) if group.len() == 1 => {
            tracing::error!(%fault, "a write failed");
            if let Some(work) = group.pop() {
                work.answer(Err(fault));
            }
        }
        Err(fault) => {
            tracing::warn!(%fault, size = group.len(), "a group of writes failed, trying each alone");
            for work in group {
                let outcome = write_group(context, std::slice::from_ref(&work)).await;
                work.answer(outcome.map(|mut outcomes| outcomes.pop().flatten()));
            }
        }
    }
}

/// One transaction. The outcomes are in the order of the group; access entries have none.
async fn write_group(context: &Context, group: &[Work]) -> Result<Vec<Option<Outcome>>, Fault> {
    let mut tx = context.db.begin().await?;
    let appends: Vec<&Prepared> = group
        .iter()
        .filter_map(|work| match work {
            Work::Append(append, _) => Some(append.as_ref()),
            Work::Access(..) => None,
        })
        .collect();
    let entries: Vec<&PreparedAccess> = group
        .iter()
        .filter_map(|work| match work {
            Work::Access(access, _) => Some(access),
            Work::Append(..) => None,
        })
        .collect();
    let mut notice = None;
    let mut outcomes = Vec::new();
    if !appends.is_empty() {
        let head = Head::lock(&mut tx, Log::Record).await?;
        let mut gathered = Gathered::new(&mut tx, context, &appends, head).await?;
        outcomes = appends.iter().map(|append| gathered.add(append, &appends)).collect();
        notice = gathered.write(&mut tx, context, &appends).await?;
    }
    write_entries(&mut tx, &context.statements, &entries).await?;
    tx.commit().await?;
    for (append, outcome) in appends.iter().zip(&outcomes) {
        if let Outcome::Done(_) = outcome {
            append.keys.iter().for_each(|(file, key)| context.keys.remember(*file, key));
        }
    }
    if let Some(notice) = notice {
        context.notices.committed(notice);
    }
    let mut outcomes = outcomes.into_iter();
    Ok(group
        .iter()
        .map(|work| if matches!(work, Work::Append(..)) { outcomes.next() } else { None })
        .collect())
}

/// What a group is checked against, and what it adds so far: later commands see earlier ones of the same group.
struct Gathered {
    head: Head,
    commands: HashMap<CommandId, Vec<i64>>,
    versions: HashMap<StreamId, i64>,
    keys: HashMap<FileId, Option<Vec<u8>>>,
    /// The commands, by number, for which a row was there that must not be.
    not_absent: Vec<usize>,
    events: Vec<Arg>,
    sealed: Vec<Arg>,
    new_keys: Vec<Arg>,
    accepted: Vec<usize>,
    seen: usize,
    streams: Vec<StreamId>,
}

impl Gathered {
    async fn new(tx: &mut Tx, context: &Context, appends: &[&Prepared], head: Head) -> Result<Self, Fault> {
        let statements = &context.statements;
        let mut commands: HashMap<CommandId, Vec<i64>> = HashMap::new();
        let done: Vec<(Uuid, i64)> = statements
            .within(
                tx,
                "select command, position from event where command in ",
                "order by position",
                appends.iter().map(|append| append.command.uuid()),
            )
            .await?;
        for (command, position) in done {
            commands.entry(CommandId::from_uuid(command)).or_default().push(position);
        }
        let grown = appends.iter().flat_map(|append| append.streams.iter().map(|stream| stream.stream));
        let guarded = appends.iter().flat_map(|append| append.guards.iter().map(|(stream, _)| *stream));
        let mut streams: Vec<Uuid> = grown.chain(guarded).map(StreamId::uuid).collect();
        streams.sort_unstable();
        streams.dedup();
        let found: Vec<(Uuid, i64)> = statements
            .within(tx, "select stream, max(version) from event where stream in ", "group by stream", streams)
            .await?;
        let versions =
            found.into_iter().map(|(stream, version)| (StreamId::from_uuid(stream), version)).collect();
        let mut files: Vec<Uuid> =
            appends.iter().flat_map(|append| append.keys.iter().map(|(file, _)| file.uuid())).collect();
        files.sort_unstable();
        files.dedup();
        let found: Vec<(Uuid, Option<Vec<u8>>)> =
            statements.within(tx, "select file, wrapped from file_key where file in ", "", files).await?;
        let keys = found.into_iter().map(|(file, wrapped)| (FileId::from_uuid(file), wrapped)).collect();
        let mut not_absent = Vec::new();
        for (number, append) in appends.iter().enumerate() {
            for row in append.absent.iter() {
                if row.is_there(tx, &context.tables).await? {
                    not_absent.push(number);
                }
            }
        }
        Ok(Self {
            head,
            commands,
            versions,
            keys,
            not_absent,
            events: Vec::new(),
            sealed: Vec::new(),
            new_keys: Vec::new(),
            accepted: Vec::new(),
            seen: 0,
            streams: Vec::new(),
        })
    }

    /// Checks one append against all before it, and takes it in or leaves it out.
    fn add(&mut self, append: &Prepared, appends: &[&Prepared]) -> Outcome {
        let number = self.seen;
        self.seen += 1;
        if let Some(positions) = self.commands.get(&append.command) {
            return Outcome::Done(Appended { positions: positions.clone(), duplicate: true });
        }
        if let Some(refusal) = self.refusal(append) {
            return refusal;
        }
        if self.not_absent.contains(&number) || self.is_put(append, appends) {
            return Outcome::NotAbsent;
        }
        for (file, key) in &append.keys {
            if !self.keys.contains_key(file) {
                self.keys.insert(*file, Some(key.wrapped.to_vec()));
                self.new_keys.extend(args![file.uuid(), key.wrapped.to_vec()]);
            }
        }
        let mut positions = Vec::with_capacity(append.events);
        let mut ordinal = 0_i64;
        for stream in &append.streams {
            let mut version = stream.expected;
            for event in &stream.events {
                version += 1;
                let position = self.head.next_position();
                let bytes = entry::at_position(position, &event.rendered);
                let leaf = leaf_hash(&bytes);
                self.head.push(leaf);
                self.events.extend(args![
                    position,
                    stream.stream.uuid(),
                    version,
                    stream.kind,
                    append.at.micros(),
                    append.command.uuid(),
                    ordinal,
                    bytes,
                    leaf.as_bytes().to_vec()
                ]);
                if let Some(sealed) = &event.sealed {
                    let salt = sealed.salt.to_vec();
                    self.sealed.extend(args![position, stream.file.uuid(), salt, sealed.body.clone()]);
                }
                positions.push(position);
                ordinal += 1;
            }
            self.versions.insert(stream.stream, version);
            self.streams.push(stream.stream);
        }
        self.accepted.push(number);
        self.commands.insert(append.command, positions.clone());
        Outcome::Done(Appended { positions, duplicate: false })
    }

    /// Whether a command of this group that was taken in puts a row there that this one must not find.
    fn is_put(&self, append: &Prepared, appends: &[&Prepared]) -> bool {
        let changes = || self.accepted.iter().flat_map(|number| appends[*number].changes.iter());
        append.absent.iter().any(|row| changes().any(|change| row.is_put_by(change)))
    }

    fn refusal(&self, append: &Prepared) -> Option<Outcome> {
        // A command may grow a stream in two steps; the second then expects what the first leaves.
        let mut own: HashMap<StreamId, i64> = HashMap::new();
        let at = |stream| self.versions.get(&stream).copied().unwrap_or(0);
        for (stream, expected) in append.guards.iter().copied() {
            let found = at(stream);
            if found != expected {
                return Some(Outcome::Conflict { stream, expected, found });
            }
        }
        for stream in &append.streams {
            let found = own.get(&stream.stream).copied().unwrap_or_else(|| at(stream.stream));
            if found != stream.expected {
                return Some(Outcome::Conflict { stream: stream.stream, expected: stream.expected, found });
            }
            own.insert(stream.stream, found + stream.events.len() as i64);
        }
        append.keys.iter().find_map(|(file, key)| match self.keys.get(file) {
            Some(None) => Some(Outcome::Destroyed(*file)),
            Some(Some(stored)) if stored[..] != key.wrapped[..] => Some(Outcome::OtherKey(*file)),
            _ => None,
        })
    }

    async fn write(
        self,
        tx: &mut Tx,
        context: &Context,
        appends: &[&Prepared],
    ) -> Result<Option<Notice>, Fault> {
        if self.accepted.is_empty() {
            return Ok(None);
        }
        let statements = &context.statements;
        let insert = |head, columns| Insert::new(head, columns, "");
        let event =
            "insert into event (position, stream, version, kind, recorded_at, command, ordinal, entry, leaf)";
        statements.insert(tx, &insert(event, 9), self.events).await?;
        statements.insert(tx, &insert("insert into file_key (file, wrapped)", 2), self.new_keys).await?;
        statements
            .insert(tx, &insert("insert into sealed (position, file, salt, body)", 4), self.sealed)
            .await?;
        let (mut changes, mut jobs, mut checks) = (Vec::new(), Vec::new(), Vec::new());
        for append in self.accepted.iter().map(|number| appends[*number]) {
            changes.extend(append.changes.iter().cloned());
            jobs.extend(append.jobs.iter().cloned());
            checks.extend(append.checks.iter().cloned());
        }
        write_changes(tx, &context.tables, statements, changes).await?;
        statements.insert(tx, &insert("insert into job (id, kind, run_at, body, attempts)", 5), jobs).await?;
        let check = insert(wording_checks::INSERT, wording_checks::COLUMNS);
        statements.insert(tx, &check, checks).await?;
        let mut streams = self.streams;
        streams.sort_unstable();
        streams.dedup();
        let notice = Notice { head: self.head.position(), streams };
        self.head.store(tx).await?;
        Ok(Some(notice))
    }
}
