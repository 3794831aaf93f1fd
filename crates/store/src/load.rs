//! Reads streams back: whole, as at a moment, several at once, or page by page through everything.
use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use cf_kernel::{FileId, Role, StreamId, TeamId, Timestamp, UserId};
use uuid::Uuid;

use crate::db::{Arg, args};
use crate::keys::Found;
use crate::{Fault, Store, entry, prepare};

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the log, from 1.
    pub position: i64,
    /// Its place in the stream, from 1.
    pub version: i64,
    /// The event's type.
    pub event_type: String,
    /// The version of its stored form.
    pub form: i32,
    /// When it happened, as told.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who decided, in which role, for which team.
    pub actor: (UserId, Role, TeamId),
    /// The clear body.
    pub clear: Vec<u8>,
    /// The private body; `None` when there was none or it was destroyed.
    pub private: Option<Vec<u8>>,
}

/// An event with what `page` and rebuilding need to know beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The stream.
    pub stream: StreamId,
    /// The stream's kind.
    pub kind: String,
    /// The case file.
    pub file: FileId,
    /// The event.
    pub event: Recorded,
}

/// Entry and sealed body.
pub(crate) type Stored = (Vec<u8>, Option<Vec<u8>>);

impl Store {
    /// The position of the last event, 0 without any.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn head(&self) -> Result<i64, Fault> {
        let row: Option<(i64,)> = self.inner.read.row(crate::log::RECORD_HEAD, vec![]).await?;
        row.map(|(size,)| size).ok_or_else(|| Fault::unreadable("the head of the record log"))
    }

    /// All events of a stream; none when there is no such stream.
    ///
    /// # Errors
    /// [`Fault`] from the database, or for an event that cannot be read.
    #[boxed]
    pub async fn load(&self, stream: StreamId) -> Result<Vec<Recorded>, Fault> {
        let rows = self
            .stored(
                "select e.entry, s.body from event e left join sealed s on s.position = e.position \
                 where e.stream = $1 order by e.version",
                args![stream.uuid()],
            )
            .await?;
        Ok(self.open_events(rows).await?.into_iter().map(|placed| placed.event).collect())
    }

    /// The events of a stream as they were known at a moment: up to the first one recorded later.
    ///
    /// # Errors
    /// As [`Store::load`].
    #[boxed]
    pub async fn load_as_at(&self, stream: StreamId, at: Timestamp) -> Result<Vec<Recorded>, Fault> {
        let mut events = self.load(stream).await?;
        known_at(&mut events, at);
        Ok(events)
    }

    /// All events of several streams. Streams that do not exist are absent.
    ///
    /// # Errors
    /// As [`Store::load`].
    #[boxed]
    pub async fn load_many(&self, streams: &[StreamId]) -> Result<HashMap<StreamId, Vec<Recorded>>, Fault> {
        let ids: Vec<Arg> = streams.iter().map(|stream| Arg::from(stream.uuid())).collect();
        let mut loaded: HashMap<StreamId, Vec<Recorded>> = HashMap::new();
        for chunk in ids.chunks(256) {
            let (sql, args) = self.inner.statements.list(
                self.database(),
                "select e.entry, s.body from event e left join sealed s on s.position = e.position \
                 where e.stream in ",
                "order by e.stream, e.version",
                chunk,
            );
            let rows = self.inner.read.rows(sql, args).await?;
            for placed in self.open_events(rows).await? {
                loaded.entry(placed.stream).or_default().push(placed.event);
            }
        }
        Ok(loaded)
    }

    /// The versions of streams, without reading their events. Streams that do not exist are absent: version 0.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn versions(&self, streams: &[StreamId]) -> Result<HashMap<StreamId, i64>, Fault> {
        let ids: Vec<Arg> = streams.iter().map(|stream| Arg::from(stream.uuid())).collect();
        let mut found = HashMap::new();
        for chunk in ids.chunks(256) {
            let (sql, args) = self.inner.statements.list(
                self.database(),
                "select stream, max(version) from event where stream in ",
                "group by stream",
                chunk,
            );
            let rows: Vec<(Uuid, i64)> = self.inner.read.rows(sql, args).await?;
            found.extend(rows.into_iter().map(|(stream, version)| (StreamId::from_uuid(stream), version)));
        }
        Ok(found)
    }

    /// Events in the order of the log, after `position`.
    ///
    /// # Errors
    /// As [`Store::load`].
    #[boxed]
    pub async fn page(&self, position: i64, limit: u32) -> Result<Vec<Placed>, Fault> {
        let rows = self
            .stored(
                "select e.entry, s.body from event e left join sealed s on s.position = e.position \
                 where e.position > $1 order by e.position limit $2",
                args![position, i64::from(limit)],
            )
            .await?;
        self.open_events(rows).await
    }

    /// Streams of one kind in the order of their ids, after `after`.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn streams_page(
        &self,
        kind: &str,
        after: Option<StreamId>,
        limit: u32,
    ) -> Result<Vec<StreamId>, Fault> {
        let after = after.map_or(Uuid::nil(), StreamId::uuid);
        let rows: Vec<(Uuid,)> = self
            .inner
            .read
            .rows(
                "select stream from event where kind = $1 and version = 1 and stream > $2 order by stream limit $3",
                args![kind, after, i64::from(limit)],
            )
            .await?;
        Ok(rows.into_iter().map(|(id,)| StreamId::from_uuid(id)).collect())
    }

    async fn stored(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<Stored>, Fault> {
        Ok(self.inner.read.rows(sql, args).await?)
    }

    /// Takes entries apart and opens what is sealed.
    pub(crate) async fn open_events(&self, rows: Vec<Stored>) -> Result<Vec<Placed>, Fault> {
        let mut files = Vec::new();
        for (bytes, sealed) in &rows {
            if sealed.is_some() {
                let file = entry::parse(bytes)?.header.file;
                if files.last() != Some(&file) {
                    files.push(file);
                }
            }
        }
        let keys = self.inner.keys.load(&self.inner.read, &self.inner.statements, files).await?;
        rows.iter().map(|(bytes, sealed)| open_event(bytes, sealed.as_deref(), &keys)).collect()
    }
}

