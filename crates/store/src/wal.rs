//! Folds SQLite's write-ahead log back into the file beside the writer, so that no commit has to wait for it.
//!
//! Every page that is shown writes who looked at what, scattered over the index of records, so that the log grows quickly.
//! Left to the writer, folding it back held up one commit in a few hundred for a third of a second.
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;

use crate::open::Inner;

/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// What was written meanwhile is folded back at once, so often at most: the log begins again only when nothing is left.
const ROUNDS: usize = 6;
/// With more pages left than this, somebody writes in bulk: the next round would fold the same pages again.
const FEW: i64 = 2_000;

/// Begins to do so; it ends with the store.
pub(crate) fn fold_back(inner: &Arc<Inner>, pool: SqlitePool) {
    let inner = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            if inner.strong_count() == 0 || pool.is_closed() {
                return;
            }
            for _ in 0..ROUNDS {
                // Passive: it waits for nobody and nobody for it.
                let done: Result<(i64, i64, i64), _> =
                    sqlx::query_as("pragma wal_checkpoint(passive)").fetch_one(&pool).await;
                match done {
                    Ok((_, log, folded)) if (1..FEW).contains(&(log - folded)) => {}
                    // The writer still does it itself when the log grows large.
                    Ok(_) | Err(_) => break,
                }
            }
        }
    });
}
