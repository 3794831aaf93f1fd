//! A slice of the record, folded: the streams that begin between two positions, with all their events, at one moment.
//!
//! Streams are taken in the order in which they begin, so that the file is read from front to back. Most events of a stream
//! stand near its first; the others are looked up.
use std::collections::HashSet;
use std::sync::Arc;

use cf_kernel::{FileId, StreamId};
use tokio::task::JoinHandle;

use super::{Kind, Row, Value};
use crate::db::{Arg, Tx, args};
use crate::load::{Placed, open_event};
use crate::log::Log;
use crate::open::Inner;
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
    sqlite: "select cast(group_concat(concat(e.entry, s.body), '') as blob), \
             cast(group_concat(concat_ws(' ', length(e.entry), coalesce(length(s.body), -1)), ',') as blob) \
             from event e left join sealed s on s.position = e.position where e.position > $1 and e.position <= $2",
    postgres: "select string_agg(e.entry || coalesce(s.body, ''::bytea), ''::bytea order by e.position), \
               convert_to(string_agg(length(e.entry) || ' ' || coalesce(length(s.body), -1), ',' \
               order by e.position), 'UTF8') \
               from event e left join sealed s on s.position = e.position where e.position > $1 and e.position <= $2",
};

/// Events beyond the slice of streams that begin in it. SQLite joins in the order given when it is told to.
const LATER: Packing = Packing {
    sqlite: "select cast(group_concat(concat(e.entry, s.body), '') as blob), \
             cast(group_concat(concat_ws(' ', length(e.entry), coalesce(length(s.body), -1)), ',') as blob) \
             from event b cross join event e on e.stream = b.stream and e.version > 1 and e.position > $2 \
             left join sealed s on s.position = e.position \
             where b.position > $1 and b.position <= $2 and b.version = 1",
    postgres: "select string_agg(e.entry || coalesce(s.body, ''::bytea), ''::bytea order by e.position), \
               convert_to(string_agg(length(e.entry) || ' ' || coalesce(length(s.body), -1), ',' \
               order by e.position), 'UTF8') \
               from event b join event e on e.stream = b.stream and e.version > 1 and e.position > $2 \
               left join sealed s on s.position = e.position \
               where b.position > $1 and b.position <= $2 and b.version = 1",
};

/// An entry and its sealed body.
type Pair<'a> = (&'a [u8], Option<&'a [u8]>);

fn pairs(packed: &Packed) -> impl Iterator<Item = Pair<'_>> {
    let mut rows = packed.rows();
    std::iter::from_fn(move || {
        let mut line = rows.next_line()?;
        let entry = rows.take(line.length());
        let body = line.number().and_then(|length| usize::try_from(length).ok());
        Some((entry, body.map(|length| rows.take(length))))
    })
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
        let mut tx = inner.bulk.begin_reading().await?;
        let head: Option<(i64,)> =
            tx.row("select size from head where log = $1", args![Log::Record.number()]).await?;
        let begun = Packed::read_in(&mut tx, &BEGUN, args![from, to]).await?;
        let later = Packed::read_in(&mut tx, &LATER, args![from, to]).await?;
        let keys = inner.keys.load(&inner.read, &inner.statements, files(&[&begun, &later])?).await?;
        let work = move || {
            let mut placed = Vec::new();
            let mut mine: HashSet<StreamId> = HashSet::new();
            for (bytes, body) in pairs(&begun) {
                let header = entry::parse(bytes)?.header;
                // Streams that began earlier belong to an earlier slice.
                if header.version == 1 {
                    mine.insert(header.stream);
                }
                if mine.contains(&header.stream) {
                    placed.push(open_event(bytes, body, &keys)?);
                }
            }
            for (bytes, body) in pairs(&later) {
                placed.push(open_event(bytes, body, &keys)?);
            }
            placed.sort_unstable_by_key(|placed: &Placed| (placed.stream, placed.event.version));
            fold_streams(&*fold, placed)
        };
        let mut slice = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Closed)??;
        slice.stored = match stored_rows(&mut tx, inner, &slice.streams).await {
            Ok(rows) => Some(rows),
            // A value that was tampered with, say. A connection that is gone shows again soon enough.
            Err(Fault::Database(_) | Fault::Unreadable { .. }) => None,
            Err(fault) => return Err(fault),
        };
        (slice.from, slice.record) = (from, head.map_or(0, |(size,)| size));
        Ok(slice)
    }
}

/// The case files whose keys these events need.
fn files(packs: &[&Packed]) -> Result<Vec<FileId>, Fault> {
    let sealed = packs.iter().flat_map(|packed| pairs(packed)).filter(|(_, body)| body.is_some());
    let mut files: Vec<FileId> =
        sealed.map(|(bytes, _)| Ok(entry::parse(bytes)?.header.file)).collect::<Result<_, Fault>>()?;
    files.sort_unstable();
    files.dedup();
    Ok(files)
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
    let ids: Vec<Arg> = streams.iter().map(|stream| Arg::from(stream.uuid())).collect();
    for table in &inner.tables.all {
        // Half of the tables may be empty where one kind of record is imported, and a look for each stream costs.
        if tx.row::<(i64,)>(table.any.clone(), vec![]).await?.is_none() {
            continue;
        }
        let kinds: Vec<Kind> = [Kind::Id, Kind::Text]
            .into_iter()
            .chain(table.table.columns.iter().map(|column| column.kind))
            .collect();
        for chunk in ids.chunks(TOGETHER) {
            let (sql, args) = inner.statements.list(tx.kind(), &table.select, "order by stream, part", chunk);
            for mut values in tx.values(sql, args, &kinds).await? {
                let rest = values.split_off(2);
                if let [Value::Id(stream), Value::Text(part)] = &mut values[..] {
                    let (stream, part) = (StreamId::from_uuid(*stream), std::mem::take(part));
                    rows.push(Row { table: table.table, stream, part, values: rest });
                }
            }
        }
    }
    Ok(rows)
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
