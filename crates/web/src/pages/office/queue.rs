//! The supervisor's lists: what waits, since when, who hears of it next, and the act that settles it.
use axum::extract::State;
use axum::response::{Html as Answer, IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::glass::Undecided;
use cf_app::views::QUEUE_SHOWN;
use cf_casework::missing::state::Reviewer;
use cf_components::{Cell, Html, Table};
use cf_kernel::{Grade, Role, Timestamp};
use cf_store::{BoardRow, DueClock, Queue, Waiting};

use crate::markup::{h1, h2, link, link_about, p, tag};
use crate::pages::board::{clocks_table, due_html, elapsed, grade_badge, hears_next};
use crate::pages::grade::Sourced as _;
use crate::pages::problem_page::PageProblem;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    let region = region(&web, &who).await?;
    let live = format!("<div data-live-region=\"queue\" data-live-src=\"/queue/part\">\n{region}</div>\n");
    let body = Html::join([h1("What waits for a supervisor"), Html::trusted(live)]);
    Ok(Shell::new(&web, &who, "/queue", "Supervise").wide().show(body))
}

pub(super) async fn part(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    Ok(Answer(region(&web, &who).await?.to_string()).into_response())
}

async fn region(web: &Web, who: &SignedIn) -> Result<Html, PageProblem> {
    let found = web.app.queue(&who.caller).await;
    let view = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let now = web.app.now();
    let mut parts = Vec::new();
    for (queue, waiting) in &view.lists {
        let (title, nothing) = words(*queue);
        parts.push(heading(title, waiting.len()));
        parts.push(if waiting.is_empty() { p(nothing) } else { table(web, who, *queue, waiting, now) });
    }
    parts.push(h2(format!("Restricted records opened with a reason: {}", view.glass.len())));
    parts.push(if view.glass.is_empty() {
        p("Every opening of restricted records has been decided on.")
    } else {
        opened(web, who, &view.glass, now)
    });
    parts.push(heading("Overdue and brought to a supervisor or higher", view.escalated.len()));
    parts.push(if view.escalated.is_empty() {
        p("Nothing else that is overdue has climbed beyond its owner.")
    } else {
        clocks_table(&view.escalated, now)
    });
    parts.push(heading("Wording kept or challenged", view.wording.len()));
    parts.push(if view.wording.is_empty() {
        p("No words wait for a look.")
    } else {
        crate::pages::wording::matters_table(&view.wording, now)
    });
    let alarms: Vec<_> = view.alarms.iter().collect();
    parts.push(h2(format!("Flows of work that fell: {}", alarms.len())));
    parts.push(if alarms.is_empty() {
        p("No flow has fallen without an answer.")
    } else {
        crate::pages::flows::table(&alarms, now)
    });
    parts.push(p(link("/flows", "How work flows")));
    parts.push(p(link("/wording/audit", "Wording audit")));
    parts.push(p(format!("As at {now}.")));
    Ok(Html::join(parts))
}

/// What a list is, and how much is on it: a list that is cut says so.
fn heading(title: &str, count: usize) -> Html {
    if i64::try_from(count).is_ok_and(|count| count < QUEUE_SHOWN) {
        return h2(format!("{title}: {count}"));
    }
    let more = "These are the most urgent. More wait, and come up as these are done; the board has every open incident.";
    Html::join([h2(format!("{title}: {count} and more")), p(more)])
}

/// Title, and words for an empty list.
const fn words(queue: Queue) -> (&'static str, &'static str) {
    match queue {
        Queue::SeniorLook => ("Graded below the recommendation", "No such grade waits for an inspector."),
        Queue::NotGraded => ("Not graded in its time", "Every report was graded in its time."),
        Queue::ToLookAt => ("Grades to look at", "No other grade waits for a look."),
        Queue::Regrade => ("To be graded again", "No incident waits for another grade."),
        Queue::NoAction => ("No action in its time", "Every incident had action in its time."),
        Queue::HandOvers => ("Hand-overs not acknowledged", "Every hand-over is acknowledged."),
    }
}

