//! One entry of a partner's record, with the child's particulars.
use cf_kernel::CalendarDay;
use serde::Serialize;

use crate::codes::{Coded, EntryKind, Sex};

/// One entry, typed. A blank cell is `None` or empty: not told.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PartnerEntry {
    /// The partner's own reference of the entry; with the source system the key.
    pub entry_ref: String,
    /// The partner's own reference of the child.
    pub person_ref: String,
    /// What it tells of. `None` only in a quarantined row.
    pub kind: Option<EntryKind>,
    /// The day of it. `None` only in a quarantined row.
    pub date: Option<CalendarDay>,
    /// The day it ended.
    pub ended: Option<CalendarDay>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Other names.
    pub also_known_as: Vec<String>,
    /// Date of birth.
    pub dob: Option<CalendarDay>,
    /// Sex.
    pub sex: Option<Coded<Sex>>,
    /// Address without postcode.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Numbers the child is reached on.
    pub phones: Vec<String>,
    /// Who referred or told, as written.
    pub source: String,
    /// The need or reason, as written.
    pub reason: String,
    /// What came of it, as written.
    pub outcome: String,
    /// What somebody wrote about it.
    pub words: String,
}

impl std::fmt::Debug for PartnerEntry {
    /// Without content: the row is personal and must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartnerEntry(…)")
    }
}
