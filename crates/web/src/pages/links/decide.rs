//! A person's decision about a pair, from the review page or from a linked child's page.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::matching::Decision;
use cf_app::{FieldProblem, Problem};
use cf_kernel::{ChildId, CommandId};

use super::{id, pair};
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::Sent;
use crate::state::Web;

pub(super) async fn send(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, mut answers }: Sent,
) -> Result<Response, PageProblem> {
    let link = id(&text).map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let note = answers.get("note").trim().to_owned();
    let (decision, done) = match answers.get("decision") {
        "same" => (Decision::Same(note), "linked"),
        "different" => (Decision::Different(note), "apart"),
        "unsure" => (Decision::Unsure(note), "unsure"),
        "undo" => (Decision::Undo(note), "unlinked"),
        _ => {
            let problems = [FieldProblem::new("note", "Press one of the buttons.")];
            return pair::show(
                &web,
                &who,
                &text,
                None,
                &answers,
                StatusCode::UNPROCESSABLE_ENTITY,
                &problems,
            )
            .await;
        }
    };
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let version = answers.get("version").parse().unwrap_or_default();
    // Where the next pair is asked before this one leaves the list.
    let next = web.app.link(&who.caller, link).await.ok().and_then(|view| view.next);
    if let Err(problem) = web.app.decide_link(&who.caller, command, link, version, decision).await {
        let (status, message, next) = crate::problem::table(&problem);
        let problems = match problem {
            Problem::Invalid(problems) => problems,
            Problem::Refused { .. } => {
                vec![FieldProblem::new("note", format!("{}. {next}", capital(&message)))]
            }
            Problem::Conflict => {
                answers.set("command", CommandId::new().to_string());
                let words = "Somebody decided meanwhile. Look at what stands now, then decide again.";
                vec![FieldProblem::new("note", words)]
            }
            other => return Err(PageProblem::to(&web, &who, other)),
        };
        return pair::show(&web, &who, &text, None, &answers, status, &problems).await;
    }
    let to = match (answers.get("back").parse::<ChildId>(), next) {
        (Ok(child), _) => format!("/children/{child}?done={done}"),
        (Err(_), Some(next)) if next != link => format!("/links/{next}?done={done}"),
        _ => format!("/links?done={done}"),
    };
    Ok(Redirect::to(&to).into_response())
}
