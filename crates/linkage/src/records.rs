//! Records packed for comparison: every text once, every record 28 bytes.

use rayon::prelude::*;

use crate::csv::{BadRow, CsvFile, RowFault, Rows};
use crate::dates;
use crate::identifiers;
use crate::intern::Interner;
use crate::names::Names;
use crate::postcodes::{self, Postcodes};
use crate::schema::{self, Columns, Extra, Mapping, Role, SchemaError};
use crate::text::{hash_bytes, mix, normalise_into, normalise_name_into};

/// One record, its texts as numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rec {
    pub(crate) given: u32,
    pub(crate) surname: u32,
    pub(crate) alias_given: u32,
    pub(crate) alias_surname: u32,
    pub(crate) dob: u32,
    pub(crate) postcode: u32,
    /// 0 unknown, 1 male, 2 female.
    pub(crate) sex: u8,
}

/// A set of records that can be compared with one another.
#[derive(Debug, Clone, Default)]
pub struct Records {
    pub(crate) recs: Vec<Rec>,
    /// Numbers of the extra columns' texts, record by record.
    pub(crate) extras: Vec<u32>,
    /// Which extra columns there are.
    pub(crate) schema: Vec<Extra>,
    pub(crate) names: Names,
    pub(crate) postcodes: Postcodes,
    pub(crate) texts: Vec<Interner>,
    ids: Vec<u8>,
    id_ends: Vec<u64>,
    /// Records from here on came from the second file; the number of records when there is one file.
    pub(crate) second: usize,
}

/// What reading a file put aside, and what it did not use.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Rows put aside.
    pub bad: Vec<BadRow>,
    /// Rows read.
    pub good: usize,
    /// Columns that are not compared.
    pub unused: Vec<String>,
}

/// Rows of a piece of a file with numbers of their own.
pub(crate) struct Part {
    pub(crate) recs: Vec<Rec>,
    pub(crate) extras: Vec<u32>,
    pub(crate) names: Interner,
    pub(crate) postcodes: Interner,
    pub(crate) texts: Vec<Interner>,
    ids: Vec<u8>,
    id_ends: Vec<u64>,
    starts: Vec<u64>,
    bad: Vec<(usize, RowFault)>,
}

impl Records {
    /// An empty set with these extra columns.
    #[must_use]
    pub fn new(schema: Vec<Extra>) -> Self {
        let texts = vec![Interner::default(); schema.len()];
        Self { schema, texts, ..Self::default() }
    }

    /// Reads one file. An empty file gives no records.
    ///
    /// # Errors
    /// When the header has no id or nothing to compare.
    pub fn read(file: &CsvFile, mapping: &Mapping) -> Result<(Self, Reading), SchemaError> {
        if file.header.is_empty() {
            return Ok((Self::default(), Reading::default()));
        }
        let (schema, columns) = schema::read_header(&file.header, mapping)?;
        let mut records = Self::new(schema);
        let reading = records.append(file, &columns);
        records.second = records.len();
        Ok((records, reading))
    }

    /// Reads two files whose records are to be linked across, each once.
    ///
    /// # Errors
    /// As [`Records::read`], for either file.
    pub fn read_two(
        left: &CsvFile,
        right: &CsvFile,
        mapping: &Mapping,
    ) -> Result<(Self, [Reading; 2]), SchemaError> {
        let (mut records, first) = Self::read(left, &relevant(mapping, left))?;
        if right.header.is_empty() || left.header.is_empty() {
            return Ok((records, [first, Reading::default()]));
        }
        let columns = schema::read_second_header(&right.header, &relevant(mapping, right), &records.schema)?;
        let second = records.append(right, &columns);
        Ok((records, [first, second]))
    }

    /// Adds the rows of a file.
    pub(crate) fn append(&mut self, file: &CsvFile, columns: &Columns) -> Reading {
        let pieces = file.pieces(if file.bytes.len() < 1 << 20 { 1 } else { rayon::current_num_threads() });
        let mut parts = self.read_pieces(file, columns, pieces);
        // Where a quote is not closed, a cut may have gone through a field. Read in one go, a row is what it is however
        // many threads there are.
        let torn = |part: &Part| part.bad.iter().any(|(_, fault)| *fault == RowFault::Quote);
        if parts.len() > 1 && parts.iter().any(torn) {
            parts = self.read_pieces(file, columns, file.pieces(1));
        }
        drop_repeated_ids(&mut parts);
        let mut bad: Vec<(usize, RowFault)> = parts.iter().flat_map(|p| p.bad.iter().copied()).collect();
        bad.sort_by_key(|b| b.0);
        let before = self.len();
        for part in &mut parts {
            self.merge(part);
        }
        let mut reading =
            Reading { good: self.len() - before, unused: columns.unused.clone(), bad: Vec::new() };
        let (mut line, mut from) = (1, 0);
        for (at, fault) in bad {
            line += memchr::memchr_iter(b'\n', &file.bytes[from..at]).count();
            from = at;
            reading.bad.push(BadRow { at, line, fault });
        }
        reading
    }

