//! Reads an extract row by row through a mapping profile.
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;

use cf_kernel::{CalendarDay, LocalTimeProblem, Timestamp};

use super::{Layout, Profile};
use crate::cells::Cells;
use crate::codes::Coded;
use crate::dates::{DateForm, Moment, Precision, read_day, read_moment};
use crate::headers::{Headers, fold};
use crate::outcome::{Account, RowNotes, RowOutcome, shape_findings};
use crate::rows::{Delimiter, Rows};
use crate::source::{Limits, ReadError};

/// An extract being read: an iterator of outcomes, one row at a time, in small memory.
///
/// What is kept between rows is 24 bytes for each reference, to know a reference that comes twice, and each
/// distinct code met. A row with [`ReadError`] ends it.
pub struct MappedRows<'p, F, R> {
    rows: Rows<R>,
    headers: Headers,
    reader: Reader<'p, F>,
    account: Account,
    ended: bool,
}

/// Where the fields of a profile were found in a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnReport {
    /// Each field with a column, and the column's header as written.
    pub matched: Vec<(&'static str, String)>,
    /// Fields the profile maps for which no column was found.
    pub absent: Vec<&'static str>,
    /// Columns no field was found for and the profile does not ignore, as written.
    pub unmatched: Vec<String>,
    /// What stands between cells.
    pub delimiter: Delimiter,
}

/// Reads the cells of a row by the fields of a layout.
pub struct Reader<'p, F> {
    pub(crate) profile: &'p Profile<F>,
    places: Vec<Option<usize>>,
    made_at: Option<Timestamp>,
    /// What each code met so far means. Bounded, since a column of free text may be mapped by mistake.
    codes: Vec<HashMap<String, Option<&'static str>>>,
    /// By hash of the reference: the line it was first on, and a hash of the whole row.
    seen: HashMap<u64, (u64, u64)>,
}

const MOST_CODES_KEPT: usize = 5_000;

impl<'p, F: Layout, R: BufRead> MappedRows<'p, F, R> {
    /// Begins to read. `made_at` is when the extract was made, or the moment it is imported: nothing in it can be later.
    /// Without it no time is held against the present.
    /// For a file that has not been seen before, call [`crate::look`] first.
    ///
    /// # Errors
    /// When there is no header, a required field has no column, or a field could be more than one column.
    pub fn new(
        profile: &'p Profile<F>,
        input: R,
        limits: Limits,
        made_at: Option<Timestamp>,
    ) -> Result<Self, ReadError> {
        let (rows, headers) = crate::open_rows(input, limits)?;
        let mut places = vec![None; F::ALL.len()];
        for (field, names) in &profile.columns {
            for name in names {
                if places[field.place()].is_none() {
                    places[field.place()] = headers.find(name)?;
                }
            }
        }
        let lacks = |field: &F| places[field.place()].is_none() && profile.constants[field.place()].is_none();
        let columns: Vec<String> = profile
            .required
            .iter()
            .filter(|field| lacks(field))
            .map(|field| field.name().to_owned())
            .collect();
        if !columns.is_empty() {
            return Err(ReadError::MissingColumns { columns });
        }
        let codes = vec![HashMap::new(); F::ALL.len()];
        let reader = Reader { profile, places, made_at, codes, seen: HashMap::new() };
        Ok(Self { rows, headers, reader, account: Account::default(), ended: false })
    }

    /// Where the fields were found.
    pub fn columns(&self) -> ColumnReport {
        let place = |field: &F| self.reader.places[field.place()];
        let written: Vec<&str> = self.headers.written().collect();
        let matched =
            F::ALL.iter().filter_map(|field| Some((field.name(), written[place(field)?].to_owned())));
        let mapped = self.reader.profile.columns.iter().map(|(field, _)| field);
        let ignored: Vec<String> =
            self.reader.profile.ignored_columns.iter().map(|name| fold(name)).collect();
        let used: Vec<usize> = F::ALL.iter().filter_map(place).collect();
        let unmatched = written.iter().enumerate().filter(|(at, header)| {
            !used.contains(at) && !header.is_empty() && !ignored.contains(&fold(header))
        });
        ColumnReport {
            matched: matched.collect(),
            absent: mapped.filter(|field| place(field).is_none()).map(|field| field.name()).collect(),
            unmatched: unmatched.map(|(_, header)| (*header).to_owned()).collect(),
            delimiter: self.rows.delimiter(),
        }
    }

