//! The access log: who looked at, changed, sent or destroyed what, when, for which purpose. Law asks for it.
// SOURCE: Data Protection Act 2018, section 62 (logging by competent authorities).
pub(crate) mod entry;
pub(crate) mod index;
mod query;
mod write;

use cf_kernel::{Actor, Role, SessionId, StreamId, TeamId, Timestamp, UserId};

pub use query::Page;
pub(crate) use write::{PreparedAccess, write_entries};

/// The action of destroying a case file. Only [`Store::shred_file`](crate::Store::shred_file) may write it.
pub(crate) const SHRED: &str = "file.shred";

/// One act of reading, or of changing something outside the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// In which session; none for the software itself and for command lines.
    pub session: Option<SessionId>,
    /// What was done: a code, for instance `child.read`.
    pub action: String,
    /// The records it was done to.
    pub records: Vec<StreamId>,
    /// The purpose: a code.
    pub purpose: String,
    /// The reason the person gave, where one was asked for.
    pub reason: Option<String>,
    /// Whether it was allowed. What was refused is logged too.
    pub permitted: bool,
    /// The policies that decided.
    pub policies: String,
    /// The request it belongs to.
    pub request: String,
}

/// An access entry read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRecorded {
    /// Its place in the access log, from 1.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub user: UserId,
    /// In which role.
    pub role: Role,
    /// For which team.
    pub team: TeamId,
    /// In which session.
    pub session: Option<SessionId>,
    /// What was done.
    pub action: String,
    /// The records it was done to.
    pub records: Vec<StreamId>,
    /// The purpose.
    pub purpose: String,
    /// The reason given.
    pub reason: Option<String>,
    /// Whether it was allowed.
    pub permitted: bool,
    /// The policies that decided.
    pub policies: String,
    /// The request it belongs to.
    pub request: String,
}
