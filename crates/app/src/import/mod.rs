//! Taking what other systems hold.
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A stable id for what another system calls by this key.
#[must_use]
pub fn derived_id(what: &str, key: &str) -> Uuid {
    let digest = Sha256::digest(format!("childfirst derived id\n{what}\n{key}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
