//! What a command changes in the read tables: the difference between the rows before and the rows after.
use std::collections::HashMap;

use super::{Row, RowKey};

/// Rows to write and rows to remove.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowChanges {
    /// Rows that are new or changed, whole.
    pub upserts: Vec<Row>,
    /// Rows that are no longer.
    pub deletes: Vec<RowKey>,
}

impl RowChanges {
    /// The fewest changes that lead from `before` to `after`. Neither names a row twice.
    #[must_use]
    pub fn between(before: &[Row], after: &[Row]) -> Self {
        let name = |row: &Row| (row.table.name, row.stream, row.part.clone());
        let mut gone: HashMap<_, &Row> = before.iter().map(|row| (name(row), row)).collect();
        let mut changes = Self::default();
        for row in after {
            if gone.remove(&name(row)).is_none_or(|old| old.values != row.values) {
                changes.upserts.push(row.clone());
            }
        }
        // In the order of `before`, so that the same states give the same statements.
        changes.deletes = before.iter().filter(|row| gone.contains_key(&name(row))).map(Row::key).collect();
        changes
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upserts.is_empty() && self.deletes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Column, Kind, Table, Value};
    use cf_kernel::StreamId;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    static TABLE: Table =
        Table { name: "t", of: &[], version: 1, columns: &[Column::new("n", Kind::Int)], indexes: &[] };

    fn rows(parts: &BTreeMap<u8, i64>) -> Vec<Row> {
        let stream = StreamId::from_uuid(uuid::Uuid::nil());
        let row = |(part, n): (&u8, &i64)| Row {
            table: &TABLE,
            stream,
            part: part.to_string(),
            values: vec![Value::Int(*n)],
        };
        parts.iter().map(row).collect()
    }

    proptest! {
        #[test]
        fn applying_the_difference_gives_the_rows_after(
            before in proptest::collection::btree_map(0_u8..8, 0_i64..3, 0..8),
            after in proptest::collection::btree_map(0_u8..8, 0_i64..3, 0..8),
        ) {
            let (before, after) = (rows(&before), rows(&after));
            let changes = RowChanges::between(&before, &after);
            let mut applied: BTreeMap<String, Row> = before.iter().map(|r| (r.part.clone(), r.clone())).collect();
            for key in &changes.deletes {
                prop_assert!(applied.remove(&key.part).is_some());
            }
            for row in &changes.upserts {
                prop_assert_ne!(applied.insert(row.part.clone(), row.clone()), Some(row.clone()));
            }
            prop_assert_eq!(applied.into_values().collect::<Vec<_>>(), after);
        }
    }
}
