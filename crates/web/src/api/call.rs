//! A call that changes something: who, which command, and the answers, read strictly.
use axum::extract::{FromRequest, FromRequestParts, Request};
use cf_app::wording::Decisions;
use cf_app::{Caller, FieldProblem, Problem};
use cf_kernel::CommandId;

use crate::LARGEST_BODY;
use crate::acts::field::Kind;
use crate::acts::wording::decisions_from_json;
use crate::acts::{Answers, Field};
use crate::problem::ApiProblem;
use crate::request::RequestName;
use crate::session::ApiCaller;
use crate::state::Web;

/// A JSON object somebody sent.
pub(super) struct Body {
    pub(super) request: String,
    pub(super) user_agent: String,
    key: Option<String>,
    pub(super) answers: Answers,
    pub(super) wording: Decisions,
    names: Vec<String>,
}

impl FromRequest<Web> for Body {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, ApiProblem> {
        let (parts, body) = request.into_parts();
        let name = RequestName::of(&parts).0;
        let header = |key| parts.headers.get(key).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bytes = axum::body::to_bytes(body, LARGEST_BODY).await;
        let read = bytes.map_err(|_| Problem::invalid("body", "Send no more than 2 MB.")).and_then(|bytes| {
            serde_json::from_slice(&bytes).map_err(|_| Problem::invalid("body", "Send one JSON object."))
        });
        let read: Result<serde_json::Map<String, serde_json::Value>, Problem> = read;
        let read = read.and_then(|mut object| {
            let wording = object.remove("wording");
            let wording = decisions_from_json(wording.as_ref()).map_err(Problem::Invalid)?;
            Ok((Answers::from_json(&object).map_err(Problem::Invalid)?, wording, object))
        });
        match read {
            Ok((answers, wording, object)) => Ok(Self {
                request: name,
                user_agent: header("user-agent").unwrap_or_default(),
                key: header("idempotency-key"),
                answers,
                wording,
                names: object.into_iter().map(|(name, _)| name).collect(),
            }),
            Err(problem) => Err(ApiProblem(problem, name)),
        }
    }
}

impl Body {
    /// Names that no question has are refused: a misspelt field must not be lost in silence.
    pub(super) fn only(&self, fields: &[Field], more: &[&str]) -> Result<(), Problem> {
        let known = |name: &str| {
            more.contains(&name)
                || fields.iter().any(|field| {
                    let rest = name.strip_prefix(field.name.as_str());
                    match (&field.kind, rest) {
                        (_, Some("")) => true,
                        (Kind::Moment(_), Some(rest)) => matches!(rest, "_date" | "_time"),
                        _ => false,
                    }
                })
        };
        let unknown: Vec<_> = self
            .names
            .iter()
            .filter(|name| !known(name))
            .map(|name| FieldProblem::new(name, "There is no such field here."))
            .collect();
        if unknown.is_empty() { Ok(()) } else { Err(Problem::Invalid(unknown)) }
    }
}

/// A signed-in caller's body.
pub(super) struct Call {
    pub(super) caller: Caller,
    pub(super) body: Body,
}

impl FromRequest<Web> for Call {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, ApiProblem> {
        let (mut parts, body) = request.into_parts();
        let ApiCaller(caller) = ApiCaller::from_request_parts(&mut parts, web).await?;
        let mut body = Body::from_request(Request::from_parts(parts, body), web).await?;
        let caller = caller.deciding(std::mem::take(&mut body.wording));
        Ok(Self { caller, body })
    }
}

impl Call {
    /// The command: the same key sent twice records once.
    pub(super) fn command(&self) -> Result<CommandId, Problem> {
        let key = self.body.key.as_deref().and_then(|key| key.parse().ok());
        key.ok_or_else(|| Problem::invalid("Idempotency-Key", "Send a UUID in the Idempotency-Key header."))
    }

    /// The version the caller decided on, if said.
    pub(super) fn version(&self) -> Result<Option<i64>, Problem> {
        match self.body.answers.get("version") {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Problem::invalid("version", "Give a whole number.")),
        }
    }
}
