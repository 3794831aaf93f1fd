//! The frame of every page: where it stands, who is signed in, what was just done.
use std::sync::atomic::Ordering::Relaxed;

use axum::http::StatusCode;
use axum::response::{Html as Answer, IntoResponse, Response};
use cf_access::{Action, Resource};
use cf_app::{Caller, FieldProblem};
use cf_components::{
    BackLink, ErrorLink, ErrorSummary, FooterLink, Html, Layout, NavigationItem, NotificationBanner,
    SessionExpiry, SignedIn as Person,
};

use crate::session::SignedIn;
use crate::state::Web;

/// A page being made.
pub(crate) struct Shell {
    layout: Layout,
    status: StatusCode,
}

/// The service's main places: where, what they are called, and the action that opens them.
const PLACES: [(&str, &str, Action); 11] = [
    ("/our-children", "Our children", Action::ViewOwnChildren),
    ("/board", "Board", Action::ViewBoard),
    ("/report", "Report", Action::TakeReport),
    ("/mine", "My work", Action::ViewOwnWork),
    ("/queue", "Supervise", Action::ViewQueue),
    ("/flows", "Flows", Action::ViewFlows),
    ("/children", "Children", Action::SearchChildren),
    ("/links", "Link records", Action::ViewLinks),
    ("/council", "Other agencies", Action::ViewCouncilRecords),
    ("/record", "The record", Action::VerifyRecord),
    ("/accounts", "Accounts", Action::ManageAccounts),
];

impl Shell {
    /// A page for somebody signed in. `place` is the main place it stands in, `""` for none.
    pub(crate) fn new(web: &Web, who: &SignedIn, place: &str, title: &str) -> Self {
        let mut shell = Self::nobody(web, title);
        let person = Person::default().name(who.caller.actor.name.as_str()).role(who.caller.role().label());
        let at_words = who.until.local().strftime("%H:%M").to_string();
        shell.layout = shell
            .layout
            .navigation(navigation(web, &who.caller, place))
            .signed_in(Some(person))
            .session(Some(SessionExpiry::default().at(who.until.to_rfc3339()).at_in_words(at_words)))
            .live("/events")
            .footer(footer(web, &who.caller))
            .operation(who.caller.request.as_str());
        shell
    }

    /// A page for anybody.
    pub(crate) fn nobody(web: &Web, title: &str) -> Self {
        let appearance = &web.appearance;
        let mut layout = Layout::default().title(title).marking(appearance.marking.as_str());
        if appearance.demo {
            let invented = "This is a demonstration. All people, places and events in it are invented.";
            let making = "Its newest days are still being made: look again in half a minute, much will not be overdue then.";
            layout = if appearance.still_making.load(Relaxed) {
                layout.demo(format!("{invented} {making}"))
            } else {
                layout.demo(invented)
            };
        }
        Self { layout, status: StatusCode::OK }
    }

    pub(crate) fn wide(mut self) -> Self {
        self.layout = self.layout.wide(true);
        self
    }

    pub(crate) fn board(mut self) -> Self {
        self.layout = self.layout.board(true);
        self
    }

    pub(crate) fn back(mut self, href: &str, words: &str) -> Self {
        self.layout = self.layout.back(Some(BackLink::to(href).content(words)));
        self
    }

    /// What was just done, from the `done` parameter of a redirect: only our own words are shown.
    pub(crate) fn done(mut self, code: Option<&str>) -> Self {
        if let Some(words) = code.and_then(done_words) {
            self.layout = self.layout.notices([NotificationBanner::success(words)]);
        }
        self
    }

    /// What is wrong with a form: each with a link to its field.
    pub(crate) fn problems(mut self, status: StatusCode, problems: &[FieldProblem]) -> Self {
        if !problems.is_empty() {
            self.status = status;
            let links =
                problems.iter().map(|problem| ErrorLink::new(&problem.field, problem.message.as_str()));
            self.layout = self.layout.errors(Some(ErrorSummary::new(links.collect::<Vec<_>>())));
        }
        self
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The page, with this content.
    pub(crate) fn show(self, body: impl Into<Html>) -> Response {
        match self.layout.body(body).page() {
            Ok(page) => (self.status, Answer(page)).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

fn navigation(web: &Web, caller: &Caller, place: &str) -> Vec<NavigationItem> {
    let open = PLACES.iter().filter(|(.., action)| web.app.may(caller, *action, &resource_for(*action)));
    open.map(|(href, words, _)| NavigationItem::new(*words, *href).active(*href == place)).collect()
}

/// What is always at hand, at the foot of every page.
fn footer(web: &Web, caller: &Caller) -> Vec<FooterLink> {
    let glass = [Action::BreakGlass, Action::ReviewGlass]
        .iter()
        .any(|action| web.app.may(caller, *action, &Resource::desk()));
    let links = [
        ("/help", "Help", true),
        ("/rules", "Rules and timescales", true),
        ("/wording/learn", "Wording", true),
        ("/glass", "Restricted records", glass),
        ("/sessions", "Your sessions and password", true),
    ];
    links
        .into_iter()
        .filter(|(.., open)| *open)
        .map(|(href, words, _)| FooterLink::new(words, href))
        .collect()
}

fn resource_for(action: Action) -> Resource {
    match action {
        Action::ManageAccounts | Action::VerifyRecord => Resource::system(),
        _ => Resource::desk(),
    }
}

/// The words for what was just done. A code in an address cannot put other words on a page.
fn done_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "reported" => "The report is taken. Grade the risk next.",
        "saved" => "Saved.",
        "graded" => "Your grade is recorded.",
        "already" => "That was done already; nothing was done twice.",
        "session-ended" => "The session is ended.",
        "signed-out" => "You are signed out.",
        "glass" => "Restricted records are open to you for an hour. The reason you gave is reviewed.",
        "account" => "The account is saved.",
        "linked" => "The two records are linked as one child. You can undo it on the child's page.",
        "apart" => "The two records are kept apart, and nobody is asked about them again.",
        "unsure" => "Your note is recorded, and the pair waits for another look.",
        "unlinked" => "The link is undone.",
        "asked" => "Noted: you are asking about a restricted record.",
        "discarded" => "The draft is discarded.",
        "challenged" => "The challenge is recorded. The writer is asked for an answer.",
        _ => return None,
    })
}
