//! A synthetic London, seeded, driven through the same commands as people use.
//!
//! Three parts, in order. [`population`] makes children from the published counts in [`figures`]. [`plan`] writes down
//! everything that will happen to them over some days, each act with its moment, its person and its command id,
//! lapses included, and stages what the present must show ([`plan::Scene`]). [`drive()`] plays the plan through
//! [`cf_app::App`] on clocks of its own, lets overdue clocks climb as time passes, and then asks the record whether
//! every promised state is there; if one is not, it fails and names it.
//!
//! At the present [`councils`] tells the looked-after children's lives again as their councils would, and [`partners`] what
//! other agencies hold of some; all of it is imported, and the service asks which records are of one child.
//!
//! The same seed gives the same plan on every machine: chance comes from a generator in this crate and no floating
//! point takes part. What the application makes itself (accounts, keys, ids of escalations) differs between runs.
//!
//! Everybody is invented. Names are joined at random, phone numbers are from the range kept for drama, no postcode
//! ends as a real one does, and nobody dies.
//!
//! ```
//! use cf_simulate::plan::{Intent, London, Plan};
//!
//! let present = "2026-11-23T19:52:00Z".parse().expect("a moment");
//! let plan = Plan::new(London::share(7, present, 30, 5));
//! assert_eq!(plan.fingerprint(), Plan::new(plan.london.clone()).fingerprint());
//!
//! let first = plan.steps.iter().find(|step| matches!(step.intent, Intent::Report(_))).expect("a report");
//! println!("{} takes the first call, {}", plan.staff.person(first.by).name, first.at);
//! ```
//!
//! Absent on purpose: the machine's clock, the database (only [`cf_app::App`] is spoken to) and any figure for the
//! share of each grade, because none is published.
pub mod councils;
mod dice;
mod drive;
pub mod figures;
mod names;
pub mod partners;
mod places;
pub mod plan;
pub mod population;
pub mod staff;
mod words;

pub use drive::{Progress, Seeded, SimulateError, drive};

#[cfg(test)]
mod tests;
