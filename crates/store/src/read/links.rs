//! A pair of records as rows, and pairs by what waits and by record.
use async_recursion::async_recursion as boxed;
use cf_casework::link::State;
use cf_kernel::{LinkId, StreamId};
use uuid::Uuid;

use super::incidents::clock_rows;
use super::tables::LINK;
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// One pair, as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct LinkRow {
        pub stream: Uuid,
        pub child: Uuid,
        pub other: Uuid,
        pub other_kind: String,
        pub standing: String,
        pub score: i64,
        pub asked_at: i64,
        pub decided_at: Option<i64>,
        pub decided_by: Option<String>,
        pub looks: i64,
    }
}

impl LinkRow {
    /// The pair's id.
    #[must_use]
    pub fn id(&self) -> LinkId {
        LinkId::from_uuid(self.stream)
    }
    /// The other end, seen from one of the two records.
    #[must_use]
    pub fn across_from(&self, record: Uuid) -> Uuid {
        if self.child == record { self.other } else { self.child }
    }
}

/// The rows of a pair.
#[must_use]
pub fn link_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(link) = &state.link else { return Vec::new() };
    let last = link.decisions.last();
    let mut rows = vec![Row {
        table: &LINK,
        stream,
        part: String::new(),
        values: vec![
            link.pair.child.into(),
            Value::Id(link.pair.other.stream().uuid()),
            link.pair.other.kind().into(),
            link.standing.code().into(),
            Value::Int(link.evidence.as_ref().map_or(0, |evidence| evidence.score.into())),
            link.asked_at.into(),
            last.map(|decided| decided.at).into(),
            last.map(|decided| decided.by.name.clone()).into(),
            Value::Int(link.decisions.len() as i64),
        ],
    }];
    rows.extend(clock_rows(stream, "link", link.pair.child, &link.clocks, |_| &link.owner));
    rows
}

const COLUMNS: &str =
    "stream, child, other, other_kind, standing, score, asked_at, decided_at, decided_by, looks";

impl Store {
    /// Pairs nobody has decided, likeliest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn links_proposed(&self, limit: i64) -> Result<Vec<LinkRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from record_link where standing = 'proposed' order by score desc, stream limit $1"
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![limit]).await?)
    }

    /// Pairs somebody has decided, the latest decision first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn links_decided(&self, limit: i64) -> Result<Vec<LinkRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from record_link where decided_at is not null and standing <> 'proposed' \
             order by decided_at desc, stream limit $1"
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![limit]).await?)
    }

    /// How many pairs nobody has decided.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn links_waiting(&self) -> Result<i64, Fault> {
        let sql = "select count(*) from record_link where standing = 'proposed'";
        let row: Option<(i64,)> = self.reads().row(sql, args![]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// Every pair this record is one of.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn links_of(&self, record: StreamId) -> Result<Vec<LinkRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from record_link where child = $1 or other = $2 order by asked_at, stream"
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![record.uuid(), record.uuid()]).await?)
    }
}
