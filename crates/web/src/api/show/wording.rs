//! Words that were kept or challenged, and how often records blame a child.
use cf_app::wording::audit::{self, AuditView, Group, MonthPoint, Rate, Signal};
use cf_app::wording::matters::{MatterView, NarrativeEntry};
use cf_casework::wording::{
    Basis, Dated, Kept, Look, LookDecision, Origin, Outcome, Phase, RecordKind, Settlement,
};
use cf_kernel::{Private, Role};
use cf_store::WordingRow;
use cf_wording::Category;
use uuid::Uuid;

use super::{Clock, Holder, Person};
use crate::api::shape::{At, Code, each, shapes, text};
use crate::pages::wording::matter::open_act;

shapes! {
    /// Words that were kept or challenged, on a list.
    MatterLine {
        id: Uuid,
        child: Uuid,
        /// The child's name, or what stands in its place for a restricted record.
        child_name: String,
        /// The record the words stand in.
        record: Uuid,
        kind: Option<Code<RecordKind>>,
        /// What a supervisor's look, the writer's answer or an outcome is owed for, or `settled`.
        phase: String,
        /// Why they were kept; `null` for a challenge.
        basis: Option<Code<Basis>>,
        /// The category they were found as; `null` for a challenge.
        category: Option<String>,
        /// `null` where an import brought the words.
        writer: Option<String>,
        writer_role: Option<Code<Role>>,
        begun_at: At,
        /// Who holds it now.
        owner: String,
        due_at: Option<At>,
        decision: Option<Code<LookDecision>>,
        outcome: Option<Code<Outcome>>,
    }
    /// Words that were kept or challenged, whole.
    Matter {
        id: Uuid,
        /// The version shown; send it back to be told when it has moved on.
        version: i64,
        phase: Code<Phase>,
        child: Uuid,
        /// The record the words stand in.
        record: Uuid,
        kind: Code<RecordKind>,
        /// Which event of the record, by its version.
        entry: Option<i64>,
        field: String,
        words: Option<String>,
        /// `null` where an import brought the words.
        writer: Option<Person>,
        begun_at: At,
        /// Who kept or challenged them.
        begun_by: Person,
        /// How they were kept; `null` for a challenge.
        kept: Option<KeptWords>,
        /// Why they are challenged; `null` for words that were kept.
        challenge: Option<String>,
        look: Option<LookedAt>,
        /// What the writer answered, oldest first.
        answers: Vec<WritersAnswer>,
        outcome: Option<Settled>,
        /// Who holds it now.
        owner: Holder,
        /// What is owed and when, soonest first.
        clocks: Vec<Clock>,
        /// What the caller can do now: `look`, `answer` or `settle`; `null` for nothing.
        next: Option<String>,
    }
    /// How words were kept.
    KeptWords {
        /// The sentence they stand in.
        sentence: Option<String>,
        basis: Code<Basis>,
        /// The writer's reason; empty for the child's own words.
        reason: Option<String>,
        category: String,
        severity: String,
        rule: String,
        /// Why that rule found them, while it is in force.
        why: Option<String>,
        /// The version of the wording rules.
        rules: String,
    }
    /// A supervisor's look.
    LookedAt {
        at: At,
        by: Person,
        decision: Code<LookDecision>,
        words: Option<String>,
    }
    /// The writer's answer.
    WritersAnswer {
        at: At,
        by: Person,
        words: Option<String>,
    }
    /// What came of it.
    Settled {
        at: At,
        by: Person,
        outcome: Code<Outcome>,
        words: Option<String>,
    }
    /// It was recorded.
    OfMatter {
        matter: Uuid,
    }
    /// The entries of a record that hold narrative, newest first.
    Texts {
        entries: Vec<TextEntry>,
    }
    /// One entry.
    TextEntry {
        /// Its version in the record: the `entry` of a challenge.
        entry: i64,
        event: String,
        /// `null` where an import brought it.
        writer: Option<Person>,
        at: At,
        texts: Vec<TextField>,
    }
    /// One text.
    TextField {
        field: String,
        text: String,
    }
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
        /// `outside` the limits, or part of a `shift` or a `trend`.
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
        /// Whether there may be more than these, the newest: ask for one month or category to see others.
        more: bool,
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

impl From<&WordingRow> for MatterLine {
    fn from(row: &WordingRow) -> Self {
        Self {
            id: row.stream,
            child: row.child,
            child_name: row.child_name.clone(),
            record: row.record,
            kind: RecordKind::from_code(&row.record_kind).map(Code),
            phase: row.phase.clone(),
            basis: row.basis.as_deref().and_then(Basis::from_code).map(Code),
            category: row.category.clone(),
            writer: row.writer_name.clone(),
            writer_role: row.writer_role.as_deref().and_then(Role::from_code).map(Code),
            begun_at: At::micros(row.begun_at),
            owner: row.owner_name.clone(),
            due_at: row.due_at.map(At::micros),
            decision: row.decision.as_deref().and_then(LookDecision::from_code).map(Code),
            outcome: row.outcome.as_deref().and_then(Outcome::from_code).map(Code),
        }
    }
}

impl Matter {
    /// The matter; `why` says why the rule found the words that were kept.
    pub(crate) fn of(view: &MatterView, why: impl Fn(&Kept) -> Option<String>) -> Self {
        let matter = &view.matter;
        let about = matter.about();
        let (begun_at, begun_by) = &matter.begun;
        let (kept, challenge) = match &matter.origin {
            Origin::Kept(kept) => (Some(KeptWords::of(kept, why(kept))), None),
            Origin::Raised(raised) => (None, text(&raised.why)),
        };
        let mut clocks: Vec<_> = matter.clocks.iter().collect();
        clocks.sort_by_key(|(_, clock)| clock.deadline.due_at);
        Self {
            id: view.id.uuid(),
            version: view.version,
            phase: Code(matter.phase.0),
            child: about.child.uuid(),
            record: about.record.uuid(),
            kind: Code(about.kind),
            entry: about.entry,
            field: about.field.clone(),
            words: text(matter.words()),
            writer: about.writer.as_ref().map(Person::from),
            begun_at: At(*begun_at),
            begun_by: begun_by.into(),
            kept,
            challenge,
            look: matter.look.as_ref().map(LookedAt::from),
            answers: each(&matter.answers),
            outcome: matter.outcome.as_ref().map(Settled::from),
            owner: (&matter.owner()).into(),
            clocks: clocks.into_iter().map(Clock::from).collect(),
            next: open_act(view).map(str::to_owned),
        }
    }
}

impl KeptWords {
    fn of(kept: &Kept, why: Option<String>) -> Self {
        Self {
            sentence: text(&kept.sentence),
            basis: Code(kept.basis),
            reason: text(&kept.reason),
            category: kept.category.clone(),
            severity: kept.severity.clone(),
            rule: kept.rule.clone(),
            why,
            rules: kept.rules.clone(),
        }
    }
}

impl From<&Dated<Look>> for LookedAt {
    fn from(look: &Dated<Look>) -> Self {
        let (decision, words) = (Code(look.what.decision), text(&look.what.words));
        Self { at: At(look.at), by: (&look.by).into(), decision, words }
    }
}

impl From<&Dated<Private<String>>> for WritersAnswer {
    fn from(answer: &Dated<Private<String>>) -> Self {
        Self { at: At(answer.at), by: (&answer.by).into(), words: text(&answer.what) }
    }
}

impl From<&Dated<Settlement>> for Settled {
    fn from(settled: &Dated<Settlement>) -> Self {
        let (outcome, words) = (Code(settled.what.outcome), text(&settled.what.words));
        Self { at: At(settled.at), by: (&settled.by).into(), outcome, words }
    }
}

impl From<&NarrativeEntry> for TextEntry {
    fn from(entry: &NarrativeEntry) -> Self {
        let field = |(field, text): &(String, String)| TextField { field: field.clone(), text: text.clone() };
        Self {
            entry: entry.version,
            event: entry.event_type.clone(),
            writer: entry.writer.as_ref().map(Person::from),
            at: At(entry.at),
            texts: entry.texts.iter().map(field).collect(),
        }
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
            Signal::Shift => "shift",
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
