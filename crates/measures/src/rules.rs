//! When a point speaks. One place for all kinds of charts.
use std::cmp::Ordering;

/// What the rules count. The defaults are those of *Making Data Count* as NHSRplotthedots codes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// So many in a row on one side of the centre are a run; at least 2.
    pub run: usize,
    /// So many in a row, each above (or each below) the one before, are a trend; at least 3.
    pub trend: usize,
    /// Whether moving ranges of 3.267 mean ranges and more are left out before the limits are set, as the R package
    /// does and the spreadsheet does not. Without them one wild day in the baseline does not hide the next.
    pub screen: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { run: 7, trend: 7, screen: false }
    }
}

/// Which side of the centre, or which way a trend goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Above, or rising.
    Above,
    /// Below, or falling.
    Below,
}

impl Side {
    const fn of(order: Ordering) -> Option<Self> {
        match order {
            Ordering::Greater => Some(Self::Above),
            Ordering::Less => Some(Self::Below),
            Ordering::Equal => None,
        }
    }
}

/// What a point can say, the loudest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// It lies outside the limits.
    Outside,
    /// One of a run that rises or falls all the way.
    Trend,
    /// One of two among three in the last third before the same limit, or beyond it.
    NearLimit,
    /// One of a run on the same side of the centre.
    Run,
}

/// Everything a point says, each with its side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals {
    /// See [`Signal::Outside`].
    pub outside: Option<Side>,
    /// See [`Signal::Trend`].
    pub trend: Option<Side>,
    /// See [`Signal::NearLimit`].
    pub near_limit: Option<Side>,
    /// See [`Signal::Run`].
    pub run: Option<Side>,
}

impl Signals {
    /// The loudest.
    #[must_use]
    pub fn first(&self) -> Option<Signal> {
        let said = [
            (self.outside, Signal::Outside),
            (self.trend, Signal::Trend),
            (self.near_limit, Signal::NearLimit),
            (self.run, Signal::Run),
        ];
        said.into_iter().find_map(|(side, signal)| side.map(|_| signal))
    }
}

/// How far out a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    /// Within two thirds of the way to the limit.
    Inner,
    /// In the last third.
    Outer,
    /// Outside.
    Beyond,
}

/// A point as the rules see it: where it lies, and how it compares with the one before. `None` for no measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Against the centre; none where nothing was measured.
    pub(crate) side: Option<Ordering>,
    /// How far out.
    pub(crate) zone: Zone,
    /// Against the point before; none where either is missing.
    pub(crate) step: Option<Ordering>,
}

/// What each point says.
pub(crate) fn judge(placed: &[Placed], settings: Settings) -> Vec<Signals> {
    let mut said = vec![Signals::default(); placed.len()];
    for (signals, point) in said.iter_mut().zip(placed) {
        if point.zone == Zone::Beyond {
            signals.outside = point.side.and_then(Side::of);
        }
    }
    let runs = settings.run.max(2);
    mark(
        placed,
        runs,
        |window| same(window.iter().map(|point| point.side)),
        |at, side| said[at].run = Some(side),
    );
    // A trend of n points has n - 1 steps.
    let trend = settings.trend.max(3);
    let steps = |window: &[Placed]| same(window[1..].iter().map(|point| point.step));
    mark(placed, trend, steps, |at, side| said[at].trend = Some(side));
    for (start, three) in placed.windows(3).enumerate() {
        for side in [Side::Above, Side::Below] {
            let near =
                |point: &&Placed| point.zone >= Zone::Outer && point.side.and_then(Side::of) == Some(side);
            if three.iter().filter(near).count() >= 2 {
                for (at, point) in three.iter().enumerate() {
                    if near(&point) {
                        said[start + at].near_limit = Some(side);
                    }
                }
            }
        }
    }
    said
}

/// The side all of these lie on, if they lie on one.
fn same(mut orders: impl Iterator<Item = Option<Ordering>>) -> Option<Side> {
    let first = orders.next()??;
    orders.all(|order| order == Some(first)).then(|| Side::of(first))?
}

/// Marks every point of every window of this length that lies on one side.
fn mark(
    placed: &[Placed],
    length: usize,
    side: impl Fn(&[Placed]) -> Option<Side>,
    mut set: impl FnMut(usize, Side),
) {
    for (start, window) in placed.windows(length).enumerate() {
        if let Some(side) = side(window) {
            (start..start + length).for_each(|at| set(at, side));
        }
    }
}
