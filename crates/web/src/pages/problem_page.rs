//! What a person sees when something stands in the way: what, and what they can do next. What they typed is kept.
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::Problem;
use cf_components::{Html, InsetText};

use crate::markup::{h1, link, list, p};
use crate::request::RequestName;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;
use crate::{pages, problem};

/// A problem on its way to a person.
pub(crate) struct PageProblem(Response);

impl PageProblem {
    /// Before anybody is known: to the sign-in page, or a page that needs nobody.
    pub(crate) fn before_sign_in(web: &Web, problem: Problem, parts: &Parts) -> Self {
        if matches!(problem, Problem::SignInNeeded) {
            // A form sent after the session ended is not lost: the sign-in page carries it (see `sign_in`).
            let then = pages::sign_in::after(parts.uri.path_and_query().map_or("/", |path| path.as_str()));
            return Self(Redirect::to(&then).into_response());
        }
        let request = RequestName::of(parts).0;
        Self(show(Shell::nobody(web, "Problem"), problem, &request, None))
    }

    /// For somebody signed in.
    pub(crate) fn to(web: &Web, who: &SignedIn, problem: Problem) -> Self {
        let request = &who.caller.request;
        Self(show(Shell::new(web, who, "", "Problem"), problem, request, Some("/board")))
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        self.0
    }
}

fn show(shell: Shell, problem: Problem, request: &str, home: Option<&str>) -> Response {
    problem::log(&problem, request);
    let (status, title, next) = problem::table(&problem);
    let mut parts = vec![h1(capital(&title)), p(next)];
    if let Problem::Invalid(fields) = &problem {
        parts.push(list(fields.iter().map(|field| Html::from(&field.message))));
    }
    if let Problem::Denied { glass: true, .. } = &problem {
        parts.push(p(link("/glass", "Open restricted records with a reason")));
    }
    parts.push(InsetText::from(format!("Operation {request}")).into());
    parts.extend(home.map(|home| p(link(home, "Go to the board"))));
    shell.status(status).show(Html::join(parts))
}

/// The same words with a capital at the start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// No such page.
pub(crate) async fn not_found(State(web): State<Web>, mut parts: Parts) -> Response {
    let who = <SignedIn as FromRequestParts<Web>>::from_request_parts(&mut parts, &web).await;
    let body = Html::join([
        h1("There is no such page"),
        p("If you typed the address, check it. If you followed a link, tell support which."),
        p(link("/", "Start again")),
    ]);
    let shell = match &who {
        Ok(who) => Shell::new(&web, who, "", "Not found"),
        Err(_) => Shell::nobody(&web, "Not found"),
    };
    shell.status(StatusCode::NOT_FOUND).show(body)
}
