//! One incident: what must be known first, what comes next, what was done; and a form for everything that can be done.
pub(crate) mod act;
mod advice;
mod also;
mod past;
mod story;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cf_access::{Action, Resource};
use cf_app::views::IncidentView;
use cf_app::{FieldProblem, Problem};
use cf_casework::missing::HowReturned;
use cf_casework::missing::state::{Incident, Origin, Phase, Reviewer};
use cf_components::{Banner, Button, Html, IdentityBar, SummaryList, SummaryRow, Urgency};
use cf_kernel::{Role, Timestamp};
use serde::Deserialize;

use super::as_at;
use super::board::{due_html, elapsed, grade_badge};
use super::grade::source;
use super::problem_page::PageProblem;
use crate::acts::incident as acts;
use crate::markup::{div, h2, h3, link, list, p, prose, tag};
use crate::places::{born_with_age, borough_name};
pub(crate) use crate::problem::id;
use crate::routes::{May, Routes};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/incidents/{id}", Action::ViewIncident, page)
        .get("/incidents/{id}/do/{slug}", May::Acts(acts::lines), act::form)
        .post("/incidents/{id}/do/{slug}", May::Acts(acts::lines), act::send)
        .get("/incidents/{id}/facts", Action::RecordOnIncident, act::facts)
        .post("/incidents/{id}/facts", Action::RecordOnIncident, act::send_facts)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
    #[serde(default)]
    as_at_date: String,
    #[serde(default)]
    as_at_time: String,
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let read = async {
        let id = id(&text)?;
        let (at, mut problems) = as_at::read(&asked.as_at_date, &asked.as_at_time, web.app.now());
        let view = match web.app.incident(&who.caller, id, at).await {
            Err(Problem::NotFound) if at.is_some() => {
                problems.push(as_at::nothing_yet(at));
                web.app.incident(&who.caller, id, None).await?
            }
            view => view?,
        };
        Ok((view, problems))
    };
    let (view, problems) = read.await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let (home, words) = home(&web, &who);
    let shell = Shell::new(&web, &who, home, &title(&view)).wide().back(home, words);
    let shell = shell.done(asked.done.as_deref()).problems(StatusCode::UNPROCESSABLE_ENTITY, &problems);
    Ok(shell.show(body(&web, &who, &view, &asked, &problems)))
}

/// The list this person works from.
fn home(web: &Web, who: &SignedIn) -> (&'static str, &'static str) {
    if web.app.may(&who.caller, Action::ViewBoard, &Resource::desk()) {
        ("/board", "Board")
    } else {
        ("/our-children", "Our children")
    }
}

fn name(view: &IncidentView) -> String {
    let hidden = view.child.as_ref().map(|child| child.name.clone());
    hidden.filter(|name| !name.is_empty()).unwrap_or_else(|| "Name not known".to_owned())
}

fn died(incident: &Incident) -> bool {
    incident.back().is_some_and(|back| back.how == HowReturned::Died)
}

fn title(view: &IncidentView) -> String {
    let state = match &view.incident.phase {
        Phase::Missing => "missing",
        Phase::Back(_) if died(&view.incident) => "has died",
        Phase::Back(_) => "back",
        Phase::Closed { .. } => "closed",
    };
    format!("{}, {state}", name(view))
}

fn body(web: &Web, who: &SignedIn, view: &IncidentView, asked: &Asked, problems: &[FieldProblem]) -> Html {
    let now = web.app.now();
    let incident = &view.incident;
    // What must be known before anything is done stands above both columns, so that a phone shows it first.
    let mut top = Vec::new();
    if let Some(at) = view.as_at {
        let words = format!("This is the record as it was known at {at}. Nothing can be changed here.");
        top.push(Banner::new("As known then", words.as_str(), Urgency::Soon).into());
    }
    top.push(tag("h1", "govuk-heading-l", title(view)));
    top.push(identity(web, who, view, view.as_at.unwrap_or(now)));
    top.extend(closed_record(view));
    top.extend(also::also(web, who, view));
    if let Some(child) = &view.record {
        top.push(super::child::first_things(child, view.as_at.unwrap_or(now)));
    }
    top.extend(waiting_hand_over(incident));
    let mut main = Vec::new();
    if view.as_at.is_none() {
        main.push(clocks(incident, now));
    }
    if let Some(advice) = &view.advice {
        main.push(advice::advice(web.app.grading_rules(), advice, incident));
    }
    main.push(report(incident));
    main.push(story::story(incident, view.as_at.unwrap_or(now)));
    main.push(imported_wording(web, incident));
    main.push(super::wording::about_record(&view.wording, now));
    let side = Html::join([
        actions(web, who, view),
        owed(incident),
        people(incident),
        time_travel(view, asked, problems),
    ]);
    top.push(div(
        "cf-case",
        Html::join([
            div("cf-case__main", super::wording::beside(Html::join(main), &view.challenged)),
            tag("aside", "cf-case__side", side),
        ]),
    ));
    Html::join(top)
}

