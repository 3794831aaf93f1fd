//! A judged series.
use crate::rules::{Placed, Settings, Signal, Signals, judge};

/// Where points are expected, for drawing. Not clipped: the lower limit of small counts lies below zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Lower limit.
    pub lower: f64,
    /// The centre.
    pub centre: f64,
    /// Upper limit.
    pub upper: f64,
}

/// One point, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Its value, for drawing; none where there was nothing to measure.
    pub value: Option<f64>,
    /// Where it was expected.
    pub limits: Limits,
    /// Everything it says.
    pub signals: Signals,
    /// Whether its limits are a first guess, from fewer than twelve points.
    pub first_guess: bool,
}

impl Judged {
    /// The first thing it says, in the order of [`Signal`]; none for usual variation.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        self.signals.first()
    }
}

/// A series with its limits and signals, one [`Judged`] for each point given.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    points: Vec<Judged>,
    run: usize,
}

impl Chart {
    /// The points, in the order given.
    #[must_use]
    pub fn points(&self) -> &[Judged] {
        &self.points
    }

    /// How many points in a row on one side speak.
    pub(crate) const fn run(&self) -> usize {
        self.run
    }

    pub(crate) const fn empty(settings: Settings) -> Self {
        Self { points: Vec::new(), run: settings.run }
    }

    /// Another stretch, in which the rules look at no point of the stretches before.
    pub(crate) fn add(
        &mut self,
        stretch: Vec<(Option<f64>, Limits, Placed)>,
        first_guess: bool,
        settings: Settings,
    ) {
        let placed: Vec<Placed> = stretch.iter().map(|(.., placed)| *placed).collect();
        let signals = judge(&placed, settings);
        self.points.extend(stretch.into_iter().zip(signals).map(|((value, limits, _), signals)| Judged {
            value,
            limits,
            signals,
            first_guess,
        }));
    }
}
