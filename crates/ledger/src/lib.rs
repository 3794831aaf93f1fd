//! A Merkle log over exact bytes: leaves, tiles, checkpoints, proofs.
