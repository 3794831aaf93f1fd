//! Disposal: destroys the key and the sealed bodies of a case file. What stays in the log says nothing of a person,
//! and still verifies.
use std::collections::HashMap;

use cf_kernel::{Actor, FileId, StreamId, Timestamp, UserId};
use uuid::Uuid;

use crate::access::{AccessEntry, PreparedAccess, SHRED, write_entries};
use crate::db::{Tx, args};
use crate::keys::Found;
use crate::load::{Stored, open_event};
use crate::rows::replace_rows;
use crate::{Fault, Recorded, Row, Store};

/// A file to be destroyed, and the two people who decided it.
#[derive(Debug, Clone)]
pub struct Shred {
    /// The case file.
    pub file: FileId,
    /// Who does it.
    pub by: Actor,
    /// Who agreed: somebody else.
    pub approved_by: UserId,
    /// Why: the rule of the retention schedule. It is kept for ever, so no names.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Destroys the key and the sealed bodies of a file, with an entry in the access log, and makes the rows of its
    /// streams again from what is left. Gives these streams. Retention rules and holds are the caller's to check.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when the two people are one or there is nothing to destroy; [`Fault`] from the database.
    pub async fn shred_file<F>(&self, shred: Shred, fold: F) -> Result<Vec<StreamId>, Fault>
    where
        F: Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault>,
    {
        self.undamaged()?;
        if shred.by.user == shred.approved_by {
            return Err(Fault::invalid("a destruction that one person decided alone"));
        }
        if shred.file == Store::OWN_FILE {
            return Err(Fault::invalid("the destruction of the store's own key"));
        }
        let file = shred.file.uuid();
        let mut tx = self.inner.write.begin().await?;
        // Appends to the file wait here, and then find its key gone.
        crate::log::Head::lock(&mut tx, crate::Log::Record).await?;
        let changed = tx
            .execute(
                "update file_key set wrapped = null where file = $1 and wrapped is not null",
                args![file],
            )
            .await?;
        if changed == 0 {
            return Err(Fault::invalid(format!("the destruction of file {}, which has no key", shred.file)));
        }
        let streams: Vec<(Uuid,)> = tx
            .rows(
                "select distinct e.stream from sealed s join event e on e.position = s.position \
                 where s.file = $1 order by e.stream",
                args![file],
            )
            .await?;
        tx.execute("delete from sealed where file = $1", args![file]).await?;
        let streams: Vec<StreamId> = streams.into_iter().map(|(id,)| StreamId::from_uuid(id)).collect();
        for stream in &streams {
            let rows = self.fold_left(&mut tx, *stream, &fold).await?;
            replace_rows(&mut tx, &self.inner, *stream, rows).await?;
        }
        let entry = PreparedAccess::of_store(&AccessEntry {
            at: shred.at,
            actor: shred.by,
            session: None,
            action: SHRED.into(),
            records: vec![StreamId::from_uuid(file)],
            purpose: "disposal".into(),
            reason: Some(format!("approved by {}: {}", shred.approved_by, shred.reason)),
            permitted: true,
            policies: String::new(),
            request: String::new(),
        });
        write_entries(&mut tx, &self.inner.statements, &[&entry]).await?;
        tx.commit().await?;
        self.inner.keys.forget(shred.file);
        self.inner.kept.clear();
        if let crate::db::Db::Lite(_) = &self.inner.write {
            // The old pages still stand in the journal. A reader may hold it for now; the next checkpoint gets it.
            let _: Vec<(i64, i64, i64)> =
                self.inner.write.rows("pragma wal_checkpoint(truncate)", vec![]).await.unwrap_or_default();
        }
        Ok(streams)
    }

    /// The rows of a stream of which sealed bodies were just destroyed. Bodies under other files are opened.
    async fn fold_left<F>(&self, tx: &mut Tx, stream: StreamId, fold: &F) -> Result<Vec<Row>, Fault>
    where
        F: Fn(&str, StreamId, &[Recorded]) -> Result<Vec<Row>, Fault>,
    {
        let stored: Vec<Stored> = tx
            .rows(
                "select e.entry, s.body from event e left join sealed s on s.position = e.position \
                 where e.stream = $1 order by e.version",
                args![stream.uuid()],
            )
            .await?;
        let mut keys = HashMap::new();
        for (bytes, body) in &stored {
            let file = crate::entry::parse(bytes)?.header.file;
            if body.is_none() || keys.contains_key(&file) {
                continue;
            }
            let wrapped: Option<(Option<Vec<u8>>,)> =
                tx.row("select wrapped from file_key where file = $1", args![file.uuid()]).await?;
            let found = match wrapped.and_then(|(wrapped,)| wrapped) {
                Some(wrapped) => Found::Key(self.inner.keys.unwrap(file, wrapped)?),
                None => Found::Destroyed,
            };
            keys.insert(file, found);
        }
        let placed = stored.iter().map(|(bytes, body)| open_event(bytes, body.as_deref(), &keys));
        let placed: Vec<_> = placed.collect::<Result<_, _>>()?;
        let kind = placed.first().map(|placed| placed.kind.clone()).unwrap_or_default();
        let events: Vec<Recorded> = placed.into_iter().map(|placed| placed.event).collect();
        fold(&kind, stream, &events)
    }
}
