//! Honest statistics: what a series of counts says, and what it does not.
//!
//! A [`Chart`] judges every point of a series against limits worked out from a baseline: [`xmr()`] for counts as they
//! come, [`shares`] for a part of a whole that changes in size (a p chart), [`rates`] for events on an exposure (a u
//! chart). A point can speak in four ways ([`Signal`]); everything else is usual variation, and nobody should be asked
//! about it. [`Chart::falls`] finds the stretches in which a flow fell: what was alive and is dying down.
//!
//! SOURCE: the rules are NHS England's *Making Data Count*, as its published R package NHSRplotthedots codes them
//! (checked on 23 November 2026): limits at the mean and 2.66 mean moving ranges, seven in a row on one side, seven
//! rising or falling, two of three near one limit.
//!
//! **Whole numbers decide.** Whether a point lies beyond a limit is compared in integers, so the same counts give the
//! same signals on every machine. The fractions in [`Judged`] are for drawing only.
//!
//! Absent on purpose: a clock, a database, and any word about what is measured.
//!
//! ```
//! use cf_measures::{Basis, Settings, Why, xmr};
//!
//! // Calls a day; on the 22nd something went wrong.
//! let mut calls = vec![9, 11, 10, 8, 12, 10, 9, 11, 10, 10, 9, 12, 8, 11, 10, 9, 10, 11, 9, 10, 11];
//! calls.extend([1, 0, 2]);
//! let chart = xmr(&calls, 1, &Basis::first(21), Settings::default()).expect("enough to judge by");
//! let falls = chart.falls();
//! assert_eq!((falls.len(), falls[0].from, falls[0].why), (1, 21, Why::BelowLimit));
//! ```
mod basis;
mod chart;
mod falls;
mod groups;
mod interval;
mod rules;
mod share;
#[cfg(test)]
mod tests;
mod xmr;

pub use basis::{Basis, TooFew};
pub use chart::{Chart, Judged, Limits};
pub use falls::{Fall, Why};
pub use groups::too_small;
pub use interval::Share;
pub use rules::{Settings, Side, Signal, Signals};
pub use share::{Rate, rates, shares};
pub use xmr::xmr;
