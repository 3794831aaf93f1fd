//! A call: who, which command, and what was asked or answered, read strictly. What no question or parameter has, and
//! what none of them can hold, is refused by name: nothing is lost in silence.
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use cf_app::wording::Decisions;
use cf_app::{Caller, FieldProblem, Problem};
use cf_kernel::CommandId;
use cf_store::DraftKey;
use serde::Serialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::param::{self, Param};
use crate::LARGEST_BODY;
use crate::acts::wording::decisions_from_json;
use crate::acts::{Answers, Field};
use crate::problem::{ApiProblem, BadCall, Wrong};
use crate::request::RequestName;
use crate::session::{ApiCaller, serde_html_form};
use crate::state::Web;

/// What a handler answers.
pub(super) type Answered<T> = Result<Json<T>, ApiProblem>;

/// The answer, with problems named for the request.
pub(super) async fn answer<T: Serialize>(
    request: &str,
    work: impl Future<Output = Result<T, Wrong>>,
) -> Answered<T> {
    work.await.map(Json).map_err(|wrong| ApiProblem(wrong, request.to_owned()))
}

/// A signed-in caller who asks for something.
pub(super) struct Ask {
    pub(super) caller: Caller,
    pub(super) request: String,
    asked: Vec<(String, String)>,
}

impl FromRequestParts<Web> for Ask {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiProblem> {
        let ApiCaller(caller) = ApiCaller::from_request_parts(parts, web).await?;
        let request = RequestName::of(parts).0;
        let query = parts.uri.query().unwrap_or_default();
        match serde_html_form(query.as_bytes()) {
            Some(asked) => Ok(Self { caller, request, asked }),
            None => {
                Err(ApiProblem(BadCall::Malformed("The query of the address".to_owned()).into(), request))
            }
        }
    }
}

impl Ask {
    /// The parameters, which must be among these, each at most once and of its kind.
    pub(super) fn params(&self, known: &[Param]) -> Result<Answers, Problem> {
        let mut problems = Vec::new();
        for (at, (name, value)) in self.asked.iter().enumerate() {
            let twice = self.asked[..at].iter().any(|(before, _)| before == name);
            match known.iter().find(|param| param.name == name) {
                None => problems.push(FieldProblem::new(name, "There is no such parameter here.")),
                Some(_) if twice => problems.push(FieldProblem::new(name, "Give this once.")),
                Some(param) => problems.extend(param.problem(value)),
            }
        }
        if problems.is_empty() {
            Ok(Answers::from_pairs(self.asked.iter().cloned()))
        } else {
            Err(Problem::Invalid(problems))
        }
    }
}

/// A JSON object somebody sent.
pub(super) struct Body {
    pub(super) request: String,
    pub(super) user_agent: String,
    key: Option<String>,
    path: String,
    pub(super) answers: Answers,
    pub(super) wording: Decisions,
    sent: Map<String, Value>,
    mark: [u8; 32],
}

impl FromRequest<Web> for Body {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, ApiProblem> {
        let (parts, body) = request.into_parts();
        let name = RequestName::of(&parts).0;
        let read = async {
            json_is_said(&parts)?;
            let length =
                parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
            if length.is_some_and(|length: usize| length > LARGEST_BODY) {
                return Err(BadCall::TooLarge.into());
            }
            let bytes = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| BadCall::TooLarge)?;
            let mut sent = object(&bytes)?;
            let wording = sent.remove("wording");
            let wording = decisions_from_json(wording.as_ref()).map_err(Problem::Invalid)?;
            let answers = Answers::from_json(&sent).map_err(Problem::Invalid)?;
            Ok::<_, Wrong>((answers, wording, sent, Sha256::digest(&bytes).into()))
        };
        let header = |key| parts.headers.get(key).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match read.await {
            Ok((answers, wording, sent, mark)) => Ok(Self {
                request: name,
                user_agent: header("user-agent").unwrap_or_default(),
                key: header("idempotency-key"),
                path: parts.uri.path().to_owned(),
                answers,
                wording,
                sent,
                mark,
            }),
            Err(wrong) => Err(ApiProblem(wrong, name)),
        }
    }
}

/// A body that says it is something else is refused; one that says nothing is read as JSON.
fn json_is_said(parts: &Parts) -> Result<(), Wrong> {
    let Some(said) = parts.headers.get(CONTENT_TYPE) else { return Ok(()) };
    let said = said.to_str().unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" { Ok(()) } else { Err(BadCall::ContentType.into()) }
}

/// One JSON object, each name once. An empty body is an empty object: some calls have nothing to say.
fn object(bytes: &[u8]) -> Result<Map<String, Value>, Wrong> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(
            BadCall::Malformed(format!("The body: byte {} is not UTF-8; it", error.valid_up_to())).into()
        );
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = reader.deserialize_map(OneObject).and_then(|object| reader.end().map(|()| object));
    read.map_err(|error| BadCall::Malformed(format!("The body: {error}; it")).into())
}

struct OneObject;

impl<'de> Visitor<'de> for OneObject {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if object.contains_key(&name) {
                return Err(serde::de::Error::custom("a name is there twice"));
            }
            object.insert(name, value);
        }
        Ok(object)
    }
}

impl Body {
    /// What was sent answers these questions and no others, each with what it can hold.
    pub(super) fn only(&self, fields: &[Field], more: &[Param]) -> Result<(), Problem> {
        let mut problems = Vec::new();
        for (name, value) in &self.sent {
            let param = more.iter().find(|param| param.name == name);
            let field = fields.iter().find_map(|field| param::part_of(field, name));
            match (param, field) {
                (Some(_), _) if value.is_null() => {}
                (Some(param), _) => problems.extend(param.problem(self.answers.get(name))),
                (None, Some(part)) => problems.extend(part.problem(name, value)),
                (None, None) => problems.push(FieldProblem::new(name, "There is no such field here.")),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problem::Invalid(problems)) }
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
    /// The version the caller decided on, if said.
    pub(super) fn version(&self) -> Option<i64> {
        self.body.answers.get("version").parse().ok()
    }

    /// Does something under the call's idempotency key: the same call sent twice happens once, and the same key with
    /// another call is refused. A key whose call was refused is free again, so that it can be corrected.
    pub(super) async fn once<T>(
        &self,
        web: &Web,
        work: impl AsyncFnOnce(CommandId) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        let command = self.body.key.as_deref().and_then(|key| key.parse().ok());
        let command: CommandId = command.ok_or_else(|| {
            Problem::invalid(
                "Idempotency-Key",
                "Send a UUID in the Idempotency-Key header, a new one for each thing.",
            )
        })?;
        // Kept where typed text is kept: sealed, the caller's own, and forgotten after a while.
        let place = DraftKey { owner: self.caller.actor.user, key: format!("call/{command}") };
        let mark = [self.body.path.as_bytes(), &self.body.mark[..]].concat();
        let store = web.app.store();
        match store.draft(&place).await.map_err(Problem::from)? {
            Some(before) if before.body == mark => {}
            Some(_) => return Err(BadCall::KeyReused.into()),
            None => {
                if store.command_done(command).await.map_err(Problem::from)? {
                    return Err(BadCall::KeyReused.into());
                }
                store.save_draft(&place, &mark, web.app.now()).await.map_err(Problem::from)?;
            }
        }
        let done = work(command).await;
        if done.is_err() && !store.command_done(command).await.map_err(Problem::from)? {
            store.discard_draft(&place).await.map_err(Problem::from)?;
        }
        done
    }
}
