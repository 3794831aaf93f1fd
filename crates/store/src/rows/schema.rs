//! Makes the read tables, and makes them again when their declaration changes.
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Kind, Table};
use crate::Fault;
use crate::db::{Database, Tx, args};
use crate::statements::fixed;

/// Brings the read tables into the declared form. Names those that have to be filled again.
pub(crate) async fn prepare_tables(
    tx: &mut Tx,
    tables: &[&'static Table],
) -> Result<Vec<&'static str>, Fault> {
    check_names(tables)?;
    if let Tx::Pg(_) = tx {
        // Two nodes that start together must not both make the tables.
        tx.execute("select pg_advisory_xact_lock(7020612)", vec![]).await?;
    }
    let known: Vec<(String, String, bool)> =
        tx.rows("select name, hash, needs_rebuild from row_table order by name", vec![]).await?;
    for (name, _, _) in known.iter().filter(|(name, _, _)| !tables.iter().any(|table| table.name == name)) {
        if is_name(name) {
            tx.execute(fixed(format!("drop table if exists {name}")), vec![]).await?;
        }
        tx.execute("delete from row_table where name = $1", args![name.as_str()]).await?;
    }
    let (events,): (i64,) = tx
        .row(crate::log::RECORD_HEAD, vec![])
        .await?
        .ok_or_else(|| Fault::unreadable("the head of the record log"))?;
    let mut needs_rebuild = Vec::new();
    for table in tables {
        let hash = hash(table);
        match known.iter().find(|(name, _, _)| name == table.name) {
            Some((_, stored, pending)) if *stored == hash => {
                if *pending {
                    needs_rebuild.push(table.name);
                }
                continue;
            }
            _ => {}
        }
        for statement in ddl(table, tx.kind()) {
            tx.execute(fixed(statement), vec![]).await?;
        }
        tx.execute(
            "insert into row_table (name, hash, needs_rebuild) values ($1, $2, $3) \
             on conflict (name) do update set hash = excluded.hash, needs_rebuild = excluded.needs_rebuild",
            args![table.name, hash, events > 0],
        )
        .await?;
        if events > 0 {
            needs_rebuild.push(table.name);
        }
    }
    Ok(needs_rebuild)
}

fn check_names(tables: &[&'static Table]) -> Result<(), Fault> {
    const OURS: [&str; 20] = [
        "head",
        "event",
        "sealed",
        "file_key",
        "tile",
        "checkpoint",
        "access",
        "access_record",
        "access_of",
        "access_mark",
        "row_table",
        "job",
        "team",
        "account",
        "session",
        "draft",
        "setting",
        "import",
        "import_row",
        "wording_check",
    ];
    for (at, table) in tables.iter().enumerate() {
        let columns = table.columns.iter().map(|column| column.name);
        if OURS.contains(&table.name)
            || !columns.chain([table.name]).all(is_name)
            || tables[..at].iter().any(|other| other.name == table.name)
        {
            return Err(Fault::invalid(format!("the declaration of table `{}`", table.name)));
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.len() < 60
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Names the declaration: the same text on every database, so that a restored copy agrees.
fn hash(table: &Table) -> String {
    let mut text = format!("version {}\n", table.version);
    for statement in ddl(table, Database::Sqlite) {
        text.push_str(&statement);
        text.push('\n');
    }
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn ddl(table: &Table, database: Database) -> Vec<String> {
    let id = kind(Kind::Id, database);
    let mut create = format!("create table {} (stream {id} not null, part text not null", table.name);
    for column in table.columns {
        let null = if column.nullable { "" } else { " not null" };
        let _ = write!(create, ", {} {}{null}", column.name, kind(column.kind, database));
    }
    create.push_str(", primary key (stream, part))");
    if database == Database::Sqlite {
        // Rows stand in the order they came, and only a narrow index is in the order of ids, which are scattered: a bulk
        // import otherwise writes nearly every page of a wide table again with every transaction.
        create.push_str(" strict");
    }
    let mut out = vec![format!("drop table if exists {}", table.name), create];
    for (number, index) in table.indexes.iter().enumerate() {
        let only = index.only.map(|only| format!(" where {only}")).unwrap_or_default();
        let columns = index.columns.join(", ");
        out.push(format!("create index {0}_{number} on {0} ({columns}){only}", table.name));
    }
    out
}

const fn kind(kind: Kind, database: Database) -> &'static str {
    match (database, kind) {
        (Database::Sqlite, Kind::Int | Kind::Bool) => "integer",
        (Database::Sqlite, Kind::Blob | Kind::Id) => "blob",
        (Database::Sqlite, Kind::Real) => "real",
        (Database::Postgres, Kind::Int) => "bigint",
        (Database::Postgres, Kind::Bool) => "boolean",
        (Database::Postgres, Kind::Blob) => "bytea",
        (Database::Postgres, Kind::Real) => "double precision",
        (Database::Postgres, Kind::Id) => "uuid",
        (_, Kind::Text) => "text",
    }
}
