//! Parts of a whole that changes in size, and events on an exposure.
use std::cmp::Ordering;

use crate::Share;
use crate::basis::{Basis, FIRST_GUESS, TooFew};
use crate::chart::{Chart, Limits};
use crate::rules::{Placed, Settings, Zone};

/// Events on an exposure: missing reports, on nights in care.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub events: u64,
    /// On how much; 0 for nothing measured.
    pub exposure: u64,
}

/// The chart of a part of a whole, point by point (a p chart): limits are wide where the whole is small.
///
/// Limits lie three standard errors of a share from the share of the baseline. Exact for wholes up to 10^12 in sum.
///
/// # Errors
/// [`TooFew`] when a stretch has fewer than two measured points to work limits out from.
pub fn shares(points: &[Share], basis: &Basis, settings: Settings) -> Result<Chart, TooFew> {
    let points: Vec<Rate> = points
        .iter()
        .map(|share| Rate { events: share.part.min(share.whole), exposure: share.whole })
        .collect();
    chart(&points, basis, settings, true)
}

/// The chart of events on an exposure (a u chart). Limits as for [`shares`], with the standard error of a rate.
///
/// # Errors
/// [`TooFew`] when a stretch has fewer than two measured points to work limits out from.
pub fn rates(points: &[Rate], basis: &Basis, settings: Settings) -> Result<Chart, TooFew> {
    chart(points, basis, settings, false)
}

fn chart(points: &[Rate], basis: &Basis, settings: Settings, share: bool) -> Result<Chart, TooFew> {
    let mut chart = Chart::empty(settings);
    for (stretch, baseline) in basis.stretches(points.len()) {
        let known: Vec<&Rate> = points[baseline].iter().filter(|point| point.exposure > 0).collect();
        if known.len() < 2 {
            return Err(TooFew { has: known.len(), needs: 2 });
        }
        let process = Process {
            events: known.iter().map(|point| u128::from(point.events)).sum(),
            exposure: known.iter().map(|point| u128::from(point.exposure)).sum(),
            share,
        };
        let points = &points[stretch];
        let place = |(at, point): (usize, &Rate)| {
            let before = at.checked_sub(1).map(|before| points[before]);
            let measured = point.exposure > 0;
            let step = before.filter(|before| measured && before.exposure > 0).map(|before| {
                let (a, b) = (u128::from(point.events), u128::from(before.events));
                (a * u128::from(before.exposure)).cmp(&(b * u128::from(point.exposure)))
            });
            let value = measured.then(|| point.events as f64 / point.exposure as f64);
            let (zone, side) = process.place(point);
            (value, process.limits(point), Placed { side: measured.then_some(side), zone, step })
        };
        chart.add(points.iter().enumerate().map(place).collect(), known.len() < FIRST_GUESS, settings);
    }
    Ok(chart)
}

/// What the baseline says: events on exposure.
struct Process {
    events: u128,
    exposure: u128,
    share: bool,
}

impl Process {
    /// How many events may vary: for a share only those that are not all of them.
    const fn rest(&self) -> u128 {
        if self.share { self.exposure.saturating_sub(self.events) } else { self.exposure }
    }

    fn place(&self, point: &Rate) -> (Zone, Ordering) {
        let (events, exposure) = (u128::from(point.events), u128::from(point.exposure));
        let (is, expected) = (events.saturating_mul(self.exposure), self.events.saturating_mul(exposure));
        let off = is.abs_diff(expected);
        // off / (exposure * all) > k * sqrt(p * rest / exposure), squared and with every divisor multiplied out; the
        // whole root is enough, because `off` is whole.
        let variance = self.events.saturating_mul(self.rest()).saturating_mul(exposure);
        let beyond = |errors: u128| off > variance.saturating_mul(errors * errors).isqrt();
        let zone = match (beyond(3), beyond(2)) {
            (true, _) => Zone::Beyond,
            (_, true) => Zone::Outer,
            _ => Zone::Inner,
        };
        (zone, is.cmp(&expected))
    }

    fn limits(&self, point: &Rate) -> Limits {
        let all = self.exposure as f64;
        let centre = self.events as f64 / all;
        let error = (centre * (self.rest() as f64 / all) / (point.exposure.max(1) as f64)).sqrt();
        Limits { lower: centre - 3.0 * error, centre, upper: centre + 3.0 * error }
    }
}
