//! Invented streams, and a place to keep them.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use cf_kernel::{Actor, CommandId, FileId, ManualClock, Role, StreamId, TeamId, Timestamp, UserId};
use cf_sealing::MasterKey;
use cf_store::{
    AccessEntry, Append, Column, Fault, Index, Kind, LogKey, NewEvent, Options, Recorded, Row, RowChanges,
    Store, StreamAppend, Table, Value,
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
        absent: Vec::new(),
        jobs: Vec::new(),
        checks: Vec::new(),
    }
}

pub(crate) static CHILD_ROW: Table = Table {
    name: "child_row",
    of: &["child", "incident"],
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
    of: &["child", "incident"],
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

pub(crate) fn looked(records: &[StreamId]) -> AccessEntry {
    AccessEntry {
        at: NOON,
        actor: operator(),
        session: None,
        action: "child.read".into(),
        records: records.to_vec(),
        purpose: "safeguarding".into(),
        reason: None,
        permitted: true,
        policies: "operator-reads".into(),
        request: "0190".into(),
    }
}

/// What somebody with the database in their hands can do to it.
pub(crate) enum RawDb {
    Lite(sqlx::SqlitePool),
    Pg(sqlx::PgPool),
}

/// A row: the condition that finds it again, and its columns as literals.
pub(crate) struct RawRow {
    pub(crate) key: String,
    pub(crate) position: Option<i64>,
    columns: Vec<(String, String)>,
}

impl RawDb {
    pub(crate) async fn open(place: &Place) -> Self {
        match place.url.strip_prefix("sqlite://") {
            Some(path) => Self::Lite(
                sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path))
                    .await
                    .unwrap(),
            ),
            None => Self::Pg(sqlx::PgPool::connect(&place.url).await.unwrap()),
        }
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.try_run(sql).await.unwrap();
    }

    async fn try_run(&self, sql: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Lite(pool) => sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.map(|_| ()),
            Self::Pg(pool) => sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.map(|_| ()),
        }
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<Option<String>> {
        match self {
            Self::Lite(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap(),
            Self::Pg(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap(),
        }
    }

    async fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Lite(_) => format!("select name from pragma_table_info('{table}')"),
            Self::Pg(_) => format!(
                "select column_name::text from information_schema.columns where table_name = '{table}' order by ordinal_position"
            ),
        };
        self.texts(&sql).await.into_iter().flatten().collect()
    }

    /// A row from the middle (`pick` 0) or the end (1) of a table.
    pub(crate) async fn pick(&self, table: &str, pick: i64) -> RawRow {
        let count: i64 = self.texts(&format!("select cast(count(*) as text) from {table}")).await[0]
            .clone()
            .unwrap()
            .parse()
            .unwrap();
        let columns = self.columns(table).await.join(", ");
        let offset = if pick == 0 { count / 2 } else { count - 1 };
        self.read(table, &format!("1 = 1 order by {columns} limit 1 offset {offset}")).await
    }

    pub(crate) async fn pick_where(&self, table: &str, condition: &str) -> RawRow {
        self.read(table, condition).await
    }

    async fn read(&self, table: &str, condition: &str) -> RawRow {
        let mut columns = Vec::new();
        for name in self.columns(table).await {
            let literal = match self {
                Self::Lite(_) => format!("quote({name})"),
                Self::Pg(_) => format!("quote_nullable({name})"),
            };
            let value = self.texts(&format!("select {literal} from {table} where {condition}")).await[0]
                .clone()
                .unwrap();
            columns.push((name, value));
        }
        let key: Vec<String> = columns.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let position = columns.iter().find(|(name, _)| name == "position");
        let position = position.map(|(_, value)| value.trim_matches('\'').parse().unwrap());
        RawRow { key: key.join(" and "), position, columns }
    }

    /// Changes one bit of a number, or one letter or half byte of anything else. Gives the condition that finds the
    /// row now; `None` when the database refuses.
    pub(crate) async fn flip(&self, table: &str, column: &str, row: &RawRow) -> Option<String> {
        let old = &row.columns.iter().find(|(name, _)| name == column).unwrap().1;
        let new = match old.trim_matches('\'').parse::<i64>() {
            Ok(number) => (number ^ (1 << 21)).to_string(),
            Err(_) => {
                let at = old.rfind(|c: char| c.is_ascii_alphanumeric()).unwrap();
                let other = if &old[at..=at] == "1" { "2" } else { "1" };
                format!("{}{other}{}", &old[..at], &old[at + 1..])
            }
        };
        self.try_run(&format!("update {table} set {column} = {new} where {}", row.key)).await.ok()?;
        let now = |(name, value): &(String, String)| {
            format!("{name} = {}", if name == column { &new } else { value })
        };
        Some(row.columns.iter().map(now).collect::<Vec<_>>().join(" and "))
    }

    /// Puts a row back as it was; `now` finds what became of it.
    pub(crate) async fn restore(&self, table: &str, row: &RawRow, now: &str) {
        let (names, values): (Vec<_>, Vec<_>) = row.columns.iter().cloned().unzip();
        self.run(&format!("delete from {table} where {now}")).await;
        self.run(&format!("insert into {table} ({}) values ({})", names.join(", "), values.join(", "))).await;
    }
}
