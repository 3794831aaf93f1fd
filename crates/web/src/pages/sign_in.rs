//! Signing in and out. A form sent after the session ended is carried over the sign-in, so that nothing typed is lost.
//! `elsewhere` is the way over a force's own identity provider.
use axum::extract::{Query, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use cf_app::sessions::SignIn;
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Html, Input, PasswordInput};
use cf_kernel::Role;
use serde::Deserialize;

use super::problem_page::PageProblem;
use super::questions;
use crate::acts::Answers;
use crate::markup::{div, form, h1, h2, hidden, link, p, tag};
use crate::request::RequestName;
use crate::rescued;
use crate::routes::{May, Routes};
use crate::session::{SignedIn, cookie};
use crate::shell::Shell;
use crate::state::Web;

mod elsewhere;

pub(crate) fn routes(demo: bool) -> Routes {
    let routes = Routes::new()
        .get("/", May::OwnSession, start)
        .get("/sign-in", May::Public, page)
        .post("/sign-in", May::Public, sign_in)
        .and(elsewhere::routes())
        .post("/sign-out", May::OwnSession, sign_out);
    // `serve` has no such route at all: not merely a hidden button.
    if demo { routes.post("/sign-in/as", May::Public, sign_in_as) } else { routes }
}

/// Where to sign in before going to `path`.
pub(crate) fn after(path: &str) -> String {
    format!("/sign-in?then={}", urlencode(path))
}

