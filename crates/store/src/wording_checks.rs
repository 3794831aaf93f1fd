//! What the wording rules found in each recorded entry, as counts: the denominator and the numerator of an audit.
//!
//! An ordinary table, because a check is a measurement by one version of the rules and not a fact of the case. It is
//! written in the transaction of its entry, so that no entry is counted that was not recorded.
use async_recursion::async_recursion as boxed;
use cf_kernel::{Role, StreamId, TeamId, Timestamp};
use uuid::Uuid;

use crate::db::{Arg, args, from_row};
use crate::{Fault, Store};

/// Columns of the table, in the order of [`WordingCheck::args`].
pub(crate) const COLUMNS: usize = 13;
pub(crate) const INSERT: &str = "insert into wording_check (stream, version, kind, month, at, role, team, imported, \
     rules, blaming, advisory, kept, found)";

/// What was found in one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordingCheck {
    /// The record.
    pub stream: StreamId,
    /// The entry: its version in the record.
    pub version: i64,
    /// The record's kind.
    pub kind: &'static str,
    /// When it was recorded.
    pub at: Timestamp,
    /// In which role its writer acted.
    pub role: Role,
    /// For which team.
    pub team: TeamId,
    /// Whether another system wrote it.
    pub imported: bool,
    /// The version of the rules.
    pub rules: String,
    /// Findings that blame.
    pub blaming: u32,
    /// Suggestions.
    pub advisory: u32,
    /// Of the findings that blame, kept with the writer's decision.
    pub kept: u32,
    /// Categories of the findings that blame, each once.
    pub categories: Vec<&'static str>,
}

impl WordingCheck {
    pub(crate) fn args(self) -> Vec<Arg> {
        let Self {
            stream,
            version,
            kind,
            at,
            role,
            team,
            imported,
            rules,
            blaming,
            advisory,
            kept,
            categories,
        } = self;
        args![
            stream.uuid(),
            version,
            kind,
            month(at),
            at.micros(),
            role.code(),
            team.uuid(),
            i64::from(imported),
            rules,
            i64::from(blaming),
            i64::from(advisory),
            i64::from(kept),
            categories.join(",")
        ]
        .into_iter()
        .collect()
    }
}

/// Months since year 0, on a London calendar.
fn month(at: Timestamp) -> i64 {
    let date = at.day().date();
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

from_row! {
    /// Entries checked in one month, for one team, role and origin.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WordingRate {
        /// Months since year 0.
        pub month: i64,
        /// The writers' role.
        pub role: String,
        /// The writers' team.
        pub team: Uuid,
        /// 1 where another system wrote them.
        pub imported: i64,
        /// Entries checked.
        pub checked: i64,
        /// Of these, with words that blame; without false alarms.
        pub blaming: i64,
        /// Of these, with words kept by decision.
        pub kept: i64,
        /// Entries in which every word found was called a false alarm.
        pub false_alarms: i64,
    }
}

from_row! {
    /// Entries of one month with the same categories of blame.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WordingCategories {
        /// Months since year 0.
        pub month: i64,
        /// 1 where another system wrote them.
        pub imported: i64,
        /// Categories, comma-separated.
        pub found: String,
        /// Entries.
        pub entries: i64,
    }
}

from_row! {
    /// Entries in which all words of one category were called false alarms.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WordingAlarms {
        /// 1 where another system wrote them.
        pub imported: i64,
        /// The category.
        pub category: String,
        /// Entries.
        pub entries: i64,
    }
}

from_row! {
    /// An entry with words that blame: where it is.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WordingEntry {
        /// The record.
        pub stream: Uuid,
        /// The entry.
        pub version: i64,
        /// The record's kind.
        pub kind: String,
        /// When it was recorded.
        pub at: i64,
        /// The writer's role.
        pub role: String,
        /// Categories, comma-separated.
        pub found: String,
    }
}

