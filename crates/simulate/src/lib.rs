//! A synthetic London, seeded, driven through the same commands as people use.
mod dice;
mod drive;
pub mod figures;
mod names;
mod places;
pub mod plan;
pub mod population;
pub mod staff;
mod words;

pub use drive::{Progress, Seeded, SimulateError, drive};

#[cfg(test)]
mod tests;