    fn merge(&mut self, part: &mut Part) {
        let names: Vec<u32> = {
            let texts: Vec<&[u8]> = (0..part.names.len() as u32).map(|id| part.names.text(id)).collect();
            self.names.intern_all(&texts)
        };
        let codes: Vec<u32> = (0..part.postcodes.len() as u32)
            .map(|id| self.postcodes.intern(part.postcodes.text(id)))
            .collect();
        part.recs.par_iter_mut().with_min_len(4096).for_each(|r| {
            for name in [&mut r.given, &mut r.surname, &mut r.alias_given, &mut r.alias_surname] {
                *name = names[*name as usize];
            }
            r.postcode = codes[r.postcode as usize];
        });
        for (column, texts) in self.texts.iter_mut().enumerate() {
            let local = &part.texts[column];
            let map: Vec<u32> = (0..local.len() as u32).map(|id| texts.intern(local.text(id)).0).collect();
            for text in part.extras.iter_mut().skip(column).step_by(self.schema.len()) {
                *text = map[*text as usize];
            }
        }
        self.recs.append(&mut part.recs);
        self.extras.append(&mut part.extras);
        let offset = self.ids.len() as u64;
        self.ids.append(&mut part.ids);
        self.id_ends.extend(part.id_ends.iter().map(|end| end + offset));
    }

    fn read_pieces(
        &self,
        file: &CsvFile,
        columns: &Columns,
        pieces: Vec<std::ops::Range<usize>>,
    ) -> Vec<Part> {
        let read = |piece: std::ops::Range<usize>| {
            let all_text = std::str::from_utf8(&file.bytes[piece.clone()]).is_ok();
            read_part(Rows::new(&file.bytes, piece, file.delimiter), all_text, columns, &self.schema)
        };
        pieces.into_par_iter().map(read).collect()
    }

    /// Adds one record given as values by column; returns its number.
    pub fn push(&mut self, id: &str, row: &Row) -> u32 {
        let mut part = Part::new(self.schema.len());
        part.push(id.as_bytes(), &row.as_fields(&self.schema), &self.schema);
        self.merge(&mut part);
        self.second = self.recs.len();
        self.recs.len() as u32 - 1
    }

    /// Rows of a file one by one, each with its id, and what was put aside.
    pub(crate) fn rows_of(
        file: &CsvFile,
        columns: &Columns,
        schema: &[Extra],
    ) -> (Vec<(Vec<u8>, Part)>, Reading) {
        let mut all = Self::new(schema.to_vec());
        let reading = all.append(file, columns);
        let row = |number| (all.id(number).to_vec(), Part::of_record(&all, number));
        ((0..all.len() as u32).map(row).collect(), reading)
    }

    /// Takes the contents of a snapshot.
    pub(crate) fn fill(
        &mut self,
        recs: Vec<Rec>,
        extras: Vec<u32>,
        names: Names,
        postcodes: Postcodes,
        texts: Vec<Interner>,
        ids: &[&[u8]],
    ) {
        (self.recs, self.extras, self.names, self.postcodes, self.texts) =
            (recs, extras, names, postcodes, texts);
        for id in ids {
            self.ids.extend_from_slice(id);
            self.id_ends.push(self.ids.len() as u64);
        }
        self.second = self.recs.len();
    }

