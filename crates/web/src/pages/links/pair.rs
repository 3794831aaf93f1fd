//! Two records side by side, why they may be one child, and what a person says of it.
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cf_app::FieldProblem;
use cf_app::matching::{LinkView, SideView, Weighed, WeighedLine};
use cf_casework::link::{Decided, Evidence, Standing};
use cf_casework::partner::Record;
use cf_components::{Cell, Html, InsetText, Table, Textarea};
use cf_kernel::{CommandId, PartnerRecordId, Timestamp};
use serde::Deserialize;

use super::waterfall::waterfall;
use super::{chance, id};
use crate::acts::Answers;
use crate::markup::{div, form, h1, h2, hidden, link, list, p, tag};
use crate::pages::problem_page::PageProblem;
use crate::places::{agency_name, born_with_age, council_name};
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
    Path(text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    show(&web, &who, &text, asked.done.as_deref(), &Answers::default(), StatusCode::OK, &[]).await
}

/// The pair, with what was typed and what is wrong with it.
pub(super) async fn show(
    web: &Web,
    who: &SignedIn,
    text: &str,
    done: Option<&str>,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let found = match id(text) {
        Ok(id) => web.app.link(&who.caller, id).await,
        Err(problem) => Err(problem),
    };
    let view = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let resource = cf_access::Resource::child(false);
    let may = web.app.may(&who.caller, cf_access::Action::DecideLink, &resource);
    let body = body(&view, answers, problems, may, web.app.now());
    let shell =
        Shell::new(web, who, "/links", "Are these one child?").wide().back("/links", "Records to link");
    Ok(shell.done(done).problems(status, problems).show(body))
}

fn body(view: &LinkView, answers: &Answers, problems: &[FieldProblem], may: bool, now: Timestamp) -> Html {
    let [left, right] = view.sides.each_ref().map(title);
    let mut parts = vec![h1("Are these one child?")];
    parts.push(standing(view));
    if may {
        parts.push(decision(view, answers, problems));
    }
    parts.push(sides(view, now));
    match (&view.weighed, &view.link.evidence) {
        (Some(weighed), _) => {
            parts.push(strength(view, weighed.probability));
            parts.push(waterfall(weighed, &left, &right));
        }
        (None, Some(evidence)) => {
            let kept = kept(evidence);
            parts.push(p("The two cannot be weighed as they stand now. This is what was seen when they were weighed last."));
            parts.push(waterfall(&kept, &left, &right));
        }
        (None, None) => parts.push(p("The engine has nothing to say about this pair: a person spoke of it.")),
    }
    parts.push(history(&view.link.decisions));
    Html::join(parts)
}

/// Levels and weights as recorded, without the values they were about.
fn kept(evidence: &Evidence) -> Weighed {
    let line = |line: &cf_casework::link::EvidenceLine| WeighedLine {
        field: line.field.clone(),
        level: line.level.clone(),
        a: String::new(),
        b: String::new(),
        weight: line.weight,
    };
    Weighed {
        model: evidence.model.clone(),
        lines: evidence.lines.iter().map(line).collect(),
        score: evidence.score,
        probability: cf_app::matching::probability(evidence.score),
    }
}

fn title(side: &SideView) -> String {
    match side {
        SideView::Child(..) => "Police".to_owned(),
        SideView::Council(state, _) => {
            state.latest().map_or_else(|| "Council".to_owned(), |latest| council_name(&latest.authority))
        }
        SideView::Partner(record, _) => {
            agency_name(record.agency.kind.code(), &record.agency.code, &record.agency.name)
        }
    }
}

fn standing(view: &LinkView) -> Html {
    let words = match view.link.standing {
        Standing::Proposed => return Html::default(),
        Standing::Linked => "These records are linked as one child.",
        Standing::Different => "These records are of two children, as a person decided.",
        Standing::Unlinked => "These records were linked, and the link was undone.",
    };
    InsetText::from(words).into()
}

fn strength(view: &LinkView, probability: f64) -> Html {
    let words = if probability >= view.thresholds.strong {
        "a strong likeness"
    } else if probability >= view.thresholds.propose {
        "likelier than not, but look closely"
    } else {
        "unlikely, as the records stand now"
    };
    p(format!("Likelihood {}: {words}. A person decides.", chance(probability)))
}

