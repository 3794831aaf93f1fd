//! Rows as the events say them beside rows as they are stored, where those stand: nothing is copied that is as it should be.
use std::collections::HashMap;
use std::ops::Range;

use cf_kernel::StreamId;

use super::table::Seen;
use super::{Difference, Kind, Row, RowChanges, RowKey, Table};
use crate::Fault;
use crate::bulk::Columns;

/// How many rows there are of each table.
pub(super) type Counted = HashMap<&'static str, i64>;

/// The rows of some streams, compared with what is stored of them, table by table.
pub(super) struct Comparison {
    /// By table, stream and part.
    folded: Vec<Row>,
    /// What was found beside each of them.
    beside: Vec<Beside>,
    left_over: Vec<RowKey>,
    table: Option<&'static Table>,
    /// The folded rows of that table.
    range: Range<usize>,
    /// Where the next one most likely is: stored rows come nearly in order.
    next: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    TheSame,
    /// A row with something else in this column.
    Other(&'static str),
}

impl Comparison {
    pub(super) fn of(mut folded: Vec<Row>) -> Self {
        folded.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
        let beside = vec![Beside::Nothing; folded.len()];
        Self { folded, beside, left_over: Vec::new(), table: None, range: 0..0, next: 0 }
    }

    /// Goes on to a table's stored rows, each of which is then shown to [`Comparison::stored`].
    pub(super) fn begin(&mut self, table: &'static Table) {
        let end = self.folded.partition_point(|row| row.table.name <= table.name);
        let start = self.folded[..end].partition_point(|row| row.table.name < table.name);
        (self.table, self.range, self.next) = (Some(table), start..end, start);
    }

    /// A stored row of the table: its stream, its part, then the table's columns.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when something stands in it that no such row holds.
    pub(super) fn stored(&mut self, row: &dyn Columns) -> Result<(), Fault> {
        let (Seen::Id(stream), Seen::Text(part)) = (row.seen(0, Kind::Id)?, row.seen(1, Kind::Text)?) else {
            return Err(Fault::unreadable("a read row"));
        };
        let stream = StreamId::from_uuid(stream);
        match (self.find(stream, part), self.table) {
            (Some(at), _) => {
                self.beside[at] = beside(&self.folded[at], row)?;
                self.next = at + 1;
            }
            (None, Some(table)) => self.left_over.push(RowKey { table, stream, part: part.to_owned() }),
            (None, None) => {}
        }
        Ok(())
    }

    fn find(&self, stream: StreamId, part: &str) -> Option<usize> {
        let is = |row: &Row| row.stream == stream && row.part == part;
        if self.range.contains(&self.next) && is(&self.folded[self.next]) {
            return Some(self.next);
        }
        let rows = &self.folded[self.range.clone()];
        let at = rows.binary_search_by(|row| (row.stream, row.part.as_str()).cmp(&(stream, part))).ok()?;
        Some(self.range.start + at)
    }

    /// How many rows of each table the events say.
    pub(super) fn counted(&self) -> Counted {
        let tables = self.folded.chunk_by(|one, other| one.table.name == other.table.name);
        tables.map(|rows| (rows[0].table.name, i64::try_from(rows.len()).unwrap_or(i64::MAX))).collect()
    }

    /// The first difference by stream, table and part; what is left over comes last.
    pub(super) fn difference(&self) -> Option<Difference> {
        let unlike = self.folded.iter().zip(&self.beside).filter(|(_, beside)| **beside != Beside::TheSame);
        let first = unlike.min_by_key(|(row, _)| (row.stream, row.table.name, row.part.as_str()));
        if let Some((row, beside)) = first {
            let what = if let Beside::Other(column) = beside { column } else { "missing" };
            return Some(Difference::new(row.key(), what));
        }
        let first = self.left_over.iter().min_by_key(|key| (key.stream, key.table.name, key.part.as_str()));
        first.map(|key| Difference::new(key.clone(), "left over"))
    }

