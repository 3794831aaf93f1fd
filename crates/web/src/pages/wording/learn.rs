//! Learning better words: a page to try any text, and a guide to each category from the rules' own data.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::wording::Found;
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Html, SummaryList, SummaryRow, Textarea};
use cf_wording::{Category, Kind, Rule};

use super::category_words;
use super::check::allowed;
use crate::acts::Answers;
use crate::acts::wording::explained;
use crate::markup::{form, h1, h2, link, list, p, tag};
use crate::pages::problem_page::PageProblem;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    allowed(&web, &who.caller).map_err(|problem| PageProblem::to(&web, &who, problem))?;
    Ok(show(&web, &who, "", None, StatusCode::OK, &[]))
}

pub(super) async fn send(State(web): State<Web>, Sent { who, answers }: Sent) -> Response {
    if let Err(problem) = allowed(&web, &who.caller) {
        return PageProblem::to(&web, &who, problem).into_response();
    }
    tried(&web, &who, &answers)
}

fn tried(web: &Web, who: &SignedIn, answers: &Answers) -> Response {
    let text = answers.get("text").replace("\r\n", "\n");
    let problem = match cf_app::report::check_text("text", &text) {
        None if text.trim().is_empty() => Some(FieldProblem::new("text", "Paste or type a text to check.")),
        problem => problem,
    };
    match problem {
        Some(problem) => show(web, who, &text, None, StatusCode::UNPROCESSABLE_ENTITY, &[problem]),
        None => show(web, who, &text, Some(web.app.find_wording("text", &text)), StatusCode::OK, &[]),
    }
}

