//! Which entries name a record: an index that follows the access log a second behind.
//!
//! A page of four hundred children names four hundred records, each at its own place in an index by record. Kept with
//! every entry, one look at the page would write four hundred pages of the file; filled in sorted batches, each of them
//! is written once a second however often it was named. Whoever asks about a record reads the entries behind the mark too.
use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;

use crate::db::{Database, args};
use crate::log::Log;
use crate::open::Inner;
use crate::{Fault, Store};

/// How often the index catches up.
const EVERY: Duration = Duration::from_secs(1);
/// Records taken in by one transaction: so long, a millisecond or two, may a commit have to wait for it.
const STEP: i64 = 1_000;

/// Begins to follow the log; it ends with the store.
pub(crate) fn follow(inner: &Arc<Inner>) {
    let inner = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let Some(inner) = inner.upgrade() else { return };
            let store = Store { inner };
            if store.damage().is_some() || store.inner.write.is_closed() {
                return;
            }
            if let Err(fault) = store.index_access().await {
                // Nothing is lost: whoever asks reads what the index does not have.
                tracing::warn!(%fault, "the index of who looked at what did not catch up");
            }
        }
    });
}

impl Store {
    /// Brings the index of who looked at what up to date. It does so by itself every second.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn index_access(&self) -> Result<(), Fault> {
        while self.index_some().await? {}
        Ok(())
    }

    /// One step. `false` when there is nothing left to take in.
    async fn index_some(&self) -> Result<bool, Fault> {
        // Asked without a lock, because mostly there is nothing to do.
        let behind: Option<(i64,)> = self
            .inner
            .read
            .row(
                "select position from access_record where position > (select position from access_mark) \
                 and position <= (select size from head where log = $1) order by position limit 1",
                args![Log::Access.number()],
            )
            .await?;
        if behind.is_none() {
            return Ok(false);
        }
        let mut tx = self.inner.write.begin().await?;
        // Of several nodes one takes the step; another waits here, and then takes the next.
        let lock = match tx.kind() {
            Database::Sqlite => "select position from access_mark",
            Database::Postgres => "select position from access_mark for update",
        };
        let Some((mark,)): Option<(i64,)> = tx.row(lock, vec![]).await? else {
            return Err(Fault::unreadable("the mark of the index of who looked at what"));
        };
        // Never past the head: what stands there was not logged, and is for `verify` to find.
        let far: Option<(i64, Option<i64>)> = tx
            .row(
                "select size, (select position from access_record where position > $1 and position <= size \
                 order by position limit 1 offset $2) from head where log = $3",
                args![mark, STEP, Log::Access.number()],
            )
            .await?;
        let Some((size, far)) = far else { return Err(Fault::unreadable("the head of the access log")) };
        // Up to the entry before the one that goes too far; but at least one, however many records it names.
        let to = far.map_or(size, |position| (position - 1).max(mark + 1));
        tx.execute(
            "insert into access_of (record, position) select record, position from access_record \
             where position > $1 and position <= $2 order by record, position on conflict do nothing",
            args![mark, to],
        )
        .await?;
        tx.execute("update access_mark set position = $1", args![to]).await?;
        tx.commit().await?;
        Ok(far.is_some())
    }
}
