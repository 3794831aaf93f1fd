//! One look at the record: the questions of one request, answered from one moment.
//!
//! Every page that is shown ends in a commit to the access log, and in SQLite a commit by anybody empties the caches of
//! all who read. Asked one by one, the ten questions of a page find ten empty caches; within a look they share one
//! transaction, and a page cannot show half of a change. What the same request writes ends its look, so that it reads
//! what it wrote. PostgreSQL keeps its cache, and each question stands alone there.
use std::sync::Arc;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, SqlStr, Sqlite, SqlitePool, Transaction};
use tokio::sync::Mutex;

use crate::Store;
use crate::db::{Arg, Db, lite};

tokio::task_local! {
    static LOOK: Arc<Look>;
}

/// The connections it is for, and the transaction once something was asked.
pub(crate) struct Look {
    pool: SqlitePool,
    open: Mutex<Option<Transaction<'static, Sqlite>>>,
}

impl Store {
    /// Does `work` within one look. For work that ends soon and mostly reads: while it lasts, what others write
    /// cannot be folded back into the file.
    pub async fn looking<T>(&self, work: impl Future<Output = T>) -> T {
        let Db::Lite(pool) = &self.inner.read else { return work.await };
        let look = Arc::new(Look { pool: pool.clone(), open: Mutex::default() });
        let done = LOOK.scope(look.clone(), work).await;
        look.end().await;
        done
    }
}

impl Look {
    /// The rows, as they stand at the moment of this look.
    pub(crate) async fn rows<T>(&self, sql: SqlStr, args: Vec<Arg>) -> sqlx::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let mut open = self.open.lock().await;
        let tx = match &mut *open {
            Some(tx) => tx,
            none => none.insert(self.pool.begin().await?),
        };
        sqlx::query_as_with(sql, lite(args)?).fetch_all(&mut **tx).await
    }

    async fn end(&self) {
        if let Some(open) = self.open.lock().await.take() {
            // Nothing was written: there is nothing to lose.
            drop(open.rollback().await);
        }
    }
}

/// Ends the look of this task, if there is one, after it wrote.
pub(crate) async fn forget() {
    if let Ok(look) = LOOK.try_with(Arc::clone) {
        look.end().await;
    }
}

/// The look of this task, when it is through these connections; none when a question stands alone.
pub(crate) fn of(pool: &SqlitePool) -> Option<Arc<Look>> {
    let through = |look: &Arc<Look>| Arc::ptr_eq(&look.pool.connect_options(), &pool.connect_options());
    LOOK.try_with(Arc::clone).ok().filter(through)
}
