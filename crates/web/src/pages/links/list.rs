//! The pairs that wait, likeliest first.
use axum::extract::{Query, State};
use axum::response::Response;
use cf_app::matching::{LinkCard, LinksView};
use cf_components::{Button, Cell, Html, Table, Tag};
use cf_kernel::Timestamp;
use serde::Deserialize;

use super::chance;
use crate::markup::{h1, link_about, p, tag};
use crate::pages::board::elapsed;
use crate::pages::problem_page::PageProblem;
use crate::pages::restricted::{Back, restricted_matches};
use crate::places::{agency_name, council_name};
use crate::session::SignedIn;
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
    let found = web.app.links_waiting(&who.caller).await;
    let view = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let body = body(&view, web.app.now());
    Ok(Shell::new(&web, &who, "/links", "Records to link").wide().done(asked.done.as_deref()).show(body))
}

fn body(view: &LinksView, now: Timestamp) -> Html {
    let mut parts = vec![
        h1("Records that may be one child"),
        p(
            "Police, councils and partner agencies each keep their own record. Here the service asks whether two records are of one child. \
             Nothing is linked without you, and a link can be undone.",
        ),
    ];
    if !view.indexed {
        parts.push(p(
            "The index is being loaded. Pairs found before are shown; new ones appear when it is ready.",
        ));
    }
    if let Some(first) = view.waiting.first() {
        let start = Button::new("Start with the likeliest").href(format!("/links/{}", first.link.id()));
        parts.push(start.into());
        parts.push(table(view, now));
    } else {
        parts.push(p("No pair waits for you."));
    }
    if view.hidden > 0 {
        parts.push(p(match view.hidden {
            1 => "One more pair is of a record you may not open. It waits for somebody who may.".to_owned(),
            more => {
                format!("{more} more pairs are of records you may not open. They wait for somebody who may.")
            }
        }));
    }
    let words = "A pair that waits is of a restricted record.";
    parts.push(restricted_matches(&view.closed, words, Back::Links));
    let shown = (view.waiting.len() + view.hidden) as i64;
    if view.count > shown {
        parts.push(p(format!("{} more wait below these.", view.count - shown)));
    }
    if !view.decided.is_empty() {
        parts.push(decided(view));
    }
    parts.push(tag(
        "p",
        "cf-quiet",
        format!(
            "Asked about from {} on; called strong from {} on. Both are settings of the force.",
            chance(view.thresholds.propose),
            chance(view.thresholds.strong)
        ),
    ));
    Html::join(parts)
}

fn table(view: &LinksView, now: Timestamp) -> Html {
    let title = format!("{} wait for a decision, likeliest first", view.waiting.len());
    let mut table = Table::new(
        title.as_str(),
        ["Child known to police", "Other record", "Likelihood", "Waiting for", "Looked at", "Do"]
            .map(Cell::from),
    )
    .caption_classes("govuk-table__caption--m")
    .first_cell_is_header(true);
    for card in &view.waiting {
        let name = name(card);
        let waits = elapsed(now.seconds_since(Timestamp::from_micros(card.link.asked_at)));
        let mut likely = vec![Html::from(chance(card.probability))];
        if card.probability >= view.thresholds.strong {
            likely.push(Html::from(" "));
            likely.push(Tag::coloured("Strong", "green").into());
        }
        let looks = match (card.link.looks, &card.link.decided_by) {
            (0, _) | (_, None) => "not yet".to_owned(),
            (_, Some(by)) => format!("{by} was unsure"),
        };
        table = table.row([
            Cell::from(name.as_str()),
            Cell::from(other(card)),
            Cell::from(Html::join(likely)),
            Cell::from(waits),
            Cell::from(looks),
            Cell::from(link_about(&format!("/links/{}", card.link.id()), "Decide", &format!("about {name}"))),
        ]);
    }
    table.stacked().into()
}

/// What was decided lately, each with the way back to it.
fn decided(view: &LinksView) -> Html {
    let mut table = Table::new(
        "Decided lately",
        ["Child known to police", "Other record", "Decision", "By", "Do"].map(Cell::from),
    )
    .caption_classes("govuk-table__caption--m")
    .first_cell_is_header(true);
    for card in &view.decided {
        let name = name(card);
        let (words, colour) = match card.link.standing.as_str() {
            "linked" => ("One child", "green"),
            "different" => ("Two children", "grey"),
            _ => ("Link undone", "orange"),
        };
        let at = card.link.decided_at.map(|at| Timestamp::from_micros(at).day().long()).unwrap_or_default();
        let by = format!("{}, {at}", card.link.decided_by.as_deref().unwrap_or("not known"));
        let look = link_about(&format!("/links/{}", card.link.id()), "Look again", &format!("at {name}"));
        table = table.row([
            Cell::from(name.as_str()),
            Cell::from(other(card)),
            Cell::from(Html::from(Tag::coloured(words, colour))),
            Cell::from(by),
            Cell::from(look),
        ]);
    }
    table.stacked().into()
}

fn name(card: &LinkCard) -> String {
    match &card.child.born_on {
        Some(_) => format!("{}, born {}", card.child.name, born(card.child.born_on.as_deref())),
        None => card.child.name.clone(),
    }
}

fn born(day: Option<&str>) -> String {
    let day = day.and_then(|day| day.parse::<cf_kernel::CalendarDay>().ok());
    day.map_or_else(|| "not known".to_owned(), cf_kernel::CalendarDay::long)
}

fn other(card: &LinkCard) -> String {
    if let Some(second) = &card.second {
        let born = born(second.born_on.as_deref());
        return format!("Police: {}, born {born}", second.name);
    }
    if let Some(partner) = &card.partner {
        let born = born(partner.born_on.as_deref());
        let agency = agency_name(&partner.agency_kind, &partner.agency, &partner.agency_name);
        return format!("{agency}: {}, born {born}", partner.name());
    }
    let Some(council) = &card.council else { return String::new() };
    let born = born(council.born_on.as_deref());
    format!("{}: its id {}, born {born}", council_name(&council.authority), council.local_id)
}
