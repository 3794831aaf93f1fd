//! Makes all read rows again from the events, or checks that the rows there are the same.
//!
//! Slice by slice, each at one moment and without a lock: only rows that differ are written, many slices in one short
//! transaction. What was recorded or destroyed between reading a slice and writing its rows is noticed under the lock, and
//! that slice is folded again there.
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError};

use async_recursion::async_recursion as boxed;
use cf_kernel::StreamId;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::compare::Counted;
use super::slice::{Fold, Slice, WIDTH, delete_rows, stored_rows};
use super::write::{arguments, write_changes};
use super::{Row, RowKey, Table};
use crate::access::SHRED;
use crate::bulk;
use crate::db::{Arg, Tx, args};
use crate::log::{Head, Log};
use crate::open::Inner;
use crate::statements::fixed;
use crate::{Fault, Recorded, Store};

/// Rows that differ are written when so many wait: others wait for about half a second then.
const MOST_CHANGES: usize = 40_000;

/// What a rebuild did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Folded {
    /// Streams folded.
    pub streams: u64,
    /// Events read.
    pub events: u64,
    /// Rows made or compared.
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

impl Difference {
    pub(super) fn new(key: RowKey, what: &str) -> Self {
        Self { table: key.table.name, stream: key.stream, part: key.part, what: what.to_owned() }
    }
}

impl Store {
    /// Makes all read rows again: `fold` gives the rows of a stream from its kind, its id and its events.
    ///
    /// Others go on reading and recording meanwhile. They see old rows until the new ones of a slice are there, so a table
    /// that was emptied fills before their eyes: serve pages only when [`Store::needs_rebuild`] names none.
    /// `progress` hears how many of how many events are done.
    ///
    /// # Errors
    /// [`Fault`] from the database or from `fold`; slices done before it stay done.
    pub async fn rebuild<F>(&self, fold: F, mut progress: impl FnMut(u64, u64)) -> Result<Folded, Fault>
    where
        F: Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault> + Send + Sync + 'static,
    {
        self.undamaged()?;
        let inner = &self.inner;
        let _reading = inner.bulk.reading();
        let access = access_head(inner).await?;
        let mut slices = Slices::begin(inner, Arc::new(fold), self.head().await?);
        let (mut folded, mut counted, mut waiting) = (Folded::default(), Counted::new(), Waiting::default());
        while let Some(slice) = slices.next().await? {
            folded.add(&slice, &mut counted);
            progress(folded.events, slices.head.unsigned_abs());
            waiting.add(slice);
            if waiting.changes >= MOST_CHANGES {
                waiting.write(inner, &slices, access).await?;
            }
        }
        waiting.write(inner, &slices, access).await?;
        for (table, _) in left_over(inner, &counted).await? {
            let sql = format!("delete from {} as t where {}", table.name, nobodys(table));
            inner.write.execute(fixed(sql), vec![]).await?;
        }
        inner.write.execute("update row_table set needs_rebuild = $1", args![false]).await?;
        inner.needs_rebuild.lock().unwrap_or_else(PoisonError::into_inner).clear();
        inner.kept.clear();
        Ok(folded)
    }

    /// Throws all read rows away; [`Store::rebuild`] makes them again. Until then [`Store::needs_rebuild`] names every table.
    ///
    /// # Errors
    /// [`Fault`] from the database; the rows stay then.
    #[boxed]
    pub async fn empty_rows(&self) -> Result<(), Fault> {
        self.undamaged()?;
        let inner = &self.inner;
        let mut tx = inner.write.begin().await?;
        Head::lock(&mut tx, Log::Record).await?;
        tx.execute("update row_table set needs_rebuild = $1", args![true]).await?;
        for table in &inner.tables.all {
            tx.execute(fixed(format!("delete from {}", table.table.name)), vec![]).await?;
        }
        tx.commit().await?;
        *inner.needs_rebuild.lock().unwrap_or_else(PoisonError::into_inner) =
            inner.tables.all.iter().map(|table| table.table.name).collect();
        Ok(())
    }

    /// Compares all read rows with what the events say; names the first that differs.
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
        let _reading = inner.bulk.reading();
        let mut slices = Slices::begin(inner, Arc::new(fold), self.head().await?);
        let (mut folded, mut counted) = (Folded::default(), Counted::new());
        while let Some(slice) = slices.next().await? {
            folded.add(&slice, &mut counted);
            if !slice.readable {
                return Err(Fault::unreadable("a read row"));
            }
            if let Some(difference) = slice.difference {
                return Ok(Err(difference));
            }
            progress(folded.events, slices.head.unsigned_abs());
        }
        // Rows without a stream. Others are only more than were counted because somebody recorded something meanwhile.
        for (table, (stream, part)) in left_over(inner, &counted).await? {
            if let Some(stream) = stream.map(StreamId::from_uuid) {
                let (part, what) = (part.unwrap_or_default(), "left over".into());
                return Ok(Err(Difference { table: table.name, stream, part, what }));
            }
        }
        Ok(Ok(folded))
    }

    /// All read rows of one stream, by table and part.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn rows_of(&self, stream: StreamId) -> Result<Vec<Row>, Fault> {
        let mut tx = self.inner.read.begin_reading().await?;
        stored_rows(&mut tx, &self.inner, |_| vec![stream]).await
    }
}

impl Folded {
    fn add(&mut self, slice: &Slice, counted: &mut Counted) {
        self.streams += slice.streams.len() as u64;
        self.events += slice.events;
        for (table, rows) in &slice.counted {
            self.rows += rows.unsigned_abs();
            *counted.entry(table).or_default() += rows;
        }
    }
}

