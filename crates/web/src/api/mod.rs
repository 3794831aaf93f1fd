//! The JSON API under `/api/v1`: the same use cases, acts and answers as the pages.
mod call;
mod show;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use cf_app::sessions::SignIn;
use cf_app::{FieldProblem, Problem};
use cf_kernel::{StreamId, Timestamp};
use cf_store::{BoardFilter, SearchFor};
use serde::Deserialize;
use serde_json::{Value, json};

use self::call::{Body, Call};
use crate::acts::field::Kind;
use crate::acts::{Around, Field, Reader, child, incident};
use crate::pages::incident::act::{decides_on_what_was_seen, perform};
use crate::pages::report;
use crate::problem::ApiProblem;
use crate::request::RequestName;
use crate::session::ApiCaller;
use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    let api = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/me", get(me))
        .route("/board", get(board))
        .route("/queue", get(queue))
        .route("/mine", get(mine))
        .route("/children/search", post(search))
        .route("/children/{id}", get(one_child))
        .route("/children/{id}/acts/{slug}", post(act_on_child))
        .route("/reports", post(take_report))
        .route("/incidents/{id}", get(one_incident))
        .route("/incidents/{id}/acts/{slug}", post(act_on_incident))
        .route("/incidents/{id}/facts", post(learn))
        .route("/records/{id}/history", get(history))
        .route("/records/{id}/access", get(access))
        .route("/council", get(council))
        .route("/wording/check", post(check_wording))
        .route("/rules/questions", get(questions));
    Router::new().nest("/api/v1", api)
}

type Answered = Result<Json<Value>, ApiProblem>;
type Name = Extension<RequestName>;

/// The answer, with problems named for the request.
fn answer(found: Result<Value, Problem>, request: &str) -> Answered {
    found.map(Json).map_err(|problem| ApiProblem(problem, request.to_owned()))
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn stream(text: &str) -> Result<StreamId, Problem> {
    uuid::Uuid::parse_str(text).map(StreamId::from_uuid).map_err(|_| Problem::NotFound)
}

/// What narrows a list or moves a view into the past.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    phase: String,
    grade: String,
    borough: String,
    owner: String,
    overdue: String,
    authority: Option<String>,
    as_at: Option<String>,
    after: i64,
}

impl Asked {
    fn moment(&self) -> Result<Option<Timestamp>, Problem> {
        let read = self.as_at.as_deref().map(str::parse).transpose();
        read.map_err(|_| Problem::invalid("as_at", "Give the moment as RFC 3339, like 2026-11-23T19:52:00Z."))
    }
}

/// Rows in one answer.
const AT_ONCE: i64 = 100;

async fn sign_in(State(web): State<Web>, body: Body) -> Answered {
    let work = async {
        body.only(&[], &["login", "password", "code"])?;
        let text = |name| body.answers.get(name).to_owned();
        let user_agent = body.user_agent.clone();
        let given =
            SignIn { login: text("login"), password: text("password"), code: text("code"), user_agent };
        let begun = web.app.sign_in(given, &body.request).await?;
        Ok(json!({"token": begun.token, "until": begun.until.to_rfc3339()}))
    };
    answer(work.await, &body.request)
}

async fn sign_out(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
) -> Result<StatusCode, ApiProblem> {
    let out = web.app.sign_out(&caller).await;
    out.map(|()| StatusCode::NO_CONTENT).map_err(|problem| ApiProblem(problem, name.0))
}

async fn me(ApiCaller(caller): ApiCaller) -> Json<Value> {
    let actor = &caller.actor;
    Json(json!({
        "user": actor.user, "name": actor.name, "role": actor.role.code(), "team": actor.team,
        "authority": caller.authority,
    }))
}

async fn board(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Query(asked): Query<Asked>,
) -> Answered {
    let work = async {
        let filter = BoardFilter {
            phase: asked.phase.clone(),
            grade: asked.grade.clone(),
            borough: asked.borough.clone(),
            owner: (asked.owner == "me").then_some(caller.actor.user),
            overdue_at: (asked.overdue == "yes").then(|| web.app.now()),
        };
        let after = asked.after.clamp(0, 1_000_000);
        let (counts, mut rows) = web.app.board(&caller, &filter, AT_ONCE + 1, after).await?;
        let next = (rows.len() as i64 > AT_ONCE).then_some(after + AT_ONCE);
        rows.truncate(AT_ONCE as usize);
        Ok(json!({
            "counts": {
                "missing": counts.missing, "high": counts.high, "ungraded": counts.ungraded,
                "back": counts.back, "overdue": counts.overdue,
            },
            "incidents": rows.iter().map(show::board_row).collect::<Vec<_>>(),
            "after": next,
        }))
    };
    answer(work.await, &name.0)
}

