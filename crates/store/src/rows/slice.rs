//! A slice of the record, folded: the streams that begin between two positions, with all their events, at one moment.
//!
//! Streams are taken in the order in which they begin, so that the file is read from front to back. Most events of a stream
//! stand near its first; the others are looked up.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cf_kernel::{FileId, StreamId};
use foldhash::fast::RandomState;
use tokio::task::JoinHandle;

use super::compare::{Comparison, Counted};
use super::write::TableSql;
use super::{Difference, Row, RowChanges};
use crate::bulk::{Bulk, Moment, Rows};
use crate::db::{Arg, Database, Db, Tx, args};
use crate::keys::Found;
use crate::load::{Placed, open_parsed};
use crate::log::RECORD_HEAD;
use crate::open::Inner;
use crate::packed::Field::Bytes;
use crate::packed::{Packed, Packing};
use crate::statements::fixed;
use crate::{Fault, Recorded, entry};

/// So many positions are in a slice.
pub(super) const WIDTH: i64 = 2_048;
/// So many streams are asked for in one statement.
const TOGETHER: usize = 256;

/// What gives the rows of a stream from its kind, its id and its events.
pub(super) type Fold = dyn Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault> + Send + Sync;

/// Streams, and how the rows that are stored of them differ from what their events say.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) from: i64,
    /// In order.
    pub(super) streams: Vec<StreamId>,
    pub(super) events: u64,
    pub(super) counted: Counted,
    pub(super) difference: Option<Difference>,
    /// What is to be written; all rows when those there are cannot be read.
    pub(super) changes: RowChanges,
    /// Whether the rows there are can be read.
    pub(super) readable: bool,
    /// The size of the record when all this was read.
    pub(super) record: i64,
}

const BEGUN: Packing = Packing {
    fields: &[Bytes, Bytes],
    sqlite: "select e.entry, s.body from event e left join sealed s on s.position = e.position \
             where e.position > ?1 and e.position <= ?2",
    postgres: "select string_agg(int4send(length(e.entry)) || e.entry \
               || coalesce(int4send(length(s.body)) || s.body, int4send(-1)), ''::bytea order by e.position) \
               from event e left join sealed s on s.position = e.position where e.position > $1 and e.position <= $2",
};

/// Events beyond the slice of streams that begin in it. SQLite joins in the order given when it is told to.
const LATER: Packing = Packing {
    fields: &[Bytes, Bytes],
    sqlite: "select e.entry, s.body from event b \
             cross join event e on e.stream = b.stream and e.version > 1 and e.position > ?2 \
             left join sealed s on s.position = e.position \
             where b.position > ?1 and b.position <= ?2 and b.version = 1",
    postgres: "select string_agg(int4send(length(e.entry)) || e.entry \
               || coalesce(int4send(length(s.body)) || s.body, int4send(-1)), ''::bytea order by e.position) \
               from event b join event e on e.stream = b.stream and e.version > 1 and e.position > $2 \
               left join sealed s on s.position = e.position \
               where b.position > $1 and b.position <= $2 and b.version = 1",
};

/// The events of the streams that begin in a slice.
#[derive(Default)]
struct Gathered {
    begun: HashSet<StreamId, RandomState>,
    placed: Vec<Placed>,
}

impl Gathered {
    /// Takes entries and bodies in, each opened with the key `key` gives for its file.
    fn take(
        &mut self,
        rows: &mut dyn Rows,
        key: &mut dyn FnMut(FileId) -> Result<Option<Found>, Fault>,
    ) -> Result<(), Fault> {
        while rows.step()? {
            let parsed = entry::parse(rows.bytes(0).unwrap_or_default())?;
            let header = parsed.header;
            if header.version == 1 {
                self.begun.insert(header.stream);
            } else if !self.begun.contains(&header.stream) {
                // Streams that began earlier belong to an earlier slice.
                continue;
            }
            let body = rows.bytes(1);
            let key = if body.is_some() { key(header.file)? } else { None };
            self.placed.push(open_parsed(&parsed, body, key.as_ref())?);
        }
        Ok(())
    }

