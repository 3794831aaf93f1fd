//! Recomputes a whole log in one pass and says where it is damaged.
use crate::checkpoint::Checkpoint;
use crate::{Frontier, Hash, leaf_hash};

/// What a pass over a log found wrong. Positions are indices from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The bytes of this entry and the leaf hash stored for it do not belong together: one of them was altered.
    #[error("entry {position} does not have the hash stored for it")]
    Entry {
        /// The entry.
        position: u64,
    },
    /// Entries and leaf hashes belong together, yet are not those the log signed: both were altered, or some were
    /// inserted, removed or swapped.
    #[error("an entry from {from} to {} is not the one the log signed", .until.saturating_sub(1))]
    Between {
        /// The first entry that no good checkpoint covers.
        from: u64,
        /// The size of the checkpoint that does not fit; the damage is before it.
        until: u64,
    },
    /// The log ends before the size of a signed checkpoint.
    #[error("the log ends at {found} entries, but signed that it had {signed}")]
    Missing {
        /// How many entries there are: the position of the first one missing.
        found: u64,
        /// The signed size.
        signed: u64,
    },
}

impl Damage {
    /// The first entry that is, or may be, damaged.
    #[must_use]
    pub const fn first_position(&self) -> u64 {
        match *self {
            Self::Entry { position } => position,
            Self::Between { from, .. } => from,
            Self::Missing { found, .. } => found,
        }
    }
}

/// A pass over a log from its first entry.
///
/// Give it the entries in order, with the leaf hashes stored beside them where there are any, and beforehand the
/// checkpoints (already opened with the log's key) that should hold on the way.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    frontier: Frontier,
    // Sorted by size, largest first, so that the next one is popped from the end.
    awaited: Vec<Checkpoint>,
    good_up_to: u64,
    checked: u64,
    damage: Option<Damage>,
}

/// What a pass without damage established.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many entries the log has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// How many checkpoints were met and fitted.
    pub checkpoints: u64,
    /// The largest checkpoint's size: entries from here on are consistent in themselves, but no signature covers them.
    pub signed_up_to: u64,
}

impl Verifier {
    /// A pass that meets these checkpoints on its way, in any order. An empty list is allowed: then only stored leaf
    /// hashes are compared.
    pub fn new(checkpoints: impl IntoIterator<Item = Checkpoint>) -> Self {
        let mut awaited: Vec<Checkpoint> = checkpoints.into_iter().collect();
        awaited.sort_by_key(|checkpoint| std::cmp::Reverse(checkpoint.size));
        let mut verifier = Self { awaited, ..Self::default() };
        verifier.meet_checkpoints();
        verifier
    }

    /// Takes the next entry; gives its leaf hash.
    pub fn push(&mut self, entry: &[u8]) -> Hash {
        let leaf = leaf_hash(entry);
        self.push_leaf(leaf);
        leaf
    }

    /// Takes the next entry, and compares it with the leaf hash stored for it.
    pub fn push_stored(&mut self, entry: &[u8], stored: &Hash) -> Hash {
        let leaf = leaf_hash(entry);
        if leaf != *stored {
            self.note(Damage::Entry { position: self.frontier.size() });
        }
        self.push_leaf(leaf);
        leaf
    }

    /// Takes the leaf hash of an entry that was hashed elsewhere, as [`leaf_hashes`] does on several cores.
    pub fn push_leaf(&mut self, leaf: Hash) {
        self.frontier.push(leaf);
        self.meet_checkpoints();
    }

    /// How many entries were taken.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the entries so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The first damage so far. A caller may stop here, or go on to the end; later damage is not reported.
    #[must_use]
    pub const fn damage(&self) -> Option<Damage> {
        self.damage
    }

    /// Ends the pass.
    ///
    /// # Errors
    /// The first [`Damage`], which may be that entries the log signed for are missing at the end.
    pub fn finish(mut self) -> Result<Verified, Damage> {
        let size = self.frontier.size();
        if let Some(largest) = self.awaited.first() {
            self.note(Damage::Missing { found: size, signed: largest.size });
        }
        match self.damage {
            Some(damage) => Err(damage),
            None => Ok(Verified {
                size,
                root: self.frontier.root(),
                checkpoints: self.checked,
                signed_up_to: self.good_up_to,
            }),
        }
    }

    fn meet_checkpoints(&mut self) {
        let size = self.frontier.size();
        while let Some(checkpoint) = self.awaited.pop_if(|next| next.size <= size) {
            if checkpoint.root == self.frontier.root() {
                self.good_up_to = size;
                self.checked += 1;
            } else {
                self.note(Damage::Between { from: self.good_up_to, until: size });
            }
        }
    }

