//! A child's record: one life, with what must be known first at the top.
use axum::Router;
use cf_casework::child::Child;
use cf_components::{Html, WarningText};

use crate::markup::{h3, list, p};
use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
}

/// What whoever takes a report or meets the child must know first: the trigger plan and the warnings.
pub(crate) fn first_things(child: &Child) -> Html {
    let mut parts = Vec::new();
    for warning in &child.warnings {
        let text = format!("{}: {}", warning.what.kind.label(), warning.what.words.or_gone());
        parts.push(WarningText::from(text).icon_fallback_text("Warning").into());
    }
    if let Some(plan) = &child.trigger_plan {
        parts.push(h3("Trigger plan: do this at once"));
        match plan.what.actions.get() {
            Some(actions) => parts.push(list(actions.iter().map(Html::from))),
            None => parts.push(p("[destroyed under the retention schedule]")),
        }
        parts.push(p(format!(
            "Kept by {}, to be reviewed by {}.",
            plan.what.owner.name(),
            plan.what.review_at.day().long()
        )));
    }
    Html::join(parts)
}
