//! A force's own settings: JSON under a key, with a version so that two editors meet a friendly refusal.
use async_recursion::async_recursion as boxed;
use cf_kernel::Timestamp;

use crate::db::args;
use crate::log::RECORD_HEAD;
use crate::{AccessEntry, Fault, Notice, Store};

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: String,
    /// Its value as JSON text.
    pub json: String,
    /// How often it was saved.
    pub version: i64,
    /// When it was saved last.
    pub updated_at: Timestamp,
}

impl Store {
    /// Saves a setting that was read at version `expected` (0 when there was none). Gives the new version, or `None`
    /// when somebody saved it meanwhile; nothing is changed then. It is announced to [`Store::subscribe`].
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn save_setting(
        &self,
        key: &str,
        json: &str,
        expected: i64,
        audit: &AccessEntry,
    ) -> Result<Option<i64>, Fault> {
        let mut tx = self.begin().await?;
        let saved: Option<(i64,)> = if expected == 0 {
            tx.row(
                "insert into setting (key, json, version, updated_at) values ($1, $2, 1, $3) \
                 on conflict (key) do nothing returning version",
                args![key, json, audit.at.micros()],
            )
            .await?
        } else {
            tx.row(
                "update setting set json = $2, version = version + 1, updated_at = $3 \
                 where key = $1 and version = $4 returning version",
                args![key, json, audit.at.micros(), expected],
            )
            .await?
        };
        let Some((version,)) = saved else { return Ok(None) };
        let head: Option<(i64,)> = tx.row(RECORD_HEAD, vec![]).await?;
        self.commit(tx, audit).await?;
        let head = head.map_or(0, |(size,)| size);
        self.inner.notices.committed(Notice { head, streams: Vec::new() });
        Ok(Some(version))
    }

    /// One setting.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn setting(&self, key: &str) -> Result<Option<Setting>, Fault> {
        let row: Option<(String, i64, i64)> = self
            .inner
            .read
            .row("select json, version, updated_at from setting where key = $1", args![key])
            .await?;
        Ok(row.map(|(json, version, at)| Setting {
            key: key.to_owned(),
            json,
            version,
            updated_at: Timestamp::from_micros(at),
        }))
    }

    /// The keys of all settings that begin like this, in order.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn setting_keys(&self, begin: &str) -> Result<Vec<String>, Fault> {
        let sql = "select key from setting where substr(key, 1, length($1)) = $1 order by key";
        let rows: Vec<(String,)> = self.inner.read.rows(sql, args![begin]).await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }
}
