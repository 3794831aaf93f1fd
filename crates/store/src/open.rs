//! Opening a store: connections, migrations, read tables, and a look at whether the record is whole.
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use cf_kernel::{Clock, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, SqlitePool};

use crate::bulk::Bulk;
use crate::db::{Database, Db, on};
use crate::kept::Kept;
use crate::keys::Keys;
use crate::migrations::migrations;
use crate::notice::{Mark, Notices};
use crate::rows::{Tables, prepare_tables};
use crate::statements::Statements;
use crate::writer::{Context, Writer};
use crate::{Fault, LogKey, Options, access, integrity, wal};

/// The record and all that goes with it. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) read: Db,
    pub(crate) write: Db,
    pub(crate) bulk: Bulk,
    pub(crate) writer: Writer,
    pub(crate) tables: Arc<Tables>,
    pub(crate) statements: Arc<Statements>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) kept: Kept,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log_key: LogKey,
    pub(crate) notices: Notices,
    pub(crate) needs_rebuild: Mutex<Vec<&'static str>>,
    damage: RwLock<Option<String>>,
    /// A connection of SQLite that folds the write-ahead log back.
    fold_back: Option<SqlitePool>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.database())
    }
}

impl Store {
    /// Opens `sqlite://path` (made if missing, readable by its owner only) or `postgres://...`, brings its tables up
    /// to date and checks that the record is whole. A damaged record opens for reading only: see [`Store::damage`].
    ///
    /// # Errors
    /// [`Fault::Opening`] for an address of another kind, [`Fault::Database`] when there is no way in.
    #[boxed]
    pub async fn open(url: &str, options: Options) -> Result<Self, Fault> {
        let Options { clock, master_key, log_key, tables: declared, batch, poll_every } = options;
        let mut fold_back = None;
        let (read, write, bulk) = if let Some(path) = url.strip_prefix("sqlite://") {
            let lite = open_sqlite(Path::new(path)).await?;
            fold_back = Some(lite.beside);
            (lite.read, lite.write, Bulk::of_file(path.into()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = open_postgres(url).await?;
            (Db::Pg(pool.clone()), Db::Pg(pool.clone()), Bulk::Pg(pool))
        } else {
            return Err(Fault::opening("its address starts with neither `sqlite://` nor `postgres://`"));
        };
        let mut damage = integrity::file(&read).await?;
        if damage.is_none() {
            let steps = migrations(write.kind());
            on!(&write, |pool| steps.run(pool).await).map_err(|error| Fault::Database(Box::new(error)))?;
            damage = integrity::newest(&read, &log_key).await?;
        }
        let mut needs_rebuild = Vec::new();
        if damage.is_none() {
            let mut tx = write.begin().await?;
            needs_rebuild = prepare_tables(&mut tx, &declared).await?;
            tx.commit().await?;
        }
        if let Some(why) = &damage {
            tracing::error!(why, "the database is damaged and open for reading only");
        }
        let (tables, statements) = (Arc::new(Tables::new(&declared)), Arc::new(Statements::default()));
        let keys = Arc::new(Keys::new(master_key));
        let notices = Notices::new(read.kind() == Database::Postgres);
        let writer = Writer::start(
            Context {
                db: write.clone(),
                tables: tables.clone(),
                statements: statements.clone(),
                keys: keys.clone(),
                notices: notices.clone(),
            },
            batch.clamp(1, 256),
        );
        let store = Self {
            inner: Arc::new(Inner {
                read,
                write,
                bulk,
                writer,
                tables,
                statements,
                keys,
                kept: Kept::default(),
                clock,
                log_key,
                notices,
                needs_rebuild: Mutex::new(needs_rebuild),
                damage: RwLock::new(damage),
                fold_back,
            }),
        };
        if let Some(pool) = &store.inner.fold_back
            && store.damage().is_none()
        {
            wal::fold_back(&store.inner, pool.clone());
        }
        if store.damage().is_none() {
            access::index::follow(&store.inner);
        }
        let seen = Mark::of(&store.inner.read).await.unwrap_or_default();
        store.inner.notices.poll(store.inner.read.clone(), poll_every, seen);
        integrity::check_later(&store);
        Ok(store)
    }

    /// Which database it is.
    #[must_use]
    pub fn database(&self) -> Database {
        self.inner.read.kind()
    }

    /// The present moment, by the clock the store was given.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The public keys and names of the logs.
    #[must_use]
    pub fn log_key(&self) -> &LogKey {
        &self.inner.log_key
    }

    /// What is wrong with the record, if anything; then nothing can be written.
    #[must_use]
    pub fn damage(&self) -> Option<String> {
        self.inner.damage.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes the record for writing, from now on.
    pub(crate) fn set_damaged(&self, why: String) {
        *self.inner.damage.write().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    pub(crate) fn undamaged(&self) -> Result<(), Fault> {
        self.damage().map_or(Ok(()), |why| Err(Fault::Damaged(why)))
    }

    /// The read tables that have to be filled again by [`Store::rebuild`] before they are relied on.
    #[must_use]
    pub fn needs_rebuild(&self) -> Vec<&'static str> {
        self.inner.needs_rebuild.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes all connections once they are idle. Dropping the last clone does the same, later.
    #[boxed]
    pub async fn close(&self) {
        if let Some(pool) = &self.inner.fold_back {
            pool.close().await;
        }
        self.inner.bulk.close();
        self.inner.write.close().await;
        self.inner.read.close().await;
    }
}

/// The connections to one SQLite file.
pub(crate) struct Lite {
    pub(crate) read: Db,
    pub(crate) write: Db,
    /// Folds the write-ahead log back.
    beside: SqlitePool,
}

/// So long a connection waits for another's lock.
pub(crate) const BUSY: Duration = Duration::from_secs(20);
/// Pages a reader keeps: 8 MB.
pub(crate) const CACHE: i64 = -8_192;
/// As much of a file as SQLite maps at most, just under 2 GB; what is beyond is read as usual.
pub(crate) const MAPPED: i64 = 2_147_418_112;

pub(crate) async fn open_sqlite(path: &Path) -> Result<Lite, Fault> {
    if path.as_os_str().is_empty() {
        return Err(Fault::opening("`sqlite://` is followed by the path of a file"));
    }
    make_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // A record must survive a power cut right after it was confirmed. Group commit pays for it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is destroyed is overwritten, not only unlinked.
        .pragma("secure_delete", "on")
        .busy_timeout(BUSY)
        // For when `wal` does not keep up: 256 MB. It shrinks to 64 MB when it begins again.
        .pragma("wal_autocheckpoint", "64000")
        .pragma("journal_size_limit", "67108864")
        .pragma("temp_store", "memory")
        .statement_cache_capacity(512)
        .row_buffer_size(1024)
        // Statement texts of many rows are long, and logging is not free even when nobody listens.
        .disable_statement_logging();
    let one = || {
        SqlitePoolOptions::new()
            .idle_timeout(None)
            .max_lifetime(None)
            // It is a file: a connection does not die while nobody uses it, and asking takes as long as a small question.
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(60))
    };
    let write: SqlitePool = one()
        .min_connections(1)
        .max_connections(1)
        // The index pages that ten years of London touch all over, and what one chunk of an import adds; a server that
        // touches fewer holds fewer. What does not fit is written twice.
        .connect_with(options.clone().pragma("cache_size", "-196608"))
        .await?;
    // Not mapped: every page that is shown ends in a commit to the access log, after any commit SQLite undoes the mapping of
    // each reader, and to map its pages again costs more than to copy those it needs.
    let reading = options.clone().pragma("query_only", "on").pragma("cache_size", CACHE.to_string());
    let read = one().max_connections(8).connect_with(reading).await?;
    let beside = one().max_connections(1).connect_lazy_with(options.pragma("cache_size", "-256"));
    Ok(Lite { read: Db::Lite(read), write: Db::Lite(write), beside })
}

/// Makes the file before SQLite does, readable by its owner only; its journal files get the same mode.
pub(crate) fn make_private(path: &Path) -> Result<(), Fault> {
    let mut file = std::fs::OpenOptions::new();
    file.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Fault::opening(format!("the file cannot be made: {}", error.kind()))),
    }
}

pub(crate) async fn open_postgres(url: &str) -> Result<PgPool, Fault> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| Fault::opening("the address of the PostgreSQL database cannot be read"))?;
    let options =
        options.application_name("childfirst").statement_cache_capacity(512).disable_statement_logging();
    Ok(PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options)
        .await?)
}
