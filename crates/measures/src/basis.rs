//! What a chart's limits are worked out from.
use std::ops::Range;

/// Fewer points than this give limits that are a first guess.
pub(crate) const FIRST_GUESS: usize = 12;

/// Which points the limits come from, and where they begin anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Positions at which the process changed for good, as somebody decided: limits begin anew there, and no rule
    /// looks across. Positions beyond the series, and 0, say nothing.
    pub begins_anew: Vec<usize>,
    /// How many points of each stretch the limits come from, from its first; all of them if `None`.
    pub baseline: Option<usize>,
}

impl Basis {
    /// Limits from the first so many points.
    #[must_use]
    pub const fn first(points: usize) -> Self {
        Self { begins_anew: Vec::new(), baseline: Some(points) }
    }

    /// The stretches of a series of this length, each with the part its limits come from. Never empty ones.
    pub(crate) fn stretches(&self, length: usize) -> Vec<(Range<usize>, Range<usize>)> {
        let mut starts: Vec<usize> =
            self.begins_anew.iter().copied().filter(|at| (1..length).contains(at)).collect();
        starts.push(0);
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([length]);
        let stretch = |(start, end): (usize, usize)| {
            let from = self.baseline.map_or(end, |points| end.min(start + points));
            (start..end, start..from)
        };
        starts.iter().copied().zip(ends).filter(|(start, end)| start < end).map(stretch).collect()
    }
}

/// There is too little to work limits out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// Points there are.
    pub has: usize,
    /// Points needed at the least.
    pub needs: usize,
}

impl std::fmt::Display for TooFew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} points, and limits need {}", self.has, self.needs)
    }
}

impl std::error::Error for TooFew {}
