//! The rules in words, trying them, and help.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Cell, Html, Table, Tag};
use cf_grading::{Effect, Facts, RuleSet};
use cf_kernel::Role;
use cf_timescales::RuleLimit;

use crate::acts::Answers;
use crate::markup::{form, h1, h2, link, list, p, tag};
use crate::pages::board::grade_badge;
use crate::pages::problem_page::PageProblem;
use crate::pages::report::risk_questions;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

async fn allowed(web: &Web, who: &SignedIn) -> Result<(), PageProblem> {
    asks(web, who, Action::ViewRules).await
}

async fn asks(web: &Web, who: &SignedIn, action: Action) -> Result<(), PageProblem> {
    let asked = web.app.authorise(&who.caller, action, &Resource::system(), &[]).await;
    asked.map_err(|problem| PageProblem::to(web, who, problem))
}

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    allowed(&web, &who).await?;
    let rules = web.app.grading_rules();
    let id = rules.id();
    let body = Html::join([
        h1("The rules"),
        p("The rules recommend. A named person grades, and may differ with a reason."),
        p(link("/rules/try", "Try the grading rules")),
        h2("Grading"),
        p(format!("{} version {}, SHA-256 {}.", id.name, id.version, id.sha256)),
        p(format!(
            "Never below {}: {}",
            rules.default_floor().label().to_lowercase(),
            rules.default_floor_reason()
        )),
        grading(rules),
        h2("Times"),
        p(format!("From {}.", web.app.timescales().files().join(", "))),
        times(web.app.timescales()),
    ]);
    Ok(Shell::new(&web, &who, "", "The rules").wide().show(body))
}

fn effect(effect: &Effect, rules: &RuleSet) -> String {
    match effect {
        Effect::Floor(grade) => format!("at least {}", grade.label().to_lowercase()),
        Effect::Suggest(grade) => format!("suggests {}", grade.label().to_lowercase()),
        Effect::Ask(fact) => {
            format!("ask: {}", rules.fact(fact).map_or(fact.as_str(), |fact| fact.label.as_str()))
        }
    }
}

