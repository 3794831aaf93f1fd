//! Streams as states, and decisions as appends.
use cf_kernel::{CommandId, FileId, StreamId, Timestamp};
use cf_store::{
    Append, NewEvent, NoRow, Recorded, RowChanges, Rowed, StreamAppend, encode, known_at, state_of,
};

use crate::{App, Caller, Problem};

/// A stream folded, at a version.
#[derive(Debug, Clone)]
pub(crate) struct Loaded<D: Rowed> {
    pub(crate) stream: StreamId,
    pub(crate) version: i64,
    pub(crate) state: D::State,
}

impl<D: Rowed> Loaded<D>
where
    D::State: Clone,
{
    /// The stream before its first event.
    pub(crate) fn new(stream: StreamId) -> Self {
        Self { stream, version: 0, state: D::initial() }
    }

    /// What a decision leaves behind: its events encoded, and the rows that differ.
    pub(crate) fn grow(
        &self,
        file: FileId,
        events: &[D::Event],
        occurred_at: impl Fn(&D::Event) -> Option<Timestamp>,
        now: Timestamp,
    ) -> Result<StreamAppend, Problem> {
        let next = events.iter().fold(self.state.clone(), D::evolve);
        let rows = RowChanges::between(&D::rows(self.stream, &self.state), &D::rows(self.stream, &next));
        let mut new = Vec::with_capacity(events.len());
        for event in events {
            let encoded = encode::<D>(event)?;
            new.push(NewEvent {
                event_type: encoded.event_type,
                form: encoded.form,
                occurred_at: occurred_at(event).unwrap_or(now),
                clear: encoded.clear,
                private: encoded.private,
            });
        }
        Ok(StreamAppend {
            stream: self.stream,
            kind: D::KIND,
            file,
            expected: self.version,
            events: new,
            rows,
        })
    }
}

/// These events as a state. The id of another kind of record is no record of this kind.
fn folded<D: Rowed>(stream: StreamId, events: &[Recorded]) -> Result<Loaded<D>, Problem> {
    let begins = |event: &Recorded| D::FORMS.iter().any(|(name, _)| *name == event.event_type);
    if !events.first().is_none_or(begins) {
        return Err(Problem::NotFound);
    }
    Ok(Loaded {
        stream,
        version: events.last().map_or(0, |event| event.version),
        state: state_of::<D>(events)?,
    })
}

impl App {
    /// The stream as it stands.
    pub(crate) async fn load<D: Rowed>(&self, stream: StreamId) -> Result<Loaded<D>, Problem> {
        folded(stream, &self.store.load(stream).await?)
    }

    /// The stream as it was known at a moment.
    pub(crate) async fn load_as_at<D: Rowed>(
        &self,
        stream: StreamId,
        at: Timestamp,
    ) -> Result<Loaded<D>, Problem> {
        folded(stream, &self.store.load_as_at(stream, at).await?)
    }

    /// Several streams, in this order, as they stand or as they were known at a moment. Those that are of another kind,
    /// or not there, are left out.
    pub(crate) async fn load_each<D: Rowed>(
        &self,
        streams: &[StreamId],
        at: Option<Timestamp>,
    ) -> Result<Vec<Loaded<D>>, Problem> {
        let mut events = self.store.load_many(streams).await?;
        let mut loaded = Vec::with_capacity(streams.len());
        for stream in streams {
            let mut events = events.remove(stream).unwrap_or_default();
            if let Some(at) = at {
                known_at(&mut events, at);
            }
            match folded(*stream, &events) {
                Ok(found) => loaded.push(found),
                Err(Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(loaded)
    }

    /// Records what a command decided, with words the writer keeps; words that blame a child and have no decision are
    /// refused here, whatever form or program they come from. `true` when the same command had been recorded before.
    pub(crate) async fn record(
        &self,
        caller: &Caller,
        command: CommandId,
        now: Timestamp,
        streams: Vec<StreamAppend>,
    ) -> Result<bool, Problem> {
        self.record_unless(caller, command, now, streams, Vec::new()).await
    }

    /// The same, unless one of these rows is there when it is written: that is a conflict, and nothing is written.
    pub(crate) async fn record_unless(
        &self,
        caller: &Caller,
        command: CommandId,
        now: Timestamp,
        mut streams: Vec<StreamAppend>,
        absent: Vec<NoRow>,
    ) -> Result<bool, Problem> {
        let entries = crate::wording::entries(self, &streams);
        let kept = self.keep_wording(caller, command, now, &entries).await?;
        let checks = crate::wording::checks(self, caller, now, &entries);
        drop(entries);
        streams.extend(kept);
        let append = Append {
            command,
            actor: caller.actor.clone(),
            at: now,
            streams,
            guards: Vec::new(),
            absent,
            jobs: Vec::new(),
            checks,
        };
        Ok(self.store.append(append).await?.duplicate)
    }
}
