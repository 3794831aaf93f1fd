//! Children who go missing together: a list first, then a picture of who is tied to whom, then the table behind it.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use cf_app::Problem;
use cf_app::together::{Common, Shared, Tie, Together};
use cf_components::{Cell, Html, Table};
use cf_store::ChildRow;
use uuid::Uuid;

use super::net::{BOX, Net, WIDTH};
use crate::markup::{h1, h2, link, link_about, list, p, tag};
use crate::pages::problem_page::PageProblem;
use crate::pages::restricted::{Back, restricted_matches};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(text): Path<String>,
    Query(asked): Query<super::Asked>,
) -> Result<Response, PageProblem> {
    let found = match super::id(&text) {
        Ok(id) => web.app.together(&who.caller, id).await,
        Err(problem) => Err::<_, Problem>(problem),
    };
    let view = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let back = format!("/children/{}", view.child.id());
    let shell =
        Shell::new(&web, &who, "/children", "Missing together").wide().back(&back, "The child's record");
    Ok(shell.done(asked.done.as_deref()).show(body(&view)))
}

fn body(view: &Together) -> Html {
    let mut parts = vec![
        tag("span", "govuk-caption-l", name(&view.child)),
        h1("Missing together, or in touch"),
        p(
            "Children missing at overlapping times and found at the same place, or with a suspect, a vehicle, a phone \
             number or an address in common. Worked out from the records just now. It is a question to ask, and proof of nothing.",
        ),
    ];
    if view.others.is_empty() {
        parts.push(p("No other child's record you may open touches this one."));
    }
    for other in &view.others {
        parts.push(one(view, other));
    }
    let words = "The record of a child tied to this one is restricted.";
    parts.push(restricted_matches(&view.hidden, words, Back::Together(view.child.id())));
    if view.more > 0 {
        parts.push(p(format!("{} more, with weaker ties, are not shown.", view.more)));
    }
    if !view.others.is_empty() {
        parts.push(h2("Who is tied to whom"));
        parts.push(picture(view));
        parts.push(table(view));
    }
    Html::join(parts)
}

fn name(row: &ChildRow) -> &str {
    if row.name.is_empty() { "Name not known" } else { row.name.as_str() }
}

fn tie(view: &Together, a: Uuid, b: Uuid) -> Option<&Tie> {
    view.ties.iter().find(|tie| tie.between == [a, b] || tie.between == [b, a])
}

fn one(view: &Together, other: &ChildRow) -> Html {
    let Some(tie) = tie(view, view.child.stream, other.stream) else { return Html::default() };
    let heading = tag("h2", "govuk-heading-m", link(&format!("/children/{}", other.id()), name(other)));
    Html::join([heading, list(tie.shared.iter().map(|shared| evidence(view, shared, other)))])
}

/// What each record says of it: who noted it, when, and their words.
fn notes(view: &Together, common: &Common, other: &ChildRow) -> Html {
    let of = |row: &ChildRow| {
        let said = view.noted.iter().filter(|said| said.child == row.stream && said.common == *common);
        let name = name(row).to_owned();
        said.map(move |said| {
            let note = if said.note.is_empty() { String::new() } else { format!(": {}", said.note) };
            Html::from(format!("{name}, noted {} by {}{note}", said.at.day().long(), said.by))
        })
        .collect::<Vec<_>>()
    };
    let said: Vec<Html> = of(&view.child).into_iter().chain(of(other)).collect();
    if said.is_empty() { Html::default() } else { list(said) }
}

