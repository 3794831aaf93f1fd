//! Reading CSV from memory: quick on plain files, patient with broken ones.
//!
//! A row that cannot be read is named and put aside; it never ends the run. A quote that is never closed costs its
//! own line, not the rest of the file.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

/// Longest quoted field that may run over line ends, in bytes.
const LONGEST_QUOTED: usize = 16 * 1024;

/// Why a row was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Another number of fields than the header has.
    #[error("{found} fields where the header has {expected}")]
    FieldCount {
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A quote without its partner.
    #[error("a quote is opened and not closed")]
    Quote,
    /// No id, so that nothing could point at it.
    #[error("no id")]
    NoId,
    /// The id of an earlier row.
    #[error("the id was used by an earlier row")]
    RepeatedId,
    /// Bytes that are no text. Read as if they were, the letters would be lost and the name compared without them.
    #[error("field {field} is not UTF-8: save the file as \"CSV UTF-8\"")]
    Encoding {
        /// The first such field, counted from 1.
        field: usize,
    },
}

/// A row that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Where it starts in the file, in bytes.
    pub at: usize,
    /// Its line, the header being line 1.
    pub line: usize,
    /// What is wrong.
    pub fault: RowFault,
}

/// Reads rows from a part of a file.
pub struct Rows<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    delimiter: u8,
    scratch: Vec<u8>,
    fields: Vec<(u32, u32, bool)>,
    start: usize,
}

impl<'a> Rows<'a> {
    /// Rows of `bytes[range]`; the range starts and ends at row boundaries.
    #[must_use]
    pub fn new(bytes: &'a [u8], range: Range<usize>, delimiter: u8) -> Self {
        Self {
            bytes,
            at: range.start,
            end: range.end,
            delimiter,
            scratch: Vec::new(),
            fields: Vec::new(),
            start: range.start,
        }
    }

    /// Moves to the next row that is not blank. `None` at the end.
    #[expect(clippy::should_implement_trait, reason = "a lending iterator: fields borrow from the reader")]
    pub fn next(&mut self) -> Option<Result<(), RowFault>> {
        while self.at < self.end && matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.at += 1;
        }
        if self.at >= self.end {
            return None;
        }
        self.start = self.at;
        self.fields.clear();
        self.scratch.clear();
        loop {
            let quoted = self.at < self.end && self.bytes[self.at] == b'"';
            let more = if quoted {
                match self.quoted_field() {
                    Some(more) => more,
                    None => {
                        self.at = memchr(b'\n', &self.bytes[self.start..self.end])
                            .map_or(self.end, |i| self.start + i + 1);
                        return Some(Err(RowFault::Quote));
                    }
                }
            } else {
                self.plain_field()
            };
            if !more {
                return Some(Ok(()));
            }
        }
    }

    fn plain_field(&mut self) -> bool {
        let from = self.at;
        let rest = &self.bytes[from..self.end];
        let length = rest.iter().position(|&b| b == self.delimiter || b == b'\n').unwrap_or(rest.len());
        let stop = from + length;
        let more = stop < self.end && self.bytes[stop] == self.delimiter;
        let to = if !more && stop > from && self.bytes[stop - 1] == b'\r' { stop - 1 } else { stop };
        self.fields.push(((from - self.start) as u32, (to - self.start) as u32, false));
        self.at = (stop + 1).min(self.end + usize::from(more));
        more
    }

    /// Reads a field that starts with a quote; `None` if the quote is never closed.
    fn quoted_field(&mut self) -> Option<bool> {
        let from = self.scratch.len() as u32;
        let mut at = self.at + 1;
        let mut lines = 0;
        loop {
            let close = at + memchr(b'"', &self.bytes[at..self.end])?;
            lines += memchr_iter(b'\n', &self.bytes[at..close]).count();
            self.scratch.extend_from_slice(&self.bytes[at..close]);
            if lines > 0 && close - self.at > LONGEST_QUOTED {
                return None;
            }
            match self.bytes[..self.end].get(close + 1).copied() {
                Some(b'"') => {
                    self.scratch.push(b'"');
                    at = close + 2;
                }
                Some(b) if b == self.delimiter => {
                    self.fields.push((from, self.scratch.len() as u32, true));
                    self.at = close + 2;
                    return Some(true);
                }
                Some(b'\n') | None => {
                    self.fields.push((from, self.scratch.len() as u32, true));
                    self.at = (close + 2).min(self.end);
                    return Some(false);
                }
                Some(b'\r') if self.bytes[..self.end].get(close + 2).is_none_or(|&b| b == b'\n') => {
                    self.fields.push((from, self.scratch.len() as u32, true));
                    self.at = (close + 3).min(self.end);
                    return Some(false);
                }
                Some(_) if lines > 0 => return None,
                Some(_) => {
                    self.scratch.push(b'"');
                    at = close + 1;
                }
            }
        }
    }

    /// How many fields the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the row has no field; false once a row was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// A field of the row, trimmed; empty where the row has none.
    #[must_use]
    pub fn field(&self, i: usize) -> &[u8] {
        match self.fields.get(i) {
            Some(&(from, to, true)) => self.scratch[from as usize..to as usize].trim_ascii(),
            Some(&(from, to, false)) => {
                self.bytes[self.start + from as usize..self.start + to as usize].trim_ascii()
            }
            None => b"",
        }
    }

    /// The first field that is not UTF-8, counted from 1.
    #[must_use]
    pub fn not_text(&self) -> Option<usize> {
        (0..self.len()).find(|&i| std::str::from_utf8(self.field(i)).is_err()).map(|i| i + 1)
    }

    /// Where the row starts in the file.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where the next row starts.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at.min(self.end)
    }
}

