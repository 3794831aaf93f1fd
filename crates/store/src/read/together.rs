//! Children whose records touch: missing at the same time, or with a phone, address, vehicle or suspect in common.
use async_recursion::async_recursion as boxed;
use cf_kernel::{ChildId, Timestamp};
use uuid::Uuid;

use super::IncidentRow;
use super::incidents::COLUMNS;
use crate::db::args;
use crate::{Fault, Store};

/// A missing child is looked for in reports from this long before another went missing, in days: longer absences are
/// rare, and the bound lets an index answer.
const LONGEST_DAYS: i64 = 30;

impl Store {
    /// Other children's incidents during this time, newest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn incidents_during(
        &self,
        but: ChildId,
        from: Timestamp,
        to: Timestamp,
        limit: i64,
    ) -> Result<Vec<IncidentRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from incident \
             where child <> $1 and reported_at >= $2 and reported_at <= $3 \
             and coalesce(last_seen_at, reported_at) <= $4 \
             and (returned_at >= $5 or (returned_at is null and phase = 'missing')) \
             order by reported_at desc, stream limit $6"
        );
        let earliest = from.plus_hours(-24 * LONGEST_DAYS).micros();
        // A report may come long after the child was last seen; it is still about that time.
        let latest = to.plus_hours(24 * LONGEST_DAYS).micros();
        let args = args![but.uuid(), earliest, latest, to.micros(), from.micros(), limit];
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args).await?)
    }

    /// Other children with a phone number, address, vehicle or suspect of this one; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn children_sharing(&self, child: ChildId, limit: i64) -> Result<Vec<Uuid>, Fault> {
        let sql = "select distinct other.stream from child_key own \
                   join child_key other on other.kind = own.kind and other.word = own.word \
                   where own.stream = $1 and own.kind in ('phone', 'at', 'vehicle', 'suspect') and other.stream <> $2 \
                   order by other.stream limit $3";
        let rows: Vec<(Uuid,)> = self.reads().rows(sql, args![child.uuid(), child.uuid(), limit]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// What ties these children to others: child, `phone`, `at` (a postcode), `vehicle` or `suspect`, and which.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn contact_keys_of(&self, children: &[Uuid]) -> Result<Vec<(Uuid, String, String)>, Fault> {
        self.among(
            "select stream, kind, word from child_key where kind in ('phone', 'at', 'vehicle', 'suspect') and stream in ",
            "order by stream, kind, word",
            children,
        )
        .await
    }
}
