//! One incident: what must be known first, what comes next, what was done; and a form for everything that can be done.
pub(crate) mod act;
mod advice;
mod story;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use cf_access::Resource;
use cf_app::Problem;
use cf_app::views::IncidentView;
use cf_casework::missing::state::{Incident, Origin, Phase};
use cf_components::{Badge, Banner, Button, Html, IdentityBar, SummaryList, SummaryRow, Urgency};
use cf_kernel::{IncidentId, Timestamp};
use serde::Deserialize;

use super::board::{due_html, elapsed, grade_badge};
use super::problem_page::PageProblem;
use crate::acts::incident as acts;
use crate::markup::{ask, div, h2, h3, link, list, p, prose, tag};
use crate::places::borough_name;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/incidents/{id}", get(page))
        .route("/incidents/{id}/do/{slug}", get(act::form).post(act::send))
        .route("/incidents/{id}/facts", get(act::facts).post(act::send_facts))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
    #[serde(default)]
    as_at_date: String,
    #[serde(default)]
    as_at_time: String,
}

/// The id in the address, or not found.
pub(crate) fn id(text: &str) -> Result<IncidentId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

/// The moment a page is asked as known at.
pub(crate) fn as_at(date: &str, time: &str) -> Option<Timestamp> {
    let day: cf_kernel::CalendarDay = date.parse().ok()?;
    let time: jiff::civil::Time = if time.is_empty() { "23:59".parse().ok()? } else { time.parse().ok()? };
    Some(cf_kernel::local_to_timestamp(day.date().to_datetime(time)).at)
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let at = as_at(&asked.as_at_date, &asked.as_at_time);
    let view = match id(&text) {
        Ok(id) => web.app.incident(&who.caller, id, at).await,
        Err(problem) => Err(problem),
    };
    let view = view.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let shell = Shell::new(&web, &who, "/board", &title(&view)).wide().back("/board", "Board");
    Ok(shell.done(asked.done.as_deref()).show(body(&web, &who, &view, &asked)))
}

fn name(view: &IncidentView) -> String {
    let hidden = view.child.as_ref().map(|child| child.name.clone());
    hidden.filter(|name| !name.is_empty()).unwrap_or_else(|| "Name not known".to_owned())
}

fn title(view: &IncidentView) -> String {
    let state = match view.incident.phase {
        Phase::Missing => "missing",
        Phase::Back(_) => "back",
        Phase::Closed { .. } => "closed",
    };
    format!("{}, {state}", name(view))
}

fn body(web: &Web, who: &SignedIn, view: &IncidentView, asked: &Asked) -> Html {
    let now = web.app.now();
    let incident = &view.incident;
    let mut main = Vec::new();
    if let Some(at) = view.as_at {
        let words = format!("This is the record as it was known at {at}. Nothing can be changed here.");
        main.push(Banner::new("As known then", words.as_str(), Urgency::Soon).into());
    }
    main.push(tag("h1", "govuk-heading-l", title(view)));
    main.push(identity(view, view.as_at.unwrap_or(now)));
    if let Some(child) = &view.record {
        main.push(super::child::first_things(child));
    }
    main.extend(waiting_hand_over(incident));
    if view.as_at.is_none() {
        main.push(clocks(incident, now));
    }
    if let Some(advice) = &view.advice {
        main.push(advice::advice(web.app.grading_rules(), advice, incident));
    }
    main.push(report(incident));
    main.push(story::story(incident));
    main.push(super::wording::about_record(&view.wording, now));
    let side =
        Html::join([actions(web, who, view), owed(incident), people(incident), time_travel(view, asked)]);
    Html::join([div(
        "cf-case",
        Html::join([div("cf-case__main", Html::join(main)), tag("aside", "cf-case__side", side)]),
    )])
}

fn identity(view: &IncidentView, now: Timestamp) -> Html {
    let mut bar =
        IdentityBar::default().name(link(&format!("/children/{}", view.incident.child), name(view).as_str()));
    if let Some(born) = view.child.as_ref().and_then(cf_store::ChildRow::born) {
        let age = born.age_on(now.day()).map(|age| format!(" ({age})")).unwrap_or_default();
        bar = bar.fact("Born", format!("{}{age}", born.long()).as_str());
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
        (_, Some(back)) => bar = bar.fact("Back", back.returned_at.to_string().as_str()),
        (_, None) => {}
    }
    let earlier = view.episodes.iter().filter(|episode| episode.id() != view.id).count();
    bar = bar.fact("Missing before", format!("{earlier} times").as_str());
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
        let about = id.as_str().split_once(':').map(|(_, about)| format!(" {about}")).unwrap_or_default();
        let hears =
            tag("span", "cf-quiet", format!("then {} hears of it, {at}", rung.label().to_lowercase()));
        let value = Html::join([
            due_html("", clock.deadline.due_at, now),
            Html::from(format!(" {}", clock.deadline.due_at)),
            hears,
        ]);
        SummaryRow::new(format!("{}{about}", clock.key.label()).as_str(), value)
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

/// Everything the person may do now, most likely first.
fn actions(web: &Web, who: &SignedIn, view: &IncidentView) -> Html {
    if view.as_at.is_some() {
        return p(link(&format!("/incidents/{}", view.id), "Back to the present"));
    }
    let incident = &view.incident;
    let restricted = view.child.as_ref().is_some_and(|child| child.restricted);
    let hand_over = incident.hand_over.as_ref().and_then(|waiting| waiting.what.to.user());
    let resource =
        Resource::incident(restricted, incident.owner.user(), incident.owner.team(), incident.is_open())
            .handed_to(hand_over);
    let may = |spec: &&acts::Spec| (spec.open)(incident) && web.app.may(&who.caller, spec.action, &resource);
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
    if incident.is_open() && web.app.may(&who.caller, cf_access::Action::RecordOnIncident, &resource) {
        links.push(p(link(&format!("/incidents/{}/facts", view.id), "Record what was learned about risk")));
    }
    if web.app.may(&who.caller, cf_access::Action::ChallengeWording, &resource) {
        links.push(p(link(&format!("/wording/challenge/incidents/{}", view.id), "Challenge wording")));
    }
    links.push(p(link(&format!("/incidents/{}/history", view.id), "History of this record")));
    Html::join([h2("Do"), Html::join(links)])
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
    let rungs: Vec<Html> =
        top.map(|(at, climbed)| Html::from(format!("{} told, {at}", climbed.to.label()))).collect();
    if !rungs.is_empty() {
        parts.push(h3("Escalated"));
        parts.push(list(rungs));
    }
    Html::join(parts)
}

fn time_travel(view: &IncidentView, asked: &Asked) -> Html {
    let input = |name: &str, label: &str, kind: &str, value: &str| -> Html {
        cf_components::Input::new(name, label)
            .kind(kind)
            .value(value)
            .autocomplete("off")
            .classes("govuk-input--width-10")
            .into()
    };
    let fields = Html::join([
        input("as_at_date", "Date", "date", &asked.as_at_date),
        input("as_at_time", "Time", "time", &asked.as_at_time),
        Button::submit("Show").secondary().into(),
    ]);
    Html::join([h2("As known at"), ask(&format!("/incidents/{}", view.id), "", fields)])
}

/// A badge for each task's state.
pub(super) fn task_badge(ended: bool, now_overdue: bool) -> Html {
    match (ended, now_overdue) {
        (true, _) => Badge::new("Done", Urgency::Calm).into(),
        (false, true) => Badge::new("Overdue", Urgency::Overdue).into(),
        (false, false) => Badge::new("Open", Urgency::Soon).into(),
    }
}
