//! Checkpoints: what a log says it is, at one size, signed.
// SOURCE: c2sp.org/tlog-checkpoint.
use crate::key::{SigningKey, VerifyingKey};
use crate::note::{NoteError, SignedNote, number, open_note, sign_note};
use crate::{FormatError, Hash};

/// The size and root of a log at one moment, under the log's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, the same as that of its key; for example `records.force.example/london`.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// The root of the tree of those entries.
    pub root: Hash,
}

impl Checkpoint {
    /// The three lines that are signed.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads the three lines; extension lines after them are allowed and not kept.
    ///
    /// # Errors
    /// [`FormatError`] when a line is absent, empty or of another form.
    pub fn from_text(text: &str) -> Result<Self, FormatError> {
        const WRONG: FormatError =
            FormatError::new("a checkpoint is an origin, a size and a root, a line each");
        let mut lines = text.strip_suffix('\n').ok_or(WRONG)?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(WRONG)?.to_owned();
        let size = number(lines.next().ok_or(WRONG)?, WRONG)?;
        let root = Hash::from_base64(lines.next().ok_or(WRONG)?)?;
        if lines.any(str::is_empty) { Err(WRONG) } else { Ok(Self { origin, size, root }) }
    }

    /// The signed note of this checkpoint.
    ///
    /// # Errors
    /// [`NoteError::OtherLog`] unless the key bears the log's name; [`NoteError::WrongKind`] for a witness key.
    pub fn sign(&self, key: &SigningKey) -> Result<String, NoteError> {
        self.expect_origin(key.verifying_key())?;
        sign_note(&self.to_text(), key)
    }

    /// The checkpoint in a signed note, after checking the signature and that it is this key's own log.
    ///
    /// # Errors
    /// [`NoteError`] when either fails.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, NoteError> {
        let checkpoint = Self::from_text(open_note(note, key)?.text())?;
        checkpoint.expect_origin(key)?;
        Ok(checkpoint)
    }

    /// The checkpoint a note claims, believing nothing. For showing, and for finding the right key.
    ///
    /// # Errors
    /// [`FormatError`] when it is not a note of a checkpoint.
    pub fn peek(note: &str) -> Result<Self, FormatError> {
        Self::from_text(SignedNote::parse(note)?.text())
    }

    fn expect_origin(&self, key: &VerifyingKey) -> Result<(), NoteError> {
        if self.origin == key.name() {
            Ok(())
        } else {
            Err(NoteError::OtherLog { name: key.name().to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EMPTY_ROOT, KeyKind, leaf_hash};

    #[test]
    fn the_published_example_is_read() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::from_text(text).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.to_text(), text);
        assert_eq!(Checkpoint::from_text(&format!("{text}more\n")), Ok(checkpoint));
    }

    #[test]
    fn signing_and_opening_hold_to_one_log() {
        let key = SigningKey::from_seed("log.example", KeyKind::Log, &[1; 32]).unwrap();
        let mut checkpoint = Checkpoint { origin: "log.example".into(), size: 1, root: leaf_hash(b"a") };
        let note = checkpoint.sign(&key).unwrap();
        assert_eq!(Checkpoint::open(&note, key.verifying_key()).as_ref(), Ok(&checkpoint));
        assert_eq!(Checkpoint::peek(&note).as_ref(), Ok(&checkpoint));
        checkpoint.origin = "other.example".into();
        assert!(matches!(checkpoint.sign(&key), Err(NoteError::OtherLog { .. })));
        let stolen = sign_note(&checkpoint.to_text(), &key).unwrap();
        assert!(matches!(Checkpoint::open(&stolen, key.verifying_key()), Err(NoteError::OtherLog { .. })));
    }

    #[test]
    fn other_forms_are_refused() {
        let root = EMPTY_ROOT.to_base64();
        for wrong in [
            format!("\n0\n{root}\n"),
            format!("a\n00\n{root}\n"),
            format!("a\n0\n{root}"),
            format!("a\n0\n{root}\n\nb\n"),
            "a\n0\n".into(),
            "a\n0\nAAAA\n".into(),
        ] {
            assert!(Checkpoint::from_text(&wrong).is_err(), "{wrong:?}");
        }
    }
}