impl WordingEntry {
    /// Where a list goes on after it.
    #[must_use]
    pub const fn place(&self) -> WordingPlace {
        WordingPlace { at: self.at, stream: self.stream, version: self.version }
    }
}

/// Where a list of entries goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordingPlace {
    /// When the last entry was recorded.
    pub at: i64,
    /// Its record.
    pub stream: Uuid,
    /// Its version in the record.
    pub version: i64,
}

impl WordingPlace {
    /// Before the newest entry.
    pub const START: Self = Self { at: i64::MAX, stream: Uuid::nil(), version: 0 };
}

/// Which entries with words that blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhichEntries {
    /// Of this month, since year 0; 0 for any.
    pub month: i64,
    /// With this category; empty for any.
    pub category: String,
    /// After this one.
    pub after: WordingPlace,
}

/// That a supervisor called every word kept in entry `c` a false alarm; of one category only, where `more` says so.
fn false_alarm(more: &str) -> String {
    let kept = format!(
        "select 1 from wording w where w.record = c.stream and w.entry = c.version and w.origin = 'kept'{more}"
    );
    format!(
        "c.blaming = c.kept and exists ({kept} and w.decision = 'false_alarm') \
         and not exists ({kept} and coalesce(w.decision, '') <> 'false_alarm')"
    )
}

impl Store {
    /// Entries checked from one month to another, both included, by month, role, team and origin.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_rates(&self, from: i64, to: i64) -> Result<Vec<WordingRate>, Fault> {
        let sql = format!(
            "select month, role, team, imported, count(*) as checked, \
             count(case when blaming > 0 and not alarm then 1 end) as blaming, \
             count(case when kept > 0 and not alarm then 1 end) as kept, \
             count(case when alarm then 1 end) as false_alarms \
             from (select month, role, team, imported, blaming, kept, blaming > 0 and {} as alarm \
             from wording_check c where month >= $1 and month <= $2) found \
             group by month, role, team, imported order by month, role, team, imported",
            false_alarm("")
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![from, to]).await?)
    }

    /// Entries with words that blame, by month and categories; false alarms are among them, see
    /// [`Store::wording_alarms`].
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_categories(&self, from: i64, to: i64) -> Result<Vec<WordingCategories>, Fault> {
        let sql = "select month, imported, found, count(*) as entries from wording_check \
                   where blaming > 0 and month >= $1 and month <= $2 \
                   group by month, imported, found order by month, imported, found";
        Ok(self.reads().rows(sql, args![from, to]).await?)
    }

    /// Entries in which all words of a category were called false alarms, by origin and category.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_alarms(&self, from: i64, to: i64) -> Result<Vec<WordingAlarms>, Fault> {
        let sql = format!(
            "select c.imported, a.category, count(*) as entries from wording_check c \
             join (select distinct record, entry, category from wording \
             where origin = 'kept' and decision = 'false_alarm') a on a.record = c.stream and a.entry = c.version \
             where c.month >= $1 and c.month <= $2 and {} \
             group by c.imported, a.category order by c.imported, a.category",
            false_alarm(" and w.category = a.category")
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![from, to]).await?)
    }

    /// Entries with words that blame, newest first, without false alarms.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn wording_entries(
        &self,
        which: WhichEntries,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<WordingEntry>, Fault> {
        let WhichEntries { month, category, after: WordingPlace { at, stream, version } } = which;
        let sql = format!(
            "select stream, version, kind, at, role, found from wording_check c \
             where blaming > 0 and ($1 = 0 or month = $1) and ($2 = '' or ',' || found || ',' like $3) \
             and (at < $4 or (at = $4 and (stream > $5 or (stream = $5 and version > $6)))) and not ({}) \
             order by at desc, stream, version limit $7 offset $8",
            false_alarm(" and ($2 = '' or w.category = $2)")
        );
        let like = format!("%,{category},%");
        let args = args![month, category, like, at, stream, version, limit, offset];
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args).await?)
    }
}
