//! Writes row changes of many commands at once, each row once.
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use cf_kernel::StreamId;
use sqlx::SqlStr;

use super::{Kind, Row, RowChanges, RowKey, Table, Value};
use crate::Fault;
use crate::db::{Arg, Tx, args};
use crate::statements::{Insert, Statements, fixed};

/// The tables this store was opened with, and their statements.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) all: Vec<TableSql>,
    by_name: HashMap<&'static str, usize>,
}

#[derive(Debug)]
pub(crate) struct TableSql {
    pub(crate) table: &'static Table,
    pub(crate) upsert: Insert,
    pub(crate) insert: Insert,
    /// All columns of rows whose stream is in a list that follows.
    pub(crate) select: String,
    /// One row, if there is any.
    pub(crate) any: SqlStr,
    delete: SqlStr,
}

/// What becomes of one row, by the number of its table.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) table: usize,
    pub(crate) stream: StreamId,
    pub(crate) part: String,
    /// The arguments of the columns; `None` to remove the row.
    pub(crate) values: Option<Vec<Arg>>,
}

impl Tables {
    pub(crate) fn new(tables: &[&'static Table]) -> Self {
        let all: Vec<_> = tables.iter().map(|table| TableSql::new(table)).collect();
        let by_name = tables.iter().enumerate().map(|(at, table)| (table.name, at)).collect();
        Self { all, by_name }
    }

    /// The number of a table.
    pub(crate) fn number(&self, table: &Table) -> Result<usize, Fault> {
        let number = self.by_name.get(table.name).copied();
        number.ok_or_else(|| Fault::invalid(format!("table `{}` was not declared", table.name)))
    }

    /// Checks the changes of one stream and makes them ready to write.
    pub(crate) fn changes(
        &self,
        stream: StreamId,
        kind: &str,
        changes: RowChanges,
    ) -> Result<Vec<Change>, Fault> {
        let named = changes.deletes.iter().map(|key| key.stream);
        if named.chain(changes.upserts.iter().map(|row| row.stream)).any(|of| of != stream) {
            return Err(Fault::invalid("a row of another stream"));
        }
        if let Some(row) = changes.upserts.iter().find(|row| !row.table.holds(kind)) {
            return Err(Fault::invalid(format!("`{}` holds no rows of a `{kind}`", row.table.name)));
        }
        self.changes_of_any(changes)
    }

    /// The same for changes of many streams.
    pub(crate) fn changes_of_any(&self, changes: RowChanges) -> Result<Vec<Change>, Fault> {
        let mut out = Vec::with_capacity(changes.upserts.len() + changes.deletes.len());
        for RowKey { table, stream, part } in changes.deletes {
            out.push(Change { table: self.number(table)?, stream, part, values: None });
        }
        for Row { table, stream, part, values } in changes.upserts {
            let values = Some(arguments(table, values)?);
            out.push(Change { table: self.number(table)?, stream, part, values });
        }
        Ok(out)
    }
}

/// The values of a row as arguments, or what is wrong with them.
pub(crate) fn arguments(table: &Table, values: Vec<Value>) -> Result<Vec<Arg>, Fault> {
    if let Some(what) = table.misfit(&values) {
        return Err(Fault::invalid(what));
    }
    Ok(table.columns.iter().zip(values).filter_map(|(column, value)| column.kind.arg(value)).collect())
}

impl TableSql {
    fn new(table: &'static Table) -> Self {
        let names: Vec<&str> =
            ["stream", "part"].into_iter().chain(table.columns.iter().map(|c| c.name)).collect();
        let head = format!("insert into {} ({})", table.name, names.join(", "));
        let sets: Vec<_> = names[2..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
        let action =
            if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let tail = format!("on conflict (stream, part) do {action}");
        Self {
            table,
            any: fixed(format!("select cast(1 as bigint) from {} limit 1", table.name)),
            select: format!("select {} from {} where stream in ", names.join(", "), table.name),
            upsert: Insert::new(&head, names.len(), &tail),
            // The heads must differ: a statement text is found again by its head.
            insert: Insert::new(&format!("{head} "), names.len(), ""),
            delete: fixed(format!("delete from {} where stream = $1 and part = $2", table.name)),
        }
    }

    /// The kinds of what `select` gives.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let columns = self.table.columns.iter().map(|column| column.kind);
        [Kind::Id, Kind::Text].into_iter().chain(columns).collect()
    }

    /// The row that `select` gave.
    pub(crate) fn row(&self, mut values: Vec<Value>) -> Option<Row> {
        let rest = values.split_off(2);
        let mut names = values.into_iter();
        match (names.next(), names.next()) {
            (Some(Value::Id(stream)), Some(Value::Text(part))) => {
                Some(Row { table: self.table, stream: StreamId::from_uuid(stream), part, values: rest })
            }
            _ => None,
        }
    }
}

/// Writes the changes in order; where a row is named more than once, the last word counts.
pub(crate) async fn write_changes(
    tx: &mut Tx,
    tables: &Tables,
    statements: &Arc<Statements>,
    changes: Vec<Change>,
) -> Result<(), Fault> {
    let mut last: BTreeMap<(usize, StreamId, String), Option<Vec<Arg>>> = BTreeMap::new();
    for change in changes {
        last.insert((change.table, change.stream, change.part), change.values);
    }
    let mut upserts: BTreeMap<usize, Vec<Arg>> = BTreeMap::new();
    for ((table, stream, part), values) in last {
        match values {
            Some(values) => {
                let args = upserts.entry(table).or_default();
                args.extend(args![stream.uuid(), part]);
                args.extend(values);
            }
            None => {
                tx.execute(tables.all[table].delete.clone(), args![stream.uuid(), part]).await?;
            }
        }
    }
    for (table, args) in upserts {
        statements.insert(tx, &tables.all[table].upsert, args).await?;
    }
    Ok(())
}
