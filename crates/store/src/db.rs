//! SQLite and PostgreSQL behind one enum. SQL text is common; what differs is marked where it differs.
//!
//! Numbers are `i64`, times are microseconds, ids are [`uuid::Uuid`] (16-byte blob or `uuid`), placeholders `$1`.
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, FromRow, PgPool, Postgres, Row as _, SqlStr, Sqlite, SqlitePool, Transaction};
use uuid::Uuid;

use crate::look;
use crate::rows::{Kind, Value};

/// Runs the same expression on whichever database it is: `on!(db, |pool| ...)`.
macro_rules! on {
    ($db:expr, |$inner:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Lite($inner) => $body,
            $crate::db::Db::Pg($inner) => $body,
        }
    };
}

/// Which database holds the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// One file, embedded.
    Sqlite,
    /// A server, for several nodes.
    Postgres,
}

/// A pool of connections to one of the two.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Lite(SqlitePool),
    Pg(PgPool),
}

/// A write transaction on one of the two.
pub(crate) enum Tx {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

/// A value on its way to the database. `None` is a typed null, which PostgreSQL insists on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
    Bool(Option<bool>),
    Real(Option<f64>),
    Id(Option<Uuid>),
}

macro_rules! args_from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Arg { fn from(value: $type) -> Self { Arg::$variant(Some(value)) } }
        impl From<Option<$type>> for Arg { fn from(value: Option<$type>) -> Self { Arg::$variant(value) } }
    )*};
}
args_from!(i64 => Int, String => Text, Vec<u8> => Blob, bool => Bool, f64 => Real, Uuid => Id);

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Arg::Text(Some(value.to_owned()))
    }
}

/// The arguments of a statement, each converted.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use {args, on};