    /// What makes the stored rows into the folded ones.
    pub(super) fn changes(self) -> RowChanges {
        let unlike =
            self.folded.into_iter().zip(self.beside).filter(|(_, beside)| *beside != Beside::TheSame);
        RowChanges { upserts: unlike.map(|(row, _)| row).collect(), deletes: self.left_over }
    }

    /// All folded rows.
    pub(super) fn all(self) -> RowChanges {
        RowChanges { upserts: self.folded, deletes: Vec::new() }
    }
}

fn place(row: &Row) -> (&'static str, StreamId, &str) {
    (row.table.name, row.stream, &row.part)
}

/// What this stored row of the same name is beside the folded one.
fn beside(folded: &Row, stored: &dyn Columns) -> Result<Beside, Fault> {
    let mut found = Beside::TheSame;
    // To the end, so that what cannot be read is noticed wherever it stands.
    for (at, (column, value)) in folded.table.columns.iter().zip(&folded.values).enumerate() {
        if stored.seen(at + 2, column.kind)? != value.seen() && found == Beside::TheSame {
            found = Beside::Other(column.name);
        }
    }
    Ok(found)
}

/// A row that was read whole.
impl Columns for Row {
    fn seen(&self, column: usize, _: Kind) -> Result<Seen<'_>, Fault> {
        match column {
            0 => Ok(Seen::Id(self.stream.uuid())),
            1 => Ok(Seen::Text(&self.part)),
            _ => self
                .values
                .get(column - 2)
                .map(super::Value::seen)
                .ok_or_else(|| Fault::unreadable("a read row")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::rows::{Column, Value};

    static ONE: Table =
        Table { name: "one", of: &[], version: 1, columns: &[Column::new("n", Kind::Int)], indexes: &[] };
    static OTHER: Table =
        Table { name: "other", of: &[], version: 1, columns: &[Column::new("n", Kind::Int)], indexes: &[] };

    /// Rows by whether they are of the second table, stream and part.
    type Rows = BTreeMap<(bool, u128, u8), i64>;

    fn rows(of: &Rows) -> Vec<Row> {
        let row = |((other, stream, part), n): (&(bool, u128, u8), &i64)| Row {
            table: if *other { &OTHER } else { &ONE },
            stream: StreamId::from_uuid(Uuid::from_u128(*stream)),
            part: part.to_string(),
            values: vec![Value::Int(*n)],
        };
        of.iter().map(row).collect()
    }

    fn some() -> impl Strategy<Value = Rows> {
        proptest::collection::btree_map((any::<bool>(), 0_u128..4, 0_u8..12), 0_i64..3, 0..30)
    }

    proptest! {
        #[test]
        fn rows_are_compared_where_they_stand_as_they_are_side_by_side(folded in some(), stored in some(), turned: bool) {
            let (mut told, mut there) = (rows(&folded), rows(&stored));
            if turned {
                told.reverse();
                there.reverse();
            }
            let mut comparison = Comparison::of(told.clone());
            for table in [&OTHER, &ONE] {
                comparison.begin(table);
                for row in there.iter().filter(|row| row.table.name == table.name) {
                    comparison.stored(row).unwrap();
                }
            }
            let whole = RowChanges::between(&there, &told);
            prop_assert_eq!(comparison.difference().is_some(), !whole.is_empty());
            prop_assert_eq!(comparison.counted().values().sum::<i64>(), i64::try_from(told.len()).unwrap());
            let changes = comparison.changes();
            let names = |keys: Vec<RowKey>| {
                let mut names: Vec<_> = keys.into_iter().map(|key| (key.table.name, key.stream, key.part)).collect();
                names.sort();
                names
            };
            prop_assert_eq!(names(changes.deletes), names(whole.deletes));
            let upserts = |rows: Vec<Row>| rows.into_iter().map(|row| (row.key(), row.values));
            let keyed = |rows: Vec<Row>| names(upserts(rows).map(|(key, _)| key).collect());
            prop_assert!(changes.upserts.iter().all(|row| told.contains(row)));
            prop_assert_eq!(keyed(changes.upserts), keyed(whole.upserts));
        }
    }
}
