//! How work flows: one chart for each flow, and the alarms of those that fell.
pub(crate) mod alarm;
mod charts;

use axum::extract::{Query, State};
use axum::response::Response;
use cf_access::Action;
use cf_casework::flow::{Because, Finding, Flow};
use cf_components::{Button, Cell, Html, Select, SelectItem, Table, Tag};
use cf_kernel::{CalendarDay, Timestamp};
use cf_store::FlowAlarmRow;
use serde::Deserialize;

use crate::markup::{ask, div, h1, h2, link_about, p};
use crate::pages::board::due_html;
use crate::pages::problem_page::PageProblem;
use crate::places::borough_name;
use crate::routes::Routes;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/flows", Action::ViewFlows, page)
        .get("/flows/alarms/{id}", Action::ViewFlows, alarm::page)
        .post("/flows/alarms/{id}", Action::AnswerFlowAlarm, alarm::send)
}

/// How far back charts are shown, in weeks: code and words.
const BACK: [(i64, &str); 3] =
    [(26, "The last 26 weeks"), (8, "The last 8 weeks"), (52, "The last 52 weeks")];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    weeks: String,
    borough: String,
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let weeks = asked.weeks.parse().ok().filter(|weeks| BACK.iter().any(|(known, _)| known == weeks));
    let weeks = weeks.unwrap_or(BACK[0].0);
    let borough = Some(asked.borough.as_str()).filter(|borough| !borough.is_empty());
    let view = web.app.flows(&who.caller, borough).await;
    let view = view.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let now = web.app.now();
    let (open, answered): (Vec<_>, Vec<_>) =
        view.alarms.iter().partition(|alarm| alarm.answered_at.is_none());
    let from = now.day().plus_days(-7 * weeks);
    // Alarms are about all of London: a borough's chart may stand differently.
    let asked = |flow: Flow| borough.is_none() && open.iter().any(|alarm| alarm.flow == flow.code());
    let charts = view.flows.iter().map(|flow| charts::figure(flow, from, asked(flow.flow)));
    let body = Html::join([
        h1("How work flows"),
        p(
            "A flow that dies down shows on no list: no report is late that never came in. So each flow is compared \
             with what was usual before, and when one falls an alarm is raised that stays until a named person \
             answers it. No child and no colleague is counted by name here.",
        ),
        h2(format!("Alarms not answered: {}", open.len())),
        if open.is_empty() { p("No flow has fallen without an answer.") } else { table(&open, now) },
        filter(weeks, borough, &view.boroughs),
        p(match borough {
            Some(_) => {
                "Decisions about links and wording belong to no borough. Alarms are about all of London."
            }
            None => "Each point is a whole day or week; the one that still goes on is left out.",
        }),
        div("cf-flows", Html::join(charts)),
        h2(format!("Alarms answered: {}", answered.len())),
        if answered.is_empty() { p("No alarm has been answered yet.") } else { table(&answered, now) },
    ]);
    Ok(Shell::new(&web, &who, "/flows", "How work flows").wide().show(body))
}

fn filter(weeks: i64, borough: Option<&str>, boroughs: &[String]) -> Html {
    let items: Vec<SelectItem> =
        BACK.iter().map(|(weeks, words)| SelectItem::new(weeks.to_string(), *words)).collect();
    let period = Select::new("weeks", "Period", items).value(weeks.to_string());
    let mut places = vec![SelectItem::new("", "All of London")];
    let mut named: Vec<(&str, &str)> =
        boroughs.iter().map(|code| (borough_name(code), code.as_str())).collect();
    named.sort_unstable();
    places.extend(named.into_iter().map(|(name, code)| SelectItem::new(code, name)));
    let place = Select::new("borough", "Borough", places).value(borough.unwrap_or_default());
    let fields = Html::join([period.into(), place.into(), Button::submit("Show").secondary().into()]);
    ask("/flows", "cf-filter-row", fields)
}

/// Tenths as a number: `16.4`, `3`.
pub(super) fn tenths(tenths: i64) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        _ => format!("{:.1}", tenths as f64 / 10.0),
    }
}

/// `1 in the week from 9 November 2026, below the lower limit; usual: 16.4`.
pub(super) fn seen(row: &FlowAlarmRow) -> String {
    let on = row.known_on.parse::<CalendarDay>().map_or_else(|_| row.known_on.clone(), CalendarDay::long);
    let when = if row.period == "day" { format!("on {on}") } else { format!("in the week from {on}") };
    let because = Because::from_code(&row.because).map_or("", Because::label);
    format!("{} {when}, {because}; usual: {}", row.counted, tenths(row.usual_tenths))
}

/// Alarms, as this page and the supervisor's queue show them.
pub(crate) fn table<'a>(rows: impl IntoIterator<Item = &'a &'a FlowAlarmRow>, now: Timestamp) -> Html {
    let head = ["Flow", "What was seen", "Raised", "Held by", "Stands"].map(Cell::from);
    let mut table = Table::new("Alarms about flows that fell", head)
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for row in rows {
        let flow = Flow::from_code(&row.flow).map_or("A flow", Flow::label);
        let raised = Timestamp::from_micros(row.raised_at);
        let stands = match (row.due_at, row.finding.as_deref().and_then(Finding::from_code)) {
            (_, Some(finding)) => Tag::coloured(finding.label(), "grey").into(),
            (Some(due), None) => due_html("Answer due", Timestamp::from_micros(due), now),
            (None, None) => Html::default(),
        };
        table = table.row([
            Cell::from(link_about(&format!("/flows/alarms/{}", row.id()), flow, &format!("raised {raised}"))),
            Cell::from(seen(row)),
            Cell::from(raised.to_string()),
            Cell::from(&row.owner_name),
            Cell::from(stands),
        ]);
    }
    table.stacked().into()
}
