//! Events, read rows, access log, jobs and sessions on SQLite and PostgreSQL.
//!
//! A [`Store`] keeps two Merkle logs. The *record* holds every decision as the exact bytes of an event; narrative and
//! identity are sealed apart from it under the key of their case file. The *access log* holds who looked at what. One
//! task writes both: it gathers what waits into one transaction, so that one disk flush serves many, and a refused
//! command never spoils its neighbours. Read rows are functions of a stream's events, written with them and made again
//! at will. Everything else (accounts, sessions, drafts, settings, imports) is ordinary tables, each change with an
//! entry in the access log.
//!
//! Reading order: `append` and `prepare` (before the lock), `writer` (under it), `entry` (the bytes), `log` (the tree),
//! `rows` (read tables), `bulk` (everything once), `verify`. `read` and `stored` know case work; nothing else here does.
//!
//! ```
//! use cf_kernel::{Actor, Clock, CommandId, FileId, StreamId, SystemClock};
//! use cf_sealing::MasterKey;
//! use cf_store::{Append, LogKey, NewEvent, Options, RowChanges, Store, StreamAppend};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let url = format!("sqlite://{}", folder.path().join("record.db").display());
//! // Both keys live outside the database; here they are made up.
//! let master = MasterKey::generate(&mut rand::rng());
//! let store = Store::open(&url, Options::new(master, LogKey::new("childfirst.example", &[7; 32])?)).await?;
//!
//! let (child, now) = (StreamId::new(), SystemClock.now());
//! let done = store
//!     .append(Append {
//!         command: CommandId::new(),
//!         actor: Actor::system(),
//!         at: now,
//!         streams: vec![StreamAppend {
//!             stream: child,
//!             kind: "child",
//!             file: FileId::from_uuid(child.uuid()),
//!             expected: 0,
//!             events: vec![NewEvent {
//!                 event_type: "noted",
//!                 form: 1,
//!                 occurred_at: now,
//!                 clear: br#"{"kind":"call"}"#.to_vec(),
//!                 private: br#"{"text":"Rang to say she is with her aunt."}"#.to_vec(),
//!             }],
//!             rows: RowChanges::default(),
//!         }],
//!         guards: vec![],
//!         absent: vec![],
//!         jobs: vec![],
//!         checks: vec![],
//!     })
//!     .await?;
//! assert_eq!(done.positions, [1]);
//! assert_eq!(store.load(child).await?[0].private.as_deref(), Some(&br#"{"text":"Rang to say she is with her aunt."}"#[..]));
//!
//! store.checkpoint_now().await?;
//! assert_eq!(store.verify(|_| ()).await?.damage, None);
//! # Ok(())
//! # }
//! ```
//!
//! Absent on purpose: the machine's clock (it comes with [`Options`]), ciphers (`cf-sealing`), hashes of nodes
//! (`cf-ledger`), and any decision about who may do what.
mod absent;
mod access;
mod accounts;
mod append;
mod backup;
mod bulk;
mod checkpoints;
mod db;
mod digest;
mod drafts;
mod entry;
mod fault;
mod imports;
mod integrity;
mod jobs;
mod kept;
mod keys;
mod load;
mod log;
mod look;
mod migrations;
mod notice;
mod open;
mod options;
mod packed;
mod prepare;
mod read;
mod rows;
mod sessions;
mod settings;
mod shred;
mod statements;
mod stored;
mod teams;
mod texts;
mod verify;
mod wal;
mod wording_checks;
mod writer;

pub use absent::NoRow;
pub use access::{AccessEntry, AccessRecorded, Page};
pub use accounts::{Account, AccountChange};
pub use append::{Append, AppendError, Appended, NewEvent, Sealed, StreamAppend};
pub use db::Database;
pub use drafts::{Draft, DraftKey};
pub use fault::Fault;
pub use imports::{Import, ImportRow};
pub use jobs::{Job, NewJob};
pub use load::{Placed, Recorded, known_at};
pub use log::Log;
pub use notice::Notice;
pub use open::Store;
pub use options::{LogKey, Options};
pub use read::*;
pub use rows::{Column, Difference, Folded, Index, Kind, Row, RowChanges, RowKey, Table, Value};
pub use sessions::Session;
pub use settings::Setting;
pub use shred::Shred;
pub use stored::{DecodeError, Encoded, Stored, decode, encode};
pub use teams::Team;
pub use verify::{Damage, LogReport, Progress, Report};
pub use wording_checks::{
    WhichEntries, WordingAlarms, WordingCategories, WordingCheck, WordingEntry, WordingPlace, WordingRate,
};
