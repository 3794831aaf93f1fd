//! Tiles: the tree cut into pieces of 256 hashes, the form in which it is stored and served.
//!
//! Level 0 holds leaf hashes; every hash of level *n* + 1 is the root of one full tile of level *n*.
// SOURCE: c2sp.org/tlog-tiles (height 8).
use crate::format::MAX_SIZE;
use crate::{FormatError, Frontier, Hash, node_hash};
use std::collections::BTreeMap;

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// Where a tile stands, and how many of its hashes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for leaf hashes, 1 for roots of full level 0 tiles, and so on; at most 7 in a log that fits `u64`.
    pub level: u8,
    /// Position within the level, from 0.
    pub index: u64,
    /// 1 to 256; less than 256 only at the right edge.
    pub width: u16,
}

impl TileId {
    /// The tile's path in a served log: `tile/0/x001/x234/067`, with `.p/112` when partial.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            path = format!("x{:03}/{path}", rest % 1000);
            rest /= 1000;
        }
        let partial = if self.width < TILE_WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{}/{path}{partial}", self.level)
    }

    /// Reads what [`TileId::path`] wrote, and nothing spelled otherwise.
    ///
    /// # Errors
    /// [`FormatError`] for anything that is not the one path of a tile.
    pub fn from_path(path: &str) -> Result<Self, FormatError> {
        const WRONG: FormatError =
            FormatError::new("a tile path reads `tile/LEVEL/INDEX` or `tile/LEVEL/INDEX.p/WIDTH`");
        let rest = path.strip_prefix("tile/").ok_or(WRONG)?;
        let (level, rest) = rest.split_once('/').ok_or(WRONG)?;
        let (digits, width) = match rest.split_once(".p/") {
            Some((digits, width)) => (digits, width.parse().map_err(|_| WRONG)?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = digits.chars().filter(|c| !matches!(c, 'x' | '/')).collect();
        let index = digits.parse().map_err(|_| WRONG)?;
        let id = Self { level: level.parse().map_err(|_| WRONG)?, index, width };
        // One spelling only: what does not print back as it came is not a tile path.
        if id.level < 64 && id.width > 0 && id.path() == path { Ok(id) } else { Err(WRONG) }
    }
}

/// A run of up to 256 neighbouring hashes of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// See [`TileId::level`].
    pub level: u8,
    /// See [`TileId::index`].
    pub index: u64,
    /// 1 to 256 hashes, left to right.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// Where this tile stands.
    #[must_use]
    pub fn id(&self) -> TileId {
        let width = u16::try_from(self.hashes.len()).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        TileId { level: self.level, index: self.index, width }
    }

    /// The path under which it is served; see [`TileId::path`].
    #[must_use]
    pub fn path(&self) -> String {
        self.id().path()
    }

    /// The hashes one after the other, 32 bytes each: the stored and served form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }

    /// Reads what [`Tile::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FormatError`] unless there are 1 to 256 whole hashes.
    pub fn from_bytes(level: u8, index: u64, bytes: &[u8]) -> Result<Self, FormatError> {
        if bytes.is_empty() || !bytes.len().is_multiple_of(32) || bytes.len() > 32 * usize::from(TILE_WIDTH) {
            return Err(FormatError::new("a tile is 1 to 256 hashes of 32 bytes"));
        }
        let hashes = bytes.chunks_exact(32).map(Hash::from_bytes).collect::<Result<_, _>>()?;
        Ok(Self { level, index, hashes })
    }

    /// The root of this tile's own subtree when it is full, otherwise of the part there is.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut frontier = Frontier::new();
        self.hashes.iter().for_each(|hash| frontier.push(*hash));
        frontier.root()
    }
}

/// Cuts a growing log into tiles.
///
/// Write the completed tiles when [`TileBuilder::push`] hands them out; keep [`TileBuilder::partials`] (at most one a
/// level) to resume after a restart, and to serve proofs for sizes that do not end on a full tile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TileBuilder {
    size: u64,
    // INVARIANT: `open[level]` holds `(size >> 8 * level) % 256` hashes.
    open: Vec<Vec<Hash>>,
}