    /// The rows so far. Complete once the iterator has ended.
    pub const fn account(&self) -> Account {
        self.account
    }

    /// The cell a field was read from, or its constant.
    pub(crate) fn cell<'c>(&'c self, field: F, cells: &'c Cells) -> &'c str {
        self.reader.cell(field, cells)
    }

    /// What a code means, by the profile.
    pub(crate) fn code(&mut self, field: F, text: &str) -> Option<&'static str> {
        self.reader.code(field, text)
    }

    pub(crate) fn is_given(&self, field: F) -> bool {
        self.reader.places[field.place()].is_some() || self.reader.profile.constants[field.place()].is_some()
    }
}

impl<F: Layout, R: BufRead> Iterator for MappedRows<'_, F, R> {
    type Item = Result<RowOutcome<F::Row>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = match self.rows.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Err(error) => {
                self.ended = true;
                return Some(Err(error));
            }
        };
        self.account.blank_lines = self.rows.blank_lines();
        let mut notes = RowNotes::default();
        shape_findings(&row, self.headers.len(), &mut notes);
        let damaged = notes.findings.iter().any(|finding| finding.rule != "CF-EXTRA");
        let read = if damaged { None } else { Some(self.reader.row(row.line, &row.cells, &mut notes)) };
        let outcome = notes.into_outcome(row.line, read, row.cells);
        self.account.add(&outcome);
        Some(Ok(outcome))
    }
}

impl<F, R> std::fmt::Debug for MappedRows<'_, F, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MappedRows({})", self.account)
    }
}

