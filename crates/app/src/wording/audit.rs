//! How often records blame a child: rates with their intervals, by month, team, role and category. Never by person.
use std::collections::BTreeMap;

use cf_access::{Action, Resource};
use cf_kernel::{ChildId, Role, StreamId, TeamId, Timestamp};
use cf_store::WordingRow;
use cf_wording::Category;

use super::Found;
use super::keep::narratives_of;
use crate::{App, Caller, Problem};

/// Groups of fewer entries than this are not shown: in a small team a rate points at a person. A setting.
pub const FEWEST: i64 = 20;
/// So many consecutive points on one side of the mean are a shift, and so many all rising or all falling a trend.
/// Settings, after the usual rules of statistical process control in the NHS.
const SHIFT: usize = 7;
const TREND: usize = 6;

/// Entries checked, and how many of them blame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// Entries with narrative.
    pub checked: i64,
    /// Of these, with words that blame.
    pub blaming: i64,
    /// Of these, with words kept by the writer's decision.
    pub kept: i64,
}

impl Rate {
    /// Blaming entries for 100 checked; none without entries.
    #[must_use]
    pub fn per_100(self) -> Option<f64> {
        (self.checked > 0).then(|| 100.0 * self.blaming as f64 / self.checked as f64)
    }

    /// The 95 % interval of the rate, for 100 entries, by Wilson's score method: sound for small counts and for zero.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        const Z: f64 = 1.959_963_984_540_054;
        if self.checked <= 0 {
            return None;
        }
        let n = self.checked as f64;
        let p = self.blaming as f64 / n;
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some((100.0 * (middle - half).max(0.0), 100.0 * (middle + half).min(1.0)))
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

/// What a point says about the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Outside the limits.
    Outside,
    /// One of a run on the same side of the mean.
    Shift,
    /// One of a run that rises or falls all the way.
    Trend,
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

/// The limits of a proportion chart for 100 entries: three standard errors round the mean, for this many entries.
fn limits(mean: f64, checked: i64) -> (f64, f64) {
    let half = 3.0 * (mean * (1.0 - mean) / (checked.max(1) as f64)).sqrt();
    (100.0 * (mean - half).max(0.0), 100.0 * (mean + half).min(1.0))
}

/// The control chart of these months.
fn chart(months: &BTreeMap<i64, Rate>) -> Vec<MonthPoint> {
    let mut all = Rate::default();
    months.values().for_each(|rate| all.add(*rate));
    let mean = all.per_100().unwrap_or_default() / 100.0;
    let values: Vec<f64> = months.values().map(|rate| rate.per_100().unwrap_or_default() / 100.0).collect();
    let side = |value: f64| {
        if value > mean {
            1
        } else if value < mean {
            -1
        } else {
            0
        }
    };
    let shift = in_runs(&values, SHIFT, |run| {
        let first = side(run[0]);
        first != 0 && run.iter().all(|value| side(*value) == first)
    });
    let trend = in_runs(&values, TREND, |run| {
        run.windows(2).all(|two| two[1] > two[0]) || run.windows(2).all(|two| two[1] < two[0])
    });
    let point = |(at, (month, rate)): (usize, (&i64, &Rate))| {
        let limits = limits(mean, rate.checked);
        let value = values[at] * 100.0;
        let signal = match (value < limits.0 || value > limits.1, shift[at], trend[at]) {
            (true, ..) => Some(Signal::Outside),
            (_, true, _) => Some(Signal::Shift),
            (_, _, true) => Some(Signal::Trend),
            _ => None,
        };
        MonthPoint { month: *month, rate: *rate, limits, signal }
    };
    months.iter().enumerate().map(point).collect()
}

/// Which values are part of a run of this length for which this holds.
fn in_runs(values: &[f64], length: usize, holds: impl Fn(&[f64]) -> bool) -> Vec<bool> {
    let mut marked = vec![false; values.len()];
    for (start, run) in values.windows(length).enumerate() {
        if holds(run) {
            marked[start..start + length].fill(true);
        }
    }
    marked
}

/// Hides groups too small to show, and one more where a single hidden one could be worked out from the total.
fn suppressed(groups: BTreeMap<String, Rate>) -> Vec<Group> {
    let mut small: Vec<&String> =
        groups.iter().filter(|(_, rate)| rate.checked < FEWEST).map(|(name, _)| name).collect();
    if small.len() == 1 {
        let next = groups.iter().filter(|(name, _)| *name != small[0]).min_by_key(|(_, rate)| rate.checked);
        small.extend(next.map(|(name, _)| name));
    }
    let show = |(name, rate): (&String, &Rate)| Group {
        name: name.clone(),
        rate: (!small.contains(&name)).then_some(*rate),
    };
    groups.iter().map(show).collect()
}

impl App {
    /// How often records blame, from one month to another, both included.
    ///
    /// # Errors
    /// A denial or a fault.
    pub async fn wording_audit(&self, caller: &Caller, from: i64, to: i64) -> Result<AuditView, Problem> {
        self.authorise(caller, Action::ViewWordingAudit, &Resource::desk(), &[]).await?;
        let team_names: BTreeMap<TeamId, String> =
            self.store.teams().await?.into_iter().map(|team| (team.id, team.name)).collect();
        let (mut written, mut imported) = (Rate::default(), Rate::default());
        let (mut months, mut teams, mut roles) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for row in self.store.wording_rates(from, to).await? {
            let rate = Rate { checked: row.checked, blaming: row.blaming, kept: row.kept };
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
        })
    }

