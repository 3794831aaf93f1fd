//! Alarms about flows as rows, and the moments flows are counted from.
use async_recursion::async_recursion as boxed;
use cf_casework::flow::State;
use cf_kernel::{ChildId, FlowAlarmId, StreamId, Timestamp};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::incidents::clock_rows;
use super::tables::FLOW_ALARM;
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// An alarm, as lists show it. Days are `2026-11-23`, moments microseconds.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct FlowAlarmRow {
        pub stream: Uuid,
        pub flow: String,
        pub period: String,
        pub because: String,
        pub fell_on: String,
        pub known_on: String,
        pub counted: i64,
        pub usual_tenths: i64,
        pub limit_tenths: Option<i64>,
        pub raised_at: i64,
        pub owner_name: String,
        pub due_at: Option<i64>,
        pub finding: Option<String>,
        pub answered_at: Option<i64>,
        pub answered_by: Option<String>,
    }
}

impl FlowAlarmRow {
    /// The alarm's id.
    #[must_use]
    pub fn id(&self) -> FlowAlarmId {
        FlowAlarmId::from_uuid(self.stream)
    }
}

from_row! {
    /// When each step of the work on one incident was first done, as far as it was; microseconds.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct FlowMoments {
        pub reported_at: i64,
        pub graded_at: Option<i64>,
        pub reviewed_at: Option<i64>,
        pub returned_at: Option<i64>,
        pub prevention_at: Option<i64>,
        pub offered_at: Option<i64>,
        pub interview_at: Option<i64>,
    }
}

/// The rows of an alarm: itself, and its running clock.
#[must_use]
pub fn flow_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(alarm) = &state.alarm else { return Vec::new() };
    let (raised, answer) = (&alarm.raised, alarm.answer.as_ref());
    let due = alarm.clocks.values().map(|clock| clock.deadline.due_at).min();
    let mut rows = vec![Row {
        table: &FLOW_ALARM,
        stream,
        part: String::new(),
        values: vec![
            raised.flow.code().into(),
            raised.period.code().into(),
            raised.because.code().into(),
            Value::Text(raised.fell_on.to_string()),
            Value::Text(raised.known_on.to_string()),
            Value::Int(raised.counted),
            Value::Int(raised.usual_tenths),
            raised.limit_tenths.into(),
            alarm.at.into(),
            alarm.owner.user().into(),
            alarm.owner.name().into(),
            due.into(),
            answer.map(|answer| answer.what.finding.code().to_owned()).into(),
            answer.map(|answer| answer.at).into(),
            answer.map(|answer| answer.by.name.clone()).into(),
        ],
    }];
    // No child is concerned; the alarm stands in its place.
    let instead = ChildId::from_uuid(stream.uuid());
    rows.extend(clock_rows(stream, "flow", instead, &alarm.clocks, |_| &alarm.owner));
    rows
}

const COLUMNS: &str = "stream, flow, period, because, fell_on, known_on, counted, usual_tenths, limit_tenths, raised_at, \
    owner_name, due_at, finding, answered_at, answered_by";

/// An incident reported longer ago than this before a time is not looked at for what was done in that time.
const LONGEST_WORK_DAYS: i64 = 400;

impl Store {
    /// Alarms about flows: those not answered first, soonest due first, then the newest; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn flow_alarms(&self, limit: i64) -> Result<Vec<FlowAlarmRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from flow_alarm order by case when answered_at is null then 0 else 1 end, \
             case when answered_at is null then due_at else -raised_at end, stream limit $1"
        );
        self.kept(sql, args![limit]).await
    }

    /// The latest alarm about this flow, and the latest of which the answer was that it is lower for good.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn last_flow_alarm(
        &self,
        flow: &str,
    ) -> Result<(Option<FlowAlarmRow>, Option<FlowAlarmRow>), Fault> {
        let last = |more: &str| {
            format!(
                "select {COLUMNS} from flow_alarm where flow = $1 {more} order by raised_at desc, stream limit 1"
            )
        };
        let any = self.reads().row(AssertSqlSafe(last("")), args![flow]).await?;
        let lasting = self.reads().row(AssertSqlSafe(last("and finding = 'lasting'")), args![flow]).await?;
        Ok((any, lasting))
    }

    /// When each step was first done, of the incidents that were worked on from this moment on: of one borough, or all.
    ///
    /// Incidents reported more than 400 days before it are left out, so that a record of many years is not read whole.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn flow_moments(
        &self,
        from: Timestamp,
        borough: Option<&str>,
    ) -> Result<Vec<FlowMoments>, Fault> {
        let sql = "select reported_at, graded_at, reviewed_at, returned_at, prevention_at, offered_at, interview_at \
                   from incident where reported_at >= $1 and ($2 = '' or borough = $2)";
        let since = from.plus_hours(-24 * LONGEST_WORK_DAYS).micros();
        Ok(self.reads().rows(sql, args![since, borough.unwrap_or("")]).await?)
    }

    /// When decisions about links were made and kept or challenged words settled, from this moment on; microseconds.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn flow_decisions(&self, from: Timestamp) -> Result<(Vec<i64>, Vec<i64>), Fault> {
        let links: Vec<(i64,)> = self
            .reads()
            .rows("select decided_at from record_link where decided_at >= $1", args![from.micros()])
            .await?;
        let settled: Vec<(i64,)> = self
            .reads()
            .rows("select settled_at from wording where settled_at >= $1", args![from.micros()])
            .await?;
        let plain = |moments: Vec<(i64,)>| moments.into_iter().map(|(at,)| at).collect();
        Ok((plain(links), plain(settled)))
    }

    /// Boroughs that incidents reported from this moment on happened in, in order of name.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn flow_boroughs(&self, from: Timestamp) -> Result<Vec<String>, Fault> {
        let sql = "select distinct borough from incident where reported_at >= $1 and borough is not null \
                   order by borough";
        let rows: Vec<(String,)> = self.reads().rows(sql, args![from.micros()]).await?;
        Ok(rows.into_iter().map(|(borough,)| borough).collect())
    }
}
