//! A council worker's way in: the incidents of the children their council answers for.
use axum::extract::{Query, State};
use axum::response::Response;
use cf_access::Action;
use cf_components::{Badge, Cell, Html, InsetText, Table, Urgency};
use cf_kernel::{CalendarDay, Timestamp};
use cf_store::BoardRow;
use serde::Deserialize;

use super::board::{due_html, elapsed};
use super::problem_page::PageProblem;
use crate::markup::{h1, h2, link, p};
use crate::places::council_name;
use crate::routes::Routes;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

const ON_A_PAGE: i64 = 100;
const TITLE: &str = "Our children";

pub(crate) fn routes() -> Routes {
    Routes::new().get("/our-children", Action::ViewOwnChildren, page)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    page: i64,
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let page = asked.page.clamp(0, 10_000);
    let found = web.app.own_children(&who.caller, ON_A_PAGE + 1, page * ON_A_PAGE).await;
    let mut rows = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let more = rows.len() as i64 > ON_A_PAGE;
    rows.truncate(ON_A_PAGE as usize);
    let now = web.app.now();
    let council = who.caller.authority.as_deref().map_or_else(|| "your council".to_owned(), council_name);
    let mut parts = vec![
        h1(TITLE),
        p(format!(
            "Children whose care {council} plans, and children who live there and whose care no other council plans."
        )),
    ];
    let (owed, rest): (Vec<_>, Vec<_>) = rows.iter().partition(|row| owes_interview(row));
    let (missing, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| row.phase == "missing");
    if page == 0 {
        parts.push(section("Return home interviews owed", "No return home interview is owed.", &owed, now));
        parts.push(section("Missing now", "None of these children is missing.", &missing, now));
        parts.push(section("Other incidents, newest first", "There is no other incident.", &rest, now));
        parts.push(
            InsetText::from("Is a child not here? The desk may not know that the child is yours: ring the missing desk and ask.")
                .into(),
        );
    } else {
        parts.push(section("Earlier incidents", "There are no more.", &rows.iter().collect::<Vec<_>>(), now));
        parts.push(turn(page - 1, "Newer incidents"));
    }
    if more {
        parts.push(turn(page + 1, "Older incidents"));
    }
    Ok(Shell::new(&web, &who, "/our-children", TITLE).wide().show(Html::join(parts)))
}

fn turn(to: i64, words: &str) -> Html {
    p(link(&format!("/our-children?page={to}"), words))
}

/// Whether the council owes the child a return home interview.
pub(crate) fn owes_interview(row: &BoardRow) -> bool {
    row.phase == "back" && matches!(row.talks.as_str(), "both_owed" | "interview_owed")
}

fn section(title: &str, nothing: &str, rows: &[&BoardRow], now: Timestamp) -> Html {
    let heading = h2(format!("{title}: {}", rows.len()));
    if rows.is_empty() {
        return Html::join([heading, p(nothing)]);
    }
    let head = ["Child", "Born", "Reported", "Now", "Return home interview"].map(Cell::from);
    let mut table =
        Table::new(title, head).caption_classes("govuk-visually-hidden").first_cell_is_header(true);
    for row in rows {
        let name = if row.name.is_empty() { "Name not known" } else { row.name.as_str() };
        // A restricted record is not open to a council; the desk says what may be said.
        let child = if row.restricted {
            Html::from("Restricted record: ask the missing desk")
        } else {
            link(&format!("/incidents/{}", row.id()), name)
        };
        let born = row.born_on.as_deref().and_then(|day| day.parse::<CalendarDay>().ok());
        table = table.row([
            Cell::from(child),
            Cell::from(born.map_or_else(|| "not known".to_owned(), CalendarDay::long)),
            Cell::from(Timestamp::from_micros(row.reported_at).to_string()),
            Cell::from(state(row, now)),
            Cell::from(interview(row, now)),
        ]);
    }
    Html::join([heading, table.stacked().into()])
}

fn state(row: &BoardRow, now: Timestamp) -> Html {
    let since = |from: i64| elapsed(now.seconds_since(Timestamp::from_micros(from)));
    match (row.phase.as_str(), row.returned_at) {
        ("missing", _) => {
            let words = format!("Missing for {}", since(row.last_seen_at.unwrap_or(row.reported_at)));
            Badge::new(words, Urgency::Overdue).into()
        }
        ("closed", _) => Html::from("Closed"),
        (_, Some(at)) => Html::from(format!("Back for {}", since(at))),
        (_, None) => Html::from("Back"),
    }
}

fn interview(row: &BoardRow, now: Timestamp) -> Html {
    match row.talks.as_str() {
        "both_owed" | "interview_owed" if row.phase == "back" => match row.next_due_at {
            Some(due) if row.next_due.as_deref() == Some("return_interview") => {
                due_html("", Timestamp::from_micros(due), now)
            }
            _ => Badge::new("Owed", Urgency::Soon).into(),
        },
        "held" => Html::from("Held"),
        "not_held" => Html::from("Not held, with the reason"),
        _ => Html::from("Not owed yet"),
    }
}
