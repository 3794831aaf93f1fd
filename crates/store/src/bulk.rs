//! Reading everything once: for `verify` and `rebuild`.
//!
//! A SQLite file is read row by row on the thread that wants the rows, past sqlx, which copies each value twice and hands
//! each row to another thread. PostgreSQL packs the rows itself.
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cf_kernel::FileId;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql, params_from_iter};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::Fault;
use crate::db::Arg;
use crate::open::{BUSY, CACHE, MAPPED};
use crate::packed::{Packed, Packing};
use crate::rows::{Kind, Seen};

/// Texts a connection keeps ready: those of one slice of a rebuild, for each read table.
const STATEMENTS: usize = 64;

/// So many read at once: one for each core, and one so that none of them waits.
pub(crate) fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8) + 1
}

/// Where the record is read in bulk.
pub(crate) enum Bulk {
    /// A file.
    Lite(Arc<LiteFile>),
    /// A server.
    Pg(PgPool),
}

/// A SQLite file, and connections that only read it.
pub(crate) struct LiteFile {
    path: PathBuf,
    turns: Semaphore,
    idle: Mutex<Idle>,
}

/// Connections nobody uses now. They are kept while somebody reads on.
#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    readings: usize,
    closed: bool,
}

/// A verification or a rebuild: while it lives, connections are kept from one batch to the next.
pub(crate) struct Reading<'a>(&'a Bulk);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Bulk::Lite(file) = self.0 {
            let mut idle = file.idle();
            idle.readings -= 1;
            if idle.readings == 0 {
                idle.connections.clear();
            }
        }
    }
}

impl Bulk {
    pub(crate) fn of_file(path: PathBuf) -> Self {
        let turns = Semaphore::new(readers());
        Self::Lite(Arc::new(LiteFile { path, turns, idle: Mutex::default() }))
    }

    pub(crate) fn reading(&self) -> Reading<'_> {
        if let Self::Lite(file) = self {
            file.idle().readings += 1;
        }
        Reading(self)
    }

    /// Nobody begins to read any more. A server's connections are closed with its pool.
    pub(crate) fn close(&self) {
        if let Self::Lite(file) = self {
            let mut idle = file.idle();
            idle.closed = true;
            idle.connections.clear();
        }
    }

    /// Gives the rows of two questions with the same arguments to `work`, on a thread for such work.
    pub(crate) async fn pair<T: Send + 'static>(
        &self,
        [first, second]: [&'static Packing; 2],
        args: Vec<Arg>,
        work: impl FnOnce(&mut dyn Rows, &mut dyn Rows) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        match self {
            Self::Lite(file) => {
                let read = move |look: &Moment<'_>| {
                    let (mut first, mut second) = (look.ready(first)?, look.ready(second)?);
                    let mut first = FileRows(first.query(params_from_iter(&args))?);
                    let mut second = FileRows(second.query(params_from_iter(&args))?);
                    Ok(work(&mut first, &mut second))
                };
                file.look(read).await
            }
            Self::Pg(pool) => {
                let (one, two) = (
                    Packed::from_server(pool, first, &args).await?,
                    Packed::from_server(pool, second, &args).await?,
                );
                let work = move || work(&mut one.rows(first), &mut two.rows(second));
                tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Closed)
            }
        }
    }

    /// Gives the rows of one question to `work`, on a thread for such work.
    pub(crate) async fn each<T: Send + 'static>(
        &self,
        packing: &'static Packing,
        args: Vec<Arg>,
        work: impl FnOnce(&mut dyn Rows) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        match self {
            Self::Lite(file) => {
                let read = move |look: &Moment<'_>| {
                    let mut statement = look.ready(packing)?;
                    Ok(work(&mut FileRows(statement.query(params_from_iter(&args))?)))
                };
                file.look(read).await
            }
            Self::Pg(pool) => {
                let packed = Packed::from_server(pool, packing, &args).await?;
                let work = move || work(&mut packed.rows(packing));
                tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Closed)
            }
        }
    }
}

/// Rows one after the other, the present one's columns by number.
pub(crate) trait Rows {
    /// Goes on to the next row; false when there is none.
    fn step(&mut self) -> Result<bool, Fault>;
    /// A column as a number; `None` when it is none, because somebody tampered with it.
    fn number(&self, column: usize) -> Option<i64>;
    /// A column as bytes, or text as bytes; `None` when there are none.
    fn bytes(&self, column: usize) -> Option<&[u8]>;
}

/// Rows where they stand in the file.
struct FileRows<'a>(rusqlite::Rows<'a>);

