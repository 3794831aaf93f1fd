//! What the log keeps of a sealed body, so that the body can be destroyed and the log still verifies.
use sha2::{Digest, Sha256};

/// SHA-256 over a domain prefix, a random salt and the sealed bytes.
///
/// Store the salt beside the body and destroy both together: what stays in the log then says nothing of either.
#[must_use]
pub fn commitment(salt: &[u8; 32], sealed: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"cf-sealing/commitment/v1\0");
    hasher.update(salt);
    hasher.update(sealed);
    hasher.finalize().into()
}
