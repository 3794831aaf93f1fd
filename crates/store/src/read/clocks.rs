//! Running clocks that are due.
use async_recursion::async_recursion as boxed;
use cf_casework::clocks::ClockId;
use cf_kernel::{StreamId, Timestamp, UserId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::db::{args, from_row};
use crate::kept::to_the_second;
use crate::{Fault, Store};

from_row! {
    /// One running clock.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct DueClock {
        pub stream: Uuid,
        pub part: String,
        pub kind: String,
        pub clock: String,
        pub child: Uuid,
        pub child_name: String,
        pub restricted: bool,
        pub owner_user: Option<Uuid>,
        pub owner_name: String,
        pub started_at: i64,
        pub due_at: i64,
        pub climbed: i64,
        pub next_rung: String,
        pub next_at: i64,
    }
}

impl DueClock {
    /// The stream the clock runs in.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        StreamId::from_uuid(self.stream)
    }

    /// What is owed, in words.
    #[must_use]
    pub fn words(&self) -> String {
        ClockId::from(self.part.as_str()).words()
    }

    /// The record of the child it is about.
    #[must_use]
    pub fn child(&self) -> StreamId {
        StreamId::from_uuid(self.child)
    }
}

/// A clock beside the child it is about: "review overdue" helps nobody who is not told whose.
pub(super) const SELECT: &str = "select k.stream, k.part, k.kind, k.clock, k.child, coalesce(c.name, '') as child_name, \
    coalesce(c.restricted, false) as restricted, k.owner_user, k.owner_name, k.started_at, k.due_at, k.climbed, \
    k.next_rung, k.next_at from running_clock k left join child c on c.stream = k.child";

impl Store {
    /// Clocks whose next rung is to be climbed now, oldest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn clocks_to_climb(&self, now: Timestamp, limit: i64) -> Result<Vec<DueClock>, Fault> {
        let sql = format!("{SELECT} where k.next_at <= $1 order by k.next_at, k.stream, k.part limit $2");
        Ok(self.reads().rows(AssertSqlSafe(sql), args![now.micros(), limit]).await?)
    }

    /// What one person owes, soonest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn clocks_of(&self, user: UserId, limit: i64) -> Result<Vec<DueClock>, Fault> {
        let sql = format!("{SELECT} where k.owner_user = $1 order by k.due_at, k.stream, k.part limit $2");
        Ok(self.reads().rows(AssertSqlSafe(sql), args![user.uuid(), limit]).await?)
    }

    /// Clocks past due that have reached at least this many rungs, longest overdue first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn clocks_overdue(
        &self,
        now: Timestamp,
        climbed: i64,
        limit: i64,
    ) -> Result<Vec<DueClock>, Fault> {
        self.past_due("", now, climbed, limit).await
    }

    /// The same, but for what stands on a list of its own: those of the supervisor's queue, wording, flows of work.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn clocks_brought_up(
        &self,
        now: Timestamp,
        climbed: i64,
        limit: i64,
    ) -> Result<Vec<DueClock>, Fault> {
        let elsewhere = "and k.kind not in ('wording', 'flow') \
                         and k.clock not in ('senior_look', 'first_grade', 'action_due', 'handover_ack') \
                         and (k.clock <> 'grade_review' or not exists \
                         (select 1 from incident i where i.stream = k.stream and i.look_owed))";
        self.past_due(elsewhere, now, climbed, limit).await
    }

    async fn past_due(
        &self,
        but: &str,
        now: Timestamp,
        climbed: i64,
        limit: i64,
    ) -> Result<Vec<DueClock>, Fault> {
        let sql = format!(
            "{SELECT} where k.due_at <= $1 and k.climbed >= $2 {but} order by k.due_at, k.stream, k.part limit $3"
        );
        self.kept(sql, args![to_the_second(now), climbed, limit]).await
    }
}
