//! Given/when/then, a server on port 0, both databases.
mod postgres;

pub use postgres::{Postgres, PostgresError};