/// The two records' particulars, row by row.
fn sides(view: &LinkView, now: Timestamp) -> Html {
    let [left, right] = view.sides.each_ref().map(|side| facts(side, now));
    let [left_title, right_title] = view.sides.each_ref().map(title);
    let mut table = Table::new(
        "The two records side by side",
        [Cell::from("Particular"), Cell::from(left_title), Cell::from(right_title)],
    )
    .caption_classes("govuk-table__caption--m")
    .first_cell_is_header(true);
    for ((what, left), (_, right)) in left.into_iter().zip(right) {
        table = table.row([Cell::from(what), Cell::from(left), Cell::from(right)]);
    }
    table.classes("cf-sides").stacked().into()
}

/// A list is long enough to compare days by, and no longer.
const DAYS: usize = 6;

fn reports(episodes: &[cf_store::IncidentRow]) -> Html {
    if episodes.is_empty() {
        return Html::from("never reported missing");
    }
    let one = |row: &cf_store::IncidentRow| {
        let from = Timestamp::from_micros(row.last_seen_at.unwrap_or(row.reported_at)).day();
        let to = row.returned_at.map(|at| Timestamp::from_micros(at).day().long());
        Html::from(format!("reported missing, {} to {}", from.long(), to.unwrap_or_else(|| "now".to_owned())))
    };
    list(episodes.iter().take(DAYS).map(one))
}

/// The same rows for either kind of record, in the same order.
fn facts(side: &SideView, now: Timestamp) -> Vec<(&'static str, Html)> {
    let not_held = || Html::from("not held by a return");
    let text = |text: &str| Html::from(if text.trim().is_empty() { "not known" } else { text });
    match side {
        SideView::Child(child, row, episodes) => {
            let identity = child.identity.get().cloned().unwrap_or_default();
            let born = identity.born_on.map(|born| born_with_age(born, now.day()));
            let council = child.care.responsible_authority.as_deref();
            let care = match (child.care.looked_after, council) {
                (Some(true), Some(code)) => format!("looked after, {}", council_name(code)),
                (Some(true), None) => "looked after".to_owned(),
                (Some(false), _) => "not looked after".to_owned(),
                (None, _) => "not known".to_owned(),
            };
            vec![
                ("Record", link(&format!("/children/{}", row.id()), "Open the child's record")),
                ("Name", text(&identity.name())),
                ("Also known as", text(&identity.also_known_as.join("; "))),
                ("Born", text(&born.unwrap_or_default())),
                ("Sex", text(&identity.sex)),
                ("Home", text(format!("{} {}", identity.address, identity.postcode).trim())),
                ("Phones", text(&identity.phones.join("; "))),
                ("Care", Html::from(care)),
                ("Missing or away", reports(episodes)),
                ("Referrals and services", Html::from("see the child's record")),
            ]
        }
        SideView::Partner(record, id) => partner_facts(record, *id, now),
        SideView::Council(state, record) => {
            let latest = state.latest();
            let header = latest.and_then(|latest| latest.header.get());
            let born = header.and_then(|header| header.born_on).map(|born| born_with_age(born, now.day()));
            let sex = match header.map(|header| header.sex.as_str()) {
                Some("M" | "1") => "male",
                Some("F" | "2") => "female",
                _ => "",
            };
            let absences: Vec<_> = state.years.values().flat_map(|(record, ..)| &record.absences).collect();
            let recent = absences.iter().rev().take(DAYS).map(|absence| {
                let kind = match absence.kind {
                    cf_casework::council::AbsenceKind::Missing => "missing",
                    cf_casework::council::AbsenceKind::Away => "away, whereabouts known",
                };
                let to = absence.to.map_or_else(|| "not ended".to_owned(), |to| to.long());
                Html::from(format!("{kind}, {} to {to}", absence.from.long()))
            });
            let absent = if absences.is_empty() { Html::from("none in its returns") } else { list(recent) };
            let care = latest.map(|latest| format!("looked after, {}", council_name(&latest.authority)));
            let own = latest.map_or("", |latest| latest.local_id.or_gone());
            vec![
                ("Record", link(&format!("/council/{record}"), format!("Open the council record {own}"))),
                ("Name", not_held()),
                ("Also known as", not_held()),
                ("Born", text(&born.unwrap_or_default())),
                ("Sex", text(sex)),
                ("Home", not_held()),
                ("Phones", not_held()),
                ("Care", text(&care.unwrap_or_default())),
                ("Missing or away", absent),
                ("Referrals and services", not_held()),
            ]
        }
    }
}

