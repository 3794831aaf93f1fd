//! One alarm: what was seen, who holds it, and what somebody found and did.
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::flows::alarms::AlarmView;
use cf_app::{FieldProblem, Problem};
use cf_casework::flow::{Act, Alarm, Answer, Finding, Period};
use cf_components::{Button, Html, SummaryList, SummaryRow};
use cf_kernel::CommandId;
use serde::Deserialize;

use super::tenths;
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

async fn view(web: &Web, who: &SignedIn, text: &str) -> Result<AlarmView, PageProblem> {
    let found = match id(text) {
        Ok(id) => web.app.flow_alarm(&who.caller, id).await,
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

fn show(
    web: &Web,
    who: &SignedIn,
    view: &AlarmView,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    done: Option<&str>,
) -> Response {
    let title = format!("A flow fell: {}", view.alarm.raised.flow.label().to_lowercase());
    let body = Html::join([
        h1(title.as_str()),
        facts(web, &view.alarm),
        answered(&view.alarm),
        next(view, who.caller.actor.user, answers, problems),
    ]);
    let shell = Shell::new(web, who, "/flows", &title).back("/flows", "How work flows");
    shell.done(done).problems(status, problems).show(body)
}

fn facts(web: &Web, alarm: &Alarm) -> Html {
    let raised = &alarm.raised;
    let row = |key: &str, value: Html| SummaryRow::new(key, value);
    let (what, many) = match raised.period {
        Period::Day => ("On", "days"),
        Period::Week => ("In the week from", "weeks"),
    };
    let limit = raised.limit_tenths.map_or_else(
        || "None above zero; seven in a row below the usual show a fall".to_owned(),
        |limit| format!("Fewer than {}", tenths(limit)),
    );
    let guess = if raised.baseline_periods < 12 { ", a first guess" } else { "" };
    let mut rows = vec![
        row("What was seen", Html::from(capital(raised.because.label()))),
        row(&format!("{what} {}", raised.known_on.long()), Html::from(raised.counted.to_string())),
        row("Usual", Html::from(tenths(raised.usual_tenths))),
        row("Below the limit", Html::from(limit)),
        row("Falling since", Html::from(raised.fell_on.long())),
        row(
            "Baseline",
            Html::from(format!(
                "{} {many} from {}{guess}",
                raised.baseline_periods,
                raised.baseline_from.long()
            )),
        ),
        row("Raised", Html::from(alarm.at.to_string())),
        row("Held by", Html::from(alarm.owner.name())),
    ];
    let now = web.app.now();
    rows.extend(alarm.clocks.values().map(|clock| {
        let (rung, at) = clock.next_escalation();
        let then =
            format!(" {}. Then {} hears of it, {at}.", clock.deadline.due_at, rung.label().to_lowercase());
        row(clock.key.label(), Html::join([due_html("", clock.deadline.due_at, now), Html::from(then)]))
    }));
    rows.extend(
        alarm
            .escalations
            .iter()
            .map(|(at, rung)| row(&format!("{} heard of it", rung.to.label()), Html::from(at.to_string()))),
    );
    SummaryList::new(rows).into()
}

fn answered(alarm: &Alarm) -> Html {
    let Some(answer) = &alarm.answer else { return Html::default() };
    let by = format!("{}, {}, {}", answer.by.name, answer.by.role.label().to_lowercase(), answer.at);
    Html::join([
        h2("The answer"),
        p(format!("{}. {by}.", answer.what.finding.label())),
        crate::markup::h3("What was found"),
        prose(answer.what.found.or_gone()),
        crate::markup::h3("What is done about it"),
        prose(answer.what.done.or_gone()),
    ])
}

/// What is asked of whoever answers.
pub(crate) fn fields() -> Vec<Field> {
    vec![
        Field::one(
            "finding",
            "What did you find?",
            Finding::ALL.map(|finding| (finding.code(), finding.label())),
        ),
        Field::words("found", "What you looked at and found").unchecked().hint("Name no child."),
        Field::words("done", "What is done about it, by whom and by when").unchecked(),
    ]
}

/// The answer in these answers. Pages and API read it alike.
pub(crate) fn read(answers: &Answers) -> Result<Act, Vec<FieldProblem>> {
    let mut read = Reader::new(answers);
    let finding = read.code("finding", Finding::from_code, "Choose what you found.");
    let found = read.words("found", "Say what you looked at and found.");
    let done = read.words("done", "Say what is done about it; if nothing, why.");
    let answer =
        finding.map(|finding| Act::Answer(Answer { finding, found: found.into(), done: done.into() }));
    read.finish(answer)
}

fn next(view: &AlarmView, me: cf_kernel::UserId, answers: &Answers, problems: &[FieldProblem]) -> Html {
    if !view.alarm.is_open() {
        return Html::default();
    }
    if !view.may_answer {
        return p("This waits for a supervisor or inspector.");
    }
    let command = || match answers.get("command") {
        "" => CommandId::new().to_string(),
        command => command.to_owned(),
    };
    let address = format!("/flows/alarms/{}", view.id);
    let version = view.version.to_string();
    let take = if view.alarm.owner.user() == Some(me) {
        p("You hold this alarm.")
    } else {
        form(
            &address,
            Html::join([
                hidden("command", &CommandId::new().to_string()),
                hidden("version", &version),
                hidden("act", "take"),
                Button::submit("Take it on").secondary().prevent_double_click(Some(true)).into(),
            ]),
        )
    };
    Html::join([
        take,
        h2("Answer it"),
        form(
            &address,
            Html::join([
                hidden("command", &command()),
                hidden("version", &version),
                hidden("act", "answer"),
                fields_html(&fields(), answers, problems),
                Button::submit("Record the answer").prevent_double_click(Some(true)).into(),
            ]),
        ),
    ])
}

pub(super) async fn send(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, mut answers }: Sent,
) -> Result<Response, PageProblem> {
    // Whoever may not answer hears nothing about what was sent.
    let turned = web.app.turn_away(&who.caller, Action::AnswerFlowAlarm, &Resource::desk(), &[]).await;
    turned.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let seen = answers.get("version").parse().ok();
    let act = match answers.get("act") {
        "take" => Ok(Act::Take),
        _ => read(&answers),
    };
    let result = match (id(&text), act) {
        (Err(problem), _) => Err(problem),
        (_, Err(problems)) => Err(Problem::Invalid(problems)),
        (Ok(id), Ok(act)) => web.app.act_on_flow_alarm(&who.caller, command, id, seen, act).await,
    };
    let Err(problem) = result else {
        return Ok(Redirect::to(&format!("/flows/alarms/{text}?done=saved")).into_response());
    };
    let (status, message, next) = crate::problem::table(&problem);
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => {
            vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))]
        }
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
