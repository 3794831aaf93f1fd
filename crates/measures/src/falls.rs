//! Stretches in which a flow fell.
use crate::Chart;
use crate::rules::Side;

/// By what a fall is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// A point lies below the lower limit.
    BelowLimit,
    /// A run of points lies below the centre.
    RunBelow,
}

/// A stretch of points that say together that a flow fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fall {
    /// Its first point.
    pub from: usize,
    /// Its last point, included.
    pub to: usize,
    /// The point with which it was known: a run is known with its last needed point.
    pub known_at: usize,
    /// By what it was known first.
    pub why: Why,
}

impl Chart {
    /// The stretches in which the flow fell, in order; no two touch.
    #[must_use]
    pub fn falls(&self) -> Vec<Fall> {
        let mut falls: Vec<Fall> = Vec::new();
        let mut in_run = 0;
        for (at, point) in self.points().iter().enumerate() {
            let outside = point.signals.outside == Some(Side::Below);
            let run = point.signals.run == Some(Side::Below);
            in_run = if run { in_run + 1 } else { 0 };
            if !outside && !run {
                continue;
            }
            let why = match (outside, in_run >= self.run()) {
                (true, _) => Some(Why::BelowLimit),
                (_, true) => Some(Why::RunBelow),
                _ => None,
            };
            match falls.last_mut() {
                Some(fall) if fall.to + 1 == at => {
                    fall.to = at;
                    if let Some(why) = why.filter(|_| fall.known_at == usize::MAX) {
                        (fall.known_at, fall.why) = (at, why);
                    }
                }
                _ => falls.push(Fall {
                    from: at,
                    to: at,
                    // A run's first points say nothing yet; its last needed one is always in the same stretch.
                    known_at: why.map_or(usize::MAX, |_| at),
                    why: why.unwrap_or(Why::RunBelow),
                }),
            }
        }
        falls
    }
}
