//! Recording: reports, acts on a child's record or an incident, facts about risk.
use axum::extract::{Path, State};
use cf_access::{Action, Resource};
use cf_app::views::{ChildView, IncidentView};
use cf_app::{Caller, FieldProblem, Problem};
use cf_grading::RuleSet;
use cf_kernel::{Actor, Timestamp};

use super::call::{Answered, Ask, Call, answer};
use super::id;
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::show::office::{ActForm, Acts, OfChild, OfIncident};
use crate::acts::{Around, Field, child, incident};
use crate::pages::child::whose_work as whose_work_on_child;
use crate::pages::incident::act::{decides_on_what_was_seen, perform};
use crate::pages::incident::whose_work as whose_work_on_incident;
use crate::pages::report;
use crate::routes::{May, Routes};
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .post("/reports", Action::TakeReport, take_report)
        .doc(Doc::gives::<OfIncident>("Take a report of a missing child").asks(report_fields, REPORT).once())
        .get("/children/{id}/acts", Action::ViewChild, child_acts)
        .doc(Doc::gives::<Acts>("What the caller can do to a child's record now"))
        .post("/children/{id}/acts/{slug}", May::Acts(child::lines), act_on_child)
        .doc(Doc::gives::<OfChild>("").act(child_fields, VERSION).once())
        .get("/incidents/{id}/acts", Action::ViewIncident, incident_acts)
        .doc(Doc::gives::<Acts>("What the caller can do to an incident now"))
        .post("/incidents/{id}/acts/{slug}", May::Acts(incident::lines), act_on_incident)
        .doc(Doc::gives::<OfIncident>("").act(incident_fields, SEEN).once())
        .post("/incidents/{id}/facts", Action::RecordOnIncident, learn)
        .doc(Doc::gives::<OfIncident>("Record facts about risk").asks(facts, TOLD_BY).once())
}

const REPORT: &[Param] =
    &[Param::new("child", Holds::Id, "The child, if known; otherwise the child is registered.")];
const TOLD_BY: &[Param] = &[Param::new("told_by", Holds::Text, "Who told it; the caller, if not given.")];
const THE_VERSION: Param = Param::new(
    "version",
    Holds::Whole,
    "The version decided on: a record that has moved on since is a conflict.",
);
pub(super) const VERSION: &[Param] = &[THE_VERSION];
const SEEN: &[Param] = &[
    THE_VERSION,
    Param::new(
        "seen",
        Holds::Code(&["very_low", "low", "medium", "high"]),
        "With a grade: the recommendation the person saw. A higher one now refuses the grade.",
    ),
    Param::new(
        "gradings",
        Holds::Whole,
        "With a grade: how many gradings the person saw. Another one since refuses the grade.",
    ),
];

/// The grading rules' questions that are asked of a person.
pub(super) fn facts(rules: &RuleSet) -> Vec<Field> {
    let asked = |fact: &&cf_grading::Fact| !report::FROM_RECORD.contains(&fact.name.as_str());
    rules.facts().iter().filter(asked).map(report::fact_field).collect()
}

fn report_fields(rules: &RuleSet) -> Vec<Field> {
    let mut fields = report::circumstances(Timestamp::from_micros(0));
    fields.extend(report::caller_fields());
    fields.extend(child::identity_fields());
    fields.extend(child::care_fields());
    fields.extend(facts(rules));
    fields
}

/// The questions of an act where nothing is known about the record: choices that depend on it are left open.
fn child_fields(slug: &str) -> Vec<Field> {
    let (record, me) = (child::example(), Actor::system());
    let around = Around { record: &record, now: Timestamp::from_micros(0), colleagues: &[], me: &me };
    child::find(slug).map(|spec| (spec.fields)(&around)).unwrap_or_default()
}

fn incident_fields(slug: &str) -> Vec<Field> {
    let (record, me) = (incident::example(), Actor::system());
    let around = Around { record: &record, now: Timestamp::from_micros(0), colleagues: &[], me: &me };
    incident::find(slug).map(|spec| (spec.fields)(&around)).unwrap_or_default()
}

