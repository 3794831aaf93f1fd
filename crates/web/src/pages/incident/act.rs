//! The form of an act, and what happens when it is sent. A form that fails comes back with everything typed.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::views::IncidentView;
use cf_app::{FieldProblem, Problem};
use cf_casework::missing::state::Reviewer;
use cf_components::{Button, Html, InsetText, Timeline};
use cf_kernel::{CommandId, IncidentId};

use crate::acts::incident::{Done, Spec, find};
use crate::acts::{Answers, Around, fields_html, wording};
use crate::markup::{form as post_form, h1, h2, hidden, link, p, tag};
use crate::pages::problem_page::{PageProblem, capital};
use crate::pages::report::{read_facts, risk_questions};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

async fn view(web: &Web, who: &SignedIn, id: &str) -> Result<IncidentView, PageProblem> {
    let found = match super::id(id) {
        Ok(id) => web.app.incident(&who.caller, id, None).await,
        Err(problem) => Err(problem),
    };
    found.map_err(|problem| PageProblem::to(web, who, problem))
}

async fn allowed(
    web: &Web,
    who: &SignedIn,
    view: &IncidentView,
    action: cf_access::Action,
) -> Result<(), PageProblem> {
    let asked = super::whose_work(web, &who.caller, view, action).await;
    asked.map_err(|problem| PageProblem::to(web, who, problem))
}

pub(super) async fn form(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, PageProblem> {
    let Some(spec) = find(&slug) else { return Err(PageProblem::to(&web, &who, Problem::NotFound)) };
    let view = view(&web, &who, &id).await?;
    may(&web, &who, &view, spec.title, spec.action)?;
    show(&web, &who, spec, &view, &Answers::default(), StatusCode::OK, &[]).await
}

/// A form is shown only to those who may send it.
fn may(
    web: &Web,
    who: &SignedIn,
    view: &IncidentView,
    title: &str,
    action: cf_access::Action,
) -> Result<(), PageProblem> {
    let back = (format!("/incidents/{}", view.id), "Back to the incident");
    web.app.would(&who.caller, action, &view.resource).map_err(|problem| {
        PageProblem::may_not(web, who, title, (action, &view.resource), problem, (&back.0, back.1))
    })
}

async fn show(
    web: &Web,
    who: &SignedIn,
    spec: &Spec,
    view: &IncidentView,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let colleagues = web.app.colleagues().await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let around =
        Around { record: &view.incident, now: web.app.now(), colleagues: &colleagues, me: &who.caller.actor };
    let here = format!("/incidents/{}", view.id);
    let mut parts = vec![tag("span", "govuk-caption-l", super::name(view)), h1(spec.title)];
    if !spec.intro.is_empty() {
        parts.push(p(spec.intro));
    }
    if !(spec.open)(&view.incident) {
        parts.push(p(
            "This cannot be done to the incident as it stands now. Sending it says what stands in the way.",
        ));
        parts.push(p(link(&here, "Back to the incident")));
    }
    if spec.slug == "grade"
        && let Some(advice) = &view.advice
    {
        parts.push(super::advice::advice(web.app.grading_rules(), advice, &view.incident));
        parts.push(h2("Your grade"));
    }
    if spec.slug == "review" {
        parts.push(to_review(web, who, view));
    }
    let command = match answers.get("command") {
        "" => CommandId::new().to_string(),
        command => command.to_owned(),
    };
    let seen = view.advice.as_ref().map(|advice| advice.evaluation.recommended.code()).unwrap_or_default();
    // A form that comes back for another reason still says which grades were there when the person first read it.
    let gradings = match answers.get("gradings") {
        "" => view.incident.gradings.len().to_string(),
        gradings => gradings.to_owned(),
    };
    let fields = Html::join([
        hidden(crate::rescued::WHOSE, &who.caller.actor.user.to_string()),
        hidden("command", &command),
        hidden("version", &view.version.to_string()),
        hidden("seen", seen),
        hidden("gradings", &gradings),
        wording::carried(answers, problems),
        fields_html(&(spec.fields)(&around), answers, problems),
        Button::submit(spec.button).prevent_double_click(Some(true)).into(),
    ]);
    parts.push(post_form(&format!("{here}/do/{}", spec.slug), fields));
    let shell = Shell::new(web, who, "/board", spec.title).back(&here, "Back to the incident");
    Ok(shell.problems(status, problems).show(Html::join(parts)))
}

/// What a second person decides on: the grade that stands with its reasons, and what the rules say.
fn to_review(web: &Web, who: &SignedIn, view: &IncidentView) -> Html {
    let incident = &view.incident;
    let mut parts = Vec::new();
    if let Some(grading) = incident.gradings.last() {
        parts.push(h2("The grade to review"));
        parts.push(Timeline::default().items(vec![super::story::graded(grading)]).into());
    }
    if incident.below_recommendation()
        && !incident.looked_at(true)
        && !Reviewer::is_senior(who.caller.actor.role)
    {
        let words = "This grade is below the recommendation. Your review is recorded, and an inspector's look is still owed after it.";
        parts.push(InsetText::from(words).into());
    }
    if let Some(advice) = &view.advice {
        parts.push(super::advice::advice(web.app.grading_rules(), advice, incident));
    }
    parts.push(h2("Your review"));
    Html::join(parts)
}

pub(super) async fn send(
    State(web): State<Web>,
    Path((id, slug)): Path<(String, String)>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let Some(spec) = find(&slug) else { return Err(PageProblem::to(&web, &who, Problem::NotFound)) };
    let view = view(&web, &who, &id).await?;
    allowed(&web, &who, &view, spec.action).await?;
    let colleagues = web.app.colleagues().await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let around =
        Around { record: &view.incident, now: web.app.now(), colleagues: &colleagues, me: &who.caller.actor };
    let done = match (spec.read)(&around, &answers) {
        Ok(done) => done,
        Err(problems) => {
            return show(&web, &who, spec, &view, &answers, StatusCode::UNPROCESSABLE_ENTITY, &problems)
                .await;
        }
    };
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let seen_version = answers.get("version").parse().ok().filter(|_| decides_on_what_was_seen(spec.slug));
    let caller = who.caller.deciding(wording::decisions(&answers));
    match perform(&web, &caller, command, view.id, seen_version, done).await {
        Ok(()) => {
            let code = if spec.slug == "grade" { "graded" } else { "saved" };
            Ok(Redirect::to(&format!("/incidents/{}?done={code}", view.id)).into_response())
        }
        Err(problem) => again(&web, &who, spec, &view, answers, problem).await,
    }
}

/// Decisions are made on what the page showed; plain entries are kept whatever else happened in the meantime.
pub(crate) fn decides_on_what_was_seen(slug: &str) -> bool {
    matches!(slug, "review" | "close" | "return" | "withdraw-return" | "reopen" | "take-over")
}

pub(crate) async fn perform(
    web: &Web,
    caller: &cf_app::Caller,
    command: CommandId,
    incident: IncidentId,
    seen_version: Option<i64>,
    done: Done,
) -> Result<(), Problem> {
    match done {
        Done::Act(act) => web.app.act(caller, command, incident, seen_version, *act).await,
        Done::Grade(form) => web.app.grade(caller, command, incident, form).await,
    }
}

/// The form again, with what stands in the way and everything typed.
async fn again(
    web: &Web,
    who: &SignedIn,
    spec: &Spec,
    view: &IncidentView,
    mut answers: Answers,
    problem: Problem,
) -> Result<Response, PageProblem> {
    let (status, message, next) = crate::problem::table(&problem);
    if problem.code() == "graded_since" {
        // The grade that now stands is named, and shown above the form.
        answers.set("gradings", "");
    }
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))],
        Problem::Conflict => {
            // Read what changed, then decide again: the form now carries the version it shows.
            answers.set("command", CommandId::new().to_string());
            vec![FieldProblem::new(
                "form",
                format!(
                    "{}. Look at the incident in another tab, then send this again if it still holds. What you typed is kept.",
                    capital(&message)
                ),
            )]
        }
        other => return Err(PageProblem::to(web, who, other)),
    };
    let fresh = self::view(web, who, &view.id.to_string()).await?;
    show(web, who, spec, &fresh, &answers, status, &problems).await
}

