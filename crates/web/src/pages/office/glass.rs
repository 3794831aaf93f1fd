//! Opening restricted records with a reason, and an inspector's review of each time.
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::glass::Break;
use cf_app::{FieldProblem, Problem};
use cf_components::{Banner, Button, Html, TicketPanel, Urgency};
use cf_kernel::Timestamp;
use serde::Deserialize;

use crate::acts::{Answers, Field, fields_html};
use crate::markup::{form, h1, h2, hidden, p, prose, tag};
use crate::pages::board::due_html;
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    show(&web, &who, &Answers::default(), StatusCode::OK, &[], asked.done.as_deref()).await
}

async fn show(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    done: Option<&str>,
) -> Result<Response, PageProblem> {
    let desk = Resource::desk();
    let mut parts = vec![h1("Restricted records")];
    let (breaks, reviews) = (
        web.app.may(&who.caller, Action::BreakGlass, &desk),
        web.app.may(&who.caller, Action::ReviewGlass, &desk),
    );
    if let Some(reason) = web.app.glass_reason(&who.caller).await {
        let words = format!("Restricted records are open to you. Your reason: {reason}");
        parts.push(Banner::new("Open", words.as_str(), Urgency::Now).into());
    } else if breaks {
        let field = Field::words("reason", "Why do you need to open a restricted record now?");
        parts.push(p("It opens for an hour. Everything you read is noted with your reason, and an inspector reviews it."));
        parts.push(form(
            "/glass",
            Html::join([
                fields_html(&[field], answers, problems),
                Button::submit("Open restricted records").warning().into(),
            ]),
        ));
    }
    if reviews {
        let found = web.app.breaks(&who.caller).await;
        let list = found.map_err(|problem| PageProblem::to(web, who, problem))?;
        parts.push(h2("Waiting for a decision, then those of this month and the last"));
        if list.is_empty() {
            parts.push(p("Nobody has opened a restricted record."));
        }
        let (waiting, decided): (Vec<_>, Vec<_>) = list.iter().partition(|one| one.review.is_none());
        let all = waiting.into_iter().chain(decided);
        parts.extend(all.map(|one| broken(web, one, who, answers, problems)));
    } else if !breaks {
        parts.push(p("Your role does not open restricted records. Ask the duty inspector."));
    }
    let shell = Shell::new(web, who, "", "Restricted records").done(done).problems(status, problems);
    let shell = if breaks || reviews { shell } else { shell.status(StatusCode::FORBIDDEN) };
    Ok(shell.show(Html::join(parts)))
}

fn broken(web: &Web, one: &Break, who: &SignedIn, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let title = format!("{}, {}", one.name, one.at);
    let mut content = vec![prose(&one.reason)];
    if let Some(clock) = &one.clock {
        let (rung, next) = clock.next_escalation();
        content.push(p(due_html("Decision due", clock.deadline.due_at, web.app.now())));
        content.push(tag(
            "p",
            "cf-quiet",
            format!("Then {} hears of it, {next}.", rung.label().to_lowercase()),
        ));
    }
    let urgency = match &one.review {
        Some(review) => {
            let found = if review.justified { "justified" } else { "not justified" };
            content.push(p(format!("{}, {}: {found}.", review.name, review.at)));
            content.push(prose(&review.words));
            Urgency::Calm
        }
        None if one.user == who.caller.actor.user => {
            content.push(p("Another inspector reviews this."));
            Urgency::Soon
        }
        None => {
            let at = one.at.micros().to_string();
            let mine = answers.get("at") == at && answers.get("session") == one.session.to_string();
            let (none, empty) = (Vec::new(), Answers::default());
            let (answers, problems) = if mine { (answers, problems) } else { (&empty, none.as_slice()) };
            // Field names carry the moment, so that ids are unique on a page of several.
            let fields = [
                Field::one(format!("justified-{at}"), "Was it needed?", [("yes", "Yes"), ("no", "No")]),
                Field::words(format!("words-{at}"), "What you looked at and found"),
            ];
            content.push(
                cf_components::Details::new(
                    "Review this",
                    form(
                        "/glass/review",
                        Html::join([
                            hidden("session", &one.session.to_string()),
                            hidden("at", &at),
                            fields_html(&fields, answers, problems),
                            Button::submit("Record the review").into(),
                        ]),
                    ),
                )
                .open(mine)
                .into(),
            );
            Urgency::Now
        }
    };
    TicketPanel::new(title, Html::join(content), urgency).into()
}

pub(super) async fn send(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    match web.app.break_glass(&who.caller, answers.get("reason").to_owned()).await {
        Ok(()) => Ok(Redirect::to("/glass?done=glass").into_response()),
        Err(problem) => again(&web, &who, &answers, problem).await,
    }
}

async fn again(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    problem: Problem,
) -> Result<Response, PageProblem> {
    let (status, message, next) = crate::problem::table(&problem);
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))],
        other => return Err(PageProblem::to(web, who, other)),
    };
    show(web, who, answers, status, &problems, None).await
}

pub(super) async fn review(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ReviewGlass, Resource::desk()).await?;
    let place = answers.get("session").parse().ok().zip(answers.get("at").parse().ok());
    // Both fields carry the moment in their names: see the form above.
    let named = |field: &str| format!("{field}-{}", answers.get("at"));
    let result = match (place, answers.get(&named("justified"))) {
        (None, _) => Err(Problem::NotFound),
        (Some((session, at)), word @ ("yes" | "no")) => {
            let (at, words) = (Timestamp::from_micros(at), answers.get(&named("words")).to_owned());
            web.app.review_break(&who.caller, session, at, word == "yes", words).await
        }
        (Some(_), _) => Err(Problem::invalid("justified", "Choose whether it was needed.")),
    };
    match result {
        Ok(()) => Ok(Redirect::to("/glass?done=saved").into_response()),
        Err(Problem::Invalid(problems)) => {
            let own =
                problems.into_iter().map(|problem| FieldProblem::new(named(&problem.field), problem.message));
            again(&web, &who, &answers, Problem::Invalid(own.collect())).await
        }
        Err(problem) => again(&web, &who, &answers, problem).await,
    }
}
