//! The caller, sessions, accounts, restricted records, imports, the record as a record, rules, forms.
use cf_app::glass::{Break, Review};
use cf_app::oversight::Head;
use cf_casework::clocks::ClockId;
use cf_grading::RuleSet;
use cf_kernel::{Grade, Role};
use cf_store::{Account, Import, ImportRow, LogReport, Report, Session};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Clock;
use super::incident::Advice;
use crate::acts::Field;
use crate::acts::code_list::Coded;
use crate::acts::field::Kind;
use crate::api::shape::{At, Code, Shape, each, shapes};

shapes! {
    /// A session just begun.
    Begun {
        /// Send it as `Authorization: Bearer …`.
        token: String,
        /// When the session ends without a further call.
        until: At,
    }
    /// Who is signed in.
    Me {
        user: Uuid,
        name: String,
        role: Code<Role>,
        team: Uuid,
        /// The council of a council worker.
        authority: Option<String>,
        /// Why restricted records are open to the caller now; `null` when they are not.
        glass: Option<String>,
    }
    /// It was recorded.
    OfIncident {
        incident: Uuid,
    }
    /// It was recorded.
    OfChild {
        child: Uuid,
    }
    /// It was made.
    OfAccount {
        user: Uuid,
    }
    /// What the caller can do to a record as it stands now.
    Acts {
        /// The version looked at.
        version: i64,
        acts: Vec<ActForm>,
    }
    /// One act and its questions. Send the answers to `…/acts/{slug}`.
    ActForm {
        slug: String,
        title: String,
        intro: String,
        /// The action of the policies.
        action: String,
        questions: Vec<Question>,
    }
    /// The questions of the grading rules.
    Questions {
        questions: Vec<Question>,
    }
    /// What the grading rules say to facts about no child. Nothing is kept.
    Tried {
        advice: Advice,
        /// The recommendation is never below this.
        floor: Code<Grade>,
        /// Why.
        floor_reason: String,
        /// The smallest changes that would change the recommendation: those that raise it, then those that lower it.
        changes: Vec<NearestChange>,
    }
    /// One such change.
    NearestChange {
        /// In words.
        words: String,
        becomes: Code<Grade>,
    }
    /// A question.
    Question {
        field: String,
        question: String,
        hint: String,
        /// `line`, `words`, `moment`, `day`, `code`, `number` or `tick`.
        kind: String,
        needed: bool,
        /// What can be answered, for a code.
        codes: Vec<CodeWords>,
    }
    /// A code and its words.
    CodeWords {
        code: String,
        words: String,
    }
    /// Times somebody opened restricted records with a reason, newest first.
    Breaks {
        breaks: Vec<BreakLine>,
    }
    /// One of them.
    BreakLine {
        user: Uuid,
        name: String,
        session: Uuid,
        reason: String,
        at: At,
        until: At,
        review: Option<BreakReview>,
        /// The clock of the review, while that is owed.
        clock: Option<Clock>,
    }
    /// A second person's look at it.
    BreakReview {
        user: Uuid,
        name: String,
        /// Whether it was needed.
        justified: bool,
        words: String,
        at: At,
    }
    /// What was imported, newest first.
    Imports {
        imports: Vec<ImportLine>,
    }
    /// One file.
    ImportLine {
        id: Uuid,
        /// SHA-256 of the file, in hex.
        file: String,
        kind: String,
        mapping: String,
        mapping_version: i64,
        /// How many rows met which fate.
        counts: AnyObject,
        at: At,
        by: Uuid,
    }
    /// What became of the rows of a file.
    ImportRows {
        rows: Vec<RowFate>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// What became of one row.
    RowFate {
        /// Its number in the file, from 1.
        row: i64,
        /// Good, repaired, quarantined: a code.
        fate: String,
        /// Why; empty for good rows.
        reason: String,
    }
    /// Both logs as they stand.
    Heads {
        logs: Vec<LogHead>,
    }
    /// One log.
    LogHead {
        log: String,
        /// Entries.
        size: u64,
        /// The root of the tree over them, in base64.
        root: String,
        /// The newest signed checkpoint, a note as text.
        checkpoint: Option<String>,
        /// The public key that checks it.
        key: String,
    }
    /// Both logs, recomputed.
    Verified {
        /// Whether nothing is damaged.
        whole: bool,
        record: LogChecked,
        access: LogChecked,
        /// Sealed bodies that are there and as they were written.
        sealed: u64,
        /// Sealed bodies that were destroyed, each under an entry in the access log.
        destroyed: u64,
        /// The first damage, in words.
        damage: Option<String>,
    }
    /// What was recomputed of one log.
    LogChecked {
        entries: u64,
        root: String,
        checkpoints: u64,
        /// The entries the last checkpoint covers.
        signed: u64,
    }
    /// Everybody with an account.
    Accounts {
        accounts: Vec<AccountLine>,
    }
    /// One account.
    AccountLine {
        user: Uuid,
        login: String,
        name: String,
        role: Code<Role>,
        team: Uuid,
        authority: Option<String>,
        /// Whether there is a password.
        password: bool,
        /// Whether a one-time code is asked for with it.
        one_time_code: bool,
        /// Whether the account is bound to who they are at the identity provider.
        elsewhere: bool,
        created_at: At,
        disabled_at: Option<At>,
    }
    /// Where the caller is signed in, newest first.
    Sessions {
        sessions: Vec<SessionLine>,
    }
    /// One session.
    SessionLine {
        session: Uuid,
        created_at: At,
        last_seen_at: At,
        expires_at: At,
        ended_at: Option<At>,
        browser: String,
    }
}

/// An object whose names depend on the kind of file.
#[derive(Debug, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct AnyObject(Value);

impl Shape for AnyObject {
    fn schema() -> Value {
        json!({"type": "object"})
    }
}

impl From<&Field> for Question {
    fn from(field: &Field) -> Self {
        let one = |(code, words): &(String, String)| CodeWords { code: code.clone(), words: words.clone() };
        let (kind, codes) = match &field.kind {
            Kind::Line(_) => ("line", Vec::new()),
            Kind::Words(_) => ("words", Vec::new()),
            Kind::Moment(_) => ("moment", Vec::new()),
            Kind::Day => ("day", Vec::new()),
            Kind::One(items) | Kind::Pick(items) => ("code", items.iter().map(one).collect()),
            Kind::Listed(list) => {
                let listed = list.codes().into_iter();
                ("listed", listed.map(|Coded { code, words, .. }| CodeWords { code, words }).collect())
            }
            Kind::Number { .. } => ("number", Vec::new()),
            Kind::Tick => ("tick", Vec::new()),
        };
        Self {
            field: field.name.clone(),
            question: field.label.clone(),
            hint: field.hint.to_owned(),
            kind: kind.to_owned(),
            needed: field.needed && !field.asked,
            codes,
        }
    }
}

impl ActForm {
    pub(crate) fn of<R, A>(spec: &crate::acts::ActSpec<R, A>, fields: &[Field]) -> Self {
        Self {
            slug: spec.slug.to_owned(),
            title: spec.title.to_owned(),
            intro: spec.intro.to_owned(),
            action: spec.action.code().to_owned(),
            questions: each(fields),
        }
    }
}

impl From<&Break> for BreakLine {
    fn from(one: &Break) -> Self {
        Self {
            user: one.user.uuid(),
            name: one.name.clone(),
            session: one.session.uuid(),
            reason: one.reason.clone(),
            at: At(one.at),
            until: At(one.until),
            review: one.review.as_ref().map(BreakReview::from),
            clock: one.clock.as_ref().map(|clock| (&ClockId::of(clock.key), clock).into()),
        }
    }
}

impl From<&Review> for BreakReview {
    fn from(review: &Review) -> Self {
        let Review { user, name, justified, words, at } = review.clone();
        Self { user: user.uuid(), name, justified, words, at: At(at) }
    }
}

impl From<&Import> for ImportLine {
    fn from(import: &Import) -> Self {
        Self {
            id: import.id,
            file: import.file_hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            kind: import.kind.clone(),
            mapping: import.mapping.clone(),
            mapping_version: import.mapping_version,
            counts: AnyObject(cf_app::import::counts(&import.counts).unwrap_or_default().into()),
            at: At(import.at),
            by: import.by.uuid(),
        }
    }
}

impl From<&ImportRow> for RowFate {
    fn from(row: &ImportRow) -> Self {
        Self { row: row.number, fate: row.disposition.clone(), reason: row.reason.clone() }
    }
}

impl From<&Head> for LogHead {
    fn from(head: &Head) -> Self {
        Self {
            log: head.log.name().to_owned(),
            size: head.size,
            root: head.root.clone(),
            checkpoint: head.checkpoint.clone(),
            key: head.key.clone(),
        }
    }
}

impl From<&Report> for Verified {
    fn from(report: &Report) -> Self {
        Self {
            whole: report.damage.is_none(),
            record: (&report.record).into(),
            access: (&report.access).into(),
            sealed: report.sealed,
            destroyed: report.destroyed,
            damage: report.damage.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&LogReport> for LogChecked {
    fn from(log: &LogReport) -> Self {
        let (entries, checkpoints, signed) = (log.entries, log.checkpoints, log.signed);
        Self { entries, root: log.root.to_base64(), checkpoints, signed }
    }
}

impl From<&Account> for AccountLine {
    fn from(account: &Account) -> Self {
        Self {
            user: account.id.uuid(),
            login: account.login.clone(),
            name: account.name.clone(),
            role: Code(account.role),
            team: account.team.uuid(),
            authority: account.authority.clone(),
            password: account.password_hash.is_some(),
            one_time_code: account.has_totp,
            elsewhere: account.identity.is_some(),
            created_at: At(account.created_at),
            disabled_at: account.disabled_at.map(At),
        }
    }
}

impl From<&Session> for SessionLine {
    fn from(session: &Session) -> Self {
        Self {
            session: session.id.uuid(),
            created_at: At(session.created_at),
            last_seen_at: At(session.last_seen_at),
            expires_at: At(session.expires_at),
            ended_at: session.revoked_at.map(At),
            browser: session.user_agent.clone(),
        }
    }
}

impl Tried {
    pub(crate) fn of(rules: &RuleSet, told: &cf_grading::Evaluation) -> Self {
        let flips = told.nearest_flips.up.iter().chain(&told.nearest_flips.down);
        Self {
            advice: Advice::told(told, cf_app::grading::rule_set_name(rules)),
            floor: Code(rules.default_floor()),
            floor_reason: rules.default_floor_reason().to_owned(),
            changes: flips
                .map(|flip| NearestChange { words: rules.flip(flip), becomes: Code(flip.becomes) })
                .collect(),
        }
    }
}
