//! Running clocks that are due.
use cf_kernel::{StreamId, Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::args;
use crate::{Fault, Store};

/// One running clock.
#[derive(Debug, Clone, PartialEq, FromRow)]
#[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
pub struct DueClock {
    pub stream: Uuid,
    pub part: String,
    pub kind: String,
    pub clock: String,
    pub child: Uuid,
    pub owner_user: Option<Uuid>,
    pub owner_name: String,
    pub started_at: i64,
    pub due_at: i64,
    pub climbed: i64,
    pub next_rung: String,
    pub next_at: i64,
}

impl DueClock {
    /// The stream the clock runs in.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        StreamId::from_uuid(self.stream)
    }
}

impl Store {
    /// Clocks whose next rung is to be climbed now, oldest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clocks_to_climb(&self, now: Timestamp, limit: i64) -> Result<Vec<DueClock>, Fault> {
        let sql = "select stream, part, kind, clock, child, owner_user, owner_name, started_at, due_at, climbed, next_rung, next_at \
                   from running_clock where next_at <= $1 order by next_at, stream, part limit $2";
        Ok(self.reads().rows(sql, args![now.micros(), limit]).await?)
    }

    /// What one person owes, soonest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clocks_of(&self, user: UserId, limit: i64) -> Result<Vec<DueClock>, Fault> {
        let sql = "select stream, part, kind, clock, child, owner_user, owner_name, started_at, due_at, climbed, next_rung, next_at \
                   from running_clock where owner_user = $1 order by due_at, stream, part limit $2";
        Ok(self.reads().rows(sql, args![user.uuid(), limit]).await?)
    }

    /// Clocks past due that have reached at least this many rungs, longest overdue first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clocks_overdue(
        &self,
        now: Timestamp,
        climbed: i64,
        limit: i64,
    ) -> Result<Vec<DueClock>, Fault> {
        let sql = "select stream, part, kind, clock, child, owner_user, owner_name, started_at, due_at, climbed, next_rung, next_at \
                   from running_clock where due_at <= $1 and climbed >= $2 order by due_at, stream, part limit $3";
        Ok(self.reads().rows(sql, args![now.micros(), climbed, limit]).await?)
    }
}
