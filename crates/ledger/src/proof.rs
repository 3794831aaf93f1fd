//! Proofs that an entry is in a tree, and that a tree only ever grew: made from tiles, checked without them.
// SOURCE: RFC 9162, sections 2.1.3 (inclusion) and 2.1.4 (consistency).
use crate::format::MAX_SIZE;
use crate::tile::{TILE_WIDTH, TileId, TileSource, fold_complete};
use crate::{EMPTY_ROOT, Hash, node_hash};
use std::collections::BTreeMap;
use std::ops::Range;

/// A proof that does not prove what it was offered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no entry at this index in a tree of this size.
    #[error("a tree of {size} entries has no entry {index}")]
    BeyondTree {
        /// The index asked for, from 0.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A log does not shrink.
    #[error("a log of {new} entries cannot have grown from {old}")]
    Shrunk {
        /// The size said to be the earlier one.
        old: u64,
        /// The size said to be the later one.
        new: u64,
    },
    /// The proof has another number of hashes than these sizes need.
    #[error("the proof has {found} hashes, not the number its sizes need")]
    Length {
        /// How many hashes the proof has.
        found: usize,
    },
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// Why a proof could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// What was asked for cannot exist.
    #[error(transparent)]
    Impossible(#[from] ProofError),
    /// The source failed.
    #[error("a tile could not be read")]
    Source(E),
    /// The source answered with fewer hashes than asked for.
    #[error("tile `{}` came back shorter than asked for", .0.path())]
    ShortTile(TileId),
}

/// The hashes that lead from entry `index` to the root of the tree of `size` entries, the leaf's sibling first.
///
/// # Errors
/// [`ProveError`] when there is no such entry, or a tile cannot be read.
pub fn inclusion_proof<S: TileSource + ?Sized>(
    source: &S,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    Reader::new(source, size).prove(inclusion_ranges(index, size)?)
}

/// The hashes that show the tree of `old` entries to be the beginning of the tree of `new` entries.
/// Empty when `old` is 0 or equal to `new`.
///
/// # Errors
/// [`ProveError`] when `old` is larger than `new`, or a tile cannot be read.
pub fn consistency_proof<S: TileSource + ?Sized>(
    source: &S,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    Reader::new(source, new).prove(consistency_ranges(old, new)?)
}

/// The root of the tree of the first `size` entries, read from tiles: any past root of a log.
///
/// # Errors
/// [`ProveError`] when a tile cannot be read.
pub fn root_from_tiles<S: TileSource + ?Sized>(source: &S, size: u64) -> Result<Hash, ProveError<S::Error>> {
    if size == 0 { Ok(EMPTY_ROOT) } else { Reader::new(source, size).subtree(0..size) }
}

/// The tiles [`inclusion_proof`] will read, so that an asynchronous store can load them first.
///
/// # Errors
/// [`ProofError::BeyondTree`] when there is no such entry.
pub fn tiles_for_inclusion(index: u64, size: u64) -> Result<Vec<TileId>, ProofError> {
    Ok(tiles_of(&inclusion_ranges(index, size)?, size))
}

/// The tiles [`consistency_proof`] will read, so that an asynchronous store can load them first.
///
/// # Errors
/// [`ProofError::Shrunk`] when `old` is larger than `new`.
pub fn tiles_for_consistency(old: u64, new: u64) -> Result<Vec<TileId>, ProofError> {
    Ok(tiles_of(&consistency_ranges(old, new)?, new))
}

/// The tiles [`root_from_tiles`] will read.
#[must_use]
pub fn tiles_for_root(size: u64) -> Vec<TileId> {
    if size == 0 { Vec::new() } else { tiles_of(std::slice::from_ref(&(0..size)), size) }
}

/// Checks that `leaf` stands at `index` in the tree of `size` entries with this root.
///
/// # Errors
/// [`ProofError`] when it does not.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::BeyondTree { index, size });
    }
    let wrong_length = ProofError::Length { found: proof.len() };
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            if node & 1 == 0 {
                // A right edge without sibling here: climb to where it has one.
                let climb = node.trailing_zeros().min(63);
                node >>= climb;
                last >>= climb;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `old_size` entries is the beginning of the tree of `new_size` entries.
///
/// # Errors
/// [`ProofError`] when that is not shown.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    let wrong_length = ProofError::Length { found: proof.len() };
    if old_size > new_size {
        return Err(ProofError::Shrunk { old: old_size, new: new_size });
    }
    if old_size == 0 || old_size == new_size {
        let same = if old_size == 0 { *old_root == EMPTY_ROOT } else { old_root == new_root };
        let new_empty = new_size > 0 || *new_root == EMPTY_ROOT;
        return match (proof.is_empty(), same && new_empty) {
            (false, _) => Err(wrong_length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    // Start at the largest complete subtree that ends where the old tree ends.
    let skip = old_size.trailing_zeros();
    let (mut node, mut last) = ((old_size - 1) >> skip, (new_size - 1) >> skip);
    let (first, rest) = if old_size.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(wrong_length)?;
        (*first, rest)
    };
    let (mut old, mut new) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            if node & 1 == 0 {
                let climb = node.trailing_zeros().min(63);
                node >>= climb;
                last >>= climb;
            }
        } else {
            new = node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if old == *old_root && new == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// The subtrees beside the path from a leaf to the root, lowest first.
fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if index >= size || size > MAX_SIZE {
        return Err(ProofError::BeyondTree { index, size });
    }
    let (mut begin, mut end, mut ranges) = (0, size, Vec::new());
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(begin..middle);
            begin = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if old > new || new > MAX_SIZE {
        return Err(ProofError::Shrunk { old, new });
    }
    let (mut begin, mut end, mut ranges) = (0, new, Vec::new());
    if old == 0 {
        return Ok(ranges);
    }
    while end != old {
        let middle = begin + split(end - begin);
        if old <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(begin..middle);
            begin = middle;
        }
    }
    // The verifier knows the old root; it needs this subtree only when that is not the whole old tree.
    if begin > 0 {
        ranges.push(begin..old);
    }
    ranges.reverse();
    Ok(ranges)
}

/// The largest power of two below `length`, which is at least 2.
fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

/// The complete subtrees a range consists of, left to right, as (height, index at that height).
fn complete_subtrees(range: Range<u64>) -> impl Iterator<Item = (u32, u64)> {
    let mut begin = range.start;
    std::iter::from_fn(move || {
        let height = range.end.checked_sub(begin).filter(|&left| left > 0)?.ilog2();
        let index = begin >> height;
        begin += 1 << height;
        Some((height, index))
    })
}

/// The tile that holds a complete subtree in a log of `size`, and where in it.
fn locate(height: u32, index: u64, size: u64) -> (TileId, Range<usize>) {
    let (level, within) = (height / 8, height % 8);
    let first = index << within;
    let (tile, offset) = (first / u64::from(TILE_WIDTH), (first % u64::from(TILE_WIDTH)) as usize);
    let width = ((size >> (8 * level)) - tile * u64::from(TILE_WIDTH)).min(u64::from(TILE_WIDTH)) as u16;
    (TileId { level: level as u8, index: tile, width }, offset..offset + (1 << within))
}

fn tiles_of(ranges: &[Range<u64>], size: u64) -> Vec<TileId> {
    let subtrees = ranges.iter().cloned().flat_map(complete_subtrees);
    let mut ids: Vec<TileId> = subtrees.map(|(height, index)| locate(height, index, size).0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Reads subtree roots out of tiles, each tile once.
struct Reader<'a, S: ?Sized> {
    source: &'a S,
    size: u64,
    seen: BTreeMap<TileId, Vec<Hash>>,
}

impl<'a, S: TileSource + ?Sized> Reader<'a, S> {
    const fn new(source: &'a S, size: u64) -> Self {
        Self { source, size, seen: BTreeMap::new() }
    }

    fn prove(mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>, ProveError<S::Error>> {
        ranges.into_iter().map(|range| self.subtree(range)).collect()
    }

    fn subtree(&mut self, range: Range<u64>) -> Result<Hash, ProveError<S::Error>> {
        let roots = complete_subtrees(range)
            .map(|(height, index)| self.complete(height, index))
            .collect::<Result<Vec<_>, _>>()?;
        let joined = roots.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
        Ok(joined.unwrap_or(EMPTY_ROOT))
    }

    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, ProveError<S::Error>> {
        let (id, place) = locate(height, index, self.size);
        let hashes = match self.seen.entry(id) {
            std::collections::btree_map::Entry::Occupied(seen) => seen.into_mut(),
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(self.source.hashes(id.level, id.index, id.width).map_err(ProveError::Source)?)
            }
        };
        hashes.get(place).map(fold_complete).ok_or(ProveError::ShortTile(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{STANDARD_LEAVES, leaves, naive_root};
    use crate::tile::{TileBuilder, Tiles};
    use crate::{MissingTile, leaf_hash};
    use proptest::prelude::*;

    fn hex(hashes: &[Hash]) -> Vec<String> {
        hashes.iter().map(Hash::to_string).collect()
    }

    #[test]
    fn the_standard_tree_gives_the_published_proofs() {
        let tiles = Tiles::from_leaves(STANDARD_LEAVES.map(leaf_hash));
        let expected = [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ];
        assert_eq!(hex(&inclusion_proof(&tiles, 0, 8).unwrap()), expected);
        let expected = [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(hex(&consistency_proof(&tiles, 6, 8).unwrap()), expected);
    }

    #[test]
    fn every_entry_of_every_size_is_proved_and_nothing_else_is() {
        let leaves = leaves(300);
        let tiles = Tiles::from_leaves(leaves.iter().copied());
        for size in (1..=40_u64).chain([64, 127, 255, 256, 257, 300]) {
            let root = naive_root(&leaves[..size as usize]);
            assert_eq!(root_from_tiles(&tiles, size), Ok(root));
            for index in 0..size {
                let leaf = &leaves[index as usize];
                let proof = inclusion_proof(&tiles, index, size).unwrap();
                assert_eq!(verify_inclusion(leaf, index, size, &root, &proof), Ok(()), "{index} of {size}");
                for other in [index.wrapping_sub(1), index ^ 1, index + 1, size] {
                    assert!(
                        verify_inclusion(leaf, other, size, &root, &proof).is_err(),
                        "{other} as {index} of {size}"
                    );
                }
            }
        }
    }

    #[test]
    fn growth_is_proved_between_all_pairs_of_sizes() {
        let leaves = leaves(530);
        let tiles = Tiles::from_leaves(leaves.iter().copied());
        let sizes: Vec<u64> = (0..=34).chain([127, 128, 255, 256, 257, 511, 512, 513, 530]).collect();
        let root = |size: u64| naive_root(&leaves[..size as usize]);
        for &new in &sizes {
            for &old in sizes.iter().filter(|&&old| old <= new) {
                let proof = consistency_proof(&tiles, old, new).unwrap();
                assert_eq!(
                    verify_consistency(old, &root(old), new, &root(new), &proof),
                    Ok(()),
                    "{old} to {new}"
                );
                let strange = leaf_hash(b"strange");
                assert!(verify_consistency(old, &strange, new, &root(new), &proof).is_err());
                if old > 0 {
                    assert!(verify_consistency(old, &root(old), new, &strange, &proof).is_err());
                }
            }
        }
        assert_eq!(consistency_proof(&tiles, 3, 2), Err(ProofError::Shrunk { old: 3, new: 2 }.into()));
    }

    #[test]
    fn only_the_announced_tiles_are_read() {
        let leaves = leaves(70_000);
        let mut builder = TileBuilder::new();
        let mut all: Vec<_> = leaves.iter().flat_map(|leaf| builder.push(*leaf)).collect();
        all.extend(builder.partials());
        let only = |wanted: Vec<TileId>| {
            let mut tiles = Tiles::new();
            all.iter().filter(|tile| wanted.contains(&tile.id())).for_each(|tile| tiles.insert(tile.clone()));
            tiles
        };
        let (size, root) = (70_000, builder.root());
        for index in [0, 255, 256, 65_535, 65_536, 69_999] {
            let wanted = tiles_for_inclusion(index, size).unwrap();
            assert!(wanted.len() <= 5);
            let proof = inclusion_proof(&only(wanted), index, size).unwrap();
            assert_eq!(verify_inclusion(&leaves[index as usize], index, size, &root, &proof), Ok(()));
        }
        assert_eq!(root_from_tiles(&only(tiles_for_root(size)), size), Ok(root));
        let missing = inclusion_proof(&Tiles::new(), 0, 2).unwrap_err();
        assert_eq!(missing, ProveError::Source(MissingTile(TileId { level: 0, index: 0, width: 2 })));
    }

    proptest! {
        #[test]
        fn a_flipped_bit_anywhere_fails(size in 2_u64..400, seed: u64, bit in 0_usize..256) {
            let leaves = leaves(size as usize);
            let tiles = Tiles::from_leaves(leaves.iter().copied());
            let (index, root) = (seed % size, naive_root(&leaves));
            let flip = |hash: &Hash| {
                let mut bytes = *hash.as_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                Hash::new(bytes)
            };
            let leaf = leaves[index as usize];
            let proof = inclusion_proof(&tiles, index, size).unwrap();
            prop_assert!(verify_inclusion(&flip(&leaf), index, size, &root, &proof).is_err());
            prop_assert!(verify_inclusion(&leaf, index, size, &flip(&root), &proof).is_err());
            let old_root = naive_root(&leaves[..index as usize]);
            let growth = consistency_proof(&tiles, index, size).unwrap();
            for at in 0..proof.len() {
                let mut damaged = proof.clone();
                damaged[at] = flip(&damaged[at]);
                prop_assert!(verify_inclusion(&leaf, index, size, &root, &damaged).is_err());
            }
            for at in 0..growth.len() {
                let mut damaged = growth.clone();
                damaged[at] = flip(&damaged[at]);
                prop_assert!(verify_consistency(index, &old_root, size, &root, &damaged).is_err());
            }
            let longer = [proof.as_slice(), &[root]].concat();
            prop_assert!(verify_inclusion(&leaf, index, size, &root, &longer).is_err());
            prop_assert!(verify_inclusion(&leaf, index, size, &root, &proof[1..]).is_err());
        }

        #[test]
        fn checking_never_panics(old: u64, new: u64, index: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let proof: Vec<Hash> = hashes.into_iter().map(Hash::new).collect();
            let _ = verify_inclusion(&EMPTY_ROOT, index, new, &EMPTY_ROOT, &proof);
            let _ = verify_consistency(old, &EMPTY_ROOT, new, &EMPTY_ROOT, &proof);
        }
    }
}
