//! The supervisor's lists: what waits, how long, and the act that settles it.
use axum::extract::State;
use axum::response::{Html as Answer, IntoResponse, Response};
use cf_access::Action;
use cf_components::{Cell, Html, Table};
use cf_kernel::{Grade, Timestamp};
use cf_store::{BoardRow, Queue};

use crate::markup::{h1, h2, link, link_about, p};
use crate::pages::board::{clocks_table, elapsed, grade_badge};
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
    for (queue, rows) in &view.lists {
        let (title, nothing, slug, act) = words(*queue);
        parts.push(h2(format!("{title}: {}", rows.len())));
        let act = act_for(*queue).map(|action| (slug, act, action));
        parts.push(if rows.is_empty() { p(nothing) } else { table(web, who, title, rows, act, now) });
    }
    parts.push(h2(format!("Overdue and brought to a supervisor or higher: {}", view.escalated.len())));
    parts.push(if view.escalated.is_empty() {
        p("Nothing overdue has climbed beyond its owner.")
    } else {
        clocks_table(&view.escalated, now)
    });
    parts.push(h2(format!("Wording kept or challenged: {}", view.wording.len())));
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

/// Title, words for an empty list, the act's slug (none: the incident itself) and the link's words.
const fn words(queue: Queue) -> (&'static str, &'static str, &'static str, &'static str) {
    match queue {
        Queue::SeniorLook => (
            "Graded below the recommendation",
            "No such grade waits for an inspector.",
            "review",
            "Look at it",
        ),
        Queue::ToLookAt => ("Grades to look at", "Every grade has been looked at.", "review", "Review"),
        Queue::Regrade => {
            ("To be graded again", "No incident waits for another grade.", "grade", "Grade again")
        }
        Queue::NoAction => {
            ("No action in its time", "Every incident had action in its time.", "", "Open the incident")
        }
        Queue::HandOvers => {
            ("Hand-overs not acknowledged", "Every hand-over is acknowledged.", "", "Open the incident")
        }
    }
}

/// The action behind the act that settles a list; none where the incident itself says what to do.
const fn act_for(queue: Queue) -> Option<Action> {
    match queue {
        Queue::SeniorLook | Queue::ToLookAt => Some(Action::ReviewIncident),
        Queue::Regrade => Some(Action::GradeIncident),
        Queue::NoAction | Queue::HandOvers => None,
    }
}

fn table(
    web: &Web,
    who: &SignedIn,
    title: &str,
    rows: &[BoardRow],
    act: Option<(&str, &str, Action)>,
    now: Timestamp,
) -> Html {
    let mut table = Table::new(
        title,
        ["Child", "Grade", "Recommended", "Since last action", "Held by", "Do"].map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for row in rows {
        let name = if row.name.is_empty() { "Name not known" } else { row.name.as_str() };
        let here = format!("/incidents/{}", row.id());
        // Whoever only looks on is led to the incident, not to a form they cannot send.
        let may = |(.., action): &(&str, &str, Action)| {
            web.app.may(&who.caller, *action, &cf_app::views::resource_of_row(row))
        };
        let (there, words) = match act.filter(may) {
            Some((slug, words, _)) => (format!("{here}/do/{slug}"), words),
            None => (here.clone(), "Open the incident"),
        };
        let recommended =
            row.recommended.as_deref().and_then(Grade::from_code).map_or("not known", Grade::label);
        let owner = match (&row.hand_over_name, row.hand_over_at) {
            (Some(to), Some(at)) => {
                let waits = elapsed(now.seconds_since(Timestamp::from_micros(at)));
                format!("{}, to {to} for {waits}", row.owner_name)
            }
            _ => row.owner_name.clone(),
        };
        table = table.row([
            Cell::from(link(&here, name)),
            Cell::from(grade_badge(row.grade())),
            Cell::from(recommended),
            Cell::from(elapsed(now.seconds_since(Timestamp::from_micros(row.last_action_at)))),
            Cell::from(owner),
            Cell::from(link_about(&there, words, &format!("for {name}"))),
        ]);
    }
    table.stacked().into()
}
