//! One kept finding or challenge: the words, who wrote them, what was said about them, and what can be done now.
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::wording::matters::MatterView;
use cf_app::{FieldProblem, Problem};
use cf_casework::wording::{
    Act, Basis, Kept, Look, LookDecision, Matter, Origin, Outcome, Phase, Settlement,
};
use cf_components::{Banner, Button, Html, SummaryList, SummaryRow, Urgency};
use cf_kernel::{Actor, CommandId, Private, Timestamp};
use cf_wording::Category;
use serde::Deserialize;

use super::{category_words, place_link, quoted};
use crate::acts::{Answers, Field, Reader, fields_html};
use crate::markup::{form, h1, h2, hidden, p, prose};
use crate::pages::board::due_html;
use crate::pages::problem_page::{PageProblem, capital};
use crate::problem::id;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

async fn view(web: &Web, who: &SignedIn, text: &str) -> Result<MatterView, PageProblem> {
    let found = match id(text) {
        Ok(id) => web.app.wording_matter(&who.caller, id).await,
        Err(problem) => Err(problem),
    };
    found.map_err(|problem| PageProblem::to(web, who, problem))
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let view = view(&web, &who, &text).await?;
    Ok(show(&web, &who, &view, &Answers::default(), StatusCode::OK, &[], asked.done.as_deref()))
}

const fn title(matter: &Matter) -> &'static str {
    match matter.origin {
        Origin::Kept(_) => "Words that were kept",
        Origin::Raised(_) => "Words that are challenged",
    }
}

fn show(
    web: &Web,
    who: &SignedIn,
    view: &MatterView,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    done: Option<&str>,
) -> Response {
    let matter = &view.matter;
    let mut parts = vec![h1(title(matter)), quoted(matter.words().or_gone()), facts(web, matter)];
    parts.push(place_link(matter.about()));
    parts.push(said(matter));
    parts.push(next(view, answers, problems));
    let shell = Shell::new(web, who, "/queue", title(matter)).done(done).problems(status, problems);
    shell.show(Html::join(parts))
}

pub(super) fn named(person: &Actor, at: Timestamp) -> String {
    format!("{}, {}, {at}", person.name, person.role.label().to_lowercase())
}

fn facts(web: &Web, matter: &Matter) -> Html {
    let row = |key: &str, value: Html| SummaryRow::new(key, value);
    let mut rows = Vec::new();
    let (at, by) = &matter.begun;
    match &matter.origin {
        Origin::Kept(kept) => {
            rows.push(row("In the sentence", prose(kept.sentence.or_gone())));
            rows.push(row("Kept by", Html::from(named(by, *at))));
            rows.push(row(
                "Because",
                match kept.basis {
                    Basis::ChildsOwnWords => p("These are the child’s own words."),
                    Basis::Reason => prose(kept.reason.or_gone()),
                },
            ));
            if let Some(category) = Category::from_name(&kept.category) {
                rows.push(row("Found as", Html::from(category_words(category))));
            }
            rows.extend(why_found(web, kept).map(|why| row("Why", Html::from(why))));
            rows.push(row("Rule", Html::from(format!("{}, rules {}", kept.rule, kept.rules))));
        }
        Origin::Raised(raised) => {
            let writer = raised.about.writer.as_ref();
            let wrote = writer.map_or_else(
                || "Imported from another system".to_owned(),
                |one| format!("{}, {}", one.name, one.role.label().to_lowercase()),
            );
            rows.push(row("Written by", Html::from(wrote)));
            rows.push(row("Challenged by", Html::from(named(by, *at))));
            rows.push(row("Because", prose(raised.why.or_gone())));
        }
    }
    if matter.is_open() {
        rows.push(row("Held by", Html::from(matter.owner().name())));
        let now = web.app.now();
        rows.extend(matter.clocks.values().map(|clock| {
            let (rung, at) = clock.next_escalation();
            let then = format!(
                " {}. Then {} hears of it, {at}.",
                clock.deadline.due_at,
                rung.label().to_lowercase()
            );
            row(clock.key.label(), Html::join([due_html("", clock.deadline.due_at, now), Html::from(then)]))
        }));
    }
    SummaryList::new(rows).into()
}

/// What was said about the words, oldest first.
fn said(matter: &Matter) -> Html {
    let parts = sayings(matter).into_iter();
    Html::join(parts.flat_map(|(title, words)| [h2(title), prose(words.or_gone())]))
}

/// What was said about the words, each with who said it and when, oldest first.
pub(super) fn sayings(matter: &Matter) -> Vec<(String, &Private<String>)> {
    let look = matter.look.iter().map(|look| {
        let what = look.what.decision.label();
        (format!("{what}: {}", named(&look.by, look.at)), &look.what.words)
    });
    let answers = matter
        .answers
        .iter()
        .map(|answer| (format!("The writer’s answer: {}", named(&answer.by, answer.at)), &answer.what));
    let outcome = matter.outcome.iter().map(|outcome| {
        let what = outcome.what.outcome.label();
        (format!("{what}: {}", named(&outcome.by, outcome.at)), &outcome.what.words)
    });
    look.chain(answers).chain(outcome).collect()
}

