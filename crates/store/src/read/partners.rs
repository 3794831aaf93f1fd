//! A partner agency's record of a child as a row.
use async_recursion::async_recursion as boxed;
use cf_casework::partner::State;
use cf_kernel::{PartnerRecordId, StreamId};
use uuid::Uuid;

use super::tables::PARTNER;
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// One child in a partner agency's records, as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct PartnerRow {
        pub stream: Uuid,
        pub agency_kind: String,
        pub agency: String,
        pub agency_name: String,
        pub reference: String,
        pub given_name: String,
        pub family_name: String,
        pub born_on: Option<String>,
        pub entries: i64,
        pub last_day: Option<String>,
    }
}

impl PartnerRow {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> PartnerRecordId {
        PartnerRecordId::from_uuid(self.stream)
    }
    /// Given and family name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

/// The row of a partner's record.
#[must_use]
pub fn partner_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(record) = &state.record else { return Vec::new() };
    let person = record.person.get();
    let text = |field: Option<&String>| Value::Text(field.cloned().unwrap_or_default());
    vec![Row {
        table: &PARTNER,
        stream,
        part: String::new(),
        values: vec![
            record.agency.kind.code().into(),
            record.agency.code.as_str().into(),
            record.agency.name.as_str().into(),
            text(record.reference.get()),
            text(person.map(|person| &person.given_name)),
            text(person.map(|person| &person.family_name)),
            person.and_then(|person| person.born_on).map(|day| day.to_string()).into(),
            Value::Int(record.entries.len() as i64),
            record.entries.first().map(|stated| stated.entry.from.to_string()).into(),
        ],
    }]
}

impl Store {
    /// Records of partners, by agency, name and reference; at most `limit` after the first `offset`. With an agency,
    /// only its own.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn partner_records(
        &self,
        agency: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<PartnerRow>, Fault> {
        let sql = "select stream, agency_kind, agency, agency_name, reference, given_name, family_name, \
                   born_on, entries, last_day from partner_record \
                   where $1 = '' or agency = $1 order by agency_name, agency, family_name, given_name, reference, \
                   stream limit $2 offset $3";
        Ok(self.reads().rows(sql, args![agency.unwrap_or(""), limit, offset]).await?)
    }

    /// The same list after this record.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn partner_records_after(
        &self,
        agency: Option<&str>,
        after: PartnerRecordId,
        limit: i64,
    ) -> Result<Vec<PartnerRow>, Fault> {
        let sql = "select stream, agency_kind, agency, agency_name, reference, given_name, family_name, \
                   born_on, entries, last_day from partner_record \
                   where ($1 = '' or agency = $1) \
                   and (agency_name, agency, family_name, given_name, reference, stream) > \
                   (select agency_name, agency, family_name, given_name, reference, stream from partner_record \
                   where stream = $2) \
                   order by agency_name, agency, family_name, given_name, reference, stream limit $3";
        Ok(self.reads().rows(sql, args![agency.unwrap_or(""), after.uuid(), limit]).await?)
    }

    /// Each agency that sent records: kind, code, name, and how many.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn partner_agencies(&self) -> Result<Vec<(String, String, String, i64)>, Fault> {
        let sql = "select agency_kind, agency, agency_name, count(*) from partner_record \
                   group by agency_kind, agency, agency_name order by agency_kind, agency_name, agency";
        Ok(self.reads().rows(sql, args![]).await?)
    }

    /// The rows of those of these records that are a partner's, by id.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn partners_among(&self, records: &[Uuid]) -> Result<Vec<PartnerRow>, Fault> {
        const HEAD: &str = "select stream, agency_kind, agency, agency_name, reference, given_name, family_name, \
            born_on, entries, last_day from partner_record where stream in ";
        self.among(HEAD, "order by stream", records).await
    }
}
