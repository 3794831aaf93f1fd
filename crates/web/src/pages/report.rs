//! Taking a report while the caller speaks: questions in the order a person talks, the child matched live, everything
//! typed kept as a draft.
//!
//! One page, sent as often as needed. With script the match follows the typing and drafts save themselves; without,
//! "Look for this child" and "Save and go on" do the same.
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html as Answer, IntoResponse, Redirect, Response};
use cf_access::Action;
use cf_app::matching::{Linked, SHOWN, What};
use cf_app::views::ChildView;
use cf_app::{FieldProblem, Problem};
use cf_casework::missing::command::MissingFrom;
use cf_components::{Badge, Button, Checkboxes, Choice, Details, ErrorMessage, Html, Urgency};
use cf_grading::{FactKind, RuleSet};
use cf_kernel::{ChildId, Timestamp};
use serde::Deserialize;

use super::problem_page::PageProblem;
use crate::acts::field::Kind;
use crate::acts::{Answers, Field, child as child_acts, fields_html, wording};
use crate::markup::{div, h1, h2, h3, hidden, link, list, p, prose, tag};
use crate::routes::{May, Routes};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

mod drafts;
pub(crate) mod matches;
mod reading;

pub(crate) use drafts::keep_what_fits;
use drafts::{
    BASE, Merged, TAKEN, command_of, draft_key, keep, kept, key_under, merge, others, said_elsewhere, save,
    taken_before, written,
};
use matches::{APART, count_html, known_section, likely_html, waiting};
use reading::seen_at;
pub(crate) use reading::{heard, read, read_facts};

/// The first questions of who the child is: the names.
const NAMES: usize = 3;

/// Confirms a last sighting long ago, by giving its day again.
pub(crate) const LONG_AGO: &str = "seen_long_ago";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/report", Action::TakeReport, page)
        .post("/report", Action::TakeReport, send)
        .post("/report/matches", Action::SearchChildren, matches_part)
        .post("/report/draft", May::OwnSession, save_draft)
        .post("/report/discard", May::OwnSession, discard)
}

#[derive(Debug, Deserialize)]
struct Asked {
    child: Option<String>,
    done: Option<String>,
    /// A report begun before, by its command.
    draft: Option<String>,
    /// Another report than the one begun.
    another: Option<String>,
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::TakeReport, cf_access::Resource::desk()).await?;
    let mut answers =
        kept(&web, &who, &asked).await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    if let Some(child) = asked.child {
        answers.set("child", child);
    }
    command_of(&mut answers);
    let body = body(&web, &who, &answers, &[]).await?;
    Ok(Shell::new(&web, &who, "/report", "Report a missing child")
        .wide()
        .done(asked.done.as_deref())
        .show(body))
}

