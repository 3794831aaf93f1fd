//! Makes all read rows again from the events, or checks that the rows there are the same.
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use cf_kernel::StreamId;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::write::arguments;
use super::{Kind, Row, Value};
use crate::db::{Arg, Db, Tx, args};
use crate::load::{Placed, Stored, open_event};
use crate::log::{Head, Log};
use crate::open::Inner;
use crate::statements::fixed;
use crate::{Fault, Recorded, Store, entry};

/// So many events are read at once.
const PAGE: i64 = 4_096;
/// So many pages may wait between two stages.
const AHEAD: usize = 2;

/// What a rebuild did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Folded {
    /// Streams folded.
    pub streams: u64,
    /// Events read.
    pub events: u64,
    /// Rows written or compared.
    pub rows: u64,
}

/// The first row that is not what the events say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its table.
    pub table: &'static str,
    /// Its stream.
    pub stream: StreamId,
    /// Its part.
    pub part: String,
    /// What is wrong with it: `missing`, `left over`, or the name of the column that differs.
    pub what: String,
}

impl Store {
    /// Makes all read rows again: `fold` gives the rows of a stream from its kind, its id and its events.
    ///
    /// One transaction: readers see the old rows until all new ones are there, and nothing is appended meanwhile.
    /// `progress` hears how many of how many events are done.
    ///
    /// # Errors
    /// [`Fault`] from the database or from `fold`; the old rows stay then.
    pub async fn rebuild<F>(&self, fold: F, mut progress: impl FnMut(u64, u64)) -> Result<Folded, Fault>
    where
        F: Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault> + Send + Sync + 'static,
    {
        self.undamaged()?;
        let inner = &self.inner;
        let mut tx = inner.write.begin().await?;
        let head = Head::lock(&mut tx, Log::Record).await?.position();
        for table in &inner.tables.all {
            tx.execute(fixed(format!("delete from {}", table.table.name)), vec![]).await?;
        }
        let mut folded = Folded::default();
        let mut chunks = fold_all(inner, Arc::new(fold));
        while let Some(chunk) = chunks.recv().await {
            let chunk = chunk?;
            folded.streams += chunk.streams.len() as u64;
            folded.events += chunk.events;
            folded.rows += insert(&mut tx, inner, chunk.rows).await?;
            progress(folded.events, head.unsigned_abs());
        }
        tx.execute("update row_table set needs_rebuild = $1", args![false]).await?;
        tx.commit().await?;
        inner.needs_rebuild.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(folded)
    }

    /// Compares all read rows with what the events say; names the first that differs.
    /// Nothing may be appended meanwhile, or what was just appended is reported.
    ///
    /// # Errors
    /// [`Fault`] from the database or from `fold`.
    pub async fn check_rows<F>(
        &self,
        fold: F,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Result<Folded, Difference>, Fault>
    where
        F: Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault> + Send + Sync + 'static,
    {
        let inner = &self.inner;
        let head = self.head().await?;
        let mut counted: HashMap<&str, i64> = HashMap::new();
        let mut folded = Folded::default();
        let mut chunks = fold_all(inner, Arc::new(fold));
        while let Some(chunk) = chunks.recv().await {
            let chunk = chunk?;
            folded.streams += chunk.streams.len() as u64;
            folded.events += chunk.events;
            folded.rows += chunk.rows.len() as u64;
            for row in &chunk.rows {
                *counted.entry(row.table.name).or_default() += 1;
            }
            let stored = stored_rows(&inner.read, inner, &chunk.streams).await?;
            if let Some(difference) = difference(stored, chunk.rows) {
                return Ok(Err(difference));
            }
            progress(folded.events, head.unsigned_abs());
        }
        for table in &inner.tables.all {
            let name = table.table.name;
            let count: Option<(i64,)> =
                inner.read.row(fixed(format!("select count(*) from {name}")), vec![]).await?;
            if count.map_or(0, |(count,)| count) != counted.get(name).copied().unwrap_or(0) {
                return self.left_over(name).await.map(Err);
            }
        }
        Ok(Ok(folded))
    }

    /// All read rows of one stream, by table and part.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    pub async fn rows_of(&self, stream: StreamId) -> Result<Vec<Row>, Fault> {
        stored_rows(&self.inner.read, &self.inner, &[stream]).await
    }

