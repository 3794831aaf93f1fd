//! Content keys: make, wrap, seal, unseal, shred.