async fn on_child<T>(
    web: &Web,
    caller: &Caller,
    view: &ChildView,
    work: impl FnOnce(&Around<'_, cf_casework::child::Child>) -> T,
) -> Result<T, Problem> {
    let colleagues = web.app.colleagues().await?;
    let (record, me) = (&view.child, &caller.actor);
    Ok(work(&Around { record, now: web.app.now(), colleagues: &colleagues, me }))
}

async fn on_incident<T>(
    web: &Web,
    caller: &Caller,
    view: &IncidentView,
    work: impl FnOnce(&Around<'_, cf_casework::missing::Incident>) -> T,
) -> Result<T, Problem> {
    let colleagues = web.app.colleagues().await?;
    let (record, me) = (&view.incident, &caller.actor);
    Ok(work(&Around { record, now: web.app.now(), colleagues: &colleagues, me }))
}

async fn child_acts(State(web): State<Web>, Path(child): Path<String>, ask: Ask) -> Answered<Acts> {
    let work = async {
        ask.params(&[])?;
        let view = web.app.child(&ask.caller, id(&child)?, None).await?;
        let resource = Resource::child(view.child.restricted.is_some());
        let may = |spec: &&child::Spec| {
            (spec.open)(&view.child) && web.app.may(&ask.caller, spec.action, &resource)
        };
        let acts = on_child(&web, &ask.caller, &view, |here| {
            child::SPECS.iter().filter(may).map(|spec| ActForm::of(spec, &(spec.fields)(here))).collect()
        });
        Ok(Acts { version: view.version, acts: acts.await? })
    };
    answer(&ask.request, work).await
}

async fn incident_acts(State(web): State<Web>, Path(incident): Path<String>, ask: Ask) -> Answered<Acts> {
    let work = async {
        ask.params(&[])?;
        let view = web.app.incident(&ask.caller, id(&incident)?, None).await?;
        let may = |spec: &&incident::Spec| {
            (spec.open)(&view.incident) && web.app.may(&ask.caller, spec.action, &view.resource)
        };
        let acts = on_incident(&web, &ask.caller, &view, |here| {
            incident::all().filter(may).map(|spec| ActForm::of(spec, &(spec.fields)(here))).collect()
        });
        Ok(Acts { version: view.version, acts: acts.await? })
    };
    answer(&ask.request, work).await
}

async fn act_on_child(
    State(web): State<Web>,
    Path((child, slug)): Path<(String, String)>,
    call: Call,
) -> Answered<OfChild> {
    let work = async {
        let spec = child::find(&slug).ok_or(Problem::NotFound)?;
        let view = web.app.child(&call.caller, id(&child)?, None).await?;
        whose_work_on_child(&web, &call.caller, &view, spec.action).await?;
        let act = on_child(&web, &call.caller, &view, |here| {
            call.body.only(&(spec.fields)(here), VERSION)?;
            (spec.read)(here, &call.body.answers).map_err(Problem::Invalid)
        });
        let act = act.await??;
        call.once(&web, async |command| {
            Ok(web.app.record_about_child(&call.caller, command, view.id, call.version(), act).await?)
        })
        .await?;
        Ok(OfChild { child: view.id.uuid() })
    };
    answer(&call.body.request, work).await
}

async fn act_on_incident(
    State(web): State<Web>,
    Path((incident, slug)): Path<(String, String)>,
    call: Call,
) -> Answered<OfIncident> {
    let work = async {
        let spec = incident::find(&slug).ok_or(Problem::NotFound)?;
        let view = web.app.incident(&call.caller, id(&incident)?, None).await?;
        whose_work_on_incident(&web, &call.caller, &view, spec.action).await?;
        let done = on_incident(&web, &call.caller, &view, |here| {
            call.body.only(&(spec.fields)(here), SEEN)?;
            (spec.read)(here, &call.body.answers).map_err(Problem::Invalid)
        });
        let done = done.await??;
        let seen = call.version().filter(|_| decides_on_what_was_seen(spec.slug));
        call.once(&web, async |command| Ok(perform(&web, &call.caller, command, view.id, seen, done).await?))
            .await?;
        Ok(OfIncident { incident: view.id.uuid() })
    };
    answer(&call.body.request, work).await
}

async fn take_report(State(web): State<Web>, call: Call) -> Answered<OfIncident> {
    let work = async {
        web.app.turn_away(&call.caller, Action::TakeReport, &Resource::desk(), &[]).await?;
        let rules = web.app.grading_rules();
        let shape = call.body.only(&report_fields(rules), REPORT);
        let form = report::read(&call.body.answers, rules, web.app.now(), &call.caller);
        let form = everything_wrong(shape, form)?;
        let taken = async |command| Ok(web.app.take_report(&call.caller, command, form).await?);
        Ok(OfIncident { incident: call.once(&web, taken).await?.uuid() })
    };
    answer(&call.body.request, work).await
}

/// What was read, unless the call or the answers in it cannot be used: then all of it at once, each field once.
fn everything_wrong<T>(shape: Result<(), Problem>, read: Result<T, Vec<FieldProblem>>) -> Result<T, Problem> {
    let mut problems = match shape {
        Ok(()) => return read.map_err(Problem::Invalid),
        Err(Problem::Invalid(problems)) => problems,
        Err(other) => return Err(other),
    };
    for problem in read.err().unwrap_or_default() {
        if problems.iter().all(|known| known.field != problem.field) {
            problems.push(problem);
        }
    }
    Err(Problem::Invalid(problems))
}

async fn learn(State(web): State<Web>, Path(incident): Path<String>, call: Call) -> Answered<OfIncident> {
    let work = async {
        let view = web.app.incident(&call.caller, id(&incident)?, None).await?;
        whose_work_on_incident(&web, &call.caller, &view, Action::RecordOnIncident).await?;
        let rules = web.app.grading_rules();
        call.body.only(&facts(rules), TOLD_BY)?;
        let told_by = match call.body.answers.get("told_by").trim() {
            "" => call.caller.actor.name.as_str(),
            told_by => told_by,
        };
        let learned = report::read_facts(&call.body.answers, rules, told_by, web.app.now());
        if learned.is_empty() {
            let problem = FieldProblem::new("body", "Answer at least one question.");
            return Err(Problem::Invalid(vec![problem]).into());
        }
        call.once(&web, async |command| Ok(web.app.learn(&call.caller, command, view.id, learned).await?))
            .await?;
        Ok(OfIncident { incident: view.id.uuid() })
    };
    answer(&call.body.request, work).await
}
