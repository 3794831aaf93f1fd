//! Everything that can be done to an append before the lock: checks, sealing, rendering.
use std::collections::HashMap;
use std::sync::Arc;

use cf_kernel::{CommandId, FileId, Role, StreamId, TeamId, Timestamp, UserId};

use crate::absent::Absent;
use crate::db::{Arg, args};
use crate::entry::{Header, is_code};
use crate::keys::{FileKey, Found};
use crate::rows::Change;
use crate::{Append, AppendError, Fault, NewEvent, Store, WordingCheck};

/// From this many events on, sealing leaves the async thread.
const MANY: usize = 64;
/// The longest body of one event. Attachments are not events.
const LONGEST: usize = 8 << 20;

/// An append that was checked, not yet sealed. Cheap to clone: the events are shared.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    command: CommandId,
    user: UserId,
    role: Role,
    team: TeamId,
    at: Timestamp,
    streams: Arc<Vec<CheckedStream>>,
    events: usize,
    guards: Arc<Vec<(StreamId, i64)>>,
    absent: Arc<Vec<Absent>>,
    jobs: Arc<Vec<Arg>>,
    checks: Arc<Vec<Arg>>,
    changes: Arc<Vec<Change>>,
}

#[derive(Debug)]
struct CheckedStream {
    stream: StreamId,
    kind: &'static str,
    file: FileId,
    expected: i64,
    events: Vec<NewEvent>,
}

/// An append ready to be written.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) command: CommandId,
    pub(crate) at: Timestamp,
    pub(crate) streams: Vec<PreparedStream>,
    pub(crate) events: usize,
    pub(crate) guards: Arc<Vec<(StreamId, i64)>>,
    pub(crate) absent: Arc<Vec<Absent>>,
    /// The arguments of job rows, one row after the other.
    pub(crate) jobs: Arc<Vec<Arg>>,
    /// The arguments of rows about wording, one row after the other.
    pub(crate) checks: Arc<Vec<Arg>>,
    pub(crate) changes: Arc<Vec<Change>>,
    /// The files something was sealed for, and the key it was sealed with.
    pub(crate) keys: Vec<(FileId, FileKey)>,
}

#[derive(Debug)]
pub(crate) struct PreparedStream {
    pub(crate) stream: StreamId,
    pub(crate) kind: &'static str,
    pub(crate) file: FileId,
    pub(crate) expected: i64,
    pub(crate) events: Vec<PreparedEvent>,
}

#[derive(Debug)]
pub(crate) struct PreparedEvent {
    /// The entry after its position line.
    pub(crate) rendered: Vec<u8>,
    pub(crate) sealed: Option<SealedBody>,
}

#[derive(Debug)]
pub(crate) struct SealedBody {
    pub(crate) salt: [u8; 32],
    pub(crate) body: Vec<u8>,
}

/// What a sealed body belongs to: it opens in no other place.
pub(crate) fn sealed_for(stream: StreamId, version: i64) -> [u8; 40] {
    let mut place = [0; 40];
    place[..16].copy_from_slice(b"cf-store/event/1");
    place[16..32].copy_from_slice(stream.uuid().as_bytes());
    place[32..].copy_from_slice(&version.to_be_bytes());
    place
}

