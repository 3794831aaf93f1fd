//! What a form asked, for showing somebody their own answers again as they gave them: questions and words, not codes.
use cf_app::Caller;
use cf_components::{Html, SummaryList, SummaryRow};
use cf_kernel::CalendarDay;

use super::report;
use crate::acts::field::Kind;
use crate::acts::{Answers, Around, Field, child, incident};
use crate::markup::prose;
use crate::state::Web;

/// Sent with every form and no answer to anything.
const NOT_ASKED: [&str; 7] = ["command", "version", "seen", "gradings", "step", "child", "then"];

/// The questions of the form at this address. Empty where it is none of ours, or the record is not open to the caller.
pub(crate) async fn asked_at(web: &Web, caller: &Caller, path: &str, answers: &Answers) -> Vec<Field> {
    let rules = web.app.grading_rules();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["report", ..] => report::questions(rules, web.app.now(), answers),
        ["incidents", _, "facts"] => {
            let mut fields = vec![Field::new("told_by", "Who told you?", Kind::Line(0))];
            fields.extend(rules.facts().iter().map(report::fact_field));
            fields
        }
        ["incidents", id, "do", slug] => {
            let (Ok(id), Some(spec)) = (id.parse(), incident::find(slug)) else { return Vec::new() };
            let Ok(view) = web.app.incident(caller, id, None).await else { return Vec::new() };
            let Ok(colleagues) = web.app.colleagues().await else { return Vec::new() };
            let now = web.app.now();
            let around = Around { record: &view.incident, now, colleagues: &colleagues, me: &caller.actor };
            (spec.fields)(&around)
        }
        ["children", id, "do", slug] => {
            let (Ok(id), Some(spec)) = (id.parse(), child::find(slug)) else { return Vec::new() };
            let Ok(view) = web.app.child(caller, id, None).await else { return Vec::new() };
            let Ok(colleagues) = web.app.colleagues().await else { return Vec::new() };
            let now = web.app.now();
            let around = Around { record: &view.child, now, colleagues: &colleagues, me: &caller.actor };
            (spec.fields)(&around)
        }
        ["glass"] => vec![Field::words("reason", "Why do you need to open a restricted record now?")],
        _ => Vec::new(),
    }
}

/// Questions with their answers in words, in the order of the form; nothing that was typed is left out.
pub(crate) fn answered(fields: &[Field], answers: &Answers) -> Html {
    let mut rows = Vec::new();
    let mut shown: Vec<String> = NOT_ASKED.map(str::to_owned).to_vec();
    for field in fields {
        let names = match field.kind {
            Kind::Moment(_) => vec![format!("{}_date", field.name), format!("{}_time", field.name)],
            _ => vec![field.name.clone()],
        };
        let words = names.iter().flat_map(|name| answers.all(name)).filter(|value| !value.trim().is_empty());
        let words: Vec<String> = words.map(|value| in_words(&field.kind, value)).collect();
        shown.extend(names);
        if !words.is_empty() {
            let joint = if matches!(field.kind, Kind::Moment(_)) { " at " } else { "\n" };
            rows.push(SummaryRow::new(field.label.as_str(), prose(&words.join(joint))));
        }
    }
    for (name, value) in answers.pairs() {
        if !value.trim().is_empty() && !shown.iter().any(|known| known == name) {
            let key = super::problem_page::capital(&name.replace('_', " "));
            rows.push(SummaryRow::new(key.as_str(), prose(value)));
        }
    }
    SummaryList::new(rows).into()
}

fn in_words(kind: &Kind, value: &str) -> String {
    let day = |value: &str| value.parse::<CalendarDay>().map_or_else(|_| value.to_owned(), CalendarDay::long);
    match kind {
        Kind::One(choices) | Kind::Pick(choices) => {
            choices.iter().find(|(code, _)| code == value).map_or(value, |(_, words)| words).to_owned()
        }
        Kind::Listed(list) => list.words(value),
        Kind::Tick => "Yes".to_owned(),
        Kind::Day | Kind::Moment(_) => day(value),
        Kind::Line(_) | Kind::Words(_) | Kind::Number { .. } => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts::code_list::CodeList;

    #[test]
    fn answers_are_shown_as_they_were_given() {
        let fields = [
            Field::one("how", "How did the child come back?", [("found", "Found by police")]),
            Field::new("at", "When?", Kind::Moment(None)),
            Field::words("words", "In your own words"),
            Field::new("guess", "That time is a guess", Kind::Tick),
            Field::new("council", "Council", Kind::Listed(CodeList::Council)),
            Field::words("unsaid", "Not answered"),
        ];
        let given = [
            ("command", "0197"),
            ("how", "found"),
            ("at_date", "2026-03-04"),
            ("at_time", "08:15"),
            ("words", "first\nsecond <b>"),
            ("guess", "yes"),
            ("council", "E09000008"),
            ("left_over", "kept too"),
        ];
        let answers = Answers::from_pairs(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let html = answered(&fields, &answers).to_string();
        for words in [
            "How did the child come back?",
            "Found by police",
            "4 March 2026 at 08:15",
            "first<br>\nsecond &lt;b&gt;",
            "Yes",
            "Croydon",
            "Left over",
            "kept too",
        ] {
            assert!(html.contains(words), "{words} in {html}");
        }
        assert!(!html.contains("0197") && !html.contains("Not answered"), "{html}");
    }
}
