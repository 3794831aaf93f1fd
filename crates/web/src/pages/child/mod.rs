//! A child's record: one life, with what must be known first at the top.
mod act;
mod for_the_child;
mod known;
mod life;
mod net;
mod picture;
mod search;
mod together;
mod trail;

pub(crate) use trail::{Names, access_table};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cf_access::{Action, Resource};
use cf_app::views::ChildView;
use cf_app::{FieldProblem, Problem};
use cf_casework::child::{Child, Identity};
use cf_casework::missing::HowReturned;
use cf_components::{Badge, Banner, Button, Html, IdentityBar, TicketPanel, Urgency, WarningText};
use cf_kernel::Timestamp;
use serde::Deserialize;

use super::as_at;
use super::board::{elapsed, grade_badge};
use super::grade::Sourced as _;
use super::problem_page::PageProblem;
use crate::acts::child as acts;
use crate::markup::{div, h2, link, list, p, tag};
use crate::places::{born_with_age, borough_name, yes_or_no};
use crate::problem::id;
use crate::routes::{May, Routes};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/children", Action::SearchChildren, search::page)
        .post("/children/search", Action::SearchChildren, search::send)
        .get("/children/{id}", Action::ViewChild, page)
        .get("/children/{id}/together", Action::ViewChild, together::page)
        .get("/children/{id}/history", Action::ViewHistory, trail::child_history)
        .get("/children/{id}/access", Action::ViewAccessLog, trail::child_access)
        .get("/children/{id}/for-the-child", Action::ViewChild, for_the_child::page)
        .get("/children/{id}/do/{slug}", May::Acts(acts::lines), act::form)
        .post("/children/{id}/do/{slug}", May::Acts(acts::lines), act::send)
        .get("/incidents/{id}/history", Action::ViewHistory, trail::incident_history)
        .get("/incidents/{id}/access", Action::ViewAccessLog, trail::incident_access)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
    #[serde(default)]
    as_at_date: String,
    #[serde(default)]
    as_at_time: String,
}

/// What whoever takes a report or meets the child must know first: the trigger plan and the warnings.
pub(crate) fn first_things(child: &Child, now: Timestamp) -> Html {
    let mut parts = Vec::new();
    for warning in &child.warnings {
        let text = format!("{}: {}", warning.what.kind.label(), warning.what.words.or_gone());
        parts.push(WarningText::from(text).icon_fallback_text("Warning").into());
    }
    if let Some(plan) = &child.trigger_plan {
        parts.push(tag("h2", "govuk-heading-s", "Trigger plan: do this at once"));
        match plan.what.actions.get() {
            Some(actions) => parts.push(list(actions.iter().map(Html::from))),
            None => parts.push(p("[destroyed under the retention schedule]")),
        }
        let (owner, review_at) = (plan.what.owner.name(), plan.what.review_at);
        parts.push(p(Html::join([
            Html::from(format!("Kept by {owner}, to be reviewed by {}. ", review_at.day().long())),
            review_overdue(review_at, now),
        ])));
    }
    Html::join(parts)
}

/// Said of what was to be reviewed by a day that is over.
fn review_overdue(review_at: Timestamp, now: Timestamp) -> Html {
    if review_at <= now { Badge::new("Review overdue", Urgency::Overdue).into() } else { Html::default() }
}

/// The child's name, or what stands in its place.
fn name(child: &Child) -> String {
    child.identity.get().map_or_else(|| "Name destroyed".to_owned(), Identity::name)
}

async fn view(
    web: &Web,
    who: &SignedIn,
    text: &str,
    as_at: Option<Timestamp>,
) -> Result<ChildView, PageProblem> {
    let found = match id(text) {
        Ok(id) => web.app.child(&who.caller, id, as_at).await,
        Err(problem) => Err(problem),
    };
    found.map_err(|problem| PageProblem::to(web, who, problem))
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
        let view = match web.app.child(&who.caller, id, at).await {
            Err(Problem::NotFound) if at.is_some() => {
                problems.push(as_at::nothing_yet(at));
                web.app.child(&who.caller, id, None).await?
            }
            view => view?,
        };
        Ok((view, problems))
    };
    let (view, problems) = read.await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let shell = Shell::new(&web, &who, "/children", &name(&view.child)).wide().back("/children", "Children");
    let shell = shell.done(asked.done.as_deref()).problems(StatusCode::UNPROCESSABLE_ENTITY, &problems);
    Ok(shell.show(body(&web, &who, &view, &asked, &problems)))
}

fn body(web: &Web, who: &SignedIn, view: &ChildView, asked: &Asked, problems: &[FieldProblem]) -> Html {
    // Ages and gaps are those of the moment shown, not of today.
    let now = view.as_at.unwrap_or_else(|| web.app.now());
    let mut main = Vec::new();
    if let Some(at) = view.as_at {
        let words = format!("This is the record as it was known at {at}. Nothing can be changed here.");
        main.push(Banner::new("As known then", words.as_str(), Urgency::Soon).into());
    }
    main.push(tag("h1", "govuk-heading-l", name(&view.child)));
    main.push(identity(view, now));
    main.push(first_things(&view.child, now));
    main.push(open_incidents(view, now));
    main.push(life::life(web, who, view));
    main.push(picture::picture(view, now));
    main.push(known::known(&view.child, now));
    main.push(super::wording::about_record(&view.wording, now));
    let side =
        Html::join([actions(web, who, view), looks(web, who, view), time_travel(view, asked, problems)]);
    div(
        "cf-case cf-case--child",
        Html::join([div("cf-case__main", Html::join(main)), tag("aside", "cf-case__side", side)]),
    )
}

