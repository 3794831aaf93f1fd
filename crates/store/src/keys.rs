//! Content keys of case files, unwrapped once and remembered.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cf_kernel::FileId;
use cf_sealing::{ContentKey, MasterKey, WrappedKey};

use crate::db::{Arg, Db, args};
use crate::open::Inner;
use crate::statements::Statements;
use crate::{Fault, Store};

/// Beyond this many the memory is emptied and begun again: 100,000 keys are about 10 MB.
const REMEMBERED: usize = 100_000;

#[derive(Debug)]
pub(crate) struct Keys {
    master: MasterKey,
    known: Mutex<HashMap<FileId, FileKey>>,
    /// Made and not stored yet: what is sealed for the same file meanwhile is sealed with the same key. Never used to
    /// open anything, because somebody else may store another one first.
    made: Mutex<HashMap<FileId, FileKey>>,
}

/// A content key and its wrapped form, as stored.
#[derive(Debug, Clone)]
pub(crate) struct FileKey {
    pub(crate) key: Arc<ContentKey>,
    pub(crate) wrapped: Arc<[u8]>,
}

/// What there is for a file.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    Key(FileKey),
    Destroyed,
}

impl Keys {
    pub(crate) fn new(master: MasterKey) -> Self {
        Self { master, known: Mutex::default(), made: Mutex::default() }
    }

    pub(crate) const fn master(&self) -> &MasterKey {
        &self.master
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<FileId, FileKey>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key for a new file; the same one until [`Keys::settled`] is told what became of it.
    pub(crate) fn make(&self, file: FileId) -> FileKey {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let key = ContentKey::generate(&mut rand::rng());
            let wrapped = self.master.wrap(&key, file.uuid().as_bytes());
            FileKey { key: Arc::new(key), wrapped: wrapped.0.into() }
        };
        made.entry(file).or_insert_with(make).clone()
    }

    /// Keys made for these files are stored now, or refused.
    pub(crate) fn settled(&self, files: impl IntoIterator<Item = FileId>) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            made.remove(&file);
        }
    }

    pub(crate) fn remember(&self, file: FileId, key: &FileKey) {
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(file, key.clone());
    }

    pub(crate) fn forget(&self, file: FileId) {
        self.lock().remove(&file);
        self.settled([file]);
    }

    pub(crate) fn known(&self, file: FileId) -> Option<FileKey> {
        self.lock().get(&file).cloned()
    }

    /// The key that was wrapped for this file.
    pub(crate) fn unwrap(&self, file: FileId, wrapped: Vec<u8>) -> Result<FileKey, Fault> {
        let wrapped = WrappedKey(wrapped);
        let key = self
            .master
            .unwrap(&wrapped, file.uuid().as_bytes())
            .map_err(|_| Fault::sealing(format!("the key of file {file}")))?;
        Ok(FileKey { key: Arc::new(key), wrapped: wrapped.0.into() })
    }

    /// The keys of these files, from memory or the database. Files without a row are absent.
    pub(crate) async fn load(
        &self,
        db: &Db,
        statements: &Statements,
        files: impl IntoIterator<Item = FileId>,
    ) -> Result<HashMap<FileId, Found>, Fault> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for file in files {
            match self.known(file) {
                _ if found.contains_key(&file) => {}
                Some(key) => {
                    found.insert(file, Found::Key(key));
                }
                None => missing.push(Arg::from(file.uuid())),
            }
        }
        for chunk in missing.chunks(256) {
            let (sql, args) =
                statements.list(db.kind(), "select file, wrapped from file_key where file in ", "", chunk);
            let rows: Vec<(uuid::Uuid, Option<Vec<u8>>)> = db.rows(sql, args).await?;
            for (id, wrapped) in rows {
                let file = FileId::from_uuid(id);
                let key = match wrapped {
                    Some(wrapped) => {
                        let key = self.unwrap(file, wrapped)?;
                        self.remember(file, &key);
                        Found::Key(key)
                    }
                    None => Found::Destroyed,
                };
                found.insert(file, key);
            }
        }
        Ok(found)
    }
}

impl Store {
    /// The key of a file that has no events; made and stored when first asked for.
    pub(crate) async fn own_key(&self, file: FileId) -> Result<FileKey, Fault> {
        let Inner { keys, read, write, statements, .. } = &*self.inner;
        for _ in 0..2 {
            match keys.load(read, statements, [file]).await?.remove(&file) {
                Some(Found::Key(key)) => return Ok(key),
                Some(Found::Destroyed) => return Err(Fault::sealing(format!("the key of file {file}"))),
                None => {}
            }
            self.undamaged()?;
            let key = keys.make(file);
            // Whoever stores it first wins; the next look finds the winner's.
            write
                .execute(
                    "insert into file_key (file, wrapped) values ($1, $2) on conflict (file) do nothing",
                    args![file.uuid(), key.wrapped.to_vec()],
                )
                .await?;
            keys.settled([file]);
        }
        Err(Fault::sealing(format!("the key of file {file}")))
    }
}
