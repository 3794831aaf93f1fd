//! Words that were kept or challenged, and the texts they stand in.
use cf_app::wording::challenged::Challenged;
use cf_app::wording::matters::{MatterView, NarrativeEntry};
use cf_casework::wording::{
    Basis, Dated, Kept, Look, LookDecision, Origin, Outcome, Phase, RecordKind, Settlement,
};
use cf_kernel::{Private, Role};
use cf_store::WordingRow;
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
    /// Words that were challenged, or asked better words for.
    ChallengedWords {
        matter: Uuid,
        /// The text they stand in, as it was recorded.
        text: String,
        recorded_at: At,
        words: Option<String>,
        begun_at: At,
        /// Who kept or challenged them.
        begun_by: Person,
        look: Option<LookedAt>,
        /// What the writer answered, oldest first.
        answers: Vec<WritersAnswer>,
        /// What came of it, with the better words.
        outcome: Option<Settled>,
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

impl From<&Challenged> for ChallengedWords {
    fn from(challenged: &Challenged) -> Self {
        let Challenged { id, text: whole, recorded_at, matter } = challenged;
        let (begun_at, begun_by) = &matter.begun;
        Self {
            matter: id.uuid(),
            text: whole.clone(),
            recorded_at: At(*recorded_at),
            words: text(matter.words()),
            begun_at: At(*begun_at),
            begun_by: begun_by.into(),
            look: matter.look.as_ref().map(LookedAt::from),
            answers: each(&matter.answers),
            outcome: matter.outcome.as_ref().map(Settled::from),
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
