//! Ed25519 keys with a name, in the text forms of signed notes.
// SOURCE: c2sp.org/signed-note; the private form is that of golang.org/x/mod/sumdb/note.
use crate::FormatError;
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// What a key signs. The kind is part of the key's id, so one cannot be used as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A log signing its own checkpoints (signature type 0x01).
    Log,
    /// A witness adding a cosignature with a time (signature type 0x04).
    Witness,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Result<Self, FormatError> {
        match byte {
            0x01 => Ok(Self::Log),
            0x04 => Ok(Self::Witness),
            _ => Err(FormatError::new("a key is an Ed25519 log key (type 1) or witness key (type 4)")),
        }
    }
}

/// A named private key. Wiped from memory when dropped; `Debug` shows the name only.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    public: VerifyingKey,
}

/// A named public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    kind: KeyKind,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

impl SigningKey {
    /// The key that these 32 random bytes make.
    ///
    /// # Errors
    /// [`FormatError`] when the name is empty, or holds a space, a control character or `+`.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, FormatError> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifyingKey::new(name, kind, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// The public half.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The name the key signs under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// `PRIVATE+KEY+name+id+base64`: what a key file holds. Whoever reads it can sign.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([self.public.kind.byte(); 33]);
        bytes[1..].copy_from_slice(self.key.as_bytes());
        let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Zeroizing::new(format!("{PRIVATE_PREFIX}{}+{:08x}+{}", self.public.name, self.public.id, *encoded))
    }

    /// Reads what [`SigningKey::to_text`] wrote; white space around it is ignored.
    ///
    /// # Errors
    /// [`FormatError`] when the text has another form, or its id does not belong to the key.
    pub fn from_text(text: &str) -> Result<Self, FormatError> {
        let rest = text.trim().strip_prefix(PRIVATE_PREFIX);
        let (name, id, kind, seed) =
            split(rest.ok_or(FormatError::new("a private key starts with `PRIVATE+KEY+`"))?)?;
        let key = Self::from_seed(name, kind, &seed)?;
        if key.public.id == id {
            Ok(key)
        } else {
            Err(FormatError::new("a key id belongs to its name and key"))
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}+{:08x}, …)", self.public.name, self.public.id)
    }
}

impl VerifyingKey {
    fn new(name: &str, kind: KeyKind, key: ed25519_dalek::VerifyingKey) -> Result<Self, FormatError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(FormatError::new(
                "a key name has no spaces, control characters or `+`, and is not empty",
            ));
        }
        let mut hasher = Sha256::new();
        hasher.update(name.as_bytes());
        hasher.update([b'\n', kind.byte()]);
        hasher.update(key.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let id = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        Ok(Self { name: name.to_owned(), kind, id, key })
    }

    /// The name the key signs under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it signs as a log or as a witness.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The short id that signature lines carry. Tells keys apart; proves nothing.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// `name+id+base64`: what an overseer is handed once, by a way they trust.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = [self.kind.byte(); 33];
        bytes[1..].copy_from_slice(self.key.as_bytes());
        format!("{}+{:08x}+{}", self.name, self.id, STANDARD.encode(bytes))
    }

    /// Reads what [`VerifyingKey::to_text`] wrote; white space around it is ignored.
    ///
    /// # Errors
    /// [`FormatError`] when the text has another form, is not a sound Ed25519 key, or its id does not belong to the key.
    pub fn from_text(text: &str) -> Result<Self, FormatError> {
        let (name, id, kind, bytes) = split(text.trim())?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(FormatError::new("a public key is a sound Ed25519 point"))?;
        let key = Self::new(name, kind, key)?;
        if key.id == id { Ok(key) } else { Err(FormatError::new("a key id belongs to its name and key")) }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

/// Name, id, kind and the 32 key bytes of a text form.
type KeyParts<'a> = (&'a str, u32, KeyKind, Zeroizing<[u8; 32]>);

fn split(text: &str) -> Result<KeyParts<'_>, FormatError> {
    const WRONG: FormatError = FormatError::new("a key reads `name+id+base64`");
    // Base64 may hold `+`, so the name and the id are cut from the left.
    let (name, rest) = text.split_once('+').ok_or(WRONG)?;
    let (id, encoded) = rest.split_once('+').ok_or(WRONG)?;
    let id = u32::from_str_radix(id, 16).ok().filter(|value| format!("{value:08x}") == id).ok_or(WRONG)?;
    let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| WRONG)?);
    let (&kind, key) = bytes.split_first().ok_or(WRONG)?;
    let key = Zeroizing::new(<[u8; 32]>::try_from(key).map_err(|_| WRONG)?);
    Ok((name, id, KeyKind::from_byte(kind)?, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_note_key_is_understood() {
        // The verifier key in the documentation of golang.org/x/mod/sumdb/note.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = VerifyingKey::from_text(text).unwrap();
        assert_eq!((key.name(), key.id(), key.kind()), ("PeterNeumann", 0xc74f_20a3, KeyKind::Log));
        assert_eq!(key.to_text(), text);
    }

    #[test]
    fn text_forms_come_back_and_hide_nothing_public() {
        for kind in [KeyKind::Log, KeyKind::Witness] {
            let key = SigningKey::from_seed("log.example/london", kind, &[7; 32]).unwrap();
            let back = SigningKey::from_text(&key.to_text()).unwrap();
            assert_eq!(back.verifying_key(), key.verifying_key());
            assert_eq!(
                VerifyingKey::from_text(&key.verifying_key().to_text()).as_ref(),
                Ok(key.verifying_key())
            );
        }
    }

    #[test]
    fn debug_shows_no_private_key() {
        let key = SigningKey::from_seed("log.example", KeyKind::Log, &[7; 32]).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey(log.example+{:08x}, …)", key.verifying_key().id())
        );
    }

    #[test]
    fn damaged_and_odd_keys_are_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b"] {
            assert!(SigningKey::from_seed(name, KeyKind::Log, &[7; 32]).is_err(), "{name:?}");
        }
        let text =
            SigningKey::from_seed("log.example", KeyKind::Log, &[7; 32]).unwrap().verifying_key().to_text();
        assert!(VerifyingKey::from_text(&text.replace("log.example", "log.examples")).is_err());
        assert!(VerifyingKey::from_text(&text[..text.len() - 4]).is_err());
        assert!(VerifyingKey::from_text("a+00000000+AAAA").is_err());
        assert!(SigningKey::from_text(&text).is_err());
    }
}
