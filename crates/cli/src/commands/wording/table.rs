//! CSV: one record a row and text column. A row that does not fit its header is named, never guessed at.
use std::borrow::Cow;
use std::io::Read;

use super::record::{Fields, Record, Sink, Unread, json};

/// Passes bytes on, and keeps those of the row being read so that the line it stands on can be told. The reader of rows
/// says where the row before ended: with CRLF, that is in the middle of a line end; empty lines may follow.
struct Seen<R> {
    reader: R,
    kept: Vec<u8>,
    /// Where in the file the first byte kept stands.
    from: u64,
    /// How many of the bytes kept are of rows already read.
    done: usize,
}

impl<R: Read> Read for Seen<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(to)?;
        self.kept.drain(..self.done);
        self.from += self.done as u64;
        self.done = 0;
        self.kept.extend_from_slice(&to[..count]);
        Ok(count)
    }
}

impl<R> Seen<R> {
    /// How many lines end between this place in the file and the next byte of a row. What stands before it is let go.
    fn lines_ended(&mut self, at: u64) -> u64 {
        let done = usize::try_from(at.saturating_sub(self.from)).unwrap_or(usize::MAX);
        self.done = done.min(self.kept.len());
        let ends = self.kept[self.done..].iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        ends.filter(|b| **b == b'\n').count() as u64
    }
}

/// Reads every row into `sink`.
pub(super) fn read(
    reader: impl Read,
    name: &str,
    fields: &Fields,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    let unread = |line, rule, message| Unread { file: name, line, rule, message };
    let seen = Seen { reader, kept: Vec::new(), from: 0, done: 0 };
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(seen);
    let headers = match rows.byte_headers() {
        Ok(headers) => headers.clone(),
        Err(e) => return sink.unread(&unread(1, "csv", e.to_string())),
    };
    let find = |wanted: &str| headers.iter().position(|h| h.eq_ignore_ascii_case(wanted.as_bytes()));
    let columns: Vec<(usize, &String)> = fields.text.iter().filter_map(|f| find(f).map(|i| (i, f))).collect();
    if columns.is_empty() {
        let have: Vec<String> = headers.iter().map(|h| String::from_utf8_lossy(h).into_owned()).collect();
        let message = format!(
            "no column `{}`; the file has `{}`. Name the text columns with --text",
            fields.text.join("`, `"),
            have.join("`, `")
        );
        return sink.unread(&unread(1, "csv-column", message));
    }
    let (id, team, date) = (find(&fields.id), find(&fields.team), find(&fields.date));
    let mut row = csv::ByteRecord::new();
    let mut before = 0;
    loop {
        match rows.read_byte_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(e) => {
                sink.unread(&unread(rows.position().line(), "csv", e.to_string()))?;
                continue;
            }
        }
        let at = rows.position().byte();
        sink.advance(at - before);
        before = at;
        let line = row.position().map_or(0, |p| p.line() + rows.get_mut().lines_ended(p.byte()));
        // A comma without quotation marks around its cell: which cell it belongs to, nobody can say.
        if row.len() > headers.len() {
            let message = format!(
                "the row has {} cells and the header {}; a cell with a comma in it stands in quotation marks",
                row.len(),
                headers.len()
            );
            sink.unread(&unread(line, "csv-width", message))?;
            continue;
        }
        let cell =
            |i: Option<usize>| i.and_then(|i| row.get(i)).map(|b| String::from_utf8_lossy(b).into_owned());
        for (i, column) in &columns {
            let Some(bytes) = row.get(*i) else {
                sink.unread(&unread(line, "csv-width", format!("the row has no column `{column}`")))?;
                continue;
            };
            let Ok(text) = std::str::from_utf8(bytes) else {
                sink.unread(&unread(line, "utf8", format!("column `{column}` is not UTF-8")))?;
                continue;
            };
            let own = cell(id).unwrap_or_else(|| line.to_string());
            let own = if columns.len() > 1 { format!("{own}:{column}") } else { own };
            sink.record(&Record {
                id: Cow::Owned(json(&own)),
                text: Cow::Borrowed(text),
                team: cell(team),
                date: cell(date),
                file: name,
                line,
            })?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of the rows read, and lines and rules of what was not.
    #[derive(Default)]
    struct Lines {
        read: Vec<u64>,
        unread: Vec<(u64, &'static str)>,
    }

    impl Sink for Lines {
        fn record(&mut self, record: &Record<'_>) -> anyhow::Result<()> {
            self.read.push(record.line);
            Ok(())
        }
        fn unread(&mut self, unread: &Unread<'_>) -> anyhow::Result<()> {
            self.unread.push((unread.line, unread.rule));
            Ok(())
        }
        fn advance(&mut self, _: u64) {}
    }

    /// Hands out a few bytes at a time, so that line ends fall between two reads.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let upto = self.1.min(to.len());
            self.0.read(&mut to[..upto])
        }
    }

    fn lines(text: &str, step: usize) -> Lines {
        let fields = Fields {
            text: vec!["text".to_owned()],
            id: "id".to_owned(),
            team: "team".to_owned(),
            date: "date".to_owned(),
        };
        let mut lines = Lines::default();
        read(Slow(text.as_bytes(), step), "x.csv", &fields, &mut lines).unwrap();
        lines
    }

    #[test]
    fn a_row_is_named_by_the_line_it_begins_on_whatever_the_line_ends_are() {
        let text = "id,text\n1,a\n\n\n2,\"b\nb\"\n3,c\n4\n5,d,e\n6,f";
        for (text, what) in [
            (text.to_owned(), "LF"),
            (text.replace('\n', "\r\n"), "CRLF"),
            (
                format!("\u{feff}{}\r\n", text.replace('\n', "\r\n")),
                "CRLF, a byte order mark and a last line end",
            ),
        ] {
            for step in [4, 5, 7, 4096] {
                let lines = lines(&text, step);
                assert_eq!(lines.read, [2, 5, 7, 10], "{what}, {step} bytes at a time");
                assert_eq!(
                    lines.unread,
                    [(8, "csv-width"), (9, "csv-width")],
                    "{what}, {step} bytes at a time"
                );
            }
        }
    }
}
