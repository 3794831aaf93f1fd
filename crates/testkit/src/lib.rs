//! An application on a database of its own, people of every role signed in to it, a server on port 0.
//!
//! [`TestApp`] is the whole application on SQLite or PostgreSQL with a clock that a test moves. [`TestServer`] puts a
//! router behind a real socket. [`Postgres`] is the server underneath, from the installed programs.
mod app;
mod postgres;
mod server;

pub use app::{TestApp, User};
pub use postgres::{Postgres, PostgresError};
pub use server::{Answer, TestServer};
