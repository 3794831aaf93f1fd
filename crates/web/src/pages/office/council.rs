//! What councils' returns say, beside police incidents and never merged with them.
use axum::extract::{Path, Query, State};
use axum::response::Response;
use cf_app::Problem;
use cf_components::{Cell, Html, InsetText, SummaryList, SummaryRow, Table};
use serde::Deserialize;

use crate::markup::{h1, h2, link, p};
use crate::pages::problem_page::PageProblem;
use crate::places::{council_name, legal_status, placement, yes_or_no};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

const ON_A_PAGE: i64 = 100;
const NOT_LINKED: &str = "This is what a council's return says, in days. It is the council's fact. Nothing here was \
                          worked out from police incidents.";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    authority: String,
    #[serde(default)]
    page: i64,
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let authority: String = asked.authority.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let page = asked.page.clamp(0, 10_000);
    let chosen = Some(authority.as_str()).filter(|code| !code.is_empty());
    let found = web.app.council_records(&who.caller, chosen, ON_A_PAGE + 1, page * ON_A_PAGE).await;
    let rows = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut table = Table::new(
        "Council records",
        ["Council and its own id", "Born", "Years", "In care", "Missing periods", "Away periods"]
            .map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for row in rows.iter().take(ON_A_PAGE as usize) {
        let name = format!("{}, {}", council_name(&row.authority), row.local_id);
        table = table.row([
            Cell::from(link(&format!("/council/{}", row.id()), name)),
            Cell::from(row.born_on.as_deref().unwrap_or("not known")),
            Cell::from(format!("{} to {}", row.first_year, row.last_year)),
            Cell::from(yes_or_no(row.in_care)),
            Cell::number(row.missing_periods),
            Cell::number(row.away_periods),
        ]);
    }
    let empty = rows.is_empty();
    let turn = |to: i64, words: &str| p(link(&format!("/council?authority={authority}&page={to}"), words));
    let mut parts = vec![
        h1("Council records"),
        p(link("/partners", "Referrals, services and concerns of partner agencies")),
        InsetText::from(NOT_LINKED).into(),
    ];
    parts.push(if empty {
        p("No record here. Records appear when a council's return is imported.")
    } else {
        table.stacked().into()
    });
    if page > 0 {
        parts.push(turn(page - 1, "Earlier on the list"));
    }
    if rows.len() as i64 > ON_A_PAGE {
        parts.push(turn(page + 1, "Later on the list"));
    }
    Ok(Shell::new(&web, &who, "/council", "Council records").wide().show(Html::join(parts)))
}

pub(super) async fn one(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageProblem> {
    let found = match id.parse() {
        Ok(id) => web.app.council_record(&who.caller, id).await,
        Err(_) => Err(Problem::NotFound),
    };
    let (state, absences) = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut parts = vec![h1("Council record"), InsetText::from(NOT_LINKED).into()];
    if let Some(latest) = state.latest() {
        let header = latest.header.get();
        let born = header.and_then(|header| header.born_on).map(|day| day.long());
        parts.push(
            SummaryList::new(vec![
                SummaryRow::new(
                    "Council",
                    format!("{} ({})", council_name(&latest.authority), latest.authority).as_str(),
                ),
                SummaryRow::new("The council's own id", latest.local_id.or_gone()),
                SummaryRow::new("Born", born.as_deref().unwrap_or("not known")),
            ])
            .into(),
        );
    }
    let open = |day: Option<&str>| day.unwrap_or("not ended").to_owned();
    let mut table =
        Table::new("Missing and away periods", ["From", "To", "What", "Return for"].map(Cell::from));
    for absence in &absences {
        let what =
            if absence.kind == "M" { "Missing: whereabouts unknown" } else { "Away: whereabouts known" };
        table = table.row([
            Cell::from(absence.from_day.as_str()),
            Cell::from(open(absence.to_day.as_deref())),
            Cell::from(what),
            Cell::number(absence.absence_year),
        ]);
    }
    parts.push(if absences.is_empty() {
        p("The returns name no missing or away period.")
    } else {
        table.stacked().into()
    });
    for (year, (record, source, at)) in state.years.iter().rev() {
        parts.push(h2(format!("Return for {year}")));
        let mut table =
            Table::new("Care episodes", ["From", "To", "Legal status", "Placement"].map(Cell::from));
        for episode in &record.episodes {
            let to = episode.to.map(|day| day.to_string());
            table = table.row([
                Cell::from(episode.from.to_string()),
                Cell::from(open(to.as_deref())),
                Cell::from(legal_status(&episode.legal_status)),
                Cell::from(placement(&episode.placement)),
            ]);
        }
        parts.push(if record.episodes.is_empty() {
            p("The return names no care episode.")
        } else {
            table.stacked().into()
        });
        let lines: Vec<String> = source.lines.iter().map(u64::to_string).collect();
        parts.push(p(format!("Imported {at} from lines {} of file {}.", lines.join(", "), source.file)));
    }
    let shell = Shell::new(&web, &who, "/council", "Council record").back("/council", "Council records");
    Ok(shell.wide().show(Html::join(parts)))
}
