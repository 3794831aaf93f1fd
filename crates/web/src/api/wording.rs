//! Wording, checked before it is sent. Nothing is stored.
use axum::extract::State;
use cf_access::{Action, Resource};
use cf_app::Problem;
use serde_json::{Map, Value, json};

use super::call::{Answered, Call, answer};
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::shape::{Shape, described, each, shapes};
use crate::acts::Reader;
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .post("/wording/check", Action::CheckWording, check)
        .doc(Doc::gives::<Findings>("What is found in a text").body(TEXT))
}

const TEXT: &[Param] = &[
    Param::new("field", Holds::Text, "The field the text is for."),
    Param::new("text", Holds::Text, "The text.").needed(),
];

shapes! {
    /// What was found in a text.
    Findings {
        findings: Vec<Finding>,
        /// The version of the wording rules.
        rules: String,
    }
    /// Words that were found.
    Finding {
        words: String,
        /// Where they begin, in Unicode scalar values.
        start: u64,
        /// Where they end; not included.
        end: u64,
        /// Whether they may put blame on the child; otherwise the finding is advice.
        blaming: bool,
        category: String,
        severity: String,
        rule: String,
        why: String,
        /// What to write instead.
        alternatives: Vec<String>,
    }
}

impl From<&cf_app::wording::Found> for Finding {
    fn from(found: &cf_app::wording::Found) -> Self {
        Self {
            words: found.words.clone(),
            start: found.start as u64,
            end: found.end as u64,
            blaming: found.blaming,
            category: found.category.name().to_owned(),
            severity: found.severity.name().to_owned(),
            rule: found.rule.clone(),
            why: found.why.clone(),
            alternatives: found.alternatives.clone(),
        }
    }
}

/// The schema of a finding, in a problem.
pub(super) fn finding(told: &str) -> Value {
    described(Finding::schema(), told)
}

/// Puts it among the schemas of the document.
pub(super) fn define(into: &mut Map<String, Value>) {
    Finding::define(into);
}

/// The schema of what a writer decides about words that were found.
pub(super) fn decisions() -> Value {
    let one = json!({
        "type": "object",
        "properties": {
            "field": {"type": "string"},
            "words": {"type": "string", "description": "The words, as the finding has them."},
            "keep": {"type": "string", "description": "Why they stay; a supervisor reads it."},
            "childs_own_words": {"enum": [true], "description": "They are the child's own."},
        },
        "required": ["field", "words"],
        "anyOf": [{"required": ["keep"]}, {"required": ["childs_own_words"]}],
        "additionalProperties": false,
    });
    let told = "What is decided about words that a call before was told of.";
    json!({"type": ["array", "null"], "description": told, "items": one})
}

async fn check(State(web): State<Web>, call: Call) -> Answered<Findings> {
    let work = async {
        web.app.turn_away(&call.caller, Action::CheckWording, &Resource::desk(), &[]).await?;
        call.body.only(&[], TEXT)?;
        let mut read = Reader::new(&call.body.answers);
        let text = read.text("text");
        let text = read.finish(Some(text)).map_err(Problem::Invalid)?;
        let found = web.app.find_wording(call.body.answers.get("field"), &text);
        Ok(Findings { findings: each(&found), rules: web.app.wording_rules().version().to_owned() })
    };
    answer(&call.body.request, work).await
}
