//! A council's record of a child as rows.
use async_recursion::async_recursion as boxed;
use cf_casework::council::{AbsenceKind, CouncilChild, State};
use cf_kernel::{CouncilChildId, StreamId};
use uuid::Uuid;

use super::tables::{ABSENCE, COUNCIL};
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// One child in a council's returns, as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct CouncilRow {
        pub stream: Uuid,
        pub authority: String,
        pub local_id: String,
        pub born_on: Option<String>,
        pub sex: String,
        pub upn: String,
        pub first_year: i64,
        pub last_year: i64,
        pub in_care: Option<bool>,
        pub missing_periods: i64,
        pub away_periods: i64,
        pub open_period: bool,
    }
}

impl CouncilRow {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> CouncilChildId {
        CouncilChildId::from_uuid(self.stream)
    }
}

from_row! {
    /// A missing or away period.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct AbsenceRow {
        pub absence_year: i64,
        pub kind: String,
        pub from_day: String,
        pub to_day: Option<String>,
    }
}

/// The rows of a council record.
#[must_use]
pub fn council_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(latest) = state.latest() else { return Vec::new() };
    let absences = || state.years.values().flat_map(|(record, ..)| &record.absences);
    let count = |kind| absences().filter(|absence| absence.kind == kind).count() as i64;
    let header = latest.header.get();
    let year = |year: Option<&i16>| Value::Int(year.copied().unwrap_or_default().into());
    let mut rows = vec![Row {
        table: &COUNCIL,
        stream,
        part: String::new(),
        values: vec![
            latest.authority.as_str().into(),
            latest.local_id.get().map_or("", String::as_str).into(),
            header.and_then(|header| header.born_on).map(|day| day.to_string()).into(),
            header.map_or("", |header| header.sex.as_str()).into(),
            header.map_or("", |header| header.upn.as_str()).into(),
            year(state.years.keys().next()),
            year(state.years.keys().next_back()),
            in_care(latest).into(),
            count(AbsenceKind::Missing).into(),
            count(AbsenceKind::Away).into(),
            latest.absences.iter().any(|absence| absence.to.is_none()).into(),
        ],
    }];
    for (year, (record, ..)) in &state.years {
        rows.extend(record.absences.iter().enumerate().map(|(number, absence)| Row {
            table: &ABSENCE,
            stream,
            part: format!("{year}:{number:04}"),
            values: vec![
                Value::Int((*year).into()),
                if absence.kind == AbsenceKind::Missing { "M" } else { "A" }.into(),
                absence.from.to_string().into(),
                absence.to.map(|day| day.to_string()).into(),
            ],
        }));
    }
    rows
}

/// Whether an episode of care goes on. A return without a single episode does not say.
fn in_care(record: &CouncilChild) -> Option<bool> {
    let episodes = Some(&record.episodes).filter(|episodes| !episodes.is_empty())?;
    Some(episodes.iter().any(|episode| episode.to.is_none()))
}

impl Store {
    /// Council records, by authority and local id; at most `limit` after `after`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn council_records(
        &self,
        authority: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<CouncilRow>, Fault> {
        let sql = "select stream, authority, local_id, born_on, sex, upn, first_year, last_year, in_care, \
                   missing_periods, away_periods, open_period from council_child \
                   where $1 = '' or authority = $1 order by authority, local_id, stream limit $2 offset $3";
        Ok(self.reads().rows(sql, args![authority.unwrap_or(""), limit, offset]).await?)
    }

    /// The rows of those of these records that are a council's, by id.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn council_among(&self, records: &[Uuid]) -> Result<Vec<CouncilRow>, Fault> {
        const HEAD: &str = "select stream, authority, local_id, born_on, sex, upn, first_year, last_year, in_care, \
            missing_periods, away_periods, open_period from council_child where stream in ";
        self.among(HEAD, "order by stream", records).await
    }

    /// Council records in the same order, after this one; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn council_records_after(
        &self,
        authority: Option<&str>,
        after: CouncilChildId,
        limit: i64,
    ) -> Result<Vec<CouncilRow>, Fault> {
        let sql = "select stream, authority, local_id, born_on, sex, upn, first_year, last_year, in_care, \
                   missing_periods, away_periods, open_period from council_child \
                   where ($1 = '' or authority = $1) and (authority, local_id, stream) > \
                   (select authority, local_id, stream from council_child where stream = $2) \
                   order by authority, local_id, stream limit $3";
        Ok(self.reads().rows(sql, args![authority.unwrap_or(""), after.uuid(), limit]).await?)
    }

    /// The absences of one council record, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn absences_of(&self, record: CouncilChildId) -> Result<Vec<AbsenceRow>, Fault> {
        let sql = "select absence_year, kind, from_day, to_day from council_absence where stream = $1 \
                   order by from_day, part";
        Ok(self.reads().rows(sql, args![record.uuid()]).await?)
    }
}

#[cfg(test)]
mod tests {
    use cf_casework::council::{CareEpisode, Header};
    use cf_kernel::Private;

    use super::*;

    #[test]
    fn a_return_without_episodes_of_care_does_not_say_whether_the_child_is_in_care() {
        let day = |text: &str| text.parse().unwrap();
        let episode = |to: Option<&str>| CareEpisode {
            from: day("2025-06-01"),
            to: to.map(day),
            legal_status: "C2".into(),
            placement: "U4".into(),
            reason_ceased: String::new(),
        };
        let told = |episodes| CouncilChild {
            authority: "306".into(),
            year: 2026,
            local_id: "1".into(),
            header: Private::Known(Header::default()),
            episodes,
            absences: Vec::new(),
        };
        assert_eq!(in_care(&told(vec![])), None);
        assert_eq!(in_care(&told(vec![episode(None)])), Some(true));
        assert_eq!(in_care(&told(vec![episode(Some("2025-09-01"))])), Some(false));
    }
}
