//! Lines of a file, each with its number, read with a bound on their length.
use std::io::BufRead;

/// Longest line read, in bytes: 8 MiB.
pub(crate) const LONGEST_LINE: usize = 8 << 20;

/// One line, or why it cannot be used.
pub(crate) enum Line<'a> {
    Good(&'a str),
    TooLong,
    NotUtf8 { byte: usize },
}

/// Reads lines into one buffer. What is too long is skipped to its end, not stored.
pub(crate) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Number of the line last read, from 1.
    pub(crate) number: u64,
    /// Bytes read so far.
    pub(crate) bytes: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), number: 0, bytes: 0 }
    }

    pub(crate) fn next(&mut self) -> std::io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut too_long = false;
        let mut any = false;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = memchr(b'\n', chunk);
            let take = end.map_or(chunk.len(), |i| i + 1);
            if self.buffer.len() + take > LONGEST_LINE {
                too_long = true;
                self.buffer.clear();
            } else if !too_long {
                self.buffer.extend_from_slice(&chunk[..take]);
            }
            self.reader.consume(take);
            self.bytes += take as u64;
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        if too_long {
            return Ok(Some(Line::TooLong));
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        Ok(Some(match std::str::from_utf8(&self.buffer) {
            Ok(text) => Line::Good(text),
            Err(e) => Line::NotUtf8 { byte: e.valid_up_to() + 1 },
        }))
    }
}

fn memchr(byte: u8, haystack: &[u8]) -> Option<usize> {
    memchr::memchr(byte, haystack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_broken_lines_are_named_and_the_next_one_is_read() {
        let mut text = vec![b'a'; LONGEST_LINE + 5];
        text.extend_from_slice(b"\nok\n\xff\nlast");
        let mut lines = Lines::new(std::io::BufReader::new(text.as_slice()));
        assert!(matches!(lines.next().unwrap(), Some(Line::TooLong)));
        assert!(matches!(lines.next().unwrap(), Some(Line::Good("ok"))));
        assert!(matches!(lines.next().unwrap(), Some(Line::NotUtf8 { byte: 1 })));
        assert!(matches!(lines.next().unwrap(), Some(Line::Good("last"))));
        assert!(lines.next().unwrap().is_none());
        assert_eq!(lines.number, 4);
    }
}
