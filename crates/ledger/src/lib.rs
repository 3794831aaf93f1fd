//! A Merkle log over exact bytes: leaves, tiles, checkpoints, proofs.
mod checkpoint;
mod format;
mod frontier;
mod hash;
mod key;
mod note;
mod proof;
#[cfg(test)]
mod testing;
mod tile;

pub use checkpoint::Checkpoint;
pub use format::FormatError;
pub use frontier::Frontier;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use key::{KeyKind, SigningKey, VerifyingKey};
pub use note::{NoteError, SignedNote, cosign_note, open_note, sign_note};
pub use proof::{
    ProofError, ProveError, consistency_proof, inclusion_proof, root_from_tiles, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_root, verify_consistency, verify_inclusion,
};
pub use tile::{MissingTile, TILE_WIDTH, Tile, TileBuilder, TileId, TileSource, Tiles};