impl TileBuilder {
    /// For a log without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, open: Vec::new() }
    }

    /// For a log of `size` entries whose partial tiles are these, in any order.
    ///
    /// # Errors
    /// [`FormatError`] when a partial tile this size needs is absent, misplaced or of another width.
    pub fn resume(size: u64, partials: impl IntoIterator<Item = Tile>) -> Result<Self, FormatError> {
        if size > MAX_SIZE {
            return Err(FormatError::new("a log has at most 2^63 - 1 entries"));
        }
        let mut given: BTreeMap<TileId, Tile> = partials.into_iter().map(|tile| (tile.id(), tile)).collect();
        let mut builder = Self { size, open: Vec::new() };
        for level in 0..levels(size) {
            builder.open.push(Vec::new());
            if let Some(id) = partial_id(level, size) {
                let tile =
                    given.remove(&id).ok_or(FormatError::new("a partial tile of this size is absent"))?;
                builder.open[usize::from(level)] = tile.hashes;
            }
        }
        if given.is_empty() {
            Ok(builder)
        } else {
            Err(FormatError::new("a partial tile belongs to another size"))
        }
    }

    /// How many leaves were pushed.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf hash; gives the tiles that became full, lowest level first. Usually none, and then nothing is allocated.
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        self.size += 1;
        for level in 0_u8.. {
            let place = usize::from(level);
            if place == self.open.len() {
                self.open.push(Vec::with_capacity(usize::from(TILE_WIDTH)));
            }
            self.open[place].push(hash);
            if self.open[place].len() < usize::from(TILE_WIDTH) {
                break;
            }
            let hashes =
                std::mem::replace(&mut self.open[place], Vec::with_capacity(usize::from(TILE_WIDTH)));
            let index = (self.size >> (8 * (u32::from(level) + 1))) - 1;
            let tile = Tile { level, index, hashes };
            hash = tile.root();
            full.push(tile);
        }
        full
    }

    /// The tiles at the right edge that are not yet full, lowest level first.
    #[must_use]
    pub fn partials(&self) -> Vec<Tile> {
        let tile = |(level, hashes): (u8, &Vec<Hash>)| {
            let index = partial_id(level, self.size)?.index;
            Some(Tile { level, index, hashes: hashes.clone() })
        };
        (0..).zip(&self.open).filter_map(tile).collect()
    }

    /// The root of the tree of all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for hashes in self.open.iter().filter(|hashes| !hashes.is_empty()) {
            // Complete subtrees of this level stand left of everything lower; fold them from the right.
            let mut complete: Vec<Hash> = Vec::new();
            let (mut rest, mut left) = (hashes.as_slice(), hashes.len());
            while left > 0 {
                let width = 1 << left.ilog2();
                complete.push(fold_complete(&rest[..width]));
                rest = &rest[width..];
                left -= width;
            }
            for subtree in complete.iter().rev() {
                root = Some(root.map_or(*subtree, |right| node_hash(subtree, &right)));
            }
        }
        root.unwrap_or(crate::EMPTY_ROOT)
    }
}

/// How many levels a log of this size has tiles on.
fn levels(size: u64) -> u8 {
    (0..8).take_while(|level| size >> (8 * level) > 0).count() as u8
}

fn partial_id(level: u8, size: u64) -> Option<TileId> {
    let at_level = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
    let width = (at_level % u64::from(TILE_WIDTH)) as u16;
    (width > 0).then_some(TileId { level, index: at_level / u64::from(TILE_WIDTH), width })
}

/// The root over a power of two of neighbouring hashes.
pub(crate) fn fold_complete(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => crate::EMPTY_ROOT,
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&fold_complete(left), &fold_complete(right))
        }
    }
}

/// Where proofs read tiles from.
///
/// An asynchronous store asks [`tiles_for_inclusion`](crate::tiles_for_inclusion) or
/// [`tiles_for_consistency`](crate::tiles_for_consistency) what it will need, loads those into [`Tiles`], and proves from there.
pub trait TileSource {
    /// Why a tile could not be read.
    type Error;

