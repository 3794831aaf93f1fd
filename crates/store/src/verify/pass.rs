//! The tree of one log: built from the leaf hashes again, and compared with tiles, checkpoints and head.
use std::collections::{HashMap, VecDeque};

use cf_ledger::{Checkpoint, Frontier, Hash, TILE_WIDTH, Tile, TileBuilder};

use super::{Damage, LogReport};
use crate::Fault;
use crate::db::args;
use crate::log::{Log, head_row};
use crate::open::Inner;

/// Stored tiles of level 0, by index.
pub(super) type Tiles = HashMap<i64, Vec<u8>>;

pub(super) struct Pass {
    log: Log,
    pub(super) size: i64,
    head_root: Hash,
    builder: TileBuilder,
    /// Full tiles above level 0.
    above: Vec<Tile>,
    awaited: VecDeque<(u64, Hash)>,
    met: u64,
    signed: u64,
    pub(super) damage: Option<Damage>,
}

impl Pass {
    /// Reads head and checkpoints. Damage found in them is noted; the size is then that of the entries there are.
    pub(super) async fn begin(inner: &Inner, log: Log) -> Result<Self, Fault> {
        let mut pass = Self {
            log,
            size: 0,
            head_root: Frontier::new().root(),
            builder: TileBuilder::new(),
            above: Vec::new(),
            awaited: VecDeque::new(),
            met: 0,
            signed: 0,
            damage: None,
        };
        // Checkpoints before the head: one signed in between would seem to be beyond it.
        let rows: Vec<(i64, String, Vec<u8>)> = inner
            .read
            .rows(
                "select size, note, frontier from checkpoint where log = $1 order by size",
                args![log.number()],
            )
            .await?;
        for (size, note, frontier) in rows {
            match Checkpoint::open(&note, inner.log_key.public(log)) {
                Ok(signed)
                    if i64::try_from(signed.size) == Ok(size)
                        && Frontier::from_bytes(&frontier).is_ok_and(|frontier| {
                            frontier.size() == signed.size && frontier.root() == signed.root
                        }) =>
                {
                    pass.awaited.push_back((signed.size, signed.root));
                }
                _ => pass.note(None, &format!("the checkpoint at {size} is not what was signed")),
            }
        }
        let row =
            inner.read.row("select size, frontier from head where log = $1", args![log.number()]).await?;
        match head_row(row, log) {
            Ok((size, frontier)) => (pass.size, pass.head_root) = (size, frontier.root()),
            Err(_) => pass.note(None, "the head cannot be read"),
        }
        let strange: Option<(i64,)> =
            inner.read.row("select count(*) from checkpoint where log not in (1, 2)", vec![]).await?;
        if strange.is_some_and(|(count,)| count > 0) {
            pass.note(None, "a checkpoint belongs to no log");
        }
        Ok(pass)
    }

    fn note(&mut self, position: Option<i64>, what: &str) {
        if self.damage.is_none() {
            self.damage = Some(Damage { log: self.log, position, what: what.to_owned() });
        }
    }

    pub(super) fn done(&self) -> u64 {
        self.builder.size()
    }

    pub(super) fn report(&self) -> LogReport {
        LogReport {
            entries: self.builder.size(),
            root: self.builder.root(),
            checkpoints: self.met,
            signed: self.signed,
        }
    }

    /// Takes the next leaf hashes; `tiles` are the stored tiles that they complete.
    pub(super) fn take(&mut self, leaves: Vec<Hash>, tiles: &Tiles) {
        for leaf in leaves {
            for tile in self.builder.push(leaf) {
                if tile.level > 0 {
                    self.above.push(tile);
                    continue;
                }
                let index = tile.index.cast_signed();
                let stored = tiles.get(&index).map_or(&[][..], Vec::as_slice);
                if let Some(place) = differs(&tile, stored) {
                    self.note(
                        Some(index * i64::from(TILE_WIDTH) + place + 1),
                        "a tile does not hold its hash",
                    );
                    return;
                }
            }
            let size = self.builder.size();
            while let Some((_, root)) = self.awaited.pop_front_if(|(at, _)| *at == size) {
                if root != self.builder.root() {
                    let from = self.signed.cast_signed() + 1;
                    self.note(
                        Some(from),
                        &format!("entries {from} to {size} are not those that were signed"),
                    );
                    return;
                }
                (self.met, self.signed) = (self.met + 1, size);
            }
        }
    }