async fn queue(State(web): State<Web>, ApiCaller(caller): ApiCaller, Extension(name): Name) -> Answered {
    let found = web.app.queue(&caller).await.map(|view| {
        let lists = view.lists.iter().map(|(queue, rows)| {
            let rows: Vec<_> = rows.iter().map(show::board_row).collect();
            json!({"list": format!("{queue:?}"), "incidents": rows})
        });
        let escalated: Vec<_> = view.escalated.iter().map(show::clock).collect();
        json!({"lists": lists.collect::<Vec<_>>(), "escalated": escalated})
    });
    answer(found, &name.0)
}

async fn mine(State(web): State<Web>, ApiCaller(caller): ApiCaller, Extension(name): Name) -> Answered {
    let found = web.app.my_clocks(&caller).await;
    let found = found.map(|clocks| json!({"clocks": clocks.iter().map(show::clock).collect::<Vec<_>>()}));
    answer(found, &name.0)
}

async fn search(State(web): State<Web>, call: Call) -> Answered {
    let work = async {
        call.body.only(&[], &["name", "born_on", "phone", "postcode"])?;
        let mut read = Reader::new(&call.body.answers);
        let asked = SearchFor {
            name: read.text("name"),
            born_on: read.maybe_day("born_on"),
            phone: read.text("phone"),
            postcode: read.text("postcode"),
        };
        if asked.is_empty() {
            read.problem("name", "Give a name, a date of birth, a phone number or a postcode.");
        }
        let asked = read.finish(Some(asked)).map_err(Problem::Invalid)?;
        let found = web.app.search(&call.caller, &asked, 25).await?;
        Ok(json!({"children": found.iter().map(show::found).collect::<Vec<_>>()}))
    };
    answer(work.await, &call.body.request)
}

async fn one_child(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Path(child): Path<String>,
    Query(asked): Query<Asked>,
) -> Answered {
    let work = async { web.app.child(&caller, id(&child)?, asked.moment()?).await };
    answer(work.await.map(|view| show::child(&view)), &name.0)
}

async fn one_incident(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Path(incident): Path<String>,
    Query(asked): Query<Asked>,
) -> Answered {
    let work = async { web.app.incident(&caller, id(&incident)?, asked.moment()?).await };
    answer(work.await.map(|view| show::incident(&view)), &name.0)
}

async fn act_on_child(
    State(web): State<Web>,
    Path((child, slug)): Path<(String, String)>,
    call: Call,
) -> Answered {
    let work = async {
        let spec = child::find(&slug).ok_or(Problem::NotFound)?;
        let (command, version) = (call.command()?, call.version()?);
        let view = web.app.child(&call.caller, id(&child)?, None).await?;
        let colleagues = web.app.colleagues().await?;
        let around = Around {
            record: &view.child,
            now: web.app.now(),
            colleagues: &colleagues,
            me: &call.caller.actor,
        };
        call.body.only(&(spec.fields)(&around), &["version"])?;
        let act = (spec.read)(&around, &call.body.answers).map_err(Problem::Invalid)?;
        web.app.record_about_child(&call.caller, command, view.id, version, act).await?;
        Ok(json!({"child": view.id}))
    };
    answer(work.await, &call.body.request)
}

async fn act_on_incident(
    State(web): State<Web>,
    Path((incident, slug)): Path<(String, String)>,
    call: Call,
) -> Answered {
    let work = async {
        let spec = incident::find(&slug).ok_or(Problem::NotFound)?;
        let (command, version) = (call.command()?, call.version()?);
        let view = web.app.incident(&call.caller, id(&incident)?, None).await?;
        let colleagues = web.app.colleagues().await?;
        let around = Around {
            record: &view.incident,
            now: web.app.now(),
            colleagues: &colleagues,
            me: &call.caller.actor,
        };
        call.body.only(&(spec.fields)(&around), &["version", "seen"])?;
        let done = (spec.read)(&around, &call.body.answers).map_err(Problem::Invalid)?;
        let seen = version.filter(|_| decides_on_what_was_seen(spec.slug));
        perform(&web, &call.caller, command, view.id, seen, done).await?;
        Ok(json!({"incident": view.id}))
    };
    answer(work.await, &call.body.request)
}