    /// How many records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recs.len()
    }

    /// Whether there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recs.is_empty()
    }

    /// Whether there are two files to be linked across.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.second < self.recs.len()
    }

    /// A record's own id.
    #[must_use]
    pub fn id(&self, record: u32) -> &[u8] {
        let record = record as usize;
        let start = if record == 0 { 0 } else { self.id_ends[record - 1] as usize };
        &self.ids[start..self.id_ends[record] as usize]
    }

    /// The record with an id, by looking at each; of two files the left one's first.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<u32> {
        self.find_among(id, 0..self.len() as u32)
    }

    /// The record of the second file with an id; of the only file, where there is one.
    #[must_use]
    pub fn find_in_second(&self, id: &str) -> Option<u32> {
        let from = if self.is_link() { self.second as u32 } else { 0 };
        self.find_among(id, from..self.len() as u32)
    }

    fn find_among(&self, id: &str, among: std::ops::Range<u32>) -> Option<u32> {
        among.into_par_iter().find_first(|&r| self.id(r) == id.as_bytes())
    }

    /// A hash of what the record says, without its id or its place.
    pub(crate) fn content_hash(&self, record: u32) -> u64 {
        let r = &self.recs[record as usize];
        let name = |id| hash_bytes(self.names.text(id));
        let mut hash = mix(name(r.given) ^ mix(name(r.surname)).rotate_left(1));
        hash = mix(hash ^ name(r.alias_given).rotate_left(2) ^ name(r.alias_surname).rotate_left(3));
        mix(hash ^ hash_bytes(self.postcodes.text(r.postcode)) ^ u64::from(r.dob) << 8 ^ u64::from(r.sex))
    }

    pub(crate) fn extra_ids(&self, record: u32) -> &[u32] {
        let width = self.schema.len();
        &self.extras[record as usize * width..(record as usize + 1) * width]
    }
}

/// The part of a mapping that speaks of columns this file has.
fn relevant(mapping: &Mapping, file: &CsvFile) -> Mapping {
    let has = |name: &String| file.header.iter().any(|h| h.trim().to_lowercase() == *name);
    mapping.iter().filter(|(name, _)| has(name)).map(|(n, r)| (n.clone(), *r)).collect()
}

/// One record's values, for records that do not come from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Row {
    /// Given name.
    pub given: String,
    /// Family name.
    pub surname: String,
    /// Another full name.
    pub alias: String,
    /// Date of birth in any form [`dates::parse`] reads.
    pub dob: String,
    /// Sex.
    pub sex: String,
    /// Postcode.
    pub postcode: String,
    /// Extra columns by their header, lower case.
    pub extras: std::collections::BTreeMap<String, String>,
}

impl Row {
    fn as_fields<'a>(&'a self, schema: &[Extra]) -> Fields<'a> {
        Fields {
            given: self.given.as_bytes(),
            surname: self.surname.as_bytes(),
            full_name: b"",
            alias: self.alias.as_bytes(),
            dob: self.dob.as_bytes(),
            sex: self.sex.as_bytes(),
            postcode: self.postcode.as_bytes(),
            authority: b"",
            extras: schema
                .iter()
                .map(|e| self.extras.get(&e.name).map_or(&b""[..], |v| v.as_bytes()))
                .collect(),
        }
    }
}

struct Fields<'a> {
    given: &'a [u8],
    surname: &'a [u8],
    full_name: &'a [u8],
    alias: &'a [u8],
    dob: &'a [u8],
    sex: &'a [u8],
    postcode: &'a [u8],
    authority: &'a [u8],
    extras: Vec<&'a [u8]>,
}

impl Part {
    fn new(extras: usize) -> Self {
        Self {
            recs: Vec::new(),
            extras: Vec::new(),
            names: Interner::default(),
            postcodes: Interner::default(),
            texts: vec![Interner::default(); extras],
            ids: Vec::new(),
            id_ends: Vec::new(),
            starts: Vec::new(),
            bad: Vec::new(),
        }
    }

    pub(crate) fn of_row(row: &Row, schema: &[Extra]) -> Self {
        let mut part = Self::new(schema.len());
        part.push(b"", &row.as_fields(schema), schema);
        part
    }

    /// One record of a set, with numbers of its own.
    pub(crate) fn of_record(records: &Records, number: u32) -> Self {
        let mut part = Self::new(records.schema.len());
        let mut rec = records.recs[number as usize];
        for name in [&mut rec.given, &mut rec.surname, &mut rec.alias_given, &mut rec.alias_surname] {
            *name = part.names.intern(records.names.text(*name)).0;
        }
        rec.postcode = part.postcodes.intern(records.postcodes.text(rec.postcode)).0;
        part.recs.push(rec);
        for (column, &text) in records.extra_ids(number).iter().enumerate() {
            let own = part.texts[column].intern(records.texts[column].text(text)).0;
            part.extras.push(own);
        }
        part
    }