const FACTS: &str = "Record what was learned about risk";

/// `GET /incidents/{id}/facts`: the risk questions, for what was learned after the report.
pub(super) async fn facts(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageProblem> {
    let view = view(&web, &who, &id).await?;
    may(&web, &who, &view, FACTS, cf_access::Action::RecordOnIncident)?;
    Ok(show_facts(&web, &who, &view, &Answers::default(), StatusCode::OK, &[]))
}

fn show_facts(
    web: &Web,
    who: &SignedIn,
    view: &IncidentView,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Response {
    let here = format!("/incidents/{}", view.id);
    let source = cf_components::Input::new("told_by", "Who told you?")
        .value(answers.get("told_by"))
        .autocomplete("off")
        .into();
    let body = Html::join([
        h1(FACTS),
        p(
            "Answer only what is newly known. The rules are asked again at once, and a higher recommendation asks for a new grade.",
        ),
        post_form(
            &format!("{here}/facts"),
            Html::join([
                hidden("command", &CommandId::new().to_string()),
                source,
                risk_questions(web.app.grading_rules(), answers, problems),
                Button::submit("Record it").into(),
            ]),
        ),
    ]);
    let shell = Shell::new(web, who, "/board", FACTS).back(&here, "Back to the incident");
    shell.problems(status, problems).show(body)
}

pub(super) async fn send_facts(
    State(web): State<Web>,
    Path(id): Path<String>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let view = view(&web, &who, &id).await?;
    allowed(&web, &who, &view, cf_access::Action::RecordOnIncident).await?;
    let told_by = match answers.get("told_by").trim() {
        "" => who.caller.actor.name.clone(),
        told_by => told_by.to_owned(),
    };
    let learned = read_facts(&answers, web.app.grading_rules(), &told_by, web.app.now());
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if learned.is_empty() {
        let problems = [FieldProblem::new("told_by", "Answer at least one question.")];
        return Ok(show_facts(&web, &who, &view, &answers, unprocessable, &problems));
    }
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    match web.app.learn(&who.caller, command, view.id, learned).await {
        Ok(()) => Ok(Redirect::to(&format!("/incidents/{}?done=saved", view.id)).into_response()),
        Err(Problem::Invalid(problems)) => {
            Ok(show_facts(&web, &who, &view, &answers, unprocessable, &problems))
        }
        Err(problem) => Err(PageProblem::to(&web, &who, problem)),
    }
}
