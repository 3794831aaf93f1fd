//! The one table of routes. A route is added together with what the policies call it, or it is not added at all.
//!
//! A page's file says `Routes::new().get("/queue", Action::ViewQueue, page)`: the router and the table grow by the same
//! call, so neither can have a route that the other lacks. `docs/routes.md`, the OpenAPI document and the test that
//! calls every route in every role are made from the table.
use std::fmt::Write as _;

use axum::Router;
use axum::handler::Handler;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use cf_access::{Action, Guard, Resource, Subject};
use cf_kernel::{Role, TeamId, UserId};

use crate::api::openapi::Doc;
use crate::state::Web;

/// What the policies are asked before a route answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum May {
    /// This action.
    One(Action),
    /// Either of these: a page that shows each person the half that is theirs.
    Either([Action; 2]),
    /// The action of the act that the address names in `{slug}`.
    Acts(fn() -> Vec<ActLine>),
    /// Signed in, and no more: shows and changes nothing but what belongs to the caller's own session.
    OwnSession,
    /// Nobody need be signed in.
    Public,
}

impl From<Action> for May {
    fn from(action: Action) -> Self {
        Self::One(action)
    }
}

/// An act as the table shows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActLine {
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) action: Action,
}

/// One route.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) may: May,
    /// What the OpenAPI document says; only routes of the API have it.
    pub(crate) doc: Option<Doc>,
}

/// A router and the table of what is in it.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<Web>,
    table: Vec<Route>,
    below: &'static str,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Routes whose paths begin with this.
    pub(crate) fn below(prefix: &'static str) -> Self {
        Self { below: prefix, ..Self::default() }
    }

    /// Answers `GET` (and `HEAD`) on this path.
    pub(crate) fn get<H, T>(self, path: &str, may: impl Into<May>, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.add("GET", path, may.into(), get(handler))
    }

    /// Answers `POST` on this path.
    pub(crate) fn post<H, T>(self, path: &str, may: impl Into<May>, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.add("POST", path, may.into(), post(handler))
    }

    /// What the OpenAPI document says about the route just added.
    pub(crate) fn doc(mut self, doc: Doc) -> Self {
        if let Some(route) = self.table.last_mut() {
            route.doc = Some(doc);
        }
        self
    }

    /// These and those.
    pub(crate) fn and(mut self, more: Self) -> Self {
        self.router = self.router.merge(more.router);
        self.table.extend(more.table);
        self
    }

    /// The table, in the order of the files.
    pub(crate) fn table(&self) -> &[Route] {
        &self.table
    }

    /// The paths that answer `GET` with a page.
    pub(crate) fn pages(&self) -> Vec<String> {
        let pages =
            self.table.iter().filter(|route| route.method == "GET" && !route.path.starts_with("/api/"));
        pages.map(|route| route.path.clone()).collect()
    }

    /// The router.
    pub(crate) fn into_router(self) -> Router<Web> {
        self.router
    }

    fn add(mut self, method: &'static str, path: &str, may: May, handler: MethodRouter<Web>) -> Self {
        let path = format!("{}{path}", self.below);
        self.router = self.router.route(&path, handler);
        self.table.push(Route { method, path, may, doc: None });
        self
    }
}

/// The answer to a method that an address does not take. Somebody who opens where a form is sent is brought to the page
/// with the form: the nearest page above it.
pub(crate) fn not_this_way(pages: &[String], method: &Method, uri: &Uri) -> Response {
    let mut path = uri.path();
    if path.starts_with("/api/") || !matches!(*method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    while let Some((above, _)) = path.rsplit_once('/') {
        if pages.iter().any(|page| fits(page, above)) {
            return Redirect::to(above).into_response();
        }
        path = above;
    }
    Redirect::to("/").into_response()
}

fn fits(page: &str, path: &str) -> bool {
    let (page, path): (Vec<_>, Vec<_>) = (page.split('/').collect(), path.split('/').collect());
    page.len() == path.len()
        && page.iter().zip(&path).all(|(page, path)| page == path || page.starts_with('{'))
}

/// A route with one action: an address with an act's slug is as many of them as there are acts.
pub(crate) struct Line {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) may: May,
}

