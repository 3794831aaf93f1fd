//! Looking for a child. The form is posted, so that no name ever stands in an address, a history or a proxy's log.
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::FieldProblem;
use cf_app::report::SearchFound;
use cf_components::{Badge, Button, Cell, Html, Table, Urgency};
use cf_kernel::Timestamp;
use cf_store::{Match, SearchFor};

use crate::acts::field::Kind;
use crate::acts::{Answers, Field, Reader, fields_html};
use crate::markup::{form, h1, h2, link, list, p};
use crate::pages::problem_page::PageProblem;
use crate::pages::restricted::{Back, restricted_matches};
use crate::places::{born_with_age, borough_name};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

/// Matches shown. Who is not among them is found by saying more.
const SHOWN: usize = 25;

fn fields() -> Vec<Field> {
    vec![
        Field::new("name", "Names, in any order", Kind::Line(30)).optional(),
        Field::new("born_on", "Date of birth", Kind::Day).optional(),
        Field::new("phone", "Phone number", Kind::Line(20)).optional(),
        Field::new("postcode", "Postcode", Kind::Line(10)).optional(),
    ]
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<super::Asked>,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::SearchChildren, Resource::desk()).await?;
    let body = body(&Answers::default(), &[], Html::default());
    let shell = Shell::new(&web, &who, "/children", "Find a child");
    Ok(shell.done(asked.done.as_deref()).show(body))
}

fn show(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    found: Html,
) -> Response {
    let body = body(answers, problems, found);
    Shell::new(web, who, "/children", "Find a child").problems(status, problems).show(body)
}

fn body(answers: &Answers, problems: &[FieldProblem], found: Html) -> Html {
    let asked = Html::join([
        fields_html(&fields(), answers, problems),
        Button::submit("Look for the child").prevent_double_click(None).into(),
    ]);
    Html::join([
        h1("Find a child"),
        p("Say what you know. Spelling need not be exact. Every record shown is noted in the access log."),
        found,
        form("/children/search", asked),
    ])
}

pub(super) async fn send(State(web): State<Web>, Sent { who, answers }: Sent) -> Response {
    if let Err(denied) = who.must(&web, Action::SearchChildren, Resource::desk()).await {
        return denied.into_response();
    }
    let mut read = Reader::new(&answers);
    let asked = SearchFor {
        name: read.text("name"),
        born_on: read.maybe_day("born_on"),
        phone: read.text("phone"),
        postcode: read.text("postcode"),
    };
    if asked.is_empty() {
        read.problem(
            "name",
            "Give a name of two letters or more, a date of birth, a phone number or a postcode.",
        );
    }
    let asked = match read.finish(Some(asked)) {
        Ok(asked) => asked,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show(&web, &who, &answers, status, &problems, Html::default());
        }
    };
    match web.app.search(&who.caller, &asked, SHOWN).await {
        Ok(found) => {
            let found = results(&found, web.app.now());
            show(&web, &who, &answers, StatusCode::OK, &[], found)
        }
        Err(problem) => PageProblem::to(&web, &who, problem).into_response(),
    }
}

fn results(found: &SearchFound, now: Timestamp) -> Html {
    let words = "What you said fits a restricted record. It may be the child you look for.";
    let hidden = restricted_matches(&found.hidden, words, Back::Search);
    if found.children.is_empty() && !found.hidden.records.is_empty() {
        return hidden;
    }
    Html::join([table(&found.children, now), hidden])
}

fn table(found: &[Match], now: Timestamp) -> Html {
    if found.is_empty() {
        return Html::join([
            h2("No child found"),
            p(
                "Try fewer words, another spelling, or the date of birth. A child never reported before has no record.",
            ),
        ]);
    }
    let title = match found.len() {
        1 => "One child may be the one".to_owned(),
        count if count == SHOWN => format!("The {count} likeliest; say more to narrow them"),
        count => format!("{count} children may be the one"),
    };
    let mut table = Table::new(title.as_str(), ["Child", "Born", "Borough", "Why"].map(Cell::from))
        .caption_classes("govuk-table__caption--m")
        .first_cell_is_header(true);
    for found in found {
        let child = &found.child;
        let born = child.born().map_or_else(|| "not known".to_owned(), |born| born_with_age(born, now.day()));
        let mut badges = Vec::new();
        if child.trigger_plan {
            badges.push(Badge::new("Trigger plan", Urgency::Now).into());
        }
        if child.warnings > 0 {
            badges.push(Badge::new("Warning", Urgency::Now).into());
        }
        table = table.row([
            Cell::from(Html::join([
                link(&format!("/children/{}", child.id()), child.name.as_str()),
                Html::from(" "),
                Html::join(badges),
            ])),
            Cell::from(born),
            Cell::from(child.borough.as_deref().map_or("not known", borough_name)),
            Cell::from(list(found.because.iter().map(|reason| Html::from(*reason)))),
        ]);
    }
    table.stacked().into()
}
