//! Some entries of a log with all that is needed to check them offline: one JSON value a line.
//!
//! The first line names the form, how many entries follow and the signed checkpoint; every further line is one entry
//! with its exact bytes, its index and its inclusion proof. A bundle shows that what it holds is in the log unaltered;
//! it cannot show that nothing was left out between its entries, except where their indices follow one another.
use crate::checkpoint::Checkpoint;
use crate::key::VerifyingKey;
use crate::note::NoteError;
use crate::proof::{ProofError, verify_inclusion};
use crate::{Hash, leaf_hash};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

const FORM: &str = "ledger-bundle@v1";

/// Entries of a log, each with its proof, under one signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The signed note, word for word, with any cosignatures.
    pub checkpoint: String,
    /// The entries, in ascending order of index.
    pub entries: Vec<BundleEntry>,
}

/// One entry in a [`Bundle`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleEntry {
    /// Its index in the log, from 0.
    pub index: u64,
    /// Its exact bytes.
    pub entry: Vec<u8>,
    /// Its inclusion proof in the tree of the checkpoint's size.
    pub proof: Vec<Hash>,
}

/// Why a bundle is not what it says. Lines count from 1, as an editor shows them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The first line is not that of a bundle.
    #[error("line 1 is not the first line of a bundle of form `{FORM}`")]
    Header,
    /// This line is not an entry.
    #[error("line {line} is not an entry with its index and proof")]
    Line {
        /// The line.
        line: u64,
    },
    /// Lines are absent or too many.
    #[error("the bundle says it has {expected} entries, but has {found}")]
    Count {
        /// What the first line says.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The entry does not stand after the one before it.
    #[error("entry {index} stands out of order")]
    Order {
        /// The entry.
        index: u64,
    },
    /// The log did not sign the checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The first entry that is not what the log signed.
    #[error("entry {index} is damaged: {reason}")]
    Entry {
        /// The entry.
        index: u64,
        /// What its proof shows.
        reason: ProofError,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderLine<'a> {
    form: std::borrow::Cow<'a, str>,
    entries: u64,
    checkpoint: std::borrow::Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLine {
    index: u64,
    entry: String,
    proof: Vec<String>,
}

impl Bundle {
    /// The text form.
    #[must_use]
    pub fn to_text(&self) -> String {
        let count = self.entries.len() as u64;
        let header =
            HeaderLine { form: FORM.into(), entries: count, checkpoint: self.checkpoint.as_str().into() };
        let lines = self.entries.iter().map(|entry| {
            let proof = entry.proof.iter().map(Hash::to_base64).collect();
            line(&EntryLine { index: entry.index, entry: STANDARD.encode(&entry.entry), proof })
        });
        std::iter::once(line(&header)).chain(lines).collect()
    }

    /// Reads the text form. Believes nothing yet: see [`Bundle::verify`].
    ///
    /// # Errors
    /// [`BundleError::Header`], [`BundleError::Line`] or [`BundleError::Count`].
    pub fn from_text(text: &str) -> Result<Self, BundleError> {
        let mut lines = text.lines();
        let header: HeaderLine<'_> =
            lines.next().and_then(|line| serde_json::from_str(line).ok()).ok_or(BundleError::Header)?;
        if header.form != FORM {
            return Err(BundleError::Header);
        }
        let entries = (2..)
            .zip(lines)
            .map(|(line, text)| BundleEntry::from_line(text).ok_or(BundleError::Line { line }))
            .collect::<Result<Vec<_>, _>>()?;
        let found = entries.len() as u64;
        if header.entries != found {
            return Err(BundleError::Count { expected: header.entries, found });
        }
        Ok(Self { checkpoint: header.checkpoint.into_owned(), entries })
    }

    /// Checks the checkpoint's signature and every entry, in order; gives the checkpoint.
    ///
    /// # Errors
    /// [`BundleError`] naming the first entry that is damaged or out of order.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Checkpoint, BundleError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let mut before = None;
        for BundleEntry { index, entry, proof } in &self.entries {
            if before.is_some_and(|before| *index <= before) {
                return Err(BundleError::Order { index: *index });
            }
            before = Some(*index);
            verify_inclusion(&leaf_hash(entry), *index, checkpoint.size, &checkpoint.root, proof)
                .map_err(|reason| BundleError::Entry { index: *index, reason })?;
        }
        Ok(checkpoint)
    }
}

impl BundleEntry {
    fn from_line(text: &str) -> Option<Self> {
        let line: EntryLine = serde_json::from_str(text).ok()?;
        let proof = line.proof.iter().map(|hash| Hash::from_base64(hash).ok()).collect::<Option<_>>()?;
        Some(Self { index: line.index, entry: STANDARD.decode(line.entry).ok()?, proof })
    }
}

#[expect(clippy::expect_used, reason = "INVARIANT: structs of strings and numbers always have a JSON form")]
fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers are JSON") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{leaves, log_key};
    use crate::{Tiles, inclusion_proof, root_from_tiles};

    fn bundle(indices: &[u64], size: u64) -> Bundle {
        let tiles = Tiles::from_leaves(leaves(size as usize));
        let root = root_from_tiles(&tiles, size).unwrap();
        let checkpoint =
            Checkpoint { origin: log_key().name().to_owned(), size, root }.sign(&log_key()).unwrap();
        let entry = |&index: &u64| BundleEntry {
            index,
            entry: (index as usize).to_be_bytes().to_vec(),
            proof: inclusion_proof(&tiles, index, size).unwrap(),
        };
        Bundle { checkpoint, entries: indices.iter().map(entry).collect() }
    }

    fn check(text: &str) -> Result<Checkpoint, BundleError> {
        Bundle::from_text(text)?.verify(log_key().verifying_key())
    }

    #[test]
    fn a_bundle_survives_being_written_down() {
        let bundle = bundle(&[0, 3, 4, 299], 300);
        assert_eq!(Bundle::from_text(&bundle.to_text()).as_ref(), Ok(&bundle));
        assert_eq!(check(&bundle.to_text()).unwrap().size, 300);
    }

    #[test]
    fn the_first_damaged_entry_is_named() {
        let mut bundle = bundle(&[0, 3, 4, 9], 20);
        bundle.entries[1].entry[7] ^= 1;
        bundle.entries[2].entry[7] ^= 1;
        let found = bundle.verify(log_key().verifying_key());
        assert_eq!(found, Err(BundleError::Entry { index: 3, reason: ProofError::Root }));
    }

    #[test]
    fn absent_repeated_and_unreadable_lines_are_told() {
        let text = bundle(&[0, 3, 4], 20).to_text();
        let cut = text.lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(check(&cut), Err(BundleError::Count { expected: 3, found: 2 }));
        assert_eq!(check(&text.replace("\"index\":4", "\"index\":")), Err(BundleError::Line { line: 4 }));
        assert_eq!(check(&text.replace("@v1", "@v2")), Err(BundleError::Header));
        let swapped = text.replace("\"index\":4", "\"index\":3");
        assert_eq!(check(&swapped), Err(BundleError::Order { index: 3 }));
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let bundle = bundle(&[2, 3], 5);
        let text = bundle.to_text();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let same = Bundle::from_text(&altered).as_ref() == Ok(&bundle);
            assert!(same || check(&altered).is_err(), "byte {at}");
        }
    }
}