    /// Kept findings a supervisor called false alarms, newest first: what feeds the rules file.
    ///
    /// # Errors
    /// A denial or a fault.
    pub async fn wording_false_alarms(&self, caller: &Caller) -> Result<Vec<WordingRow>, Problem> {
        self.authorise(caller, Action::ViewWordingAudit, &Resource::desk(), &[]).await?;
        Ok(self.store.wording_false_alarms(100).await?)
    }

    /// The entries behind the audit, newest first: of one month (0 for any) and one category. Each record shown is
    /// logged as read.
    ///
    /// # Errors
    /// A denial or a fault.
    pub async fn audited_entries(
        &self,
        caller: &Caller,
        month: i64,
        category: Option<Category>,
        limit: i64,
    ) -> Result<Vec<AuditedEntry>, Problem> {
        let rows = self.store.wording_entries(month, category.map_or("", Category::name), limit).await?;
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
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(blaming: i64, checked: i64) -> Rate {
        Rate { checked, blaming, kept: 0 }
    }

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // SOURCE: worked by hand from the formula: 10 of 100 gives 5.52 to 17.44; 0 of 20 gives 0 to 16.11.
        let near = |(low, high): (f64, f64), want: (f64, f64)| {
            assert!((low - want.0).abs() < 0.01 && (high - want.1).abs() < 0.01, "{low} {high}");
        };
        near(rate(10, 100).interval().unwrap(), (5.52, 17.44));
        near(rate(0, 20).interval().unwrap(), (0.0, 16.11));
        assert_eq!(rate(0, 0).interval(), None);
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
        assert!(shifted.iter().all(|signal| *signal == Some(Signal::Shift)), "{shifted:?}");
        assert_eq!(signals(&[3, 4, 5, 6, 7, 8])[0], Some(Signal::Trend));
    }

    #[test]
    fn one_small_group_cannot_be_worked_out_from_the_total() {
        let groups = [("A", rate(1, 300)), ("B", rate(2, 40)), ("C", rate(3, 5))];
        let groups = groups.map(|(name, rate)| (name.to_owned(), rate)).into_iter().collect();
        let shown: Vec<_> = suppressed(groups).into_iter().map(|group| group.rate.is_some()).collect();
        assert_eq!(shown, [true, false, false]);
    }
}