impl FileRows<'_> {
    fn value(&self, column: usize) -> Option<ValueRef<'_>> {
        self.0.get()?.get_ref(column).ok()
    }
}

impl Rows for FileRows<'_> {
    fn step(&mut self) -> Result<bool, Fault> {
        self.0.advance()?;
        Ok(self.0.get().is_some())
    }

    fn number(&self, column: usize) -> Option<i64> {
        self.value(column)?.as_i64().ok()
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        match self.value(column)? {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// A SQLite file at one moment.
pub(crate) struct Moment<'a>(&'a Connection);

impl LiteFile {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the file at one moment, on a thread for such work.
    pub(crate) async fn look<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Moment<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _turn = self.turns.acquire().await.map_err(|_| Fault::Closed)?;
        let file = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let connection = file.connection()?;
            let moment = connection.unchecked_transaction()?;
            let done = work(&Moment(&connection));
            drop(moment);
            let mut idle = file.idle();
            if idle.readings > 0 && !idle.closed {
                idle.connections.push(connection);
            }
            done
        });
        done.await.map_err(|_| Fault::Closed)?
    }

    fn connection(&self) -> Result<Connection, Fault> {
        let mut idle = self.idle();
        if idle.closed {
            return Err(Fault::Closed);
        }
        if let Some(connection) = idle.connections.pop() {
            return Ok(connection);
        }
        drop(idle);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "mmap_size", MAPPED)?;
        Ok(connection)
    }
}

impl Moment<'_> {
    fn ready(&self, packing: &Packing) -> Result<CachedStatement<'_>, Fault> {
        Ok(self.0.prepare_cached(packing.sqlite)?)
    }

    /// The rows of a question, where they stand.
    pub(crate) fn each<T>(
        &self,
        sql: &str,
        args: &[Arg],
        work: impl FnOnce(&mut dyn Rows) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut statement = self.0.prepare_cached(sql)?;
        work(&mut FileRows(statement.query(params_from_iter(args))?))
    }

    /// A number, if there is a row.
    pub(crate) fn number(&self, sql: &str) -> Result<Option<i64>, Fault> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// The key of a file as it is stored: `None` without a row, `Some(None)` once destroyed.
    pub(crate) fn wrapped(&self, file: FileId) -> Result<Option<Option<Vec<u8>>>, Fault> {
        let mut statement = self.0.prepare_cached("select wrapped from file_key where file = ?1")?;
        let mut rows = statement.query([Arg::from(file.uuid())])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Shows each row of a question whose columns are known only as data.
    pub(crate) fn show(
        &self,
        sql: &str,
        args: &[Arg],
        mut show: impl FnMut(&dyn Columns) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(args))?;
        while let Some(row) = rows.next()? {
            show(&Standing(row))?;
        }
        Ok(())
    }
}

/// A row whose columns are known only as data.
pub(crate) trait Columns {
    /// A column as its kind.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when something else stands there.
    fn seen(&self, column: usize, kind: Kind) -> Result<Seen<'_>, Fault>;
}

/// A row where it stands in the file.
struct Standing<'a>(&'a rusqlite::Row<'a>);

impl Columns for Standing<'_> {
    fn seen(&self, column: usize, kind: Kind) -> Result<Seen<'_>, Fault> {
        Ok(match (kind, self.0.get_ref(column)?) {
            (_, ValueRef::Null) => Seen::Null,
            (Kind::Int, ValueRef::Integer(value)) => Seen::Int(value),
            (Kind::Bool, ValueRef::Integer(value)) => Seen::Bool(value != 0),
            (Kind::Real, ValueRef::Real(value)) => Seen::Real(value),
            (Kind::Blob, ValueRef::Blob(value)) => Seen::Blob(value),
            (Kind::Text, ValueRef::Text(value)) => {
                Seen::Text(std::str::from_utf8(value).map_err(|_| Fault::unreadable("a read row"))?)
            }
            (Kind::Id, ValueRef::Blob(value)) => {
                Seen::Id(Uuid::from_slice(value).map_err(|_| Fault::unreadable("a read row"))?)
            }
            _ => return Err(Fault::unreadable("a read row")),
        })
    }
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Text(value) => {
                value.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
            }
            Self::Blob(Some(value)) => ValueRef::Blob(value),
            Self::Blob(None) => ValueRef::Null,
            Self::Bool(value) => value.map_or(ValueRef::Null, |value| ValueRef::Integer(value.into())),
            Self::Real(value) => value.map_or(ValueRef::Null, ValueRef::Real),
            Self::Id(value) => value.as_ref().map_or(ValueRef::Null, |id| ValueRef::Blob(id.as_bytes())),
        }))
    }
}
