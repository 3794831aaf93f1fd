//! Where the person is signed in, ending it, and their own password.
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Cell, Html, Table};
use serde::Deserialize;

use super::accounts::password_field;
use crate::markup::{form, h1, h2, hidden, p};
use crate::pages::problem_page::PageProblem;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    show(&web, &who, StatusCode::OK, &[], asked.done.as_deref()).await
}

async fn show(
    web: &Web,
    who: &SignedIn,
    status: StatusCode,
    problems: &[FieldProblem],
    done: Option<&str>,
) -> Result<Response, PageProblem> {
    let found = web.app.own_sessions(&who.caller).await;
    let sessions = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let now = web.app.now();
    let mut table =
        Table::new("Where you are signed in", ["Since", "Browser", "Last used", "End"].map(Cell::from));
    let live = sessions.iter().filter(|session| session.revoked_at.is_none() && session.expires_at > now);
    for session in live {
        let this = who.caller.session == Some(session.id);
        let words = if this { "End this session" } else { "End" };
        let end = form(
            "/sessions/end",
            Html::join([
                hidden("session", &session.id.to_string()),
                Button::submit(words).secondary().into(),
            ]),
        );
        table = table.row([
            Cell::from(session.created_at.to_string()),
            Cell::from(session.user_agent.chars().take(120).collect::<String>()),
            Cell::from(session.last_seen_at.to_string()),
            Cell::from(end),
        ]);
    }
    let password = form(
        "/sessions/password",
        Html::join([
            password_field("password", "New password", problems),
            Button::submit("Change my password").into(),
        ]),
    );
    let body = Html::join([
        h1("Your sessions"),
        table.stacked().into(),
        h2("Your password"),
        p("A new password ends all your sessions, this one too. You then sign in with it."),
        password,
    ]);
    Ok(Shell::new(web, who, "", "Your sessions").done(done).problems(status, problems).show(body))
}

pub(super) async fn end(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let result = match answers.get("session").parse() {
        Ok(session) => web.app.end_own_session(&who.caller, session).await,
        Err(_) => Err(Problem::NotFound),
    };
    result.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    Ok(Redirect::to("/sessions?done=session-ended").into_response())
}

pub(super) async fn password(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let new = answers.get("password").to_owned();
    match web.app.set_password(&who.caller, who.caller.actor.user, new).await {
        Ok(()) => Ok(Redirect::to("/sign-in?done=account").into_response()),
        Err(Problem::Invalid(problems)) => {
            show(&web, &who, StatusCode::UNPROCESSABLE_ENTITY, &problems, None).await
        }
        Err(problem) => Err(PageProblem::to(&web, &who, problem)),
    }
}