fn grading(rules: &RuleSet) -> Html {
    let mut table = Table::new("Grading rules", ["Why", "Does", "When", "Source", "Status"].map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for rule in rules.rules() {
        let source =
            Html::join([Html::from(&rule.source.title), tag("span", "cf-quiet", rule.source.at.as_str())]);
        table = table.row([
            Cell::from(&rule.reason),
            Cell::from(effect(&rule.effect, rules)),
            Cell::from(tag("code", "", rule.when.as_str())),
            Cell::from(source),
            Cell::from(Html::from(Tag::coloured(rule.status.code(), "grey"))),
        ]);
    }
    table.stacked().into()
}

fn times(rules: &cf_timescales::Rules) -> Html {
    let mut table = Table::new("Times", ["What", "Within", "Who", "Source", "Status"].map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for rule in rules.all() {
        let limit = match rule.limit {
            RuleLimit::Same(limit) => limit.to_string(),
            RuleLimit::ByGrade(by) => {
                format!("high {}, medium {}, low {}, very low {}", by.high, by.medium, by.low, by.very_low)
            }
        };
        table = table.row([
            Cell::from(&rule.what),
            Cell::from(limit),
            Cell::from(&rule.owner),
            Cell::from(&rule.source),
            Cell::from(Html::from(Tag::coloured(rule.status.code(), "grey"))),
        ]);
    }
    table.stacked().into()
}

pub(super) async fn ask(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    allowed(&web, &who).await?;
    Ok(tried(&web, &who, &Answers::default(), StatusCode::OK, &[], Html::default()))
}

fn tried(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    result: Html,
) -> Response {
    let questions = risk_questions(web.app.grading_rules(), answers, problems);
    let body = Html::join([
        h1("Try the grading rules"),
        p("Nothing is kept, and it is about no child."),
        result,
        form("/rules/try", Html::join([questions, Button::submit("Ask the rules").into()])),
    ]);
    let shell = Shell::new(web, who, "", "Try the grading rules").back("/rules", "The rules");
    shell.problems(status, problems).show(body)
}

/// The facts in the answers, each one that the rules know. Pages and API read them alike.
pub(crate) fn read(rules: &RuleSet, answers: &Answers) -> Result<Facts, Vec<FieldProblem>> {
    let mut facts = Facts::new();
    let mut problems = Vec::new();
    for fact in rules.facts() {
        match fact.read(answers.get(&fact.name).trim()) {
            Ok(Some(value)) => facts.set(&fact.name, value),
            Ok(None) => {}
            Err(_) => problems.push(FieldProblem::new(&fact.name, "This answer does not fit the question.")),
        }
    }
    if problems.is_empty() { Ok(facts) } else { Err(problems) }
}

pub(super) async fn answer(State(web): State<Web>, Sent { who, answers }: Sent) -> Response {
    if let Err(problem) = allowed(&web, &who).await {
        return problem.into_response();
    }
    let rules = web.app.grading_rules();
    let facts = match read(rules, &answers) {
        Ok(facts) => facts,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return tried(&web, &who, &answers, status, &problems, Html::default());
        }
    };
    let told = rules.evaluate(&facts);
    let mut parts = vec![
        h2("What the rules say"),
        p(Html::join([Html::from("Recommended: "), grade_badge(Some(told.recommended))])),
    ];
    let fired = told.fired.iter().filter(|fired| fired.effect.grade().is_some());
    let reasons: Vec<Html> = fired
        .map(|fired| Html::from(format!("{} ({})", fired.reason, effect(&fired.effect, rules))))
        .collect();
    parts.push(if reasons.is_empty() {
        p(format!("No rule raises it above the floor. {}", rules.default_floor_reason()))
    } else {
        list(reasons)
    });
    if !told.unknown_that_matter.is_empty() {
        parts.push(h2("Not known, and it matters"));
        parts.push(list(told.unknown_that_matter.iter().map(|unknown| {
            let could = unknown.could_become.label().to_lowercase();
            Html::from(format!("{} (could become {could})", unknown.question))
        })));
    }
    let flips = told.nearest_flips.up.iter().chain(&told.nearest_flips.down);
    let flips: Vec<Html> = flips.map(|flip| Html::from(rules.flip(flip))).collect();
    if !flips.is_empty() {
        parts.push(h2("The smallest changes that would change it"));
        parts.push(list(flips));
    }
    tried(&web, &who, &answers, StatusCode::OK, &[], Html::join(parts))
}

/// Whom to ring, as a force sets it.
const HELP_SETTING: &str = "help/ring";

pub(super) async fn help(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    asks(&web, &who, Action::ViewHelp).await?;
    let setting = web.app.store().setting(HELP_SETTING).await.map_err(Problem::from);
    let setting = setting.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let ring = setting.and_then(|setting| serde_json::from_str::<String>(&setting.json).ok());
    let roles = [
        (Role::Operator, "takes reports, grades, works every open incident, closes."),
        (Role::Supervisor, "also looks at grades, reopens, restricts records."),
        (
            Role::Inspector,
            "also looks at grades below the recommendation and reviews each opening of a restricted record.",
        ),
        (Role::Investigator, "reads, and records what is learned about exploitation."),
        (Role::CouncilWorker, "holds return home interviews and reads their own council's records."),
        (Role::Auditor, "reads everything and changes nothing."),
        (Role::Administrator, "keeps accounts; sees no case."),
    ];
    let body = Html::join([
        h1("Help"),
        h2("Not known is not no"),
        p(
            "Leave what nobody knows as not known. The rules treat it as open and say what to ask; they never take it for no.",
        ),
        h2("Who does what"),
        list(roles.map(|(role, words)| Html::from(format!("{} {words}", role.label())))),
        h2("Keyboard"),
        list(
            [
                "Tab and Shift Tab move, Enter follows a link or sends.",
                "Space ticks a box and presses a button; arrow keys choose among answers.",
                "The first Tab on a page offers to skip to its content.",
            ]
            .map(Html::from),
        ),
        h2("Who to ring"),
        p(ring.unwrap_or_else(|| {
            "Your force has not set a number here yet. Ring your control room.".to_owned()
        })),
        p(link("/rules", "The rules")),
        p(link("/sessions", "Your sessions and password")),
    ]);
    Ok(Shell::new(&web, &who, "", "Help").show(body))
}
