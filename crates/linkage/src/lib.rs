//! Who is who: the same child across records, with every weight explained.
pub mod csv;
pub mod dates;
pub mod identifiers;
pub mod intern;
pub mod names;
pub mod nicknames;
pub mod phonetic;
pub mod postcodes;
pub mod records;
pub mod schema;
pub mod similar;
pub mod text;
