//! A Merkle log in the database: its head row, locked while entries are added, and its tiles.
//!
//! Level 0 tiles are written when full. Tiles above hold the roots of full tiles below and are rewritten as they grow,
//! so that a node needs no state of its own to go on where another node stopped.
use cf_ledger::{Frontier, Hash, TILE_WIDTH, Tile};

use crate::Fault;
use crate::db::{Tx, args};

/// Which of the two logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// Decisions and records: the events.
    Record,
    /// Who looked at what, and why.
    Access,
}

impl Log {
    /// Both, in the order in which they are locked.
    pub const ALL: [Log; 2] = [Log::Record, Log::Access];

    /// The word used in reports, and at the end of the log's origin.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Log::Record => "record",
            Log::Access => "access",
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            Log::Record => 1,
            Log::Access => 2,
        }
    }

    pub(crate) const fn sql(self) -> LogSql {
        match self {
            Log::Record => LogSql {
                edge: "select size, frontier, (select max(position) from event), \
                       (select max(size) from checkpoint where checkpoint.log = head.log) from head where log = $1",
                leaves: "select leaf from event where position > $1 and position <= $2 order by position",
                entries: "select position, entry, leaf from event where position > $1 order by position limit $2",
            },
            Log::Access => LogSql {
                edge: "select size, frontier, (select max(position) from access), \
                       (select max(size) from checkpoint where checkpoint.log = head.log) from head where log = $1",
                leaves: "select leaf from access where position > $1 and position <= $2 order by position",
                entries: "select position, entry, leaf from access where position > $1 order by position limit $2",
            },
        }
    }
}

/// The same questions to the tables of either log.
pub(crate) struct LogSql {
    /// Size and frontier of the head, the newest position, the size of the newest checkpoint: all at one moment.
    pub(crate) edge: &'static str,
    /// Leaf hashes after one position up to another.
    pub(crate) leaves: &'static str,
    /// Position, entry and leaf hash, so many after a position.
    pub(crate) entries: &'static str,
}

/// A log whose head this transaction holds locked.
pub(crate) struct Head {
    log: Log,
    before: i64,
    frontier: Frontier,
    new: Vec<Hash>,
}

/// The position of the newest entry of the record.
pub(crate) const RECORD_HEAD: &str = "select size from head where log = 1";

impl Head {
    /// Locks the head row and reads it. Lock [`Log::Record`] before [`Log::Access`].
    pub(crate) async fn lock(tx: &mut Tx, log: Log) -> Result<Self, Fault> {
        // SQLite has no `for update`; there the transaction already holds the only write lock.
        let sql = match tx {
            Tx::Lite(_) => "select size, frontier from head where log = $1",
            Tx::Pg(_) => "select size, frontier from head where log = $1 for update",
        };
        let (before, frontier) = head_row(tx.row(sql, args![log.number()]).await?, log)?;
        Ok(Self { log, before, frontier, new: Vec::new() })
    }

    /// The position the next entry gets.
    pub(crate) fn next_position(&self) -> i64 {
        self.position() + 1
    }

    /// The position of the last entry, 0 without any.
    pub(crate) fn position(&self) -> i64 {
        self.before + self.new.len() as i64
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        self.frontier.push(leaf);
        self.new.push(leaf);
    }

    /// Writes the head row and the tiles that the new entries complete. The entries must be written already.
    pub(crate) async fn store(self, tx: &mut Tx) -> Result<(), Fault> {
        if self.new.is_empty() {
            return Ok(());
        }
        let size = self.position();
        tx.execute(
            "update head set size = $2, frontier = $3 where log = $1",
            args![self.log.number(), size, self.frontier.to_bytes()],
        )
        .await?;
        let width = i64::from(TILE_WIDTH);
        let (first, after) = (self.before / width, size / width);
        if first == after {
            return Ok(());
        }
        let known: Vec<(Vec<u8>,)> =
            tx.rows(self.log.sql().leaves, args![first * width, self.before]).await?;
        let mut leaves = hashes(known.iter().map(|row| row.0.as_slice()))?;
        leaves.extend(self.new);
        let mut roots = Vec::new();
        for (index, tile) in (first..after).zip(leaves.chunks_exact(usize::from(TILE_WIDTH))) {
            roots.push(put_tile(tx, self.log, 0, index, tile.to_vec()).await?);
        }
        grow_levels(tx, self.log, first, roots).await
    }
}

/// Appends the roots of newly full tiles to the level above, and so on upwards.
async fn grow_levels(tx: &mut Tx, log: Log, first: i64, roots: Vec<Hash>) -> Result<(), Fault> {
    let width = i64::from(TILE_WIDTH);
    let (mut level, mut at, mut roots) = (1, first, roots);
    while !roots.is_empty() {
        let mut above = Vec::new();
        let first_above = at / width;
        let mut index = first_above;
        let mut hashes = tile_hashes(tx, log, level, index).await?;
        hashes.truncate(usize::try_from(at % width).unwrap_or(0));
        for root in std::mem::take(&mut roots) {
            hashes.push(root);
            if hashes.len() == usize::from(TILE_WIDTH) {
                above.push(put_tile(tx, log, level, index, std::mem::take(&mut hashes)).await?);
                index += 1;
            }
        }
        if !hashes.is_empty() {
            put_tile(tx, log, level, index, hashes).await?;
        }
        (level, at, roots) = (level + 1, first_above, above);
    }
    Ok(())
}

async fn tile_hashes(tx: &mut Tx, log: Log, level: i64, index: i64) -> Result<Vec<Hash>, Fault> {
    let row: Option<(Vec<u8>,)> = tx
        .row(
            "select hashes from tile where log = $1 and level = $2 and idx = $3",
            args![log.number(), level, index],
        )
        .await?;
    row.map_or(Ok(Vec::new()), |(bytes,)| hashes(bytes.chunks(32)))
}

async fn put_tile(tx: &mut Tx, log: Log, level: i64, index: i64, hashes: Vec<Hash>) -> Result<Hash, Fault> {
    let tile = Tile { level: u8::try_from(level).unwrap_or(u8::MAX), index: index.unsigned_abs(), hashes };
    tx.execute(
        "insert into tile (log, level, idx, hashes) values ($1, $2, $3, $4) \
         on conflict (log, level, idx) do update set hashes = excluded.hashes",
        args![log.number(), level, index, tile.to_bytes()],
    )
    .await?;
    Ok(tile.root())
}

/// Hashes from their stored bytes.
pub(crate) fn hashes<'a>(stored: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Hash>, Fault> {
    stored
        .into_iter()
        .map(Hash::from_bytes)
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::unreadable("a stored hash"))
}

/// Size and frontier from a head row.
pub(crate) fn head_row(row: Option<(i64, Vec<u8>)>, log: Log) -> Result<(i64, Frontier), Fault> {
    let bad = || Fault::unreadable(format!("the head of the {} log", log.name()));
    let (size, bytes) = row.ok_or_else(bad)?;
    let frontier = Frontier::from_bytes(&bytes).map_err(|_| bad())?;
    if i64::try_from(frontier.size()) == Ok(size) { Ok((size, frontier)) } else { Err(bad()) }
}