    fn push(&mut self, id: &[u8], fields: &Fields<'_>, schema: &[Extra]) {
        let mut scratch = Vec::with_capacity(32);
        self.push_with(id, fields, schema, &mut scratch);
    }

    fn name(&mut self, raw: &[u8], scratch: &mut Vec<u8>) -> u32 {
        if raw.is_empty() {
            return 0;
        }
        normalise_name_into(raw, scratch);
        self.names.intern(scratch).0
    }

    fn push_with(&mut self, id: &[u8], f: &Fields<'_>, schema: &[Extra], scratch: &mut Vec<u8>) {
        let mut rec = Rec {
            given: self.name(f.given, scratch),
            surname: self.name(f.surname, scratch),
            ..Rec::default()
        };
        if !f.full_name.is_empty() {
            (rec.given, rec.surname) = self.full_name(f.full_name, scratch);
        }
        if !f.alias.is_empty() {
            (rec.alias_given, rec.alias_surname) = self.full_name(f.alias, scratch);
            if (rec.alias_given, rec.alias_surname) == (rec.given, rec.surname) {
                (rec.alias_given, rec.alias_surname) = (0, 0);
            }
        }
        rec.dob = dates::parse(f.dob);
        rec.sex = match f.sex.first() {
            Some(b'm' | b'M' | b'b' | b'B') => 1,
            Some(b'f' | b'F' | b'g' | b'G') => 2,
            Some(b'1') if f.sex.len() == 1 => 1,
            Some(b'2') if f.sex.len() == 1 => 2,
            _ => 0,
        };
        if !f.postcode.is_empty() {
            let (tidied, len) = postcodes::tidy(f.postcode);
            rec.postcode = self.postcodes.intern(&tidied[..len]).0;
        }
        self.recs.push(rec);
        for (column, extra) in schema.iter().enumerate() {
            let raw = f.extras[column];
            match extra.role {
                Role::Identifier(_) => {
                    identifiers::tidy_into(raw, scratch);
                    if !scratch.is_empty() && !f.authority.is_empty() && !scratch.contains(&b':') {
                        let mut whole = Vec::new();
                        identifiers::tidy_into(f.authority, &mut whole);
                        whole.push(b':');
                        whole.extend_from_slice(scratch);
                        *scratch = whole;
                    }
                }
                _ => normalise_into(raw, scratch),
            }
            let text = self.texts[column].intern(scratch).0;
            self.extras.push(text);
        }
        self.ids.extend_from_slice(id);
        self.id_ends.push(self.ids.len() as u64);
    }

    /// Splits a whole name into its first word and the rest; a single word is a given name.
    fn full_name(&mut self, raw: &[u8], scratch: &mut Vec<u8>) -> (u32, u32) {
        normalise_name_into(raw, scratch);
        match memchr::memchr(b' ', scratch) {
            Some(space) => {
                (self.names.intern(&scratch[..space]).0, self.names.intern(&scratch[space + 1..]).0)
            }
            None => (self.names.intern(scratch).0, 0),
        }
    }
}

/// Reads the rows of a piece; `all_text` says that the piece was seen to be UTF-8 from end to end.
fn read_part(mut rows: Rows<'_>, all_text: bool, columns: &Columns, schema: &[Extra]) -> Part {
    let mut part = Part::new(schema.len());
    let mut scratch = Vec::with_capacity(128);
    while let Some(row) = rows.next() {
        let fault = match row {
            Err(fault) => Some(fault),
            Ok(()) if rows.len() != columns.count => {
                Some(RowFault::FieldCount { found: rows.len(), expected: columns.count })
            }
            Ok(()) if rows.field(columns.id).is_empty() => Some(RowFault::NoId),
            Ok(()) if all_text => None,
            Ok(()) => rows.not_text().map(|field| RowFault::Encoding { field }),
        };
        if let Some(fault) = fault {
            part.bad.push((rows.start(), fault));
            continue;
        }
        let field = |column: Option<usize>| column.map_or(&b""[..], |i| rows.field(i));
        let fields = Fields {
            given: field(columns.given),
            surname: field(columns.surname),
            full_name: field(columns.full_name),
            alias: field(columns.alias),
            dob: field(columns.dob),
            sex: field(columns.sex),
            postcode: field(columns.postcode),
            authority: field(columns.authority),
            extras: columns.extras.iter().map(|c| field(*c)).collect(),
        };
        part.push_with(rows.field(columns.id), &fields, schema, &mut scratch);
        part.starts.push(rows.start() as u64);
    }
    part
}

