//! What a writer decides about words that were found: the questions under a field, and the answers to them.
//!
//! Every form shows them in the same place, because `fields_html` does, and nothing here changes a text.
use cf_app::FieldProblem;
use cf_app::wording::{Decision, Decisions, Found, key};
use cf_components::{Choice, Hint, Html, Input, Radios};
use serde_json::Value;

use super::Answers;
use crate::markup::{div, hidden, p, tag};

const PREFIX: &str = "wording-";
const REASON: &str = "-reason";

/// The decisions in the answers of a form.
pub(crate) fn decisions(answers: &Answers) -> Decisions {
    let mut decisions = Decisions::default();
    for (name, value) in answers.pairs() {
        let Some(key) = name.strip_prefix(PREFIX).filter(|key| !key.ends_with(REASON)) else { continue };
        match value {
            "own" => decisions.decide(key, Decision::ChildsOwnWords),
            "keep" => {
                let reason = answers.get(&format!("{name}{REASON}")).replace("\r\n", "\n");
                decisions.decide(key, Decision::Keep(reason));
            }
            _ => {}
        }
    }
    decisions
}

/// The decisions in the `wording` member of a JSON call: a list of objects with `field` and `words`, and `keep` (the
/// reason) or `childs_own_words`.
pub(crate) fn decisions_from_json(value: Option<&Value>) -> Result<Decisions, Vec<FieldProblem>> {
    let wrong = || {
        vec![FieldProblem::new(
            "wording",
            "Give a list of objects with `field`, `words` and either `keep`, the reason, or `childs_own_words`: true.",
        )]
    };
    let mut decisions = Decisions::default();
    let Some(value) = value else { return Ok(decisions) };
    for item in value.as_array().ok_or_else(wrong)? {
        let text = |name: &str| item.get(name).and_then(Value::as_str);
        let (field, words) = text("field").zip(text("words")).ok_or_else(wrong)?;
        let own = item.get("childs_own_words").and_then(Value::as_bool) == Some(true);
        let decision = match (own, text("keep")) {
            (true, None) => Decision::ChildsOwnWords,
            (false, Some(reason)) => Decision::Keep(reason.to_owned()),
            _ => return Err(wrong()),
        };
        decisions.decide(key(field, words), decision);
    }
    Ok(decisions)
}

/// The questions about words found in this field.
pub(super) fn questions(field: &str, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let found =
        problems.iter().filter(|problem| problem.field == field).filter_map(|one| one.found.as_deref());
    let asked: Vec<Html> = found.map(|found| question(found, answers, problems)).collect();
    if asked.is_empty() {
        return Html::default();
    }
    div("cf-wording", Html::join(asked))
}

fn question(found: &Found, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let name = format!("{PREFIX}{}", found.key);
    let reason_name = format!("{name}{REASON}");
    let wrong = problems.iter().find(|problem| problem.field == reason_name);
    let mut reason = Input::new(reason_name.as_str(), "Why do they stay?")
        .value(answers.get(&reason_name))
        .hint(Hint::from("A supervisor reads this with the words."))
        .autocomplete("off");
    if let Some(wrong) = wrong {
        reason = reason.error_message(wrong.message.as_str());
    }
    let legend = format!("What about “{}”?", found.words.split_whitespace().collect::<Vec<_>>().join(" "));
    let radios = Radios::new(
        name.as_str(),
        cf_components::Legend::from(legend).classes("govuk-fieldset__legend--s"),
        vec![
            Choice::new("reword", "I have written it otherwise above"),
            Choice::new("own", "These are the child’s own words"),
            Choice::new("keep", "Keep the words, because…").conditional(Html::from(reason)),
        ],
    )
    .value(answers.get(&name))
    .classes("govuk-radios--small");
    div("cf-wording__one", Html::join([explained(found), radios.into()]))
}

/// Why the words were found, and other ways to write them.
pub(crate) fn explained(found: &Found) -> Html {
    let mut parts = vec![p(found.why.as_str())];
    if !found.alternatives.is_empty() {
        parts.push(tag("p", "cf-wording__lead", "You could write:"));
        let items = found.alternatives.iter().map(|text| {
            let insert = insertable(text)
                .map_or_else(String::new, |words| format!(" data-insert=\"{}\"", Html::from(words)));
            Html::trusted(format!("<li{insert}>{}</li>\n", Html::from(text.as_str())))
        });
        parts.push(tag("ul", "govuk-list govuk-list--bullet", Html::join(items)));
    }
    Html::join(parts)
}

/// What an alternative puts in the place of the words: itself, without the advice after it; nothing for `leave out`;
/// none where it is advice only, such as `say who was there`.
fn insertable(alternative: &str) -> Option<&str> {
    const ADVICE: [&str; 14] = [
        "say", "record", "describe", "name", "ask", "give", "state", "start", "consider", "grade", "agree",
        "quote", "write", "use",
    ];
    let advises = |text: &str| text.split_whitespace().next().is_none_or(|word| ADVICE.contains(&word));
    if alternative.starts_with("leave out") {
        return Some("");
    }
    let words = match alternative.split_once(';') {
        Some((words, rest)) if advises(rest) => words,
        _ => alternative,
    };
    (!advises(words)).then_some(words)
}

/// Decisions made already, carried by a form that comes back for another reason.
pub(crate) fn carried(answers: &Answers, problems: &[FieldProblem]) -> Html {
    let shown = |name: &str| {
        problems.iter().filter_map(|problem| problem.found.as_deref()).any(|found| name.contains(&found.key))
    };
    let pairs =
        answers.pairs().filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty() && !shown(name));
    Html::join(pairs.map(|(name, value)| hidden(name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_not_put_into_a_text() {
        for (alternative, words) in [
            ("the child is at risk from [who]", Some("the child is at risk from [who]")),
            ("adults met the child; say who and where", Some("adults met the child")),
            (
                "last time the child came back; that does not show safety",
                Some("last time the child came back; that does not show safety"),
            ),
            ("leave out", Some("")),
            ("describe what happened", None),
        ] {
            assert_eq!(insertable(alternative), words);
        }
    }

    #[test]
    fn a_form_and_a_call_decide_alike() {
        let one = key("what", "at risk");
        let two = key("why", "streetwise");
        let pairs = [
            (format!("wording-{one}"), "keep"),
            (format!("wording-{one}-reason"), "It is the order's wording."),
            (format!("wording-{two}"), "own"),
            ("wording-x".to_owned(), "reword"),
        ];
        let answers = Answers::from_pairs(pairs.map(|(name, value)| (name, value.to_owned())));
        let json = serde_json::json!([
            {"field": "what", "words": "at  Risk", "keep": "It is the order's wording."},
            {"field": "why", "words": "streetwise", "childs_own_words": true},
        ]);
        assert_eq!(decisions(&answers), decisions_from_json(Some(&json)).unwrap());
        for bad in [serde_json::json!({}), serde_json::json!([{"field": "a", "words": "b"}])] {
            assert!(decisions_from_json(Some(&bad)).is_err(), "{bad}");
        }
    }
}
