//! The form of an act on a child's record. A form that fails comes back with everything typed.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::Resource;
use cf_app::views::ChildView;
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Html};
use cf_kernel::CommandId;

use super::{name, view};
use crate::acts::child::{Spec, as_recorded, find};
use crate::acts::{Answers, Around, fields_html, wording};
use crate::markup::{form as post_form, h1, hidden, link, p, tag};
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

pub(super) async fn form(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, PageProblem> {
    let Some(spec) = find(&slug) else { return Err(PageProblem::to(&web, &who, Problem::NotFound)) };
    let view = view(&web, &who, &id, None).await?;
    let resource = Resource::child(view.child.restricted.is_some());
    let back = (format!("/children/{}", view.id), "Back to the child's record");
    web.app.would(&who.caller, spec.action, &resource).map_err(|problem| {
        let what = (spec.action, &resource);
        PageProblem::may_not(&web, &who, spec.title, what, problem, (&back.0, back.1))
    })?;
    let answers = as_recorded(spec.slug, &view.child);
    show(&web, &who, spec, &view, &answers, StatusCode::OK, &[]).await
}

async fn show(
    web: &Web,
    who: &SignedIn,
    spec: &Spec,
    view: &ChildView,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let colleagues = web.app.colleagues().await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let around =
        Around { record: &view.child, now: web.app.now(), colleagues: &colleagues, me: &who.caller.actor };
    let here = format!("/children/{}", view.id);
    let mut parts = vec![tag("span", "govuk-caption-l", name(&view.child)), h1(spec.title)];
    if !spec.intro.is_empty() {
        parts.push(p(spec.intro));
    }
    if (spec.open)(&view.child) {
        let command = match answers.get("command") {
            "" => CommandId::new().to_string(),
            command => command.to_owned(),
        };
        let fields = Html::join([
            hidden("command", &command),
            hidden("version", &view.version.to_string()),
            wording::carried(answers, problems),
            fields_html(&(spec.fields)(&around), answers, problems),
            Button::submit(spec.button).into(),
        ]);
        parts.push(post_form(&format!("{here}/do/{}", spec.slug), fields));
    } else {
        parts.push(p(
            "This cannot be done to the record as it stands now; somebody may have done it already.",
        ));
        parts.push(p(link(&here, "Back to the child's record")));
    }
    let shell = Shell::new(web, who, "/children", spec.title).back(&here, "Back to the child's record");
    Ok(shell.problems(status, problems).show(Html::join(parts)))
}

pub(super) async fn send(
    State(web): State<Web>,
    Path((id, slug)): Path<(String, String)>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let Some(spec) = find(&slug) else { return Err(PageProblem::to(&web, &who, Problem::NotFound)) };
    let view = view(&web, &who, &id, None).await?;
    let allowed = super::whose_work(&web, &who.caller, &view, spec.action).await;
    allowed.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let colleagues = web.app.colleagues().await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let around =
        Around { record: &view.child, now: web.app.now(), colleagues: &colleagues, me: &who.caller.actor };
    let act = match (spec.read)(&around, &answers) {
        Ok(act) => act,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show(&web, &who, spec, &view, &answers, status, &problems).await;
        }
    };
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let seen = answers.get("version").parse().ok().filter(|_| replaces(spec.slug));
    let caller = who.caller.deciding(wording::decisions(&answers));
    match web.app.record_about_child(&caller, command, view.id, seen, act).await {
        Ok(()) => Ok(Redirect::to(&format!("/children/{}?done=saved", view.id)).into_response()),
        Err(problem) => again(&web, &who, spec, &view, answers, problem).await,
    }
}

/// Acts that put something in the place of what the page showed. Additions are kept whatever else happened.
fn replaces(slug: &str) -> bool {
    !matches!(slug, "warning" | "contact")
}

/// The form again, with what stands in the way and everything typed.
async fn again(
    web: &Web,
    who: &SignedIn,
    spec: &Spec,
    seen: &ChildView,
    mut answers: Answers,
    problem: Problem,
) -> Result<Response, PageProblem> {
    let (status, message, next) = crate::problem::table(&problem);
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))],
        Problem::Conflict => {
            // The form now carries the version it shows, so sending it again is a decision made anew.
            answers.set("command", CommandId::new().to_string());
            let words = "Look at the record in another tab, then send this again if it still holds. \
                         What you typed is kept.";
            vec![FieldProblem::new("form", format!("{}. {words}", capital(&message)))]
        }
        other => return Err(PageProblem::to(web, who, other)),
    };
    let fresh = view(web, who, &seen.id.to_string(), None).await?;
    show(web, who, spec, &fresh, &answers, status, &problems).await
}
