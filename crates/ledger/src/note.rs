//! Signed notes: a text, an empty line, and signature lines.
// SOURCE: c2sp.org/signed-note and c2sp.org/tlog-cosignature.
use crate::key::{KeyKind, SigningKey, VerifyingKey};
use crate::{FormatError, format::decimal};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Most signature lines that are read, and most bytes of one note: a stranger's note must not cost us much.
const MAX_SIGNATURES: usize = 64;
const MAX_BYTES: usize = 1 << 20;

/// Why a note was not made or not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text has not the form of a note.
    #[error("not a signed note: {0}")]
    Format(#[from] FormatError),
    /// No signature line names this key.
    #[error("the note is not signed by `{name}`")]
    NotSigned {
        /// The key that was looked for.
        name: String,
    },
    /// A signature line names this key, but the signature is not its.
    #[error("the signature of `{name}` does not fit the note")]
    BadSignature {
        /// The key the line names.
        name: String,
    },
    /// A witness key was given where a log key is needed, or the reverse.
    #[error("`{name}` is a key of the other kind: logs sign notes, witnesses cosign them")]
    WrongKind {
        /// The key that was given.
        name: String,
    },
    /// The checkpoint speaks for another log than the key does.
    #[error("the checkpoint is of another log than `{name}`")]
    OtherLog {
        /// The key that was given.
        name: String,
    },
}

/// A parsed note. Parsing believes nothing: ask [`SignedNote::verify`] or [`SignedNote::cosigned_at`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

/// Signs a text that ends in a newline, as a log; gives the whole note.
///
/// # Errors
/// [`NoteError::WrongKind`] for a witness key, [`NoteError::Format`] for a text that cannot be a note.
pub fn sign_note(text: &str, key: &SigningKey) -> Result<String, NoteError> {
    expect_kind(key.verifying_key(), KeyKind::Log)?;
    check_text(text)?;
    let mut note = SignedNote { text: text.to_owned(), signatures: Vec::new() };
    note.add(key.verifying_key(), key.sign(text.as_bytes()).to_vec());
    Ok(note.to_string())
}

/// Parses a note and checks that this log key signed it. Lines of other keys are kept, not believed.
///
/// # Errors
/// [`NoteError`] when the form is wrong, the key did not sign, or its signature does not fit.
pub fn open_note(note: &str, key: &VerifyingKey) -> Result<SignedNote, NoteError> {
    let note = SignedNote::parse(note)?;
    note.verify(key)?;
    Ok(note)
}

/// Adds a witness's cosignature to a note: "I saw this, consistent with all I saw before, at this time".
/// The caller checks consistency first; `unix_seconds` is whole seconds since 1970.
///
/// # Errors
/// [`NoteError::WrongKind`] for a log key, [`NoteError::Format`] when `note` is not a note or the time exceeds 2^63 - 1.
pub fn cosign_note(note: &str, key: &SigningKey, unix_seconds: u64) -> Result<String, NoteError> {
    expect_kind(key.verifying_key(), KeyKind::Witness)?;
    if i64::try_from(unix_seconds).is_err() {
        return Err(FormatError::new("a cosignature time is at most 2^63 - 1 seconds").into());
    }
    let mut note = SignedNote::parse(note)?;
    let signature = key.sign(cosigned_message(unix_seconds, &note.text).as_bytes());
    note.add(key.verifying_key(), [unix_seconds.to_be_bytes().as_slice(), &signature].concat());
    Ok(note.to_string())
}

impl SignedNote {
    /// Reads a note without believing it.
    ///
    /// # Errors
    /// [`FormatError`] when it is not a text, an empty line and at least one signature line.
    pub fn parse(note: &str) -> Result<Self, FormatError> {
        const WRONG: FormatError = FormatError::new("a note is a text, an empty line and signature lines");
        if note.len() > MAX_BYTES {
            return Err(FormatError::new("a note is at most 1 MiB"));
        }
        let blank = note.rfind("\n\n").ok_or(WRONG)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        check_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(WRONG)?;
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(FormatError::new("a note has at most 64 signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The signed text, with its final newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks that this log key signed the text.
    ///
    /// # Errors
    /// [`NoteError`] when it did not, or when any line in its name does not fit.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), NoteError> {
        expect_kind(key, KeyKind::Log)?;
        self.each_of(key, |bytes| {
            let signature = <&[u8; 64]>::try_from(bytes).ok()?;
            key.verifies(self.text.as_bytes(), signature).then_some(())
        })
    }

    /// When this witness cosigned, in whole seconds since 1970; the latest time if it did so more than once.
    ///
    /// # Errors
    /// [`NoteError`] when it did not, or when any line in its name does not fit.
    pub fn cosigned_at(&self, key: &VerifyingKey) -> Result<u64, NoteError> {
        expect_kind(key, KeyKind::Witness)?;
        let mut latest = 0;
        self.each_of(key, |bytes| {
            let (time, signature) = bytes.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            let signature = <&[u8; 64]>::try_from(signature).ok()?;
            latest = latest.max(time);
            let sound = i64::try_from(time).is_ok();
            (sound && key.verifies(cosigned_message(time, &self.text).as_bytes(), signature)).then_some(())
        })?;
        Ok(latest)
    }

    fn each_of(
        &self,
        key: &VerifyingKey,
        mut check: impl FnMut(&[u8]) -> Option<()>,
    ) -> Result<(), NoteError> {
        let mut found = false;
        for line in self.signatures.iter().filter(|line| line.id == key.id() && line.name == key.name()) {
            check(&line.bytes).ok_or_else(|| NoteError::BadSignature { name: key.name().to_owned() })?;
            found = true;
        }
        if found { Ok(()) } else { Err(NoteError::NotSigned { name: key.name().to_owned() }) }
    }

    fn add(&mut self, key: &VerifyingKey, bytes: Vec<u8>) {
        self.signatures.push(Signature { name: key.name().to_owned(), id: key.id(), bytes });
    }
}

impl std::fmt::Display for SignedNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| {
            let bytes = [line.id.to_be_bytes().as_slice(), &line.bytes].concat();
            writeln!(f, "\u{2014} {} {}", line.name, STANDARD.encode(bytes))
        })
    }
}

