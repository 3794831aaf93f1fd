//! What a writer decides about words that were found: the questions under a field, and the answers to them.
//!
//! Every form shows them in the same place, because `fields_html` does, and nothing here changes a text.
use cf_app::FieldProblem;
use cf_app::wording::{Decision, Decisions, Found, key};
use cf_components::{Choice, Hint, Html, Input, Radios};
use serde_json::Value;

use super::Answers;
use crate::markup::{div, hidden, p, tag};
use crate::pages::problem_page::capital;

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
            let put = |name: &str, words: &str| format!(" data-{name}=\"{}\"", Html::from(words));
            let puts = match fits(found, text) {
                None => String::new(),
                Some(Fit::Words(words)) => put("insert", &words),
                Some(Fit::Sentence(words)) => put("insert", &words) + &put("sentence", &found.sentence),
            };
            Html::trusted(format!("<li{puts}>{}</li>\n", Html::from(text.as_str())))
        });
        parts.push(tag("ul", "govuk-list govuk-list--bullet", Html::join(items)));
    }
    Html::join(parts)
}

/// What an alternative can take the place of without breaking what is written.
#[derive(Debug, PartialEq, Eq)]
enum Fit {
    /// Of the words found: another name for the same thing.
    Words(String),
    /// Of the sentence they stand in: a sentence itself, or nothing where it says to leave the words out.
    Sentence(String),
}

/// A sentence of more words than this may hold much besides the blame, or be a text without full stops.
const LONGEST_SENTENCE: usize = 30;

/// What this alternative takes the place of; none where it is advice on what to write. Nothing is known of the grammar
/// of what was written, so only what is right in any sentence is put in.
fn fits(found: &Found, alternative: &str) -> Option<Fit> {
    let takes_sentence = found.sentence.split_whitespace().count() <= LONGEST_SENTENCE;
    if alternative.split(';').next() == Some("leave out") {
        return takes_sentence.then(|| Fit::Sentence(String::new()));
    }
    let words = without_advice(alternative)?;
    if is_sentence(words) {
        return takes_sentence.then(|| Fit::Sentence(capital(words) + "."));
    }
    let (before, after) = found.sentence.split_once(&found.words)?;
    let beside = [before.split_whitespace().next_back(), after.split_whitespace().next()];
    let first_and_last = [words.split_whitespace().next(), words.split_whitespace().next_back()];
    let double = beside.iter().zip(first_and_last).any(|(one, other)| one.is_some() && *one == other);
    let named = first_and_last[0].is_some_and(|first| ["the", "a", "an"].contains(&first));
    // Only a kinder name stands where the other stood; words that blame are of every kind.
    (!found.blaming && is_name(words) && !double && !named).then(|| Fit::Words(words.to_owned()))
}

/// An alternative without the advice after it; none where it is advice only, such as `say who was there`.
fn without_advice(alternative: &str) -> Option<&str> {
    const ADVICE: [&str; 15] = [
        "say", "record", "describe", "name", "ask", "give", "state", "start", "consider", "grade", "agree",
        "quote", "write", "use", "leave",
    ];
    let advises = |text: &str| {
        text.ends_with('?') || text.split_whitespace().next().is_none_or(|word| ADVICE.contains(&word))
    };
    let words = match alternative.split_once(';') {
        Some((words, rest)) if advises(rest) => words,
        _ => alternative,
    };
    (!advises(words)).then_some(words)
}

/// Whether these words are a sentence: they have a verb of their own, and end.
fn is_sentence(words: &str) -> bool {
    const VERBS: [&str; 23] = [
        "is", "are", "was", "were", "has", "have", "had", "may", "will", "must", "could", "did", "does",
        "do", "calls", "finds", "needs", "need", "told", "declined", "left", "involved", "came",
    ];
    const OPEN: [&str; 5] = ["when", "from", "because", "by", "to"];
    let mut own =
        words.split_whitespace().take_while(|word| !["who", "which", "that", "where"].contains(word));
    own.any(|word| VERBS.contains(&word)) && !OPEN.iter().any(|open| words.ends_with(&format!(" {open}")))
}

/// Whether these few words name somebody or something, as far as can be told.
fn is_name(words: &str) -> bool {
    words.split_whitespace().count() <= 4 && !words.contains(['[', ':', ';'])
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

    fn found(sentence: &str, words: &str, blaming: bool) -> Found {
        Found {
            key: String::new(),
            words: words.to_owned(),
            sentence: sentence.to_owned(),
            start: 0,
            end: 0,
            blaming,
            category: cf_wording::Category::RiskTaking,
            severity: cf_wording::Severity::High,
            rule: String::new(),
            why: String::new(),
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn a_sentence_takes_a_sentences_place_and_advice_none() {
        let risk = found("She is putting herself at risk by going there.", "putting herself at risk", true);
        for (alternative, whole) in [
            ("the child is at risk from [who]", Some("The child is at risk from [who].")),
            (
                "adults have been meeting the child; say who and where",
                Some("Adults have been meeting the child."),
            ),
            ("the child may hide fear; what do they need to be safe?", Some("The child may hide fear.")),
            ("leave out", Some("")),
            ("leave out; whether a child was willing is no explanation", Some("")),
            ("leave out guesses about why the child has spoken", None),
            ("describe what happened", None),
            ("the child was present when", None),
            ("a man aged [age] who is in contact with the child", None),
            ("signs of exploitation seen: [what]", None),
        ] {
            let want = whole.map(|words| Fit::Sentence(words.to_owned()));
            assert_eq!(fits(&risk, alternative), want, "{alternative}");
        }
        let unending = found(&format!("She is at risk {}", "and went on ".repeat(20)), "at risk", true);
        assert_eq!(fits(&unending, "the child is at risk from [who]"), None);
    }

    #[test]
    fn a_kinder_name_takes_the_place_of_the_other_where_no_word_is_doubled() {
        let named = found("He lives with his siblings here.", "siblings", false);
        assert_eq!(fits(&named, "brothers and sisters"), Some(Fit::Words("brothers and sisters".to_owned())));
        let lac = found("He is a LAC from here.", "LAC", false);
        assert_eq!(fits(&lac, "the child's name"), None);
        assert_eq!(fits(&lac, "child in our care"), Some(Fit::Words("child in our care".to_owned())));
        let home = found("The placement home is new.", "placement", false);
        assert_eq!(fits(&home, "home"), None);
        assert_eq!(fits(&found("She was a worry.", "worry", true), "brothers and sisters"), None);
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
