//! False alarms with their sentences, and the draft of a rules file made from them.
use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cf_app::wording::false_alarms::{AlarmSentence, RuleAlarms};
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Html, Textarea};

use crate::acts::Answers;
use crate::markup::{form, h1, h2, link_about, list, p};
use crate::pages::problem_page::PageProblem;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

const HERE: &str = "/wording/audit/false-alarms";
/// What stands before a rule's id in the name of its field.
const FIELD: &str = "pass:";

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    show(&web, &who, None, StatusCode::OK, &[]).await
}

async fn show(
    web: &Web,
    who: &SignedIn,
    sent: Option<&Answers>,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let found = web.app.wording_alarm_sentences(&who.caller).await;
    let rules = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let mut parts = vec![
        h1("False alarms"),
        p(
            "Sentences in which a supervisor saw no blame, by the rule that found some. They are what your force’s own rules file \
           should let pass. That you read them is noted in the access log, record by record.",
        ),
    ];
    if rules.is_empty() {
        parts.push(p("No supervisor has called a finding a false alarm."));
    } else {
        parts.push(p(
            "One sentence a line. Take out what names somebody, and delete a line you do not want. The file is a draft: it loads \
           only when somebody has said in it what sets these sentences apart from blame, and its own examples prove that.",
        ));
        let mut fields: Vec<Html> =
            rules.iter().enumerate().map(|(at, rule)| of_rule(at, rule, sent)).collect();
        fields.push(Button::submit("Download the draft").into());
        parts.push(form(HERE, Html::join(fields)));
        parts.push(p(Html::join([
            "Try it with ".into(),
            crate::markup::tag("code", "", "childfirst wording check --rules FILE"),
            ", and put it in force with ".into(),
            crate::markup::tag("code", "", "childfirst serve --wording-rules FILE"),
            ".".into(),
        ])));
    }
    let shell = Shell::new(web, who, "/queue", "False alarms").back("/wording/audit", "Wording audit");
    Ok(shell.problems(status, problems).show(Html::join(parts)))
}

fn of_rule(at: usize, rule: &RuleAlarms, sent: Option<&Answers>) -> Html {
    let name = format!("{FIELD}{}", rule.rule);
    let lines: Vec<&str> = rule.sentences.iter().map(|one| one.text.as_str()).collect();
    let value = match sent {
        Some(answers) => answers.get(&name).to_owned(),
        None => lines.join("\n"),
    };
    let rows = u32::try_from(rule.sentences.len() + 1).unwrap_or(10).clamp(2, 10);
    let area = Textarea::new(name.as_str(), "Sentences to let pass")
        .id(format!("alarm-{at}"))
        .value(value)
        .rows(Some(rows))
        .spellcheck(Some(false))
        .autocomplete("off");
    let seen = rule.sentences.iter().enumerate().map(|(number, one)| links(number, one));
    Html::join([h2(rule.rule.as_str()), list(seen), area.into()])
}

/// Where one sentence was found, and whether it still would be.
fn links(number: usize, sentence: &AlarmSentence) -> Html {
    let times = match sentence.matters.len() {
        1 => "Found once".to_owned(),
        2 => "Found twice".to_owned(),
        times => format!("Found {times} times"),
    };
    let still = if sentence.still_found {
        "the rules in force still find blame in it"
    } else {
        "the rules in force let it pass now"
    };
    let newest = sentence.matters.first().map(|id| {
        link_about(
            &format!("/wording/matters/{id}"),
            "the newest",
            &format!("finding of sentence {}", number + 1),
        )
    });
    Html::join([
        Html::from(format!("Sentence {}. {times}; {still}; ", number + 1)),
        newest.unwrap_or_default(),
    ])
}

pub(super) async fn send(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let mut sentences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in answers.pairs() {
        let Some(rule) = name.strip_prefix(FIELD) else { continue };
        let lines = value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        sentences.entry(rule.to_owned()).or_default().extend(lines);
    }
    sentences.retain(|_, lines| !lines.is_empty());
    match web.app.draft_wording_rules(&who.caller, &sentences).await {
        Ok(text) => Ok((
            [
                (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"wording-rules-draft.toml\""),
            ],
            text,
        )
            .into_response()),
        Err(Problem::Invalid(_)) => {
            let message = "Leave at least one sentence for the file.";
            let problem = FieldProblem::new("alarm-0", message);
            show(&web, &who, Some(&answers), StatusCode::UNPROCESSABLE_ENTITY, &[problem]).await
        }
        Err(problem) => Err(PageProblem::to(&web, &who, problem)),
    }
}
