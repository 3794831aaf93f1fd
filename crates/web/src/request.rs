//! A name for each request, on error pages, in the log and in the access log; and the check that a change comes from
//! our own pages.
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use sha2::{Digest as _, Sha256};

use crate::state::Web;

/// The name of the request being answered.
#[derive(Debug, Clone)]
pub(crate) struct RequestName(pub(crate) String);

impl RequestName {
    pub(crate) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self("unnamed".to_owned()))
    }
}

/// Names the request and adds the headers every answer has.
pub(crate) async fn name_and_guard(mut request: Request<Body>, next: Next) -> Response {
    let name = uuid::Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestName(name.clone()));
    let asset = request.uri().path().starts_with("/assets/");
    let program = request.uri().path().starts_with("/api/");
    let mut response = if from_our_pages(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This change was sent from another site and was not made.").into_response()
    };
    if program {
        response = crate::problem::for_programs(response, &name);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert("x-request-id", value);
    }
    for (key, value) in SECURITY {
        headers.insert(*key, HeaderValue::from_static(value));
    }
    if !asset {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Answers a question from one look at the record: see [`cf_store::Store::looking`].
pub(crate) async fn one_look(State(web): State<Web>, request: Request<Body>, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        web.app.store().looking(next.run(request)).await
    } else {
        next.run(request).await
    }
}

/// Says what was done once: the redirect that brings the message leaves a mark, and an address opened without it (a
/// bookmark, a reload) says nothing of what this visit did not do.
pub(crate) async fn said_once(State(web): State<Web>, mut request: Request<Body>, next: Next) -> Response {
    let secure = web.appearance.secure_cookies;
    let asked = request.method() == Method::GET && has_done(request.uri().query());
    if asked {
        let here = request.uri().path_and_query().map_or("", |path| path.as_str());
        let jar = CookieJar::from_headers(request.headers());
        if jar.get(done_name(secure)).is_none_or(|cookie| cookie.value() != mark(here)) {
            *request.uri_mut() = without_done(request.uri());
        }
    }
    let mut response = next.run(request).await;
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    let done = to.filter(|to| has_done(to.split_once('?').map(|(_, query)| query))).map(mark);
    let value = match done {
        Some(mark) => done_cookie(secure, mark, 60),
        None if asked => done_cookie(secure, String::new(), 0),
        None => return response,
    };
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn done_cookie(secure: bool, value: String, seconds: u64) -> Cookie<'static> {
    Cookie::build((done_name(secure), value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(std::time::Duration::from_secs(seconds).try_into().unwrap_or_default())
        .build()
}

const fn done_name(secure: bool) -> &'static str {
    if secure { "__Host-childfirst-done" } else { "childfirst-done" }
}

fn is_done(pair: &str) -> bool {
    pair.starts_with("done=")
}

fn has_done(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(is_done))
}

fn without_done(uri: &Uri) -> Uri {
    let rest: Vec<&str> = uri.query().unwrap_or("").split('&').filter(|pair| !is_done(pair)).collect();
    let rest = rest.join("&");
    let path = if rest.is_empty() { uri.path().to_owned() } else { format!("{}?{rest}", uri.path()) };
    path.parse().unwrap_or_else(|_| uri.clone())
}

/// Which address a message belongs to.
fn mark(address: &str) -> String {
    let digest = Sha256::digest(address.as_bytes());
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// No inline script or style, nothing from elsewhere, no framing, no referrer with an id in it.
const SECURITY: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
];

/// A change must come from a page of ours. Browsers say where a request comes from; a program with a bearer token
/// is not a browser with somebody's cookie.
fn from_our_pages(request: &Request<Body>) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if header("authorization").is_some_and(|value| value.starts_with("Bearer ")) {
        return true;
    }
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (header("origin"), header("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        // No browser that sends cookies leaves both out; a script without them has no session to misuse.
        (None, _) => header("cookie").is_none(),
        (Some(_), None) => false,
    }
}
