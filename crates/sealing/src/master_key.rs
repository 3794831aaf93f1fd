//! The one key outside the database: wraps content keys, and makes the keyed digests that search uses.
use crate::content_key::ContentKey;
use crate::seal::{self, UnsealError};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const TEXT_PREFIX: &str = "childfirst-master-key-v1:";
const WRAP_VERSION: u8 = 1;

/// 32 random bytes kept outside the database. Lost, every sealed body is lost; leaked, none is private.
///
/// Wiped from memory when dropped; `Debug` shows only its [id](MasterKey::id).
#[derive(ZeroizeOnDrop)]
pub struct MasterKey {
    root: [u8; 32],
    // Each use has a key of its own, so that nothing one use gives away helps against another.
    wrapping: [u8; 32],
    nonces: [u8; 32],
    search: [u8; 32],
    #[zeroize(skip)]
    id: [u8; 8],
}

/// A content key under the master key: what the database stores. Says which master key, never which content key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

/// A key file that does not hold a master key. Never repeats what the file held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Not the prefix, 40 bytes of base64, nothing else.
    #[error("a master key file holds `childfirst-master-key-v1:` and base64")]
    Form,
    /// The form is right but the check bytes are not: a character was changed or lost.
    #[error("the master key was copied with a mistake: its check does not fit")]
    Check,
}

impl MasterKey {
    /// A new key. Give it the operating system's randomness.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut root = [0; 32];
        rng.fill_bytes(&mut root);
        let key = Self::from_bytes(&root);
        root.zeroize();
        key
    }

    /// The key with exactly these bytes, which must be random.
    #[must_use]
    pub fn from_bytes(root: &[u8; 32]) -> Self {
        let derive = |purpose: &[u8]| digest(root, &[b"cf-sealing/master/v1/", purpose]);
        let mut id = [0; 8];
        id.copy_from_slice(&derive(b"id")[..8]);
        Self {
            root: *root,
            wrapping: *derive(b"wrap"),
            nonces: *derive(b"nonce"),
            search: *derive(b"search"),
            id,
        }
    }

    /// Eight bytes that tell master keys apart and give nothing else away. Every wrapped key carries it.
    #[must_use]
    pub const fn id(&self) -> [u8; 8] {
        self.id
    }

    /// The line a key file holds: a prefix, then base64 of the key and eight check bytes.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; 40]);
        bytes[..32].copy_from_slice(&self.root);
        bytes[32..].copy_from_slice(&self.id);
        let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Zeroizing::new([TEXT_PREFIX, encoded.as_str(), "\n"].concat())
    }

    /// Reads what [`MasterKey::to_text`] wrote; white space around it is ignored.
    ///
    /// # Errors
    /// [`KeyTextError`] when it is something else, or was copied with a mistake.
    pub fn from_text(text: &str) -> Result<Self, KeyTextError> {
        let encoded = text.trim().strip_prefix(TEXT_PREFIX).ok_or(KeyTextError::Form)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| KeyTextError::Form)?);
        let (root, check) = bytes.split_first_chunk::<32>().ok_or(KeyTextError::Form)?;
        let key = Self::from_bytes(root);
        match check.len() {
            8 if check == key.id => Ok(key),
            8 => Err(KeyTextError::Check),
            _ => Err(KeyTextError::Form),
        }
    }

    /// Wraps the content key of one case file. The same key and file give the same bytes, so wrapping needs no randomness.
    #[must_use]
    pub fn wrap(&self, key: &ContentKey, file_id: &[u8; 16]) -> WrappedKey {
        // A nonce that depends on everything encrypted can only repeat when everything does.
        let derived = digest(&self.nonces, &[file_id, key.bytes()]);
        let mut nonce = [0; 24];
        nonce.copy_from_slice(&derived[..24]);
        let mut wrapped = Vec::with_capacity(1 + 8 + 24 + 32 + 16);
        wrapped.push(WRAP_VERSION);
        wrapped.extend_from_slice(&self.id);
        seal::encrypt_onto(&mut wrapped, &self.wrapping, &nonce, &wrap_aad(file_id), key.bytes());
        WrappedKey(wrapped)
    }

    /// The content key of this case file.
    ///
    /// # Errors
    /// [`UnsealError::OtherKey`] when another master key wrapped it; [`UnsealError::NotAuthentic`] when it is of
    /// another file or was altered.
    pub fn unwrap(&self, wrapped: &WrappedKey, file_id: &[u8; 16]) -> Result<ContentKey, UnsealError> {
        let (&version, rest) = wrapped.0.split_first().ok_or(UnsealError::Truncated)?;
        if version != WRAP_VERSION {
            return Err(UnsealError::Version { found: version });
        }
        let (id, rest) = rest.split_first_chunk::<8>().ok_or(UnsealError::Truncated)?;
        if *id != self.id {
            return Err(UnsealError::OtherKey);
        }
        let plain = Zeroizing::new(seal::decrypt(&self.wrapping, &wrap_aad(file_id), rest)?);
        let bytes = <&[u8; 32]>::try_from(plain.as_slice()).map_err(|_| UnsealError::NotAuthentic)?;
        Ok(ContentKey::from_bytes(bytes))
    }

    /// A keyed digest under which a value can be found again but not guessed back from the database alone.
    /// Normalise `value` first; `domain` names the field, so that equal values in two fields do not match.
    #[must_use]
    pub fn search_digest(&self, domain: &str, value: &[u8]) -> [u8; 16] {
        let full = digest(&self.search, &[&(domain.len() as u64).to_be_bytes(), domain.as_bytes(), value]);
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey(id {:016x}, …)", u64::from_be_bytes(self.id))
    }
}

impl WrappedKey {
    /// The id of the master key that wrapped it; absent when the bytes are no wrapped key.
    #[must_use]
    pub fn master_key_id(&self) -> Option<[u8; 8]> {
        self.0.get(1..9)?.try_into().ok()
    }
}

fn wrap_aad(file_id: &[u8; 16]) -> [u8; 24 + 16] {
    let mut aad = [0; 40];
    aad[..24].copy_from_slice(b"cf-sealing/wrapped-key/1");
    aad[24..].copy_from_slice(file_id);
    aad
}

/// HMAC-SHA256 over the parts, which callers keep unambiguous.
#[expect(clippy::expect_used, reason = "INVARIANT: HMAC takes keys of every length")]
fn digest(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().into())
}