    fn note(&mut self, damage: Damage) {
        self.damage.get_or_insert(damage);
    }
}

/// The leaf hashes of many entries, in order, worked out on up to `threads` threads.
/// Worth it from some thousands of entries; `threads` of 0 means 1.
pub fn leaf_hashes<E: AsRef<[u8]> + Sync>(entries: &[E], threads: usize) -> Vec<Hash> {
    let share = entries.len().div_ceil(threads.max(1)).max(1);
    let mut leaves = vec![crate::EMPTY_ROOT; entries.len()];
    std::thread::scope(|scope| {
        for (leaves, entries) in leaves.chunks_mut(share).zip(entries.chunks(share)) {
            let mut work = move || {
                for (leaf, entry) in leaves.iter_mut().zip(entries) {
                    *leaf = leaf_hash(entry.as_ref());
                }
            };
            // One share needs no thread.
            if threads <= 1 { work() } else { drop(scope.spawn(work)) }
        }
    });
    leaves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{leaves, naive_root};
    use proptest::prelude::*;

    fn entries(count: usize) -> Vec<[u8; 8]> {
        (0..count).map(usize::to_be_bytes).collect()
    }

    fn checkpoint(size: usize) -> Checkpoint {
        let root = naive_root(&leaves(size));
        Checkpoint { origin: "log.example".into(), size: size as u64, root }
    }

    #[test]
    fn an_undamaged_log_passes_and_says_how_far_it_is_signed() {
        let mut verifier = Verifier::new([checkpoint(20), checkpoint(0), checkpoint(7)]);
        entries(25)
            .iter()
            .zip(leaves(25))
            .for_each(|(entry, leaf)| assert_eq!(verifier.push_stored(entry, &leaf), leaf));
        let root = naive_root(&leaves(25));
        assert_eq!(verifier.finish(), Ok(Verified { size: 25, root, checkpoints: 3, signed_up_to: 20 }));
    }

    #[test]
    fn an_empty_log_passes() {
        assert!(Verifier::new([]).finish().is_ok());
        assert_eq!(Verifier::new([checkpoint(3)]).finish(), Err(Damage::Missing { found: 0, signed: 3 }));
    }

    #[test]
    fn an_altered_entry_is_named() {
        let mut verifier = Verifier::new([checkpoint(10), checkpoint(20)]);
        for (at, leaf) in leaves(20).iter().enumerate() {
            let entry = if at == 13 || at == 15 { 99 } else { at };
            verifier.push_stored(&entry.to_be_bytes(), leaf);
        }
        assert_eq!(verifier.finish(), Err(Damage::Entry { position: 13 }));
    }

    #[test]
    fn an_entry_altered_together_with_its_hash_is_bracketed_by_checkpoints() {
        let mut verifier = Verifier::new([checkpoint(10), checkpoint(20), checkpoint(30)]);
        for at in 0..30_usize {
            verifier.push(&if at == 13 { 99_usize } else { at }.to_be_bytes());
        }
        let damage = verifier.finish().unwrap_err();
        assert_eq!(damage, Damage::Between { from: 10, until: 20 });
        assert_eq!(damage.to_string(), "an entry from 10 to 19 is not the one the log signed");
    }

    #[test]
    fn a_log_cut_at_its_end_is_noticed() {
        let mut verifier = Verifier::new([checkpoint(10), checkpoint(12), checkpoint(20)]);
        for entry in entries(11) {
            verifier.push(&entry);
        }
        assert_eq!(verifier.finish(), Err(Damage::Missing { found: 11, signed: 20 }));
    }

    #[test]
    fn a_checkpoint_of_size_zero_with_a_wrong_root_is_noticed() {
        let wrong = Checkpoint { size: 0, ..checkpoint(3) };
        assert!(Verifier::new([wrong]).finish().is_err());
    }

    proptest! {
        #[test]
        fn threads_change_nothing(count in 0_usize..200, threads in 0_usize..5) {
            prop_assert_eq!(leaf_hashes(&entries(count), threads), leaves(count));
        }

        #[test]
        fn the_first_of_any_altered_entries_is_named(count in 1_usize..100, altered in prop::collection::btree_set(0_usize..100, 1..4)) {
            let mut verifier = Verifier::new([checkpoint(count)]);
            for (at, leaf) in leaves(count).iter().enumerate() {
                let entry = if altered.contains(&at) { usize::MAX } else { at };
                verifier.push_stored(&entry.to_be_bytes(), leaf);
            }
            let first = altered.into_iter().next().filter(|&at| at < count);
            let found = verifier.finish().err();
            prop_assert_eq!(found, first.map(|at| Damage::Entry { position: at as u64 }));
        }
    }
}