async fn send(State(web): State<Web>, Sent { who, mut answers }: Sent) -> Response {
    if let Err(denied) = who.must(&web, Action::TakeReport, cf_access::Resource::desk()).await {
        return denied.into_response();
    }
    let merged = match merge(&web, &who, &mut answers).await {
        Ok(merged) => merged,
        Err(problem) => return PageProblem::to(&web, &who, problem).into_response(),
    };
    let step = answers.get("step").to_owned();
    answers.set("step", "");
    if let Some(child) = step.strip_prefix("choose:") {
        answers.set("child", child);
    }
    if step == "another" {
        answers.set("child", "");
    }
    if let Err(problem) = about_a_match(&web, &who, &answers, &step).await {
        return PageProblem::to(&web, &who, problem).into_response();
    }
    if step != "send" {
        if let Err(problem) = keep(&web, &who, &mut answers).await {
            return PageProblem::to(&web, &who, problem).into_response();
        }
        return again(&web, &who, &answers, StatusCode::OK, &merged.problems()).await;
    }
    if !merged.nothing() {
        if let Err(problem) = keep(&web, &who, &mut answers).await {
            return PageProblem::to(&web, &who, problem).into_response();
        }
        let words = "Another window of this report saved answers since. They are here now: read them, and send it again.";
        let mut problems = vec![FieldProblem::new("report", words)];
        problems.extend(merged.problems());
        return again(&web, &who, &answers, StatusCode::CONFLICT, &problems).await;
    }
    match taken_before(&web, &who, &mut answers).await {
        Ok(false) => {}
        Ok(true) => {
            let words = "The report of this form was taken already, from another window. What you typed is kept as another report: read it, and send it again.";
            let problem = FieldProblem::new("report", words);
            return again(&web, &who, &answers, StatusCode::CONFLICT, &[problem]).await;
        }
        Err(problem) => return PageProblem::to(&web, &who, problem).into_response(),
    }
    let now = web.app.now();
    let form = match read(&answers, web.app.grading_rules(), now, &who.caller) {
        Ok(form) => form,
        Err(mut problems) => {
            problems.extend(unanswered(&web, &who, &answers).await);
            let _ = keep(&web, &who, &mut answers).await;
            return again(&web, &who, &answers, StatusCode::UNPROCESSABLE_ENTITY, &problems).await;
        }
    };
    let command = command_of(&mut answers);
    let caller = who.caller.deciding(wording::decisions(&answers));
    match web.app.take_report(&caller, command, form).await {
        Ok(incident) => {
            let store = web.app.store();
            let _ = store.end_draft(&draft_key(&who, command), now).await;
            if let Ok(said) = written(&answers) {
                let _ = store.save_draft(&key_under(TAKEN, &who, command), &said, now).await;
            }
            Redirect::to(&format!("/incidents/{incident}?done=reported")).into_response()
        }
        Err(problem) => {
            let _ = keep(&web, &who, &mut answers).await;
            refused(&web, &who, &answers, problem).await
        }
    }
}

async fn refused(web: &Web, who: &SignedIn, answers: &Answers, problem: Problem) -> Response {
    let (status, message, next) = crate::problem::table(&problem);
    match problem {
        Problem::Invalid(problems) => again(web, who, answers, status, &problems).await,
        Problem::MayBeKnown(children) => again(web, who, answers, status, &waiting(&children)).await,
        Problem::Refused { .. } => {
            let message = format!("{}. {next}", super::problem_page::capital(&message));
            again(web, who, answers, status, &[FieldProblem::new("report", message)]).await
        }
        other => PageProblem::to(web, who, other).into_response(),
    }
}

/// What else stands in the way of a form that has other problems: children of whom nobody has said whether it is them.
async fn unanswered(web: &Web, who: &SignedIn, answers: &Answers) -> Vec<FieldProblem> {
    if answers.get("child").parse::<ChildId>().is_ok() {
        return Vec::new();
    }
    // A fault here comes back when the rest is mended; what was typed must come back now.
    web.app.unanswered(&who.caller, &heard(answers)).await.map(|found| waiting(&found)).unwrap_or_default()
}