/// The incident's number, as people read it out: the end of its id.
fn number(view: &IncidentView) -> String {
    let id = view.id.to_string();
    id.rsplit('-').next().unwrap_or(&id).to_uppercase()
}

/// What somebody who holds the incident of a restricted child must know: what they may do, and whom to ask for more.
fn closed_record(view: &IncidentView) -> Option<Html> {
    if !view.record_closed {
        return None;
    }
    let words = "You hold this incident and can finish what you began. The child's own record is closed to you: \
                 its name, trigger plan, warnings and earlier incidents are not shown here.";
    let ask = format!(
        "Ring the duty inspector or the duty supervisor now, say incident {}, and ask whether there is a trigger plan or a warning.",
        number(view)
    );
    Some(Html::join([
        Banner::new("Restricted record", words, Urgency::Now).into(),
        p(ask),
        p(link("/glass", "If a child's safety needs it now: open restricted records with a reason")),
    ]))
}

fn identity(web: &Web, who: &SignedIn, view: &IncidentView, now: Timestamp) -> Html {
    let restricted = view.child.as_ref().is_some_and(|child| child.restricted);
    let name = name(view);
    // Nobody is led to a record that is closed to them.
    let name = if web.app.may(&who.caller, Action::ViewChild, &Resource::child(restricted)) {
        link(&format!("/children/{}", view.incident.child), name.as_str())
    } else {
        Html::from(name)
    };
    let mut bar = IdentityBar::default().name(name);
    if let Some(born) = view.child.as_ref().and_then(cf_store::ChildRow::born) {
        bar = bar.fact("Born", born_with_age(born, now.day()).as_str());
    }
    if view.child.as_ref().and_then(|child| child.looked_after) == Some(true) {
        bar = bar.fact("Care", "looked after");
    }
    let incident = &view.incident;
    match (&incident.phase, incident.back()) {
        (Phase::Missing, _) => {
            let since = incident.last_seen_at.unwrap_or(incident.reported_at);
            bar = bar.fact("Missing for", elapsed(now.seconds_since(since)).as_str());
        }
        (_, Some(back)) => {
            bar =
                bar.fact(if died(incident) { "Found" } else { "Back" }, back.returned_at.to_string().as_str())
        }
        (_, None) => {}
    }
    if !view.record_closed {
        let earlier = view.episodes.iter().filter(|episode| episode.id() != view.id).count();
        bar = bar.fact("Missing before", super::child::times(earlier).as_str());
    }
    if let Some(import) = incident.grade_source() {
        bar = bar.fact("Grade from", source(&import.source_system, import.graded_at).as_str());
    }
    bar = bar.fact("Incident", number(view).as_str());
    bar.badges(grade_badge(incident.grade())).into()
}

fn waiting_hand_over(incident: &Incident) -> Option<Html> {
    let waiting = incident.hand_over.as_ref()?;
    let words = format!(
        "{} hands this over to {}, since {}. Not acknowledged yet.",
        waiting.by.name,
        waiting.what.to.name(),
        waiting.at
    );
    Some(Html::join([
        Banner::new("Hand-over", words.as_str(), Urgency::Now).into(),
        div("govuk-inset-text", Html::join([h2("Briefing"), prose(waiting.what.briefing.or_gone())])),
    ]))
}

