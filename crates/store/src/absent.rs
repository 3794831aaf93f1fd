//! Rows that must not be there when a command is written: what no version of a stream can tell, because it is about
//! streams nobody has begun yet.
use crate::db::{Arg, Tx};
use crate::rows::{Change, Table, Tables, Value};
use crate::statements::fixed;
use crate::{Fault, Store};

/// A row of a read table with these values in these columns, whatever its stream.
#[derive(Debug, Clone, PartialEq)]
pub struct NoRow {
    /// The table.
    pub table: &'static Table,
    /// Columns and what each holds.
    pub values: Vec<(&'static str, Value)>,
}

/// The same, checked: the number of the table, and places of columns with what each holds.
#[derive(Debug, Clone)]
pub(crate) struct Absent {
    table: usize,
    wanted: Vec<(usize, Arg)>,
}

impl NoRow {
    /// Finds table and columns.
    pub(crate) fn check(self, store: &Store) -> Result<Absent, Fault> {
        let table = store.inner.tables.number(self.table)?;
        let mut wanted = Vec::with_capacity(self.values.len());
        for (name, value) in self.values {
            let found = self.table.columns.iter().enumerate().find(|(_, column)| column.name == name);
            let place = found.and_then(|(at, column)| Some((at, column.kind.arg(value)?)));
            wanted.push(place.ok_or_else(|| Fault::invalid(format!("`{name}` as a column to look at")))?);
        }
        Ok(Absent { table, wanted })
    }
}

impl Absent {
    /// Whether a row like this is there, as this transaction sees it.
    pub(crate) async fn is_there(&self, tx: &mut Tx, tables: &Tables) -> Result<bool, Fault> {
        let table = tables.all[self.table].table;
        let conditions = self.wanted.iter().enumerate();
        let conditions =
            conditions.map(|(at, (column, _))| format!("{} = ${}", table.columns[*column].name, at + 1));
        let conditions: Vec<_> = conditions.collect();
        let sql = format!(
            "select cast(1 as bigint) from {} where {} limit 1",
            table.name,
            conditions.join(" and ")
        );
        let args = self.wanted.iter().map(|(_, value)| value.clone()).collect();
        let found: Option<(i64,)> = tx.row(fixed(sql), args).await?;
        Ok(found.is_some())
    }

    /// Whether this change puts such a row there.
    pub(crate) fn is_put_by(&self, change: &Change) -> bool {
        let holds = |values: &Vec<Arg>| self.wanted.iter().all(|(at, value)| values.get(*at) == Some(value));
        change.table == self.table && change.values.as_ref().is_some_and(holds)
    }
}
