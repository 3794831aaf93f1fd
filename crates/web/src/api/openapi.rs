//! The OpenAPI document: made from the table of routes, the questions of each act and the shapes of the answers, so that
//! it cannot say anything else than what the API does.
use cf_grading::RuleSet;
use serde_json::{Map, Value, json};

use super::param::{Holds, Param, request_schema};
use super::shape::Shape;
use crate::acts::Field;
use crate::problem::PROBLEM_JSON;
use crate::routes::{May, Route};

/// Writes the shape of an answer.
type Schema = fn() -> Value;

/// Adds the shapes an answer refers to, by name.
type Named = fn(&mut Map<String, Value>);

/// One call, described.
#[derive(Debug, Clone)]
pub(crate) struct Doc {
    summary: &'static str,
    params: &'static [Param],
    takes: Option<Takes>,
    more: &'static [Param],
    key: bool,
    tries: bool,
    gives: Option<(Schema, Named)>,
}

/// The questions a body answers.
#[derive(Debug, Clone, Copy)]
enum Takes {
    /// None but those given beside.
    Nothing,
    /// These.
    Fields(fn(&RuleSet) -> Vec<Field>),
    /// Those of the act in the address.
    Act(fn(&str) -> Vec<Field>),
}

impl Doc {
    /// A call that answers nothing.
    pub(crate) const fn new(summary: &'static str) -> Self {
        Self { summary, params: &[], takes: None, more: &[], key: false, tries: false, gives: None }
    }

    /// A call that answers this.
    pub(crate) fn gives<T: Shape>(summary: &'static str) -> Self {
        Self { gives: Some((T::schema, T::define)), ..Self::new(summary) }
    }

    /// Parameters of the address.
    pub(crate) const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// A body of these fields alone.
    pub(crate) const fn body(mut self, more: &'static [Param]) -> Self {
        (self.takes, self.more) = (Some(Takes::Nothing), more);
        self
    }

    /// A body that answers these questions, with these fields beside.
    pub(crate) const fn asks(mut self, fields: fn(&RuleSet) -> Vec<Field>, more: &'static [Param]) -> Self {
        (self.takes, self.more) = (Some(Takes::Fields(fields)), more);
        self
    }

    /// A body that answers the questions of the act in the address.
    pub(crate) const fn act(mut self, fields: fn(&str) -> Vec<Field>, more: &'static [Param]) -> Self {
        (self.takes, self.more) = (Some(Takes::Act(fields)), more);
        self
    }

    /// Wrong tries are counted, and too many of them refused for a while.
    pub(crate) const fn tries(mut self) -> Self {
        self.tries = true;
        self
    }

    /// The call needs an idempotency key.
    pub(crate) const fn once(mut self) -> Self {
        self.key = true;
        self
    }
}

const ABOUT: &str = "Everything the pages can do, under the same policies. Every read of a case is in the access log. \
    Sign in at `/sign-in` and send the token as `Authorization: Bearer …`.";

/// The document for these routes and rules.
pub(crate) fn document(table: &[Route], rules: &RuleSet) -> Value {
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem_schema());
    super::wording::define(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    for route in table {
        let Some(doc) = &route.doc else { continue };
        let acts = match route.may {
            May::Acts(acts) => acts().into_iter().map(|act| (Some(act), May::One(act.action))).collect(),
            may => vec![(None, may)],
        };
        for (act, may) in acts {
            let slug = act.map(|act| act.slug);
            let path = slug.map_or_else(|| route.path.clone(), |slug| route.path.replace("{slug}", slug));
            let summary = act.map_or(doc.summary, |act| act.title);
            let mut operation = operation(doc, rules, slug, may, &path, summary);
            operation["operationId"] = operation_id(route.method, &path).into();
            if let Some((_, define)) = doc.gives {
                define(&mut schemas);
            }
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[route.method.to_ascii_lowercase()] = operation;
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "childfirst", "version": "1", "description": ABOUT,
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The token that `/api/v1/sign-in` answers."},
            },
        },
        "security": [{"bearer": []}],
    })
}

fn operation_id(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '-', '.'], "_");
    format!("{}_{words}", method.to_ascii_lowercase())
}

