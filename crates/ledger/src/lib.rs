//! A Merkle log over exact bytes: leaves, tiles, checkpoints, proofs. It knows bytes and not what they mean.
//!
//! A log is a list of entries that only grows. One hash, the [root](Frontier::root), stands for all of them; a
//! [`Checkpoint`] is that root with the size and the log's signature. Whoever kept a checkpoint can later tell, without
//! trusting the server, that an entry is in the log ([`verify_inclusion`]), that the log only grew
//! ([`verify_consistency`]), and which entry was altered ([`Verifier`], [`Bundle`]). Hashing follows RFC 9162; tiles,
//! notes, checkpoints, cosignatures and proofs have the C2SP text forms, so that other people's tools can check them.
//!
//! ```
//! use cf_ledger::*;
//!
//! // Writing: the store keeps the frontier in its head row and the tiles beside the entries.
//! let (mut frontier, mut builder, mut tiles) = (Frontier::new(), TileBuilder::new(), Tiles::new());
//! for entry in ["reported", "graded", "found"] {
//!     let leaf = leaf_hash(entry.as_bytes());
//!     frontier.push(leaf);
//!     builder.push(leaf).into_iter().for_each(|full| tiles.insert(full));
//! }
//! builder.partials().into_iter().for_each(|partial| tiles.insert(partial));
//!
//! // Signing: random bytes make a key (fixed here for the example); its name is the log's.
//! let key = SigningKey::from_seed("records.example/london", KeyKind::Log, &[1; 32])?;
//! let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 3, root: frontier.root() };
//! let note = checkpoint.sign(&key)?;
//!
//! // An overseer's witness adds that it saw this, and when.
//! let witness = SigningKey::from_seed("overseer.example", KeyKind::Witness, &[2; 32])?;
//! let note = cosign_note(&note, &witness, 1_767_225_600)?;
//!
//! // Proving that "graded" is entry 1, and checking it offline with the public keys alone.
//! let proof = LogProof { index: 1, extra: None, hashes: inclusion_proof(&tiles, 1, 3)?, checkpoint: note };
//! let proof = LogProof::from_text(&proof.to_string())?;
//! assert_eq!(proof.verify(b"graded", key.verifying_key())?, checkpoint);
//! assert!(proof.verify(b"grated", key.verifying_key()).is_err());
//! assert_eq!(SignedNote::parse(&proof.checkpoint)?.cosigned_at(witness.verifying_key())?, 1_767_225_600);
//!
//! // Verifying everything: the first damage is named.
//! let mut pass = Verifier::new([checkpoint]);
//! for (entry, stored) in ["reported", "downgraded", "found"].iter().zip(tiles.hashes(0, 0, 3)?) {
//!     pass.push_stored(entry.as_bytes(), &stored);
//! }
//! assert_eq!(pass.finish(), Err(Damage::Entry { position: 1 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Absent on purpose: files, databases, a clock, randomness, threads except in [`leaf_hashes`], and anything async.
mod bundle;
mod checkpoint;
mod format;
mod frontier;
mod hash;
mod key;
mod log_proof;
mod note;
mod proof;
#[cfg(test)]
mod testing;
mod tile;
mod verifier;

pub use bundle::{Bundle, BundleEntry, BundleError};
pub use checkpoint::Checkpoint;
pub use format::FormatError;
pub use frontier::Frontier;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use key::{KeyKind, SigningKey, VerifyingKey};
pub use log_proof::{LogProof, LogProofError};
pub use note::{NoteError, SignedNote, cosign_note, open_note, sign_note};
pub use proof::{
    ProofError, ProveError, consistency_proof, inclusion_proof, root_from_tiles, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_root, verify_consistency, verify_inclusion,
};
pub use tile::{MissingTile, TILE_WIDTH, Tile, TileBuilder, TileId, TileSource, Tiles};
pub use verifier::{Damage, Verified, Verifier, leaf_hashes};
