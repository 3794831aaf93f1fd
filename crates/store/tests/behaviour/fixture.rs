//! Invented streams, and a place to keep them.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use cf_kernel::{Actor, CommandId, FileId, ManualClock, Role, StreamId, TeamId, Timestamp, UserId};
use cf_sealing::MasterKey;
use cf_store::{
    Append, Column, Fault, Index, Kind, LogKey, NewEvent, Options, Recorded, Row, RowChanges, Store,
    StreamAppend, Table, Value,
};
use tempfile::TempDir;

pub(crate) type Behaviour = fn(Place) -> Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) const NOON: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

/// Where a database is, and the keys it is opened with.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    pub(crate) clock: ManualClock,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("record.db").display());
        Self { url, folder, clock: ManualClock::at(NOON) }
    }

    pub(crate) fn postgres(url: String) -> Self {
        Self { url, folder: TempDir::new().unwrap(), clock: ManualClock::at(NOON) }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite")
    }

    pub(crate) fn options(&self) -> Options {
        let mut options = Options::new(
            MasterKey::from_bytes(&[7; 32]),
            LogKey::new("childfirst.example", &[9; 32]).unwrap(),
        );
        options.clock = Arc::new(self.clock.clone());
        options.tables = vec![&CHILD_ROW, &EVENT_ROW];
        options.poll_every = std::time::Duration::from_millis(50);
        options
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, self.options()).await.unwrap()
    }
}

pub(crate) fn operator() -> Actor {
    Actor {
        user: UserId::from_uuid(uuid::Uuid::from_u128(11)),
        name: "Sam Operator".into(),
        role: Role::Operator,
        team: TeamId::from_uuid(uuid::Uuid::from_u128(12)),
    }
}

pub(crate) fn event(text: &str) -> NewEvent {
    NewEvent {
        event_type: "noted",
        form: 1,
        occurred_at: NOON.plus_minutes(-5),
        clear: format!(r#"{{"length":{}}}"#, text.len()).into_bytes(),
        private: text.as_bytes().to_vec(),
    }
}

pub(crate) fn stream() -> StreamId {
    StreamId::from_uuid(uuid::Uuid::now_v7())
}

pub(crate) fn file_of(stream: StreamId) -> FileId {
    FileId::from_uuid(stream.uuid())
}

/// A command that adds one event of each text to a stream, with its rows.
pub(crate) fn note(stream: StreamId, expected: i64, texts: &[&str]) -> Append {
    let lengths: Vec<i64> = texts.iter().map(|text| text.len() as i64).collect();
    let mut upserts: Vec<Row> =
        (expected + 1..).zip(&lengths).map(|(version, length)| event_row(stream, version, *length)).collect();
    upserts.push(child_row(stream, expected + texts.len() as i64, *lengths.last().unwrap_or(&0)));
    Append {
        command: CommandId::new(),
        actor: operator(),
        at: NOON,
        streams: vec![StreamAppend {
            stream,
            kind: "child",
            file: file_of(stream),
            expected,
            events: texts.iter().map(|text| event(text)).collect(),
            rows: RowChanges { upserts, deletes: Vec::new() },
        }],
        guards: Vec::new(),
        jobs: Vec::new(),
        drafts_done: Vec::new(),
    }
}

pub(crate) static CHILD_ROW: Table = Table {
    name: "child_row",
    version: 1,
    columns: &[
        Column::new("version", Kind::Int),
        Column::new("last_length", Kind::Int),
        Column::new("same_stream", Kind::Id),
        Column::new("short", Kind::Bool),
        Column::optional("share", Kind::Real),
        Column::optional("remark", Kind::Text),
    ],
    indexes: &[
        Index { columns: &["version", "last_length desc"], only: None },
        Index { columns: &["last_length"], only: Some("short = true") },
    ],
};

pub(crate) static EVENT_ROW: Table = Table {
    name: "event_row",
    version: 1,
    columns: &[Column::new("length", Kind::Int), Column::new("digest", Kind::Blob)],
    indexes: &[],
};

pub(crate) fn event_row(stream: StreamId, version: i64, length: i64) -> Row {
    let values = vec![length.into(), length.to_be_bytes().to_vec().into()];
    Row { table: &EVENT_ROW, stream, part: version.to_string(), values }
}

pub(crate) fn child_row(stream: StreamId, version: i64, length: i64) -> Row {
    let values = vec![
        version.into(),
        length.into(),
        stream.into(),
        (length < 5).into(),
        if length % 2 == 0 { Value::Null } else { Value::Real(length as f64 / 3.0) },
        (length > 3).then(|| format!("{length} letters")).into(),
    ];
    Row { table: &CHILD_ROW, stream, part: String::new(), values }
}

/// The rows of a stream, from its events.
pub(crate) fn fold(_kind: &str, stream: StreamId, events: &[Recorded]) -> Result<Vec<Row>, Fault> {
    let length = |event: &Recorded| {
        let clear: serde_json::Value = serde_json::from_slice(&event.clear).unwrap();
        clear["length"].as_i64().unwrap()
    };
    let mut rows: Vec<Row> =
        events.iter().map(|event| event_row(stream, event.version, length(event))).collect();
    if let Some(last) = events.last() {
        rows.push(child_row(stream, last.version, length(last)));
    }
    Ok(rows)
}
