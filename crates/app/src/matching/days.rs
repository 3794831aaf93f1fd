//! Missing at the same time: what the days say when a council's return has no name.
//!
//! A council's missing period and a police report are two agencies' facts about days and hours, and neither is made
//! from the other; but when they keep falling on the same days, that speaks for one child. What does not coincide says
//! nothing: a council may not tell police, and police may not tell a council.
use cf_kernel::CalendarDay;

use super::weigh::WeighedLine;

/// A period and a report agree when they begin within a day of each other.
const WITHIN_DAYS: i64 = 1;
/// How often a council's missing period of a child has a police report beside it. An estimate of ours, not a measurement.
const OF_ONE_CHILD: f64 = 0.6;
/// The most all days together may say, in bits: weeks repeat themselves, so coincidences are not independent.
const MOST_BITS: f64 = 8.0;
/// Days in which a report could have fallen. SOURCE: a collection year is 1 April to 31 March.
const YEAR: f64 = 365.0;

/// What periods of a council and reports to police, all in days, say about being of one child; none without a
/// coincidence.
pub(super) fn coincidences(periods: &[CalendarDay], reports: &[CalendarDay]) -> Option<WeighedLine> {
    let near =
        |period: &CalendarDay| (-WITHIN_DAYS..=WITHIN_DAYS).any(|by| reports.contains(&period.plus_days(by)));
    let count = periods.iter().filter(|period| near(period)).count();
    if count == 0 {
        return None;
    }
    // A child reported often coincides with anybody.
    let days = (2 * WITHIN_DAYS + 1) as f64;
    let years = years(reports).max(1.0);
    let chance = (reports.len() as f64 * days / (YEAR * years)).clamp(0.001, OF_ONE_CHILD);
    let bits = (count as f64 * (OF_ONE_CHILD / chance).log2()).min(MOST_BITS);
    Some(WeighedLine {
        field: "missing at the same time".to_owned(),
        level: format!("{count} of {} periods begin within a day of a report", periods.len()),
        a: String::new(),
        b: String::new(),
        weight: (bits * f64::from(cf_linkage::score::UNIT)).round() as i32,
    })
}

fn years(reports: &[CalendarDay]) -> f64 {
    match (reports.iter().min(), reports.iter().max()) {
        (Some(first), Some(last)) => last.start().seconds_since(first.start()) as f64 / (86_400.0 * YEAR),
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(all: &[&str]) -> Vec<CalendarDay> {
        all.iter().map(|day| day.parse().unwrap()).collect()
    }

    #[test]
    fn coincidences_speak_for_and_nothing_speaks_against() {
        let reports = days(&["2026-05-02", "2026-06-09"]);
        assert_eq!(coincidences(&days(&["2026-01-01"]), &reports), None);
        let one = coincidences(&days(&["2026-05-01", "2026-01-01"]), &reports).unwrap();
        let two = coincidences(&days(&["2026-05-02", "2026-06-10"]), &reports).unwrap();
        assert!(0 < one.weight && one.weight < two.weight, "{one:?} {two:?}");
        assert_eq!(one.level, "1 of 2 periods begin within a day of a report");
    }

    #[test]
    fn a_child_reported_every_week_coincides_with_anybody() {
        let first: CalendarDay = "2026-01-01".parse().unwrap();
        let weekly: Vec<CalendarDay> = (0..52).map(|week| first.plus_days(week * 7)).collect();
        let daily: Vec<CalendarDay> = (0..365).map(|day| first.plus_days(day)).collect();
        let seldom = coincidences(&weekly[3..4], &weekly[3..4]).unwrap().weight;
        assert!(coincidences(&weekly[3..4], &weekly).unwrap().weight < seldom / 2);
        assert_eq!(coincidences(&weekly, &daily).unwrap().weight, 0);
        let most = coincidences(&weekly, &weekly).unwrap().weight;
        assert!(f64::from(most) <= MOST_BITS * 1024.0);
    }
}
