//! Charts worked out elsewhere, and each rule on its own.
use crate::{Basis, Fall, Rate, Settings, Share, Side, Signal, TooFew, Why, rates, shares, too_small, xmr};

fn signals(values: &[i64], settings: Settings) -> Vec<Option<Signal>> {
    let chart = xmr(values, 1, &Basis::default(), settings).unwrap();
    chart.points().iter().map(|point| point.signal()).collect()
}

/// The rules on a baseline of its own, so that the points under test do not move their own limits.
fn after(baseline: &[i64], values: &[i64]) -> Vec<Option<Signal>> {
    let all = [baseline, values].concat();
    let chart = xmr(&all, 1, &Basis::first(baseline.len()), Settings::default()).unwrap();
    chart.points()[baseline.len()..].iter().map(|point| point.signal()).collect()
}

const STEADY: [i64; 12] = [9, 11, 10, 9, 11, 10, 9, 11, 10, 9, 11, 10];

#[test]
fn the_golden_vector_has_its_published_limits() {
    // SOURCE: made with NHSRplotthedots and with the NHS spreadsheet, which screen and do not screen moving ranges.
    let values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1];
    for (screen, lower, centre, upper) in [(false, -3.063, 1.944, 6.952), (true, -0.716, 1.944, 4.604)] {
        let settings = Settings { screen, ..Settings::default() };
        let chart = xmr(&values, 1, &Basis::default(), settings).unwrap();
        let limits = chart.points()[0].limits;
        let near = |is: f64, want: f64| assert!((is - want).abs() < 0.000_5, "{is} {want}");
        near(limits.lower, lower);
        near(limits.centre, centre);
        near(limits.upper, upper);
        assert_eq!(chart.points()[4].signals.outside, Some(Side::Above));
        assert!(chart.falls().is_empty());
    }
}

#[test]
fn usual_variation_says_nothing() {
    assert!(signals(&STEADY, Settings::default()).iter().all(Option::is_none));
}

#[test]
fn limits_are_compared_exactly() {
    let outside = |baseline: &[i64], values: &[i64]| -> Vec<bool> {
        let all = [baseline, values].concat();
        let chart = xmr(&all, 1, &Basis::first(baseline.len()), Settings::default()).unwrap();
        chart.points()[baseline.len()..].iter().map(|point| point.signals.outside.is_some()).collect()
    };
    // Mean 10, ranges all 2: the limits lie 5.32 away, so a whole 5 is within and a whole 6 is not.
    let baseline = [9, 11, 9, 11, 9, 11, 9, 11];
    assert_eq!(outside(&baseline, &[5, 15, 4, 16]), [false, false, true, true]);
    // 100 times as large, the limits are whole: 1000 +- 532. A point on the limit is within it.
    let baseline = baseline.map(|value| value * 100);
    assert_eq!(outside(&baseline, &[468, 1_532, 467, 1_533]), [false, false, true, true]);
}

#[test]
fn seven_on_one_side_are_a_run_and_six_are_not() {
    let run = Some(Signal::Run);
    assert_eq!(after(&STEADY, &[9; 6]), [None; 6]);
    assert_eq!(after(&STEADY, &[9, 8, 9, 9, 8, 9, 9]), [run; 7]);
    // A point on the centre is on neither side.
    assert_eq!(after(&STEADY, &[8, 9, 9, 10, 9, 9, 9, 8]), [None; 8]);
}

#[test]
fn seven_that_rise_are_a_trend_and_a_level_step_ends_it() {
    let trend = Some(Signal::Trend);
    let baseline = [0, 40, 0, 40, 0, 40];
    assert_eq!(after(&baseline, &[17, 18, 19, 21, 22, 23, 24]), [trend; 7]);
    assert_eq!(after(&baseline, &[17, 18, 19, 21, 21, 22, 23, 24]), [None; 8]);
    assert_eq!(after(&baseline, &[18, 19, 21, 22, 23, 24]), [None; 6]);
}

#[test]
fn two_of_three_near_one_limit_speak_and_one_on_each_side_do_not() {
    let near = Some(Signal::NearLimit);
    assert_eq!(after(&STEADY, &[7, 10, 7]), [near, None, near]);
    assert_eq!(after(&STEADY, &[7, 10, 13]), [None; 3]);
    assert_eq!(after(&STEADY, &[7, 10, 10, 7]), [None; 4]);
}

#[test]
fn quiet_sundays_say_nothing_and_a_quiet_monday_does() {
    let week = [20, 21, 19, 20, 22, 8, 5];
    let mut days: Vec<i64> = (0..35).map(|day| week[day % 7] + day as i64 % 2).collect();
    let weeks = days.len();
    days.extend([5, 21, 20, 20, 23, 8, 6]);
    let chart = xmr(&days, 7, &Basis::first(weeks), Settings::default()).unwrap();
    assert_eq!(chart.falls(), [Fall { from: weeks, to: weeks, known_at: weeks, why: Why::BelowLimit }]);
    // Without the pattern the Sundays widen the limits until nothing speaks.
    let chart = xmr(&days, 1, &Basis::first(weeks), Settings::default()).unwrap();
    assert!(chart.falls().is_empty());
}