    /// After the last entry: what is beyond it, the head, the tiles above.
    pub(super) async fn finish(&mut self, inner: &Inner) -> Result<(), Fault> {
        if self.damage.is_some() {
            return Ok(());
        }
        if let Some((at, _)) = self.awaited.front() {
            let what = format!("a checkpoint was signed at {at}, and entries are missing");
            self.note(Some(self.size + 1), &what);
            return Ok(());
        }
        if self.builder.root() != self.head_root {
            self.note(None, "the head does not fit the entries");
            return Ok(());
        }
        let number = self.log.number();
        let stored: Vec<(i64, i64, Vec<u8>)> = inner
            .read
            .rows(
                "select level, idx, hashes from tile where log = $1 and level <> 0 order by level, idx",
                args![number],
            )
            .await?;
        let full: Option<(i64,)> = inner
            .read
            .row(
                "select count(*) from tile where (log = $1 and level = 0) or log not in (1, 2)",
                args![number],
            )
            .await?;
        let now: Option<(i64,)> =
            inner.read.row("select size from head where log = $1", args![number]).await?;
        // What was appended since the head was read may have made tiles grow, never shrink.
        let grown = now != Some((self.size,));
        let partial = self.builder.partials().into_iter().filter(|tile| tile.level > 0);
        let expected: Vec<Tile> = self.above.drain(..).chain(partial).collect();
        let stored: HashMap<(i64, i64), Vec<u8>> =
            stored.into_iter().map(|(level, index, hashes)| ((level, index), hashes)).collect();
        let fits = expected.iter().all(|tile| {
            let hashes = stored.get(&(i64::from(tile.level), tile.index.cast_signed()));
            hashes.is_some_and(|hashes| {
                differs(tile, hashes).is_none() || (grown && hashes.starts_with(&tile.to_bytes()))
            })
        });
        let full = full.map_or(0, |(count,)| count);
        let counted = full == self.size / i64::from(TILE_WIDTH) && stored.len() == expected.len();
        if !fits || !(counted || grown) {
            self.note(None, "the tiles are not those of the entries");
        }
        let (first, last) = match self.log {
            Log::Record => ("select min(position) from event", "select max(position) from event"),
            Log::Access => ("select min(position) from access", "select max(position) from access"),
        };
        for (sql, what) in
            [(first, "an entry stands before the first"), (last, "an entry stands after the head")]
        {
            let row: Option<(Option<i64>,)> = inner.read.row(sql, vec![]).await?;
            // Entries appended since the head was read are no damage, so only the head of now counts.
            let head: Option<(i64,)> =
                inner.read.row("select size from head where log = $1", args![number]).await?;
            let head = head.map_or(0, |(size,)| size);
            if row.and_then(|(found,)| found).is_some_and(|found| found < 1 || found > head) {
                self.note(None, what);
            }
        }
        Ok(())
    }
}

/// The first hash of a stored tile that is not as it should be.
fn differs(tile: &Tile, stored: &[u8]) -> Option<i64> {
    let ours = tile.to_bytes();
    if ours == stored {
        return None;
    }
    let place = ours.chunks(32).zip(stored.chunks(32)).position(|(ours, theirs)| ours != theirs);
    Some(place.unwrap_or(stored.len().min(ours.len() - 1) / 32) as i64)
}

/// The stored tiles of level 0 that the entries from one position (not included) to another complete.
pub(super) async fn tiles(inner: &Inner, log: Log, from: i64, to: i64) -> Result<Tiles, Fault> {
    let width = i64::from(TILE_WIDTH);
    let rows: Vec<(i64, Vec<u8>)> = inner
        .read
        .rows(
            "select idx, hashes from tile where log = $1 and level = 0 and idx >= $2 and idx < $3",
            args![log.number(), from / width, to / width],
        )
        .await?;
    Ok(rows.into_iter().collect())
}
