//! Text saved as it is typed, so that a time-out loses nothing. Sealed, and seen by its owner only.
use async_recursion::async_recursion as boxed;
use cf_kernel::{FileId, Timestamp, UserId};

use crate::db::args;
use crate::{Fault, Store};

/// Names a draft: whose it is, and which form of which record it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DraftKey {
    /// Whose it is.
    pub owner: UserId,
    /// The form and record, for instance `report/0190…`.
    pub key: String,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub key: DraftKey,
    /// What was typed.
    pub body: Vec<u8>,
    /// How often it was saved, from 1.
    pub version: i64,
    /// When it was saved last.
    pub updated_at: Timestamp,
}

/// The longest draft: 1 MB.
const LONGEST: usize = 1 << 20;

/// The version of a draft that is over. Its row stays, empty, until drafts of its age are forgotten: what was on its way
/// to be saved when it ended must not bring it back.
const ENDED: i64 = -1;

impl DraftKey {
    fn place(&self) -> Vec<u8> {
        [b"cf-store/draft/1".as_slice(), self.owner.uuid().as_bytes(), self.key.as_bytes()].concat()
    }
}

impl Store {
    /// Saves a draft over the one before; gives its version, or nothing when the draft was ended. The last save wins.
    ///
    /// # Errors
    /// [`Fault`] from the database, or for more than 1 MB.
    #[boxed]
    pub async fn save_draft(&self, key: &DraftKey, body: &[u8], at: Timestamp) -> Result<Option<i64>, Fault> {
        self.undamaged()?;
        if body.len() > LONGEST || key.key.len() > 200 || key.key.contains('\0') {
            return Err(Fault::invalid("a draft of this size or name"));
        }
        let own = self.own_key(Store::OWN_FILE).await?;
        let sealed = own.key.seal(&key.place(), body, &mut rand::rng());
        let mut tx = self.inner.write.begin().await?;
        let version: Option<(i64,)> = tx
            .row(
                "insert into draft (owner, key, body, version, updated_at) values ($1, $2, $3, 1, $4) \
                 on conflict (owner, key) do update set body = excluded.body, version = draft.version + 1, \
                 updated_at = excluded.updated_at where draft.version <> $5 returning version",
                args![key.owner.uuid(), key.key.as_str(), sealed, at.micros(), ENDED],
            )
            .await?;
        tx.commit().await?;
        Ok(version.map(|(version,)| version))
    }

    /// A draft, if there is one.
    ///
    /// # Errors
    /// [`Fault`] from the database, or when it cannot be opened.
    #[boxed]
    pub async fn draft(&self, key: &DraftKey) -> Result<Option<Draft>, Fault> {
        let row: Option<(Vec<u8>, i64, i64)> = self
            .inner
            .read
            .row(
                "select body, version, updated_at from draft where owner = $1 and key = $2 and version <> $3",
                args![key.owner.uuid(), key.key.as_str(), ENDED],
            )
            .await?;
        let Some((sealed, version, updated_at)) = row else { return Ok(None) };
        let own = self.own_key(Store::OWN_FILE).await?;
        let body = own.key.unseal(&key.place(), &sealed).map_err(|_| Fault::sealing("a draft"))?;
        Ok(Some(Draft { key: key.clone(), body, version, updated_at: Timestamp::from_micros(updated_at) }))
    }

    /// The names of a person's drafts, latest first.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn drafts_of(&self, owner: UserId) -> Result<Vec<(String, Timestamp)>, Fault> {
        let rows: Vec<(String, i64)> = self
            .inner
            .read
            .rows(
                "select key, updated_at from draft where owner = $1 and version <> $2 \
                 order by updated_at desc, key",
                args![owner.uuid(), ENDED],
            )
            .await?;
        Ok(rows.into_iter().map(|(key, at)| (key, Timestamp::from_micros(at))).collect())
    }

    /// Ends a draft: what was typed is gone, and whatever of it is still on its way is not kept either.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn end_draft(&self, key: &DraftKey, at: Timestamp) -> Result<(), Fault> {
        self.undamaged()?;
        self.inner
            .write
            .execute(
                "insert into draft (owner, key, body, version, updated_at) values ($1, $2, $3, $4, $5) \
                 on conflict (owner, key) do update set body = excluded.body, version = excluded.version, \
                 updated_at = excluded.updated_at",
                args![key.owner.uuid(), key.key.as_str(), Vec::<u8>::new(), ENDED, at.micros()],
            )
            .await?;
        Ok(())
    }

    /// Removes a draft, so that another may be saved under its name; nothing happens when there is none.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn discard_draft(&self, key: &DraftKey) -> Result<(), Fault> {
        self.undamaged()?;
        self.inner
            .write
            .execute(
                "delete from draft where owner = $1 and key = $2",
                args![key.owner.uuid(), key.key.as_str()],
            )
            .await?;
        Ok(())
    }

    /// Removes drafts not touched since `before`; gives how many.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn forget_drafts(&self, before: Timestamp) -> Result<u64, Fault> {
        self.undamaged()?;
        Ok(self
            .inner
            .write
            .execute("delete from draft where updated_at < $1", args![before.micros()])
            .await?)
    }

    /// The file whose key seals what belongs to no case: drafts and one-time code secrets.
    pub(crate) const OWN_FILE: FileId = FileId::from_uuid(uuid::Uuid::nil());
}
