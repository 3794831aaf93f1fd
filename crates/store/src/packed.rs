//! Many rows in one value. Row by row the driver costs more than the hashing; packed by the database it hardly counts.
use crate::Fault;
use crate::db::{Arg, Database, Db, Tx};

/// Bytes of all rows one after the other, and a line of numbers for each row, comma between them.
///
/// The lines are bytes too: text that was tampered with need not be UTF-8 any more, and is damage, not a failure.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    index: Vec<u8>,
}

/// The two aggregates that pack rows, for each database.
///
/// In SQLite `concat` and `group_concat` join bytes as they are, also zero bytes, and the cast to a blob keeps them. Rows
/// come in the order of the key that the range is on. A subquery that sorts them would be copied row by row.
pub(crate) struct Packing {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Packing {
    const fn sql(&self, database: Database) -> &'static str {
        match database {
            Database::Sqlite => self.sqlite,
            Database::Postgres => self.postgres,
        }
    }
}

type Row = (Option<Vec<u8>>, Option<Vec<u8>>);

impl Packed {
    pub(crate) async fn read(db: &Db, packing: &Packing, args: Vec<Arg>) -> Result<Self, Fault> {
        Ok(Self::of(db.row(packing.sql(db.kind()), args).await?))
    }

    pub(crate) async fn read_in(tx: &mut Tx, packing: &Packing, args: Vec<Arg>) -> Result<Self, Fault> {
        Ok(Self::of(tx.row(packing.sql(tx.kind()), args).await?))
    }

    fn of(row: Option<Row>) -> Self {
        let (bytes, index) = row.unwrap_or_default();
        Self { bytes: bytes.unwrap_or_default(), index: index.unwrap_or_default() }
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows { bytes: &self.bytes, index: (!self.index.is_empty()).then_some(&self.index[..]) }
    }
}

/// The rows of a pack. A row that was tampered with may have other lengths than it should; then its own bytes are cut
/// wrongly and do not verify, and nobody looks at the rows after it.
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    index: Option<&'a [u8]>,
}

impl<'a> Rows<'a> {
    /// The line of the next row.
    pub(crate) fn next_line(&mut self) -> Option<Line<'a>> {
        let index = self.index?;
        let (line, rest) = cut(index, b',');
        self.index = rest;
        Some(Line(Some(line)))
    }

    /// The next bytes; fewer when there are no more.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(length.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }
}

/// Numbers and a last word, space between them.
pub(crate) struct Line<'a>(Option<&'a [u8]>);

impl<'a> Line<'a> {
    /// The next field as a number; `None` when it is none.
    pub(crate) fn number(&mut self) -> Option<i64> {
        let (field, rest) = cut(self.0?, b' ');
        self.0 = rest;
        let (negative, digits) = match field.split_first()? {
            (b'-', digits) => (true, digits),
            _ => (false, field),
        };
        let value = digits.iter().try_fold(0_i64, |value, digit| {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            // Below zero all the way, because there is one number more there.
            value.checked_mul(10)?.checked_sub(digit)
        });
        let value = value.filter(|_| !digits.is_empty())?;
        if negative { Some(value) } else { value.checked_neg() }
    }

    /// The next field as a length; 0 when it is none.
    pub(crate) fn length(&mut self) -> usize {
        self.number().and_then(|length| usize::try_from(length).ok()).unwrap_or(0)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0.unwrap_or_default()
    }
}

fn cut(bytes: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match bytes.iter().position(|byte| *byte == at) {
        Some(place) => (&bytes[..place], Some(&bytes[place + 1..])),
        None => (bytes, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let packed = Packed { bytes: b"abcde".to_vec(), index: b"7 -3 2 a b\xff,,8 x".to_vec() };
        let mut rows = packed.rows();
        let mut line = rows.next_line().unwrap();
        assert_eq!((line.number(), line.number(), line.length()), (Some(7), Some(-3), 2));
        assert_eq!(line.rest(), b"a b\xff");
        let mut line = rows.next_line().unwrap();
        assert_eq!((line.number(), line.length()), (None, 0));
        let mut line = rows.next_line().unwrap();
        assert_eq!((line.number(), line.number(), line.number()), (Some(8), None, None));
        assert!(rows.next_line().is_none());
        assert_eq!((rows.take(2), rows.take(9), rows.take(1)), (&b"ab"[..], &b"cde"[..], &b""[..]));
        assert!(Packed::default().rows().next_line().is_none());
    }

    #[test]
    fn numbers_are_read_to_the_last_one() {
        for number in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(Line(Some(number.to_string().as_bytes())).number(), Some(number));
        }
        for bad in ["9223372036854775808", "-9223372036854775809", "-", "", "1a", "+1"] {
            assert_eq!(Line(Some(bad.as_bytes())).number(), None, "{bad}");
        }
    }
}
