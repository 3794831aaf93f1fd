//! Every event of a record in order, and who looked at it.
use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use cf_access::Action;
use cf_app::Problem;
use cf_components::{Cell, Html, Table, Tag};
use cf_kernel::{Role, StreamId, Timestamp, UserId};
use cf_store::{AccessRecorded, Recorded};

use crate::markup::{h1, p, tag};
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

/// Entries of the access log on one page.
const SHOWN: u32 = 500;

/// Names of people by account, so that a page can say who.
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    pub(crate) async fn of(web: &Web) -> Result<Self, Problem> {
        let accounts = web.app.store().accounts().await?;
        Ok(Self(accounts.into_iter().map(|account| (account.id, account.name)).collect()))
    }

    /// The name, with the role the person acted in.
    pub(crate) fn who(&self, user: UserId, role: Role) -> String {
        match self.0.get(&user) {
            Some(name) => format!("{name}, {}", role.label().to_lowercase()),
            None => role.label().to_owned(),
        }
    }
}

#[derive(Clone, Copy)]
struct Place {
    path: &'static str,
    section: &'static str,
    back: &'static str,
}

const CHILD: Place = Place { path: "children", section: "/children", back: "The child's record" };
const INCIDENT: Place = Place { path: "incidents", section: "/board", back: "The incident" };

pub(super) async fn child_history(
    web: State<Web>,
    who: SignedIn,
    id: Path<String>,
) -> Result<Response, PageProblem> {
    history(web, who, id, CHILD).await
}

pub(super) async fn incident_history(
    web: State<Web>,
    who: SignedIn,
    id: Path<String>,
) -> Result<Response, PageProblem> {
    history(web, who, id, INCIDENT).await
}

pub(super) async fn child_access(
    web: State<Web>,
    who: SignedIn,
    id: Path<String>,
) -> Result<Response, PageProblem> {
    access(web, who, id, CHILD).await
}

pub(super) async fn incident_access(
    web: State<Web>,
    who: SignedIn,
    id: Path<String>,
) -> Result<Response, PageProblem> {
    access(web, who, id, INCIDENT).await
}

fn stream(id: &str) -> Result<StreamId, Problem> {
    id.parse().map_err(|_| Problem::NotFound)
}

async fn history(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
    place: Place,
) -> Result<Response, PageProblem> {
    let read = async {
        let events = web.app.history(&who.caller, stream(&id)?).await?;
        Ok((events, Names::of(&web).await?))
    };
    let (events, names) = read.await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let body = Html::join([
        h1("History of this record"),
        p(
            "Everything recorded, oldest first. Nothing here can be changed or taken out; corrections are added.",
        ),
        events_table(&events, &names),
    ]);
    Ok(shell(&web, &who, place, &id, "History of this record").show(body))
}

fn shell(web: &Web, who: &SignedIn, place: Place, id: &str, title: &str) -> Shell {
    Shell::new(web, who, place.section, title).wide().back(&format!("/{}/{id}", place.path), place.back)
}

fn events_table(events: &[Recorded], names: &Names) -> Html {
    let mut table = Table::new(
        "Events, oldest first",
        ["No.", "What", "Who", "Happened", "Recorded", "Place in the log"].map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden");
    for event in events {
        let (user, role, _) = event.actor;
        table = table.row([
            Cell::number(event.version),
            Cell::from(capital(&spaced(&event.event_type))),
            Cell::from(names.who(user, role)),
            Cell::from(time(event.occurred_at)),
            Cell::from(time(event.recorded_at)),
            Cell::number(event.position),
        ]);
    }
    table.stacked().into()
}

/// A moment for people, and for programs.
fn time(at: Timestamp) -> Html {
    Html::trusted(format!("<time datetime=\"{}\">{at}</time>", at.to_rfc3339()))
}

/// `missing.return_interview_held` as words.
fn spaced(code: &str) -> String {
    code.rsplit('.').next().unwrap_or(code).replace('_', " ")
}

async fn access(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
    place: Place,
) -> Result<Response, PageProblem> {
    let read = async {
        let entries = web.app.access_of(&who.caller, stream(&id)?, None, SHOWN).await?;
        Ok((entries, Names::of(&web).await?))
    };
    let (entries, names) = read.await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut parts = vec![
        h1("Who looked at this record"),
        p("Newest first. Looking at this page is itself the newest entry."),
        access_table(&entries, &names),
    ];
    if entries.len() == SHOWN as usize {
        parts.push(p(format!("These are the newest {SHOWN}. There are earlier ones.")));
    }
    Ok(shell(&web, &who, place, &id, "Who looked at this record").show(Html::join(parts)))
}

/// Entries of the access log.
pub(crate) fn access_table(entries: &[AccessRecorded], names: &Names) -> Html {
    if entries.is_empty() {
        return p("No entry fits.");
    }
    let mut table = Table::new(
        "Entries of the access log, newest first",
        ["When", "Who", "What", "Records", "Reason", "Answer", "No."].map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for entry in entries {
        let action = Action::from_code(&entry.action).map_or(entry.action.as_str(), |action| action.label());
        let answer = if entry.permitted {
            Html::from("permitted")
        } else {
            Html::from(Tag::coloured("Denied", "red"))
        };
        let what = Html::join([Html::from(action), tag("span", "cf-quiet", entry.purpose.as_str())]);
        table = table.row([
            Cell::from(time(entry.at)),
            Cell::from(names.who(entry.user, entry.role)),
            Cell::from(what),
            Cell::number(entry.records.len()),
            Cell::from(entry.reason.as_deref().unwrap_or("")),
            Cell::from(answer),
            Cell::number(entry.position),
        ]);
    }
    table.stacked().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_as_words() {
        assert_eq!(spaced("return_interview_held"), "return interview held");
        assert_eq!(spaced("missing.graded"), "graded");
    }
}
