//! What a person sees when something stands in the way: what, and what they can do next. What they typed is kept.
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_components::{Html, InsetText};
use cf_kernel::Role;

use crate::acts::Answers;
use crate::markup::{h1, link, list, p};
use crate::request::RequestName;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;
use crate::{pages, problem};

/// A problem on its way to a person.
pub(crate) struct PageProblem(Box<Response>);

impl PageProblem {
    /// Before anybody is known: to the sign-in page, or a page that needs nobody.
    pub(crate) fn before_sign_in(web: &Web, problem: Problem, parts: &Parts) -> Self {
        if matches!(problem, Problem::SignInNeeded) {
            // A form sent after the session ended is not lost: the sign-in page carries it (see `sign_in`).
            let then = pages::sign_in::after(parts.uri.path_and_query().map_or("/", |path| path.as_str()));
            return Self(Box::new(Redirect::to(&then).into_response()));
        }
        let request = RequestName::of(parts).0;
        Self(Box::new(show(Shell::nobody(web, "Problem"), problem, &request, None)))
    }

    /// For somebody signed in.
    pub(crate) fn to(web: &Web, who: &SignedIn, problem: Problem) -> Self {
        let request = &who.caller.request;
        let board = web.app.may(&who.caller, Action::ViewBoard, &Resource::desk());
        let home = if board { ("/board", "Go to the board") } else { ("/", "Go to your first page") };
        Self(Box::new(show(Shell::new(web, who, "", "Problem"), problem, request, Some(home))))
    }

    /// A form larger than can be taken: which answer is too long, and that nothing typed is lost.
    pub(crate) async fn too_large(
        web: &Web,
        who: &SignedIn,
        path: &str,
        answers: Option<&Answers>,
        kept: bool,
    ) -> Self {
        let mut parts = vec![h1("What you sent is too long")];
        let longest = cf_app::report::LONGEST_TEXT;
        parts.push(p(format!("Nothing was recorded. One answer may be {longest} characters long; a record this long helps nobody read it.")));
        if let Some(answers) = answers {
            let asked = pages::questions::asked_at(web, &who.caller, path, answers).await;
            let long = answers.pairs().map(|(name, value)| (name, value.chars().count()));
            let long = long.filter(|(_, length)| *length > longest).map(|(name, length)| {
                let question = asked.iter().find(|field| field.name == name);
                let question = question.map_or(name, |field| field.label.as_str());
                Html::from(format!("{question}: {length} characters"))
            });
            parts.push(list(long));
        }
        if kept {
            parts.push(p(format!("Your report is kept as a draft: every answer whole, but the first {longest} characters of what is too long.")));
            parts.push(p(link("/report", "Go on with the report")));
        } else {
            parts.push(p("Go back with your browser: what you typed is still in the form. Shorten the longest answer, and send it again."));
        }
        let shell = Shell::new(web, who, "", "What you sent is too long");
        Self(Box::new(shell.status(StatusCode::PAYLOAD_TOO_LARGE).show(Html::join(parts))))
    }

    /// A form that the caller could not send: who could, in words, and the way back.
    pub(crate) fn may_not(
        web: &Web,
        who: &SignedIn,
        title: &str,
        (action, resource): (Action, &Resource),
        problem: Problem,
        back: (&str, &str),
    ) -> Self {
        if !matches!(problem, Problem::Denied { .. }) {
            return Self::to(web, who, problem);
        }
        let role = who.caller.role().label().to_lowercase();
        let may: Vec<_> = web.app.roles_that_may(action, resource).into_iter().map(Role::label).collect();
        let mut parts = vec![h1(format!("You cannot do this: {}", lower(title)))];
        parts.push(p(format!("It is not open to you as {role}.")));
        if may.is_empty() && matches!(action, Action::AcknowledgeHandOver) {
            parts.push(p(
                "It is handed over to one person, whom the incident names; only they may acknowledge it.",
            ));
        } else if may.is_empty() {
            parts.push(p("As the record stands now, nobody may do this."));
        } else {
            parts.push(p("Ask one of these; they may:"));
            parts.push(list(may.into_iter().map(Html::from)));
        }
        if let Problem::Denied { glass: true, .. } = &problem {
            parts.push(p(problem::table(&problem).2));
            parts.push(p(link("/glass", "Open restricted records with a reason")));
        }
        parts.push(p(link(back.0, back.1)));
        let shell = Shell::new(web, who, "", title).back(back.0, back.1);
        Self(Box::new(shell.status(StatusCode::FORBIDDEN).show(Html::join(parts))))
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        *self.0
    }
}

fn show(shell: Shell, problem: Problem, request: &str, home: Option<(&str, &str)>) -> Response {
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
    parts.extend(home.map(|(href, words)| p(link(href, words))));
    shell.status(status).show(Html::join(parts))
}

/// The same words with a small letter at the start.
pub(crate) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The same words with a capital at the start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// No such page.
pub(crate) async fn not_found(State(web): State<Web>, mut parts: Parts) -> Response {
    let who = <SignedIn as FromRequestParts<Web>>::from_request_parts(&mut parts, &web).await;
    nothing_here(match &who {
        Ok(who) => Shell::new(&web, who, "", "Not found"),
        Err(_) => Shell::nobody(&web, "Not found"),
    })
}

/// The same in a frame made already.
pub(crate) fn nothing_here(shell: Shell) -> Response {
    let body = Html::join([
        h1("There is no such page"),
        p("If you typed the address, check it. If you followed a link, tell support which."),
        p(link("/", "Start again")),
    ]);
    shell.status(StatusCode::NOT_FOUND).show(body)
}