    /// What the rows of these streams are to be, beside what they are: `stored` shows those to a comparison.
    fn compared(
        self,
        fold: &Fold,
        stored: impl FnOnce(&Kinds, &mut Comparison) -> Result<(), Fault>,
    ) -> Result<Slice, Fault> {
        let events = self.placed.len() as u64;
        let (kinds, folded) = fold_streams(fold, self.placed)?;
        let mut comparison = Comparison::of(folded);
        let counted = comparison.counted();
        let readable = match stored(&kinds, &mut comparison) {
            Ok(()) => true,
            // A value that was tampered with, say, is no reason to stop. A connection that is gone shows again soon enough.
            Err(Fault::Database(_) | Fault::Unreadable { .. }) => false,
            Err(fault) => return Err(fault),
        };
        let difference = if readable { comparison.difference() } else { None };
        let changes = if readable { comparison.changes() } else { comparison.all() };
        let mut streams: Vec<StreamId> = kinds.into_values().flatten().collect();
        streams.sort_unstable();
        Ok(Slice { from: 0, streams, events, counted, difference, changes, readable, record: 0 })
    }
}

impl Slice {
    /// Begins to read the streams that begin after `from`, up to `to`.
    pub(super) fn begin(
        inner: &Arc<Inner>,
        fold: &Arc<Fold>,
        from: i64,
        to: i64,
    ) -> JoinHandle<Result<Self, Fault>> {
        let (inner, fold) = (inner.clone(), fold.clone());
        tokio::spawn(async move { Self::read(&inner, fold, from, to).await })
    }

    /// Reads them now.
    pub(super) async fn read(inner: &Arc<Inner>, fold: Arc<Fold>, from: i64, to: i64) -> Result<Self, Fault> {
        match &inner.bulk {
            Bulk::Lite(file) => {
                let inner = inner.clone();
                file.look(move |look| Self::of_file(look, &inner, &*fold, from, to)).await
            }
            Bulk::Pg(pool) => Self::of_server(&Db::Pg(pool.clone()), inner, fold, from, to).await,
        }
    }

    fn of_file(look: &Moment<'_>, inner: &Inner, fold: &Fold, from: i64, to: i64) -> Result<Self, Fault> {
        let record = look.number(RECORD_HEAD)?.unwrap_or(0);
        // Not remembered for others: what is destroyed meanwhile must not come back.
        let mut keys: HashMap<FileId, Option<Found>, RandomState> = HashMap::default();
        let mut key = |file| {
            if let Some(found) = keys.get(&file) {
                return Ok(found.clone());
            }
            let found = match look.wrapped(file)? {
                Some(Some(wrapped)) => Some(Found::Key(inner.keys.unwrap(file, wrapped)?)),
                Some(None) => Some(Found::Destroyed),
                None => None,
            };
            keys.insert(file, found.clone());
            Ok(found)
        };
        let (args, mut gathered) = ([from.into(), to.into()], Gathered::default());
        look.each(BEGUN.sqlite, &args, |rows| gathered.take(rows, &mut key))?;
        look.each(LATER.sqlite, &args, |rows| gathered.take(rows, &mut key))?;
        let slice = gathered.compared(fold, |kinds, comparison| {
            for table in &inner.tables.all {
                let streams = of_table(kinds, table);
                if streams.is_empty() || look.number(table.any.as_str())?.is_none() {
                    continue;
                }
                comparison.begin(table.table);
                for (sql, args) in questions(inner, Database::Sqlite, table, &streams) {
                    look.show(sql.as_str(), &args, |row| comparison.stored(row))?;
                }
            }
            Ok(())
        })?;
        Ok(Self { from, record, ..slice })
    }

    async fn of_server(
        pool: &Db,
        inner: &Arc<Inner>,
        fold: Arc<Fold>,
        from: i64,
        to: i64,
    ) -> Result<Self, Fault> {
        let mut tx = pool.begin_reading().await?;
        let head: Option<(i64,)> = tx.row(RECORD_HEAD, vec![]).await?;
        let begun = Packed::of(tx.row(BEGUN.postgres, args![from, to]).await?);
        let later = Packed::of(tx.row(LATER.postgres, args![from, to]).await?);
        let (kinds, files) = named([&begun, &later])?;
        let stored = stored_rows(&mut tx, inner, |table| of_table(&kinds, table)).await;
        drop(tx);
        let keys = inner.keys.load(&inner.read, &inner.statements, files).await?;
        let work = move || {
            let mut key = |file| Ok(keys.get(&file).cloned());
            let mut gathered = Gathered::default();
            gathered.take(&mut begun.rows(&BEGUN), &mut key)?;
            gathered.take(&mut later.rows(&LATER), &mut key)?;
            gathered.compared(&*fold, |_, comparison| {
                for rows in stored?.chunk_by(|one, other| one.table.name == other.table.name) {
                    comparison.begin(rows[0].table);
                    rows.iter().try_for_each(|row| comparison.stored(row))?;
                }
                Ok(())
            })
        };
        let slice = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Closed)??;
        Ok(Self { from, record: head.map_or(0, |(size,)| size), ..slice })
    }
}

