//! Wording: checked before it is sent; kept or challenged; and how often records blame a child.
use axum::extract::{Path, State};
use cf_access::{Action, Resource};
use cf_app::wording::audit::month_of;
use cf_app::wording::false_alarms::RuleAlarms;
use cf_app::{FieldProblem, Problem};
use cf_casework::wording::RecordKind;
use cf_kernel::{StreamId, WordingId};
use cf_store::{WhichEntries, WordingPlace};
use cf_wording::Category;
use serde_json::{Map, Value, json};

use super::acts::VERSION;
use super::call::{Answered, Ask, Call, answer};
use super::id;
use super::lists::GO_ON;
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::place;
use super::shape::{Shape, described, each, shapes};
use super::show::audit::{AlarmsByRule, AuditedTexts, WordingAudit, month_in};
use super::show::wording::{Matter, OfMatter, Texts};
use crate::acts::Reader;
use crate::pages::wording::challenge;
use crate::pages::wording::matter::{fields, read, why_found};
use crate::problem::Wrong;
use crate::routes::{May, Routes};
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .post("/wording/check", Action::CheckWording, check)
        .doc(Doc::gives::<Findings>("What is found in a text").body(TEXT))
        .get("/wording/matters/{id}", May::Either([Action::ViewIncident, Action::ViewChild]), matter)
        .doc(Doc::gives::<Matter>("Words that were kept or challenged"))
        .post("/wording/matters/{id}/look", Action::LookAtWording, look)
        .doc(Doc::gives::<OfMatter>("Look at words that were kept").asks(|_| fields("look"), VERSION).once())
        .post("/wording/matters/{id}/answer", Action::AnswerWording, writers_answer)
        .doc(Doc::gives::<OfMatter>("Answer for one's own words").asks(|_| fields("answer"), VERSION).once())
        .post("/wording/matters/{id}/settle", Action::LookAtWording, settle)
        .doc(Doc::gives::<OfMatter>("Say what came of it").asks(|_| fields("settle"), VERSION).once())
        .get("/incidents/{id}/texts", Action::ChallengeWording, texts_of_incident)
        .doc(Doc::gives::<Texts>("The texts of an incident, to challenge words of"))
        .get("/children/{id}/texts", Action::ChallengeWording, texts_of_child)
        .doc(Doc::gives::<Texts>("The texts of a child's record, to challenge words of"))
        .post("/incidents/{id}/challenges", Action::ChallengeWording, challenge_in_incident)
        .doc(Doc::gives::<OfMatter>("Challenge words in an incident").body(CHALLENGE).once())
        .post("/children/{id}/challenges", Action::ChallengeWording, challenge_in_child)
        .doc(Doc::gives::<OfMatter>("Challenge words in a child's record").body(CHALLENGE).once())
        .get("/wording/audit", Action::ViewWordingAudit, audit)
        .doc(Doc::gives::<WordingAudit>("How often records blame a child, with intervals").params(MONTHS))
        .get("/wording/audit/texts", Action::ReadAuditedTexts, audited_texts)
        .doc(Doc::gives::<AuditedTexts>("The entries behind the audit, newest first").params(WHICH))
        .get("/wording/audit/false-alarms", Action::ReadAuditedTexts, alarms)
        .doc(Doc::gives::<AlarmsByRule>(
            "False alarms with their sentences, and a draft of a rules file from them",
        ))
}

const CHALLENGE: &[Param] = &[
    Param::new("entry", Holds::Whole, "The entry the words stand in, as the list of texts has it.").needed(),
    Param::new("words", Holds::Text, "The words, as they stand there.").needed(),
    Param::new("why", Holds::Text, "Why they are challenged.").needed(),
];
const MONTHS: &[Param] =
    &[Param::new("months", Holds::Code(&["3", "12", "24"]), "How far back; 12, if not given.")];
const WHICH: &[Param] = &[
    Param::new("month", Holds::Short, "Only of this month, like `2026-03`."),
    Param::new("category", Holds::Short, "Only of this category, as the audit names it."),
    GO_ON,
];
/// Entries of the audit in one answer.
const MOST_TEXTS: usize = 50;

const TEXT: &[Param] = &[
    Param::new("field", Holds::Text, "The field the text is for."),
    Param::new("text", Holds::Text, "The text.").needed(),
];

