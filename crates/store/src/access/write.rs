//! Writes access entries, in groups, under the head of their own log.
use async_recursion::async_recursion as boxed;
use cf_ledger::leaf_hash;

use super::{AccessEntry, SHRED, entry};
use crate::db::{Arg, Tx, args};
use crate::log::{Head, Log};
use crate::statements::{Insert, Statements};
use crate::{Fault, Store};

/// An access entry rendered before the lock.
#[derive(Debug)]
pub(crate) struct PreparedAccess {
    rendered: Vec<u8>,
    user: uuid::Uuid,
    action: String,
    records: Vec<uuid::Uuid>,
}

impl PreparedAccess {
    pub(crate) fn new(access: &AccessEntry) -> Result<Self, Fault> {
        // What a column must find again is a code; PostgreSQL text takes no NUL.
        if !entry_code(&access.action) || access.action == SHRED {
            return Err(Fault::invalid(format!("`{}` as an action", access.action.escape_debug())));
        }
        Ok(Self::of_store(access))
    }

    /// An entry that the store itself writes.
    pub(crate) fn of_store(access: &AccessEntry) -> Self {
        let mut records: Vec<_> = access.records.iter().map(|record| record.uuid()).collect();
        records.sort_unstable();
        records.dedup();
        Self {
            rendered: entry::render(access),
            user: access.actor.user.uuid(),
            action: access.action.clone(),
            records,
        }
    }
}

fn entry_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Writes the entries and the head of the access log.
pub(crate) async fn write_entries(
    tx: &mut Tx,
    statements: &Statements,
    entries: &[&PreparedAccess],
) -> Result<(), Fault> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut head = Head::lock(tx, Log::Access).await?;
    let (mut rows, mut records): (Vec<Arg>, Vec<Arg>) = (Vec::with_capacity(entries.len() * 5), Vec::new());
    for access in entries {
        let position = head.next_position();
        let bytes = entry::at_position(position, &access.rendered);
        let leaf = leaf_hash(&bytes);
        head.push(leaf);
        rows.extend(args![position, access.user, access.action.as_str(), bytes, leaf.as_bytes().to_vec()]);
        for record in &access.records {
            records.extend(args![position, *record]);
        }
    }
    let access = Insert::new("insert into access (position, actor, action, entry, leaf)", 5, "");
    statements.insert(tx, &access, rows).await?;
    let record = Insert::new("insert into access_record (position, record)", 2, "");
    statements.insert(tx, &record, records).await?;
    head.store(tx).await
}

impl Store {
    /// Logs an act. Answers once it is on disk, so that a page can be sent after it and not before.
    ///
    /// # Errors
    /// [`Fault`] when it could not be logged; then do not show the page.
    #[boxed]
    pub async fn log_access(&self, access: &AccessEntry) -> Result<(), Fault> {
        self.undamaged()?;
        self.inner.writer.log_access(PreparedAccess::new(access)?).await
    }
}

impl Store {
    /// Begins a change of ordinary tables.
    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        self.undamaged()?;
        Ok(self.inner.write.begin().await?)
    }

    /// Ends a change of ordinary tables with the entry that says who made it: both are kept, or neither.
    pub(crate) async fn commit(&self, mut tx: Tx, audit: &AccessEntry) -> Result<(), Fault> {
        let entry = PreparedAccess::new(audit)?;
        write_entries(&mut tx, &self.inner.statements, &[&entry]).await?;
        tx.commit().await?;
        self.inner.kept.clear();
        Ok(())
    }
}