impl Signature {
    fn parse(line: &str) -> Result<Self, FormatError> {
        const WRONG: FormatError = FormatError::new("a signature line is an em dash, a key name and base64");
        let (name, encoded) =
            line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(WRONG)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.contains(odd) {
            return Err(WRONG);
        }
        let bytes = STANDARD.decode(encoded).map_err(|_| WRONG)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(WRONG)?;
        Ok(Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }
}

fn cosigned_message(unix_seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{text}")
}

fn check_text(text: &str) -> Result<(), FormatError> {
    if !text.ends_with('\n') || text.len() < 2 {
        return Err(FormatError::new("a note text ends in a newline and is not empty"));
    }
    if text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(FormatError::new("a note text has no control characters but newlines"));
    }
    Ok(())
}

fn expect_kind(key: &VerifyingKey, kind: KeyKind) -> Result<(), NoteError> {
    if key.kind() == kind { Ok(()) } else { Err(NoteError::WrongKind { name: key.name().to_owned() }) }
}

/// The size line of a checkpoint and the index line of a proof share one spelling of numbers.
pub(crate) fn number(text: &str, expected: FormatError) -> Result<u64, FormatError> {
    decimal(text).ok_or(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, kind: KeyKind, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, kind, &[seed; 32]).unwrap()
    }

    #[test]
    fn a_published_cosigned_checkpoint_is_parsed_and_printed_alike() {
        let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
            — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        assert_eq!(SignedNote::parse(note).unwrap().to_string(), note);
    }

    #[test]
    fn a_note_opens_with_its_key_only() {
        let (ours, other) = (key("log.example", KeyKind::Log, 1), key("log.example", KeyKind::Log, 2));
        let note = sign_note("first\n\nsecond\n", &ours).unwrap();
        assert_eq!(open_note(&note, ours.verifying_key()).unwrap().text(), "first\n\nsecond\n");
        let refused = open_note(&note, other.verifying_key());
        assert_eq!(refused, Err(NoteError::NotSigned { name: "log.example".into() }));
        let altered = note.replacen("first", "fixed", 1);
        let refused = open_note(&altered, ours.verifying_key());
        assert_eq!(refused, Err(NoteError::BadSignature { name: "log.example".into() }));
    }

    #[test]
    fn a_witness_adds_its_time_and_the_log_stays_verified() {
        let (log, witness) =
            (key("log.example", KeyKind::Log, 1), key("witness.example", KeyKind::Witness, 2));
        let note = sign_note("text\n", &log).unwrap();
        let cosigned = cosign_note(&note, &witness, 1_700_000_000).unwrap();
        let opened = open_note(&cosigned, log.verifying_key()).unwrap();
        assert_eq!(opened.cosigned_at(witness.verifying_key()), Ok(1_700_000_000));
        assert!(opened.cosigned_at(log.verifying_key()).is_err());
        assert!(SignedNote::parse(&note).unwrap().cosigned_at(witness.verifying_key()).is_err());
        assert!(sign_note("text\n", &witness).is_err());
        assert!(cosign_note(&note, &log, 0).is_err());
        assert!(cosign_note(&note, &witness, u64::MAX).is_err());
    }

    #[test]
    fn every_flipped_byte_of_a_cosigned_note_is_noticed() {
        let (log, witness) = (key("log.example", KeyKind::Log, 1), key("w.example", KeyKind::Witness, 2));
        let note = cosign_note(&sign_note("text of the note\n", &log).unwrap(), &witness, 99).unwrap();
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let both = SignedNote::parse(&text).is_ok_and(|n| {
                n.verify(log.verifying_key()).is_ok() && n.cosigned_at(witness.verifying_key()).is_ok()
            });
            assert!(!both, "byte {at}");
        }
    }

    #[test]
    fn what_is_no_note_is_refused() {
        for wrong in [
            "",
            "\n",
            "text\n",
            "text\n\n",
            "text\n\n— a\n",
            "text\n\n— a AAAAAAAA",
            "\n\n— a AAAAAAAA\n",
            "te\txt\n\n— a AAAAAAAA\n",
        ] {
            assert!(SignedNote::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(sign_note("no newline", &key("a", KeyKind::Log, 1)).is_err());
    }
}