pub(crate) fn check(store: &Store, append: Append) -> Result<Checked, AppendError> {
    let mut changes = Vec::new();
    let mut streams = Vec::with_capacity(append.streams.len());
    let mut events = 0;
    for stream in append.streams {
        let codes = stream.events.iter().map(|event| event.event_type).chain([stream.kind]);
        if let Some(code) = codes.into_iter().find(|code| !is_code(code)) {
            return Err(Fault::invalid(format!("`{code}` as a code")).into());
        }
        if stream.events.iter().any(|event| event.clear.len().max(event.private.len()) > LONGEST) {
            return Err(Fault::invalid("an event of more than 8 MB").into());
        }
        if stream.expected < 0 {
            return Err(Fault::invalid("a version below 0").into());
        }
        changes.extend(store.inner.tables.changes(stream.stream, stream.kind, stream.rows)?);
        events += stream.events.len();
        streams.push(CheckedStream {
            stream: stream.stream,
            kind: stream.kind,
            file: stream.file,
            expected: stream.expected,
            events: stream.events,
        });
    }
    if events == 0 {
        return Err(Fault::invalid("a command without events").into());
    }
    let absent = append.absent.into_iter().map(|row| row.check(store)).collect::<Result<_, _>>()?;
    let mut jobs = Vec::with_capacity(append.jobs.len() * 5);
    for job in append.jobs {
        jobs.extend(args![uuid::Uuid::now_v7(), job.kind, job.run_at.micros(), job.body, 0_i64]);
    }
    Ok(Checked {
        command: append.command,
        user: append.actor.user,
        role: append.actor.role,
        team: append.actor.team,
        at: append.at,
        streams: Arc::new(streams),
        events,
        guards: Arc::new(append.guards),
        absent: Arc::new(absent),
        jobs: Arc::new(jobs),
        checks: Arc::new(append.checks.into_iter().flat_map(WordingCheck::args).collect()),
        changes: Arc::new(changes),
    })
}

/// Seals and renders. Gives the append back as well, in case it has to be sealed with another key.
pub(crate) async fn seal(store: &Store, checked: Checked) -> Result<(Prepared, Checked), AppendError> {
    let files =
        checked.streams.iter().filter(|stream| stream.events.iter().any(|event| !event.private.is_empty()));
    let files: Vec<FileId> = files.map(|stream| stream.file).collect();
    let found =
        store.inner.keys.load(&store.inner.read, &store.inner.statements, files.iter().copied()).await?;
    let mut keys: HashMap<FileId, FileKey> = HashMap::with_capacity(files.len());
    for file in files {
        match found.get(&file) {
            Some(Found::Destroyed) => return Err(AppendError::Destroyed { file }),
            Some(Found::Key(key)) => keys.entry(file).or_insert_with(|| key.clone()),
            None => keys.entry(file).or_insert_with(|| store.inner.keys.make(file)),
        };
    }
    if checked.events < MANY {
        return Ok((render(&checked, keys)?, checked));
    }
    let work = checked.clone();
    let prepared =
        tokio::task::spawn_blocking(move || render(&work, keys)).await.map_err(|_| Fault::Closed)??;
    Ok((prepared, checked))
}

fn render(checked: &Checked, keys: HashMap<FileId, FileKey>) -> Result<Prepared, Fault> {
    let mut rng = rand::rng();
    let mut ordinal = 0;
    let mut streams = Vec::with_capacity(checked.streams.len());
    for stream in checked.streams.iter() {
        let mut events = Vec::with_capacity(stream.events.len());
        for (version, event) in (stream.expected + 1..).zip(&stream.events) {
            let sealed = if event.private.is_empty() {
                None
            } else {
                let key = keys.get(&stream.file).ok_or_else(|| Fault::sealing("a file without a key"))?;
                let body = key.key.seal(&sealed_for(stream.stream, version), &event.private, &mut rng);
                let mut salt = [0; 32];
                rand::Rng::fill_bytes(&mut rng, &mut salt);
                Some(SealedBody { salt, body })
            };
            let header = Header {
                stream: stream.stream,
                version,
                kind: stream.kind,
                event_type: event.event_type,
                form: event.form,
                file: stream.file,
                occurred_at: event.occurred_at,
                recorded_at: checked.at,
                user: checked.user,
                role: checked.role,
                team: checked.team,
                command: checked.command,
                ordinal,
                commitment: sealed.as_ref().map(|sealed| cf_sealing::commitment(&sealed.salt, &sealed.body)),
            };
            events.push(PreparedEvent { rendered: header.render(&event.clear), sealed });
            ordinal += 1;
        }
        let CheckedStream { stream, kind, file, expected, .. } = *stream;
        streams.push(PreparedStream { stream, kind, file, expected, events });
    }
    Ok(Prepared {
        command: checked.command,
        at: checked.at,
        streams,
        events: checked.events,
        guards: checked.guards.clone(),
        absent: checked.absent.clone(),
        jobs: checked.jobs.clone(),
        checks: checked.checks.clone(),
        changes: checked.changes.clone(),
        keys: keys.into_iter().collect(),
    })
}
