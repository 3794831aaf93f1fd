//! Read rows: pure functions of stream state, replaced with the events that change them, and made again at will.
mod changes;
mod compare;
mod rebuild;
mod schema;
mod slice;
mod table;
mod write;

pub use changes::RowChanges;
pub use rebuild::{Difference, Folded};
pub use table::{Column, Index, Kind, Row, RowKey, Table, Value};

pub(crate) use rebuild::replace_rows;
pub(crate) use schema::prepare_tables;
pub(crate) use table::Seen;
pub(crate) use write::{Change, Tables, write_changes};
