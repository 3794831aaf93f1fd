//! Who is asking: the session cookie made into a [`Caller`].
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use cf_app::{Caller, Problem};
use cf_kernel::Timestamp;

use crate::pages::problem_page::PageProblem;
use crate::request::RequestName;
use crate::state::Web;

/// The cookie's name. `__Host-` binds it to this host and to TLS where that is used.
pub(crate) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-childfirst" } else { "childfirst" }
}

/// A signed-in caller, and when the session ends.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) caller: Caller,
    pub(crate) until: Timestamp,
}

pub(crate) fn token(parts: &Parts, web: &Web) -> Option<String> {
    let jar = CookieJar::from_headers(&parts.headers);
    jar.get(cookie_name(web.appearance.secure_cookies)).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a session's token. It lives as long as the browser; the session ends on the server.
pub(crate) fn cookie(web: &Web, token: String) -> Cookie<'static> {
    let secure = web.appearance.secure_cookies;
    Cookie::build((cookie_name(secure), token)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax).build()
}

async fn caller(parts: &Parts, web: &Web) -> Result<SignedIn, Problem> {
    let request = RequestName::of(parts);
    let token = token(parts, web).ok_or(Problem::SignInNeeded)?;
    let (caller, until) = web.app.caller(&token, &request.0).await?;
    Ok(SignedIn { caller, until })
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageProblem> {
        match caller(parts, web).await {
            Ok(signed_in) => Ok(signed_in),
            Err(problem) => Err(PageProblem::before_sign_in(web, problem, parts)),
        }
    }
}

impl OptionalFromRequestParts<Web> for SignedIn {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, PageProblem> {
        match caller(parts, web).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(Problem::SignInNeeded) => Ok(None),
            Err(problem) => Err(PageProblem::before_sign_in(web, problem, parts)),
        }
    }
}

/// A signed-in caller of the JSON API: the same session, by cookie or as a bearer token; problems as JSON.
#[derive(Debug, Clone)]
pub(crate) struct ApiCaller(pub(crate) Caller);

impl FromRequestParts<Web> for ApiCaller {
    type Rejection = crate::problem::ApiProblem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let request = RequestName::of(parts);
        let bearer = parts
            .headers
            .get(axum::http::header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        let found = match bearer.or_else(|| token(parts, web)) {
            Some(token) => web.app.caller(&token, &request.0).await,
            None => Err(Problem::SignInNeeded),
        };
        found.map(|(caller, _)| Self(caller)).map_err(|problem| crate::problem::ApiProblem(problem, request.0))
    }
}
