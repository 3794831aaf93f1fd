//! Signed checkpoints, and what an overseer reads of the logs: heads, tiles, entries.
use async_recursion::async_recursion as boxed;
use cf_ledger::{Checkpoint, Frontier, TILE_WIDTH, Tile, TileId, Tiles};

use crate::db::args;
use crate::log::{Log, hashes, head_row};
use crate::{Fault, Store};

impl Store {
    /// Signs both logs as they stand; gives the notes of those that hold anything. Run it from time to time, and hand
    /// the notes to somebody outside: who can rewrite every row can also rewrite every hash.
    ///
    /// # Errors
    /// [`Fault`] from the database; nothing is signed for a damaged one.
    #[boxed]
    pub async fn checkpoint_now(&self) -> Result<Vec<(Log, String)>, Fault> {
        self.undamaged()?;
        let mut notes = Vec::new();
        for log in Log::ALL {
            let frontier = self.frontier(log).await?;
            let (Ok(size), key) = (i64::try_from(frontier.size()), self.inner.log_key.of(log)) else {
                continue;
            };
            if size == 0 {
                continue;
            }
            let checkpoint =
                Checkpoint { origin: key.name().to_owned(), size: frontier.size(), root: frontier.root() };
            let note = checkpoint.sign(key).map_err(|_| Fault::invalid("the key of a log"))?;
            self.inner
                .write
                .execute(
                    "insert into checkpoint (log, size, note, frontier) values ($1, $2, $3, $4) \
                     on conflict (log, size) do nothing",
                    args![log.number(), size, note.as_str(), frontier.to_bytes()],
                )
                .await?;
            notes.push((log, note));
        }
        Ok(notes)
    }

    /// The newest signed checkpoint of a log.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn last_checkpoint(&self, log: Log) -> Result<Option<String>, Fault> {
        let row: Option<(String,)> = self
            .inner
            .read
            .row("select note from checkpoint where log = $1 order by size desc limit 1", args![log.number()])
            .await?;
        Ok(row.map(|(note,)| note))
    }

    /// Size and root of a log.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn frontier(&self, log: Log) -> Result<Frontier, Fault> {
        let row = self
            .inner
            .read
            .row("select size, frontier from head where log = $1", args![log.number()])
            .await?;
        head_row(row, log).map(|(_, frontier)| frontier)
    }

    /// The exact bytes of entries in order, after `position`.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn log_entries(&self, log: Log, position: i64, limit: u32) -> Result<Vec<Vec<u8>>, Fault> {
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> =
            self.inner.read.rows(log.sql().entries, args![position, i64::from(limit)]).await?;
        Ok(rows.into_iter().map(|(_, entry, _)| entry).collect())
    }

    /// The tiles that a proof reads; ask `cf_ledger::tiles_for_inclusion` and its neighbours which those are.
    ///
    /// # Errors
    /// [`Fault`] from the database, or when a tile is not there.
    #[boxed]
    pub async fn tiles(&self, log: Log, wanted: &[TileId]) -> Result<Tiles, Fault> {
        let mut tiles = Tiles::new();
        for id in wanted {
            let missing = || Fault::unreadable(format!("tile `{}` of the {} log", id.path(), log.name()));
            let index = i64::try_from(id.index).map_err(|_| missing())?;
            let found = if id.level == 0 && id.width < TILE_WIDTH {
                let from = index * i64::from(TILE_WIDTH);
                let rows: Vec<(Vec<u8>,)> =
                    self.inner.read.rows(log.sql().leaves, args![from, from + i64::from(id.width)]).await?;
                hashes(rows.iter().map(|row| row.0.as_slice()))?
            } else {
                let row: Option<(Vec<u8>,)> = self
                    .inner
                    .read
                    .row(
                        "select hashes from tile where log = $1 and level = $2 and idx = $3",
                        args![log.number(), i64::from(id.level), index],
                    )
                    .await?;
                hashes(row.ok_or_else(missing)?.0.chunks(32))?
            };
            if found.len() < usize::from(id.width) {
                return Err(missing());
            }
            tiles.insert(Tile { level: id.level, index: id.index, hashes: found });
        }
        Ok(tiles)
    }
}
