//! Reads a row of a partner's extract.
use cf_kernel::Timestamp;

use super::entry::PartnerEntry;
use super::fields::Field;
use crate::cells::Cells;
use crate::codes::{Coded, EntryKind, Sex};
use crate::mapping::{FieldKind, Layout, Reader};
use crate::outcome::RowNotes;

impl Layout for Field {
    const ALL: &'static [Self] = Field::ALL;
    const ALWAYS: &'static [Self] = &[Field::EntryRef, Field::PersonRef, Field::Kind, Field::Date];
    const OF_AGENCY: bool = true;
    type Row = PartnerEntry;

    fn name(self) -> &'static str {
        Field::name(self)
    }

    fn kind(self) -> FieldKind {
        Field::kind(self)
    }

    fn place(self) -> usize {
        self as usize
    }

    fn read(reader: &mut Reader<'_, Self>, cells: &Cells, notes: &mut RowNotes) -> PartnerEntry {
        let kind = reader.coded(Field::Kind, cells, notes, EntryKind::from_code);
        let mut text = |field| reader.text(field, cells, notes).unwrap_or_default();
        PartnerEntry {
            entry_ref: text(Field::EntryRef),
            person_ref: text(Field::PersonRef),
            given_name: text(Field::GivenName),
            family_name: text(Field::FamilyName),
            address: text(Field::Address),
            postcode: text(Field::Postcode),
            source: text(Field::Source),
            reason: text(Field::Reason),
            outcome: text(Field::Outcome),
            words: text(Field::Words),
            kind: kind.as_ref().and_then(Coded::known).copied(),
            date: reader.day(Field::Date, cells, notes),
            ended: reader.day(Field::Ended, cells, notes),
            also_known_as: reader.list(Field::AlsoKnownAs, cells),
            dob: reader.day(Field::Dob, cells, notes),
            sex: reader.coded(Field::Sex, cells, notes, Sex::from_code),
            phones: reader.list(Field::Phones, cells),
        }
    }

    fn check(entry: &PartnerEntry, made_at: Option<Timestamp>, notes: &mut RowNotes) {
        let Some(date) = entry.date else { return };
        if entry.ended.is_some_and(|ended| ended < date) {
            notes.find("CF-ORDER", &["date", "ended"], "ended before it began");
        }
        if entry.dob.is_some_and(|dob| dob > date) {
            notes.find("CF-BORN-AFTER", &["dob", "date"], "born after the entry");
        }
        if made_at.is_some_and(|made_at| date > made_at.day().plus_days(1)) {
            notes.find("CF-FUTURE", &["date"], "date is after the extract was made");
        }
    }

    fn reference(entry: &PartnerEntry) -> &str {
        &entry.entry_ref
    }

    fn is_read(self, entry: &PartnerEntry) -> bool {
        match self {
            Field::Kind => entry.kind.is_some(),
            Field::Date => entry.date.is_some(),
            Field::Ended => entry.ended.is_some(),
            Field::Dob => entry.dob.is_some(),
            _ => true,
        }
    }
}