fn facts(web: &Web) -> Vec<Field> {
    let facts = web.app.grading_rules().facts().iter();
    facts.filter(|fact| !report::FROM_RECORD.contains(&fact.name.as_str())).map(report::fact_field).collect()
}

async fn take_report(State(web): State<Web>, call: Call) -> Answered {
    let work = async {
        let command = call.command()?;
        let now = web.app.now();
        let mut fields = report::circumstances(now);
        fields.extend(report::caller_fields());
        fields.extend(child::identity_fields());
        fields.extend(child::care_fields());
        fields.extend(facts(&web));
        call.body.only(&fields, &["child"])?;
        let known = call.body.answers.get("child");
        if !known.is_empty() && known.parse::<cf_kernel::ChildId>().is_err() {
            return Err(Problem::invalid("child", "Give the id of a child."));
        }
        let form = report::read(&call.body.answers, web.app.grading_rules(), now, &call.caller);
        let incident = web.app.take_report(&call.caller, command, form.map_err(Problem::Invalid)?).await?;
        Ok(json!({"incident": incident}))
    };
    answer(work.await, &call.body.request)
}

async fn learn(State(web): State<Web>, Path(incident): Path<String>, call: Call) -> Answered {
    let work = async {
        let command = call.command()?;
        call.body.only(&facts(&web), &["told_by"])?;
        let told_by = match call.body.answers.get("told_by").trim() {
            "" => call.caller.actor.name.as_str(),
            told_by => told_by,
        };
        let rules = web.app.grading_rules();
        let learned = report::read_facts(&call.body.answers, rules, told_by, web.app.now());
        if learned.is_empty() {
            return Err(Problem::Invalid(vec![FieldProblem::new("body", "Answer at least one question.")]));
        }
        let incident = id(&incident)?;
        web.app.learn(&call.caller, command, incident, learned).await?;
        Ok(json!({"incident": incident}))
    };
    answer(work.await, &call.body.request)
}

async fn history(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Path(record): Path<String>,
) -> Answered {
    let work = async { web.app.history(&caller, stream(&record)?).await };
    let found = work.await;
    answer(found.map(|events| json!({"events": events.iter().map(show::event).collect::<Vec<_>>()})), &name.0)
}

async fn access(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Path(record): Path<String>,
) -> Answered {
    let work = async { web.app.access_of(&caller, stream(&record)?, 200).await };
    let found = work.await;
    answer(found.map(|log| json!({"entries": log.iter().map(show::access).collect::<Vec<_>>()})), &name.0)
}

async fn council(
    State(web): State<Web>,
    ApiCaller(caller): ApiCaller,
    Extension(name): Name,
    Query(asked): Query<Asked>,
) -> Answered {
    let after = asked.after.clamp(0, 1_000_000);
    let found = web.app.council_records(&caller, asked.authority.as_deref(), AT_ONCE, after).await;
    answer(found.map(|rows| json!({"records": rows.iter().map(show::council).collect::<Vec<_>>()})), &name.0)
}

/// What is found in a text. Nothing is stored.
async fn check_wording(State(web): State<Web>, call: Call) -> Answered {
    let work = async {
        call.body.only(&[], &["field", "text"])?;
        crate::pages::wording::check::allowed(&web, &call.caller)?;
        let mut read = Reader::new(&call.body.answers);
        let text = read.text("text");
        let text = read.finish(Some(text)).map_err(Problem::Invalid)?;
        let found = web.app.find_wording(call.body.answers.get("field"), &text);
        Ok(json!({
            "findings": found.iter().map(crate::problem::FoundBody::from).collect::<Vec<_>>(),
            "rules": web.app.wording_rules().version(),
        }))
    };
    answer(work.await, &call.body.request)
}

/// The grading rules' questions, with what can be answered.
async fn questions(State(web): State<Web>, ApiCaller(_): ApiCaller) -> Json<Value> {
    let one = |field: Field| {
        let codes = match &field.kind {
            Kind::One(items) | Kind::Pick(items) => {
                items.iter().map(|(code, words)| json!({"code": code, "words": words})).collect()
            }
            _ => Vec::new(),
        };
        json!({"field": field.name, "question": field.label, "codes": codes})
    };
    Json(json!({"questions": facts(&web).into_iter().map(one).collect::<Vec<_>>()}))
}
