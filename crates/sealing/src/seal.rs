//! The cipher itself: XChaCha20-Poly1305, whose nonces are long enough to be drawn at random for ever.
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};

const NONCE: usize = 24;
const TAG: usize = 16;

/// Why something sealed was not opened. Says nothing of what was inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// Too short to be anything sealed.
    #[error("the sealed bytes are cut short")]
    Truncated,
    /// Sealed in a form this program does not know.
    #[error("sealed in form `{found}`, which is not known here")]
    Version {
        /// The version byte.
        found: u8,
    },
    /// Sealed or wrapped under another key, or its first bytes were altered.
    #[error("sealed under another key")]
    OtherKey,
    /// The bytes were altered, or belong to another place than asked for.
    #[error("the sealed bytes were altered or belong elsewhere")]
    NotAuthentic,
}

/// Appends nonce, ciphertext and tag.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: the cipher refuses only texts over 256 GiB, more than memory holds"
)]
pub(crate) fn encrypt_onto(out: &mut Vec<u8>, key: &[u8; 32], nonce: &[u8; NONCE], aad: &[u8], plain: &[u8]) {
    out.extend_from_slice(nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let tag = XChaCha20Poly1305::new(key.into())
        .encrypt_inout_detached(nonce.into(), aad, (&mut out[start..]).into())
        .expect("texts are shorter than 256 GiB");
    out.extend_from_slice(&tag);
}

/// Opens nonce, ciphertext and tag.
pub(crate) fn decrypt(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(UnsealError::Truncated)?;
    let (cipher_text, tag) = rest.split_last_chunk::<TAG>().ok_or(UnsealError::Truncated)?;
    let mut plain = cipher_text.to_vec();
    XChaCha20Poly1305::new(key.into())
        .decrypt_inout_detached(nonce.into(), aad, plain.as_mut_slice().into(), tag.into())
        .map_err(|_| UnsealError::NotAuthentic)?;
    Ok(plain)
}
