//! Who is who: the same child across records, with every weight explained.
//!
//! The same child stands in police, council, health and school records under different spellings, dates and names.
//! This crate finds those records, says how sure it is, and shows why, field by field. It needs no labels, no
//! server and no other crate of ours.
//!
//! # A tour
//! - [`csv`] and [`schema`] read any CSV and recognise its columns; [`records`] keeps every distinct text once.
//! - [`names`], [`dates`], [`postcodes`] and [`identifiers`] say *how* two values agree, as a level: exact, a typing
//!   slip, a nickname, day and month exchanged, a generation apart.
//! - [`blocking`] proposes pairs worth comparing. [`train`] learns from the file itself what levels mean, as a
//!   [`model`]: for one person, for twins, namesakes and other relatives, and for strangers.
//! - [`score`] adds up what the levels weigh; [`pairs::find`] does all of it for a file, or for two.
//! - [`explain`] is the waterfall: lines that add up to the score exactly.
//! - [`clusters`] groups records by person and obeys what people decided. [`evaluate`] measures a run against known pairs.
//! - [`index`] answers while somebody is still speaking: records come and go, many may ask at once, and
//!   [`snapshot`] keeps it on disk.
//!
//! Scores are whole numbers of 1/1024 bit, the same on every machine, in any order of rows. No score ever merges
//! anything: it is for people, or for thresholds people chose.
//!
//! # Example
//! A call comes in about Keiran Venlow. Who might that be?
//! ```
//! use cf_linkage::index::{Index, Question};
//! use cf_linkage::pairs::Settings;
//! use cf_linkage::records::{Records, Row};
//!
//! let index = Index::build(Records::new(Vec::new()), &Settings::default())?;
//! let row = |given: &str, dob: &str| Row {
//!     given: given.into(),
//!     surname: "Venlow".into(),
//!     dob: dob.into(),
//!     postcode: "N1 5AB".into(),
//!     ..Row::default()
//! };
//! index.insert("child", &row("Kieran", "2012-05-06"));
//! index.insert("father", &row("Kieran", "1984-11-23"));
//!
//! let answers = index.query(&row("Keiran", "2012-05-06"), &Question { explain: true, ..Question::default() });
//! assert_eq!(answers[0].id, "child");
//! assert!(answers[0].probability > 0.9);
//!
//! let why = answers[0].explanation.as_ref().ok_or("not explained")?;
//! assert_eq!(why.lines.iter().map(|line| line.weight).sum::<i32>(), why.score);
//! println!("{why}"); // a waterfall in text
//!
//! index.remove("father");
//! assert_eq!(index.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
pub mod blocking;
pub mod clusters;
pub mod csv;
pub mod dates;
pub mod evaluate;
pub mod explain;
pub mod files;
pub mod frequency;
pub mod identifiers;
pub mod index;
pub mod intern;
pub mod model;
pub mod names;
pub mod nicknames;
pub mod pairs;
pub mod phonetic;
pub mod postcodes;
pub mod records;
pub mod schema;
pub mod score;
pub mod similar;
pub mod snapshot;
pub mod text;
mod together;
pub mod train;
mod view;

#[cfg(test)]
mod families;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