#[test]
fn a_fall_is_known_with_its_seventh_point_and_goes_on_as_one() {
    let all = [&STEADY[..], &[9; 9], &[10], &[9]].concat();
    let chart = xmr(&all, 1, &Basis::first(12), Settings::default()).unwrap();
    assert_eq!(chart.falls(), [Fall { from: 12, to: 20, known_at: 18, why: Why::RunBelow }]);
    // A point below the limit in its midst is known at once.
    let all = [&STEADY[..], &[9, 9, 1, 9, 9, 9, 9]].concat();
    let chart = xmr(&all, 1, &Basis::first(12), Settings::default()).unwrap();
    assert_eq!(chart.falls(), [Fall { from: 12, to: 18, known_at: 14, why: Why::BelowLimit }]);
    // And a rise is no fall.
    let all = [&STEADY[..], &[30; 8]].concat();
    assert!(xmr(&all, 1, &Basis::first(12), Settings::default()).unwrap().falls().is_empty());
}

#[test]
fn limits_begin_anew_where_somebody_decided_so() {
    let all = [&STEADY[..], &STEADY.map(|value| value - 6)].concat();
    let one = xmr(&all, 1, &Basis::first(12), Settings::default()).unwrap();
    assert_eq!(one.falls().len(), 1);
    let basis = Basis { begins_anew: vec![12, 99, 0], baseline: None };
    let two = xmr(&all, 1, &basis, Settings::default()).unwrap();
    assert!(two.points().iter().all(|point| point.signal().is_none()), "{:?}", two.points());
    assert_eq!((two.points()[0].limits.centre, two.points()[23].limits.centre), (10.0, 4.0));
}

#[test]
fn too_few_points_give_no_limits_and_few_give_a_first_guess() {
    let chart = |values: &[i64], cycle| xmr(values, cycle, &Basis::default(), Settings::default());
    assert_eq!(chart(&[3], 1), Err(TooFew { has: 1, needs: 2 }));
    assert_eq!(chart(&[3; 13], 7), Err(TooFew { has: 13, needs: 14 }));
    assert!(chart(&[3; 11], 1).unwrap().points()[0].first_guess);
    assert!(!chart(&[3; 12], 1).unwrap().points()[0].first_guess);
    assert_eq!(chart(&[], 1).unwrap().points(), []);
}

#[test]
fn a_share_is_judged_by_the_size_of_its_whole() {
    let share = |part, whole| Share { part, whole };
    // 100 of 1,000 in the baseline; limits at 10 +- 9 of 100, and +- 28.5 of 10.
    let mut points = vec![share(10, 100); 10];
    points.extend([share(19, 100), share(20, 100), share(0, 100), share(3, 10), share(4, 10), share(0, 0)]);
    let chart = shares(&points, &Basis::first(10), Settings::default()).unwrap();
    let outside: Vec<_> = chart.points()[10..].iter().map(|point| point.signals.outside).collect();
    let (above, below) = (Some(Side::Above), Some(Side::Below));
    assert_eq!(outside, [None, above, below, None, above, None]);
    assert_eq!(chart.points()[15].value, None);
}

#[test]
fn a_rate_is_judged_by_its_exposure() {
    let rate = |events, exposure| Rate { events, exposure };
    // 4 on each 100: limits at 4 +- 6, so never below; on 400 at 16 +- 12.
    let mut points = vec![rate(4, 100); 12];
    points.extend([rate(10, 100), rate(11, 100), rate(0, 100), rate(4, 400), rate(3, 400)]);
    let chart = rates(&points, &Basis::first(12), Settings::default()).unwrap();
    let outside: Vec<_> = chart.points()[12..].iter().map(|point| point.signals.outside).collect();
    assert_eq!(outside, [None, Some(Side::Above), None, None, Some(Side::Below)]);
    assert_eq!(
        rates(&[rate(1, 0); 5], &Basis::default(), Settings::default()),
        Err(TooFew { has: 0, needs: 2 })
    );
}

#[test]
fn wilsons_interval_is_the_published_one() {
    // SOURCE: worked by hand from the formula: 10 of 100 gives 5.52 to 17.44; 0 of 20 gives 0 to 16.11.
    let near = |share: Share, want: (f64, f64)| {
        let (low, high) = share.interval().unwrap();
        assert!((low - want.0).abs() < 0.01 && (high - want.1).abs() < 0.01, "{low} {high}");
    };
    near(Share { part: 10, whole: 100 }, (5.52, 17.44));
    near(Share { part: 0, whole: 20 }, (0.0, 16.11));
    assert_eq!(Share::default().interval(), None);
}

#[test]
fn one_small_group_cannot_be_worked_out_from_the_total() {
    assert_eq!(too_small(&[300, 40, 5], 20), [false, true, true]);
    assert_eq!(too_small(&[300, 4, 5], 20), [false, true, true]);
    assert_eq!(too_small(&[300, 40], 20), [false, false]);
    assert_eq!(too_small(&[3], 20), [true]);
}
