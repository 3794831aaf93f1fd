//! Lists that many people look at, kept while the record stands still.
//!
//! The board and the queue are read-table rows, and those change only with the record: a list made at its present head
//! is the list. It is made again once the record has grown, and after a second in any case, because a case file that is
//! destroyed, or tables that are filled again, change rows without an event.
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::db::{Arg, Read};
use crate::{Fault, Store};

/// The longest a list is kept.
const LONGEST: Duration = Duration::from_secs(1);

/// The lists, by their question.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<String, List>>);

struct List {
    head: i64,
    made: Instant,
    rows: Arc<dyn Any + Send + Sync>,
}

impl Kept {
    fn get<T: Clone + Send + Sync + 'static>(&self, question: &str, head: i64) -> Option<Vec<T>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get(question).filter(|list| list.head == head && list.made.elapsed() < LONGEST)?;
        let rows = Arc::clone(&list.rows);
        drop(lists);
        rows.downcast_ref::<Vec<T>>().cloned()
    }

    fn put<T: Clone + Send + Sync + 'static>(&self, question: String, head: i64, made: Instant, rows: &[T]) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| list.head == head && list.made.elapsed() < LONGEST);
        lists.insert(question, List { head, made, rows: Arc::new(rows.to_vec()) });
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Store {
    /// Rows of read tables, made at the present head of the record.
    pub(crate) async fn kept<T>(&self, sql: String, args: Vec<Arg>) -> Result<Vec<T>, Fault>
    where
        T: Read + Clone + Sync + 'static,
    {
        let (question, made) = (format!("{sql} {args:?}"), Instant::now());
        // Asked first: rows that are newer than it are only made again sooner.
        let head = self.head().await?;
        if let Some(rows) = self.inner.kept.get(&question, head) {
            return Ok(rows);
        }
        let rows: Vec<T> = self.reads().rows(sqlx::AssertSqlSafe(sql), args).await?;
        self.inner.kept.put(question, head, made, &rows);
        Ok(rows)
    }
}

/// A moment to the second, so that the questions of one second are one.
pub(crate) fn to_the_second(moment: cf_kernel::Timestamp) -> i64 {
    moment.micros() - moment.micros().rem_euclid(1_000_000)
}