fn evidence(view: &Together, shared: &Shared, other: &ChildRow) -> Html {
    let common = match shared {
        Shared::Found { place, incidents: [first, second], from } => {
            let about = |row: &ChildRow| format!("of {}, from {from}", name(row));
            return Html::join([
                Html::from(format!("Both missing from {from}, both found at {place}: ")),
                link_about(&format!("/incidents/{first}"), "the incident", &about(&view.child)),
                Html::from(" and "),
                link_about(&format!("/incidents/{second}"), "the other", &about(other)),
            ]);
        }
        Shared::AtTheSameTime(1) => return Html::from("Once missing at the same time"),
        Shared::AtTheSameTime(count) => return Html::from(format!("{count} times missing at the same time")),
        Shared::Noted(common) => common,
    };
    let words = match common {
        Common::Suspect(name) => format!("The same suspect or adult of concern: {}", titled(name)),
        Common::Vehicle(plate) => format!("The same vehicle: {}", spaced(plate)),
        Common::Phone(number) => format!("The same phone number: {number}"),
        Common::Address(code) => format!("An address with the same postcode: {}", spaced(code)),
    };
    Html::join([Html::from(words), notes(view, common, other)])
}

/// A name as it is compared has small letters only.
fn titled(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The inward part of a postcode is always three characters, and so is the end of a plate.
fn spaced(code: &str) -> String {
    match code.len().checked_sub(3).filter(|at| *at > 0 && code.is_char_boundary(*at)) {
        Some(at) => format!("{} {}", &code[..at], &code[at..]),
        None => code.to_owned(),
    }
}

fn short(shared: &Shared) -> Option<&'static str> {
    match shared {
        Shared::Found { .. } => Some("found at the same place"),
        Shared::Noted(Common::Suspect(_)) => Some("a suspect or adult of concern"),
        Shared::Noted(Common::Vehicle(_)) => Some("a vehicle"),
        Shared::Noted(Common::Phone(_)) => Some("a phone"),
        Shared::Noted(Common::Address(_)) => Some("an address"),
        Shared::AtTheSameTime(_) => None,
    }
}

/// What ties two children, each kind once.
fn kinds(tie: &Tie) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = tie.shared.iter().filter_map(short).collect();
    kinds.dedup();
    kinds
}

/// Letters that fit a line of a node; a longer name is drawn closer, never cut.
const FITS: usize = 18;

/// Lines are what the table below says; each child is a link that Tab reaches, in the order of the list.
fn picture(view: &Together) -> Html {
    let net = Net::new(view.others.len());
    let mut svg = format!(
        "<svg class=\"cf-net\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"group\" aria-label=\"Children tied to {}, as a picture; the table below says the same\">\n",
        net.height(),
        Html::from(name(&view.child))
    );
    let children: Vec<&ChildRow> = std::iter::once(&view.child).chain(&view.others).collect();
    for tie in &view.ties {
        let place = |id: Uuid| children.iter().position(|row| row.stream == id);
        let [Some(from), Some(to)] = tie.between.map(place) else { continue };
        let class = match tie.shared.first() {
            Some(Shared::Found { .. }) => "found",
            Some(Shared::Noted(Common::Suspect(_))) => "suspect",
            Some(Shared::Noted(Common::Vehicle(_))) => "vehicle",
            Some(Shared::Noted(Common::Phone(_))) => "phone",
            _ => "address",
        };
        let [(x1, y1), (x, y), (x2, y2)] = net.line(from, to);
        let _ = writeln!(
            svg,
            "<path class=\"cf-net__tie cf-net__tie--{class}\" d=\"M{x1:.0} {y1:.0}Q{x:.0} {y:.0} {x2:.0} {y2:.0}\"/>"
        );
    }
    for (place, child) in children.iter().enumerate() {
        let (x, y) = net.middle(place);
        let own = if place == 0 { " cf-net__node--own" } else { "" };
        let _ = writeln!(
            svg,
            "<a href=\"/children/{}\"><rect class=\"cf-net__node{own}\" x=\"{:.0}\" y=\"{:.0}\" width=\"{}\" height=\"{}\" rx=\"4\"/>{}</a>",
            child.id(),
            x - BOX.0 / 2.0,
            y - BOX.1 / 2.0,
            BOX.0,
            BOX.1,
            label(name(child), x, y)
        );
    }
    svg.push_str("</svg>\n");
    let key = tag(
        "p",
        "cf-quiet",
        "A line shows the strongest tie. Thick red: found at the same place while both were missing. Thick black: a suspect. \
         Long dashes, green: a vehicle. Dashed blue: a phone. Dotted grey: an address.",
    );
    Html::join([Html::trusted(svg), key])
}