/// The same rows for a partner's record.
fn partner_facts(record: &Record, id: PartnerRecordId, now: Timestamp) -> Vec<(&'static str, Html)> {
    let text = |text: &str| Html::from(if text.trim().is_empty() { "not told" } else { text });
    let person = record.person.get().cloned().unwrap_or_default();
    let born = person.born_on.map(|born| born_with_age(born, now.day()));
    let entries = record.entries.iter().take(DAYS).map(|stated| {
        let entry = &stated.entry;
        let when = crate::pages::office::partners::period(entry.kind, entry.from, entry.to);
        Html::from(format!("{}, {when}", entry.kind.label().to_lowercase()))
    });
    let entries = if record.entries.is_empty() { Html::from("none told") } else { list(entries) };
    let own = record.reference.or_gone();
    vec![
        ("Record", link(&format!("/partners/{id}"), format!("Open the agency's record {own}"))),
        ("Name", text(&person.name())),
        ("Also known as", text(&person.also_known_as.join("; "))),
        ("Born", text(&born.unwrap_or_default())),
        ("Sex", text(&person.sex)),
        ("Home", text(format!("{} {}", person.address, person.postcode).trim())),
        ("Phones", text(&person.phones.join("; "))),
        ("Care", Html::from("not told")),
        ("Missing or away", Html::from("not told")),
        ("Referrals and services", entries),
    ]
}

/// The buttons, each with its key. Without script they are the form they look like.
fn decision(view: &LinkView, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let command = match answers.get("command") {
        "" => CommandId::new().to_string(),
        command => command.to_owned(),
    };
    let key = |key: &str| format!(" <kbd class=\"cf-key\" aria-hidden=\"true\">{key}</kbd>");
    let button = |value: &str, words: &str, letter: &str, class: &str| {
        Html::trusted(format!(
            "<button type=\"submit\" name=\"decision\" value=\"{value}\" data-key=\"{letter}\" aria-keyshortcuts=\"{letter}\" class=\"govuk-button {class}\">{words}{}</button>\n",
            key(letter)
        ))
    };
    let mut buttons = Vec::new();
    match view.link.standing {
        Standing::Proposed => {
            buttons.push(button("same", "Same child", "S", ""));
            buttons.push(button("different", "Not the same child", "N", "govuk-button--secondary"));
            buttons.push(button("unsure", "Unsure", "U", "govuk-button--secondary"));
        }
        Standing::Linked => buttons.push(button("undo", "Undo this link", "Z", "govuk-button--warning")),
        Standing::Different | Standing::Unlinked => {
            buttons.push(button("same", "Same child after all", "S", "govuk-button--secondary"));
        }
    }
    if let Some(next) = view.next {
        buttons.push(Html::trusted(format!(
            "<a class=\"govuk-link\" href=\"/links/{next}\" data-key=\"X\" aria-keyshortcuts=\"X\">Next pair{}</a>\n",
            key("X")
        )));
    }
    let wrong = problems.iter().find(|problem| problem.field == "note");
    let note = Textarea::new("note", "Why, or what would settle it")
        .hint("Needed for every answer but “same child”. What you saw is recorded with it.")
        .rows(2)
        .value(answers.get("note"))
        .error_message(wrong.map(|problem| problem.message.as_str()));
    let inside = Html::join([
        hidden("command", &command),
        hidden("version", &view.version.to_string()),
        Html::from(note),
        div("govuk-button-group", Html::join(buttons)),
        tag(
            "p",
            "cf-quiet cf-keys",
            "The letters work while this part of the page is in use and you are not typing: press Tab until it is outlined, or Escape to leave the words you type.",
        ),
    ]);
    Html::trusted(format!(
        "<section class=\"cf-decide\" data-keys tabindex=\"-1\" aria-label=\"Your decision\">\n{}</section>\n",
        form(&format!("/links/{}", view.id), inside)
    ))
}

fn history(decisions: &[Decided]) -> Html {
    if decisions.is_empty() {
        return Html::default();
    }
    let one = |decided: &Decided| {
        let what = match decided.standing {
            Standing::Proposed => "was unsure",
            Standing::Linked => "linked them",
            Standing::Different => "said they are two children",
            Standing::Unlinked => "undid the link",
        };
        let words = decided.words.or_gone();
        let words = if words.trim().is_empty() { String::new() } else { format!(": {words}") };
        Html::from(format!("{}, {}, {what}{words}", decided.at, decided.by.name))
    };
    Html::join([h2("What people decided"), list(decisions.iter().rev().map(one))])
}