shapes! {
    /// What was found in a text.
    Findings {
        findings: Vec<Finding>,
        /// The version of the wording rules.
        rules: String,
    }
    /// Words that were found.
    Finding {
        words: String,
        /// Where they begin, in Unicode scalar values.
        start: u64,
        /// Where they end; not included.
        end: u64,
        /// Whether they may put blame on the child; otherwise the finding is advice.
        blaming: bool,
        category: String,
        severity: String,
        rule: String,
        why: String,
        /// What to write instead.
        alternatives: Vec<String>,
    }
}

impl From<&cf_app::wording::Found> for Finding {
    fn from(found: &cf_app::wording::Found) -> Self {
        Self {
            words: found.words.clone(),
            start: found.start as u64,
            end: found.end as u64,
            blaming: found.blaming,
            category: found.category.name().to_owned(),
            severity: found.severity.name().to_owned(),
            rule: found.rule.clone(),
            why: found.why.clone(),
            alternatives: found.alternatives.clone(),
        }
    }
}

/// The schema of a finding, in a problem.
pub(super) fn finding(told: &str) -> Value {
    described(Finding::schema(), told)
}

/// Puts it among the schemas of the document.
pub(super) fn define(into: &mut Map<String, Value>) {
    Finding::define(into);
}

/// The schema of what a writer decides about words that were found.
pub(super) fn decisions() -> Value {
    let one = json!({
        "type": "object",
        "properties": {
            "field": {"type": "string"},
            "words": {"type": "string", "description": "The words, as the finding has them."},
            "keep": {"type": "string", "description": "Why they stay; a supervisor reads it."},
            "childs_own_words": {"enum": [true], "description": "They are the child's own."},
        },
        "required": ["field", "words"],
        "anyOf": [{"required": ["keep"]}, {"required": ["childs_own_words"]}],
        "additionalProperties": false,
    });
    let told = "What is decided about words that a call before was told of.";
    json!({"type": ["array", "null"], "description": told, "items": one})
}

async fn check(State(web): State<Web>, call: Call) -> Answered<Findings> {
    let work = async {
        web.app.turn_away(&call.caller, Action::CheckWording, &Resource::desk(), &[]).await?;
        call.body.only(&[], TEXT)?;
        let mut read = Reader::new(&call.body.answers);
        let text = read.text("text");
        let text = read.finish(Some(text)).map_err(Problem::Invalid)?;
        let found = web.app.find_wording(call.body.answers.get("field"), &text);
        Ok(Findings { findings: each(&found), rules: web.app.wording_rules().version().to_owned() })
    };
    answer(&call.body.request, work).await
}

async fn matter(State(web): State<Web>, Path(matter): Path<String>, ask: Ask) -> Answered<Matter> {
    let work = async {
        ask.params(&[])?;
        let view = web.app.wording_matter(&ask.caller, id(&matter)?).await?;
        Ok(Matter::of(&view, |kept| why_found(&web, kept).map(str::to_owned)))
    };
    answer(&ask.request, work).await
}

async fn look(State(web): State<Web>, Path(matter): Path<String>, call: Call) -> Answered<OfMatter> {
    answer(&call.body.request, act(&web, &matter, &call, "look")).await
}

async fn writers_answer(
    State(web): State<Web>,
    Path(matter): Path<String>,
    call: Call,
) -> Answered<OfMatter> {
    answer(&call.body.request, act(&web, &matter, &call, "answer")).await
}

async fn settle(State(web): State<Web>, Path(matter): Path<String>, call: Call) -> Answered<OfMatter> {
    answer(&call.body.request, act(&web, &matter, &call, "settle")).await
}

async fn act(web: &Web, matter: &str, call: &Call, act: &str) -> Result<OfMatter, Wrong> {
    let matter: WordingId = id(matter)?;
    // Whoever may not open the record hears nothing about what was sent.
    web.app.wording_matter(&call.caller, matter).await?;
    call.body.only(&fields(act), VERSION)?;
    let done = read(act, &call.body.answers).map_err(Problem::Invalid)?;
    call.once(web, async |command| {
        Ok(web.app.act_on_wording(&call.caller, command, matter, call.version(), done).await?)
    })
    .await?;
    Ok(OfMatter { matter: matter.uuid() })
}