/// Streams by their kind.
type Kinds = BTreeMap<String, Vec<StreamId>>;

/// Those of them that may have rows in a table.
fn of_table(kinds: &Kinds, table: &TableSql) -> Vec<StreamId> {
    let held = kinds.iter().filter(|(kind, _)| table.table.holds(kind));
    held.flat_map(|(_, streams)| streams.iter().copied()).collect()
}

fn sort_in(kinds: &mut Kinds, kind: &str, stream: StreamId) {
    match kinds.get_mut(kind) {
        Some(streams) => streams.push(stream),
        None => drop(kinds.insert(kind.to_owned(), vec![stream])),
    }
}

/// The streams that begin in a slice, and the case files whose keys its events need.
fn named(packed: [&Packed; 2]) -> Result<(Kinds, Vec<FileId>), Fault> {
    let (mut kinds, mut files) = (Kinds::new(), Vec::new());
    for packed in packed {
        let mut rows = packed.rows(&BEGUN);
        while rows.step()? {
            let header = entry::parse(rows.bytes(0).unwrap_or_default())?.header;
            if header.version == 1 {
                sort_in(&mut kinds, header.kind, header.stream);
            }
            if rows.bytes(1).is_some() {
                files.push(header.file);
            }
        }
    }
    files.sort_unstable();
    files.dedup();
    Ok((kinds, files))
}

/// The streams of these events, and their rows.
fn fold_streams(fold: &Fold, mut placed: Vec<Placed>) -> Result<(Kinds, Vec<Row>), Fault> {
    placed.sort_unstable_by_key(|placed| (placed.stream, placed.event.version));
    let (mut kinds, mut folded) = (Kinds::new(), Vec::new());
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
        if let Some(row) = rows.iter().find(|row| !row.table.holds(&kind)) {
            return Err(Fault::invalid(format!("`{}` holds no rows of a `{kind}`", row.table.name)));
        }
        sort_in(&mut kinds, &kind, stream);
        folded.extend(rows);
    }
    Ok((kinds, folded))
}

/// Rows as they are stored, by table, stream and part: in each table those of the streams that are asked for there.
pub(super) async fn stored_rows(
    tx: &mut Tx,
    inner: &Inner,
    asked: impl Fn(&TableSql) -> Vec<StreamId>,
) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for table in &inner.tables.all {
        let streams = asked(table);
        // Half of the tables may be empty where one kind of record is imported, and a look for each stream costs.
        if tx.row::<(i64,)>(table.any.clone(), vec![]).await?.is_none() {
            continue;
        }
        for (sql, args) in questions(inner, tx.kind(), table, &streams) {
            let found = tx.values(sql, args, &table.kinds()).await?;
            rows.extend(found.into_iter().filter_map(|values| table.row(values)));
        }
    }
    Ok(rows)
}

/// What is asked for the rows of streams in one table.
fn questions(
    inner: &Inner,
    kind: Database,
    table: &TableSql,
    streams: &[StreamId],
) -> Vec<(sqlx::SqlStr, Vec<Arg>)> {
    let ids: Vec<Arg> = streams.iter().map(|stream| Arg::from(stream.uuid())).collect();
    let ask = |chunk: &[Arg]| inner.statements.list(kind, &table.select, "order by stream, part", chunk);
    ids.chunks(TOGETHER).map(ask).collect()
}

/// Removes all rows of these streams.
pub(super) async fn delete_rows(tx: &mut Tx, inner: &Inner, streams: &[StreamId]) -> Result<(), Fault> {
    for table in &inner.tables.all {
        for stream in streams {
            tx.execute(
                fixed(format!("delete from {} where stream = $1", table.table.name)),
                args![stream.uuid()],
            )
            .await?;
        }
    }
    Ok(())
}
