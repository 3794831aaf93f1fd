//! One command's outcome, and how it is recorded: all of it or nothing.
use async_recursion::async_recursion as boxed;
use cf_kernel::{Actor, CommandId, FileId, StreamId, Timestamp};

use crate::rows::RowChanges;
use crate::{Fault, NewJob, NoRow, Store, WordingCheck, prepare, writer};

/// What one command leaves behind. Written in one transaction with its rows and jobs.
#[derive(Debug, Clone)]
pub struct Append {
    /// The intent. The same id again answers the first outcome and writes nothing.
    pub command: CommandId,
    /// Who decided.
    pub actor: Actor,
    /// When it was recorded.
    pub at: Timestamp,
    /// The streams that grow; at least one event in all.
    pub streams: Vec<StreamAppend>,
    /// Streams that were only read for the decision, and the version each had.
    pub guards: Vec<(StreamId, i64)>,
    /// Rows that must not be there when this is written.
    pub absent: Vec<NoRow>,
    /// What is to be done afterwards.
    pub jobs: Vec<NewJob>,
    /// What the wording rules found in the entries.
    pub checks: Vec<WordingCheck>,
}

/// New events of one stream.
#[derive(Debug, Clone)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamId,
    /// What kind of record it is: lower case, never changed.
    pub kind: &'static str,
    /// The case file whose key seals the private parts.
    pub file: FileId,
    /// The version the decision was made at; 0 for a new stream.
    pub expected: i64,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// What changes in the read tables.
    pub rows: RowChanges,
}

/// One event in its stored form.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The event's type: lower case, never changed.
    pub event_type: &'static str,
    /// The version of its stored form.
    pub form: i32,
    /// When it happened, as told.
    pub occurred_at: Timestamp,
    /// JSON of codes, dates and ids. Kept for ever: nothing that identifies or describes a person.
    pub clear: Vec<u8>,
    /// JSON of narrative and identity, to be sealed; empty for none.
    pub private: Vec<u8>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The positions of the command's events in the log, in order.
    pub positions: Vec<i64>,
    /// Whether this command had been recorded before; then nothing was written now.
    pub duplicate: bool,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody else changed the stream since it was read. Load and decide again, or ask the person.
    #[error("stream `{stream}` is at version {found}, not {expected}")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version the decision was made at.
        expected: i64,
        /// The version it has.
        found: i64,
    },
    /// A row is there that must not be: somebody wrote it since it was looked for. Look again, or ask the person.
    #[error("a row that must not be there is there")]
    NotAbsent,
    /// The case file was destroyed under the retention schedule; nothing private can be added to it.
    #[error("case file `{file}` was destroyed")]
    Destroyed {
        /// The file.
        file: FileId,
    },
    /// The database is damaged and open for reading only.
    #[error("the database is damaged and open for reading only: {0}")]
    Damaged(String),
    /// Something below failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An append that is checked and sealed, and not written yet: see [`Store::seal`].
#[derive(Debug)]
pub struct Sealed {
    prepared: prepare::Prepared,
    checked: prepare::Checked,
}

impl Store {
    /// Records what a command decided, once. Waits until it is on disk.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] when a stream or guard moved on, [`AppendError::NotAbsent`] when a row is there that must
    /// not be; nothing is written then.
    #[boxed]
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.append_sealed(self.seal(append).await?).await
    }

    /// The half of [`Store::append`] that needs nobody to wait for: an import seals one part while the one before it is
    /// being written.
    ///
    /// # Errors
    /// As [`Store::append`], but no conflict: versions are looked at when it is written.
    #[boxed]
    pub async fn seal(&self, append: Append) -> Result<Sealed, AppendError> {
        let (prepared, checked) = prepare::seal(self, prepare::check(self, append)?).await?;
        Ok(Sealed { prepared, checked })
    }

    /// The other half of [`Store::append`].
    ///
    /// # Errors
    /// As [`Store::append`].
    #[boxed]
    pub async fn append_sealed(&self, sealed: Sealed) -> Result<Appended, AppendError> {
        let files: Vec<FileId> = sealed.prepared.keys.iter().map(|(file, _)| *file).collect();
        let done = self.write_sealed(sealed).await;
        self.inner.keys.settled(files);
        done
    }

    async fn write_sealed(&self, sealed: Sealed) -> Result<Appended, AppendError> {
        if let Some(why) = self.damage() {
            return Err(AppendError::Damaged(why));
        }
        let Sealed { mut prepared, mut checked } = sealed;
        // Two callers may make a key for the same new file at once; the second seals again with the first one's key.
        for _ in 0..5 {
            match self.inner.writer.append(prepared).await? {
                writer::Outcome::Done(appended) => return Ok(appended),
                writer::Outcome::Conflict { stream, expected, found } => {
                    return Err(AppendError::Conflict { stream, expected, found });
                }
                writer::Outcome::NotAbsent => return Err(AppendError::NotAbsent),
                writer::Outcome::Destroyed(file) => {
                    self.inner.keys.forget(file);
                    return Err(AppendError::Destroyed { file });
                }
                writer::Outcome::OtherKey(file) => self.inner.keys.forget(file),
            }
            (prepared, checked) = prepare::seal(self, checked).await?;
        }
        Err(Fault::sealing("a new case file whose key keeps changing").into())
    }
}
