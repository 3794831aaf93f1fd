//! Splits delimited text into rows, one at a time. Damage in a row is told, and the next row is read as usual.
use std::io::{BufRead, Chain, Cursor, Read};

use crate::cells::Cells;
use crate::source::{Limits, ReadError};

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// A tab.
    Tab,
    /// `;`
    Semicolon,
}

impl Delimiter {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }

    /// The one used most often in the first line, outside quotation marks. A comma if none is.
    fn detect(head: &[u8]) -> Self {
        let (mut commas, mut tabs, mut semicolons, mut quoted) = (0_u32, 0_u32, 0_u32, false);
        for &byte in head {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' | b'\r' if !quoted => break,
                b',' if !quoted => commas += 1,
                b'\t' if !quoted => tabs += 1,
                b';' if !quoted => semicolons += 1,
                _ => {}
            }
        }
        if tabs > commas && tabs >= semicolons {
            Self::Tab
        } else if semicolons > commas {
            Self::Semicolon
        } else {
            Self::Comma
        }
    }
}

/// Damage that makes a row unusable, found while splitting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowProblem {
    /// A quotation mark that is still open where the file ends: all lines from it on were read as this row.
    UnclosedQuote {
        /// The line it was opened on.
        opened: u64,
    },
    /// Text between a closing quotation mark and the next delimiter.
    TextAfterQuote {
        /// The cell, from 1.
        cell: usize,
    },
    /// A cell over the limit. Only its beginning is kept.
    CellTooLong {
        /// The cell, from 1.
        cell: usize,
    },
    /// A row over the limit. Only its beginning is kept.
    RowTooLong,
    /// More cells than allowed. The rest is not kept.
    TooManyCells,
    /// A zero byte, which text never holds.
    ZeroByte,
}

/// One row as split.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The line it ends on.
    pub last_line: u64,
    /// Its cells.
    pub cells: Cells,
    /// What is wrong with it, if anything. The first problem found.
    pub problem: Option<RowProblem>,
}

/// Of a cell over the limit, this many bytes are kept to recognise it by.
const KEPT_OF_TOO_LONG: usize = 1_024;
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
const HEAD_BYTES: u64 = 64 * 1024;

/// Reads rows one at a time. Line ends are LF, CR LF or CR, also mixed. Blank lines are counted, not returned.
pub struct Rows<R> {
    input: Chain<Cursor<Vec<u8>>, R>,
    delimiter: Delimiter,
    limits: Limits,
    line: u64,
    offset: u64,
    after_carriage_return: bool,
    blank_lines: u64,
}

impl<R: BufRead> Rows<R> {
    /// Begins to read: drops a byte order mark and finds the delimiter from the first line.
    ///
    /// # Errors
    /// When reading fails.
    pub fn new(mut input: R, limits: Limits) -> Result<Self, ReadError> {
        let mut head = Vec::new();
        (&mut input).take(HEAD_BYTES).read_to_end(&mut head)?;
        let mark = if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let delimiter = Delimiter::detect(&head[mark..]);
        let mut head = Cursor::new(head);
        head.set_position(mark as u64);
        Ok(Self {
            input: head.chain(input),
            delimiter,
            limits,
            line: 1,
            offset: mark as u64,
            after_carriage_return: false,
            blank_lines: 0,
        })
    }

    /// The delimiter found.
    pub const fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Blank lines passed so far.
    pub const fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    /// The next row that holds anything, or `None` at the end.
    ///
    /// # Errors
    /// When reading fails, or the row is not UTF-8 (the offset is then where the row begins; [`crate::look`] finds the byte).
    pub fn next_row(&mut self) -> Result<Option<RawRow>, ReadError> {
        loop {
            match self.split_row()? {
                Some(row) if row.problem.is_none() && row.cells.is_blank() => self.blank_lines += 1,
                found => return Ok(found),
            }
        }
    }

