//! The one HTTP error: a page for people, `application/problem+json` (RFC 9457) for programs, from the same table.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cf_app::Problem;
use cf_app::wording::Found;
use serde::Serialize;

/// The id in an address or an answer. What is no id names nothing.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

/// What a program gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProblemBody {
    /// A stable name for the kind of problem, under `urn:childfirst:problem:`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// What stands in the way, in words.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What can be done next.
    pub(crate) detail: String,
    /// A stable code.
    pub(crate) code: String,
    /// The answers that cannot be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<FieldBody>,
    /// Names the request in our logs.
    pub(crate) request: String,
}

/// One answer that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldBody {
    /// The field.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) message: String,
    /// The child it asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) child: Option<uuid::Uuid>,
    /// The words in it that need a decision: send it with the `wording` member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wording: Option<FoundBody>,
}

/// Words that were found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FoundBody {
    words: String,
    start: usize,
    end: usize,
    blaming: bool,
    category: &'static str,
    severity: &'static str,
    rule: String,
    why: String,
    alternatives: Vec<String>,
}

impl From<&Found> for FoundBody {
    fn from(found: &Found) -> Self {
        Self {
            words: found.words.clone(),
            start: found.start,
            end: found.end,
            blaming: found.blaming,
            category: found.category.name(),
            severity: found.severity.name(),
            rule: found.rule.clone(),
            why: found.why.clone(),
            alternatives: found.alternatives.clone(),
        }
    }
}

/// Status, title and what to do next.
pub(crate) fn table(problem: &Problem) -> (StatusCode, String, &'static str) {
    let text = problem.to_string();
    match problem {
        Problem::Refused { next_step, .. } => (StatusCode::CONFLICT, text, next_step),
        Problem::Invalid(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, text, "Correct what is named, and send it again.")
        }
        Problem::MayBeKnown(_) => (
            StatusCode::CONFLICT,
            text,
            "Ask the caller. Send the report with `child`, or say first at /api/v1/reports/likely/not, with this report's key, that it is about another; then send it again.",
        ),
        Problem::Denied { glass: true, .. } => (
            StatusCode::FORBIDDEN,
            text,
            "If a child's safety needs it now, open it with a reason; that is reviewed.",
        ),
        Problem::Denied { .. } => {
            (StatusCode::FORBIDDEN, text, "Ask somebody whose work it is, or the administrator.")
        }
        Problem::NotFound => (StatusCode::NOT_FOUND, text, "Check the address, or start from the board."),
        Problem::Conflict => {
            (StatusCode::CONFLICT, text, "Read what changed, then decide again. What you typed is kept.")
        }
        Problem::SignInNeeded => (StatusCode::UNAUTHORIZED, text, "Sign in, and go on where you were."),
        Problem::TooManyTries => (StatusCode::TOO_MANY_REQUESTS, text, "Wait a minute, then try again."),
        Problem::Fault(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            text,
            "Try again. If it stays, tell support the number below.",
        ),
    }
}

/// Writes what failed on our side to the log, once, where it is answered.
pub(crate) fn log(problem: &Problem, request: &str) {
    if let Problem::Fault(source) = problem {
        tracing::error!(%request, error = %chain(source.as_ref()), "a request failed");
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// What is wrong with a call itself, before any use case is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadCall {
    /// The body is not what it says it is; says where and why.
    Malformed(String),
    /// No route has this path.
    NoSuchPath,
    /// The path has other methods.
    Method,
    /// The body is larger than [`crate::LARGEST_BODY`].
    TooLarge,
    /// The body is not JSON.
    ContentType,
    /// The idempotency key belongs to another call.
    KeyReused,
    /// A browser sent it from another site.
    AnotherSite,
    /// Ours.
    Fault,
}

impl BadCall {
    /// What an answer without a body of its own means.
    fn of(status: StatusCode) -> Option<Self> {
        Some(match status {
            StatusCode::NOT_FOUND => Self::NoSuchPath,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::ContentType,
            StatusCode::FORBIDDEN => Self::AnotherSite,
            status if status.is_client_error() => Self::Malformed("The address or a header".to_owned()),
            status if status.is_server_error() => Self::Fault,
            _ => return None,
        })
    }

    /// Status, code, title and what to do next.
    fn row(&self) -> (StatusCode, &'static str, String, String) {
        let (status, code, title, next) = match self {
            Self::Malformed(place) => {
                let next = "Send one JSON object in UTF-8, each name once.";
                return (
                    StatusCode::BAD_REQUEST,
                    "malformed",
                    format!("{place} cannot be read"),
                    next.to_owned(),
                );
            }
            Self::NoSuchPath => (
                StatusCode::NOT_FOUND,
                "no_such_path",
                "there is nothing at this path",
                "/api/v1/openapi.json lists every path.",
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this path has other methods",
                "The Allow header names them.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "the body is larger than 2 MB",
                "Shorten the longest text and send it again.",
            ),
            Self::ContentType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong_content_type",
                "the body is not JSON",
                "Send Content-Type: application/json.",
            ),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "this Idempotency-Key belongs to another call",
                "Make a new key for each thing you do; send the same key only with the same call.",
            ),
            Self::AnotherSite => (
                StatusCode::FORBIDDEN,
                "another_site",
                "this change was sent from another site and was not made",
                "Send a bearer token instead of a cookie.",
            ),
            Self::Fault => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "fault",
                "something failed on our side",
                "Try again. If it stays, tell support the name of the request.",
            ),
        };
        (status, code, title.to_owned(), next.to_owned())
    }
}

/// What stands between a program and what it asked for.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// A use case says so.
    Case(Problem),
    /// The call itself is wrong.
    Call(BadCall),
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self::Case(problem)
    }
}

impl From<BadCall> for Wrong {
    fn from(bad: BadCall) -> Self {
        Self::Call(bad)
    }
}

/// A problem on its way to a program, with the name of the request.
#[derive(Debug)]
pub(crate) struct ApiProblem(pub(crate) Wrong, pub(crate) String);

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let Self(wrong, request) = self;
        let (status, code, title, detail) = match &wrong {
            Wrong::Case(problem) => {
                log(problem, &request);
                let (status, title, detail) = table(problem);
                (status, problem.code(), title, detail.to_owned())
            }
            Wrong::Call(bad) => bad.row(),
        };
        let fields = match &wrong {
            Wrong::Case(Problem::Invalid(fields)) => fields
                .iter()
                .map(|field| FieldBody {
                    field: field.field.clone(),
                    message: field.message.clone(),
                    child: None,
                    wording: field.found.as_deref().map(FoundBody::from),
                })
                .collect(),
            Wrong::Case(Problem::MayBeKnown(waiting)) => waiting
                .iter()
                .map(|one| FieldBody {
                    field: "child".to_owned(),
                    message: one.question.clone(),
                    child: Some(one.child.uuid()),
                    wording: None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let kind = format!("urn:childfirst:problem:{code}");
        let body = ProblemBody {
            kind,
            title,
            status: status.as_u16(),
            detail,
            code: code.to_owned(),
            fields,
            request,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("900"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Whatever goes wrong below `/api/`, a program gets a problem it can read, also where no handler was reached.
pub(crate) fn for_programs(response: Response, request: &str) -> Response {
    let said = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    let bad = if said { None } else { BadCall::of(response.status()) };
    let Some(bad) = bad else { return response };
    let mut answer = ApiProblem(bad.into(), request.to_owned()).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}
