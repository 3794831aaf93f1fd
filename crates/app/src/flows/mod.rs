//! Flows of work: how many reports, grades, returns and talks there are as time goes on, and an alarm when one falls.
//!
//! Counting is in [`series`] and judging in [`mod@judge`], both pure; [`alarms`] raises what [`cf_measures`] sees as a fall,
//! once for each fall, and takes people's answers. What is counted comes from the read rows, and so from the record:
//! `rebuild` gives the same charts. No chart holds anything about a child, or about one person who works here.
pub mod alarms;
pub mod judge;
pub mod series;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::flow::{Flow, Period};
use cf_kernel::{CalendarDay, Timestamp};
use cf_store::FlowAlarmRow;

use crate::{App, Caller, Problem};
use judge::{Judgement, judge};
use series::Moments;

/// Weeks a chart can look back at the most; what weekly limits come from.
pub const MOST_WEEKS: i64 = 52;

/// One flow over time.
#[derive(Debug, Clone)]
pub struct FlowPicture {
    /// Which.
    pub flow: Flow,
    /// Whether each point is a day or a week.
    pub period: Period,
    /// First day of each point, oldest first. The period that is still going on is left out.
    pub starts: Vec<CalendarDay>,
    /// What was counted in each.
    pub counts: Vec<i64>,
    /// Limits and signals, unless there is too little to judge by.
    pub judged: Option<Judgement>,
    /// The first day of the present baseline, where somebody found that the flow is lower for good.
    pub anew_from: Option<CalendarDay>,
}

/// All flows, and their alarms.
#[derive(Debug, Clone)]
pub struct FlowsView {
    /// In the order of the work.
    pub flows: Vec<FlowPicture>,
    /// Not answered first, then the newest.
    pub alarms: Vec<FlowAlarmRow>,
    /// Boroughs there are figures of.
    pub boroughs: Vec<String>,
    /// Whether the caller may answer an alarm.
    pub may_answer: bool,
}

/// Alarms on the page.
const ALARMS: i64 = 50;

impl App {
    /// Every flow of one borough or all of London, and the alarms.
    ///
    /// Decisions about links and wording have no borough and are left out when one is asked for.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn flows(&self, caller: &Caller, borough: Option<&str>) -> Result<FlowsView, Problem> {
        self.authorise(caller, Action::ViewFlows, &Resource::desk(), &[]).await?;
        let now = self.now();
        let moments = self.flow_moments(now, borough).await?;
        let mut flows = Vec::new();
        for flow in Flow::ALL {
            if borough.is_some() && !series::has_borough(flow) {
                continue;
            }
            let (_, lasting) = self.store.last_flow_alarm(flow.code()).await?;
            let anew = lasting.filter(|_| borough.is_none()).and_then(|alarm| alarm.fell_on.parse().ok());
            flows.push(judge(flow, moments.of(flow), now.day(), anew));
        }
        Ok(FlowsView {
            flows,
            alarms: self.store.flow_alarms(ALARMS).await?,
            boroughs: self.store.flow_boroughs(window(now)).await?,
            may_answer: self.may(caller, Action::AnswerFlowAlarm, &Resource::desk()),
        })
    }

    pub(crate) async fn flow_moments(
        &self,
        now: Timestamp,
        borough: Option<&str>,
    ) -> Result<Moments, Problem> {
        let from = window(now);
        let (links, wording) = self.store.flow_decisions(from).await?;
        Ok(Moments::new(from, &self.store.flow_moments(from, borough).await?, links, wording))
    }
}

/// The earliest moment any chart shows, with a week to spare for the first whole one.
fn window(now: Timestamp) -> Timestamp {
    now.day().plus_days(-7 * (MOST_WEEKS + 1)).start()
}
