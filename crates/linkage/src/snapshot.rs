//! An index as a file: written whole, checked by a digest, read back with the same answers.

use std::io::{self, Read, Write};

use crate::frequency::{DobCounts, Frequencies};
use crate::index::Index;
use crate::intern::Interner;
use crate::model::{Model, ModelError};
use crate::names::Names;
use crate::postcodes::Postcodes;
use crate::records::{Rec, Records};
use crate::text::{hash_bytes, mix};

const MAGIC: &[u8; 8] = b"cflink02";

/// What can be wrong with a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not readable or writable.
    #[error("the snapshot could not be read or written")]
    Io(#[from] io::Error),
    /// Another kind of file, or a form this release does not know.
    #[error("not an index snapshot of this form")]
    NotASnapshot,
    /// Cut short or changed since it was written.
    #[error("the snapshot is damaged: its digest does not fit")]
    Damaged,
    /// The model inside cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl Index {
    /// Writes every record that can be found, with the model.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn save(&self, mut out: impl Write) -> Result<(), SnapshotError> {
        let inner = self.read();
        let records = &inner.linked.records;
        let mut body = Vec::with_capacity(records.len() * 64 + (1 << 16));
        put_bytes(&mut body, inner.linked.model.to_json()?.as_bytes());
        put(&mut body, inner.basis as u64);
        put_texts(&mut body, (0..records.names.len() as u32).map(|id| records.names.text(id)));
        put_texts(&mut body, (0..records.postcodes.len() as u32).map(|id| records.postcodes.text(id)));
        for texts in &records.texts {
            put_texts(&mut body, (0..texts.len() as u32).map(|id| texts.text(id)));
        }
        let kept: Vec<u32> = (0..records.len() as u32).filter(|n| inner.alive[*n as usize]).collect();
        put(&mut body, kept.len() as u64);
        for &number in &kept {
            let r = &records.recs[number as usize];
            for word in
                [r.given, r.surname, r.alias_given, r.alias_surname, r.dob, r.postcode, u32::from(r.sex)]
            {
                body.extend_from_slice(&word.to_le_bytes());
            }
            for word in records.extra_ids(number) {
                body.extend_from_slice(&word.to_le_bytes());
            }
        }
        put_texts(&mut body, kept.iter().map(|n| records.id(*n)));
        let f = &inner.linked.frequencies;
        for logs in [&f.given, &f.surname, &f.postcode, f.dob.logs()].into_iter().chain(&f.extras) {
            put(&mut body, logs.len() as u64);
            body.extend(logs.iter().flat_map(|v| v.to_le_bytes()));
        }
        body.extend_from_slice(&f.rarest.to_le_bytes());
        out.write_all(MAGIC)?;
        out.write_all(&digest(&body).to_le_bytes())?;
        out.write_all(&body)?;
        out.flush()?;
        Ok(())
    }

    /// Whether bytes start like a snapshot.
    #[must_use]
    pub fn is_snapshot(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Reads what [`Index::save`] wrote.
    ///
    /// # Errors
    /// When the bytes are no snapshot, were cut short or changed.
    pub fn load(mut input: impl Read) -> Result<Self, SnapshotError> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes)
    }

    /// As [`Index::load`], from memory.
    ///
    /// # Errors
    /// As [`Index::load`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else { return Err(SnapshotError::NotASnapshot) };
        let Some((mark, body)) = rest.split_first_chunk::<8>() else { return Err(SnapshotError::Damaged) };
        if u64::from_le_bytes(*mark) != digest(body) {
            return Err(SnapshotError::Damaged);
        }
        let mut from = Cursor { body };
        let model = Model::from_json(&String::from_utf8_lossy(from.bytes()?))?;
        let basis = from.number()?;
        let mut records = Records::new(model.extras.clone());
        let names = from.texts()?;
        let mut all_names = Names::default();
        all_names.intern_all(&names);
        let postcodes = from.texts()?;
        let mut all_postcodes = Postcodes::default();
        for code in &postcodes {
            all_postcodes.intern(code);
        }
        let mut sizes = Vec::new();
        let mut texts = Vec::new();
        for _ in &model.extras {
            let mut all = Interner::default();
            for text in from.texts()? {
                all.intern(text);
            }
            sizes.push(all.len() as u32);
            texts.push(all);
        }
        let count = from.number()?;
        let (mut recs, mut extras) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let mut words = [0_u32; 7];
            for word in &mut words {
                *word = from.word()?;
            }
            let [given, surname, alias_given, alias_surname, dob, postcode, sex] = words;
            let name = all_names.len() as u32;
            if given.max(surname).max(alias_given).max(alias_surname) >= name
                || postcode as usize >= all_postcodes.len()
            {
                return Err(SnapshotError::Damaged);
            }
            recs.push(Rec {
                given,
                surname,
                alias_given,
                alias_surname,
                dob,
                postcode,
                sex: sex.min(2) as u8,
            });
            for size in &sizes {
                let text = from.word()?;
                if text >= *size {
                    return Err(SnapshotError::Damaged);
                }
                extras.push(text);
            }
        }
        let ids = from.texts()?;
        if ids.len() != recs.len() {
            return Err(SnapshotError::Damaged);
        }
        records.fill(recs, extras, all_names, all_postcodes, texts, &ids);
        let frequencies = Frequencies {
            given: from.logs()?,
            surname: from.logs()?,
            postcode: from.logs()?,
            dob: DobCounts::from_logs(from.logs()?),
            extras: (0..model.extras.len()).map(|_| from.logs()).collect::<Result<_, _>>()?,
            rarest: from.log()?,
        };
        Ok(Self::from_parts(records, frequencies, model, basis))
    }
}

fn digest(body: &[u8]) -> u64 {
    body.chunks(1 << 20).fold(body.len() as u64, |sum, chunk| mix(sum ^ hash_bytes(chunk)))
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_texts<'a>(out: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = &'a [u8]>) {
    put(out, texts.len() as u64);
    for text in texts {
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text);
    }
}

struct Cursor<'a> {
    body: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], SnapshotError> {
        let (taken, rest) = self.body.split_at_checked(length).ok_or(SnapshotError::Damaged)?;
        self.body = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u32, SnapshotError> {
        let (word, rest) = self.body.split_first_chunk::<4>().ok_or(SnapshotError::Damaged)?;
        self.body = rest;
        Ok(u32::from_le_bytes(*word))
    }

    fn number(&mut self) -> Result<usize, SnapshotError> {
        let (word, rest) = self.body.split_first_chunk::<8>().ok_or(SnapshotError::Damaged)?;
        self.body = rest;
        usize::try_from(u64::from_le_bytes(*word)).map_err(|_| SnapshotError::Damaged)
    }

    fn log(&mut self) -> Result<i16, SnapshotError> {
        let (word, rest) = self.body.split_first_chunk::<2>().ok_or(SnapshotError::Damaged)?;
        self.body = rest;
        Ok(i16::from_le_bytes(*word))
    }

    fn bytes(&mut self) -> Result<&'a [u8], SnapshotError> {
        let length = self.number()?;
        self.take(length)
    }

    fn texts(&mut self) -> Result<Vec<&'a [u8]>, SnapshotError> {
        let count = self.number()?;
        let mut all = Vec::with_capacity(count.min(self.body.len() / 4));
        for _ in 0..count {
            let length = self.word()? as usize;
            all.push(self.take(length)?);
        }
        Ok(all)
    }

    fn logs(&mut self) -> Result<Vec<i16>, SnapshotError> {
        let count = self.number()?;
        let bytes = self.take(count.checked_mul(2).ok_or(SnapshotError::Damaged)?)?;
        Ok(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}