/// Leaves of a stream's events those known at a moment: up to the first one recorded later.
pub fn known_at(events: &mut Vec<Recorded>, at: Timestamp) {
    let known = events.iter().take_while(|event| event.recorded_at <= at).count();
    events.truncate(known);
}

/// One entry taken apart, its sealed body opened.
pub(crate) fn open_event(
    bytes: &[u8],
    sealed: Option<&[u8]>,
    keys: &HashMap<FileId, Found>,
) -> Result<Placed, Fault> {
    let parsed = entry::parse(bytes)?;
    open_parsed(&parsed, sealed, keys.get(&parsed.header.file))
}

/// The same of an entry that was taken apart, with what there is for its file.
pub(crate) fn open_parsed(
    parsed: &entry::Parsed<'_>,
    sealed: Option<&[u8]>,
    key: Option<&Found>,
) -> Result<Placed, Fault> {
    let header = parsed.header;
    let private = match (sealed, key) {
        (None, _) | (Some(_), Some(Found::Destroyed)) => None,
        (Some(body), Some(Found::Key(key))) => Some(
            key.key
                .unseal(&prepare::sealed_for(header.stream, header.version), body)
                .map_err(|_| Fault::sealing(format!("the private body of event {}", parsed.position)))?,
        ),
        (Some(_), None) => {
            return Err(Fault::sealing(format!("event {}: its key is missing", parsed.position)));
        }
    };
    Ok(Placed {
        stream: header.stream,
        kind: header.kind.to_owned(),
        file: header.file,
        event: Recorded {
            position: parsed.position,
            version: header.version,
            event_type: header.event_type.to_owned(),
            form: header.form,
            occurred_at: header.occurred_at,
            recorded_at: header.recorded_at,
            actor: (header.user, header.role, header.team),
            clear: parsed.clear.to_vec(),
            private,
        },
    })
}
