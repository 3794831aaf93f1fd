//! Cells that go out to a spreadsheet, written so that none is run as a formula.
use std::borrow::Cow;

/// The cell, with an apostrophe before it when a spreadsheet would take it for a formula: it begins with `=`, `+`,
/// `-`, `@`, a tab, a carriage return or a line feed, also after spaces or in the full-width forms of these signs.
#[must_use]
pub fn escape_cell(cell: &str) -> Cow<'_, str> {
    let starts = |text: &str| {
        text.starts_with([
            '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
        ])
    };
    if starts(cell) || starts(cell.trim_start()) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Adds one CSV row: cells escaped by [`escape_cell`], quoted where needed, ended by CR LF.
pub fn write_row<'c>(out: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let cell = escape_cell(cell);
        if cell.contains([',', '"', '\n', '\r', ';', '\t']) || cell.trim().len() != cell.len() {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_goes_out_begins_like_a_formula() {
        for cell in ["=1+1", "+44", "-5", "@x", "\tx", "\r=x", "  =x", "\u{FF1D}x"] {
            assert!(escape_cell(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "a=b", "10-12", "x@y", "'=1", "NA"] {
            assert_eq!(escape_cell(cell), cell);
        }
    }

    #[test]
    fn a_written_row_is_read_back() {
        let cells = ["a,b", "say \"x\"", "two\r\nlines", " spaced ", "", "plain;"];
        let mut out = String::new();
        write_row(&mut out, cells);
        let mut rows = crate::Rows::new(out.as_bytes(), crate::Limits::default()).unwrap();
        let row = rows.next_row().unwrap().unwrap();
        assert_eq!(row.cells.iter().collect::<Vec<_>>(), cells);
    }
}
