//! Reads the access log back: by record, by person, newest first.
use async_recursion::async_recursion as boxed;
use cf_kernel::{StreamId, UserId};

use super::{AccessRecorded, entry};
use crate::db::args;
use crate::{Fault, Store};

/// A page of the access log, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only entries before this position; none for the newest.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Page {
    /// The newest entries.
    #[must_use]
    pub const fn newest(limit: u32) -> Self {
        Self { before: None, limit }
    }
    /// The entries before this position.
    #[must_use]
    pub const fn before(position: i64, limit: u32) -> Self {
        Self { before: Some(position), limit }
    }
    fn bounds(self) -> (i64, i64) {
        (self.before.unwrap_or(i64::MAX), i64::from(self.limit))
    }
}

fn parse(rows: Vec<(Vec<u8>,)>) -> Result<Vec<AccessRecorded>, Fault> {
    rows.iter().map(|(bytes,)| entry::parse(bytes)).collect()
}

impl Store {
    /// Who did what to one record, newest first.
    ///
    /// # Errors
    /// [`Fault`] from the database, or for an entry that cannot be read.
    #[boxed]
    pub async fn access_of(&self, record: StreamId, page: Page) -> Result<Vec<AccessRecorded>, Fault> {
        let (before, limit) = page.bounds();
        parse(
            self.inner
                .read
                .rows(
                    "select a.entry from (select position from (select position from access_of \
                     where record = $1 and position < $2 order by position desc limit $3) as known \
                     union select position from (select position from access_record \
                     where record = $1 and position < $2 and position > (select position from access_mark) \
                     order by position desc limit $3) as newest) as r \
                     join access a on a.position = r.position order by a.position desc limit $3",
                    args![record.uuid(), before, limit],
                )
                .await?,
        )
    }

    /// What one person did, newest first.
    ///
    /// # Errors
    /// As [`Store::access_of`].
    #[boxed]
    pub async fn access_by(&self, user: UserId, page: Page) -> Result<Vec<AccessRecorded>, Fault> {
        let (before, limit) = page.bounds();
        parse(
            self.inner
                .read
                .rows(
                    "select entry from access where actor = $1 and position < $2 order by position desc limit $3",
                    args![user.uuid(), before, limit],
                )
                .await?,
        )
    }

    /// What anybody did, newest first.
    ///
    /// # Errors
    /// As [`Store::access_of`].
    #[boxed]
    pub async fn access_recent(&self, page: Page) -> Result<Vec<AccessRecorded>, Fault> {
        let (before, limit) = page.bounds();
        parse(
            self.inner
                .read
                .rows(
                    "select entry from access where position < $1 order by position desc limit $2",
                    args![before, limit],
                )
                .await?,
        )
    }
}
