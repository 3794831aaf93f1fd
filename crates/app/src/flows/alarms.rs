//! Alarms about flows that fell: raised by the service, once for each fall, and answered by a person.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::Owner;
use cf_casework::clocks::ClockId;
use cf_casework::flow::{Act, Alarm, Command, Event, Finding, Flow, Flows, Period, Raised};
use cf_kernel::{CalendarDay, CommandId, Decider as _, FlowAlarmId, StreamId, Timestamp};
use cf_measures::Fall;
use cf_store::FlowAlarmRow;

use super::FlowPicture;
use super::judge::{Judgement, because, judge};
use crate::import::derived_id;
use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// A fall that still goes on this many days after somebody answered is asked about again.
const ASKED_AGAIN_AFTER_DAYS: i64 = 14;

/// One alarm, whole.
#[derive(Debug, Clone)]
pub struct AlarmView {
    /// The id.
    pub id: FlowAlarmId,
    /// The version shown.
    pub version: i64,
    /// What it is.
    pub alarm: Alarm,
    /// Whether the caller may take and answer it.
    pub may_answer: bool,
}

impl App {
    /// Looks at every flow and raises an alarm for each that has fallen, unless one is open or was answered for the
    /// same fall; gives how many. The same fall never raises two, however often and on however many nodes this runs.
    ///
    /// # Errors
    /// A fault.
    #[boxed]
    pub async fn watch_flows(&self) -> Result<usize, Problem> {
        let now = self.now();
        let moments = self.flow_moments(now, None).await?;
        let mut raised = 0;
        for flow in Flow::ALL {
            let (last, lasting) = self.store.last_flow_alarm(flow.code()).await?;
            let anew = lasting.and_then(|alarm| alarm.fell_on.parse().ok());
            let picture = judge(flow, moments.of(flow), now.day(), anew);
            let Some(judged) = &picture.judged else { continue };
            let Some(fall) = judged.falls_now() else { continue };
            let Some(known) = asked_about(&picture, fall, last.as_ref(), now) else { continue };
            match self.raise_flow_alarm(&picture, judged, fall, known).await {
                Ok(new) => raised += usize::from(new),
                // Another node was quicker.
                Err(Problem::Conflict | Problem::Refused { .. }) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(raised)
    }

    async fn raise_flow_alarm(
        &self,
        picture: &FlowPicture,
        judged: &Judgement,
        fall: Fall,
        known: usize,
    ) -> Result<bool, Problem> {
        let caller = Caller::system("flows");
        let key = format!("{}:{}:{}", picture.flow.code(), picture.period.code(), picture.starts[known]);
        let id = FlowAlarmId::from_uuid(derived_id("flow alarm", &key));
        self.authorise(&caller, Action::RaiseFlowAlarm, &Resource::desk(), &[id.into()]).await?;
        let point = &judged.chart.points()[known];
        let tenths = |value: f64| (value * 10.0).round() as i64;
        let raised = Raised {
            flow: picture.flow,
            period: picture.period,
            because: because(fall.why),
            fell_on: picture.starts[fall.from],
            known_on: picture.starts[known],
            counted: picture.counts[known],
            usual_tenths: tenths(point.limits.centre),
            limit_tenths: Some(tenths(point.limits.lower)).filter(|limit| *limit > 0),
            baseline_from: picture.starts[0],
            baseline_periods: u32::try_from(judged.baseline).unwrap_or(u32::MAX),
            owner: Owner::Desk { team: self.desk.team, name: format!("Supervisors, {}", self.desk.name) },
        };
        let command = CommandId::from_uuid(derived_id("flow alarm command", &key));
        let loaded = self.load::<Flows>(id.into()).await?;
        self.decide_flow(&caller, command, &loaded, Act::Raise(Box::new(raised))).await
    }

    /// One alarm.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn flow_alarm(&self, caller: &Caller, id: FlowAlarmId) -> Result<AlarmView, Problem> {
        self.authorise(caller, Action::ViewFlows, &Resource::desk(), &[id.into()]).await?;
        let loaded = self.load::<Flows>(id.into()).await?;
        let alarm = *loaded.state.alarm.ok_or(Problem::NotFound)?;
        let may_answer = self.may(caller, Action::AnswerFlowAlarm, &Resource::desk());
        Ok(AlarmView { id, version: loaded.version, alarm, may_answer })
    }

    /// Takes or answers an alarm.
    ///
    /// # Errors
    /// A refusal, a denial, a conflict when it moved on since `seen_version`, or a fault.
    #[boxed]
    pub async fn act_on_flow_alarm(
        &self,
        caller: &Caller,
        command: CommandId,
        id: FlowAlarmId,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        self.authorise(caller, Action::AnswerFlowAlarm, &Resource::desk(), &[id.into()]).await?;
        let loaded = self.load::<Flows>(id.into()).await?;
        if loaded.state.alarm.is_none() {
            return Err(Problem::NotFound);
        }
        if self.store.command_done(command).await? {
            return Ok(());
        }
        if seen_version.is_some_and(|seen| seen != loaded.version) {
            return Err(Problem::Conflict);
        }
        self.decide_flow(caller, command, &loaded, act).await.map(|_| ())
    }

    /// Climbs an overdue clock of an alarm.
    pub(crate) async fn climb_flow(
        &self,
        caller: &Caller,
        id: StreamId,
        clock: ClockId,
    ) -> Result<(), Problem> {
        let loaded = self.load::<Flows>(id).await?;
        self.decide_flow(caller, CommandId::new(), &loaded, Act::Escalate(clock)).await.map(|_| ())
    }

    /// Gives whether it was new: the same command sent twice happens once.
    async fn decide_flow(
        &self,
        caller: &Caller,
        command: CommandId,
        loaded: &Loaded<Flows>,
        act: Act,
    ) -> Result<bool, Problem> {
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        let decided = Flows::decide(&loaded.state, Command { by: caller.actor.clone(), now, rules, act });
        let events = decided.map_err(|refusal| Problem::refused(&refusal))?;
        let file = FlowAlarmId::from_uuid(loaded.stream.uuid()).into();
        let grown = loaded.grow(file, &events, Event::occurred_at, now)?;
        Ok(!self.record(caller, command, now, vec![grown]).await?)
    }
}

/// The period an alarm about this fall is raised for; none while people are being asked, or have just answered.
fn asked_about(
    picture: &FlowPicture,
    fall: Fall,
    last: Option<&FlowAlarmRow>,
    now: Timestamp,
) -> Option<usize> {
    let Some(last) = last else { return Some(fall.known_at) };
    let answered = Timestamp::from_micros(last.answered_at?);
    let known_on: CalendarDay = last.known_on.parse().ok()?;
    // A baseline that moved on a day may see the same fall begin a day later.
    let same = picture.starts[fall.from] <= known_on.plus_days(Period::Week.days());
    let lasting = last.finding.as_deref() == Some(Finding::Lasting.code());
    match same && !lasting {
        false => Some(fall.known_at),
        true if now.day() >= answered.day().plus_days(ASKED_AGAIN_AFTER_DAYS) => Some(fall.to),
        true => None,
    }
}
