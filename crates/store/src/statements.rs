//! Statement texts for many rows at once, in sizes of powers of two so that each is prepared once and found again.
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::db::{Arg, Database, Read, Tx};

/// The most rows in one statement. 256 rows of a dozen columns stay far below both databases' limits on parameters.
const MOST_ROWS: usize = 256;
/// PostgreSQL counts parameters in sixteen bits, SQLite allows 32,766.
const MOST_PARAMETERS: usize = 30_000;

/// An insert whose `values` are repeated: `head values (...), (...) tail`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Insert {
    /// `insert into event (position, stream)`.
    pub(crate) head: Arc<str>,
    /// `on conflict ...`, or empty.
    pub(crate) tail: Arc<str>,
    pub(crate) columns: usize,
}

impl Insert {
    pub(crate) fn new(head: &str, columns: usize, tail: &str) -> Self {
        Self { head: head.into(), tail: tail.into(), columns }
    }
}

/// Texts made so far. One for each store, shared by all its tasks.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    texts: Mutex<HashMap<(Arc<str>, usize), SqlStr>>,
}

impl Statements {
    /// Inserts rows; `args` holds them one after the other.
    pub(crate) async fn insert(&self, tx: &mut Tx, insert: &Insert, args: Vec<Arg>) -> sqlx::Result<()> {
        let mut left = args.len() / insert.columns.max(1);
        let mut args = args.into_iter();
        let most = MOST_ROWS.min(1 << (MOST_PARAMETERS / insert.columns.max(1)).ilog2());
        while left > 0 {
            let rows = most.min(1 << left.ilog2());
            let sql = self.text(&insert.head, rows, || insert_text(tx.kind(), insert, rows));
            tx.execute(sql, args.by_ref().take(rows * insert.columns).collect()).await?;
            left -= rows;
        }
        Ok(())
    }

    /// Runs `head ($1, $2, ...) tail` for a list of any length, filling up to a power of two with the last value.
    pub(crate) async fn within<T: Read>(
        &self,
        tx: &mut Tx,
        head: &'static str,
        tail: &'static str,
        list: impl IntoIterator<Item = impl Into<Arg>>,
    ) -> sqlx::Result<Vec<T>> {
        let list: Vec<Arg> = list.into_iter().map(Into::into).collect();
        let mut found = Vec::new();
        for chunk in list.chunks(MOST_ROWS) {
            let (sql, args) = self.list(tx.kind(), head, tail, chunk);
            found.extend(tx.rows(sql, args).await?);
        }
        Ok(found)
    }

    /// Text and arguments for one chunk of such a list.
    pub(crate) fn list(
        &self,
        kind: Database,
        head: &str,
        tail: &'static str,
        chunk: &[Arg],
    ) -> (SqlStr, Vec<Arg>) {
        let width = chunk.len().next_power_of_two();
        let mut args = chunk.to_vec();
        if let Some(last) = chunk.last() {
            args.resize(width, last.clone());
        }
        let sql = self.text(&Arc::from(head), width, || {
            let mut sql = String::from(head);
            sql.push('(');
            placeholders(&mut sql, kind, 1, width);
            sql.push_str(") ");
            sql.push_str(tail);
            sql
        });
        (sql, args)
    }

    fn text(&self, name: &Arc<str>, size: usize, make: impl FnOnce() -> String) -> SqlStr {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.entry((name.clone(), size)).or_insert_with(|| fixed(make())).clone()
    }
}

/// A statement text made by this crate from names it knows, never from input.
pub(crate) fn fixed(sql: String) -> SqlStr {
    AssertSqlSafe(Arc::<str>::from(sql)).into_sql_str()
}

fn insert_text(kind: Database, insert: &Insert, rows: usize) -> String {
    let mut sql = String::with_capacity(rows * insert.columns * 6 + 200);
    // Should a row fail, the whole transaction is rolled back in any case. Told so, SQLite keeps no copies of pages to
    // undo the one statement with.
    let head = match kind {
        Database::Sqlite => insert.head.replacen("insert into", "insert or fail into", 1),
        Database::Postgres => insert.head.to_string(),
    };
    let _ = write!(sql, "{head} values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        placeholders(&mut sql, kind, row * insert.columns + 1, insert.columns);
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(&insert.tail);
    sql
}

// SQLite looks a numbered parameter up by name, one after the other, so a long statement is quicker with `?`.
fn placeholders(sql: &mut String, kind: Database, first: usize, count: usize) {
    for number in first..first + count {
        let comma = if number == first { "" } else { "," };
        let _ = match kind {
            Database::Sqlite => write!(sql, "{comma}?"),
            Database::Postgres => write!(sql, "{comma}${number}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_repeat_their_values() {
        let insert = Insert::new("insert into t (a, b)", 2, "on conflict do nothing");
        assert_eq!(
            insert_text(Database::Postgres, &insert, 2),
            "insert into t (a, b) values ($1,$2),($3,$4) on conflict do nothing"
        );
        assert_eq!(
            insert_text(Database::Sqlite, &insert, 2),
            "insert or fail into t (a, b) values (?,?),(?,?) on conflict do nothing"
        );
    }

    #[test]
    fn lists_are_filled_with_their_last_value() {
        let list = [Arg::from(1), Arg::from(2), Arg::from(3)];
        let (sql, args) =
            Statements::default().list(Database::Sqlite, "select a from t where a in ", "order by a", &list);
        assert_eq!(sql.as_str(), "select a from t where a in (?,?,?,?) order by a");
        assert_eq!(args[3], Arg::from(3));
    }
}
