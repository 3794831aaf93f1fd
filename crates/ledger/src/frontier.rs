//! The right edge of the tree: all that appending and the root need, at most 63 hashes.
use crate::format::MAX_SIZE;
use crate::{EMPTY_ROOT, FormatError, Hash, node_hash};

const VERSION: u8 = 1;

/// The roots of the complete subtrees a log of this size is made of, largest first.
///
/// This is what a store keeps in its head row: append one leaf hash, read the new root, write the bytes back.
/// A push costs one node hash on average, because half of all leaves join nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    // INVARIANT: one hash for every set bit of `size`, highest bit first.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The right edge of a log without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, subtrees: Vec::new() }
    }

    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.size += 1;
    }

    /// How many leaves were appended.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree of all leaves so far; [`EMPTY_ROOT`] without any.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.subtrees.iter().rev();
        let Some(last) = from_right.next() else { return EMPTY_ROOT };
        from_right.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The stored form: a version byte, the size as eight big-endian bytes, then the subtree roots, largest first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(9 + 32 * self.subtrees.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for hash in &self.subtrees {
            bytes.extend_from_slice(hash.as_bytes());
        }
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FormatError`] for another version, a size over 2^63 - 1, or another number of hashes than the size needs.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        let (&version, rest) = bytes.split_first().ok_or(FormatError::new("a frontier is not empty"))?;
        if version != VERSION {
            return Err(FormatError::new("a frontier starts with version 1"));
        }
        let (size, hashes) =
            rest.split_first_chunk::<8>().ok_or(FormatError::new("a frontier has a size of eight bytes"))?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE || hashes.len() != 32 * size.count_ones() as usize {
            return Err(FormatError::new("a frontier has one hash for every complete subtree of its size"));
        }
        let subtrees = hashes.chunks_exact(32).map(Hash::from_bytes).collect::<Result<_, _>>()?;
        Ok(Self { size, subtrees })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf_hash;
    use crate::testing::{STANDARD_LEAVES, STANDARD_ROOTS, leaves, naive_root};

    #[test]
    fn the_standard_test_tree_has_its_published_roots() {
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root(), EMPTY_ROOT);
        for (leaf, root) in STANDARD_LEAVES.iter().zip(STANDARD_ROOTS) {
            frontier.push(leaf_hash(leaf));
            assert_eq!(frontier.root().to_string(), root);
        }
    }

    #[test]
    fn the_root_equals_the_recursive_definition_and_survives_storing() {
        let leaves = leaves(600);
        let mut frontier = Frontier::new();
        for (size, leaf) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(), naive_root(&leaves[..size]), "size {size}");
            frontier = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
            frontier.push(*leaf);
        }
        assert_eq!(frontier.size(), 600);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut frontier = Frontier::new();
        leaves(5).into_iter().for_each(|leaf| frontier.push(leaf));
        let bytes = frontier.to_bytes();
        assert!(Frontier::from_bytes(&[]).is_err());
        assert!(Frontier::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(Frontier::from_bytes(&[&[2], &bytes[1..]].concat()).is_err());
        assert!(Frontier::from_bytes(&[1, 0xff]).is_err());
        let mut wrong_size = bytes.clone();
        wrong_size[8] = 7;
        assert!(Frontier::from_bytes(&wrong_size).is_err());
    }
}
