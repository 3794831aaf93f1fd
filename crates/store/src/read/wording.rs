//! Kept findings and challenges as rows. Codes and ids only: the words stay sealed in the record.
use async_recursion::async_recursion as boxed;
use cf_casework::wording::{Matter, Origin, State};
use cf_kernel::{StreamId, WordingId};
use uuid::Uuid;

use super::incidents::clock_rows;
use super::tables::WORDING;
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// A kept finding or a challenge, as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct WordingRow {
        pub stream: Uuid,
        pub child: Uuid,
        pub child_name: String,
        pub restricted: bool,
        pub record: Uuid,
        pub record_kind: String,
        pub entry: Option<i64>,
        pub origin: String,
        pub phase: String,
        pub category: Option<String>,
        pub rule: Option<String>,
        pub severity: Option<String>,
        pub basis: Option<String>,
        pub rules: Option<String>,
        pub begun_at: i64,
        pub begun_by: String,
        pub writer_user: Option<Uuid>,
        pub writer_name: Option<String>,
        pub writer_role: Option<String>,
        pub writer_team: Option<Uuid>,
        pub owner_name: String,
        pub owner_team: Uuid,
        pub decision: Option<String>,
        pub outcome: Option<String>,
        pub due_at: Option<i64>,
        pub settled_at: Option<i64>,
    }
}

impl WordingRow {
    /// The child it is about.
    #[must_use]
    pub fn child(&self) -> StreamId {
        StreamId::from_uuid(self.child)
    }

    /// The matter's id.
    #[must_use]
    pub fn id(&self) -> WordingId {
        WordingId::from_uuid(self.stream)
    }
}

/// The rows of a kept finding or a challenge: itself, and its running clock.
#[must_use]
pub fn wording_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(matter) = state.matter.as_deref() else { return Vec::new() };
    let owner = matter.owner();
    let mut rows = vec![wording_row(stream, matter)];
    rows.extend(clock_rows(stream, "wording", matter.about().child, &matter.clocks, |_| &owner));
    rows
}

fn wording_row(stream: StreamId, matter: &Matter) -> Row {
    let about = matter.about();
    let kept = match &matter.origin {
        Origin::Kept(kept) => Some(kept),
        Origin::Raised(_) => None,
    };
    let code = |code: Option<&str>| Value::from(code.map(str::to_owned));
    let writer = about.writer.as_ref();
    let owner = matter.owner();
    let due = matter.clocks.values().map(|clock| clock.deadline.due_at).min();
    let settled = (!matter.is_open()).then_some(matter.phase.1);
    Row {
        table: &WORDING,
        stream,
        part: String::new(),
        values: vec![
            about.child.into(),
            about.record.into(),
            about.kind.code().into(),
            about.entry.into(),
            if kept.is_some() { "kept" } else { "raised" }.into(),
            matter.phase.0.code().into(),
            code(kept.map(|kept| kept.category.as_str())),
            code(kept.map(|kept| kept.rule.as_str())),
            code(kept.map(|kept| kept.severity.as_str())),
            code(kept.map(|kept| kept.basis.code())),
            code(kept.map(|kept| kept.rules.as_str())),
            matter.begun.0.into(),
            matter.begun.1.name.as_str().into(),
            writer.map(|writer| writer.user).into(),
            code(writer.map(|writer| writer.name.as_str())),
            code(writer.map(|writer| writer.role.code())),
            writer.map(|writer| writer.team).into(),
            owner.name().into(),
            matter.desk().team().into(),
            code(matter.look.as_ref().map(|look| look.what.decision.code())),
            code(matter.outcome.as_ref().map(|outcome| outcome.what.outcome.code())),
            due.into(),
            settled.into(),
        ],
    }
}

const SELECT: &str = "select w.stream, w.child, coalesce(c.name, '') as child_name, \
    coalesce(c.restricted, false) as restricted, w.record, w.record_kind, w.entry, w.origin, w.phase, \
    w.category, w.rule, w.severity, w.basis, w.rules, w.begun_at, w.begun_by, w.writer_user, w.writer_name, \
    w.writer_role, w.writer_team, w.owner_name, w.owner_team, w.decision, w.outcome, w.due_at, w.settled_at \
    from wording w left join child c on c.stream = w.child";

impl Store {
    /// What waits for a look or an outcome, soonest due first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_waiting(&self, limit: i64) -> Result<Vec<WordingRow>, Fault> {
        let sql = format!("{SELECT} where w.settled_at is null order by w.due_at, w.stream limit $1");
        self.kept(sql, args![limit]).await
    }

    /// Kept findings and challenges about one record, newest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_about(&self, record: StreamId, limit: i64) -> Result<Vec<WordingRow>, Fault> {
        let sql = format!("{SELECT} where w.record = $1 order by w.begun_at desc, w.stream limit $2");
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![record.uuid(), limit]).await?)
    }

    /// Kept findings a supervisor called false alarms, newest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_false_alarms(&self, limit: i64) -> Result<Vec<WordingRow>, Fault> {
        let sql =
            format!("{SELECT} where w.decision = 'false_alarm' order by w.begun_at desc, w.stream limit $1");
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![limit]).await?)
    }
}
