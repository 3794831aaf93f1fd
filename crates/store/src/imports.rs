//! What was imported from which file, and what became of each row: nothing is lost silently.
use async_recursion::async_recursion as boxed;
use cf_kernel::{Timestamp, UserId};
use uuid::Uuid;

use crate::db::{Arg, args, from_row};
use crate::fault::exists;
use crate::statements::Insert;
use crate::{AccessEntry, Fault, Store};

/// An import of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the file.
    pub file_hash: [u8; 32],
    /// The kind of file: a code.
    pub kind: String,
    /// The mapping profile it was read with.
    pub mapping: String,
    /// The version of that profile.
    pub mapping_version: i64,
    /// How many rows met which fate, as JSON text.
    pub counts: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number in the file, from 1.
    pub number: i64,
    /// Good, repaired, quarantined...: a code.
    pub disposition: String,
    /// Why, in words without personal data; empty for good rows.
    pub reason: String,
}

from_row! {
    struct Stored {
        id: Uuid,
        file_hash: Vec<u8>,
        kind: String,
        mapping: String,
        mapping_version: i64,
        counts: String,
        at: i64,
        by_account: Uuid,
    }
}

impl TryFrom<Stored> for Import {
    type Error = Fault;
    fn try_from(row: Stored) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id,
            file_hash: row
                .file_hash
                .try_into()
                .map_err(|_| Fault::unreadable(format!("import {}", row.id)))?,
            kind: row.kind,
            mapping: row.mapping,
            mapping_version: row.mapping_version,
            counts: row.counts,
            at: Timestamp::from_micros(row.at),
            by: UserId::from_uuid(row.by_account),
        })
    }
}

impl Store {
    /// Keeps the account of an import: all of its rows, or none.
    ///
    /// # Errors
    /// [`Fault::Exists`] when this file was imported with this version of the mapping before.
    #[boxed]
    pub async fn save_import(
        &self,
        import: &Import,
        rows: &[ImportRow],
        audit: &AccessEntry,
    ) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        tx.execute(
            "insert into import (id, file_hash, kind, mapping, mapping_version, counts, at, by_account) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                import.id,
                import.file_hash.to_vec(),
                import.kind.as_str(),
                import.mapping.as_str(),
                import.mapping_version,
                import.counts.as_str(),
                import.at.micros(),
                import.by.uuid()
            ],
        )
        .await
        .map_err(exists("import"))?;
        let insert = Insert::new("insert into import_row (import, row_number, disposition, reason)", 4, "");
        for chunk in rows.chunks(4_096) {
            let row = |row: &ImportRow| -> Vec<Arg> {
                args![import.id, row.number, row.disposition.as_str(), row.reason.as_str()]
            };
            self.inner.statements.insert(&mut tx, &insert, chunk.iter().flat_map(row).collect()).await?;
        }
        self.commit(tx, audit).await
    }

    /// The earlier import of the same file with the same version of the mapping, if there was one.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn import_of(
        &self,
        file_hash: &[u8; 32],
        mapping: &str,
        mapping_version: i64,
    ) -> Result<Option<Import>, Fault> {
        let row: Option<Stored> = self
            .inner
            .read
            .row(
                "select id, file_hash, kind, mapping, mapping_version, counts, at, by_account from import \
                 where file_hash = $1 and mapping = $2 and mapping_version = $3",
                args![file_hash.to_vec(), mapping, mapping_version],
            )
            .await?;
        row.map(Import::try_from).transpose()
    }

    /// One import.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn import(&self, import: Uuid) -> Result<Option<Import>, Fault> {
        let row: Option<Stored> = self
            .inner
            .read
            .row(
                "select id, file_hash, kind, mapping, mapping_version, counts, at, by_account from import \
                 where id = $1",
                args![import],
            )
            .await?;
        row.map(Import::try_from).transpose()
    }

    /// All imports, newest first.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn imports(&self, limit: u32) -> Result<Vec<Import>, Fault> {
        let rows: Vec<Stored> = self
            .inner
            .read
            .rows(
                "select id, file_hash, kind, mapping, mapping_version, counts, at, by_account from import \
                 order by at desc, id limit $1",
                args![i64::from(limit)],
            )
            .await?;
        rows.into_iter().map(Import::try_from).collect()
    }

    /// What became of the rows of an import, in the file's order, after row `after`.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn import_rows(&self, import: Uuid, after: i64, limit: u32) -> Result<Vec<ImportRow>, Fault> {
        let rows: Vec<(i64, String, String)> = self
            .inner
            .read
            .rows(
                "select row_number, disposition, reason from import_row where import = $1 and row_number > $2 \
                 order by row_number limit $3",
                args![import, after, i64::from(limit)],
            )
            .await?;
        let row = |(number, disposition, reason)| ImportRow { number, disposition, reason };
        Ok(rows.into_iter().map(row).collect())
    }

    /// The rows of an import that met this fate, in the file's order, after row `after`.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn import_rows_that_are(
        &self,
        import: Uuid,
        disposition: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ImportRow>, Fault> {
        let rows: Vec<(i64, String, String)> = self
            .inner
            .read
            .rows(
                "select row_number, disposition, reason from import_row where import = $1 and disposition = $2 \
                 and row_number > $3 order by row_number limit $4",
                args![import, disposition, after, i64::from(limit)],
            )
            .await?;
        let row = |(number, disposition, reason)| ImportRow { number, disposition, reason };
        Ok(rows.into_iter().map(row).collect())
    }
}