async fn again(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Response {
    match body(web, who, answers, problems).await {
        Ok(body) => Shell::new(web, who, "/report", "Report a missing child")
            .wide()
            .problems(status, problems)
            .show(body),
        Err(problem) => problem.into_response(),
    }
}

/// The whole form, with what is known about the child beside it.
async fn body(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    problems: &[FieldProblem],
) -> Result<Html, PageProblem> {
    let now = web.app.now();
    let found = match answers.get("child").parse::<ChildId>() {
        Ok(child) => Suggested { list: chosen(web, who, child).await?, count: Html::default() },
        Err(_) => suggestions(web, who, answers, problems)
            .await
            .map_err(|problem| PageProblem::to(web, who, problem))?,
    };
    let panel = known_section(found.list);
    let others = others(web, who, answers).await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let new_child = answers.get("child").is_empty();
    let section =
        |title: &str, fields: &[Field]| Html::join([h2(title), fields_html(fields, answers, problems)]);
    let submit = |step: &str, words: &str| Button::submit(words).name("step").value(step);
    let child_part = if new_child {
        let fields = child_acts::identity_fields();
        let (names, more) = fields.split_at_checked(NAMES).unwrap_or((&fields, &[]));
        let inner = Html::join([
            hidden("command", answers.get("command")),
            section("The child", names),
            Html::trusted(format!(
                "<p class=\"govuk-body cf-report__count\" data-suggest-count>{}</p>\n",
                found.count
            )),
            fields_html(more, answers, problems),
        ]);
        let look = submit("look", "Look for this child").secondary();
        Html::join([
            Html::trusted(format!(
                "<div data-suggest=\"/report/matches\" data-suggest-into=\"matches\">\n{inner}</div>\n"
            )),
            look.into(),
        ])
    } else {
        // What the caller said of the child is kept, in case it is another child after all.
        let typed = child_acts::identity_fields().into_iter().chain(child_acts::care_fields());
        let typed = typed.map(|field| hidden(&field.name, answers.get(&field.name)));
        let kept = Html::join(typed);
        Html::join([hidden("command", answers.get("command")), hidden("child", answers.get("child")), kept])
    };
    let what_happened = with_choice_kept(circumstances(now), answers);
    let confirms = what_happened.iter().position(|field| field.name == LONG_AGO).unwrap_or_default();
    let (seen, around) = what_happened.split_at_checked(confirms).unwrap_or((&what_happened, &[]));
    let care = if new_child {
        section("Where the child lives, and who cares for the child", &child_acts::care_fields())
    } else {
        Html::default()
    };
    let first = Html::join([
        wording::carried(answers, problems),
        hidden(crate::rescued::WHOSE, &who.caller.actor.user.to_string()),
        hidden(BASE, &base_of(answers)),
        said_elsewhere(answers),
        section("What happened", seen),
        long_ago_html(answers, problems),
        fields_html(around.get(1..).unwrap_or_default(), answers, problems),
        child_part,
    ]);
    let rest = Html::join([
        care,
        section("Who is calling", &caller_fields()),
        risk_questions(web.app.grading_rules(), answers, problems),
        tag(
            "p",
            "cf-draft-state govuk-hint",
            Html::trusted(
                "What you type is saved on the server when you press a button below. <span data-draft-state role=\"status\"></span>",
            ),
        ),
        div(
            "govuk-button-group",
            Html::join([
                submit("send", "Take the report").into(),
                submit("save", "Save and go on").secondary().into(),
            ]),
        ),
    ]);
    // The children who may be the one stand after the questions that tell who it is, and on a wide screen beside them.
    let form = Html::join([div("cf-report__first", first), panel, div("cf-report__rest", rest)]);
    let form = Html::trusted(format!(
        "<form method=\"post\" action=\"/report\" id=\"report\" class=\"cf-report\" data-draft=\"/report/draft\" novalidate>\n{form}</form>\n"
    ));
    let discard = crate::markup::form(
        "/report/discard",
        Html::join([
            hidden("command", answers.get("command")),
            Button::submit("Discard what is typed").secondary().into(),
        ]),
    );
    // What Enter in a field presses is the first button of the form, which must not choose a child or drop one.
    let on_enter = Html::trusted(
        "<button type=\"submit\" form=\"report\" name=\"step\" value=\"look\" class=\"govuk-visually-hidden\" tabindex=\"-1\" aria-hidden=\"true\">Look for this child</button>\n".to_owned(),
    );
    Ok(Html::join([h1("Report a missing child"), on_enter, others, form, discard]))
}

/// What the draft of these answers holds, as a form says it.
fn base_of(answers: &Answers) -> String {
    written(answers).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

pub(crate) fn circumstances(now: Timestamp) -> Vec<Field> {
    let places = MissingFrom::ALL.map(|place| (place.code(), place.label()));
    vec![
        Field::new("circumstances", "What has happened, and why is the caller worried?", Kind::Words(5))
            .hint("In the caller's own words where you can. What is out of character?"),
        seen_around(now),
        Field::new("seen", "Or the date and time, if the caller knows", Kind::Moment(None))
            .hint("A time given here counts before the choice above."),
        Field::new("seen_about", "That time is a guess", Kind::Tick).optional(),
        Field::new(LONG_AGO, "The day the child was last seen again, if it is long ago", Kind::Day)
            .optional(),
        Field::new("last_seen", "Where, and by whom?", Kind::Line(0)).optional(),
        Field::one("missing_from", "Missing from where?", places),
        Field::new("report_borough", "In which borough?", Kind::Pick(crate::places::boroughs())).optional(),
        Field::new("description", "What does the child look like, and wear?", Kind::Words(3)).optional(),
        Field::new("already_tried", "What has been tried already?", Kind::Words(3))
            .optional()
            .hint("Never a reason to refuse a report."),
    ]
}

/// Quick choices for a caller on the line. Nothing is chosen beforehand: a time nobody said must not be in a record.
///
/// Each choice is a moment, not "an hour ago": a draft sent later still means the same time.
fn seen_around(now: Timestamp) -> Field {
    const AGO: [(i64, &str); 5] = [
        (30, "Half an hour ago"),
        (60, "An hour ago"),
        (120, "2 hours ago"),
        (240, "4 hours ago"),
        (480, "8 hours ago"),
    ];
    // To the five minutes: nobody says it more exactly, and a page shown again keeps what was chosen.
    let five = 5 * 60 * 1_000_000;
    let now = Timestamp::from_micros(now.micros() / five * five);
    let choice = |(minutes, words): (i64, &str)| {
        let at = now.plus_minutes(-minutes);
        let clock = at.local().strftime("%H:%M");
        let day = if at.day() == now.day() { "" } else { " yesterday" };
        (at.to_rfc3339(), format!("{words}, about {clock}{day}"))
    };
    Field::new("seen_around", "When was the child last seen?", Kind::One(AGO.map(choice).to_vec())).asked()
}

/// Whether a last sighting long ago is right: a tick that holds for that day and no other.
fn long_ago_html(answers: &Answers, problems: &[FieldProblem]) -> Html {
    let wrong = problems.iter().find(|problem| problem.field == LONG_AGO);
    let Some(day) = seen_at(answers).map(Timestamp::day) else { return Html::default() };
    let said = answers.get(LONG_AGO) == day.to_string();
    if wrong.is_none() && !said {
        return Html::default();
    }
    Checkboxes::default()
        .name(LONG_AGO)
        .items(vec![Choice::new(day.to_string(), format!("Yes, the child was last seen on {}", day.long()))])
        .values(answers.all(LONG_AGO).to_vec())
        .error_message(
            wrong.map_or_else(ErrorMessage::default, |wrong| ErrorMessage::from(wrong.message.as_str())),
        )
        .classes("govuk-checkboxes--small")
        .into()
}

/// The same with what was chosen before, when time has moved the choices on.
fn with_choice_kept(mut fields: Vec<Field>, answers: &Answers) -> Vec<Field> {
    let chosen = answers.get("seen_around");
    let Ok(at) = chosen.parse::<Timestamp>() else { return fields };
    for field in fields.iter_mut().filter(|field| field.name == "seen_around") {
        if let Kind::One(choices) = &mut field.kind
            && !choices.iter().any(|(value, _)| value == chosen)
        {
            choices.insert(0, (chosen.to_owned(), format!("About {at}, as chosen before")));
        }
    }
    fields
}

pub(crate) fn caller_fields() -> Vec<Field> {
    vec![
        Field::new("reporter_name", "Name", Kind::Line(20)).optional(),
        Field::new("reporter_relationship", "What are they to the child?", Kind::Line(20)).optional(),
        Field::new("reporter_phone", "Number to ring back", Kind::Line(20)).optional(),
    ]
}

/// The grading rules' own questions, in the order a person talks. "Not known" is an answer, and not "no".
pub(crate) fn risk_questions(rules: &RuleSet, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let mut parts = vec![h2("Risk"), p("Ask what is not known. Not known is never taken as no.")];
    for group in rules.groups() {
        let fields: Vec<Field> = rules
            .facts_in(&group.key)
            .filter(|fact| !FROM_RECORD.contains(&fact.name.as_str()))
            .map(fact_field)
            .collect();
        if !fields.is_empty() {
            parts.push(h3(group.label.as_str()));
            parts.push(fields_html(&fields, answers, problems));
        }
    }
    div("cf-questions", Html::join(parts))
}

/// Facts the record or another question of the form answers; asking them twice would invite a slip.
pub(crate) const FROM_RECORD: [&str; 5] =
    ["hours_since_seen", "missing_90_days", "missing_12_months", "trigger_plan", "looked_after"];

pub(crate) fn fact_field(fact: &cf_grading::Fact) -> Field {
    let kind = match &fact.kind {
        FactKind::YesNo => Kind::One(vec![
            ("yes".to_owned(), "Yes".to_owned()),
            ("no".to_owned(), "No".to_owned()),
            (String::new(), "Not known".to_owned()),
        ]),
        FactKind::Number { min, max, .. } => Kind::Number { min: *min, max: *max },
        FactKind::Code { codes } => {
            Kind::Pick(codes.iter().map(|option| (option.code.clone(), option.label.clone())).collect())
        }
    };
    Field::new(fact.name.as_str(), fact.question.as_str(), kind).asked()
}

/// What is known beside what was typed, and how many children that are.
struct Suggested {
    list: Html,
    count: Html,
}

async fn suggestions(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    problems: &[FieldProblem],
) -> Result<Suggested, Problem> {
    let heard = heard(answers);
    if heard.is_empty() {
        let list = p(
            "As you type a name, date of birth, phone, address or postcode, children who may be the one appear here.",
        );
        return Ok(Suggested { list, count: Html::default() });
    }
    let found = web.app.likely(&who.caller, &heard, SHOWN).await?;
    Ok(Suggested { list: likely_html(&found, web.app.now(), problems), count: count_html(&found) })
}

/// What was pressed beside a match: not this child, or "I am asking about it".
async fn about_a_match(web: &Web, who: &SignedIn, answers: &Answers, step: &str) -> Result<(), Problem> {
    let mut parts = step.split(':');
    let (what, id, code) =
        (parts.next(), parts.next().and_then(|id| id.parse::<ChildId>().ok()), parts.next());
    match (what, id) {
        (Some("apart"), Some(child)) => {
            let why =
                APART.iter().find(|(known, _)| Some(*known) == code).map_or(APART[0].1, |(_, why)| *why);
            web.app.not_this_child(&who.caller, &heard(answers), child, why.to_owned()).await
        }
        (Some("ask"), Some(child)) => web.app.ask_about_restricted(&who.caller, child).await,
        _ => Ok(()),
    }
}

async fn matches_part(State(web): State<Web>, Sent { who, answers }: Sent) -> Response {
    if let Err(denied) = who.must(&web, Action::SearchChildren, cf_access::Resource::desk()).await {
        return denied.into_response();
    }
    match suggestions(&web, &who, &answers, &[]).await {
        Ok(Suggested { list, count }) => {
            Answer(format!("{list}<template data-suggest-count>{count}</template>\n")).into_response()
        }
        Err(problem) => PageProblem::to(&web, &who, problem).into_response(),
    }
}

/// The child the person chose: who, what to do at once, what happened before.
async fn chosen(web: &Web, who: &SignedIn, child: ChildId) -> Result<Html, PageProblem> {
    let closed = web.app.child_is_closed_to(&who.caller, child).await;
    if closed.map_err(|problem| PageProblem::to(web, who, problem))? {
        return Ok(Html::join([
            h3("Restricted record"),
            p(
                "Go on and take the report: you will hold the incident and can finish it. The child's own record is closed to you.",
            ),
            p(
                "Ring the duty inspector or the duty supervisor while you write, and ask whether there is a trigger plan or a warning.",
            ),
            p(link("/glass", "If a child's safety needs it now: open restricted records with a reason")),
            not_this_child(),
        ]));
    }
    let view = web
        .app
        .child(&who.caller, child, None)
        .await
        .map_err(|problem| PageProblem::to(web, who, problem))?;
    let now = web.app.now();
    let identity = view.child.identity.get();
    let mut parts =
        vec![h3(identity.map_or_else(|| "Name destroyed".to_owned(), cf_casework::child::Identity::name))];
    if let Some(born) = identity.and_then(|identity| identity.born_on) {
        parts.push(p(format!("Born {}, {} years", born.long(), born.age_on(now.day()).unwrap_or_default())));
    }
    parts.push(super::child::first_things(&view.child, now));
    let (open, before): (Vec<_>, Vec<_>) =
        view.episodes.iter().partition(|episode| episode.phase == "missing");
    for incident in open {
        parts.push(p(Badge::new("Missing now", Urgency::Now)));
        parts.push(p(link(
            &format!("/incidents/{}", incident.id()),
            "Already reported missing: open the incident and add what the caller says",
        )));
    }
    let count = before.len();
    let before = before.into_iter().take(5).map(|episode| {
        let when = Timestamp::from_micros(episode.reported_at).to_string();
        link(&format!("/incidents/{}", episode.id()), when)
    });
    parts.push(
        Details::new(
            format!("Missing before: {count}"),
            if count == 0 { p("No earlier report.") } else { list(before) },
        )
        .open(count > 0)
        .into(),
    );
    parts.extend(elsewhere(&view));
    for fact in view.child.learned.iter().rev().take(3) {
        parts.push(div(
            "cf-quiet",
            Html::join([Html::from(format!("Learned {}", fact.at)), prose(fact.what.what.or_gone())]),
        ));
    }
    parts.push(p(link(&format!("/children/{child}"), "Open the child's record")));
    parts.push(not_this_child());
    Ok(Html::join(parts))
}

/// What the linked records of the same child have besides: where they are, and what was learned there last.
fn elsewhere(view: &ChildView) -> Vec<Html> {
    let Some(life) = &view.life else { return Vec::new() };
    let mut parts = Vec::new();
    for linked in &life.linked {
        if let Linked::Child(id, name) = &linked.record {
            let words = format!("Linked, the same child: open the record of {name}");
            parts.push(p(link(&format!("/children/{id}"), words)));
        }
    }
    let learned = life.happened.iter().filter(|happened| happened.from.is_some());
    let learned = learned.filter_map(|happened| match &happened.what {
        What::Learned { words, .. } => Some((happened.when.begins(), words)),
        _ => None,
    });
    parts.extend(learned.take(3).map(|(at, words)| {
        div("cf-quiet", Html::join([Html::from(format!("Learned {at}, on a linked record")), prose(words)]))
    }));
    parts
}

fn not_this_child() -> Html {
    Html::trusted(
        "<button type=\"submit\" form=\"report\" name=\"step\" value=\"another\" class=\"govuk-button govuk-button--secondary\">Not this child</button>".to_owned(),
    )
}

/// Every question of the form.
pub(crate) fn questions(rules: &RuleSet, now: Timestamp, answers: &Answers) -> Vec<Field> {
    let mut fields = with_choice_kept(circumstances(now), answers);
    fields.extend(child_acts::identity_fields());
    fields.extend(child_acts::care_fields());
    fields.extend(caller_fields());
    fields.extend(rules.facts().iter().map(fact_field));
    fields
}

async fn save_draft(State(web): State<Web>, Sent { who, mut answers }: Sent) -> Response {
    let merged = match merge(&web, &who, &mut answers).await {
        Ok(merged) => merged,
        Err(problem) => return PageProblem::to(&web, &who, problem).into_response(),
    };
    match save(&web, &who, &mut answers).await {
        Ok(true) if !merged.nothing() => {
            let kept: Vec<(&str, &str)> = answers.pairs().collect();
            let Merged { came, both } = &merged;
            axum::Json(serde_json::json!({ "kept": kept, "came": came, "both": both })).into_response()
        }
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::GONE.into_response(),
        Err(problem) => PageProblem::to(&web, &who, problem).into_response(),
    }
}

async fn discard(State(web): State<Web>, Sent { who, mut answers }: Sent) -> Response {
    let key = draft_key(&who, command_of(&mut answers));
    match web.app.store().end_draft(&key, web.app.now()).await {
        Ok(()) => Redirect::to("/report?done=discarded").into_response(),
        Err(fault) => PageProblem::to(&web, &who, fault.into()).into_response(),
    }
}
