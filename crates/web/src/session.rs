//! Who is asking: the session cookie made into a [`Caller`].
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use cf_app::{Caller, Problem};
use cf_kernel::Timestamp;
use tokio_stream::StreamExt as _;

use crate::LARGEST_BODY;
use crate::acts::Answers;
use crate::pages::problem_page::PageProblem;
use crate::request::RequestName;
use crate::rescued;
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

impl SignedIn {
    /// Refuses, before anything is said about what they sent, those to whom this is not open.
    pub(crate) async fn must(
        &self,
        web: &Web,
        action: cf_access::Action,
        what: cf_access::Resource,
    ) -> Result<(), PageProblem> {
        let asked = web.app.turn_away(&self.caller, action, &what, &[]).await;
        asked.map_err(|problem| PageProblem::to(web, self, problem))
    }
}

pub(crate) fn token(parts: &Parts, web: &Web) -> Option<String> {
    let jar = CookieJar::from_headers(&parts.headers);
    jar.get(cookie_name(web.appearance.secure_cookies)).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a session's token. It lives as long as the browser; the session ends on the server.
pub(crate) fn cookie(web: &Web, token: String) -> Cookie<'static> {
    let secure = web.appearance.secure_cookies;
    Cookie::build((cookie_name(secure), token))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build()
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
        found
            .map(|(caller, _)| Self(caller))
            .map_err(|problem| crate::problem::ApiProblem(problem.into(), request.0))
    }
}

/// A form that somebody signed in has sent. One that comes after the session ended is answered with a sign-in page
/// that carries the name it is kept under.
pub(crate) struct Sent {
    pub(crate) who: SignedIn,
    pub(crate) answers: Answers,
}

impl FromRequest<Web> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let caller = caller(&parts, web).await;
        let bytes = match read_body(body).await {
            Body::Whole(bytes) => bytes,
            Body::TooLarge(read) => {
                let answers = read.as_deref().and_then(|bytes| read_form(bytes).ok());
                if let (Ok(who), Some(mut answers)) = (&caller, answers)
                    && of_another(who, &mut answers)
                {
                    return Err(crate::pages::sign_in::of_another(web, who));
                }
                return Err(too_large(web, caller, &parts, read).await);
            }
        };
        match (caller, read_form(&bytes)) {
            (Ok(who), Ok(mut answers)) => {
                if of_another(&who, &mut answers) {
                    return Err(crate::pages::sign_in::of_another(web, &who));
                }
                Ok(Self { who, answers })
            }
            (Err(Problem::SignInNeeded), Ok(_)) if by_script(&parts) => {
                Err(StatusCode::UNAUTHORIZED.into_response())
            }
            (Ok(who), Err(problem)) => Err(PageProblem::to(web, &who, problem).into_response()),
            (Err(Problem::SignInNeeded), Ok(answers)) => {
                let path = parts.uri.path().to_owned();
                Err(crate::pages::sign_in::carry(web, token(&parts, web).as_deref(), &path, &answers).await)
            }
            (Err(problem), _) => Err(PageProblem::before_sign_in(web, problem, &parts).into_response()),
        }
    }
}

/// Whether a form says that it was filled in by another account than the one signed in.
fn of_another(who: &SignedIn, answers: &mut Answers) -> bool {
    let whose = answers.take(rescued::WHOSE);
    !whose.is_empty() && whose != who.caller.actor.user.to_string()
}

/// Whether a script of a page asks, which shows no page of ours and still has everything that was typed.
fn by_script(parts: &Parts) -> bool {
    let mode = parts.headers.get("sec-fetch-mode").and_then(|mode| mode.to_str().ok());
    mode.is_some_and(|mode| mode != "navigate")
}

/// A form's body.
enum Body {
    Whole(Vec<u8>),
    /// Larger than a form may be; with what was sent, where that is not beyond all measure.
    TooLarge(Option<Vec<u8>>),
}

/// Up to here a form that is too large is still read, so that what was typed can be kept.
const READ_TO_KEEP: usize = 8 * LARGEST_BODY;
/// Up to here it is received and thrown away: a browser that is cut off in the middle shows no answer at all.
const RECEIVED: usize = 128 * LARGEST_BODY;

async fn read_body(body: axum::body::Body) -> Body {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(Ok(part)) = stream.next().await {
        size += part.len();
        if size <= READ_TO_KEEP {
            bytes.extend_from_slice(&part);
        } else {
            bytes = Vec::new();
        }
        if size > RECEIVED {
            break;
        }
    }
    match size {
        0..=LARGEST_BODY => Body::Whole(bytes),
        _ => Body::TooLarge(Some(bytes).filter(|bytes| !bytes.is_empty())),
    }
}

/// What somebody sees who sent more than a form may hold: which answer it is, and where the rest is kept.
async fn too_large(
    web: &Web,
    caller: Result<SignedIn, Problem>,
    parts: &Parts,
    read: Option<Vec<u8>>,
) -> Response {
    let who = match caller {
        Ok(who) => who,
        Err(problem) => return PageProblem::before_sign_in(web, problem, parts).into_response(),
    };
    let path = parts.uri.path();
    let answers = read.and_then(|bytes| read_form(&bytes).ok());
    let kept = match &answers {
        Some(answers) if path.starts_with("/report") => {
            crate::pages::report::keep_what_fits(web, &who, answers).await.is_ok()
        }
        _ => false,
    };
    PageProblem::too_large(web, &who, path, answers.as_ref(), kept).await.into_response()
}

/// The answers in a form's body. Bytes that are no UTF-8 are named, not replaced in silence.
fn read_form(bytes: &[u8]) -> Result<Answers, Problem> {
    let unreadable =
        || Problem::invalid("form", "What you sent holds characters that cannot be read. Type them again.");
    let pairs: Vec<(String, String)> = serde_html_form(bytes).ok_or_else(unreadable)?;
    Ok(Answers::from_pairs(pairs))
}

/// `application/x-www-form-urlencoded`, strictly UTF-8.
pub(crate) fn serde_html_form(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let decode = |part: &[u8]| -> Option<String> {
        let mut out = Vec::with_capacity(part.len());
        let mut rest = part.iter();
        while let Some(byte) = rest.next() {
            match byte {
                b'+' => out.push(b' '),
                b'%' => {
                    let digit = |byte: Option<&u8>| byte.and_then(|byte| (*byte as char).to_digit(16));
                    let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                    out.push(u8::try_from(high * 16 + low).ok()?);
                }
                other => out.push(*other),
            }
        }
        String::from_utf8(out).ok()
    };
    let pair = |part: &[u8]| {
        let at = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        Some((decode(&part[..at])?, decode(part.get(at + 1..).unwrap_or(&[]))?))
    };
    bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_strictly() {
        let read = serde_html_form(b"a=1+2&b=%C3%A9&c&d=x%3Dy&=z").unwrap();
        let want = [("a", "1 2"), ("b", "é"), ("c", ""), ("d", "x=y"), ("", "z")];
        assert_eq!(read, want.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for bad in [&b"a=%FF"[..], b"a=%4", b"a=%zz", b"\xff=1"] {
            assert_eq!(serde_html_form(bad), None, "{bad:?}");
        }
    }
}
