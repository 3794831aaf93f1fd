//! How often records blame a child: rates with their intervals, by month, team, role and category. Never by person.
use std::collections::BTreeMap;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::{ChildId, Role, StreamId, TeamId, Timestamp};
use cf_measures::{Basis, Judged, Settings, Share, Signal, shares, too_small};
use cf_store::{WhichEntries, WordingEntry, WordingPlace, WordingRow};
use cf_wording::Category;

use super::Found;
use super::keep::narratives_of;
use crate::{App, Caller, Problem};

/// Groups of fewer entries than this are not shown: in a small team a rate points at a person. A setting.
pub const FEWEST: i64 = 20;
/// Entries checked, and how many of them blame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// Entries with narrative.
    pub checked: i64,
    /// Of these, with words that blame. An entry in which a supervisor called every word found a false alarm blames nobody.
    pub blaming: i64,
    /// Of these, with words kept by the writer's decision.
    pub kept: i64,
}

impl Rate {
    /// Blaming entries as a part of those checked.
    #[must_use]
    pub fn share(self) -> Share {
        let whole = |count: i64| u64::try_from(count).unwrap_or_default();
        Share { part: whole(self.blaming), whole: whole(self.checked) }
    }

    /// Blaming entries for 100 checked; none without entries.
    #[must_use]
    pub fn per_100(self) -> Option<f64> {
        self.share().per_100()
    }

    /// The 95 % interval of the rate, for 100 entries.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        self.share().interval()
    }

    fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.blaming += other.blaming;
        self.kept += other.kept;
    }
}

/// A group with its rate; `None` where it is too small to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The team or role.
    pub name: String,
    /// Its rate.
    pub rate: Option<Rate>,
}

/// One month of the control chart.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthPoint {
    /// Months since year 0.
    pub month: i64,
    /// The rate.
    pub rate: Rate,
    /// Lower and upper process limits for this month's number of entries, for 100 entries.
    pub limits: (f64, f64),
    /// What it says.
    pub signal: Option<Signal>,
}

/// The whole audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditView {
    /// First and last month.
    pub months: (i64, i64),
    /// What people wrote here.
    pub written: Rate,
    /// What other systems brought.
    pub imported: Rate,
    /// Entries checked that do not count as blaming because every word found in them was called a false alarm.
    pub false_alarms: i64,
    /// Entries people wrote here, by month.
    pub chart: Vec<MonthPoint>,
    /// By the writers' team.
    pub teams: Vec<Group>,
    /// By the writers' role.
    pub roles: Vec<Group>,
    /// Entries with each category, of what people wrote here.
    pub categories: Vec<(Category, Rate)>,
    /// Entries with each category, of what was imported.
    pub imported_categories: Vec<(Category, Rate)>,
}

/// Entries with words that blame, as far as they were asked for.
#[derive(Debug, Clone)]
pub struct AuditedEntries {
    /// The entries, newest first.
    pub entries: Vec<AuditedEntry>,
    /// Where the list goes on; none at its end.
    pub after: Option<WordingPlace>,
}

/// An entry with words that blame, for those who may read it.
#[derive(Debug, Clone)]
pub struct AuditedEntry {
    /// The record, as a path on the site.
    pub path: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// The writer's role; the person is not named here.
    pub role: Role,
    /// What the rules in force now find in it.
    pub found: Vec<Found>,
}

