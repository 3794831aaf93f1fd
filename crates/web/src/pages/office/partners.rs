//! What partner agencies hold of children: referrals, services, concerns. Beside police records and never merged with
//! them.
use axum::extract::{Path, Query, State};
use axum::response::Response;
use cf_app::Problem;
use cf_app::partners::PartnerAgency;
use cf_casework::partner::{EntryKind, Record, Stated, Told};
use cf_components::{Cell, Html, InsetText, SummaryList, SummaryRow, Table};
use serde::Deserialize;

use crate::markup::{h1, h2, link, list, p};
use crate::pages::problem_page::PageProblem;
use crate::places::{agency_name, born_with_age};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

const ON_A_PAGE: i64 = 100;
const THEIRS: &str = "This is what another agency holds and handed over. It is that agency's fact, and was not made from police records.";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    agency: String,
    #[serde(default)]
    page: i64,
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let page = asked.page.clamp(0, 10_000);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let agency: String = asked.agency.chars().filter(plain).take(32).collect();
    let chosen = Some(agency.as_str()).filter(|code| !code.is_empty());
    let found = web.app.partner_records(&who.caller, chosen, ON_A_PAGE + 1, page * ON_A_PAGE).await;
    let rows = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let agencies = web.app.partner_agencies(&who.caller).await;
    let agencies = agencies.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut table = Table::new(
        "Partner records",
        ["Child, as the agency has it", "Agency", "Its own id", "Born", "Entries", "Latest"].map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for row in rows.iter().take(ON_A_PAGE as usize) {
        let name = row.name();
        let name = if name.is_empty() { "Name not told".to_owned() } else { name };
        table = table.row([
            Cell::from(link(&format!("/partners/{}", row.id()), name)),
            Cell::from(agency_name(&row.agency_kind, &row.agency, &row.agency_name)),
            Cell::from(row.reference.as_str()),
            Cell::from(row.born_on.as_deref().map_or_else(|| "not known".to_owned(), day)),
            Cell::number(row.entries),
            Cell::from(row.last_day.as_deref().map(day).unwrap_or_default()),
        ]);
    }
    let turn = |to: i64, words: &str| p(link(&format!("/partners?agency={agency}&page={to}"), words));
    let mut parts = vec![
        h1("Records of partner agencies"),
        p(link("/council", "Councils' returns on looked-after children")),
        InsetText::from(THEIRS).into(),
    ];
    if agencies.len() > 1 {
        parts.push(choose(&agencies, &agency));
    }
    parts.push(if rows.is_empty() {
        p("No record here. Records appear when an extract of a council, health service, school or support service is imported: see “Imports”.")
    } else {
        table.stacked().into()
    });
    if page > 0 {
        parts.push(turn(page - 1, "Earlier on the list"));
    }
    if rows.len() as i64 > ON_A_PAGE {
        parts.push(turn(page + 1, "Later on the list"));
    }
    Ok(Shell::new(&web, &who, "/council", "Partner records").wide().show(Html::join(parts)))
}

/// Which agency's records are shown, as links: one press, and the address can be kept.
fn choose(agencies: &[PartnerAgency], chosen: &str) -> Html {
    let all = agencies.iter().map(|agency| agency.records).sum::<i64>();
    let every = (String::new(), format!("Every agency ({all})"));
    let each = agencies.iter().map(|agency| {
        let name = agency_name(&agency.kind, &agency.code, &agency.name);
        (agency.code.clone(), format!("{name} ({})", agency.records))
    });
    list(std::iter::once(every).chain(each).map(|(code, words)| {
        if code == chosen { Html::from(words) } else { link(&format!("/partners?agency={code}"), words) }
    }))
}

fn day(text: &str) -> String {
    text.parse::<cf_kernel::CalendarDay>().map_or_else(|_| text.to_owned(), cf_kernel::CalendarDay::long)
}