fn identity(view: &ChildView, now: Timestamp) -> Html {
    let child = &view.child;
    let mut bar = IdentityBar::default().name(name(child).as_str());
    match child.identity.get().and_then(|identity| identity.born_on) {
        Some(born) => bar = bar.fact("Born", born_with_age(born, now.day()).as_str()),
        None => bar = bar.fact("Born", "not known, presumed under 18"),
    }
    bar = bar.fact("Looked after", yes_or_no(child.care.looked_after));
    if let Some(code) = &child.care.borough {
        bar = bar.fact("Borough", borough_name(code));
    }
    bar = bar.fact("Reported missing", times(view.episodes.len()).as_str());
    let mut badges = Vec::new();
    if let Some(open) = view.episodes.iter().find(|episode| episode.phase == "missing") {
        badges.push(Badge::new("Missing now", Urgency::Overdue).into());
        badges.push(grade_badge(open.grade()));
        if let Some(words) = open.source_words() {
            bar = bar.fact("Grade from", words.as_str());
        }
    }
    if child.restricted.is_some() {
        badges.push(Badge::new("Restricted", Urgency::Now).into());
    }
    bar.badges(Html::join(badges)).into()
}

/// `never`, `once`, `7 times`.
pub(crate) fn times(count: usize) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        more => format!("{more} times"),
    }
}

/// What is live now: before anything about the past.
fn open_incidents(view: &ChildView, now: Timestamp) -> Html {
    let open = view.episodes.iter().filter(|episode| episode.phase != "closed");
    Html::join(open.map(|episode| {
        let reported = Timestamp::from_micros(episode.reported_at);
        let missing = episode.phase == "missing";
        let died = episode.how.as_deref() == Some(HowReturned::Died.code());
        let (title, urgency) = if missing {
            ("Missing now", Urgency::Overdue)
        } else if died {
            ("The child has died, something is owed", Urgency::Soon)
        } else {
            ("Back, something is owed", Urgency::Soon)
        };
        let since = match episode.returned_at {
            Some(at) if died => format!("Found {}.", Timestamp::from_micros(at)),
            Some(at) => format!("Back for {}.", elapsed(now.seconds_since(Timestamp::from_micros(at)))),
            None => {
                let seen = Timestamp::from_micros(episode.last_seen_at.unwrap_or(episode.reported_at));
                format!("Missing for {}.", elapsed(now.seconds_since(seen)))
            }
        };
        let content = Html::join([
            p(Html::join([
                grade_badge(episode.grade()),
                episode.source_note(),
                Html::from(format!(" Reported {reported}. {since} Held by {}.", episode.owner_name)),
            ])),
            p(link(&format!("/incidents/{}", episode.id()), "Open the incident")),
        ]);
        TicketPanel::new(title, content, urgency).into()
    }))
}

/// Refuses, and logs that, before a form is shown or its answers are looked at, if the act is not this person's.
pub(crate) async fn whose_work(
    web: &Web,
    caller: &cf_app::Caller,
    view: &ChildView,
    action: Action,
) -> Result<(), Problem> {
    let resource = Resource::child(view.child.restricted.is_some());
    web.app.turn_away(caller, action, &resource, &[view.id.into()]).await
}

/// Everything the person may do now.
fn actions(web: &Web, who: &SignedIn, view: &ChildView) -> Html {
    if view.as_at.is_some() {
        return p(link(&format!("/children/{}", view.id), "Back to the present"));
    }
    let child = &view.child;
    let resource = Resource::child(child.restricted.is_some());
    let may = |spec: &&acts::Spec| (spec.open)(child) && web.app.may(&who.caller, spec.action, &resource);
    let mut links = Vec::new();
    let missing = view.episodes.iter().any(|episode| episode.phase == "missing");
    if !missing && web.app.may(&who.caller, Action::TakeReport, &Resource::desk()) {
        let href = format!("/report?child={}", view.id);
        links.push(Html::from(Button::new("Report this child missing").href(href)));
    }
    let acts = acts::SPECS.iter().filter(may);
    links.extend(acts.map(|spec| p(link(&format!("/children/{}/do/{}", view.id, spec.slug), spec.title))));
    if links.is_empty() {
        return Html::default();
    }
    Html::join([h2("Do"), Html::join(links)])
}

/// Other views of the same record.
fn looks(web: &Web, who: &SignedIn, view: &ChildView) -> Html {
    let resource = Resource::child(view.child.restricted.is_some());
    let to = |end: &str, words: &str| p(link(&format!("/children/{}/{end}", view.id), words));
    let mut links =
        vec![to("together", "Missing together, or in touch"), to("for-the-child", "Page for the child")];
    if view.as_at.is_none() && web.app.may(&who.caller, Action::ChallengeWording, &resource) {
        links.push(p(link(&format!("/wording/challenge/children/{}", view.id), "Challenge wording")));
    }
    if web.app.may(&who.caller, Action::ViewHistory, &resource) {
        links.push(to("history", "History of this record"));
    }
    if web.app.may(&who.caller, Action::ViewAccessLog, &Resource::desk()) {
        links.push(to("access", "Who looked at this record"));
    }
    Html::join([h2("More"), Html::join(links)])
}

fn time_travel(view: &ChildView, asked: &Asked, problems: &[FieldProblem]) -> Html {
    as_at::form(&format!("/children/{}", view.id), (&asked.as_at_date, &asked.as_at_time), problems)
}
