//! A file as it was handed over: its name, its fingerprint, and whether it is text we can read at all.
use std::io::BufRead;

use sha2::{Digest, Sha256};

/// How much one file may hold. Every limit has its own message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes in one file.
    pub file_bytes: u64,
    /// Most bytes in one row. A longer row is quarantined.
    pub row_bytes: usize,
    /// Most bytes in one cell. A row with a longer cell is quarantined.
    pub cell_bytes: usize,
    /// Most columns in a file, and most cells in a row.
    pub columns: usize,
}

impl Default for Limits {
    /// 2 GiB a file, 4 MiB a row, 1 MiB a cell, 1,000 columns.
    fn default() -> Self {
        Self { file_bytes: 2 << 30, row_bytes: 4 << 20, cell_bytes: 1 << 20, columns: 1_000 }
    }
}

/// Why a whole file cannot be read. Trouble in one row is a finding on that row instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More bytes than allowed.
    #[error("the file is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Bytes that are not UTF-8.
    #[error(
        "line {line}: byte {offset} of the file is not UTF-8 text; save the file as CSV UTF-8 and try again"
    )]
    NotUtf8 {
        /// The line, from 1.
        line: u64,
        /// The first byte that is wrong, from 0.
        offset: u64,
    },
    /// UTF-16, as some spreadsheets call Unicode text.
    #[error("the file is UTF-16 text; save it as CSV UTF-8 and try again")]
    Utf16,
    /// A workbook or an archive, whatever its name says.
    #[error("the file is a spreadsheet workbook or an archive; save the sheet as CSV UTF-8 and try again")]
    NotText,
    /// No header line.
    #[error("the file is empty: it has no header line")]
    Empty,
    /// The header line itself is damaged.
    #[error("the header line cannot be read: {problem}")]
    Header {
        /// What is wrong.
        problem: String,
    },
    /// Two columns answer to the same name.
    #[error("more than one column could be `{name}`; rename or remove one")]
    AmbiguousColumn {
        /// The name looked for.
        name: String,
    },
    /// Columns without which no row can be used.
    #[error("no column for {}", names(.columns))]
    MissingColumns {
        /// Their names.
        columns: Vec<String>,
    },
    /// Two files hold the same table.
    #[error("`{first}` and `{second}` both hold the {table} table; import one at a time")]
    TableTwice {
        /// The table.
        table: &'static str,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
    /// The disk or the network, not the file.
    #[error("reading stopped: {reason}")]
    Stopped {
        /// What the operating system said.
        reason: String,
    },
}

fn names(columns: &[String]) -> String {
    columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Stopped { reason: error.to_string() }
    }
}

/// The SHA-256 of a file, by which a second import of the same file is recognised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for Fingerprint {
    /// 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a first look at a file found: enough to recognise it, and the promise that it is text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceFacts {
    /// The file's name, as handed over.
    pub file_name: String,
    /// Its SHA-256.
    pub sha256: Fingerprint,
    /// Its length in bytes.
    pub bytes: u64,
    /// Line ends in it, for a progress bar.
    pub lines: u64,
}

/// A whole file in memory, checked.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The file's name, as handed over.
    pub file_name: String,
    /// Its SHA-256.
    pub sha256: Fingerprint,
    /// Its bytes: UTF-8, perhaps with a byte order mark.
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    /// Takes a file's bytes, checked by [`look`].
    ///
    /// # Errors
    /// When the file is too large or is not UTF-8 text.
    pub fn new(file_name: impl Into<String>, bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        let facts = look(file_name, bytes, limits)?;
        Ok(Self { file_name: facts.file_name, sha256: facts.sha256, bytes })
    }
}

/// Reads a file once, in small memory, before any of its rows is used: fingerprint, size, and whether it is UTF-8.
///
/// # Errors
/// When the file is too large, is not UTF-8 text (naming line and byte), or cannot be read.
pub fn look(
    file_name: impl Into<String>,
    mut input: impl BufRead,
    limits: &Limits,
) -> Result<SourceFacts, ReadError> {
    let mut hash = Sha256::new();
    let (mut bytes, mut lines) = (0_u64, 0_u64);
    // The start of a character cut by the end of a read, and what follows it in the next one.
    let mut pending: Vec<u8> = Vec::new();
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let length = chunk.len();
        if bytes == 0 {
            refuse_other_kinds(chunk)?;
        }
        if bytes + length as u64 > limits.file_bytes {
            return Err(ReadError::TooLarge { limit: limits.file_bytes });
        }
        hash.update(chunk);
        let before = pending.len();
        let text = if before == 0 {
            chunk
        } else {
            pending.extend_from_slice(chunk);
            &pending
        };
        let left = match std::str::from_utf8(text) {
            Ok(_) => Vec::new(),
            Err(error) => {
                let valid = error.valid_up_to();
                if error.error_len().is_some() {
                    let line = lines + newlines(&text[..valid]) + 1;
                    return Err(ReadError::NotUtf8 { line, offset: bytes - before as u64 + valid as u64 });
                }
                text[valid..].to_vec()
            }
        };
        lines += newlines(chunk);
        bytes += length as u64;
        pending = left;
        input.consume(length);
    }
    if !pending.is_empty() {
        return Err(ReadError::NotUtf8 { line: lines + 1, offset: bytes - pending.len() as u64 });
    }
    Ok(SourceFacts { file_name: file_name.into(), sha256: Fingerprint(hash.finalize().into()), bytes, lines })
}

fn newlines(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

fn refuse_other_kinds(start: &[u8]) -> Result<(), ReadError> {
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Err(ReadError::Utf16);
    }
    // The first bytes of zip files (modern workbooks) and of compound files (old workbooks).
    if start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(ReadError::NotText);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn error(bytes: &[u8]) -> ReadError {
        Source::new("x.csv", bytes, &Limits::default()).unwrap_err()
    }

    #[test]
    fn a_byte_that_is_not_text_is_named_by_line_and_place() {
        assert_eq!(error(b"a,b\n1,\xFF\n"), ReadError::NotUtf8 { line: 2, offset: 6 });
        assert_eq!(error(b"a\n\xE2\x82"), ReadError::NotUtf8 { line: 2, offset: 2 });
        assert_eq!(error(b"\xFF\xFEa\0"), ReadError::Utf16);
        assert_eq!(error(b"PK\x03\x04rest"), ReadError::NotText);
    }

    #[test]
    fn characters_cut_by_a_read_are_put_together_again() {
        let text = "é,€,\u{1F600}\n".repeat(50);
        for size in 1..9 {
            let facts =
                look("x", BufReader::with_capacity(size, text.as_bytes()), &Limits::default()).unwrap();
            assert_eq!((facts.bytes, facts.lines), (text.len() as u64, 50), "{size}");
        }
        let bad = [text.as_bytes(), b"ok\xC3(\n"].concat();
        for size in 1..9 {
            let found = look("x", BufReader::with_capacity(size, bad.as_slice()), &Limits::default());
            let offset = text.len() as u64 + 2;
            assert_eq!(found.unwrap_err(), ReadError::NotUtf8 { line: 51, offset }, "{size}");
        }
    }

    #[test]
    fn the_fingerprint_is_sha_256() {
        let source = Source::new("x", b"abc", &Limits::default()).unwrap();
        assert!(source.sha256.to_string().starts_with("ba7816bf8f01cfea"));
    }

    #[test]
    fn a_file_over_the_limit_is_refused() {
        let limits = Limits { file_bytes: 3, ..Limits::default() };
        assert_eq!(Source::new("x", b"abcd", &limits).unwrap_err(), ReadError::TooLarge { limit: 3 });
    }
}