pub(super) async fn one(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageProblem> {
    let found = match id.parse() {
        Ok(id) => web.app.partner_record(&who.caller, id).await,
        Err(_) => Err(Problem::NotFound),
    };
    let record = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let shell = Shell::new(&web, &who, "/council", "Partner record").back("/partners", "Partner records");
    Ok(shell.wide().show(Html::join([
        h1("Partner record"),
        InsetText::from(THEIRS).into(),
        particulars(&record, web.app.now().day()),
        entries(&record),
        wording(&web, &record),
        sources(&record),
    ])))
}

fn particulars(record: &Record, today: cf_kernel::CalendarDay) -> Html {
    let person = record.person.get().cloned().unwrap_or_default();
    let told = |text: &str| if text.trim().is_empty() { "not told".to_owned() } else { text.to_owned() };
    let born = person.born_on.map(|born| born_with_age(born, today));
    let agency = &record.agency;
    let row = |what: &str, text: String| SummaryRow::new(what, text.as_str());
    SummaryList::new(vec![
        row("Agency", agency_name(agency.kind.code(), &agency.code, &agency.name)),
        row("The agency's own id", record.reference.or_gone().to_owned()),
        row("Name", told(&person.name())),
        row("Also known as", told(&person.also_known_as.join("; "))),
        row("Born", told(&born.unwrap_or_default())),
        row("Sex", told(&person.sex)),
        row("Home", told(format!("{} {}", person.address, person.postcode).trim())),
        row("Phones", told(&person.phones.join("; "))),
    ])
    .into()
}

/// From when to when, as a person would say it.
pub(crate) fn period(
    kind: EntryKind,
    from: cf_kernel::CalendarDay,
    to: Option<cf_kernel::CalendarDay>,
) -> String {
    match (kind, to) {
        (_, Some(to)) => format!("{} to {}", from.long(), to.long()),
        (EntryKind::Service, None) => format!("since {}", from.long()),
        (_, None) => from.long(),
    }
}

/// A column of what was told: its header, and which part of it.
type Column = (&'static str, fn(&Told) -> &String);

const COLUMNS: [Column; 4] = [
    ("From whom", |told| &told.source),
    ("Need or reason", |told| &told.reason),
    ("What came of it", |told| &told.outcome),
    ("In its words", |told| &told.words),
];

fn entries(record: &Record) -> Html {
    if record.entries.is_empty() {
        return p("The agency told no referral, service, concern or contact.");
    }
    // A column nothing was told for is left out.
    let told = |of: fn(&Told) -> &String| {
        let mut all = record.entries.iter().filter_map(|stated| stated.entry.told.get());
        all.any(|told| !of(told).trim().is_empty())
    };
    let columns: Vec<Column> = COLUMNS.into_iter().filter(|(_, of)| told(*of)).collect();
    let headers = ["When", "What"].into_iter().chain(columns.iter().map(|(header, _)| *header));
    let mut table =
        Table::new("What the agency told, newest first", headers.map(Cell::from).collect::<Vec<_>>())
            .caption_classes("govuk-table__caption--m")
            .first_cell_is_header(true);
    for Stated { entry, .. } in &record.entries {
        let told = entry.told.get().cloned().unwrap_or_default();
        let mut cells =
            vec![Cell::from(period(entry.kind, entry.from, entry.to)), Cell::from(entry.kind.label())];
        cells.extend(columns.iter().map(|(_, of)| Cell::from(of(&told).as_str())));
        table = table.row(cells);
    }
    table.stacked().into()
}

fn wording(web: &Web, record: &Record) -> Html {
    let told = record.entries.iter().filter_map(|stated| stated.entry.told.get());
    crate::pages::wording::in_imported(web, told.map(|told| ("words", told.words.as_str())))
}

fn sources(record: &Record) -> Html {
    let mut seen = std::collections::BTreeMap::new();
    for Stated { source, at, .. } in &record.entries {
        seen.entry((*at, source.file.as_str())).or_insert(source);
    }
    let one = |((at, file), source): ((cf_kernel::Timestamp, &str), &cf_casework::partner::Source)| {
        let lines: Vec<String> = source.lines.iter().map(u64::to_string).collect();
        Html::from(format!(
            "Imported {at} by mapping {} from lines {} of file {file}.",
            source.mapping,
            lines.join(", ")
        ))
    };
    if seen.is_empty() {
        return Html::default();
    }
    Html::join([h2("Where it comes from"), list(seen.into_iter().rev().map(one))])
}