/// What is asked of whoever looks, answers or settles.
pub(crate) fn fields(act: &str) -> Vec<Field> {
    match act {
        "look" => vec![
            Field::one(
                "decision",
                "What do you decide?",
                LookDecision::ALL.map(|one| (one.code(), one.label())),
            ),
            Field::words("words", "What you looked at and found").unchecked(),
        ],
        "answer" => vec![
            Field::words("words", "Your answer")
                .unchecked()
                .hint("How you would write it now, or why the words are right."),
        ],
        _ => vec![
            Field::one("outcome", "What came of it?", Outcome::ALL.map(|one| (one.code(), one.label()))),
            Field::words("words", "In words")
                .unchecked()
                .hint("Where better words are recorded, write them here: they stand beside the old."),
        ],
    }
}

/// The act that is open to the caller now, if any: `look`, `answer` or `settle`.
pub(crate) fn open_act(view: &MatterView) -> Option<&'static str> {
    match view.matter.phase.0 {
        Phase::Look if view.may_look => Some("look"),
        Phase::Answer if view.may_answer => Some("answer"),
        Phase::Answer | Phase::Outcome if view.may_look => Some("settle"),
        _ => None,
    }
}

/// Why the rule that found words found them, while that rule is in force.
pub(crate) fn why_found<'a>(web: &'a Web, kept: &Kept) -> Option<&'a str> {
    let rules = web.app.wording_rules().rules();
    rules.iter().find(|rule| rule.id == kept.rule).map(|rule| rule.why.as_str())
}

/// What can be done now, by whoever may.
fn next(view: &MatterView, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let matter = &view.matter;
    let (act, heading, button) = match (open_act(view), matter.phase.0) {
        (Some(act @ "look"), _) => (act, "Look at the words", "Record the look"),
        (Some(act @ "answer"), _) => (act, "Answer for your words", "Send the answer"),
        (Some(act), Phase::Answer) => (act, "Settle it without the writer’s answer", "Record the outcome"),
        (Some(act), _) => (act, "Say what came of it", "Record the outcome"),
        (None, Phase::Settled) => {
            return p("This is settled. If something is still wrong, challenge the words anew.");
        }
        (None, Phase::Look | Phase::Outcome) if view.of_inspector => {
            return waits("a duty inspector other than the writer");
        }
        (None, Phase::Look | Phase::Outcome) => {
            return waits("a supervisor or inspector other than the writer");
        }
        (None, Phase::Answer) => return waits(matter.owner().name()),
    };
    let command = match answers.get("command") {
        "" => CommandId::new().to_string(),
        command => command.to_owned(),
    };
    Html::join([
        h2(heading),
        form(
            &format!("/wording/matters/{}", view.id),
            Html::join([
                hidden("command", &command),
                hidden("version", &view.version.to_string()),
                hidden("act", act),
                fields_html(&fields(act), answers, problems),
                Button::submit(button).prevent_double_click(Some(true)).into(),
            ]),
        ),
    ])
}

fn waits(whom: &str) -> Html {
    Banner::new("Waits", format!("This waits for {whom}.").as_str(), Urgency::Soon).into()
}

/// The act in the answers. Pages and API read it alike.
pub(crate) fn read(act: &str, answers: &Answers) -> Result<Act, Vec<FieldProblem>> {
    let mut read = Reader::new(answers);
    let words = read.words("words", "Write it in your own words.");
    let act = match act {
        "look" => read
            .code("decision", LookDecision::from_code, "Choose what you decide.")
            .map(|decision| Act::Look(Look { decision, words: words.into() })),
        "answer" => Some(Act::Answer(words.into())),
        _ => read
            .code("outcome", Outcome::from_code, "Choose what came of it.")
            .map(|outcome| Act::Settle(Settlement { outcome, words: words.into() })),
    };
    read.finish(act)
}

pub(super) async fn send(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, mut answers }: Sent,
) -> Result<Response, PageProblem> {
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let seen = answers.get("version").parse().ok();
    let result = match (id(&text), read(answers.get("act"), &answers)) {
        (Err(problem), _) => Err(problem),
        (_, Err(problems)) => Err(Problem::Invalid(problems)),
        (Ok(id), Ok(act)) => web.app.act_on_wording(&who.caller, command, id, seen, act).await,
    };
    let Err(problem) = result else {
        return Ok(Redirect::to(&format!("/wording/matters/{text}?done=saved")).into_response());
    };
    let (status, message, next) = crate::problem::table(&problem);
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))],
        Problem::Conflict => {
            answers.set("command", CommandId::new().to_string());
            let words =
                "Read what is said now, then send this again if it still holds. What you typed is kept.";
            vec![FieldProblem::new("form", format!("{}. {words}", capital(&message)))]
        }
        other => return Err(PageProblem::to(&web, &who, other)),
    };
    let fresh = view(&web, &who, &text).await?;
    Ok(show(&web, &who, &fresh, &answers, status, &problems, None))
}
