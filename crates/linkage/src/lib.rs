//! Who is who: the same child across records, with every weight explained.
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
mod tests;
