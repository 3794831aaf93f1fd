//! A copy of everything that cannot be made again, as one SQLite file whichever database it came from.
//!
//! SQLite writes its own consistent copy (`vacuum into`). From PostgreSQL every base table is read in one transaction
//! that sees a single moment, and written into the same tables of a file. So a backup is itself a record that
//! `childfirst verify` can read, and either database can be restored from it. Read rows are left behind where they are
//! not part of the file: they are made again from the record. Keys are never in it.
use std::path::Path;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::db::{Arg, Database, Db, Tx, args};
use crate::migrations::migrations;
use crate::open::{Lite, make_private, open_postgres, open_sqlite};
use crate::rows::{Kind, Value};
use crate::statements::{Insert, Statements, fixed};
use crate::{Fault, Store};

/// Rows read at a time.
const PAGE: usize = 500;
/// Tables that the migrations put rows into: two empty heads, and the mark of an index of nothing.
const BEGUN: [&str; 2] = ["head", "access_mark"];

/// One base table: its columns in order, and the key it is read along.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Base {
    name: String,
    columns: Vec<Column>,
    /// Places of the key's columns.
    key: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
    /// Whether PostgreSQL keeps it as a `uuid`; SQLite keeps the same 16 bytes.
    uuid: bool,
}

impl Store {
    /// Writes a consistent copy of the record and all ordinary tables into a new file, readable by its owner only,
    /// while others go on writing. `progress` is told rows done and rows in all; both stay 0 for SQLite, which copies
    /// pages.
    ///
    /// The file is complete only when this returns: write it under a temporary name.
    ///
    /// # Errors
    /// [`Fault::Damaged`] for a damaged record, [`Fault::Opening`] when the file is there already, or from the database.
    pub async fn backup_into(&self, file: &Path, progress: impl Fn(u64, u64) + Send) -> Result<(), Fault> {
        self.undamaged()?;
        if file.exists() {
            return Err(Fault::opening("the file of the backup is there already"));
        }
        match &self.inner.write {
            Db::Lite(_) => {
                make_private(file)?;
                let path = file.to_str().ok_or_else(|| Fault::opening("the file's name is not UTF-8"))?;
                self.inner.write.execute("vacuum into $1", args![path]).await?;
            }
            Db::Pg(_) => {
                let Lite { read, write, .. } = open_sqlite(file).await?;
                let Db::Lite(lite) = &write else { return Err(Fault::Closed) };
                migrations(Database::Sqlite).run(lite).await.map_err(migrating)?;
                let mut from = self.inner.write.begin_reading().await?;
                // Asked before the one writing connection of the file is taken.
                let tables = base_tables(&read, &self.inner.write).await?;
                let mut to = write.begin().await?;
                copy(&mut from, &mut to, &tables, progress).await?;
                to.commit().await?;
                write.close().await;
                read.close().await;
            }
        }
        Ok(())
    }

    /// Fills an empty PostgreSQL database from the file of a backup, in one transaction: afterwards it holds everything
    /// or nothing. Open it as a store then, and [`Store::rebuild`] its read rows.
    ///
    /// # Errors
    /// [`Fault::Exists`] when the database holds anything, or from either database.
    pub async fn restore_into_postgres(
        file: &Path,
        url: &str,
        progress: impl Fn(u64, u64) + Send,
    ) -> Result<(), Fault> {
        let Lite { read, write, .. } = open_sqlite(file).await?;
        let pool = open_postgres(url).await?;
        migrations(Database::Postgres).run(&pool).await.map_err(migrating)?;
        let target = Db::Pg(pool);
        let tables = base_tables(&read, &target).await?;
        let mut to = target.begin().await?;
        for table in tables.iter().filter(|table| !BEGUN.contains(&table.name.as_str())) {
            let sql = format!("select exists (select 1 from {})", quoted(&table.name));
            let any: Option<(bool,)> = to.row(AssertSqlSafe(sql), vec![]).await?;
            if any != Some((false,)) {
                return Err(Fault::Exists { what: "record in the database that is to be restored" });
            }
        }
        let mut from = read.begin_reading().await?;
        copy(&mut from, &mut to, &tables, progress).await?;
        to.commit().await?;
        drop(from);
        target.close().await;
        write.close().await;
        read.close().await;
        Ok(())
    }
}