impl<F: Layout> Reader<'_, F> {
    fn row(&mut self, line: u64, cells: &Cells, notes: &mut RowNotes) -> F::Row {
        let row = F::read(self, cells, notes);
        let reference = F::reference(&row);
        if looks_scientific(reference) {
            let message =
                "the reference has the form of a rounded number; export it again with the column as text";
            notes.find("CF-SCIENTIFIC", &[F::ALWAYS[0].name()], message);
        }
        self.require(&row, cells, notes);
        F::check(&row, self.made_at, notes);
        // A reference counts as used once a row with it is: a corrected row may follow a damaged one.
        if !notes.quarantines() {
            self.note_repeated(line, reference, cells, notes);
        }
        row
    }

    fn cell<'c>(&'c self, field: F, cells: &'c Cells) -> &'c str {
        match self.places[field.place()] {
            Some(place) => cells.get(place).unwrap_or_default(),
            None => self.profile.constants[field.place()].as_deref().unwrap_or_default(),
        }
    }

    pub(crate) fn text(&self, field: F, cells: &Cells, notes: &mut RowNotes) -> Option<String> {
        let text = notes.trimmed(field.name(), self.cell(field, cells));
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(crate) fn list(&self, field: F, cells: &Cells) -> Vec<String> {
        let items = self.cell(field, cells).split(self.profile.list_separator).map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn day(&self, field: F, cells: &Cells, notes: &mut RowNotes) -> Option<CalendarDay> {
        let text = self.cell(field, cells).trim();
        if text.is_empty() {
            return None;
        }
        self.accepted(read_day(text).map_err(|problem| problem.to_string()))
            .map_err(|problem| notes.find("CF-DATE", &[field.name()], format!("{} {problem}", field.name())))
            .ok()
    }

    pub(crate) fn moment(&self, field: F, cells: &Cells, notes: &mut RowNotes) -> Option<Moment> {
        let text = self.cell(field, cells).trim();
        if text.is_empty() {
            return None;
        }
        let name = field.name();
        match self.accepted(read_moment(text).map_err(|problem| problem.to_string())) {
            Err(problem) => {
                notes.find(field.unread_moment(), &[name], format!("{name} {problem}"));
                None
            }
            Ok(moment) => {
                clock_notes(name, moment, notes);
                Some(moment)
            }
        }
    }

    /// Only the forms of date the profile names are read.
    pub(crate) fn accepted<T>(&self, read: Result<(T, DateForm), String>) -> Result<T, String> {
        let (value, form) = read?;
        if self.profile.dates.contains(&form) {
            return Ok(value);
        }
        Err("is written in a form of date the mapping profile does not name".to_owned())
    }

    pub(crate) fn coded<T>(
        &mut self,
        field: F,
        cells: &Cells,
        notes: &mut RowNotes,
        typed: impl Fn(&'static str) -> Option<T>,
    ) -> Option<Coded<T>> {
        // A constant is a value of the profile; a column's cell borrows from the row, so the cache can be filled.
        let constant = self.places[field.place()].is_none().then(|| self.cell(field, cells).to_owned());
        let text = match (&constant, self.places[field.place()]) {
            (_, Some(place)) => cells.get(place).unwrap_or_default().trim(),
            (Some(constant), None) => constant.trim(),
            (None, None) => "",
        };
        if text.is_empty() {
            return None;
        }
        if let Some(value) = self.code(field, text).and_then(typed) {
            return Some(Coded::Known(value));
        }
        field.note_unknown_code(text, notes);
        Some(Coded::Raw(text.to_owned()))
    }

    pub(crate) fn code(&mut self, field: F, text: &str) -> Option<&'static str> {
        let known = &mut self.codes[field.place()];
        if let Some(code) = known.get(text) {
            return *code;
        }
        let code = self.profile.code(field, text);
        if known.len() < MOST_CODES_KEPT {
            known.insert(text.to_owned(), code);
        }
        code
    }

    fn require(&self, row: &F::Row, cells: &Cells, notes: &mut RowNotes) {
        for field in &self.profile.required {
            let blank = self.cell(*field, cells).trim().is_empty();
            if blank || !field.is_read(row) {
                let how = if blank { "is blank" } else { "cannot be read" };
                notes.find("CF-REQUIRED", &[field.name()], format!("{} is required and {how}", field.name()));
            }
        }
    }

    fn note_repeated(&mut self, line: u64, reference: &str, cells: &Cells, notes: &mut RowNotes) {
        let row = hash(cells);
        let &mut (first, before) = self.seen.entry(hash(reference)).or_insert((line, row));
        if first == line {
            return;
        }
        if before == row {
            notes.find("CF-DUPLICATE", &[], format!("exactly the same as line {first}"));
        } else {
            let message = format!("the reference was already used on line {first}, and the rows differ");
            notes.find("CF-REF-REPEATED", &[F::ALWAYS[0].name()], message);
        }
    }
}

/// `1.23E+10`: what a spreadsheet makes of a long number.
fn looks_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numeric(exponent) && digits.split_once('.').is_some_and(|(whole, part)| numeric(whole) && numeric(part))
}

pub(crate) fn clock_notes(name: &'static str, moment: Moment, notes: &mut RowNotes) {
    match moment.clock_change {
        Some(LocalTimeProblem::Repeated) => {
            let message = format!("{name} is in the hour that happens twice in autumn; the first was taken");
            notes.find("CF-CLOCK-REPEATED", &[name], message);
        }
        Some(LocalTimeProblem::Skipped) => {
            let message = format!("{name} is in the hour that does not happen in spring");
            notes.find("CF-CLOCK-SKIPPED", &[name], message);
        }
        None => {}
    }
    if moment.precision == Precision::Day {
        notes.find("CF-DAY-ONLY", &[name], format!("{name} has a day and no time"));
    }
}

/// The same for the same content in every run; never stored.
fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
