//! One entry's proof as a text file of its own, to be handed out and checked offline.
// SOURCE: c2sp.org/tlog-proof.
use crate::checkpoint::Checkpoint;
use crate::key::VerifyingKey;
use crate::note::NoteError;
use crate::proof::{ProofError, verify_inclusion};
use crate::{FormatError, Hash, format::decimal, leaf_hash};
use base64::{Engine, engine::general_purpose::STANDARD};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That one entry is in a log, by its checkpoint. The entry itself travels beside it. File extension `.tlog-proof`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The entry's index in the log, from 0.
    pub index: u64,
    /// Anything the reader may want along; nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The inclusion proof, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed note, word for word.
    pub checkpoint: String,
}

/// Why a proof did not convince.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogProofError {
    /// The checkpoint is not a note signed by the log.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The entry is not where the proof says.
    #[error(transparent)]
    Inclusion(#[from] ProofError),
}

impl LogProof {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`FormatError`] naming the first line that is not as it should be.
    pub fn from_text(text: &str) -> Result<Self, FormatError> {
        const INDEX: FormatError = FormatError::new("a proof has a line `index` and a number");
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(FormatError::new("a proof and its checkpoint stand apart by an empty line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(FormatError::new("a proof starts with the line `c2sp.org/tlog-proof@v1`"));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra
            .map(|line| STANDARD.decode(&line["extra ".len()..]))
            .transpose()
            .map_err(|_| FormatError::new("the extra line of a proof is base64"))?;
        let index =
            lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal).ok_or(INDEX)?;
        let hashes = lines.map(Hash::from_base64).collect::<Result<Vec<_>, _>>()?;
        if hashes.len() > 63 {
            return Err(FormatError::new("a proof has at most 63 hashes"));
        }
        Ok(Self { index, extra, hashes, checkpoint: checkpoint.to_owned() })
    }

    /// Checks that the log signed the checkpoint and that this entry is where the proof says; gives the checkpoint.
    ///
    /// # Errors
    /// [`LogProofError`] when either fails.
    pub fn verify(&self, entry: &[u8], key: &VerifyingKey) -> Result<Checkpoint, LogProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        verify_inclusion(&leaf_hash(entry), self.index, checkpoint.size, &checkpoint.root, &self.hashes)?;
        Ok(checkpoint)
    }
}

impl std::fmt::Display for LogProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{leaves, log_key};
    use crate::{Tiles, inclusion_proof, root_from_tiles};

    fn proof(index: u64, size: u64) -> LogProof {
        let tiles = Tiles::from_leaves(leaves(size as usize));
        let root = root_from_tiles(&tiles, size).unwrap();
        let checkpoint =
            Checkpoint { origin: log_key().name().to_owned(), size, root }.sign(&log_key()).unwrap();
        LogProof { index, extra: None, hashes: inclusion_proof(&tiles, index, size).unwrap(), checkpoint }
    }

    #[test]
    fn a_proof_survives_being_written_down() {
        for mut proof in [proof(0, 1), proof(3, 9), proof(299, 300)] {
            let entry = usize::try_from(proof.index).unwrap().to_be_bytes();
            assert_eq!(LogProof::from_text(&proof.to_string()).as_ref(), Ok(&proof));
            assert!(proof.verify(&entry, log_key().verifying_key()).is_ok());
            proof.extra = Some(b"context".to_vec());
            assert_eq!(LogProof::from_text(&proof.to_string()).as_ref(), Ok(&proof));
        }
    }

    #[test]
    fn another_entry_or_index_does_not_pass() {
        let mut proof = proof(3, 9);
        let key = log_key();
        assert_eq!(proof.verify(b"other", key.verifying_key()), Err(ProofError::Root.into()));
        proof.index = 2;
        assert!(proof.verify(&3_usize.to_be_bytes(), key.verifying_key()).is_err());
    }

    #[test]
    fn other_forms_are_refused() {
        let text = proof(3, 9).to_string();
        for (from, to) in
            [("@v1", "@v2"), ("index 3", "index 03"), ("index", "Index"), ("\n\n", "\n"), ("=", "")]
        {
            assert!(LogProof::from_text(&text.replace(from, to)).is_err(), "{from:?} -> {to:?}");
        }
    }
}
