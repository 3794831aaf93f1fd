//! A slice of the record, folded: the streams that begin between two positions, with all their events, at one moment.
//!
//! Streams are taken in the order in which they begin, so that the file is read from front to back. Most events of a stream
//! stand near its first; the others are looked up.
use std::sync::Arc;

use cf_kernel::{FileId, StreamId};
use tokio::task::JoinHandle;

use super::Row;
use super::write::TableSql;
use crate::bulk::{Bulk, Moment, Rows as _};
use crate::db::{Arg, Database, Db, Tx, args};
use crate::load::{Placed, open_event};
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

/// Streams with the rows their events say, and the rows there are.
#[derive(Debug, Default)]
pub(super) struct Slice {
    pub(super) from: i64,
    pub(super) streams: Vec<StreamId>,
    pub(super) events: u64,
    pub(super) folded: Vec<Row>,
    /// `None` when the rows there are cannot be read.
    pub(super) stored: Option<Vec<Row>>,
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

/// An entry and its sealed body.
type Pair<'a> = (&'a [u8], Option<&'a [u8]>);

fn pairs(packed: &Packed) -> impl Iterator<Item = Result<Pair<'_>, Fault>> {
    let mut rows = packed.rows(&BEGUN);
    std::iter::from_fn(move || match rows.step() {
        Ok(more) => more.then(|| Ok((rows.lasting(0).unwrap_or_default(), rows.lasting(1)))),
        Err(fault) => Some(Err(fault)),
    })
}

/// What is read at one moment.
struct Raw {
    record: i64,
    begun: Packed,
    later: Packed,
    /// The streams that begin in the slice, in order.
    streams: Vec<StreamId>,
    /// The case files whose keys the events need.
    files: Vec<FileId>,
    /// `None` when they cannot be read.
    stored: Option<Vec<Row>>,
}

impl Raw {
    async fn read(inner: &Arc<Inner>, from: i64, to: i64) -> Result<Self, Fault> {
        let pool = match &inner.bulk {
            Bulk::Lite(file) => {
                let inner = inner.clone();
                return file.look(move |look| Self::of_file(look, &inner, &[from.into(), to.into()])).await;
            }
            Bulk::Pg(pool) => Db::Pg(pool.clone()),
        };
        let mut tx = pool.begin_reading().await?;
        let head: Option<(i64,)> = tx.row(RECORD_HEAD, vec![]).await?;
        let begun = Packed::of(tx.row(BEGUN.postgres, args![from, to]).await?);
        let later = Packed::of(tx.row(LATER.postgres, args![from, to]).await?);
        let (streams, files) = named(&begun, &later)?;
        let stored = readable(stored_rows(&mut tx, inner, &streams).await)?;
        Ok(Self { record: head.map_or(0, |(size,)| size), begun, later, streams, files, stored })
    }

    fn of_file(look: &Moment<'_>, inner: &Inner, args: &[Arg]) -> Result<Self, Fault> {
        let record = look.number(RECORD_HEAD)?.unwrap_or(0);
        let (begun, later) = (look.packed(&BEGUN, args)?, look.packed(&LATER, args)?);
        let (streams, files) = named(&begun, &later)?;
        let stored = readable(stored_in_file(look, inner, &streams))?;
        Ok(Self { record, begun, later, streams, files, stored })
    }
}

/// The streams that begin in a slice, and the case files whose keys its events need: both in order.
fn named(begun: &Packed, later: &Packed) -> Result<(Vec<StreamId>, Vec<FileId>), Fault> {
    let (mut streams, mut files) = (Vec::new(), Vec::new());
    for pair in pairs(begun).chain(pairs(later)) {
        let (bytes, body) = pair?;
        let header = entry::parse(bytes)?.header;
        if header.version == 1 {
            streams.push(header.stream);
        }
        if body.is_some() {
            files.push(header.file);
        }
    }
    streams.sort_unstable();
    files.sort_unstable();
    files.dedup();
    Ok((streams, files))
}

/// A value that was tampered with, say, is no reason to stop. A connection that is gone shows again soon enough.
fn readable(rows: Result<Vec<Row>, Fault>) -> Result<Option<Vec<Row>>, Fault> {
    match rows {
        Ok(rows) => Ok(Some(rows)),
        Err(Fault::Database(_) | Fault::Unreadable { .. }) => Ok(None),
        Err(fault) => Err(fault),
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
        let Raw { record, begun, later, streams, files, stored } = Raw::read(inner, from, to).await?;
        let keys = inner.keys.load(&inner.read, &inner.statements, files).await?;
        let work = move || {
            let mut placed = Vec::new();
            for pair in pairs(&begun) {
                let (bytes, body) = pair?;
                // Streams that began earlier belong to an earlier slice.
                if streams.binary_search(&entry::parse(bytes)?.header.stream).is_ok() {
                    placed.push(open_event(bytes, body, &keys)?);
                }
            }
            for pair in pairs(&later) {
                let (bytes, body) = pair?;
                placed.push(open_event(bytes, body, &keys)?);
            }
            placed.sort_unstable_by_key(|placed: &Placed| (placed.stream, placed.event.version));
            fold_streams(&*fold, placed)
        };
        let mut slice = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Closed)??;
        (slice.from, slice.record, slice.stored) = (from, record, stored);
        Ok(slice)
    }
}

/// Rows of streams whose events stand together and in order.
fn fold_streams(fold: &Fold, placed: Vec<Placed>) -> Result<Slice, Fault> {
    let mut slice = Slice { events: placed.len() as u64, ..Slice::default() };
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
        slice.streams.push(stream);
        slice.folded.extend(rows);
    }
    Ok(slice)
}

/// The rows of these streams as they are stored, by table, stream and part.
pub(super) async fn stored_rows(tx: &mut Tx, inner: &Inner, streams: &[StreamId]) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for table in &inner.tables.all {
        // Half of the tables may be empty where one kind of record is imported, and a look for each stream costs.
        if tx.row::<(i64,)>(table.any.clone(), vec![]).await?.is_none() {
            continue;
        }
        for (sql, args) in questions(inner, tx.kind(), table, streams) {
            let found = tx.values(sql, args, &table.kinds()).await?;
            rows.extend(found.into_iter().filter_map(|values| table.row(values)));
        }
    }
    Ok(rows)
}

/// The same from a file that is read in bulk.
fn stored_in_file(look: &Moment<'_>, inner: &Inner, streams: &[StreamId]) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for table in &inner.tables.all {
        if look.number(table.any.as_str())?.is_none() {
            continue;
        }
        for (sql, args) in questions(inner, Database::Sqlite, table, streams) {
            let found = look.values(sql.as_str(), &args, &table.kinds())?;
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
