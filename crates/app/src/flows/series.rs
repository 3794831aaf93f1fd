//! Moments as counts for each day or week in London.
use cf_casework::flow::{Flow, Period};
use cf_kernel::{CalendarDay, Timestamp};
use cf_store::FlowMoments;

/// The days on which something of a flow was done, from a first day on; not in order.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    by_flow: Vec<(Flow, Vec<CalendarDay>)>,
}

/// Whether a flow happens in a borough; decisions about links and wording do not.
#[must_use]
pub const fn has_borough(flow: Flow) -> bool {
    !matches!(flow, Flow::LinkDecisions | Flow::WordingSettled)
}

impl Moments {
    /// Of these incidents, decisions about links and settled words, what was done from this moment on.
    #[must_use]
    pub fn new(from: Timestamp, incidents: &[FlowMoments], links: Vec<i64>, wording: Vec<i64>) -> Self {
        let of = |moment: fn(&FlowMoments) -> Option<i64>| incidents.iter().filter_map(moment).collect();
        let moments = |flow: Flow| -> Vec<i64> {
            match flow {
                Flow::Reports => of(|one| Some(one.reported_at)),
                Flow::FirstGrades => of(|one| one.graded_at),
                Flow::Reviews => of(|one| one.reviewed_at),
                Flow::Returns => of(|one| one.returned_at),
                Flow::PreventionInterviews => of(|one| one.prevention_at),
                Flow::ReturnInterviewsOffered => of(|one| one.offered_at),
                Flow::ReturnInterviewsHeld => of(|one| one.interview_at),
                Flow::LinkDecisions => links.clone(),
                Flow::WordingSettled => wording.clone(),
            }
        };
        let days = |flow: Flow| {
            let since = moments(flow).into_iter().filter(|at| *at >= from.micros());
            (flow, since.map(|at| Timestamp::from_micros(at).day()).collect())
        };
        Self { by_flow: Flow::ALL.map(days).into() }
    }

    /// The days of one flow.
    #[must_use]
    pub fn of(&self, flow: Flow) -> &[CalendarDay] {
        self.by_flow.iter().find(|(known, _)| *known == flow).map_or(&[], |(_, days)| days)
    }
}

/// The first days of all whole periods from a day on that have ended before today, oldest first.
#[must_use]
pub fn periods(period: Period, from: CalendarDay, today: CalendarDay) -> Vec<CalendarDay> {
    let mut start = match period {
        Period::Day => from,
        Period::Week => next_monday(from),
    };
    let mut starts = Vec::new();
    while start.plus_days(period.days()) <= today {
        starts.push(start);
        start = start.plus_days(period.days());
    }
    starts
}

/// How many of these days lie in each period. `starts` are in order, each period ending where the next begins.
#[must_use]
pub fn counts(days: &[CalendarDay], starts: &[CalendarDay], period: Period) -> Vec<i64> {
    let mut counts = vec![0; starts.len()];
    for day in days {
        let Some(at) = starts.partition_point(|start| start <= day).checked_sub(1) else { continue };
        if *day < starts[at].plus_days(period.days()) {
            counts[at] += 1;
        }
    }
    counts
}

/// The same day if it is a Monday, or the next.
fn next_monday(day: CalendarDay) -> CalendarDay {
    let past = i64::from(day.date().weekday().to_monday_zero_offset());
    day.plus_days((7 - past) % 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CalendarDay {
        text.parse().unwrap()
    }

    #[test]
    fn only_whole_periods_that_ended_are_counted() {
        // 23 November 2026 is a Monday.
        let weeks = periods(Period::Week, day("2026-11-03"), day("2026-11-25"));
        assert_eq!(weeks, [day("2026-11-09"), day("2026-11-16")]);
        assert_eq!(periods(Period::Week, day("2026-11-09"), day("2026-11-16")), [day("2026-11-09")]);
        assert_eq!(periods(Period::Day, day("2026-11-23"), day("2026-11-25")).len(), 2);
        let done = ["2026-11-08", "2026-11-09", "2026-11-15", "2026-11-16", "2026-11-23"].map(day);
        assert_eq!(counts(&done, &weeks, Period::Week), [2, 1]);
    }

    #[test]
    fn a_day_is_a_day_in_london() {
        // 23:30 on 30 June in London is 22:30 UTC; half an hour past midnight in London is still 30 June in UTC.
        let at = |text: &str| text.parse::<Timestamp>().unwrap().micros();
        let (late, next) = (at("2026-06-30T22:30:00Z"), at("2026-06-30T23:30:00Z"));
        let moments = Moments::new(Timestamp::from_micros(late), &[], vec![late, next, late - 1], vec![]);
        assert_eq!(moments.of(Flow::LinkDecisions), [day("2026-06-30"), day("2026-07-01")]);
        assert!(moments.of(Flow::Reports).is_empty());
    }
}
