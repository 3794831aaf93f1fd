//! One life: what police, councils and partners each recorded, on one timeline, each with its source; and the links behind it,
//! each of which can be undone.
use cf_access::{Action, Resource};
use cf_app::matching::{Happened, Linked, LinkedRecord, OneLife, What, When};
use cf_app::views::ChildView;
use cf_casework::partner::{Agency, EntryKind, Told};
use cf_components::{Badge, Button, Details, Html, Tag, Textarea, Timeline, TimelineItem, Urgency};
use cf_kernel::CommandId;

use crate::markup::{form, h2, h3, hidden, link, link_about, list, p, prose, tag};
use crate::pages::restricted::{Back, restricted_matches};
use crate::places::{agency_name, council_name};
use crate::session::SignedIn;
use crate::state::Web;

/// Nothing while no other record is linked or may be.
pub(super) fn life(web: &Web, who: &SignedIn, view: &ChildView) -> Html {
    let Some(life) = view.life.as_ref().filter(|life| !life.is_empty()) else { return Html::default() };
    let mut parts = vec![h2("One life, as each agency recorded it")];
    for waiting in &life.waiting {
        parts.push(p(Html::join([
            Html::from("Another record may be this child's. "),
            link(&format!("/links/{waiting}"), "Look at the two side by side"),
        ])));
    }
    if life.unseen > 0 {
        parts.push(p(match life.unseen {
            1 => "One linked record of another agency is not open to your role. What it says is left out here; ask a supervisor.".to_owned(),
            more => format!("{more} linked records of other agencies are not open to your role. What they say is left out here; ask a supervisor."),
        }));
    }
    let words =
        "A restricted record is linked to this one: it is of the same child. What it says is left out here.";
    parts.push(restricted_matches(&life.hidden, words, Back::Child(view.id)));
    if !life.linked.is_empty() {
        parts.push(Timeline::default().items(items(life)).into());
        parts.push(h3("Linked records"));
        let may =
            web.app.may(&who.caller, Action::DecideLink, &Resource::child(view.child.restricted.is_some()));
        parts.extend(life.linked.iter().map(|linked| undo(view, linked, may)));
    }
    Html::join(parts)
}

fn source(life: &OneLife, happened: &Happened) -> (String, bool) {
    match happened.from.and_then(|at| life.linked.get(at)).map(|linked| &linked.record) {
        None => ("Police".to_owned(), false),
        Some(Linked::Child(_, name)) => (format!("Police, record of {name}"), true),
        Some(Linked::Council(_, authority, _)) => (council_name(authority), true),
        Some(Linked::Partner(_, agency, ..)) => (called(agency), true),
    }
}

fn items(life: &OneLife) -> Vec<TimelineItem> {
    life.happened.iter().map(|happened| item(life, happened)).collect()
}

fn item(life: &OneLife, happened: &Happened) -> TimelineItem {
    let (source, linked) = source(life, happened);
    let (machine, words) = match happened.when {
        When::At(at) => (at.to_rfc3339(), at.to_string()),
        When::On(day) => (day.to_string(), day.long()),
        When::Days(from, to) => {
            let to = to.map_or_else(|| "not ended".to_owned(), |to| to.long());
            (from.to_string(), format!("{} to {to}, in days", from.long()))
        }
    };
    let (title, about) = match &happened.what {
        What::Missing(id, back, how) => {
            let back = back.map(|at| {
                let how = how.map(|how| format!(", {}", how.label().to_lowercase())).unwrap_or_default();
                format!("Back {at}{how}. ")
            });
            let about = link_about(&format!("/incidents/{id}"), "Open the incident", &format!("of {words}"));
            (Html::from("Reported missing"), Html::join([Html::from(back.unwrap_or_default()), about]))
        }
        What::PreventionInterview(id) => (Html::from("Prevention interview"), incident(*id, &words)),
        What::ReturnInterview(id) => (Html::from("Return home interview"), incident(*id, &words)),
        What::Learned { words, concern: true } => {
            (Badge::new("Concern: signs of exploitation", Urgency::Now).into(), prose(words))
        }
        What::Learned { words, concern: false } => (Html::from("Learned"), prose(words)),
        What::CouncilMissing(id) => (Html::from("Missing from placement"), council(*id, &words)),
        What::CouncilAway(id) => (Html::from("Away from placement, whereabouts known"), council(*id, &words)),
        What::Partner(id, EntryKind::Concern, told) => {
            (Badge::new("Concern", Urgency::Now).into(), partner(*id, told, &words))
        }
        What::Partner(id, kind, told) => (Html::from(kind.label()), partner(*id, told, &words)),
    };
    let mut from = vec![Tag::coloured(source.as_str(), if linked { "purple" } else { "blue" }).into()];
    if linked {
        from.push(Html::from(" from a linked record"));
    }
    let content = Html::join([tag("p", "govuk-body cf-life__source", Html::join(from)), paragraph(about)]);
    TimelineItem::new(title, machine, words).content(content)
}

