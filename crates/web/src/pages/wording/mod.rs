//! Wording: checked as it is typed, kept findings and challenges, their place in the queue and on a record's page.
mod audit;
pub(crate) mod challenge;
mod challenged;
pub(crate) mod check;
mod false_alarms;
mod learn;
pub(crate) mod matter;

use cf_access::Action;
use cf_casework::wording::{Basis, LookDecision, Outcome, RecordKind};
use cf_components::{Cell, Html, Table, Tag};
use cf_kernel::{Role, Timestamp};
use cf_store::WordingRow;
use cf_wording::Category;

pub(crate) use challenged::beside;

use super::board::due_html;
use crate::markup::{h2, link, list, p, tag};
use crate::routes::{May, Routes};
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    // Whoever may open the record may read words of it; the writer answers, a supervisor looks.
    const READ: May = May::Either([Action::ViewIncident, Action::ViewChild]);
    const SETTLE: May = May::Either([Action::AnswerWording, Action::LookAtWording]);
    Routes::new()
        .post("/wording/check", Action::CheckWording, check::check)
        .get("/wording/audit", Action::ViewWordingAudit, audit::page)
        .get("/wording/audit/texts", Action::ReadAuditedTexts, audit::texts)
        .get("/wording/audit/false-alarms", Action::ReadAuditedTexts, false_alarms::page)
        .post("/wording/audit/false-alarms", Action::ReadAuditedTexts, false_alarms::send)
        .get("/wording/learn", Action::CheckWording, learn::page)
        .post("/wording/learn", Action::CheckWording, learn::send)
        .get("/wording/guide/{category}", Action::CheckWording, learn::guide)
        .get("/wording/matters/{id}", READ, matter::page)
        .post("/wording/matters/{id}", SETTLE, matter::send)
        .get("/wording/challenge/{place}/{id}", Action::ChallengeWording, challenge::page)
        .post("/wording/challenge/{place}/{id}", Action::ChallengeWording, challenge::send)
}

/// Words in imported texts, each with its field, that may put blame on the child: shown, because nobody could be asked
/// when they came. Nothing where there are none.
pub(crate) fn in_imported<'a>(web: &Web, texts: impl Iterator<Item = (&'a str, &'a str)>) -> Html {
    let found = texts.flat_map(|(field, text)| web.app.find_wording(field, text));
    let items: Vec<Html> = found
        .filter(|found| found.blaming)
        .map(|found| {
            let guide = format!("/wording/guide/{}", found.category.name());
            Html::join([
                Html::from(format!("“{}”. {} ", found.words, found.why)),
                link(&guide, category_words(found.category)),
            ])
        })
        .collect();
    if items.is_empty() {
        return Html::default();
    }
    Html::join([h2("Words in the imported text that may put blame on the child"), list(items)])
}

/// A category's name for people.
pub(crate) const fn category_words(category: Category) -> &'static str {
    match category {
        Category::Sexualisation => "Sexual character put on a child",
        Category::Adultification => "A child shown as older or tougher",
        Category::ChoiceAgency => "Choice or consent put on a child",
        Category::RiskTaking => "A child named as the source of danger",
        Category::RelationshipMinimising => "Abuse told as romance or company",
        Category::AbscondingCriminal => "Offender words for a child",
        Category::EngagementBlame => "A child blamed for not engaging",
        Category::Credibility => "Disbelief or bad motive",
        Category::AbuseMinimising => "An offence made small or mutual",
        Category::CareLanguage => "Stigmatising words of care",
        Category::FamilyBlame => "Family blamed for what others did",
        Category::MissingMinimising => "Missing treated as routine",
    }
}

/// What a row is about, in a few words.
fn about(row: &WordingRow) -> String {
    let category = row.category.as_deref().and_then(Category::from_name);
    let what = category.map_or("Words challenged", category_words);
    let record = RecordKind::from_code(&row.record_kind).map_or("record", RecordKind::label).to_lowercase();
    format!(
        "{what}, in {}",
        if record == "incident" { "an incident".to_owned() } else { format!("a {record}") }
    )
}

fn why(row: &WordingRow) -> &'static str {
    match row.basis.as_deref().and_then(Basis::from_code) {
        Some(basis) => basis.label(),
        None => "Challenged",
    }
}

fn stands(row: &WordingRow) -> Html {
    let (words, colour) = match (row.phase.as_str(), row.outcome.as_deref().and_then(Outcome::from_code)) {
        ("look", _) => ("Waits for a look", "yellow"),
        ("answer", _) => ("Waits for the writer", "yellow"),
        ("outcome", _) => ("Waits for an outcome", "yellow"),
        (_, Some(outcome)) => (outcome.label(), "grey"),
        (_, None) => {
            let decision = row.decision.as_deref().and_then(LookDecision::from_code);
            (decision.map_or("Settled", LookDecision::label), "grey")
        }
    };
    Tag::coloured(words, colour).into()
}

/// Who wrote the words, with their role: words of any rank wait in the same list.
fn writer(row: &WordingRow) -> String {
    match (&row.writer_name, row.writer_role.as_deref().and_then(Role::from_code)) {
        (Some(name), Some(role)) => format!("{name}, {}", role.label().to_lowercase()),
        _ => "Imported".to_owned(),
    }
}

/// Kept findings and challenges that wait, as the queue shows them.
pub(crate) fn matters_table(rows: &[WordingRow], now: Timestamp) -> Html {
    let head = ["Child", "What", "Why it waits", "Written by", "Stands", "Held by", "Due"];
    let mut table = Table::new("Wording kept or challenged", head.map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for row in rows {
        let since = Timestamp::from_micros(row.begun_at);
        let child = if row.child_name.is_empty() { "Name not known" } else { row.child_name.as_str() };
        let child = crate::markup::link_about(
            &format!("/wording/matters/{}", row.id()),
            child,
            &format!("{}, written by {}, {since}", about(row), writer(row)),
        );
        let due = row.due_at.map_or_else(Html::default, |at| due_html("", Timestamp::from_micros(at), now));
        table = table.row([
            Cell::from(child),
            Cell::from(about(row)),
            Cell::from(why(row)),
            Cell::from(writer(row)),
            Cell::from(stands(row)),
            Cell::from(&row.owner_name),
            Cell::from(due),
        ]);
    }
    table.stacked().into()
}

/// Kept findings and challenges on the page of the record they are about.
pub(crate) fn about_record(rows: &[WordingRow], now: Timestamp) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    Html::join([h2("Wording kept or challenged"), matters_table(rows, now)])
}

/// Quoted words, apart from the page's own.
fn quoted(words: &str) -> Html {
    tag("blockquote", "cf-quoted", p(words))
}

/// Where the words stand.
fn place_link(about: &cf_casework::wording::About) -> Html {
    let (place, id) = cf_app::App::wording_place(about);
    let words = match about.kind {
        RecordKind::Incident => "Open the incident",
        RecordKind::Child => "Open the child’s record",
    };
    p(link(&format!("/{place}/{id}"), words))
}