fn clocks(incident: &Incident, now: Timestamp) -> Html {
    if incident.clocks.is_empty() {
        return Html::default();
    }
    let mut running: Vec<_> = incident.clocks.iter().collect();
    running.sort_by_key(|(_, clock)| clock.deadline.due_at);
    let rows = running.into_iter().map(|(id, clock)| {
        let (rung, at) = clock.next_escalation();
        let hears =
            tag("span", "cf-quiet", format!("then {} hears of it, {at}", rung.label().to_lowercase()));
        let value = Html::join([
            due_html("", clock.deadline.due_at, now),
            Html::from(format!(" {}", clock.deadline.due_at)),
            hears,
        ]);
        SummaryRow::new(id.words().as_str(), value)
    });
    Html::join([h2("What is due"), SummaryList::new(rows.collect::<Vec<_>>()).into()])
}

/// A text of the report, or that nobody said.
fn told(text: &cf_kernel::Private<String>) -> Html {
    let words = text.or_gone();
    if words.trim().is_empty() { Html::from("Not known") } else { prose(words) }
}

fn report(incident: &Incident) -> Html {
    let row = |key: &str, value: Html| SummaryRow::new(key, value);
    let mut rows = vec![row("Reported", Html::from(incident.reported_at.to_string()))];
    match &incident.origin {
        Origin::Report(report) => {
            let about = if report.last_seen_approximate { " (a guess)" } else { "" };
            rows.push(row("Last seen", Html::from(format!("{}{about}", report.last_seen_at))));
            rows.push(row("Where, by whom", told(&report.last_seen)));
            rows.push(row("Missing from", Html::from(report.missing_from.label())));
            rows.extend(report.borough.as_deref().map(|code| row("Borough", Html::from(borough_name(code)))));
            rows.push(row("What happened", prose(report.circumstances.or_gone())));
            rows.push(row("Description", told(&report.description)));
            rows.push(row("Tried already", told(&report.already_tried)));
            if let Some(reporter) = report.reporter.get() {
                let who = [&reporter.name, &reporter.relationship, &reporter.phone];
                let who: Vec<&str> =
                    who.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                rows.push(row("Caller", Html::from(who.join(", "))));
            }
        }
        Origin::Import(import) => {
            rows.push(row("From", Html::from(format!("{} {}", import.source_system, import.source_ref))));
            rows.push(row(
                "Source",
                Html::from(format!("line {} of file {}", import.source_line, &import.source_file)),
            ));
            rows.extend(import.last_seen_at.map(|at| row("Last seen", Html::from(at.to_string()))));
            rows.extend(import.missing_from.map(|from| row("Missing from", Html::from(from.label()))));
            rows.extend(import.borough.as_deref().map(|code| row("Borough", Html::from(borough_name(code)))));
            if let Some(cells) = import.row.get() {
                let cells = cells.iter().filter(|(_, value)| !value.is_empty());
                rows.push(row(
                    "As it stood",
                    list(cells.map(|(name, value)| Html::from(format!("{name}: {value}")))),
                ));
            }
        }
    }
    Html::join([h2("The report"), SummaryList::new(rows).into()])
}

/// Words in imported text that may put blame on the child: shown, because nobody could be asked when it came.
fn imported_wording(web: &Web, incident: &Incident) -> Html {
    let Origin::Import(import) = &incident.origin else { return Html::default() };
    let cells = import.row.get().map(Vec::as_slice).unwrap_or_default();
    let texts = cells.iter().map(|(column, text)| (column.as_str(), text.as_str()));
    super::wording::in_imported(web, texts)
}

/// Refuses, and logs that, before a form is shown or its answers are looked at, if the act is never this person's. An
/// incident that is merely closed is another matter: sending the form says what stands in the way.
pub(crate) async fn whose_work(
    web: &Web,
    caller: &cf_app::Caller,
    view: &IncidentView,
    action: Action,
) -> Result<(), Problem> {
    let records = [view.id.into(), view.incident.child.into()];
    web.app.turn_away(caller, action, &view.resource, &records).await
}