fn paragraph(about: Html) -> Html {
    if about.as_str().starts_with("<p") || about.as_str().starts_with("<ul") { about } else { p(about) }
}

fn incident(id: cf_kernel::IncidentId, when: &str) -> Html {
    link_about(&format!("/incidents/{id}"), "Open the incident", &format!("the talk of {when} belongs to"))
}

fn council(id: cf_kernel::CouncilChildId, when: &str) -> Html {
    link_about(&format!("/council/{id}"), "Open the council record", &format!("about {when}"))
}

fn called(agency: &Agency) -> String {
    agency_name(agency.kind.code(), &agency.code, &agency.name)
}

/// What the agency has of it, as far as it told.
fn partner(id: cf_kernel::PartnerRecordId, told: &Told, when: &str) -> Html {
    let said = |what: &str, text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Html::join([tag("strong", "", format!("{what}: ")), Html::from(text)]))
    };
    let facts = [
        said("From", &told.source),
        said("Reason", &told.reason),
        said("Outcome", &told.outcome),
        said("In its words", &told.words),
    ];
    let open = link_about(&format!("/partners/{id}"), "Open the agency's record", &format!("about {when}"));
    let facts: Vec<Html> = facts.into_iter().flatten().collect();
    if facts.is_empty() { p(open) } else { Html::join([list(facts), p(open)]) }
}

fn undo(view: &ChildView, linked: &LinkedRecord, may: bool) -> Html {
    let (name, there) = match &linked.record {
        Linked::Child(id, name) => (format!("Police: {name}"), format!("/children/{id}")),
        Linked::Partner(id, agency, name, own) => {
            (format!("{}: {name}, its id {own}", called(agency)), format!("/partners/{id}"))
        }
        Linked::Council(id, authority, own) => {
            (format!("{}: its id {own}", council_name(authority)), format!("/council/{id}"))
        }
    };
    let by = linked.link.decided_by.as_deref().unwrap_or("not known");
    let at = linked.link.decided_at.map(|at| cf_kernel::Timestamp::from_micros(at).to_string());
    let id = linked.link.id();
    let mut parts = vec![list([Html::join([
        link(&there, name.as_str()),
        Html::from(format!(", linked by {by}, {}. ", at.unwrap_or_default())),
        link_about(&format!("/links/{id}"), "What was seen", &format!("when {name} was linked")),
    ])])];
    if may {
        let field = format!("note-{id}");
        let note = Textarea::new("note", format!("Why the link to {name} is undone").as_str())
            .id(field.as_str())
            .rows(2);
        let inside = Html::join([
            hidden("command", &CommandId::new().to_string()),
            hidden("version", &linked.version.to_string()),
            hidden("decision", "undo"),
            hidden("back", &view.id.to_string()),
            Html::from(note),
            Button::submit("Undo this link").warning().into(),
        ]);
        let summary = Html::join([
            Html::from("Undo this link"),
            tag("span", "govuk-visually-hidden", format!(" to {name}")),
        ]);
        parts.push(Details::new(summary, form(&format!("/links/{id}"), inside)).into());
    }
    Html::join(parts)
}
