//! Signing in at the force's own identity provider: leaving for it, and coming back.
//!
//! A page of ours may send forms to ourselves only, so people leave by a link. Whatever goes wrong, they are on the
//! sign-in page again with a sentence about it, with what they had typed where we still have it; the access log has a
//! sign-in that was refused, and only our own log has the details.
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cf_app::FieldProblem;
use cf_app::elsewhere::FIELD;
use cf_components::{Button, Html};

use super::{Then, again, carried, go_on, in_words, own_path, split, urlencode, user_agent};
use crate::acts::Answers;
use crate::elsewhere::{Elsewhere, Failed, Leaving, RETURN, Why};
use crate::markup::{form, h1, h2, p};
use crate::pages::problem_page;
use crate::pending::{Away, Back, KEPT_SECONDS};
use crate::request::RequestName;
use crate::routes::{May, Routes};
use crate::shell::Shell;
use crate::state::Web;

const LEAVE: &str = "/sign-in/elsewhere";
const KEPT: &str = "What you typed is kept";

/// In the table wherever we run; where no provider is set up they answer that there is no such page.
pub(super) fn routes() -> Routes {
    Routes::new().get(LEAVE, May::Public, leave).post(LEAVE, May::Public, keep_and_leave).get(
        RETURN,
        May::Public,
        back,
    )
}

/// The way to the provider, above the form for a password.
pub(super) fn offer(web: &Web, then: &str, typed: &[(String, String)]) -> Html {
    let Some(provider) = &web.elsewhere else { return Html::default() };
    let words = format!("Sign in with {}", provider.label());
    let way = if typed.is_empty() {
        let href = format!("{LEAVE}?then={}", urlencode(own_path(then)));
        Button::new(words).href(href).id(FIELD).into()
    } else {
        form(LEAVE, Html::join([carried(then, typed), Button::submit(words).id(FIELD).into()]))
    };
    Html::join([way, h2("Or with a password")])
}

async fn leave(
    State(web): State<Web>,
    Extension(RequestName(request)): Extension<RequestName>,
    jar: CookieJar,
    Query(query): Query<Then>,
) -> Response {
    let Some(provider) = web.elsewhere.clone() else { return nothing_here(&web) };
    match begin(&web, &provider, jar, &query.then, Vec::new(), &request).await {
        Ok((jar, address)) => (jar, Redirect::to(&address)).into_response(),
        Err(page) => *page,
    }
}

/// The same with a form that came too late: its text stays here, and a link leads on.
async fn keep_and_leave(
    State(web): State<Web>,
    Extension(RequestName(request)): Extension<RequestName>,
    jar: CookieJar,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let Some(provider) = web.elsewhere.clone() else { return nothing_here(&web) };
    let (typed, answers) = split(sent);
    match begin(&web, &provider, jar, answers.get("then"), typed, &request).await {
        Ok((jar, address)) => {
            let words = format!("Sign in with {}", provider.label());
            let page = Html::join([
                h1(KEPT),
                p("Sign in within ten minutes. You send it when you are back here."),
                Button::new(words).href(address).into(),
            ]);
            (jar, Shell::nobody(&web, KEPT).show(page)).into_response()
        }
        Err(page) => *page,
    }
}

async fn begin(
    web: &Web,
    provider: &Arc<dyn Elsewhere>,
    jar: CookieJar,
    then: &str,
    typed: Vec<(String, String)>,
    request: &str,
) -> Result<(CookieJar, String), Box<Response>> {
    let now = web.app.now();
    match provider.begin(now).await {
        Ok(Leaving { address, kept }) => {
            let browser = browser(web, &jar).unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
            web.pending.add(&browser, now, Away { kept, then: own_path(then).to_owned(), typed });
            Ok((jar.add(browser_cookie(web, browser)), address))
        }
        Err(failed) => Err(Box::new(refused(web, note(&failed, request), then, &typed, request).await)),
    }
}

