//! A name for each request, on error pages, in the log and in the access log; and the check that a change comes from
//! our own pages.
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

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
