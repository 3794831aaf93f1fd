//! What can go wrong underneath: disk, network, a damaged file, a bug. Never a "no" from the domain.

/// Something below the domain failed. Logged and shown as our problem, not the person's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The database did not do what it was asked.
    #[error("the database did not answer as it should")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The record was found damaged; it can be read, never written, until it is restored.
    #[error("the database is damaged and open for reading only: {0}")]
    Damaged(String),
    /// A stored value is not what this version wrote: `what` names the place.
    #[error("a stored value cannot be read: {what}")]
    Unreadable {
        /// Table and position, never content.
        what: String,
    },
    /// A key did not open what it should, or a value could not be sealed.
    #[error("a sealed value cannot be opened: {what}")]
    Sealing {
        /// File or position, never content.
        what: String,
    },
    /// The caller asked for something the store cannot hold; a bug in the caller.
    #[error("cannot be stored: {what}")]
    Invalid {
        /// What is wrong with it.
        what: String,
    },
    /// A setting of the store does not fit, for instance the address of the database.
    #[error("cannot open the database: {what}")]
    Opening {
        /// What is wrong.
        what: String,
    },
    /// Something with this name or key is there already.
    #[error("there is one already: {what}")]
    Exists {
        /// The kind of thing.
        what: &'static str,
    },
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
}

impl Fault {
    /// Whether this says that what is stored is damaged, and not that it could not be reached.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        // SOURCE: sqlite.org/rescode.html: 11 SQLITE_CORRUPT and 26 SQLITE_NOTADB, in the low byte of extended codes.
        let corrupt = |code: i32| matches!(code & 0xff, 11 | 26);
        match self {
            Self::Damaged(_) | Self::Unreadable { .. } => true,
            Self::Database(source) => {
                if let Some(sqlx::Error::Database(error)) = source.downcast_ref() {
                    return error.code().and_then(|code| code.parse().ok()).is_some_and(corrupt);
                }
                let read = source.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error);
                read.is_some_and(|error| corrupt(error.extended_code))
            }
            _ => false,
        }
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into() }
    }
    pub(crate) fn sealing(what: impl Into<String>) -> Self {
        Self::Sealing { what: what.into() }
    }
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }
    pub(crate) fn opening(what: impl Into<String>) -> Self {
        Self::Opening { what: what.into() }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolClosed => Self::Closed,
            other => Self::Database(Box::new(other)),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

/// A unique key refused the row: the fault that says so, else the fault as it is.
pub(crate) fn exists(what: &'static str) -> impl FnOnce(sqlx::Error) -> Fault {
    move |error| match &error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => Fault::Exists { what },
        _ => error.into(),
    }
}