/// Everything the person may do now, most likely first.
fn actions(web: &Web, who: &SignedIn, view: &IncidentView) -> Html {
    if view.as_at.is_some() {
        return p(link(&format!("/incidents/{}", view.id), "Back to the present"));
    }
    let incident = &view.incident;
    let may_review = web.app.may(&who.caller, Action::ReviewIncident, &view.resource);
    // Nobody looks at their own grade, so nobody is asked to.
    let own = may_review && incident.grader() == Some(who.caller.actor.user);
    let may = |spec: &&acts::Spec| {
        (spec.open)(incident)
            && !(own && spec.action == Action::ReviewIncident)
            && web.app.may(&who.caller, spec.action, &view.resource)
    };
    let first = next_step(incident);
    let mut links = Vec::new();
    for spec in acts::all().filter(may) {
        let href = format!("/incidents/{}/do/{}", view.id, spec.slug);
        if Some(spec.slug) == first {
            links.insert(0, Html::from(Button::new(spec.title).href(href)));
        } else {
            links.push(p(link(&href, spec.title)));
        }
    }
    if incident.is_open() && may_review {
        links.extend(whose_look(incident, who.caller.role(), own).map(p));
    }
    if incident.is_open() && web.app.may(&who.caller, Action::RecordOnIncident, &view.resource) {
        links.push(p(link(&format!("/incidents/{}/facts", view.id), "Record what was learned about risk")));
    }
    if web.app.may(&who.caller, Action::ChallengeWording, &view.resource) {
        links.push(p(link(&format!("/wording/challenge/incidents/{}", view.id), "Challenge wording")));
    }
    if web.app.may(&who.caller, Action::ViewHistory, &view.resource) {
        links.push(p(link(&format!("/incidents/{}/history", view.id), "History of this record")));
    }
    Html::join([h2("Do"), Html::join(links)])
}

/// Who looks at the grade that stands, where the reader's own look would not settle it.
fn whose_look(incident: &Incident, role: Role, own: bool) -> Option<&'static str> {
    let senior_owed = incident.below_recommendation() && !incident.looked_at(true);
    match (senior_owed, own) {
        (true, true) => {
            Some("You graded below the recommendation. An inspector who did not grade looks at it.")
        }
        (true, false) if !Reviewer::is_senior(role) => {
            Some("The grade is below the recommendation. Only an inspector's look settles that.")
        }
        (false, true) if !incident.looked_at(false) => {
            Some("You gave the grade. Another supervisor or inspector looks at it.")
        }
        _ => None,
    }
}

/// The act that should come next, as the incident stands.
fn next_step(incident: &Incident) -> Option<&'static str> {
    use cf_casework::missing::state::Prevention;
    Some(match &incident.phase {
        _ if incident.hand_over.is_some() => "acknowledge",
        _ if incident.grade().is_none() || incident.facts_have_moved() || incident.regrade_asked() => "grade",
        _ if !incident.gradings.is_empty() && !incident.looked_at(false) => "review",
        Phase::Missing => "action",
        Phase::Back(_) if !incident.back_without_talks() && incident.prevention == Prevention::Owed => {
            "prevention-interview"
        }
        Phase::Back(_) if !incident.back_without_talks() && incident.interview.end.is_none() => "interview",
        Phase::Back(_) => "close",
        Phase::Closed { .. } => return None,
    })
}

fn owed(incident: &Incident) -> Html {
    if !incident.is_open() {
        return Html::default();
    }
    let owed = incident.owed();
    if owed.is_empty() {
        return Html::join([h2("Before closing"), p("Nothing more is owed. The incident can be closed.")]);
    }
    let items = owed.iter().map(|one| Html::from(super::problem_page::capital(&one.to_string())));
    Html::join([h2("Before closing"), list(items)])
}

fn people(incident: &Incident) -> Html {
    let mut parts = vec![h2("Held by"), p(incident.owner.name())];
    let top = incident.escalations.iter().rev().take(3);
    let rungs: Vec<Html> = top
        .map(|(at, climbed)| {
            Html::from(format!("{} told about: {}, {at}", climbed.to.label(), climbed.clock.words()))
        })
        .collect();
    if !rungs.is_empty() {
        parts.push(h3("Escalated"));
        parts.push(list(rungs));
    }
    Html::join(parts)
}

fn time_travel(view: &IncidentView, asked: &Asked, problems: &[FieldProblem]) -> Html {
    as_at::form(&format!("/incidents/{}", view.id), (&asked.as_at_date, &asked.as_at_time), problems)
}
