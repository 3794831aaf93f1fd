//! Other open reports of this child, or of one who may be: whoever opens one of them must know of the other.
use cf_access::{Action, Resource};
use cf_app::matching::AlsoMissing;
use cf_app::views::IncidentView;
use cf_components::{Banner, Html, Urgency};

use crate::markup::{link, p};
use crate::session::SignedIn;
use crate::state::Web;

pub(super) fn also(web: &Web, who: &SignedIn, view: &IncidentView) -> Vec<Html> {
    let decides = web.app.may(&who.caller, Action::ViewLinks, &Resource::desk());
    view.also.iter().flat_map(|other| one(other, decides)).collect()
}

fn one(other: &AlsoMissing, decides: bool) -> [Html; 2] {
    let (title, words) = if other.same {
        (
            "Reported twice",
            format!("{} is the same child, and is reported missing there as well.", other.name),
        )
    } else {
        ("Perhaps reported twice", format!("{}, also missing now, may be the same child.", other.name))
    };
    let open = link(&format!("/incidents/{}", other.incident), "Open the other incident");
    let more = match (other.same, decides) {
        (true, _) => Html::from(". Say in both what is learned in one."),
        (false, true) => Html::join([
            Html::from(", or "),
            link(&format!("/links/{}", other.link), "look at the two records side by side"),
            Html::from("."),
        ]),
        (false, false) => {
            Html::from(". A supervisor decides whether they are one child: tell the supervisor now.")
        }
    };
    [Banner::new(title, words.as_str(), Urgency::Now).into(), p(Html::join([open, more]))]
}