fn migrating(error: sqlx::migrate::MigrateError) -> Fault {
    Fault::Database(Box::new(error))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every table the migrations make, but the bookkeeping of migrations and read tables. Asked of the databases, so that
/// a table or column added later is copied without being listed here.
async fn base_tables(lite: &Db, pg: &Db) -> Result<Vec<Base>, Fault> {
    let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' \
               and name not in ('_sqlx_migrations', 'row_table') and name not in (select name from row_table) \
               order by rowid";
    let names: Vec<(String,)> = lite.rows(sql, vec![]).await?;
    let uuids: Vec<(String, String)> = pg
        .rows(
            "select table_name::text, column_name::text from information_schema.columns \
             where table_schema = current_schema() and udt_name = 'uuid'",
            vec![],
        )
        .await?;
    let mut tables = Vec::with_capacity(names.len());
    for (name,) in names {
        let sql = "select name, type, pk from pragma_table_info($1) order by cid";
        let found: Vec<(String, String, i64)> = lite.rows(sql, args![name.as_str()]).await?;
        let mut columns = Vec::with_capacity(found.len());
        let mut key: Vec<(i64, usize)> = Vec::new();
        for (place, (column, kind, pk)) in found.into_iter().enumerate() {
            let kind = match kind.to_ascii_lowercase().as_str() {
                "integer" => Kind::Int,
                "text" => Kind::Text,
                "blob" => Kind::Blob,
                "real" => Kind::Real,
                _ => return Err(Fault::invalid(format!("a column of table {name} in a backup"))),
            };
            if pk > 0 {
                key.push((pk, place));
            }
            let uuid = uuids.iter().any(|known| *known == (name.clone(), column.clone()));
            columns.push(Column { name: column, kind, uuid });
        }
        key.sort_unstable();
        if key.is_empty() {
            return Err(Fault::invalid(format!("table {name}, which has no key, in a backup")));
        }
        tables.push(Base { name, columns, key: key.into_iter().map(|(_, place)| place).collect() });
    }
    Ok(tables)
}

async fn copy(
    from: &mut Tx,
    to: &mut Tx,
    tables: &[Base],
    progress: impl Fn(u64, u64) + Send,
) -> Result<(), Fault> {
    let mut all = 0;
    for table in tables {
        let sql = format!("select count(*) from {}", quoted(&table.name));
        let rows: Option<(i64,)> = from.row(AssertSqlSafe(sql), vec![]).await?;
        all += rows.map_or(0, |(rows,)| rows.unsigned_abs());
    }
    let statements = Statements::default();
    let mut done = 0;
    for table in tables.iter().filter(|table| BEGUN.contains(&table.name.as_str())) {
        to.execute(AssertSqlSafe(format!("delete from {}", quoted(&table.name))), vec![]).await?;
    }
    for table in tables {
        let insert = insert(table);
        let mut last: Option<Vec<Value>> = None;
        loop {
            let page = page(from, table, last.as_deref()).await?;
            let Some(newest) = page.last() else { break };
            let rows = page.len();
            last = Some(table.key.iter().filter_map(|place| newest.get(*place).cloned()).collect());
            let mut values = Vec::with_capacity(rows * table.columns.len());
            for row in page {
                for (column, value) in table.columns.iter().zip(row) {
                    values.push(arg(column, value, to.kind())?);
                }
            }
            statements.insert(to, &insert, values).await?;
            done += rows as u64;
            progress(done, all);
            if rows < PAGE {
                break;
            }
        }
    }
    Ok(())
}

fn insert(table: &Base) -> Insert {
    let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let head = format!("insert into {} ({})", quoted(&table.name), columns.join(", "));
    Insert::new(&head, columns.len(), "")
}

/// The rows after a key, in its order.
async fn page(from: &mut Tx, table: &Base, after: Option<&[Value]>) -> Result<Vec<Vec<Value>>, Fault> {
    let names: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let keys: Vec<_> = table.key.iter().filter_map(|place| names.get(*place).cloned()).collect();
    let mut sql = format!("select {} from {}", names.join(", "), quoted(&table.name));
    let mut arguments = Vec::new();
    if let Some(after) = after {
        let places: Vec<_> = (1..=keys.len()).map(|number| format!("${number}")).collect();
        sql.push_str(&format!(" where ({}) > ({})", keys.join(", "), places.join(", ")));
        for (place, value) in table.key.iter().zip(after) {
            if let Some(column) = table.columns.get(*place) {
                arguments.push(arg(column, value.clone(), from.kind())?);
            }
        }
    }
    sql.push_str(&format!(" order by {} limit {PAGE}", keys.join(", ")));
    let pg = from.kind() == Database::Postgres;
    let kind = |column: &Column| if column.uuid && pg { Kind::Id } else { column.kind };
    let kinds: Vec<Kind> = table.columns.iter().map(kind).collect();
    Ok(from.values(fixed(sql).into_sql_str(), arguments, &kinds).await?)
}

/// A value for this column of that database.
fn arg(column: &Column, value: Value, to: Database) -> Result<Arg, Fault> {
    let uuid = column.uuid && to == Database::Postgres;
    Ok(match value {
        Value::Null => match column.kind {
            _ if uuid => Arg::Id(None),
            Kind::Int => Arg::Int(None),
            Kind::Text => Arg::Text(None),
            Kind::Real => Arg::Real(None),
            _ => Arg::Blob(None),
        },
        Value::Int(value) => value.into(),
        Value::Text(value) => value.into(),
        Value::Bool(value) => value.into(),
        Value::Real(value) => value.into(),
        Value::Id(value) => value.into(),
        Value::Blob(value) if uuid => uuid::Uuid::from_slice(&value)
            .map_err(|_| Fault::unreadable(format!("an id in column {} of a backup", column.name)))?
            .into(),
        Value::Blob(value) => value.into(),
    })
}
