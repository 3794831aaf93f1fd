//! Counts as they come: individual values and their moving range.
use crate::basis::{Basis, FIRST_GUESS, TooFew};
use crate::chart::{Chart, Limits};
use crate::rules::{Placed, Settings, Zone};

/// A limit lies 2.66 mean moving ranges from the centre: three standard deviations, 3 / 1.128.
const LIMIT_HUNDREDTHS: i128 = 266;
/// Ranges this many thousandths of the mean range are left out when screening.
const SCREEN_THOUSANDTHS: u128 = 3_267;

/// The chart of a series of counts.
///
/// `cycle` is after how many points the usual pattern comes again: 1 for none, 7 for days of the week. Each point is
/// then compared with the mean of its own day of the week, and the moving range is that between a day and the same day
/// a week before, so that quiet Sundays neither speak nor widen the limits.
///
/// Values may be any whole numbers; the comparison is exact for up to a million points.
///
/// # Errors
/// [`TooFew`] when a stretch has fewer than two whole cycles (and two points) to work limits out from.
pub fn xmr(values: &[i64], cycle: usize, basis: &Basis, settings: Settings) -> Result<Chart, TooFew> {
    let cycle = cycle.max(1);
    let mut chart = Chart::empty(settings);
    for (stretch, baseline) in basis.stretches(values.len()) {
        let known = &values[baseline];
        if known.len() < 2 * cycle {
            return Err(TooFew { has: known.len(), needs: 2 * cycle });
        }
        let first_guess = known.len() < FIRST_GUESS;
        let process = Process::of(known, cycle, settings.screen);
        let values = &values[stretch];
        let place = |(at, value): (usize, &i64)| {
            let before = at.checked_sub(1).map(|before| values[before]);
            let step = before.map(|before| value.cmp(&before));
            let (zone, side) = process.place(*value, at % cycle);
            (Some(*value as f64), process.limits(at % cycle), Placed { side: Some(side), zone, step })
        };
        chart.add(values.iter().enumerate().map(place).collect(), first_guess, settings);
    }
    Ok(chart)
}

/// What the baseline says, in whole numbers: means as sum and count.
struct Process {
    /// Sum and count of the values, by place in the cycle.
    centres: Vec<(i128, i128)>,
    /// Sum and count of the moving ranges.
    range: (u128, u128),
}

impl Process {
    /// INVARIANT: `known` has at least two whole cycles, so no count is zero.
    fn of(known: &[i64], cycle: usize, screen: bool) -> Self {
        let mut centres = vec![(0, 0); cycle];
        for (at, value) in known.iter().enumerate() {
            let (sum, count) = &mut centres[at % cycle];
            *sum += i128::from(*value);
            *count += 1;
        }
        let ranges: Vec<u128> = known
            .iter()
            .zip(&known[cycle..])
            .map(|(before, after)| u128::from(before.abs_diff(*after)))
            .collect();
        let mean = |ranges: &[u128]| (ranges.iter().sum::<u128>(), ranges.len() as u128);
        let all = mean(&ranges);
        // A range equal to the threshold goes too, but never all of them.
        let usual: Vec<u128> = ranges
            .iter()
            .copied()
            .filter(|range| range * all.1 * 1_000 < SCREEN_THOUSANDTHS * all.0)
            .collect();
        let range = if screen && !usual.is_empty() { mean(&usual) } else { all };
        Self { centres, range }
    }

    /// How far out a value lies, and on which side.
    fn place(&self, value: i64, at: usize) -> (Zone, std::cmp::Ordering) {
        let (sum, count) = self.centres[at];
        // value - sum / count, times count.
        let off = i128::from(value) * count - sum;
        let (range, ranges) = (self.range.0 as i128, self.range.1 as i128);
        // |off| / count > (thirds / 3) * 2.66 * range / ranges, with every divisor multiplied out.
        let beyond = |thirds: i128| off.abs() * 300 * ranges > LIMIT_HUNDREDTHS * thirds * range * count;
        let zone = match (beyond(3), beyond(2)) {
            (true, _) => Zone::Beyond,
            (_, true) => Zone::Outer,
            _ => Zone::Inner,
        };
        (zone, off.cmp(&0))
    }

    fn limits(&self, at: usize) -> Limits {
        let (sum, count) = self.centres[at];
        let centre = sum as f64 / count as f64;
        let half = LIMIT_HUNDREDTHS as f64 / 100.0 * self.range.0 as f64 / self.range.1 as f64;
        Limits { lower: centre - half, centre, upper: centre + half }
    }
}
