//! How often records blame a child.
use cf_app::wording::audit::{self, AuditView, Group, MonthPoint, Rate};
use cf_app::wording::false_alarms::{AlarmSentence, RuleAlarms};
use cf_kernel::Role;
use cf_measures::Signal;
use cf_store::WordingRow;
use cf_wording::Category;
use uuid::Uuid;

use crate::api::shape::{At, Code, each, shapes};

shapes! {
    /// How often records blame a child. No person is listed.
    WordingAudit {
        /// The first month, as `2026-03`.
        from: String,
        /// The last month.
        to: String,
        /// What people wrote here.
        written: AuditRate,
        /// What other systems brought.
        imported: AuditRate,
        /// Entries checked that do not count as blaming: every word found in them was called a false alarm.
        entries_left_out: i64,
        /// What people wrote here, by month.
        months: Vec<AuditMonth>,
        /// By the writers' team.
        teams: Vec<AuditGroup>,
        /// By the writers' role.
        roles: Vec<AuditGroup>,
        categories: Vec<AuditCategory>,
        imported_categories: Vec<AuditCategory>,
        /// Groups of fewer entries have no rate: in a small team it points at a person.
        fewest: i64,
        /// Findings a supervisor called false alarms, newest first.
        false_alarms: Vec<FalseAlarm>,
        /// The version of the wording rules.
        rules: String,
    }
    /// Entries checked, and how many of them blame.
    AuditRate {
        checked: i64,
        blaming: i64,
        /// With words kept by the writer's decision.
        kept: i64,
        /// Blaming entries for 100 checked; `null` without entries.
        per_100: Option<f64>,
        /// The 95 % interval of that, by Wilson's method.
        low: Option<f64>,
        high: Option<f64>,
    }
    /// One month of the control chart.
    AuditMonth {
        month: String,
        rate: AuditRate,
        /// The process limits for this month's number of entries, for 100 entries.
        lower_limit: f64,
        upper_limit: f64,
        /// `outside` the limits, one of two `near_limit`, or part of a `shift` or a `trend`.
        signal: Option<String>,
    }
    /// One team or role.
    AuditGroup {
        name: String,
        /// `null` where it is too small to show, or would let a smaller one be worked out.
        rate: Option<AuditRate>,
    }
    /// Entries with words of one category.
    AuditCategory {
        category: String,
        checked: i64,
        blaming: i64,
        per_100: Option<f64>,
        /// The 95 % interval of that, by Wilson's method.
        low: Option<f64>,
        high: Option<f64>,
    }
    /// False alarms by the rule that raised them.
    AlarmsByRule {
        rules: Vec<AlarmsOfRule>,
        /// A file of rules (TOML) in which each sentence must pass; `null` without false alarms. It loads only when
        /// somebody has said in it what sets the sentences apart.
        draft: Option<String>,
    }
    /// One rule's.
    AlarmsOfRule {
        rule: String,
        sentences: Vec<AlarmText>,
    }
    /// A sentence in which a supervisor saw no blame; the child's own name is taken out.
    AlarmText {
        text: String,
        /// The findings called false alarms, newest first.
        matters: Vec<Uuid>,
        /// Whether the rules in force still find blame in it.
        still_found: bool,
    }
    /// A finding a supervisor called a false alarm.
    FalseAlarm {
        matter: Uuid,
        rule: Option<String>,
        /// The version of the rules that found it.
        rules: Option<String>,
        kept_at: At,
    }
    /// Entries with words that blame, newest first.
    AuditedTexts {
        entries: Vec<AuditedText>,
        /// Where the list goes on; `null` at its end.
        after: Option<String>,
    }
    /// One entry. The writer is not named.
    AuditedText {
        /// The record, as a path of the API below `/api/v1` and of the pages.
        path: String,
        at: At,
        role: Code<Role>,
        /// What the rules in force find now; nothing where they find no more, or the text was destroyed.
        found: Vec<AuditedWords>,
    }
    /// Words that blame.
    AuditedWords {
        sentence: String,
        words: String,
        category: String,
    }
}

