//! Which chart suits a flow, and what it says. Every number here is a setting.
use std::ops::Range;

use cf_casework::flow::{Because, Flow, Period};
use cf_kernel::CalendarDay;
use cf_measures::{Basis, Chart, Fall, Rate, Settings, Why, rates, xmr};

use super::series::{counts, periods};
use super::{FlowPicture, MOST_WEEKS};

/// A flow is judged day by day when it has at least this many a day: in smaller counts, seven quiet days in a row come
/// by chance.
const DAILY_FROM: i64 = 10;
/// Days a daily baseline has at the least: three of each day of the week.
const DAILY_BASELINE: usize = 21;
/// Days that are judged; those before them are the baseline.
const DAILY_JUDGED: usize = 21;
/// Weeks a day-by-day chart looks back.
const DAILY_WEEKS: i64 = 26;
/// A flow is judged week by week when it has at least this many a week.
const WEEKLY_FROM: i64 = 5;
/// Weeks a weekly baseline has at the least. Fewer than twelve are a first guess, and said to be one.
const WEEKLY_BASELINE: usize = 5;
/// Weeks that are judged, once there are enough before them.
const WEEKLY_JUDGED: usize = 6;
/// With fewer weeks than this in the baseline the moving range is unreliable, and limits come from the chance that
/// lies in counting alone.
const MOVING_RANGE_FROM: usize = 12;

/// What a chart says of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Limits and signals for every point.
    pub chart: Chart,
    /// Points the limits come from, at the beginning.
    pub baseline: usize,
    /// Falls that reach into the points judged, oldest first.
    pub falls: Vec<Fall>,
}

impl Judgement {
    /// Whether the latest points are a fall.
    #[must_use]
    pub fn falls_now(&self) -> Option<Fall> {
        self.falls.last().copied().filter(|fall| fall.to + 1 == self.chart.points().len())
    }
}

/// By what a fall is known, as the record has it.
#[must_use]
pub const fn because(why: Why) -> Because {
    match why {
        Why::BelowLimit => Because::BelowLimit,
        Why::RunBelow => Because::RunBelow,
    }
}

/// A flow from the days on which it was done, day by day or week by week, with limits where there is enough.
///
/// It is looked at from its own first day on: a desk that did not exist yet was not quiet. `anew` is the first day of
/// what somebody found to be usual from then on.
#[must_use]
pub fn judge(flow: Flow, days: &[CalendarDay], today: CalendarDay, anew: Option<CalendarDay>) -> FlowPicture {
    let picture = |period: Period, starts: Vec<CalendarDay>, counts: Vec<i64>, judged| FlowPicture {
        flow,
        period,
        starts,
        counts,
        judged,
        anew_from: anew,
    };
    let first = days.iter().min().copied().unwrap_or(today);
    let begins =
        |weeks: i64| [today.plus_days(-7 * weeks), first].into_iter().chain(anew).max().unwrap_or(first);

    let daily = periods(Period::Day, begins(DAILY_WEEKS), today);
    let daily_counts = counts(days, &daily, Period::Day);
    if let Some(baseline) =
        daily.len().checked_sub(DAILY_JUDGED).filter(|baseline| *baseline >= DAILY_BASELINE)
        && enough(&daily_counts, 0..baseline, DAILY_FROM)
        && let Ok(chart) = xmr(&daily_counts, 7, &Basis::first(baseline), Settings::default())
    {
        return picture(Period::Day, daily, daily_counts, Some(judgement(chart, baseline)));
    }

    let weekly = periods(Period::Week, begins(MOST_WEEKS), today);
    let weekly_counts = counts(days, &weekly, Period::Week);
    let baseline = weekly.len().saturating_sub(WEEKLY_JUDGED).max(WEEKLY_BASELINE);
    if baseline >= weekly.len() || !enough(&weekly_counts, 0..baseline, WEEKLY_FROM) {
        return picture(Period::Week, weekly, weekly_counts, None);
    }
    let basis = Basis::first(baseline);
    let chart = if baseline < MOVING_RANGE_FROM {
        let one = |count: &i64| Rate { events: count.unsigned_abs(), exposure: 1 };
        rates(&weekly_counts.iter().map(one).collect::<Vec<_>>(), &basis, Settings::default())
    } else {
        xmr(&weekly_counts, 1, &basis, Settings::default())
    };
    let judged = chart.ok().map(|chart| judgement(chart, baseline));
    picture(Period::Week, weekly, weekly_counts, judged)
}

