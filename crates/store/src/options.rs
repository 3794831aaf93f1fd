//! How a store is opened.
use std::sync::Arc;
use std::time::Duration;

use cf_kernel::{Clock, SystemClock};
use cf_ledger::{KeyKind, SigningKey, VerifyingKey};
use cf_sealing::MasterKey;

use crate::Fault;
use crate::log::Log;
use crate::rows::Table;

/// What a store needs to know.
pub struct Options {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Wraps the content keys; kept outside the database.
    pub master_key: MasterKey,
    /// Signs the checkpoints; kept outside the database.
    pub log_key: LogKey,
    /// The read tables.
    pub tables: Vec<&'static Table>,
    /// The most commands in one transaction: 1 to 256.
    pub batch: usize,
    /// How often a PostgreSQL store looks for what other nodes recorded.
    pub poll_every: Duration,
}

impl Options {
    /// The machine's clock, no read tables, up to 256 commands in one transaction.
    #[must_use]
    pub fn new(master_key: MasterKey, log_key: LogKey) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            master_key,
            log_key,
            tables: Vec::new(),
            batch: 256,
            poll_every: Duration::from_millis(250),
        }
    }
}

/// The keys of the two logs, made from one seed: `origin/record` and `origin/access`.
#[derive(Debug)]
pub struct LogKey {
    record: SigningKey,
    access: SigningKey,
}

impl LogKey {
    /// The keys of the logs of `origin` (for instance `childfirst.met.example`), made from 32 random bytes.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when the origin is empty or holds a space or `+`.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, Fault> {
        let key = |log: Log| {
            SigningKey::from_seed(&format!("{origin}/{}", log.name()), KeyKind::Log, seed)
                .map_err(|_| Fault::invalid(format!("`{}` as the origin of a log", origin.escape_debug())))
        };
        if origin.is_empty() {
            return Err(Fault::invalid("an empty origin of a log"));
        }
        Ok(Self { record: key(Log::Record)?, access: key(Log::Access)? })
    }

    pub(crate) const fn of(&self, log: Log) -> &SigningKey {
        match log {
            Log::Record => &self.record,
            Log::Access => &self.access,
        }
    }

    /// The public key of a log: what an overseer is handed.
    #[must_use]
    pub const fn public(&self, log: Log) -> &VerifyingKey {
        self.of(log).verifying_key()
    }
}