/// A struct that either database fills by the names of its columns. Not sqlx's derive: that builds both drivers a
/// second time, for the compiler.
macro_rules! from_row {
    ($(#[$about:meta])* $seen:vis struct $name:ident {
        $($(#[$what:meta])* $open:vis $field:ident : $kind:ty),* $(,)?
    }) => {
        $(#[$about])*
        $seen struct $name { $($(#[$what])* $open $field: $kind),* }
        $crate::db::from_row!(@of sqlx::sqlite::SqliteRow, $name, $($field)*);
        $crate::db::from_row!(@of sqlx::postgres::PgRow, $name, $($field)*);
    };
    (@of $row:ty, $name:ident, $($field:ident)*) => {
        impl<'r> sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> sqlx::Result<Self> {
                Ok(Self { $($field: sqlx::Row::try_get(row, stringify!($field))?),* })
            }
        }
    };
}
pub(crate) use from_row;

/// A row type both databases can fill.
pub(crate) trait Read:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Read for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

pub(crate) fn lite(args: Vec<Arg>) -> sqlx::Result<SqliteArguments> {
    let mut out = SqliteArguments::default();
    Arguments::reserve(&mut out, args.len(), 0);
    for arg in args {
        match arg {
            Arg::Int(value) => Arguments::add(&mut out, value),
            Arg::Text(value) => Arguments::add(&mut out, value),
            Arg::Blob(value) => Arguments::add(&mut out, value),
            Arg::Bool(value) => Arguments::add(&mut out, value),
            Arg::Real(value) => Arguments::add(&mut out, value),
            Arg::Id(value) => Arguments::add(&mut out, value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

fn pg(args: Vec<Arg>) -> sqlx::Result<PgArguments> {
    let mut out = PgArguments::default();
    Arguments::reserve(&mut out, args.len(), args.len() * 32);
    for arg in args {
        match arg {
            Arg::Int(value) => Arguments::add(&mut out, value),
            Arg::Text(value) => Arguments::add(&mut out, value),
            Arg::Blob(value) => Arguments::add(&mut out, value),
            Arg::Bool(value) => Arguments::add(&mut out, value),
            Arg::Real(value) => Arguments::add(&mut out, value),
            Arg::Id(value) => Arguments::add(&mut out, value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

/// The columns of a row, each read as its kind.
macro_rules! values {
    ($row:expr, $kinds:expr) => {
        $kinds
            .iter()
            .enumerate()
            .map(|(at, kind)| {
                Ok(match kind {
                    Kind::Int => $row.try_get::<Option<i64>, _>(at)?.into(),
                    Kind::Text => $row.try_get::<Option<String>, _>(at)?.into(),
                    Kind::Blob => $row.try_get::<Option<Vec<u8>>, _>(at)?.into(),
                    Kind::Bool => $row.try_get::<Option<bool>, _>(at)?.into(),
                    Kind::Real => $row.try_get::<Option<f64>, _>(at)?.into(),
                    Kind::Id => $row.try_get::<Option<Uuid>, _>(at)?.into(),
                })
            })
            .collect::<sqlx::Result<Vec<Value>>>()
    };
}

impl Db {
    pub(crate) const fn kind(&self) -> Database {
        match self {
            Self::Lite(_) => Database::Sqlite,
            Self::Pg(_) => Database::Postgres,
        }
    }

    /// Begins a write. SQLite takes its lock now: a transaction that first read would be refused at its first write.
    pub(crate) async fn begin(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Lite(pool) => pool.begin_with("BEGIN IMMEDIATE").await.map(Tx::Lite),
            Self::Pg(pool) => pool.begin().await.map(Tx::Pg),
        }
    }

    /// Begins a look at one moment that writes nothing.
    pub(crate) async fn begin_reading(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Lite(pool) => pool.begin().await.map(Tx::Lite),
            Self::Pg(pool) => {
                pool.begin_with("begin isolation level repeatable read read only").await.map(Tx::Pg)
            }
        }
    }

    pub(crate) async fn rows<T: Read>(
        &self,
        sql: impl sqlx::SqlSafeStr,
        args: Vec<Arg>,
    ) -> sqlx::Result<Vec<T>> {
        let sql = sql.into_sql_str();
        match self {
            Self::Lite(pool) => match look::of(pool) {
                Some(look) => look.rows(sql, args).await,
                None => sqlx::query_as_with(sql, lite(args)?).fetch_all(pool).await,
            },
            Self::Pg(pool) => sqlx::query_as_with(sql, pg(args)?).fetch_all(pool).await,
        }
    }

    pub(crate) async fn row<T: Read>(
        &self,
        sql: impl sqlx::SqlSafeStr,
        args: Vec<Arg>,
    ) -> sqlx::Result<Option<T>> {
        let sql = sql.into_sql_str();
        match self {
            Self::Lite(pool) => match look::of(pool) {
                Some(look) => look.rows(sql, args).await.map(|rows| rows.into_iter().next()),
                None => sqlx::query_as_with(sql, lite(args)?).fetch_optional(pool).await,
            },
            Self::Pg(pool) => sqlx::query_as_with(sql, pg(args)?).fetch_optional(pool).await,
        }
    }

    /// One statement in a transaction of its own; the number of rows it changed.
    pub(crate) async fn execute(&self, sql: impl sqlx::SqlSafeStr, args: Vec<Arg>) -> sqlx::Result<u64> {
        let sql = sql.into_sql_str();
        let changed = match self {
            Self::Lite(pool) => {
                sqlx::query_with(sql, lite(args)?).execute(pool).await.map(|done| done.rows_affected())
            }
            Self::Pg(pool) => {
                sqlx::query_with(sql, pg(args)?).execute(pool).await.map(|done| done.rows_affected())
            }
        };
        look::forget().await;
        changed
    }

    pub(crate) fn is_closed(&self) -> bool {
        on!(self, |pool| pool.is_closed())
    }

    pub(crate) async fn close(&self) {
        on!(self, |pool| pool.close().await);
    }
}

impl Tx {
    pub(crate) const fn kind(&self) -> Database {
        match self {
            Self::Lite(_) => Database::Sqlite,
            Self::Pg(_) => Database::Postgres,
        }
    }

    /// The number of rows changed.
    pub(crate) async fn execute(&mut self, sql: impl sqlx::SqlSafeStr, args: Vec<Arg>) -> sqlx::Result<u64> {
        let sql: SqlStr = sql.into_sql_str();
        match self {
            Self::Lite(tx) => {
                sqlx::query_with(sql, lite(args)?).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Self::Pg(tx) => {
                sqlx::query_with(sql, pg(args)?).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
    }

    pub(crate) async fn rows<T: Read>(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        args: Vec<Arg>,
    ) -> sqlx::Result<Vec<T>> {
        let sql = sql.into_sql_str();
        match self {
            Self::Lite(tx) => sqlx::query_as_with(sql, lite(args)?).fetch_all(&mut **tx).await,
            Self::Pg(tx) => sqlx::query_as_with(sql, pg(args)?).fetch_all(&mut **tx).await,
        }
    }

    /// Rows whose columns are known only as data.
    pub(crate) async fn values(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        args: Vec<Arg>,
        kinds: &[Kind],
    ) -> sqlx::Result<Vec<Vec<Value>>> {
        let sql = sql.into_sql_str();
        match self {
            Self::Lite(tx) => {
                let rows = sqlx::query_with(sql, lite(args)?).fetch_all(&mut **tx).await?;
                rows.iter().map(|row| values!(row, kinds)).collect()
            }
            Self::Pg(tx) => {
                let rows = sqlx::query_with(sql, pg(args)?).fetch_all(&mut **tx).await?;
                rows.iter().map(|row| values!(row, kinds)).collect()
            }
        }
    }

    pub(crate) async fn row<T: Read>(
        &mut self,
        sql: impl sqlx::SqlSafeStr,
        args: Vec<Arg>,
    ) -> sqlx::Result<Option<T>> {
        let sql = sql.into_sql_str();
        match self {
            Self::Lite(tx) => sqlx::query_as_with(sql, lite(args)?).fetch_optional(&mut **tx).await,
            Self::Pg(tx) => sqlx::query_as_with(sql, pg(args)?).fetch_optional(&mut **tx).await,
        }
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        let done = match self {
            Self::Lite(tx) => tx.commit().await,
            Self::Pg(tx) => tx.commit().await,
        };
        look::forget().await;
        done
    }
}
