//! Many rows in one value. Row by row a server and its driver cost more than the hashing; packed they hardly count.
use sqlx::PgPool;

use crate::Fault;
use crate::bulk::Rows;
use crate::db::{Arg, Db};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// A whole number.
    Number,
    /// Bytes, or text as bytes, or nothing.
    Bytes,
}

/// A question whose rows are read in bulk: on SQLite as rows, on PostgreSQL packed by the server.
///
/// Packed numbers are eight bytes, most significant first; bytes come after their length in four, -1 where there are none.
/// Both texts give the same columns in the same order.
pub(crate) struct Packing {
    pub(crate) fields: &'static [Field],
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Rows one after the other.
#[derive(Debug, Default)]
pub(crate) struct Packed(Vec<u8>);

impl Packed {
    pub(crate) async fn from_server(pool: &PgPool, packing: &Packing, args: &[Arg]) -> Result<Self, Fault> {
        Ok(Self::of(Db::Pg(pool.clone()).row(packing.postgres, args.to_vec()).await?))
    }

    /// From the one value that the server gives; nothing where there are no rows.
    pub(crate) fn of(row: Option<(Option<Vec<u8>>,)>) -> Self {
        Self(row.and_then(|(bytes,)| bytes).unwrap_or_default())
    }

    pub(crate) fn rows(&self, packing: &Packing) -> PackedRows<'_> {
        PackedRows {
            rest: &self.0,
            fields: packing.fields,
            columns: Vec::with_capacity(packing.fields.len()),
        }
    }
}

/// A reader of the rows of a pack.
pub(crate) struct PackedRows<'a> {
    rest: &'a [u8],
    fields: &'static [Field],
    columns: Vec<Column<'a>>,
}

#[derive(Clone, Copy)]
enum Column<'a> {
    Number(i64),
    Bytes(Option<&'a [u8]>),
}

impl<'a> PackedRows<'a> {
    fn take(&mut self, field: Field) -> Option<Column<'a>> {
        match field {
            Field::Number => {
                let (number, rest) = self.rest.split_first_chunk()?;
                self.rest = rest;
                Some(Column::Number(i64::from_be_bytes(*number)))
            }
            Field::Bytes => {
                let (length, rest) = self.rest.split_first_chunk()?;
                let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
                    self.rest = rest;
                    return Some(Column::Bytes(None));
                };
                let (bytes, rest) = rest.split_at_checked(length)?;
                self.rest = rest;
                Some(Column::Bytes(Some(bytes)))
            }
        }
    }

    /// A column of the present row, for longer than the row is looked at.
    pub(crate) fn lasting(&self, column: usize) -> Option<&'a [u8]> {
        match self.columns.get(column)? {
            Column::Bytes(bytes) => *bytes,
            Column::Number(_) => None,
        }
    }
}

impl Rows for PackedRows<'_> {
    fn step(&mut self) -> Result<bool, Fault> {
        self.columns.clear();
        if self.rest.is_empty() {
            return Ok(false);
        }
        for field in self.fields {
            let column = self.take(*field).ok_or_else(|| Fault::unreadable("a pack of rows"))?;
            self.columns.push(column);
        }
        Ok(true)
    }

    fn number(&self, column: usize) -> Option<i64> {
        match self.columns.get(column)? {
            Column::Number(number) => Some(*number),
            Column::Bytes(_) => None,
        }
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.lasting(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKING: Packing =
        Packing { fields: &[Field::Number, Field::Bytes, Field::Bytes], sqlite: "", postgres: "" };

    /// As the server packs bytes.
    fn push(packed: &mut Packed, bytes: Option<&[u8]>) {
        let length = bytes.map_or(-1, |bytes| i32::try_from(bytes.len()).unwrap());
        packed.0.extend_from_slice(&length.to_be_bytes());
        packed.0.extend_from_slice(bytes.unwrap_or_default());
    }

    #[test]
    fn what_is_packed_comes_out() {
        let mut packed = Packed::default();
        for (number, first, second) in
            [(-3_i64, Some(&b"a\xff"[..]), None), (0, Some(b""), Some(&b"xyz"[..])), (i64::MIN, None, None)]
        {
            // As `int8send` gives it.
            packed.0.extend(number.to_be_bytes());
            push(&mut packed, first);
            push(&mut packed, second);
            let mut rows = packed.rows(&PACKING);
            let mut last = None;
            while rows.step().unwrap() {
                last = Some((rows.number(0), rows.lasting(1), rows.lasting(2)));
                assert_eq!((rows.number(1), rows.bytes(0)), (None, None), "each column is of its kind");
            }
            assert_eq!(last, Some((Some(number), first, second)));
            assert_eq!((rows.number(0), rows.bytes(1)), (None, None));
        }
    }

    #[test]
    fn a_pack_that_was_cut_is_no_end_of_rows() {
        for cut in [&[0, 0][..], &[0; 11], &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 1]] {
            assert!(Packed(cut.to_vec()).rows(&PACKING).step().is_err());
        }
        assert!(!Packed::default().rows(&PACKING).step().unwrap());
    }
}