/// The whole name in one line or two.
fn label(name: &str, x: f64, y: f64) -> String {
    let (first, second) = name.split_once(' ').unwrap_or((name, ""));
    let line = |text: &str, y: f64| {
        let squeeze = if text.chars().count() > FITS {
            format!(" textLength=\"{:.0}\" lengthAdjust=\"spacingAndGlyphs\"", BOX.0 - 14.0)
        } else {
            String::new()
        };
        format!("<tspan x=\"{x}\" y=\"{y}\"{squeeze}>{}</tspan>", Html::from(text))
    };
    if second.is_empty() {
        return format!("<text>{}</text>", line(first, y + 5.0));
    }
    // The space keeps the two words apart for who hears them.
    format!("<text>{} {}</text>", line(first, y - 4.0), line(second, y + 15.0))
}

fn table(view: &Together) -> Html {
    let mut names: BTreeMap<Uuid, &str> = view.others.iter().map(|row| (row.stream, name(row))).collect();
    names.insert(view.child.stream, name(&view.child));
    let mut table =
        Table::new("Every line of the picture", ["Child", "And", "Have in common"].map(Cell::from))
            .caption_classes("govuk-table__caption--m")
            .first_cell_is_header(true);
    for tie in &view.ties {
        let [Some(a), Some(b)] = tie.between.map(|id| names.get(&id).copied()) else { continue };
        table = table.row([Cell::from(a), Cell::from(b), Cell::from(kinds(tie).join(", "))]);
    }
    table.stacked().into()
}

#[cfg(test)]
mod tests {
    use cf_app::together::Noted;

    use super::*;

    fn child(id: u128, name: &str) -> ChildRow {
        ChildRow {
            stream: Uuid::from_u128(id),
            name: name.into(),
            names: String::new(),
            born_on: None,
            sex: String::new(),
            looked_after: None,
            responsible: None,
            borough: None,
            restricted: false,
            trigger_plan: false,
            philomena: false,
            warnings: 0,
            source: None,
        }
    }

    #[test]
    fn the_picture_is_the_same_each_time_escapes_names_and_says_what_the_table_says() {
        let others: Vec<ChildRow> = (2..6).map(|id| child(id, "Ada <b>Example")).collect();
        let tie = |b: u128| Tie {
            between: [Uuid::from_u128(1), Uuid::from_u128(b)],
            shared: vec![
                Shared::Noted(Common::Vehicle("AB12CDE".into())),
                Shared::Noted(Common::Address("E16AN".into())),
            ],
        };
        let noted = Noted {
            child: Uuid::from_u128(3),
            common: Common::Vehicle("AB12CDE".into()),
            at: cf_kernel::Timestamp::from_micros(1_772_614_800_000_000),
            by: "Sam <i>Operator".into(),
            note: "a grey van at the gate".into(),
        };
        let closed = cf_kernel::ChildId::from_uuid(Uuid::from_u128(9));
        let hidden = cf_app::matching::Hidden { records: vec![closed], ..Default::default() };
        let view = Together {
            child: child(1, "Own"),
            ties: (2..6).map(tie).collect(),
            others,
            noted: vec![noted],
            hidden,
            more: 0,
        };
        let html = body(&view).to_string();
        assert_eq!(html, body(&view).to_string());
        assert!(!html.contains("<b>"));
        assert_eq!(html.matches("cf-net__tie--vehicle").count(), 4);
        assert_eq!(html.matches("a vehicle, an address").count(), 4);
        assert!(
            html.contains("The same vehicle: AB12 CDE") && html.contains("same postcode: E1 6AN"),
            "{html}"
        );
        assert_eq!(
            html.matches("noted 4 March 2026 by Sam &lt;i&gt;Operator: a grey van at the gate").count(),
            1
        );
        assert!(html.contains("The record of a child tied to this one is restricted."));
    }
}
