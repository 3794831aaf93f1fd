//! Formats in and out, with every row accounted for.
//!
//! Bytes go in; typed rows come out, each with what became of it: good, repaired (before and after shown) or
//! quarantined (with the rule that says why), and its exact cells beside it. Nothing is dropped silently.
//! A row that is not damaged and says only what the format allows is never changed.
//!
//! In reading order: [`Source`] and [`look`] (is it text, and have we seen it), [`ssda903`] (a council's return),
//! [`police`] and [`partner`] (extracts read by a [`mapping`] profile), [`RowOutcome`] and [`Account`] (what became of each row),
//! [`rules()`] (which rule does what), [`escape_cell`] (for files that go out to a spreadsheet).
//!
//! Absent on purpose: no database, no clock, no folder is read, and no message or `Debug` shows a cell.
//!
//! ```
//! use cf_exchange::ssda903::{Options, read_return};
//! use cf_exchange::{Limits, Source};
//!
//! let file = b"CHILD,DOB,MISSING,MIS_START,MIS_END\n\
//!              101,02/03/2010,m,05/06/2024,07/06/2024\n\
//!              102,11/08/2009,M,13/31/2024,\n";
//! let source = Source::new("missing.csv", file, &Limits::default())?;
//! let options = Options {
//!     authority: "308".parse()?,
//!     year: Some("2024-25".parse()?),
//!     missing_last_year: None,
//!     limits: Limits::default(),
//! };
//! let read = read_return(&[source], &options)?;
//! assert_eq!(read.account.to_string(), "2 rows: 0 good, 1 repaired, 1 quarantined; 0 findings on rows that were used");
//! assert_eq!(read.missing[0].repairs()[0].after, "M");
//! assert_eq!(read.missing[1].all_findings().next().map(|finding| finding.rule), Some("1004"));
//! assert_eq!(read.children.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod cells;
mod codes;
mod dates;
mod headers;
pub mod mapping;
mod outcome;
pub mod partner;
pub mod police;
mod rows;
mod rules;
mod source;
mod spreadsheet;
pub mod ssda903;

pub use cells::Cells;
pub use codes::{
    AgencyKind, Borough, Coded, EntryKind, EthnicityScheme, FoundBy, Harm, HowFound, MissingFrom, Sex, YesNo,
    bcu, borough, boroughs, ethnicity, ethnicity_name, is_police_force, self_defined_ethnicities,
};
pub use dates::{DateForm, DateProblem, Moment, Precision, read_day, read_moment};
pub use headers::Headers;
pub use outcome::{Account, Disposition, Finding, Repair, RowOutcome};
pub use rows::{Delimiter, RawRow, RowProblem, Rows};
pub use rules::{Effect, Level, Rule, rule, rules};
pub use source::{Fingerprint, Limits, ReadError, Source, SourceFacts, look};
pub use spreadsheet::{escape_cell, write_row};

/// Begins to read a file and takes its header line.
pub(crate) fn open_rows<R: std::io::BufRead>(
    input: R,
    limits: Limits,
) -> Result<(Rows<R>, Headers), ReadError> {
    let mut rows = Rows::new(input, limits)?;
    let header = rows.next_row()?.ok_or(ReadError::Empty)?;
    let problem = match header.problem {
        None => return Ok((rows, Headers::new(&header.cells))),
        Some(RowProblem::UnclosedQuote { .. }) => "a quotation mark in it is never closed",
        Some(RowProblem::TextAfterQuote { .. }) => "text follows a closing quotation mark",
        Some(RowProblem::CellTooLong { .. } | RowProblem::RowTooLong) => "it is over the size limit",
        Some(RowProblem::TooManyCells) => "it has more columns than the limit allows",
        Some(RowProblem::ZeroByte) => "it holds a zero byte",
    };
    Err(ReadError::Header { problem: problem.to_owned() })
}
