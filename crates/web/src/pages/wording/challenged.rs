//! What was said about challenged words, beside the text they stand in. The text itself stays as it was recorded.
use cf_app::wording::challenged::Challenged;
use cf_casework::wording::{Matter, Origin};
use cf_components::Html;
use cf_kernel::Timestamp;

use super::matter::{named, sayings};
use crate::markup::{div, link, p, prose, tag};

/// A page with each of these below the text it is about, oldest first; below all of it where that text is not shown as
/// it was written.
pub(crate) fn beside(page: Html, challenged: &[Challenged]) -> Html {
    let at = |page: &str, one: &Challenged| place(page, prose(&one.text).as_str(), one.recorded_at);
    let (standing, elsewhere): (Vec<_>, Vec<_>) =
        challenged.iter().partition(|one| at(page.as_str(), one).is_some());
    // Each goes in directly after the text, above those that are there already.
    let page = standing.into_iter().rev().fold(page, |page, one| {
        let page = page.as_str();
        let (above, below) = page.split_at(at(page, one).unwrap_or(page.len()));
        Html::trusted(format!("{above}{}{below}", note(one).as_str()))
    });
    Html::join(std::iter::once(page).chain(elsewhere.into_iter().map(note)))
}

/// Where this text of this moment ends in a page. The same text stands in several entries where people write the same
/// again: then it is the one under its own moment, and none rather than another's.
fn place(page: &str, text: &str, at: Timestamp) -> Option<usize> {
    let ends = || page.match_indices(text).map(|(start, text)| start + text.len());
    let moment = format!("datetime=\"{}\"", at.to_rfc3339());
    let own = |end: &usize| {
        let above = page.get(..*end).unwrap_or_default();
        above
            .rfind("datetime=\"")
            .and_then(|mark| above.get(mark..))
            .is_some_and(|mark| mark.starts_with(&moment))
    };
    match (ends().count(), ends().find(own)) {
        (1, _) => ends().next(),
        (_, own) => own,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_in_two_entries_is_told_apart_by_its_moment() {
        let moment = |minute: i64| Timestamp::from_micros(minute * 60_000_000);
        let entry =
            |minute| format!("<time datetime=\"{}\">then</time><p>Same.</p>", moment(minute).to_rfc3339());
        let page = entry(3) + &entry(2) + &entry(1);
        let second = (entry(3) + &entry(2)).len();
        assert_eq!(place(&page, "<p>Same.</p>", moment(2)), Some(second));
        assert_eq!(place(&page, "<p>Same.</p>", moment(9)), None);
        assert_eq!(place(&entry(3), "<p>Same.</p>", moment(9)), Some(entry(3).len()));
        assert_eq!(place(&page, "<p>Other.</p>", moment(2)), None);
    }
}