/// The month of a moment, since year 0, on a London calendar.
#[must_use]
pub fn month_of(at: Timestamp) -> i64 {
    let date = at.day().date();
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// The control chart of these months. One month alone has nothing to be compared with, and no chart.
fn chart(months: &BTreeMap<i64, Rate>) -> Vec<MonthPoint> {
    let parts: Vec<Share> = months.values().map(|rate| rate.share()).collect();
    let Ok(chart) = shares(&parts, &Basis::default(), Settings::default()) else {
        let alone = |(month, rate): (&i64, &Rate)| MonthPoint {
            month: *month,
            rate: *rate,
            limits: (0.0, 100.0),
            signal: None,
        };
        return months.iter().map(alone).collect();
    };
    let point = |((month, rate), judged): ((&i64, &Rate), &Judged)| {
        let (lower, upper) = (judged.limits.lower.max(0.0), judged.limits.upper.min(1.0));
        let limits = (100.0 * lower, 100.0 * upper);
        MonthPoint { month: *month, rate: *rate, limits, signal: judged.signal() }
    };
    months.iter().zip(chart.points()).map(point).collect()
}

/// Hides groups too small to show, and one more where a single hidden one could be worked out from the total.
fn suppressed(groups: BTreeMap<String, Rate>) -> Vec<Group> {
    let sizes: Vec<i64> = groups.values().map(|rate| rate.checked).collect();
    let hidden = too_small(&sizes, FEWEST);
    let show =
        |((name, rate), hidden): ((String, Rate), bool)| Group { name, rate: (!hidden).then_some(rate) };
    groups.into_iter().zip(hidden).map(show).collect()
}

impl App {
    /// How often records blame, from one month to another, both included.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn wording_audit(&self, caller: &Caller, from: i64, to: i64) -> Result<AuditView, Problem> {
        self.authorise(caller, Action::ViewWordingAudit, &Resource::desk(), &[]).await?;
        let team_names: BTreeMap<TeamId, String> =
            self.store.teams().await?.into_iter().map(|team| (team.id, team.name)).collect();
        let (mut written, mut imported, mut false_alarms) = (Rate::default(), Rate::default(), 0);
        let (mut months, mut teams, mut roles) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for row in self.store.wording_rates(from, to).await? {
            let rate = Rate { checked: row.checked, blaming: row.blaming, kept: row.kept };
            false_alarms += row.false_alarms;
            if row.imported == 1 {
                imported.add(rate);
                continue;
            }
            written.add(rate);
            months.entry(row.month).or_insert_with(Rate::default).add(rate);
            let team = team_names.get(&TeamId::from_uuid(row.team)).cloned();
            teams
                .entry(team.unwrap_or_else(|| "Another team".to_owned()))
                .or_insert_with(Rate::default)
                .add(rate);
            let role = Role::from_code(&row.role).map_or("Another role", Role::label);
            roles.entry(role.to_owned()).or_insert_with(Rate::default).add(rate);
        }
        let mut found: [BTreeMap<Category, i64>; 2] = Default::default();
        for row in self.store.wording_categories(from, to).await? {
            let counts = &mut found[usize::from(row.imported == 1)];
            for category in row.found.split(',').filter_map(Category::from_name) {
                *counts.entry(category).or_default() += row.entries;
            }
        }
        for row in self.store.wording_alarms(from, to).await? {
            let counts = &mut found[usize::from(row.imported == 1)];
            if let Some(count) = Category::from_name(&row.category).and_then(|one| counts.get_mut(&one)) {
                *count -= row.entries;
            }
        }
        let of = |counts: &BTreeMap<Category, i64>, checked| {
            let one = |category: Category| {
                let blaming = counts.get(&category).copied().unwrap_or_default();
                (category, Rate { checked, blaming, kept: 0 })
            };
            Category::ALL.map(one).to_vec()
        };
        Ok(AuditView {
            months: (from, to),
            chart: chart(&months),
            teams: suppressed(teams),
            roles: suppressed(roles),
            categories: of(&found[0], written.checked),
            imported_categories: of(&found[1], imported.checked),
            written,
            imported,
            false_alarms,
        })
    }

    /// Kept findings a supervisor called false alarms, newest first: what feeds the rules file.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn wording_false_alarms(&self, caller: &Caller) -> Result<Vec<WordingRow>, Problem> {
        self.authorise(caller, Action::ViewWordingAudit, &Resource::desk(), &[]).await?;
        Ok(self.store.wording_false_alarms(100).await?)
    }

    /// The entries behind the audit, newest first, false alarms left out: at most `limit`, so many passed over. Each
    /// record shown is logged as read.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn audited_entries(
        &self,
        caller: &Caller,
        which: WhichEntries,
        limit: usize,
        passed_over: i64,
    ) -> Result<AuditedEntries, Problem> {
        let category = Category::from_name(&which.category);
        let mut rows = self.store.wording_entries(which, limit as i64 + 1, passed_over).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let after = rows.last().filter(|_| more).map(WordingEntry::place);
        let records: Vec<StreamId> = rows.iter().map(|row| StreamId::from_uuid(row.stream)).collect();
        self.authorise(caller, Action::ReadAuditedTexts, &Resource::desk(), &records).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let stream = StreamId::from_uuid(row.stream);
            let events = self.store.load(stream).await?;
            let Some(event) = events.iter().find(|event| event.version == row.version) else { continue };
            let texts = narratives_of(&event.clear, event.private.as_deref().unwrap_or_default());
            let found = texts.iter().flat_map(|(field, text)| self.find_wording(field, text));
            let found =
                found.filter(|found| found.blaming && category.is_none_or(|wanted| wanted == found.category));
            let path = match row.kind.as_str() {
                "child" => format!("/children/{}", ChildId::from_uuid(row.stream)),
                _ => format!("/incidents/{}", cf_kernel::IncidentId::from_uuid(row.stream)),
            };
            entries.push(AuditedEntry {
                path,
                at: Timestamp::from_micros(row.at),
                role: Role::from_code(&row.role).unwrap_or(Role::System),
                found: found.collect(),
            });
        }
        Ok(AuditedEntries { entries, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(blaming: i64, checked: i64) -> Rate {
        Rate { checked, blaming, kept: 0 }
    }

    #[test]
    fn special_causes_are_seen_and_common_ones_are_not() {
        let months = |values: &[i64]| {
            values.iter().enumerate().map(|(month, blaming)| (month as i64, rate(*blaming, 100))).collect()
        };
        let signals =
            |values: &[i64]| chart(&months(values)).into_iter().map(|point| point.signal).collect::<Vec<_>>();
        assert!(signals(&[5, 6, 4, 5, 7, 4, 6]).iter().all(Option::is_none));
        assert_eq!(signals(&[5, 6, 4, 5, 30, 4, 6])[4], Some(Signal::Outside));
        let shifted = signals(&[8, 9, 8, 9, 8, 9, 8, 4, 3, 4, 3, 4, 3, 4]);
        assert!(shifted.iter().all(|signal| *signal == Some(Signal::Run)), "{shifted:?}");
        assert_eq!(signals(&[3, 4, 5, 6, 7, 8, 9])[0], Some(Signal::Trend));
        assert_eq!(signals(&[30]), [None]);
    }

    #[test]
    fn one_small_group_cannot_be_worked_out_from_the_total() {
        let groups = [("A", rate(1, 300)), ("B", rate(2, 40)), ("C", rate(3, 5))];
        let groups = groups.map(|(name, rate)| (name.to_owned(), rate)).into_iter().collect();
        let shown: Vec<_> = suppressed(groups).into_iter().map(|group| group.rate.is_some()).collect();
        assert_eq!(shown, [true, false, false]);
    }
}
