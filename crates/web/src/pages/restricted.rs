//! A record that matches and that this person may not see: that it is there, whom to ask, and a button that notes the
//! ask in the access log. Nothing of the record itself.
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_app::matching::Hidden;
use cf_components::{Button, Html};
use cf_kernel::ChildId;

use super::problem_page::PageProblem;
use crate::markup::{div, form, hidden, link, list, p, tag};
use crate::routes::Routes;
use crate::session::Sent;
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::new().post("/restricted/{id}/ask", Action::AskRestricted, send)
}

/// Where a person goes back to once the ask is noted. Only these: an address cannot be put in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Back {
    /// The search for a child.
    Search,
    /// The pairs that wait.
    Links,
    /// A child's record.
    Child(ChildId),
    /// The children missing together with this one.
    Together(ChildId),
}

impl Back {
    fn text(self) -> String {
        match self {
            Self::Search => "search".to_owned(),
            Self::Links => "links".to_owned(),
            Self::Child(child) => format!("child:{child}"),
            Self::Together(child) => format!("together:{child}"),
        }
    }

    fn address(text: &str) -> String {
        let child = |id: &str| id.parse::<ChildId>().ok();
        let path = match text.split_once(':') {
            Some(("child", id)) => child(id).map(|id| format!("/children/{id}")),
            Some(("together", id)) => child(id).map(|id| format!("/children/{id}/together")),
            _ if text == "links" => Some("/links".to_owned()),
            _ => None,
        };
        format!("{}?done=asked", path.unwrap_or_else(|| "/children".to_owned()))
    }
}

/// Every record that fits and is closed to this person, each with a button that notes the ask. Nothing when there is none.
pub(crate) fn restricted_matches(closed: &Hidden, what: &str, back: Back) -> Html {
    let one = |child: &ChildId| {
        let button = form(
            &format!("/restricted/{child}/ask"),
            Html::join([
                hidden("back", &back.text()),
                Button::submit("I am asking about it").secondary().prevent_double_click(None).into(),
            ]),
        );
        restricted_match("h2", *child, closed, what, button)
    };
    Html::join(closed.records.iter().map(one))
}

/// One such record, with the button that notes the ask. `heading` is the element of its title: one below what it stands under.
pub(crate) fn restricted_match(
    heading: &'static str,
    child: ChildId,
    closed: &Hidden,
    what: &str,
    button: Html,
) -> Html {
    let people = if closed.ask.is_empty() {
        p("Ask the duty inspector.")
    } else {
        Html::join([p("Ask one of these people now:"), list(closed.ask.iter().map(Html::from))])
    };
    let asked = if closed.asked.contains(&child) {
        p("Noted: you are asking about this record.")
    } else {
        Html::join([button, tag("p", "cf-quiet", "That you ask is noted in the access log.")])
    };
    div(
        "cf-match cf-match--hidden",
        Html::join([
            tag(heading, "govuk-heading-s", "There is a record you may not see"),
            p(what),
            people,
            asked,
            p(link("/glass", "If a child's safety needs it now, open it with a reason")),
        ]),
    )
}

async fn send(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::AskRestricted, Resource::desk()).await?;
    let asked = match text.parse::<ChildId>() {
        Ok(child) => web.app.ask_about_restricted(&who.caller, child).await,
        Err(_) => Err(Problem::NotFound),
    };
    asked.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    Ok(Redirect::to(&Back::address(answers.get("back"))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_our_own_pages_only() {
        let child = ChildId::from_uuid(uuid::Uuid::from_u128(5));
        assert_eq!(Back::address(&Back::Links.text()), "/links?done=asked");
        assert_eq!(Back::address(&Back::Search.text()), "/children?done=asked");
        assert_eq!(Back::address(&Back::Child(child).text()), format!("/children/{child}?done=asked"));
        let together = format!("/children/{child}/together?done=asked");
        assert_eq!(Back::address(&Back::Together(child).text()), together);
        for text in ["https://example.org", "child://example.org", "together:../links", ""] {
            assert_eq!(Back::address(text), "/children?done=asked");
        }
    }
}