/// Whether these points have at least so many each, on average.
fn enough(counts: &[i64], baseline: Range<usize>, each: i64) -> bool {
    let points = baseline.len() as i64;
    counts[baseline].iter().sum::<i64>() >= each * points
}

fn judgement(chart: Chart, baseline: usize) -> Judgement {
    let falls = chart.falls().into_iter().filter(|fall| fall.to >= baseline).collect();
    Judgement { chart, baseline, falls }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 25 November 2026, a Wednesday.
    fn today() -> CalendarDay {
        CalendarDay::new(2026, 11, 25).unwrap()
    }

    /// So many on each of these days before today, counted back from yesterday.
    fn done(back: impl Iterator<Item = (i64, i64)>) -> Vec<CalendarDay> {
        back.flat_map(|(days, many)| (0..many).map(move |_| today().plus_days(-days))).collect()
    }

    fn reports(days: &[CalendarDay]) -> FlowPicture {
        judge(Flow::Reports, days, today(), None)
    }

    #[test]
    fn a_large_flow_is_judged_by_day_against_the_same_day_of_the_week() {
        // Sundays, 3 days ago and every 7 before, are always quiet.
        let usual = |back: i64| (back, if back % 7 == 3 { 4 } else { 20 + back % 3 });
        let quiet = reports(&done((1..=80).map(usual)));
        assert_eq!((quiet.period, quiet.counts.len()), (Period::Day, 80));
        assert_eq!(quiet.judged.unwrap().falls_now(), None);
        let fell = |back: i64| if back == 1 { (1, 2) } else { usual(back) };
        let picture = reports(&done((1..=80).map(fell)));
        let fall = picture.judged.as_ref().unwrap().falls_now().unwrap();
        assert_eq!((fall.from, fall.why), (79, Why::BelowLimit));
        assert_eq!(picture.starts[fall.from], today().plus_days(-1));
    }

    #[test]
    fn a_small_flow_is_judged_by_week_and_a_tiny_one_not_at_all() {
        let picture = reports(&done((1..=59).map(|back| (back, i64::from(back > 16) * 2 + back % 2))));
        assert_eq!(picture.period, Period::Week);
        // Whole weeks only: the present one goes on, and the first began before the first day.
        assert_eq!(picture.starts.first(), Some(&CalendarDay::new(2026, 9, 28).unwrap()));
        assert_eq!(picture.starts.last(), Some(&CalendarDay::new(2026, 11, 16).unwrap()));
        let judged = picture.judged.unwrap();
        assert_eq!(judged.baseline, 5);
        assert_eq!(judged.falls_now().map(|fall| fall.why), Some(Why::BelowLimit));
        assert!(judged.chart.points()[0].first_guess);
        assert_eq!(reports(&done((1..=59).step_by(3).map(|back| (back, 1)))).judged, None);
        assert_eq!(reports(&[]).judged, None);
    }

    #[test]
    fn a_baseline_begun_anew_forgets_what_was_usual_before() {
        let usual = |back: i64| (back, if back > 45 { 30 } else { 12 + back % 2 });
        let days = done((1..=120).map(usual));
        assert!(reports(&days).judged.unwrap().falls_now().is_some());
        let anew = judge(Flow::Reports, &days, today(), Some(today().plus_days(-45)));
        assert_eq!((anew.counts.len(), anew.judged.unwrap().falls_now()), (45, None));
    }
}