fn show(
    web: &Web,
    who: &SignedIn,
    text: &str,
    found: Option<Vec<Found>>,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Response {
    let mut area = Textarea::new("text", "A text about a child")
        .hint("For instance a note, an email or a report. Nothing you put here is stored, and nothing leaves this service.")
        .value(text)
        .rows(Some(8))
        .spellcheck(Some(false))
        .autocomplete("off")
        .attributes([("data-narrative", "learn")]);
    if let Some(problem) = problems.first() {
        area = area.error_message(problem.message.as_str());
    }
    let mut parts = vec![
        h1("Words that blame a child"),
        p(
            "Wording shapes what people do next. A child who is described as choosing, risking or consenting is protected less. \
           Put in a text and see which words may put blame on the child, why, and what could be written instead.",
        ),
        form("/wording/learn", Html::join([area.into(), Button::submit("Check the words").into()])),
    ];
    parts.extend(found.map(|found| findings(text, &found)));
    parts.push(h2("The guide"));
    parts.push(list(
        Category::ALL
            .map(|category| link(&format!("/wording/guide/{}", category.name()), category_words(category))),
    ));
    if web.app.may(&who.caller, Action::ViewWordingAudit, &Resource::desk()) {
        parts.push(h2("How often"));
        parts.push(p(link("/wording/audit", "Wording audit: how often records blame a child")));
    }
    Shell::new(web, who, "", "Words that blame a child").problems(status, problems).show(Html::join(parts))
}

/// The text with what was found marked in it, then each finding: the same with script and without.
fn findings(text: &str, found: &[Found]) -> Html {
    let heading =
        Html::trusted("<h2 class=\"govuk-heading-m\" id=\"found\">What was found</h2>\n".to_owned());
    if found.is_empty() {
        return Html::join([
            heading,
            p(
                "Nothing was found. That is no proof: the rules do not know every way to blame a child. Read it once more as the child would.",
            ),
        ]);
    }
    let letters: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| Html::from(letters[from..to].iter().collect::<String>());
    let (mut marked, mut at) = (Vec::new(), 0);
    for one in found.iter().filter(|one| one.start <= one.end && one.end <= letters.len()) {
        if one.start < at {
            continue;
        }
        marked.push(part(at, one.start));
        let class = if one.blaming { "cf-mark" } else { "cf-mark cf-mark--advice" };
        marked.push(Html::trusted(format!("<mark class=\"{class}\">{}</mark>", part(one.start, one.end))));
        at = one.end;
    }
    marked.push(part(at, letters.len()));
    let cards = found.iter().map(|one| {
        let words = one.words.split_whitespace().collect::<Vec<_>>().join(" ");
        let lead = if one.blaming { "May put blame on the child" } else { "Could be kinder" };
        let guide = format!("/wording/guide/{}", one.category.name());
        let inner = Html::join([
            tag("h3", "govuk-heading-s cf-finding__words", format!("“{words}”")),
            tag("p", "cf-finding__lead", lead),
            explained(one),
            p(link(&guide, category_words(one.category))),
        ]);
        Html::trusted(format!("<li class=\"cf-finding\" data-blaming=\"{}\">\n{inner}</li>\n", one.blaming))
    });
    Html::join([
        heading,
        tag("div", "cf-quoted cf-note", Html::join(marked)),
        tag("ol", "cf-findings", Html::join(cards)),
    ])
}

pub(super) async fn guide(
    State(web): State<Web>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, PageProblem> {
    allowed(&web, &who.caller).map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let Some(category) = Category::from_name(&name) else {
        return Err(PageProblem::to(&web, &who, Problem::NotFound));
    };
    let title = category_words(category);
    let rules = web.app.wording_rules().rules();
    let of = |kind: Kind| rules.iter().filter(move |rule| rule.category == category && rule.kind == kind);
    let mut parts = vec![h1(title), p(reason(category))];
    parts.extend(of(Kind::Blaming).map(concept));
    if of(Kind::Advisory).next().is_some() {
        parts.push(h2("Cold words that could be kinder"));
        parts.extend(of(Kind::Advisory).map(concept));
    }
    parts.push(h2("More of the guide"));
    let others = Category::ALL.into_iter().filter(|other| *other != category);
    parts.push(list(
        others.map(|other| link(&format!("/wording/guide/{}", other.name()), category_words(other))),
    ));
    let shell = Shell::new(&web, &who, "", title).back("/wording/learn", "Words that blame a child");
    Ok(shell.show(Html::join(parts)))
}

/// One rule as a person reads it: what not to write, why, what to write, and what is fine.
fn concept(rule: &Rule) -> Html {
    let quoted =
        |texts: &[String], most: usize| list(texts.iter().take(most).map(|text| Html::from(text.as_str())));
    let mut rows = vec![
        SummaryRow::new("Rather not", quoted(&rule.flag, 2)),
        SummaryRow::new("Because", Html::from(rule.why.as_str())),
    ];
    if !rule.alternatives.is_empty() {
        rows.push(SummaryRow::new("You could write", quoted(&rule.alternatives, 4)));
    }
    if !rule.alternatives_if_shown.is_empty() {
        rows.push(SummaryRow::new("Where the record shows it", quoted(&rule.alternatives_if_shown, 3)));
    }
    rows.push(SummaryRow::new("Blames nobody", quoted(&rule.pass, 1)));
    SummaryList::new(rows).classes("cf-concept").into()
}

/// Why a category matters, for whoever writes.
const fn reason(category: Category) -> &'static str {
    match category {
        Category::Sexualisation => {
            "A child cannot work in sex, and clothes or looks explain nothing. Such words move attention from what an adult did to what a child is said to be."
        }
        Category::Adultification => {
            "Children who are seen as older, tougher or wiser than they are get less care and more blame. Black children and boys meet this most often. Age is a fact; write it as one."
        }
        Category::ChoiceAgency => {
            "What looks like a choice may be fear, need, debt or grooming, and nobody can consent to their own exploitation. Say what was done to the child and what we know of who did it."
        }
        Category::RiskTaking => {
            "The danger is the person who harms. A record that makes the child the risk looks for an answer in the child's behaviour, and the person who harms stays out of it."
        }
        Category::RelationshipMinimising => {
            "An adult who has power over a child is not a boyfriend, a friend or company. Say who they are, how old, and what they do."
        }
        Category::AbscondingCriminal => {
            "A missing child is not a fugitive. Words for offenders bring a response for offenders, and they hide who may be using the child."
        }
        Category::EngagementBlame => {
            "When a child does not talk to us, the way to reach them has not been found yet. That is ours to find, and the record should say what comes next."
        }
        Category::Credibility => {
            "Doubt in a record travels from one reader to the next. Write what the child said and what you saw, and keep opinion about the child's motives out."
        }
        Category::AbuseMinimising => {
            "An offence has a name. Told as sex, as mutual or as small, it is acted upon as such. Do not assert what the record does not show: say what was done."
        }
        Category::CareLanguage => {
            "Children who live in care read their records when they grow up. Home, family and school are words for their lives too."
        }
        Category::FamilyBlame => {
            "Parents and carers of exploited children are partners who know the child best. Facts about safety help; blame does not."
        }
        Category::MissingMinimising => {
            "Every time a child goes missing can be the time they come to harm. That it happened before raises the concern; it never lowers it."
        }
    }
}