async fn back(
    State(web): State<Web>,
    Extension(RequestName(request)): Extension<RequestName>,
    headers: HeaderMap,
    jar: CookieJar,
    Query(sent): Query<Vec<(String, String)>>,
) -> Response {
    let Some(provider) = web.elsewhere.clone() else { return nothing_here(&web) };
    let sent = Answers::from_pairs(sent);
    let now = web.app.now();
    let Away { kept, then, typed } =
        match web.pending.take(sent.get("state"), browser(&web, &jar).as_deref(), now) {
            Back::InTime(away) => away,
            Back::Late(away) => {
                return refused(&web, Trouble::Late, &away.then, &away.typed, &request).await;
            }
            Back::OtherBrowser => return refused(&web, Trouble::OtherBrowser, "", &[], &request).await,
            Back::Unknown => return refused(&web, Trouble::Unknown, "", &[], &request).await,
        };
    let code = sent.get("code");
    if code.is_empty() || !sent.get("error").is_empty() {
        let short = |name| sent.get(name).chars().take(200).collect::<String>();
        let (error, description) = (short("error"), short("error_description"));
        tracing::warn!(%request, ?error, ?description, "an identity provider signed nobody in");
        return refused(&web, Trouble::Denied, &then, &typed, &request).await;
    }
    let who = match provider.end(kept, code.to_owned(), now).await {
        Ok(who) => who,
        Err(failed) => return refused(&web, note(&failed, &request), &then, &typed, &request).await,
    };
    match web.app.sign_in_elsewhere(who, &user_agent(&headers), &request).await {
        Ok(begun) => go_on(&web, jar, begun.token, &then, &typed, &request).await,
        Err(problem) => {
            let (status, problems) = in_words(problem, FIELD, &request);
            again(&web, status, &problems, &then, &typed, &Answers::default()).await
        }
    }
}

/// What stood in the way before any account was looked for.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    Failed(Why),
    Denied,
    Late,
    OtherBrowser,
    Unknown,
}

impl Trouble {
    /// For the access log, and for the person.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Failed(Why::Unreachable) => (
                "a sign-in elsewhere, whose provider did not answer",
                "Signing in this way does not work just now. Try again in a minute, or sign in with a password.",
            ),
            Self::Failed(Why::NotProved) => (
                "a sign-in elsewhere that was not proved",
                "What your identity provider sent could not be checked, so you are not signed in. Try again; if it \
                 stays, tell an administrator.",
            ),
            Self::Failed(Why::TooWeak) => (
                "a sign-in elsewhere with less than is required",
                "You signed in there in a way that is not enough here. Sign in again, with your second factor.",
            ),
            Self::Denied => (
                "a sign-in elsewhere that was denied there",
                "You were not signed in there. Try again, or sign in with a password.",
            ),
            Self::Late => (
                "a sign-in elsewhere that came back too late",
                "That took longer than ten minutes and no longer counts. Sign in again.",
            ),
            Self::OtherBrowser => (
                "a sign-in elsewhere that came back to another browser",
                "This sign-in was begun in another browser, or your browser keeps no cookies. Begin it here.",
            ),
            Self::Unknown => (
                "a sign-in elsewhere that nobody had begun",
                "This sign-in was used already, or is too old. Begin again.",
            ),
        }
    }
}

/// Writes the details to our own log.
fn note(failed: &Failed, request: &str) -> Trouble {
    let Failed { why, detail } = failed;
    tracing::warn!(%request, ?why, ?detail, "a sign-in elsewhere failed");
    Trouble::Failed(*why)
}

async fn refused(
    web: &Web,
    trouble: Trouble,
    then: &str,
    typed: &[(String, String)],
    request: &str,
) -> Response {
    let (logged, said) = trouble.words();
    let (status, problems) = match web.app.sign_in_refused(logged, request).await {
        Err(problem) => in_words(problem, FIELD, request),
        Ok(()) => {
            let down = matches!(trouble, Trouble::Failed(Why::Unreachable));
            let status =
                if down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, vec![FieldProblem::new(FIELD, said)])
        }
    };
    again(web, status, &problems, then, typed, &Answers::default()).await
}

fn nothing_here(web: &Web) -> Response {
    problem_page::nothing_here(Shell::nobody(web, "Not found"))
}

/// The cookie's name. `__Host-` binds it to this host and to TLS where that is used.
const fn browser_name(secure: bool) -> &'static str {
    if secure { "__Host-childfirst-elsewhere" } else { "childfirst-elsewhere" }
}

/// Which browser this is, if it left before: several of its windows may be away at once.
fn browser(web: &Web, jar: &CookieJar) -> Option<String> {
    let cookie = jar.get(browser_name(web.appearance.secure_cookies))?;
    let ours = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(cookie.value()).filter(|value| ours(value)).map(str::to_owned)
}

/// Names the browser while it is away. `Lax`, because it comes back from another site.
fn browser_cookie(web: &Web, browser: String) -> Cookie<'static> {
    let secure = web.appearance.secure_cookies;
    let lives = Duration::from_secs(KEPT_SECONDS.unsigned_abs());
    Cookie::build((browser_name(secure), browser))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(lives.try_into().unwrap_or_default())
        .build()
}
