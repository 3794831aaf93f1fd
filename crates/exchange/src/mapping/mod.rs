//! Extracts read by a mapping profile a person writes, since no system of police or partners publishes the layout of
//! its exports.
//!
//! A [`Layout`] says which fields are asked for and what a row of them is; a [`Profile`] says where one system's files
//! have them; [`MappedRows`] reads, and [`dry_run()`] tells what reading would give.
mod dry_run;
mod profile;
mod read;

use std::fmt::Debug;

pub use dry_run::{DryRun, FieldCodes, LabelCount, MOST_EXAMPLES, MOST_LABELS, RuleCount, dry_run};
pub use profile::{Agency, InvalidProfile, Profile};
pub(crate) use read::clock_notes;
pub use read::{ColumnReport, MappedRows, Reader};

use cf_kernel::Timestamp;

use crate::cells::Cells;
use crate::outcome::RowNotes;

/// What a field's cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text as written.
    Text,
    /// A day.
    Day,
    /// A day and time.
    Moment,
    /// A code from this list, through the profile's map of values.
    Code(&'static [&'static str]),
    /// A London borough, by ONS code, three-digit code or name.
    Borough,
    /// A basic command unit, by code.
    CommandUnit,
    /// A self-defined ethnicity code.
    Ethnicity,
    /// Several texts in one cell.
    List,
    /// Several `date-time = grade` in one cell.
    RiskChanges,
}

impl FieldKind {
    /// Whether the profile may map values to codes.
    #[must_use]
    pub const fn is_coded(self) -> bool {
        !matches!(self, Self::Text | Self::Day | Self::Moment | Self::List)
    }

    /// Whether it holds several codes, which use the map of another field.
    #[must_use]
    pub const fn is_several(self) -> bool {
        matches!(self, Self::RiskChanges)
    }
}

/// Codes of a grade of risk.
pub(crate) const GRADES: &[&str] = &["very_low", "low", "medium", "high"];

/// The fields asked of an extract, and what a row of them is.
pub trait Layout: Copy + Eq + Debug + Send + Sync + 'static {
    /// All fields, in order.
    const ALL: &'static [Self];
    /// Fields without which no row is used, whatever the profile says. The first is the source's own reference of the
    /// row, unique within its system.
    const ALWAYS: &'static [Self];
    /// Whether a profile names the agency whose records they are.
    const OF_AGENCY: bool;
    /// A row, typed.
    type Row;

    /// Its name in profiles and findings.
    fn name(self) -> &'static str;
    /// What it holds.
    fn kind(self) -> FieldKind;
    /// Its place among all.
    fn place(self) -> usize;
    /// The field with this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
    /// Reads a row; what is wrong with a cell goes into the notes.
    fn read(reader: &mut Reader<'_, Self>, cells: &Cells, notes: &mut RowNotes) -> Self::Row;
    /// Notes what contradicts within a row.
    fn check(row: &Self::Row, made_at: Option<Timestamp>, notes: &mut RowNotes);
    /// The source's own reference of a row.
    fn reference(row: &Self::Row) -> &str;
    /// Whether the row has this field, which is not blank in the file, as something that could be read.
    fn is_read(self, row: &Self::Row) -> bool;
    /// The rule about a moment in this field that cannot be read.
    fn unread_moment(self) -> &'static str {
        "CF-DATE"
    }
    /// Notes a code the profile does not have.
    fn note_unknown_code(self, _text: &str, notes: &mut RowNotes) {
        let name = self.name();
        notes.find("CF-CODE", &[name], format!("{name} holds a code the mapping profile does not have"));
    }
}

/// The fields of a layout: an enum with names and kinds.
macro_rules! fields {
    ($all:literal; $($(#[$doc:meta])* $field:ident $name:literal $kind:expr;)*) => {
        #[doc = $all]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {$(
            $(#[$doc])*
            $field,
        )*}

        impl Field {
            /// All fields, in order.
            pub const ALL: &'static [Field] = &[$(Field::$field),*];

            /// Its name in profiles and findings.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name),* }
            }

            /// What it holds.
            #[must_use]
            pub const fn kind(self) -> $crate::mapping::FieldKind {
                match self { $(Self::$field => $kind),* }
            }
        }
    };
}
pub(crate) use fields;