fn urlencode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    text.bytes()
        .map(|byte| if keep(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A path of our own, or the start: never another site.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if own && !path.starts_with("/sign-") && path != "/events" { path } else { "/" }
}

async fn start(who: SignedIn) -> Redirect {
    Redirect::to(match who.caller.role() {
        Role::Administrator => "/accounts",
        Role::Auditor => "/record",
        Role::CouncilWorker => "/our-children",
        Role::Supervisor | Role::Inspector => "/queue",
        Role::Operator | Role::Investigator | Role::System => "/board",
    })
}

#[derive(Debug, Deserialize)]
struct Then {
    #[serde(default)]
    then: String,
    done: Option<String>,
}

async fn page(State(web): State<Web>, Query(query): Query<Then>) -> Result<Response, PageProblem> {
    let shell = Shell::nobody(&web, "Sign in").done(query.done.as_deref());
    Ok(shell.show(body(&web, &query.then, &[], &Answers::default()).await))
}

/// The sign-in page in answer to a form that came too late. What was typed is kept for the account whose session this
/// was; where nobody can say whose it was, it stays in the browser only.
pub(crate) async fn carry(web: &Web, token: Option<&str>, path: &str, typed: &Answers) -> Response {
    let shell = Shell::nobody(web, "Sign in").status(StatusCode::UNAUTHORIZED);
    let (note, pairs) = match rescued::keep(web, token, path, typed).await {
        Ok(Some(name)) => (KEPT_FOR_YOU, vec![(rescued::FIELD.to_owned(), name)]),
        Ok(None) => (WHOSE_UNKNOWN, Vec::new()),
        Err(problem) => {
            crate::problem::log(&problem, "a form that came too late");
            (NOT_KEPT, Vec::new())
        }
    };
    shell.show(Html::join([p(note), body(web, path, &pairs, &Answers::default()).await]))
}

const KEPT_FOR_YOU: &str = "Your session ended before this was sent. Sign in with the same account: what you typed is kept for it alone, and you send it then.";
const WHOSE_UNKNOWN: &str = "Nobody is signed in here, and whose words these are cannot be known, so they were neither sent nor kept. Sign in, then go back with your browser: what was typed is still in the form.";
const NOT_KEPT: &str = "Your session ended before this was sent, and what you typed could not be kept here. Sign in, then go back with your browser: it is still in the form.";

/// What somebody sees who sends a form that another account's person was shown.
pub(crate) fn of_another(web: &Web, who: &SignedIn) -> Response {
    let shell = Shell::new(web, who, "", OTHERS).status(StatusCode::CONFLICT);
    shell.show(others_words(&who.caller.actor.name))
}

fn others_words(name: &str) -> Html {
    Html::join([
        h1(OTHERS),
        p(format!(
            "You are signed in as {name}. What was typed belongs to another account: it was not shown to you here, and it was not sent."
        )),
        p("Whoever typed it goes back, with this browser, to the page it was typed on, and signs in there."),
        p(link("/", "Go to your first page")),
    ])
}

const OTHERS: &str = "What was typed belongs to somebody else";

/// Where the person was going and what they had typed, on its way through the forms of this page.
fn carried(then: &str, typed: &[(String, String)]) -> Html {
    let typed = typed.iter().map(|(name, value)| hidden(&format!("typed.{name}"), value));
    Html::join(typed.chain([hidden("then", own_path(then))]))
}

async fn body(web: &Web, then: &str, typed: &[(String, String)], answers: &Answers) -> Html {
    let carried = carried(then, typed);
    let fields = Html::join([
        carried.clone(),
        Input::new("login", "Login")
            .value(answers.get("login"))
            .autocomplete("username")
            .spellcheck(false)
            .classes("govuk-input--width-20")
            .into(),
        PasswordInput::default().name("password").label("Password").autocomplete("current-password").into(),
        Input::new("code", "One-time code, if your account has one")
            .inputmode("numeric")
            .autocomplete("one-time-code")
            .classes("govuk-input--width-5")
            .into(),
        Button::submit("Sign in").into(),
    ]);
    let roles = if web.appearance.demo { roles(web, carried).await } else { Html::default() };
    Html::join([h1("Sign in"), roles, elsewhere::offer(web, then, typed), form("/sign-in", fields)])
}

/// One button for each role of the demonstration.
async fn roles(web: &Web, carried: Html) -> Html {
    let Ok(accounts) = web.app.store().accounts().await else { return Html::default() };
    let mut buttons = Vec::new();
    for role in Role::PEOPLE {
        let first = accounts
            .iter()
            .filter(|account| account.role == role && account.disabled_at.is_none())
            // The demonstration's own account of a role is named for it; colleagues are made at the same moment.
            .min_by_key(|account| (account.login != role.code().replace('_', "-"), account.created_at));
        let Some(account) = first else { continue };
        let name =
            Html::join([Html::from(role.label()), tag("span", "cf-role__name", account.name.as_str())]);
        let button = Button::submit(name).secondary().name("user").value(account.id.to_string());
        buttons.push(form("/sign-in/as", Html::join([carried.clone(), button.into()])));
    }
    if buttons.is_empty() {
        return Html::default();
    }
    Html::join([h2("Look around as"), div("cf-roles", Html::join(buttons)), h2("Or with an account")])
}

async fn sign_in(
    State(web): State<Web>,
    Extension(RequestName(request)): Extension<RequestName>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let (typed, answers) = split(sent);
    let given = SignIn {
        login: answers.get("login").to_owned(),
        password: answers.get("password").to_owned(),
        code: answers.get("code").to_owned(),
        user_agent: user_agent(&headers),
    };
    match web.app.sign_in(given, &request).await {
        Ok(begun) => go_on(&web, jar, begun.token, answers.get("then"), &typed, &request).await,
        Err(problem) => {
            let (status, problems) = in_words(problem, "login", &request);
            again(&web, status, &problems, answers.get("then"), &typed, &answers).await
        }
    }
}

/// What stood in the way of a sign-in; a fault is said at this field.
fn in_words(problem: Problem, field: &str, request: &str) -> (StatusCode, Vec<FieldProblem>) {
    match problem {
        Problem::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        problem => {
            crate::problem::log(&problem, request);
            let (status, message, _) = crate::problem::table(&problem);
            (status, vec![FieldProblem::new(field, super::problem_page::capital(&message))])
        }
    }
}

/// The page once more, with what stood in the way.
async fn again(
    web: &Web,
    status: StatusCode,
    problems: &[FieldProblem],
    then: &str,
    typed: &[(String, String)],
    answers: &Answers,
) -> Response {
    let shell = Shell::nobody(web, "Sign in").problems(status, problems);
    shell.show(body(web, then, typed, answers).await)
}

async fn sign_in_as(
    State(web): State<Web>,
    Extension(RequestName(request)): Extension<RequestName>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (typed, answers) = split(sent);
    let begun = match answers.get("user").parse() {
        Ok(user) => web.app.sign_in_as(user, &user_agent(&headers), &request).await,
        Err(_) => Err(Problem::NotFound),
    };
    match begun {
        Ok(begun) => Ok(go_on(&web, jar, begun.token, answers.get("then"), &typed, &request).await),
        Err(_) => Ok(Redirect::to("/sign-in").into_response()),
    }
}

/// The name of the form that came too late, and the answers of this form.
fn split(sent: Vec<(String, String)>) -> (Vec<(String, String)>, Answers) {
    let mut typed = Vec::new();
    let mut own = Vec::new();
    for (name, value) in sent {
        match name.strip_prefix("typed.") {
            Some(rescued::FIELD) => typed.push((rescued::FIELD.to_owned(), value)),
            // Words never come this way: only the name under which they are kept for their writer.
            Some(_) => {}
            None => own.push((name, value)),
        }
    }
    (typed, Answers::from_pairs(own))
}

fn user_agent(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}

/// To where the person was going; or, with something typed, to a page that sends it on their word.
async fn go_on(
    web: &Web,
    jar: CookieJar,
    token: String,
    then: &str,
    typed: &[(String, String)],
    request: &str,
) -> Response {
    let then = own_path(then);
    if typed.is_empty() {
        return (jar.add(cookie(web, token)), Redirect::to(then)).into_response();
    }
    let name = typed.iter().find(|(name, _)| name == rescued::FIELD).map_or("", |(_, name)| name.as_str());
    let (who, kept) = match mine(web, &token, name, request).await {
        Ok((who, Some(kept))) => (who, kept),
        Ok((who, None)) => {
            let page = Shell::new(web, &who, "", OTHERS).show(others_words(&who.caller.actor.name));
            return (jar.add(cookie(web, token)), page).into_response();
        }
        Err(problem) => {
            crate::problem::log(&problem, request);
            let page = Html::join([
                h1("What you typed could not be read just now"),
                p(
                    "You are signed in. It is still kept for you: send this page again, or go back with your browser.",
                ),
                p(link("/", "Go to your first page")),
            ]);
            let shell = Shell::nobody(web, "Sign in").status(StatusCode::SERVICE_UNAVAILABLE);
            return (jar.add(cookie(web, token)), shell.show(page)).into_response();
        }
    };
    let then = own_path(&kept.path);
    let answers = Answers::from_pairs(kept.pairs.iter().cloned());
    let asked = questions::asked_at(web, &who.caller, then, &answers).await;
    let content = Html::join([
        hidden(rescued::WHOSE, &who.caller.actor.user.to_string()),
        Html::join(kept.pairs.iter().map(|(name, value)| hidden(name, value))),
        Button::submit("Send it now").into(),
    ]);
    let page = Html::join([
        h1(KEPT),
        p("You are signed in again. Nothing was sent yet. These are your answers:"),
        questions::answered(&asked, &answers),
        form(then, content),
    ]);
    (jar.add(cookie(web, token)), Shell::nobody(web, KEPT).show(page)).into_response()
}

/// Who has just signed in, and the form of this name if it is theirs.
async fn mine(
    web: &Web,
    token: &str,
    name: &str,
    request: &str,
) -> Result<(SignedIn, Option<rescued::Rescued>), Problem> {
    let (caller, until) = web.app.caller(token, request).await?;
    let kept = rescued::of(web, caller.actor.user, name).await?;
    Ok((SignedIn { caller, until }, kept))
}

const KEPT: &str = "What you typed is still here";

async fn sign_out(State(web): State<Web>, jar: CookieJar, who: SignedIn) -> Result<Response, PageProblem> {
    if let Err(problem) = web.app.sign_out(&who.caller).await {
        return Err(PageProblem::to(&web, &who, problem));
    }
    let mut gone = cookie(&web, String::new());
    gone.make_removal();
    Ok((jar.add(gone), Redirect::to("/sign-in?done=signed-out")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (path, want) in [
            ("/board?grade=high", "/board?grade=high"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/sign-out", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(path), want, "{path}");
        }
        assert_eq!(after("/board?a=b&c"), "/sign-in?then=/board%3Fa%3Db%26c");
    }
}