/// A file in memory with its header read.
#[derive(Debug, Clone)]
pub struct CsvFile {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Column names as written, without a byte-order mark.
    pub header: Vec<String>,
    /// Comma, semicolon or tab, whichever the header has most of.
    pub delimiter: u8,
    /// Where the first row starts.
    pub body: usize,
}

impl CsvFile {
    /// Reads the header. An empty file has no columns and no rows.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let from = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let line_end = memchr(b'\n', &bytes).unwrap_or(bytes.len());
        let line = &bytes[from.min(line_end)..line_end];
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|&d| (memchr_iter(d, line).count(), d == b','))
            .unwrap_or(b',');
        let mut rows = Rows::new(&bytes, from..bytes.len(), delimiter);
        let header = match rows.next() {
            Some(Ok(())) => {
                (0..rows.len()).map(|i| String::from_utf8_lossy(rows.field(i)).into_owned()).collect()
            }
            _ => Vec::new(),
        };
        let body = rows.position();
        Self { bytes, header, delimiter, body }
    }

    /// Cuts the rows into at most `parts` pieces that can be read side by side.
    #[must_use]
    pub fn pieces(&self, parts: usize) -> Vec<Range<usize>> {
        let (mut pieces, mut from) = (Vec::new(), self.body);
        let total = self.bytes.len().saturating_sub(self.body);
        let mut counted = self.body;
        let mut quotes = 0;
        for part in 1..parts {
            let aim = self.body + total * part / parts;
            if aim < from {
                continue;
            }
            let Some(newline) = memchr(b'\n', &self.bytes[aim..]) else { break };
            let cut = aim + newline + 1;
            quotes += memchr_iter(b'"', &self.bytes[counted..cut]).count();
            counted = cut;
            if quotes % 2 == 0 && cut > from {
                pieces.push(from..cut);
                from = cut;
            }
        }
        if from < self.bytes.len() {
            pieces.push(from..self.bytes.len());
        }
        pieces
    }

    /// The row that was put aside, as it stands in the file, without the end of its last line.
    #[must_use]
    pub fn row(&self, bad: &BadRow) -> &[u8] {
        let mut rows = Rows::new(&self.bytes, bad.at..self.bytes.len(), self.delimiter);
        let _ = rows.next();
        let row = &self.bytes[bad.at..rows.position()];
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        row.strip_suffix(b"\r").unwrap_or(row)
    }

    /// The line a byte of the file is on, the header being line 1.
    #[must_use]
    pub fn line_of(&self, at: usize) -> usize {
        memchr_iter(b'\n', &self.bytes[..at.min(self.bytes.len())]).count() + 1
    }
}

/// Appends a field, quoted if it must be.
pub fn write_field(out: &mut Vec<u8>, field: &[u8]) {
    if field.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.push(b'"');
        for &b in field {
            if b == b'"' {
                out.push(b'"');
            }
            out.push(b);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (Vec<Vec<String>>, Vec<RowFault>) {
        let file = CsvFile::new(text.as_bytes().to_vec());
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for piece in file.pieces(3) {
            let mut rows = Rows::new(&file.bytes, piece, file.delimiter);
            while let Some(row) = rows.next() {
                match row {
                    Ok(()) => good.push(
                        (0..rows.len())
                            .map(|i| String::from_utf8_lossy(rows.field(i)).into_owned())
                            .collect(),
                    ),
                    Err(fault) => bad.push(fault),
                }
            }
        }
        (good, bad)
    }

    #[test]
    fn plain_and_quoted_rows() {
        let (good, bad) =
            read("\u{feff}id,name\r\n1,\"Smith, Ann\"\r\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n4,\n\n5,x");
        assert!(bad.is_empty());
        assert_eq!(
            good,
            [["1", "Smith, Ann"], ["2", "say \"hi\""], ["3", "two\nlines"], ["4", ""], ["5", "x"]]
                .map(|r| r.map(String::from).to_vec())
        );
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        let (good, bad) = read("id,name\n1,a\n2,\"broken\n3,c\n4,\"d\"\n5,e\n");
        assert_eq!(bad, [RowFault::Quote]);
        assert_eq!(good.iter().map(|r| r[0].as_str()).collect::<Vec<_>>(), ["1", "3", "4", "5"]);
    }

    #[test]
    fn empty_files_have_no_rows() {
        assert!(read("").0.is_empty());
        assert!(read("id,name\n").0.is_empty());
        assert!(read("\n\n\n").0.is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(fields in proptest::collection::vec("[a-z,\"\n ]{0,8}", 1..5)) {
            let mut out = b"a,b\n".to_vec();
            for field in &fields {
                write_field(&mut out, b"id");
                out.push(b',');
                write_field(&mut out, field.as_bytes());
                out.push(b'\n');
            }
            let (good, bad) = read(&String::from_utf8(out).unwrap());
            prop_assert!(bad.is_empty());
            let got: Vec<&str> = good.iter().map(|r| r[1].as_str()).collect();
            let want: Vec<&str> = fields.iter().map(|f| f.trim_matches(|c| c == ' ' || c == '\n')).collect();
            prop_assert_eq!(got, want);
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200)) {
            let file = CsvFile::new(bytes);
            for piece in file.pieces(4) {
                let mut rows = Rows::new(&file.bytes, piece, file.delimiter);
                while rows.next().is_some() {}
            }
        }
    }
}