/// Puts rows aside whose id an earlier row has. Files in ascending order of id are seen to be clean at once.
fn drop_repeated_ids(parts: &mut [Part]) {
    let mut last: &[u8] = b"";
    let mut rising = true;
    for part in &*parts {
        let mut from = 0;
        for &end in &part.id_ends {
            let id = &part.ids[from..end as usize];
            from = end as usize;
            rising &= last < id;
            last = id;
        }
    }
    if rising {
        return;
    }
    let mut seen = std::collections::HashSet::new();
    for part in parts {
        let (mut from, mut row) = (0, 0);
        let mut keep = Vec::with_capacity(part.id_ends.len());
        for &end in &part.id_ends {
            let fresh = seen.insert(part.ids[from..end as usize].to_vec());
            if !fresh {
                part.bad.push((part.starts[row] as usize, RowFault::RepeatedId));
            }
            keep.push(fresh);
            from = end as usize;
            row += 1;
        }
        if keep.iter().all(|k| *k) {
            continue;
        }
        let width = part.texts.len();
        let (mut ids, mut id_ends, mut from) = (Vec::new(), Vec::new(), 0);
        for (row, &end) in part.id_ends.iter().enumerate() {
            if keep[row] {
                ids.extend_from_slice(&part.ids[from..end as usize]);
                id_ends.push(ids.len() as u64);
            }
            from = end as usize;
        }
        (part.ids, part.id_ends) = (ids, id_ends);
        let mut at = 0;
        part.recs.retain(|_| {
            at += 1;
            keep[at - 1]
        });
        at = 0;
        part.extras.retain(|_| {
            at += 1;
            keep[(at - 1) / width]
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_bad_ones_put_aside() {
        let text = "id,first_name,surname,dob,sex,postcode\n\
                    1,Ann,O'Brien,2010-02-03,F,N1 1AA\n\
                    2,Bob\n\
                    ,Cy,Day,2010-02-03,M,N1 1AA\n\
                    1,Eve,Fox,2010-02-03,F,N1 1AA\n\
                    3,\"Gil,Hay,2010-02-03,M,N1 1AA\n\
                    4,\u{202e}Ian,Joy,03/02/2010,1,n11aa\n";
        let file = CsvFile::new(text.as_bytes().to_vec());
        let (records, reading) = Records::read(&file, &Mapping::new()).unwrap();
        assert_eq!((records.id(0), records.id(1), records.len()), (&b"1"[..], &b"4"[..], 2));
        let faults: Vec<(usize, RowFault)> = reading.bad.iter().map(|b| (b.line, b.fault)).collect();
        assert_eq!(
            faults,
            [
                (3, RowFault::FieldCount { found: 2, expected: 6 }),
                (4, RowFault::NoId),
                (5, RowFault::RepeatedId),
                (6, RowFault::Quote)
            ]
        );
        assert_eq!(records.recs[0].dob, records.recs[1].dob);
        assert_eq!(records.recs[0].postcode, records.recs[1].postcode);
        assert_eq!(records.names.text(records.recs[1].given), b"ian");
    }

    #[test]
    fn rows_that_are_not_text_are_put_aside_whole_and_huge_names_are_read() {
        let mut bytes = b"id,first_name,surname\n1,Ana,Garc\xeda\r\n2,".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 10_240));
        bytes.extend_from_slice(b",y\n3,Jos\xc3\xa9,Garc\xc3\xada\n4,\"Jos\xc3\nLuis\",y\n");
        let file = CsvFile::new(bytes);
        let (records, reading) = Records::read(&file, &Mapping::new()).unwrap();
        let aside: Vec<_> = reading.bad.iter().map(|b| (b.line, b.fault, file.row(b))).collect();
        let not_text = |field| RowFault::Encoding { field };
        assert_eq!(
            aside,
            [(2, not_text(3), &b"1,Ana,Garc\xeda"[..]), (5, not_text(2), &b"4,\"Jos\xc3\nLuis\",y"[..])]
        );
        assert_eq!((records.len(), records.id(0), records.id(1)), (2, &b"2"[..], &b"3"[..]));
        assert_eq!(records.names.text(records.recs[1].given), b"jose");
    }
}