async fn texts_of_incident(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<Texts> {
    answer(&ask.request, texts(&web, RecordKind::Incident, &record, &ask)).await
}

async fn texts_of_child(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<Texts> {
    answer(&ask.request, texts(&web, RecordKind::Child, &record, &ask)).await
}

async fn texts(web: &Web, kind: RecordKind, record: &str, ask: &Ask) -> Result<Texts, Wrong> {
    ask.params(&[])?;
    let record: StreamId = id(record)?;
    Ok(Texts { entries: each(&web.app.wording_entries(&ask.caller, kind, record).await?) })
}

async fn challenge_in_incident(
    State(web): State<Web>,
    Path(record): Path<String>,
    call: Call,
) -> Answered<OfMatter> {
    answer(&call.body.request, raise(&web, RecordKind::Incident, &record, &call)).await
}

async fn challenge_in_child(
    State(web): State<Web>,
    Path(record): Path<String>,
    call: Call,
) -> Answered<OfMatter> {
    answer(&call.body.request, raise(&web, RecordKind::Child, &record, &call)).await
}

async fn raise(web: &Web, kind: RecordKind, record: &str, call: &Call) -> Result<OfMatter, Wrong> {
    let record: StreamId = id(record)?;
    web.app.wording_entries(&call.caller, kind, record).await?;
    call.body.only(&[], CHALLENGE)?;
    let form = challenge::read(&call.body.answers).map_err(Problem::Invalid)?;
    let raised =
        async |command| Ok(web.app.challenge_wording(&call.caller, command, kind, record, form).await?);
    Ok(OfMatter { matter: call.once(web, raised).await?.uuid() })
}

async fn audit(State(web): State<Web>, ask: Ask) -> Answered<WordingAudit> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewWordingAudit, &Resource::desk(), &[]).await?;
        let back: i64 = ask.params(MONTHS)?.get("months").parse().unwrap_or(12);
        let now = month_of(web.app.now());
        let view = web.app.wording_audit(&ask.caller, now - back + 1, now).await?;
        let alarms = web.app.wording_false_alarms(&ask.caller).await?;
        Ok(WordingAudit::of(&view, &alarms, web.app.wording_rules().version().to_owned()))
    };
    answer(&ask.request, work).await
}

async fn alarms(State(web): State<Web>, ask: Ask) -> Answered<AlarmsByRule> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ReadAuditedTexts, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        let rules = web.app.wording_alarm_sentences(&ask.caller).await?;
        let lines = |rule: &RuleAlarms| rule.sentences.iter().map(|one| one.text.clone()).collect();
        let by_rule = rules.iter().map(|rule| (rule.rule.clone(), lines(rule))).collect();
        let draft = match rules.is_empty() {
            true => None,
            false => Some(web.app.draft_wording_rules(&ask.caller, &by_rule).await?),
        };
        Ok(AlarmsByRule { rules: each(&rules), draft })
    };
    answer(&ask.request, work).await
}

async fn audited_texts(State(web): State<Web>, ask: Ask) -> Answered<AuditedTexts> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ReadAuditedTexts, &Resource::desk(), &[]).await?;
        let asked = ask.params(WHICH)?;
        let month = match asked.get("month") {
            "" => 0,
            month => {
                month_in(month).ok_or_else(|| Problem::invalid("month", "Give a month, like 2026-03."))?
            }
        };
        let category = match asked.get("category") {
            name if name.is_empty() || Category::from_name(name).is_some() => name,
            _ => {
                let names = Category::ALL.map(Category::name).join(", ");
                let problem = FieldProblem::new("category", format!("Give one of: {names}."));
                return Err(Problem::Invalid(vec![problem]).into());
            }
        };
        let after = place::on_entry(asked.get("after"))?.unwrap_or(WordingPlace::START);
        let which = WhichEntries { month, category: category.to_owned(), after };
        let found = web.app.audited_entries(&ask.caller, which, MOST_TEXTS, 0).await?;
        Ok(AuditedTexts { entries: each(&found.entries), after: found.after.map(place::of_entry) })
    };
    answer(&ask.request, work).await
}
