//! A synthetic London, seeded, driven through the same commands as people use.
mod dice;
pub mod figures;
mod names;
mod places;
pub mod plan;
pub mod population;
pub mod staff;
mod words;
