//! What holds of any series.
use proptest::prelude::*;

use crate::{Basis, Chart, Settings, Share, Side, Signals, shares, xmr};

fn settings() -> impl Strategy<Value = Settings> {
    (2_usize..9, 3_usize..9, any::<bool>()).prop_map(|(run, trend, screen)| Settings { run, trend, screen })
}

fn said(chart: &Chart) -> Vec<Signals> {
    chart.points().iter().map(|point| point.signals).collect()
}

fn other(side: Option<Side>) -> Option<Side> {
    side.map(|side| if side == Side::Above { Side::Below } else { Side::Above })
}

fn turned(signals: &Signals) -> Signals {
    Signals {
        outside: other(signals.outside),
        trend: other(signals.trend),
        near_limit: other(signals.near_limit),
        run: other(signals.run),
    }
}

/// Points that are part of a fall.
fn fallen(chart: &Chart) -> Vec<bool> {
    let mut fallen = vec![false; chart.points().len()];
    for fall in chart.falls() {
        fallen[fall.from..=fall.to].fill(true);
    }
    fallen
}

proptest! {
    #[test]
    fn only_differences_speak(
        values in proptest::collection::vec(-60_i64..60, 14..60), cycle in 1_usize..8,
        by in -1_000_i64..1_000, times in 1_i64..50, settings in settings(),
    ) {
        let chart = |values: &[i64]| xmr(values, cycle, &Basis::default(), settings).unwrap();
        let first = said(&chart(&values));
        let moved: Vec<i64> = values.iter().map(|value| value * times + by).collect();
        prop_assert_eq!(&said(&chart(&moved)), &first, "moved and stretched");
        let mirrored: Vec<i64> = values.iter().map(|value| -value).collect();
        let mirrored: Vec<Signals> = said(&chart(&mirrored)).iter().map(turned).collect();
        prop_assert_eq!(mirrored, first, "mirrored");
    }

    #[test]
    fn a_share_and_its_rest_say_the_opposite(
        points in proptest::collection::vec((0_u64..40, 0_u64..40), 2..40), settings in settings(),
    ) {
        let share = |part, whole| Share { part, whole };
        let parts: Vec<Share> = points.iter().map(|(part, rest)| share(*part, part + rest)).collect();
        let rests: Vec<Share> = points.iter().map(|(part, rest)| share(*rest, part + rest)).collect();
        let basis = Basis::default();
        match (shares(&parts, &basis, settings), shares(&rests, &basis, settings)) {
            (Ok(parts), Ok(rests)) => {
                let turned: Vec<Signals> = said(&rests).iter().map(turned).collect();
                prop_assert_eq!(said(&parts), turned);
            }
            (parts, rests) => prop_assert_eq!(parts.err(), rests.err()),
        }
    }

    #[test]
    fn what_is_drawn_outside_is_said_to_be(
        values in proptest::collection::vec(0_i64..1_000, 14..60), cycle in 1_usize..8, settings in settings(),
    ) {
        for point in xmr(&values, cycle, &Basis::default(), settings).unwrap().points() {
            let value = point.value.unwrap();
            // Within rounding of the limit the whole numbers know better.
            if (value - point.limits.lower).abs() > 1e-6 && (value - point.limits.upper).abs() > 1e-6 {
                let drawn = value < point.limits.lower || value > point.limits.upper;
                prop_assert_eq!(point.signals.outside.is_some(), drawn);
            }
        }
    }

    #[test]
    fn a_fall_once_known_stays_and_more_of_the_flow_never_makes_one(
        baseline in proptest::collection::vec(0_i64..20, 14..40),
        later in proptest::collection::vec((0_i64..20, 0_i64..6), 1..30), cycle in 1_usize..8, settings in settings(),
    ) {
        let basis = Basis::first(baseline.len());
        let chart = |later: Vec<i64>| xmr(&[&baseline[..], &later].concat(), cycle, &basis, settings).unwrap();
        let whole = chart(later.iter().map(|(value, _)| *value).collect());
        let fallen_points = fallen(&whole);
        for until in 0..later.len() {
            let then = chart(later[..until].iter().map(|(value, _)| *value).collect());
            for (at, was) in fallen(&then).into_iter().enumerate() {
                prop_assert!(!was || fallen_points[at], "point {} was part of a fall", at);
            }
        }
        let more = chart(later.iter().map(|(value, more)| value + more).collect());
        for (at, falls) in fallen(&more).into_iter().enumerate().skip(baseline.len()) {
            prop_assert!(!falls || fallen_points[at], "more made a fall at {}", at);
        }
    }

    #[test]
    fn falls_are_whole_apart_and_below(
        values in proptest::collection::vec(0_i64..30, 14..80), cycle in 1_usize..8, settings in settings(),
        anew in proptest::collection::vec(14_usize..60, 0..2),
    ) {
        let basis = Basis { begins_anew: anew, baseline: None };
        let Ok(chart) = xmr(&values, cycle, &basis, settings) else { return Ok(()) };
        let falls = chart.falls();
        for fall in &falls {
            prop_assert!(fall.from <= fall.known_at && fall.known_at <= fall.to, "{fall:?}");
            for point in &chart.points()[fall.from..=fall.to] {
                prop_assert!(point.value.unwrap() < point.limits.centre, "{point:?}");
            }
        }
        prop_assert!(falls.windows(2).all(|two| two[0].to + 1 < two[1].from));
    }

    #[test]
    fn no_counts_however_large_stop_it(
        values in proptest::collection::vec(any::<i64>(), 2..40), parts in proptest::collection::vec(any::<(u64, u64)>(), 2..40),
    ) {
        let _ = xmr(&values, 1, &Basis::default(), Settings::default()).map(|chart| chart.falls());
        let parts: Vec<Share> = parts.iter().map(|(part, whole)| Share { part: *part, whole: *whole }).collect();
        let _ = shares(&parts, &Basis::default(), Settings::default()).map(|chart| chart.falls());
    }
}
