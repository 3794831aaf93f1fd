//! The one HTTP error: a page for people, `application/problem+json` (RFC 9457) for programs, from the same table.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cf_app::Problem;
use cf_app::wording::Found;
use serde::Serialize;

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

/// A problem on its way to a program.
#[derive(Debug)]
pub(crate) struct ApiProblem(pub(crate) Problem, pub(crate) String);

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let Self(problem, request) = self;
        log(&problem, &request);
        let (status, title, detail) = table(&problem);
        let fields = match &problem {
            Problem::Invalid(fields) => fields
                .iter()
                .map(|field| FieldBody {
                    field: field.field.clone(),
                    message: field.message.clone(),
                    wording: field.found.as_deref().map(FoundBody::from),
                })
                .collect(),
            _ => Vec::new(),
        };
        let body = ProblemBody {
            kind: format!("urn:childfirst:problem:{}", problem.code()),
            title,
            status: status.as_u16(),
            detail: detail.to_owned(),
            code: problem.code().to_owned(),
            fields,
            request,
        };
        let mut response = (status, axum::Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