    /// The first `width` hashes of a tile, or more of them: a tile only ever grows to the right.
    ///
    /// # Errors
    /// Whatever the source says when it lacks the tile or part of it.
    fn hashes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Self::Error>;
}

/// Tiles held in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tiles(BTreeMap<(u8, u64), Vec<Hash>>);

/// The source does not hold this tile, or not this much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile `{}` is missing", .0.path())]
pub struct MissingTile(pub TileId);

impl Tiles {
    /// No tiles yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// All tiles, full and partial, of a log with these leaf hashes.
    pub fn from_leaves(leaves: impl IntoIterator<Item = Hash>) -> Self {
        let (mut tiles, mut builder) = (Self::new(), TileBuilder::new());
        for leaf in leaves {
            builder.push(leaf).into_iter().for_each(|tile| tiles.insert(tile));
        }
        builder.partials().into_iter().for_each(|tile| tiles.insert(tile));
        tiles
    }

    /// Adds a tile, in place of a narrower one at the same position.
    pub fn insert(&mut self, tile: Tile) {
        let held = self.0.entry((tile.level, tile.index)).or_default();
        if held.len() < tile.hashes.len() {
            *held = tile.hashes;
        }
    }
}

impl TileSource for Tiles {
    type Error = MissingTile;

    fn hashes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, MissingTile> {
        let held = self.0.get(&(level, index)).filter(|hashes| hashes.len() >= usize::from(width));
        held.cloned().ok_or(MissingTile(TileId { level, index, width }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{leaves, naive_root};

    #[test]
    fn paths_read_as_the_specification_writes_them() {
        let path = |level, index, width| TileId { level, index, width }.path();
        assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(1, 0, 17), "tile/1/000.p/17");
        assert_eq!(path(0, 273, 112), "tile/0/273.p/112");
        for id in [(0, 1_234_067, 256), (3, 999, 255), (2, 1000, 1)] {
            let id = TileId { level: id.0, index: id.1, width: id.2 };
            assert_eq!(TileId::from_path(&id.path()), Ok(id));
        }
        for wrong in [
            "tile/0/1",
            "tile/0/x001",
            "tile/00/001",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "0/001",
            "tile/64/000",
        ] {
            assert!(TileId::from_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_log_of_70_000_has_the_tiles_the_specification_counts() {
        let mut builder = TileBuilder::new();
        let full: Vec<Tile> = leaves(70_000).into_iter().flat_map(|leaf| builder.push(leaf)).collect();
        assert_eq!(full.iter().filter(|tile| tile.level == 0).count(), 273);
        assert_eq!(full.iter().filter(|tile| tile.level == 1).count(), 1);
        let partials: Vec<_> = builder.partials().iter().map(Tile::path).collect();
        assert_eq!(partials, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    }

    #[test]
    fn a_builder_resumes_from_its_partial_tiles_and_knows_the_root() {
        let leaves = leaves(1_100);
        let (mut straight, mut resumed) = (TileBuilder::new(), TileBuilder::new());
        for (size, leaf) in leaves.iter().enumerate() {
            assert_eq!(straight.root(), naive_root(&leaves[..size]), "size {size}");
            resumed = TileBuilder::resume(resumed.size(), resumed.partials()).unwrap();
            assert_eq!(straight.push(*leaf), resumed.push(*leaf));
        }
        assert!(TileBuilder::resume(1_101, straight.partials()).is_err());
        assert!(TileBuilder::resume(1_100, []).is_err());
    }

    #[test]
    fn bytes_come_back() {
        let tile = Tile { level: 0, index: 4, hashes: leaves(256) };
        assert_eq!(tile.to_bytes().len(), 8_192);
        assert_eq!(Tile::from_bytes(0, 4, &tile.to_bytes()), Ok(tile));
        assert!(Tile::from_bytes(0, 0, &[]).is_err());
        assert!(Tile::from_bytes(0, 0, &[0; 33]).is_err());
        assert!(Tile::from_bytes(0, 0, &[0; 257 * 32]).is_err());
    }
}