    async fn left_over(&self, table: &'static str) -> Result<Difference, Fault> {
        let row: Option<(Uuid, String)> = self
            .inner
            .read
            .row(
                fixed(format!(
                    "select stream, part from {table} t where not exists \
                     (select 1 from event e where e.stream = t.stream) order by stream, part limit 1"
                )),
                vec![],
            )
            .await?;
        let (stream, part) = row.unwrap_or_default();
        Ok(Difference { table, stream: StreamId::from_uuid(stream), part, what: "left over".into() })
    }
}

/// Whole streams and their rows.
struct Chunk {
    streams: Vec<StreamId>,
    events: u64,
    rows: Vec<Row>,
}

type Fold = dyn Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault> + Send + Sync;

/// Reads all events stream by stream and folds them, a few pages ahead of whoever asks.
fn fold_all(inner: &Arc<Inner>, fold: Arc<Fold>) -> mpsc::Receiver<Result<Chunk, Fault>> {
    let (send, receive) = mpsc::channel(AHEAD);
    let inner = inner.clone();
    tokio::spawn(async move {
        if let Err(fault) = fold_pages(&inner, fold, &send).await {
            let _ = send.send(Err(fault)).await;
        }
    });
    receive
}

async fn fold_pages(
    inner: &Arc<Inner>,
    fold: Arc<Fold>,
    send: &mpsc::Sender<Result<Chunk, Fault>>,
) -> Result<(), Fault> {
    let mut pages = read_pages(inner);
    let mut carried: Vec<Stored> = Vec::new();
    let mut more = true;
    while more {
        let page = pages.recv().await.transpose()?;
        more = page.is_some();
        carried.extend(page.unwrap_or_default());
        // The last stream may go on in the next page.
        let whole = if more { last_stream(&carried)? } else { carried.len() };
        let rest = carried.split_off(whole);
        let ready = std::mem::replace(&mut carried, rest);
        if ready.is_empty() {
            continue;
        }
        let files = ready
            .iter()
            .filter(|(_, body)| body.is_some())
            .map(|(bytes, _)| Ok(entry::parse(bytes)?.header.file));
        let mut files: Vec<_> = files.collect::<Result<_, Fault>>()?;
        files.sort_unstable();
        files.dedup();
        let keys = inner.keys.load(&inner.read, &inner.statements, files).await?;
        let fold = fold.clone();
        let chunk = tokio::task::spawn_blocking(move || {
            let opened = ready.into_iter().map(|(bytes, body)| open_event(&bytes, body, &keys));
            fold_chunk(&*fold, opened.collect::<Result<_, _>>()?)
        });
        if send.send(chunk.await.map_err(|_| Fault::Closed)?).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn read_pages(inner: &Arc<Inner>) -> mpsc::Receiver<Result<Vec<Stored>, Fault>> {
    let (send, receive) = mpsc::channel(AHEAD);
    let db = inner.read.clone();
    tokio::spawn(async move {
        let (mut stream, mut version) = (Uuid::nil(), 0_i64);
        loop {
            let page: Result<Vec<Stored>, Fault> = db
                .rows(
                    "select e.entry, s.body from event e left join sealed s on s.position = e.position \
                     where (e.stream, e.version) > ($1, $2) order by e.stream, e.version limit $3",
                    args![stream, version, PAGE],
                )
                .await
                .map_err(Fault::from);
            let last = match &page {
                Ok(page) => page.last().map(|(bytes, _)| entry::parse(bytes).map(|parsed| parsed.header)),
                Err(_) => None,
            };
            match last {
                Some(Ok(header)) => (stream, version) = (header.stream.uuid(), header.version),
                Some(Err(fault)) => return drop(send.send(Err(fault)).await),
                None if page.is_ok() => return,
                None => {}
            }
            let failed = page.is_err();
            if send.send(page).await.is_err() || failed {
                return;
            }
        }
    });
    receive
}

/// Where the last stream begins.
fn last_stream(events: &[Stored]) -> Result<usize, Fault> {
    let stream = |(bytes, _): &Stored| entry::parse(bytes).map(|parsed| parsed.header.stream);
    let Some(last) = events.last() else { return Ok(0) };
    let last = stream(last)?;
    for (at, event) in events.iter().enumerate().rev() {
        if stream(event)? != last {
            return Ok(at + 1);
        }
    }
    Ok(0)
}

fn fold_chunk(fold: &Fold, placed: Vec<Placed>) -> Result<Chunk, Fault> {
    let mut chunk = Chunk { streams: Vec::new(), events: placed.len() as u64, rows: Vec::new() };
    let mut placed = placed.into_iter().peekable();
    while let Some(first) = placed.next() {
        let (stream, kind) = (first.stream, first.kind);
        let mut events = vec![first.event];
        while let Some(next) = placed.next_if(|next| next.stream == stream) {
            events.push(next.event);
        }
        let rows = fold(&kind, stream, &events)?;
        if rows.iter().any(|row| row.stream != stream) {
            return Err(Fault::invalid("a row of another stream"));
        }
        chunk.streams.push(stream);
        chunk.rows.extend(rows);
    }
    Ok(chunk)
}

async fn insert(tx: &mut Tx, inner: &Inner, rows: Vec<Row>) -> Result<u64, Fault> {
    let count = rows.len() as u64;
    let mut by_table: BTreeMap<&str, Vec<Arg>> = BTreeMap::new();
    for row in rows {
        let args = by_table.entry(row.table.name).or_default();
        args.extend(args![row.stream.uuid(), row.part]);
        args.extend(arguments(row.table, row.values)?);
    }
    for (name, args) in by_table {
        let table = inner.tables.all.iter().find(|table| table.table.name == name);
        let table = table.ok_or_else(|| Fault::invalid(format!("table `{name}` was not declared")))?;
        inner.statements.insert(tx, &table.insert, args).await?;
    }
    Ok(count)
}

/// Puts these rows in place of all rows of a stream.
pub(crate) async fn replace_rows(
    tx: &mut Tx,
    inner: &Inner,
    stream: StreamId,
    rows: Vec<Row>,
) -> Result<(), Fault> {
    for table in &inner.tables.all {
        tx.execute(
            fixed(format!("delete from {} where stream = $1", table.table.name)),
            args![stream.uuid()],
        )
        .await?;
    }
    insert(tx, inner, rows).await?;
    Ok(())
}

/// The rows of these streams as they are stored, by table, stream and part.
async fn stored_rows(db: &Db, inner: &Inner, streams: &[StreamId]) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for table in inner.tables.all.iter().map(|table| table.table) {
        let kinds: Vec<Kind> = [Kind::Id, Kind::Text]
            .into_iter()
            .chain(table.columns.iter().map(|column| column.kind))
            .collect();
        let columns: String = table.columns.iter().map(|column| format!(", {}", column.name)).collect();
        for chunk in streams.chunks(256) {
            let places: Vec<String> = (1..=chunk.len()).map(|number| format!("${number}")).collect();
            let sql = format!(
                "select stream, part{columns} from {} where stream in ({}) order by stream, part",
                table.name,
                places.join(",")
            );
            let args = chunk.iter().map(|stream| Arg::from(stream.uuid())).collect();
            for mut values in db.values(fixed(sql), args, &kinds).await? {
                let rest = values.split_off(2);
                if let [Value::Id(stream), Value::Text(part)] = &values[..] {
                    let (stream, part) = (StreamId::from_uuid(*stream), part.clone());
                    rows.push(Row { table, stream, part, values: rest });
                }
            }
        }
    }
    Ok(rows)
}

fn difference(stored: Vec<Row>, folded: Vec<Row>) -> Option<Difference> {
    let name = |row: &Row| (row.stream, row.table.name, row.part.clone());
    let stored: BTreeMap<_, _> = stored.into_iter().map(|row| (name(&row), row)).collect();
    let folded: BTreeMap<_, _> = folded.into_iter().map(|row| (name(&row), row)).collect();
    let differs = |row: &Row, what: String| {
        Some(Difference { table: row.table.name, stream: row.stream, part: row.part.clone(), what })
    };
    for (name, row) in &folded {
        let Some(there) = stored.get(name) else { return differs(row, "missing".into()) };
        let mut columns = row.table.columns.iter().zip(row.values.iter().zip(&there.values));
        if let Some((column, _)) = columns.find(|(_, (ours, theirs))| ours != theirs) {
            return differs(row, column.name.into());
        }
    }
    stored
        .iter()
        .find(|(name, _)| !folded.contains_key(*name))
        .and_then(|(_, row)| differs(row, "left over".into()))
}
