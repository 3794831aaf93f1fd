//! Flows of work and their alarms.
use cf_app::flows::alarms::AlarmView;
use cf_app::flows::{FlowPicture, FlowsView};
use cf_casework::flow::{Because, Finding, Flow, Period};
use cf_measures::{Side, Signal};
use cf_store::FlowAlarmRow;
use uuid::Uuid;

use super::{Clock, Holder, Person};
use crate::api::shape::{At, Code, Day, each, shapes, text};

shapes! {
    /// How work flows. No child and no person is counted by name.
    Flows {
        /// In the order of the work.
        flows: Vec<FlowSeries>,
        /// Not answered first, then the newest.
        alarms: Vec<FlowAlarmLine>,
    }
    /// One flow over time.
    FlowSeries {
        flow: Code<Flow>,
        /// Whether each point is a day or a week.
        period: Code<Period>,
        /// Points the limits come from, at the beginning; `null` where there are too few to judge by.
        baseline: Option<i64>,
        /// Whether the latest points are a fall.
        fallen: bool,
        /// Where somebody found that the flow is lower for good: the first day of the present baseline.
        anew_from: Option<Day>,
        /// Oldest first; what still goes on is left out.
        points: Vec<FlowPoint>,
    }
    /// One day or week of a flow.
    FlowPoint {
        /// Its first day.
        from: Day,
        counted: i64,
        /// What was usual; `null` where there are too few to judge by.
        usual: Option<f64>,
        /// The process limits; the lower one may lie below zero.
        lower_limit: Option<f64>,
        upper_limit: Option<f64>,
        /// `outside` the limits, part of a `trend`, one of two `near_limit`, or part of a `run` on one side.
        signal: Option<String>,
        /// Whether it lies above or below what was usual, where it lies outside the limits or in a run.
        side: Option<String>,
    }
    /// An alarm, on a list.
    FlowAlarmLine {
        alarm: Uuid,
        flow: Option<Code<Flow>>,
        because: Option<Code<Because>>,
        /// The first day of the fall.
        fell_on: Day,
        counted: i64,
        /// What was usual, in tenths.
        usual_tenths: i64,
        raised_at: At,
        owner: String,
        due_at: Option<At>,
        /// `null` until it is answered.
        finding: Option<Code<Finding>>,
        answered_at: Option<At>,
    }
    /// An alarm, whole.
    FlowAlarm {
        alarm: Uuid,
        /// The version shown; send it back to be told when it has moved on.
        version: i64,
        flow: Code<Flow>,
        period: Code<Period>,
        because: Code<Because>,
        /// The first day of the fall.
        fell_on: Day,
        /// The first day of the period with which it was known.
        known_on: Day,
        /// What was counted in that period.
        counted: i64,
        /// What was usual, in tenths.
        usual_tenths: i64,
        /// The lower limit, in tenths; `null` where it is not above zero.
        limit_tenths: Option<i64>,
        baseline_from: Day,
        baseline_periods: u64,
        raised_at: At,
        owner: Holder,
        clocks: Vec<Clock>,
        answer: Option<FlowAnswer>,
        /// Whether the caller may take and answer it.
        may_answer: bool,
    }
    /// What somebody found and did.
    FlowAnswer {
        at: At,
        by: Person,
        finding: Code<Finding>,
        found: Option<String>,
        done: Option<String>,
    }
    /// It was recorded.
    OfFlowAlarm {
        alarm: Uuid,
    }
}

impl From<&FlowsView> for Flows {
    fn from(view: &FlowsView) -> Self {
        Self { flows: each(&view.flows), alarms: each(&view.alarms) }
    }
}

impl From<&FlowPicture> for FlowSeries {
    fn from(flow: &FlowPicture) -> Self {
        let judged = flow.judged.as_ref();
        let point = |(at, (start, count)): (usize, (&cf_kernel::CalendarDay, &i64))| {
            let point = judged.and_then(|judged| judged.chart.points().get(at));
            let signals = point.map(|point| point.signals).unwrap_or_default();
            FlowPoint {
                from: (*start).into(),
                counted: *count,
                usual: point.map(|point| point.limits.centre),
                lower_limit: point.map(|point| point.limits.lower),
                upper_limit: point.map(|point| point.limits.upper),
                signal: signals.first().map(|signal| name(signal).to_owned()),
                side: signals.outside.or(signals.run).map(|side| match side {
                    Side::Above => "above".to_owned(),
                    Side::Below => "below".to_owned(),
                }),
            }
        };
        Self {
            flow: Code(flow.flow),
            period: Code(flow.period),
            baseline: judged.map(|judged| judged.baseline as i64),
            fallen: judged.is_some_and(|judged| judged.falls_now().is_some()),
            anew_from: flow.anew_from.map(Day::from),
            points: flow.starts.iter().zip(&flow.counts).enumerate().map(point).collect(),
        }
    }
}

const fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Outside => "outside",
        Signal::Trend => "trend",
        Signal::NearLimit => "near_limit",
        Signal::Run => "run",
    }
}

impl From<&FlowAlarmRow> for FlowAlarmLine {
    fn from(row: &FlowAlarmRow) -> Self {
        Self {
            alarm: row.stream,
            flow: Flow::from_code(&row.flow).map(Code),
            because: Because::from_code(&row.because).map(Code),
            fell_on: Day(row.fell_on.clone()),
            counted: row.counted,
            usual_tenths: row.usual_tenths,
            raised_at: At::micros(row.raised_at),
            owner: row.owner_name.clone(),
            due_at: row.due_at.map(At::micros),
            finding: row.finding.as_deref().and_then(Finding::from_code).map(Code),
            answered_at: row.answered_at.map(At::micros),
        }
    }
}

impl From<&AlarmView> for FlowAlarm {
    fn from(view: &AlarmView) -> Self {
        let (alarm, raised) = (&view.alarm, &view.alarm.raised);
        Self {
            alarm: view.id.uuid(),
            version: view.version,
            flow: Code(raised.flow),
            period: Code(raised.period),
            because: Code(raised.because),
            fell_on: raised.fell_on.into(),
            known_on: raised.known_on.into(),
            counted: raised.counted,
            usual_tenths: raised.usual_tenths,
            limit_tenths: raised.limit_tenths,
            baseline_from: raised.baseline_from.into(),
            baseline_periods: raised.baseline_periods.into(),
            raised_at: At(alarm.at),
            owner: (&alarm.owner).into(),
            clocks: alarm.clocks.iter().map(Clock::from).collect(),
            answer: alarm.answer.as_ref().map(|answer| FlowAnswer {
                at: At(answer.at),
                by: (&answer.by).into(),
                finding: Code(answer.what.finding),
                found: text(&answer.what.found),
                done: text(&answer.what.done),
            }),
            may_answer: view.may_answer && alarm.is_open(),
        }
    }
}
