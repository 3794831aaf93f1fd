//! What was said about challenged words, beside the text they stand in. The text itself stays as it was recorded.
use cf_app::wording::challenged::Challenged;
use cf_casework::wording::{Matter, Origin};
use cf_components::Html;

use super::matter::{named, sayings};
use crate::markup::{div, link, p, prose, tag};

/// A page with each of these below the text it is about; below all of it where the text is not shown as it was written.
pub(crate) fn beside(page: Html, challenged: &[Challenged]) -> Html {
    challenged.iter().fold(page, |page, one| {
        let text = prose(&one.text);
        let (page, note, text) = (page.as_str(), note(one), text.as_str());
        Html::trusted(match page.contains(text) {
            true => page.replace(text, &format!("{text}{}", note.as_str())),
            false => format!("{page}{}", note.as_str()),
        })
    })
}

fn note(challenged: &Challenged) -> Html {
    let matter = &challenged.matter;
    let mut parts = vec![line(format!("“{}”: {}", matter.words().or_gone(), begun(matter)))];
    for (title, words) in sayings(matter) {
        parts.push(line(title));
        parts.push(prose(words.or_gone()));
    }
    if matter.is_open() {
        parts.push(p(format!("Not settled yet: it waits for {}.", matter.owner().name())));
    }
    let href = format!("/wording/matters/{}", challenged.id);
    parts.push(p(link(&href, format!("About the words “{}”", matter.words().or_gone()))));
    div("govuk-inset-text", Html::join(parts))
}

fn begun(matter: &Matter) -> String {
    let (at, by) = &matter.begun;
    let how = match matter.origin {
        Origin::Kept(_) => "kept by",
        Origin::Raised(_) => "challenged by",
    };
    format!("{how} {}", named(by, *at))
}

fn line(words: String) -> Html {
    tag("p", "cf-said__name", words)
}