fn operation(doc: &Doc, rules: &RuleSet, slug: Option<&str>, may: May, path: &str, summary: &str) -> Value {
    let mut parameters = Vec::new();
    if path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"},
        }));
    }
    parameters.extend(doc.params.iter().map(|param| {
        json!({
            "name": param.name, "in": "query", "required": param.needed, "description": param.about,
            "schema": param.schema(),
        })
    }));
    if doc.key {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "A new UUID for each thing you do. The same call sent twice with it happens once.",
            "schema": {"type": "string", "format": "uuid"},
        }));
    }
    let mut operation = json!({
        "summary": summary, "description": asks(may), "tags": [tag(path)], "parameters": parameters,
        "responses": responses(doc, may, path),
    });
    if matches!(may, May::Public) {
        operation["security"] = json!([]);
    }
    let fields = match doc.takes {
        None => return operation,
        Some(Takes::Nothing) => Vec::new(),
        Some(Takes::Fields(fields)) => fields(rules),
        Some(Takes::Act(fields)) => fields(slug.unwrap_or_default()),
    };
    let mut schema = request_schema(&fields, doc.more);
    if doc.key {
        schema["properties"]["wording"] = super::wording::decisions();
    }
    operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
    operation
}

fn asks(may: May) -> String {
    match may {
        May::One(action) => format!("Action `{}`: {}.", action.code(), action.purpose()),
        May::Either([one, other]) => format!("Action `{}` or `{}`.", one.code(), other.code()),
        May::OwnSession => "Of the caller's own session; no policy is asked.".to_owned(),
        May::Public | May::Acts(_) => "Needs nobody to be signed in.".to_owned(),
    }
}

fn tag(path: &str) -> &str {
    path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default()
}

fn responses(doc: &Doc, may: May, path: &str) -> Value {
    let mut responses = Map::new();
    match doc.gives {
        Some((schema, _)) => responses.insert(
            "200".to_owned(),
            json!({"description": "Done.", "content": {"application/json": {"schema": schema()}}}),
        ),
        None => responses.insert("204".to_owned(), json!({"description": "Done; nothing more to say."})),
    };
    let public = matches!(may, May::Public);
    let names_a_record = doc.more.iter().any(|param| matches!(param.holds, Holds::Id));
    for (there, status, words) in [
        (true, "400", "What was sent cannot be read; says where."),
        (!public, "401", "Nobody is signed in, or the session ended."),
        (true, "403", "Not open to this role; or a browser sent it from another site."),
        (path.contains("{id}") || names_a_record, "404", "There is no such record."),
        (doc.key, "409", "A refusal, by its code, or somebody else changed the record in the meantime."),
        (doc.takes.is_some(), "413", "The body is larger than 2 MB."),
        (doc.takes.is_some(), "415", "The body is not JSON."),
        (!doc.params.is_empty(), "414", "The address is longer than 64 KB; answered without a body."),
        (true, "422", "Something cannot be used; `fields` names each and the rule."),
        (doc.tries, "429", "Too many wrong tries; Retry-After says how long to wait."),
        (true, "500", "Something failed on our side; it is logged under `request`."),
    ] {
        if there && status == "414" {
            responses.insert(status.to_owned(), json!({"description": words}));
        } else if there {
            let schema = json!({"$ref": "#/components/schemas/Problem"});
            let content = json!({PROBLEM_JSON: {"schema": schema}});
            responses.insert(status.to_owned(), json!({"description": words, "content": content}));
        }
    }
    Value::Object(responses)
}

/// RFC 9457, with what we add.
fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What stands in the way, as RFC 9457 has it.",
        "properties": {
            "type": {"type": "string", "description": "`urn:childfirst:problem:` and the code."},
            "title": {"type": "string", "description": "What stands in the way."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What can be done next."},
            "code": {"type": "string", "description": "Stable."},
            "fields": {
                "type": "array", "description": "What cannot be used, each with its rule.",
                "items": {
                    "type": "object",
                    "properties": {
                        "field": {"type": "string"}, "message": {"type": "string"},
                        "child": {"type": "string", "format": "uuid", "description": "The child a question is about: with `may_be_known`."},
                        "wording": super::wording::finding("The words in it that need a decision: send it as `wording`."),
                    },
                    "required": ["field", "message"], "additionalProperties": false,
                },
            },
            "request": {"type": "string", "description": "Names the call in our logs."},
        },
        "required": ["type", "title", "status", "detail", "code", "request"],
        "additionalProperties": false,
    })
}