/// Every route but the stylesheets and scripts, each with one action.
pub(crate) fn lines(table: &[Route]) -> Vec<Line> {
    let mut lines = Vec::new();
    for route in table.iter().filter(|route| !route.path.starts_with("/assets/")) {
        let one = |path: String, may| Line { method: route.method, path, may };
        match route.may {
            May::Acts(acts) => lines.extend(
                acts().iter().map(|act| one(route.path.replace("{slug}", act.slug), May::One(act.action))),
            ),
            may => lines.push(one(route.path.clone(), may)),
        }
    }
    lines
}

/// What a route is asked of, where nothing out of the ordinary is the matter: an open incident that somebody else
/// holds, a record that is not restricted, the caller's own council's record.
fn ordinary(path: &str) -> Vec<Resource> {
    let incident =
        || Resource::incident(false, Some(UserId::from_uuid(uuid::Uuid::max())), other_team(), true);
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    match path.split('/').nth(1) {
        Some("incidents") if path.contains("{id}") => vec![incident()],
        Some("children") if path.contains("{id}") => vec![Resource::child(false)],
        Some("council" | "partners") if path.contains("{id}") => vec![Resource::council(false)],
        Some("links") => vec![Resource::desk(), Resource::child(false)],
        Some("wording") if path.contains("{id}") => vec![incident(), Resource::child(false)],
        Some("records") => vec![incident(), Resource::child(false)],
        _ => vec![Resource::desk(), Resource::system()],
    }
}

fn other_team() -> TeamId {
    TeamId::from_uuid(uuid::Uuid::max())
}

/// Whether this role is let in where nothing out of the ordinary is the matter.
pub(crate) fn lets_in(guard: &Guard, line: &Line, role: Role) -> bool {
    let who = Subject {
        user: UserId::from_uuid(uuid::Uuid::nil()),
        role,
        team: TeamId::from_uuid(uuid::Uuid::nil()),
        glass: false,
    };
    let asks = |action: Action| {
        // Where an action can be asked of the desk or of the service, one yes is enough; the access log alone is
        // asked of the desk whichever record it is about.
        let desk = (action == Action::ViewAccessLog).then(Resource::desk);
        ordinary(&line.path).iter().chain(&desk).any(|what| guard.decide(&who, action, what).permitted)
    };
    match line.may {
        May::One(action) => asks(action),
        May::Either(actions) => actions.into_iter().any(asks),
        May::OwnSession | May::Public => true,
        May::Acts(_) => false,
    }
}

const OPENING: &str = "\
# Every route, and who may use it

Made from the table of routes and the policies; do not edit. To make it again:
`cargo run -p cf-web --example routes > docs/routes.md`

One action of the policies settles each route (`docs/access-matrix.md` says what it depends on). **yes** is said of an
ordinary case: an open incident that somebody else holds, a record that is not restricted, the caller's own council's
record. A route with *own session* shows and changes nothing but what belongs to the caller's own session; a *public*
one needs nobody to be signed in. Besides these there are stylesheets, scripts and the icon below `/assets/`, which are public.
";

/// `docs/routes.md`: role by route.
#[must_use]
pub(crate) fn document(table: &[Route], guard: &Guard) -> String {
    let mut text = OPENING.to_owned();
    text.push_str("\n| Route | Action |");
    for role in Role::PEOPLE {
        let _ = write!(text, " {} |", role.label());
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(Role::PEOPLE.len()));
    text.push('\n');
    for line in lines(table) {
        let action = match line.may {
            May::One(action) => format!("`{}`", action.code()),
            May::Either([one, other]) => format!("`{}` or `{}`", one.code(), other.code()),
            May::OwnSession => "*own session*".to_owned(),
            May::Public => "*public*".to_owned(),
            May::Acts(_) => String::new(),
        };
        let _ = write!(text, "| {} `{}` | {action} |", line.method, line.path);
        for role in Role::PEOPLE {
            text.push_str(if lets_in(guard, &line, role) { " yes |" } else { "  |" });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