    fn split_row(&mut self) -> Result<Option<RawRow>, ReadError> {
        let (started, offset) = (self.line, self.offset);
        let mut row = RowInProgress::new(&self.limits);
        let delimiter = self.delimiter.byte();
        let mut state = State::CellStart;
        let mut opened = started;
        let (mut any, mut ended) = (false, false);
        while !ended {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                if !any {
                    return Ok(None);
                }
                if matches!(state, State::Quoted) {
                    row.problem(RowProblem::UnclosedQuote { opened });
                }
                break;
            }
            let mut at = 0;
            if std::mem::take(&mut self.after_carriage_return) && chunk[0] == b'\n' {
                at = 1;
            }
            while at < chunk.len() && !ended {
                any = true;
                match state {
                    State::CellStart if chunk[at] == b'"' => {
                        state = State::Quoted;
                        opened = self.line;
                        at += 1;
                    }
                    State::CellStart | State::Plain => {
                        let rest = &chunk[at..];
                        let found = memchr::memchr3(delimiter, b'\n', b'\r', rest);
                        row.push(&rest[..found.unwrap_or(rest.len())]);
                        at += found.unwrap_or(rest.len());
                        state = State::Plain;
                        if let Some(&byte) = chunk.get(at).filter(|_| found.is_some()) {
                            at += 1;
                            ended = after_cell(byte, delimiter, &mut state, &mut row);
                            self.after_carriage_return = byte == b'\r';
                        }
                    }
                    State::Quoted => {
                        let rest = &chunk[at..];
                        let found = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                        row.push(&rest[..found]);
                        self.line += memchr::memchr_iter(b'\n', &rest[..found]).count() as u64;
                        at += found;
                        if at < chunk.len() {
                            state = State::QuoteInQuoted;
                            at += 1;
                        }
                    }
                    State::QuoteInQuoted => {
                        let byte = chunk[at];
                        at += 1;
                        if byte == b'"' {
                            row.push(b"\"");
                            state = State::Quoted;
                        } else if byte == delimiter || byte == b'\n' || byte == b'\r' {
                            ended = after_cell(byte, delimiter, &mut state, &mut row);
                            self.after_carriage_return = byte == b'\r';
                        } else {
                            row.problem(RowProblem::TextAfterQuote { cell: row.ends.len() + 1 });
                            row.push(&[byte]);
                            state = State::Plain;
                        }
                    }
                }
            }
            self.line += u64::from(ended);
            self.offset += at as u64;
            self.input.consume(at);
        }
        let last_line = self.line - u64::from(ended);
        row.finish(started, last_line).map(Some).ok_or(ReadError::NotUtf8 { line: started, offset })
    }
}

impl<R> std::fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows(at line {})", self.line)
    }
}

/// Takes the byte that ended a cell; true if it also ended the row.
fn after_cell(byte: u8, delimiter: u8, state: &mut State, row: &mut RowInProgress<'_>) -> bool {
    *state = State::CellStart;
    if byte == delimiter {
        row.end_cell();
    }
    byte != delimiter
}

#[derive(Clone, Copy)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

struct RowInProgress<'l> {
    text: Vec<u8>,
    ends: Vec<u32>,
    cell_start: usize,
    read: usize,
    cut: bool,
    problem: Option<RowProblem>,
    limits: &'l Limits,
}

impl<'l> RowInProgress<'l> {
    fn new(limits: &'l Limits) -> Self {
        let (text, ends) = (Vec::with_capacity(256), Vec::with_capacity(32));
        Self { text, ends, cell_start: 0, read: 0, cut: false, problem: None, limits }
    }

    fn problem(&mut self, problem: RowProblem) {
        self.problem.get_or_insert(problem);
    }

    fn push(&mut self, bytes: &[u8]) {
        self.read += bytes.len();
        if self.cut {
            return;
        }
        let length = self.text.len() - self.cell_start + bytes.len();
        if length > self.limits.cell_bytes {
            self.problem(RowProblem::CellTooLong { cell: self.ends.len() + 1 });
            let room = KEPT_OF_TOO_LONG.saturating_sub(self.text.len() - self.cell_start);
            self.text.extend_from_slice(&bytes[..room.min(bytes.len())]);
            self.text.truncate(self.cell_start + KEPT_OF_TOO_LONG);
            self.cut = true;
            return;
        }
        if self.read > self.limits.row_bytes {
            self.problem(RowProblem::RowTooLong);
            return;
        }
        self.text.extend_from_slice(bytes);
    }