fn table(web: &Web, who: &SignedIn, queue: Queue, waiting: &[Waiting], now: Timestamp) -> Html {
    let head = ["Child", "Grade", "Owed, and since when", "Due", "Held by", "Hears of it next", "Do"];
    let mut table = Table::new(words(queue).0, head.map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for Waiting { row, clock } in waiting {
        let due = |clock: &DueClock| due_html("", Timestamp::from_micros(clock.due_at), now);
        table = table.row([
            Cell::from(link(&format!("/incidents/{}", row.id()), name(row))),
            Cell::from(grade(row)),
            Cell::from(clock.as_ref().map_or_else(Html::default, |clock| owed(clock, now))),
            Cell::from(clock.as_ref().map_or_else(Html::default, due)),
            Cell::from(owner(row, now)),
            Cell::from(clock.as_ref().map(hears_next).unwrap_or_default()),
            Cell::from(to_do(web, who, queue, row)),
        ]);
    }
    table.stacked().into()
}

fn name(row: &BoardRow) -> &str {
    if row.name.is_empty() { "Name not known" } else { &row.name }
}

fn grade(row: &BoardRow) -> Html {
    let recommended = row.recommended.as_deref().and_then(Grade::from_code);
    let beside = recommended.filter(|recommended| row.grade() != Some(*recommended)).map(|recommended| {
        tag("span", "cf-quiet", format!("recommended {}", recommended.label().to_lowercase()))
    });
    Html::join([grade_badge(row.grade()), row.source_note(), beside.unwrap_or_default()])
}

fn owed(clock: &DueClock, now: Timestamp) -> Html {
    let since = Timestamp::from_micros(clock.started_at);
    let how_long = format!("since {since}, {}", elapsed(now.seconds_since(since)));
    Html::join([Html::from(clock.words()), tag("span", "cf-quiet", how_long)])
}

fn owner(row: &BoardRow, now: Timestamp) -> String {
    match (&row.hand_over_name, row.hand_over_at) {
        (Some(to), Some(at)) => {
            let waits = elapsed(now.seconds_since(Timestamp::from_micros(at)));
            format!("{}, to {to} for {waits}", row.owner_name)
        }
        _ => row.owner_name.clone(),
    }
}

/// Times restricted records were opened, until an inspector has decided on each.
fn opened(web: &Web, who: &SignedIn, waiting: &[Undecided], now: Timestamp) -> Html {
    let head = ["Opened by", "Owed, and since when", "Due", "Held by", "Hears of it next", "Do"];
    let mut table = Table::new("Restricted records opened with a reason", head.map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for one in waiting {
        let (rung, next) = one.clock.next_escalation();
        let resource = Resource::glass(one.user);
        let to_do = if web.app.may(&who.caller, Action::ReviewGlass, &resource) {
            link_about("/glass", "Decide on it", &format!("opened by {}, {}", one.name, one.at))
        } else {
            tag("span", "cf-quiet", "an inspector decides, not whoever opened them")
        };
        let since = format!("since {}, {}", one.at, elapsed(now.seconds_since(one.at)));
        table = table.row([
            Cell::from(one.name.as_str()),
            Cell::from(Html::join([Html::from(one.clock.key.label()), tag("span", "cf-quiet", since)])),
            Cell::from(due_html("", one.clock.deadline.due_at, now)),
            Cell::from(Role::Inspector.label()),
            Cell::from(format!("{}, {next}", rung.label())),
            Cell::from(to_do),
        ]);
    }
    table.stacked().into()
}

/// The act that settles it, for those who may; otherwise who may, and the incident to read.
fn to_do(web: &Web, who: &SignedIn, queue: Queue, row: &BoardRow) -> Html {
    let here = format!("/incidents/{}", row.id());
    let about = format!("for {}", name(row));
    match settles(web, who, queue, row) {
        Ok((slug, words)) => link_about(&format!("{here}/do/{slug}"), words, &about),
        Err(others) => {
            let others = others.map(|others| tag("span", "cf-quiet", others));
            Html::join([link_about(&here, "Open the incident", &about), others.unwrap_or_default()])
        }
    }
}

/// The act and the link's words; or who settles it, where that is not the reader.
fn settles(
    web: &Web,
    who: &SignedIn,
    queue: Queue,
    row: &BoardRow,
) -> Result<(&'static str, &'static str), Option<String>> {
    let me = who.caller.actor.user.uuid();
    let resource = cf_app::views::resource_of_row(row);
    let may = |action: Action| {
        if web.app.may(&who.caller, action, &resource) {
            return Ok(());
        }
        let roles = web.app.roles_that_may(action, &resource).into_iter().map(Role::label);
        let roles: Vec<String> = roles.map(str::to_lowercase).collect();
        Err(Some(format!("done by: {}", roles.join(", "))))
    };
    let own = row.graded_by == Some(me);
    match queue {
        Queue::SeniorLook if !Reviewer::is_senior(who.caller.role()) => {
            Err(Some("an inspector settles it".to_owned()))
        }
        Queue::SeniorLook if own => Err(Some("another inspector settles it: you graded".to_owned())),
        Queue::SeniorLook => may(Action::ReviewIncident).map(|()| ("review", "Look at it")),
        Queue::ToLookAt if own => Err(Some("another supervisor or inspector looks: you graded".to_owned())),
        Queue::ToLookAt => may(Action::ReviewIncident).map(|()| ("review", "Review")),
        Queue::NotGraded => may(Action::GradeIncident).map(|()| ("grade", "Grade")),
        Queue::Regrade => may(Action::GradeIncident).map(|()| ("grade", "Grade again")),
        Queue::HandOvers if row.handed_to(&who.caller.actor) => {
            may(Action::AcknowledgeHandOver).map(|()| ("acknowledge", "Acknowledge"))
        }
        Queue::HandOvers => {
            Err(row.hand_over_name.as_ref().map(|to| format!("acknowledged by {to}, or taken over")))
        }
        Queue::NoAction => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_cut_says_so() {
        assert_eq!(heading("Waiting", 199).as_str(), h2("Waiting: 199").as_str());
        assert!(heading("Waiting", 200).as_str().contains("200 and more"));
    }
}
