//! The key of one case file: seals its narrative and identity. Destroy it, and what it sealed is gone.
use crate::seal::{self, UnsealError};
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

const SEAL_VERSION: u8 = 1;

/// How many bytes longer a sealed body is than its plain text.
pub const SEALED_OVERHEAD: usize = 1 + 32 + 24 + 16;

/// The key of one case file. Wiped from memory when dropped; `Debug` shows nothing of it.
#[derive(ZeroizeOnDrop)]
pub struct ContentKey {
    bytes: [u8; 32],
    // Stands in front of every sealed body; see `seal`.
    fingerprint: [u8; 32],
}

impl ContentKey {
    /// A new key. Give it the operating system's randomness.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        let key = Self::from_bytes(&bytes);
        bytes.zeroize();
        key
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"cf-sealing/content-key/v1\0");
        hasher.update(bytes);
        Self { bytes: *bytes, fingerprint: hasher.finalize().into() }
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Seals a body: version, fingerprint of this key, random nonce, ciphertext and tag.
    /// `aad` is what the body belongs to (event id, stream, form); unsealing needs the same.
    ///
    /// The fingerprint binds the body to one key. Without it someone who makes both keys could craft one ciphertext that
    /// opens as two different texts, and the log, which covers only the ciphertext, would not show which was meant.
    pub fn seal<R: CryptoRng + ?Sized>(&self, aad: &[u8], plain: &[u8], rng: &mut R) -> Vec<u8> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let mut sealed = Vec::with_capacity(SEALED_OVERHEAD + plain.len());
        sealed.push(SEAL_VERSION);
        sealed.extend_from_slice(&self.fingerprint);
        seal::encrypt_onto(&mut sealed, &self.bytes, &nonce, aad, plain);
        sealed
    }

    /// Opens what [`ContentKey::seal`] made.
    ///
    /// # Errors
    /// [`UnsealError`] for another key, another `aad`, altered or cut bytes, or an unknown version.
    pub fn unseal(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
        let (&version, rest) = sealed.split_first().ok_or(UnsealError::Truncated)?;
        if version != SEAL_VERSION {
            return Err(UnsealError::Version { found: version });
        }
        let (fingerprint, rest) = rest.split_first_chunk::<32>().ok_or(UnsealError::Truncated)?;
        if *fingerprint != self.fingerprint {
            return Err(UnsealError::OtherKey);
        }
        seal::decrypt(&self.bytes, aad, rest)
    }
}

impl std::fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContentKey(…)")
    }
}
