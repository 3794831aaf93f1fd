//! Checking while somebody types. Nothing is stored, and nothing of a record is read, so nothing is logged.
use axum::extract::State;
use axum::response::{Html as Answer, IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::wording::Found;
use cf_app::{Caller, Problem};
use cf_components::Html;

use crate::acts::wording::explained;
use crate::markup::tag;
use crate::pages::problem_page::PageProblem;
use crate::session::Sent;
use crate::state::Web;

/// Refuses whoever may not check wording; everybody who signs in may.
pub(crate) fn allowed(web: &Web, caller: &Caller) -> Result<(), Problem> {
    if web.app.may(caller, Action::CheckWording, &Resource::desk()) {
        return Ok(());
    }
    Err(Problem::Denied { action: Action::CheckWording.code(), glass: false })
}

/// `POST /wording/check`: `field` and `text`; the findings as a piece of page.
pub(super) async fn check(State(web): State<Web>, Sent { who, answers }: Sent) -> Response {
    if let Err(problem) = allowed(&web, &who.caller) {
        return PageProblem::to(&web, &who, problem).into_response();
    }
    let text = answers.get("text");
    if let Some(problem) = cf_app::report::check_text("text", text) {
        return PageProblem::to(&web, &who, Problem::Invalid(vec![problem])).into_response();
    }
    let found = web.app.find_wording(answers.get("field"), text);
    Answer(found_html(&found).to_string()).into_response()
}

/// Every finding, with where it stands in the text, so that script can mark it and offer buttons.
fn found_html(found: &[Found]) -> Html {
    if found.is_empty() {
        return Html::default();
    }
    let one = |found: &Found| {
        let words = found.words.split_whitespace().collect::<Vec<_>>().join(" ");
        let lead = if found.blaming { "May put blame on the child" } else { "Could be kinder" };
        let head = tag("p", "govuk-heading-s cf-finding__words", format!("“{words}”"));
        let lead = tag("p", "cf-finding__lead", lead);
        Html::trusted(format!(
            "<li class=\"cf-finding\" data-start=\"{}\" data-end=\"{}\" data-key=\"{}\" data-blaming=\"{}\" data-words=\"{}\">\n{head}{lead}{}</li>\n",
            found.start,
            found.end,
            found.key,
            found.blaming,
            Html::from(words.as_str()),
            explained(found),
        ))
    };
    tag("ol", "cf-findings", Html::join(found.iter().map(one)))
}