/// All slices in order, a few of them under way.
struct Slices<'a> {
    inner: &'a Arc<Inner>,
    fold: Arc<Fold>,
    /// Streams that begin later are written by whoever begins them.
    head: i64,
    next: i64,
    under_way: VecDeque<JoinHandle<Result<Slice, Fault>>>,
}

impl<'a> Slices<'a> {
    fn begin(inner: &'a Arc<Inner>, fold: Arc<Fold>, head: i64) -> Self {
        Self { inner, fold, head, next: 0, under_way: VecDeque::new() }
    }

    async fn next(&mut self) -> Result<Option<Slice>, Fault> {
        while self.next < self.head && self.under_way.len() < bulk::readers() {
            let to = self.end_of(self.next);
            self.under_way.push_back(Slice::begin(self.inner, &self.fold, self.next, to));
            self.next = to;
        }
        match self.under_way.pop_front() {
            Some(slice) => slice.await.map_err(|_| Fault::Closed)?.map(Some),
            None => Ok(None),
        }
    }

    fn end_of(&self, from: i64) -> i64 {
        self.head.min(from + WIDTH)
    }
}

impl Drop for Slices<'_> {
    fn drop(&mut self) {
        self.under_way.iter().for_each(JoinHandle::abort);
    }
}

/// Slices of which rows are to be written.
#[derive(Default)]
struct Waiting {
    slices: Vec<Slice>,
    changes: usize,
}

impl Waiting {
    fn add(&mut self, slice: Slice) {
        if !slice.changes.is_empty() || !slice.readable {
            self.changes += slice.changes.upserts.len() + slice.changes.deletes.len();
            self.slices.push(slice);
        }
    }

    /// Writes them in one transaction; `access` is the size of the access log when it all began.
    async fn write(&mut self, inner: &Arc<Inner>, all: &Slices<'_>, access: i64) -> Result<(), Fault> {
        let slices = std::mem::take(self).slices;
        if slices.is_empty() {
            return Ok(());
        }
        let mut tx = inner.write.begin().await?;
        let head = Head::lock(&mut tx, Log::Record).await?.position();
        let destroyed = destroyed_since(inner, access).await?;
        let mut together = Vec::new();
        for mut slice in slices {
            if destroyed || (slice.record != head && grown(&mut tx, &slice).await?) {
                // Nobody records anything while the head is locked, so this is the last word.
                let (from, to) = (slice.from, all.end_of(slice.from));
                slice = Slice::read(inner, all.fold.clone(), from, to).await?;
            }
            if !slice.readable {
                delete_rows(&mut tx, inner, &slice.streams).await?;
            }
            together.extend(inner.tables.changes_of_any(slice.changes)?);
        }
        write_changes(&mut tx, &inner.tables, &inner.statements, together).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether somebody recorded something in one of these streams since the slice was read.
async fn grown(tx: &mut Tx, slice: &Slice) -> Result<bool, Fault> {
    let since: Vec<(Uuid,)> =
        tx.rows("select distinct stream from event where position > $1", args![slice.record]).await?;
    Ok(since.iter().any(|(id,)| slice.streams.binary_search(&StreamId::from_uuid(*id)).is_ok()))
}

async fn access_head(inner: &Inner) -> Result<i64, Fault> {
    let row: Option<(i64,)> =
        inner.read.row("select size from head where log = $1", args![Log::Access.number()]).await?;
    row.map(|(size,)| size).ok_or_else(|| Fault::unreadable("the head of the access log"))
}

/// Whether a file was destroyed after this entry of the access log.
async fn destroyed_since(inner: &Inner, access: i64) -> Result<bool, Fault> {
    let row: Option<(i64,)> = inner
        .read
        .row("select position from access where position > $1 and action = $2 limit 1", args![access, SHRED])
        .await?;
    Ok(row.is_some())
}

/// That a row of `t` belongs to no stream, or to one of a kind that has no rows there.
fn nobodys(table: &Table) -> String {
    // Kinds are names in this program's own code.
    let kinds: Vec<String> = table.of.iter().map(|kind| format!("'{kind}'")).collect();
    let kinds = kinds.join(", ");
    format!(
        "not exists (select 1 from event e where e.stream = t.stream and e.version = 1 and e.kind in ({kinds}))"
    )
}

type Place = (Option<Uuid>, Option<String>);

/// The tables with other numbers of rows than were counted, and the first row in each that belongs to no stream.
async fn left_over(inner: &Inner, counted: &Counted) -> Result<Vec<(&'static Table, Place)>, Fault> {
    let mut found = Vec::new();
    for table in inner.tables.all.iter().map(|table| table.table) {
        let name = table.name;
        let count: Option<(i64,)> =
            inner.read.row(fixed(format!("select count(*) from {name}")), vec![]).await?;
        if count.map_or(0, |(count,)| count) == counted.get(name).copied().unwrap_or(0) {
            continue;
        }
        let sql = format!(
            "select stream, part from {name} as t where {} order by stream, part limit 1",
            nobodys(table)
        );
        let first: Option<(Uuid, String)> = inner.read.row(fixed(sql), vec![]).await?;
        found.push((table, first.map_or((None, None), |(stream, part)| (Some(stream), Some(part)))));
    }
    Ok(found)
}

/// Puts these rows in place of all rows of a stream.
pub(crate) async fn replace_rows(
    tx: &mut Tx,
    inner: &Inner,
    stream: StreamId,
    rows: Vec<Row>,
) -> Result<(), Fault> {
    delete_rows(tx, inner, &[stream]).await?;
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
    Ok(())
}