/// A month since year 0 as `2026-03`.
fn month(month: i64) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// The month this text means, since year 0.
pub(crate) fn month_in(text: &str) -> Option<i64> {
    let (year, month) = text.split_once('-')?;
    let digits =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok());
    let (year_in, month_in) = (digits(year)??, digits(month)??);
    (year.len() == 4 && month.len() == 2 && (1..=12).contains(&month_in))
        .then_some(year_in * 12 + month_in - 1)
}

impl WordingAudit {
    pub(crate) fn of(view: &AuditView, false_alarms: &[WordingRow], rules: String) -> Self {
        Self {
            from: month(view.months.0),
            to: month(view.months.1),
            written: view.written.into(),
            imported: view.imported.into(),
            entries_left_out: view.false_alarms,
            months: each(&view.chart),
            teams: each(&view.teams),
            roles: each(&view.roles),
            categories: each(&view.categories),
            imported_categories: each(&view.imported_categories),
            fewest: audit::FEWEST,
            false_alarms: each(false_alarms),
            rules,
        }
    }
}

impl From<Rate> for AuditRate {
    fn from(rate: Rate) -> Self {
        let (low, high) = rate.interval().unzip();
        let Rate { checked, blaming, kept } = rate;
        Self { checked, blaming, kept, per_100: rate.per_100(), low, high }
    }
}

impl From<&MonthPoint> for AuditMonth {
    fn from(point: &MonthPoint) -> Self {
        let signal = point.signal.map(|signal| match signal {
            Signal::Outside => "outside",
            Signal::Run => "shift",
            Signal::NearLimit => "near_limit",
            Signal::Trend => "trend",
        });
        Self {
            month: month(point.month),
            rate: point.rate.into(),
            lower_limit: point.limits.0,
            upper_limit: point.limits.1,
            signal: signal.map(str::to_owned),
        }
    }
}

impl From<&Group> for AuditGroup {
    fn from(group: &Group) -> Self {
        Self { name: group.name.clone(), rate: group.rate.map(AuditRate::from) }
    }
}

impl From<&(Category, Rate)> for AuditCategory {
    fn from((category, rate): &(Category, Rate)) -> Self {
        let (low, high) = rate.interval().unzip();
        Self {
            category: category.name().to_owned(),
            checked: rate.checked,
            blaming: rate.blaming,
            per_100: rate.per_100(),
            low,
            high,
        }
    }
}

impl From<&WordingRow> for FalseAlarm {
    fn from(row: &WordingRow) -> Self {
        let (rule, rules) = (row.rule.clone(), row.rules.clone());
        Self { matter: row.stream, rule, rules, kept_at: At::micros(row.begun_at) }
    }
}

impl From<&audit::AuditedEntry> for AuditedText {
    fn from(entry: &audit::AuditedEntry) -> Self {
        let found = |found: &cf_app::wording::Found| AuditedWords {
            sentence: found.sentence.clone(),
            words: found.words.clone(),
            category: found.category.name().to_owned(),
        };
        Self {
            path: entry.path.clone(),
            at: At(entry.at),
            role: Code(entry.role),
            found: entry.found.iter().map(found).collect(),
        }
    }
}

impl From<&RuleAlarms> for AlarmsOfRule {
    fn from(rule: &RuleAlarms) -> Self {
        Self { rule: rule.rule.clone(), sentences: each(&rule.sentences) }
    }
}

impl From<&AlarmSentence> for AlarmText {
    fn from(one: &AlarmSentence) -> Self {
        let matters = one.matters.iter().map(|id| id.uuid()).collect();
        Self { text: one.text.clone(), matters, still_found: one.still_found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_comes_back_as_it_was() {
        assert_eq!(month_in(&month(2026 * 12 + 2)), Some(2026 * 12 + 2));
        assert_eq!(month(2026 * 12 + 11), "2026-12");
        for text in ["", "2026", "2026-13", "2026-00", "26-03", "2026-3", "+026-03", "2026-03-01"] {
            assert_eq!(month_in(text), None, "{text}");
        }
    }
}