    fn end_cell(&mut self) {
        self.cut = false;
        if self.ends.len() >= self.limits.columns {
            self.problem(RowProblem::TooManyCells);
            self.text.truncate(self.cell_start);
            return;
        }
        self.cell_start = self.text.len();
        self.ends.push(u32::try_from(self.cell_start).unwrap_or(u32::MAX));
    }

    /// `None` when the text is not UTF-8.
    fn finish(mut self, line: u64, last_line: u64) -> Option<RawRow> {
        self.end_cell();
        if memchr::memchr(0, &self.text).is_some() {
            self.problem(RowProblem::ZeroByte);
        }
        let cells = match String::from_utf8(self.text) {
            Ok(text) => Cells::from_parts(text, self.ends),
            // A shortened cell may end inside a character.
            Err(error) if self.problem.is_some() => {
                let bytes = error.into_bytes();
                let mut start = 0;
                let shown: Vec<String> = (self.ends.iter())
                    .map(|&end| {
                        let cell = String::from_utf8_lossy(&bytes[start..end as usize]).into_owned();
                        start = end as usize;
                        cell
                    })
                    .collect();
                shown.iter().map(String::as_str).collect()
            }
            Err(_) => return None,
        };
        Some(RawRow { line, last_line, cells, problem: self.problem })
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(text: &[u8], capacity: usize) -> Vec<(u64, Vec<String>, Option<RowProblem>)> {
        let mut rows = Rows::new(BufReader::with_capacity(capacity, text), Limits::default()).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            found.push((row.line, row.cells.iter().map(str::to_owned).collect(), row.problem));
        }
        found
    }

    fn plain(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes(), 8192).into_iter().map(|(_, cells, _)| cells).collect()
    }

    #[test]
    fn line_ends_may_be_mixed() {
        let rows = read(b"a,b\r\n1,2\n3,4\r5,6\r\n\r\n7,8", 8192);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 3, 4, 6]);
        assert_eq!(rows[4].1, ["7", "8"]);
    }

    #[test]
    fn quotation_marks_hold_delimiters_lines_and_themselves() {
        assert_eq!(plain("a,b\n\"x, \"\"y\"\"\nz\",2\n"), [["a", "b"], ["x, \"y\"\nz", "2"]]);
        let rows = read(b"a\n\"x\ny\"\nz\n", 8192);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn small_reads_give_the_same_rows() {
        let text = "a,b\r\n\"x\"\"\r\n\",é\r\n\r\n1,2\r3,\"\"\n".as_bytes();
        for capacity in 1..20 {
            assert_eq!(read(text, capacity), read(text, 8192), "{capacity}");
        }
    }

    #[test]
    fn damage_is_told_and_the_next_row_is_read() {
        let rows = read(b"a,b\n\"x\"y,2\n3,4\n\"5,6\n7,8\n", 8192);
        assert_eq!(rows[1].2, Some(RowProblem::TextAfterQuote { cell: 1 }));
        assert_eq!(rows[2].2, None);
        assert_eq!(rows[3].2, Some(RowProblem::UnclosedQuote { opened: 4 }));
        assert_eq!(read(b"a\nx\0y\nz", 9)[1].2, Some(RowProblem::ZeroByte));
    }

    #[test]
    fn a_cell_of_ten_megabytes_is_cut_and_the_next_row_is_read() {
        let text = format!("a,b\n{},2\n3,4\n", "é".repeat(5 << 20));
        let rows = read(text.as_bytes(), 8192);
        assert_eq!(rows[1].2, Some(RowProblem::CellTooLong { cell: 1 }));
        assert!(rows[1].1[0].len() <= 2 * KEPT_OF_TOO_LONG);
        assert_eq!(rows[2].1, ["3", "4"]);
    }

    #[test]
    fn delimiters_are_found_and_a_byte_order_mark_is_dropped() {
        assert_eq!(plain("\u{FEFF}a;b\n1,5;2\n"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(plain("a\tb\n1\t2\n"), [["a", "b"], ["1", "2"]]);
        assert_eq!(plain("\"a;b;c\",d\n1,2\n"), [["a;b;c", "d"], ["1", "2"]]);
    }
}
