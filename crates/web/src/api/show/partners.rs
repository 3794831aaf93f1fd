//! What partner agencies hold of children.
use cf_casework::partner::{self, AgencyKind, EntryKind, Record, Stated};
use cf_store::PartnerRow;
use uuid::Uuid;

use crate::api::shape::{At, Code, Day, each, shapes, text};

shapes! {
    /// Records partner agencies sent.
    PartnerRecords {
        records: Vec<PartnerLine>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// An agency.
    Agency {
        kind: Code<AgencyKind>,
        /// DfE three-digit code of a council; the force's own short word for others.
        code: String,
        /// What people here call it; may be empty for a council.
        name: String,
    }
    /// One child as one agency's records show them.
    PartnerLine {
        id: Uuid,
        agency: Agency,
        /// The agency's own id of the child.
        reference: String,
        name: String,
        born_on: Option<Day>,
        /// How many referrals, services, concerns and contacts.
        entries: i64,
        /// The day the latest of them began.
        last_day: Option<Day>,
    }
    /// One record of an agency.
    PartnerRecord {
        id: Uuid,
        agency: Agency,
        reference: Option<String>,
        /// `null` once destroyed under the retention schedule.
        person: Option<PartnerPerson>,
        /// Newest first.
        entries: Vec<PartnerEntry>,
    }
    /// A child's particulars as the agency has them. An empty text was not told.
    PartnerPerson {
        given_name: String,
        family_name: String,
        also_known_as: Vec<String>,
        born_on: Option<Day>,
        sex: String,
        address: String,
        postcode: String,
        phones: Vec<String>,
    }
    /// One entry of an agency's record.
    PartnerEntry {
        /// The agency's own reference of it.
        reference: Option<String>,
        kind: Code<EntryKind>,
        from: Day,
        to: Option<Day>,
        /// Who referred or told.
        source: Option<String>,
        /// The need or reason.
        reason: Option<String>,
        /// What came of it.
        outcome: Option<String>,
        /// What somebody wrote about it.
        words: Option<String>,
        imported_at: At,
    }
}

impl From<&partner::Agency> for Agency {
    fn from(agency: &partner::Agency) -> Self {
        Self { kind: Code(agency.kind), code: agency.code.clone(), name: agency.name.clone() }
    }
}

impl From<&PartnerRow> for Agency {
    fn from(row: &PartnerRow) -> Self {
        let kind = Code(AgencyKind::from_code(&row.agency_kind).unwrap_or(AgencyKind::Other));
        Self { kind, code: row.agency.clone(), name: row.agency_name.clone() }
    }
}

impl From<&PartnerRow> for PartnerLine {
    fn from(row: &PartnerRow) -> Self {
        Self {
            id: row.stream,
            agency: row.into(),
            reference: row.reference.clone(),
            name: row.name(),
            born_on: row.born_on.clone().map(Day),
            entries: row.entries,
            last_day: row.last_day.clone().map(Day),
        }
    }
}

impl PartnerRecord {
    pub(crate) fn of(id: Uuid, record: &Record) -> Self {
        Self {
            id,
            agency: (&record.agency).into(),
            reference: text(&record.reference),
            person: record.person.get().map(PartnerPerson::from),
            entries: each(&record.entries),
        }
    }
}

impl From<&partner::Person> for PartnerPerson {
    fn from(person: &partner::Person) -> Self {
        Self {
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            also_known_as: person.also_known_as.clone(),
            born_on: person.born_on.map(Day::from),
            sex: person.sex.clone(),
            address: person.address.clone(),
            postcode: person.postcode.clone(),
            phones: person.phones.clone(),
        }
    }
}

impl From<&Stated> for PartnerEntry {
    fn from(stated: &Stated) -> Self {
        let (entry, told) = (&stated.entry, stated.entry.told.get());
        let told = |of: fn(&partner::Told) -> &String| told.map(of).cloned().filter(|text| !text.is_empty());
        Self {
            reference: text(&entry.reference),
            kind: Code(entry.kind),
            from: entry.from.into(),
            to: entry.to.map(Day::from),
            source: told(|told| &told.source),
            reason: told(|told| &told.reason),
            outcome: told(|told| &told.outcome),
            words: told(|told| &told.words),
            imported_at: stated.at.into(),
        }
    }
}
