//! Many rows in one value. Row by row the driver costs more than the hashing; packed by the database it hardly counts.
use crate::Fault;
use crate::db::{Arg, Database, Db};

/// Bytes of all rows one after the other, and a line of numbers for each row, comma between them.
#[derive(Debug)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    index: String,
}

/// The two aggregates that pack rows, for each database.
///
/// In SQLite `||` and `group_concat` join bytes as they are, also zero bytes, and the cast back to a blob keeps them.
pub(super) struct Packing {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Packed {
    pub(super) async fn read(db: &Db, packing: &Packing, args: Vec<Arg>) -> Result<Self, Fault> {
        let sql = match db.kind() {
            Database::Sqlite => packing.sqlite,
            Database::Postgres => packing.postgres,
        };
        let row: Option<(Option<Vec<u8>>, Option<String>)> = db.row(sql, args).await?;
        let (bytes, index) = row.unwrap_or_default();
        Ok(Self { bytes: bytes.unwrap_or_default(), index: index.unwrap_or_default() })
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { bytes: &self.bytes, index: (!self.index.is_empty()).then(|| self.index.split(',')) }
    }
}

/// The rows of a pack. A row that was tampered with may have other lengths than it should; then its own bytes are cut
/// wrongly and do not verify, and nobody looks at the rows after it.
pub(super) struct Rows<'a> {
    bytes: &'a [u8],
    index: Option<std::str::Split<'a, char>>,
}

impl<'a> Rows<'a> {
    /// The line of the next row.
    pub(super) fn next_line(&mut self) -> Option<&'a str> {
        self.index.as_mut()?.next()
    }

    /// The next bytes; fewer when there are no more.
    pub(super) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(length.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }
}
