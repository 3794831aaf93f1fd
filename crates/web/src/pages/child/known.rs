//! What carers prepared, ways to reach the child, what was learned, and the care arrangement.
use cf_casework::child::{Child, Dated, Identity};
use cf_components::{Badge, Cell, Html, SummaryList, SummaryRow, Table, Timeline, TimelineItem, Urgency};
use cf_kernel::{Private, Timestamp};

use crate::markup::{h2, p, prose};
use crate::places::{borough_name, council_name, ethnicity, yes_or_no};

pub(super) fn known(child: &Child, now: Timestamp) -> Html {
    Html::join([philomena(child, now), contacts(child), learned(child), care(child), particulars(child)])
}

fn text(key: &str, value: &Private<String>) -> Option<SummaryRow> {
    let words = value.or_gone();
    (!words.trim().is_empty()).then(|| SummaryRow::new(key, prose(words)))
}

fn noted<T>(dated: &Dated<T>) -> String {
    format!("{}, {}", dated.by.name, dated.at)
}

fn philomena(child: &Child, now: Timestamp) -> Html {
    let body = match &child.philomena {
        None => p(
            "Nothing is recorded. Carers can prepare it under the Philomena Protocol before a child goes missing.",
        ),
        Some(form) => {
            let what = &form.what;
            let late = super::review_overdue(what.review_at, now);
            let kept = format!("{}, to be reviewed by {} ", what.owner.name(), what.review_at.day().long());
            let rows = [
                text("About the child", &what.about),
                text("Places and people", &what.places),
                text("Strengths, and an adult the child trusts", &what.trusted_adult),
                Some(SummaryRow::new("Kept by", Html::join([Html::from(kept), late]))),
                Some(SummaryRow::new("Recorded", noted(form).as_str())),
            ];
            SummaryList::new(rows.into_iter().flatten().collect::<Vec<_>>()).into()
        }
    };
    Html::join([h2("Philomena information"), body])
}

fn contacts(child: &Child) -> Html {
    let mut parts = vec![h2("Phones, addresses, vehicles, people and places")];
    if child.contacts.is_empty() {
        parts.push(p("None recorded besides the identity below."));
        return Html::join(parts);
    }
    let mut table = Table::new(
        "Phones, addresses, vehicles, people and places",
        ["Number, address, registration or name", "What", "Whose, and why it matters", "Recorded"]
            .map(Cell::from),
    )
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for contact in child.contacts.iter().rev() {
        let (value, kind, note) =
            contact.what.get().map_or(("[destroyed under the retention schedule]", "", ""), |known| {
                (known.value.as_str(), known.kind.label(), known.note.as_str())
            });
        let noted = noted(contact);
        table = table.row([value, kind, note, noted.as_str()].map(Cell::from));
    }
    parts.push(table.stacked().into());
    Html::join(parts)
}

fn learned(child: &Child) -> Html {
    let mut parts = vec![h2("What was learned")];
    if child.learned.is_empty() {
        parts.push(p("Nothing yet. What return home interviews bring out appears here."));
        return Html::join(parts);
    }
    let items = child.learned.iter().rev().map(|fact| {
        let title = if fact.what.exploitation_signs {
            Html::from(Badge::new("Signs of exploitation", Urgency::Now))
        } else {
            Html::from("Learned")
        };
        let mut content = vec![prose(fact.what.what.or_gone())];
        content.extend(fact.what.incident.map(|incident| {
            p(crate::markup::link_about(&format!("/incidents/{incident}"), "The incident", "it comes from"))
        }));
        TimelineItem::new(title, fact.at.to_rfc3339(), fact.at.to_string())
            .by(fact.by.name.as_str())
            .content(Html::join(content))
    });
    parts.push(Timeline::default().items(items.collect::<Vec<_>>()).into());
    Html::join(parts)
}

fn care(child: &Child) -> Html {
    let council = child.care.responsible_authority.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let council = council.map_or_else(|| "not known".to_owned(), council_name);
    let borough = child.care.borough.as_deref().map_or("not known", borough_name);
    let rows = vec![
        SummaryRow::new("Looked after by a council", yes_or_no(child.care.looked_after)),
        SummaryRow::new("Council that plans the care", council.as_str()),
        SummaryRow::new("Borough", borough),
    ];
    Html::join([h2("Care"), SummaryList::new(rows).into()])
}

fn particulars(child: &Child) -> Html {
    let body = match child.identity.get() {
        None => p("[destroyed under the retention schedule]"),
        Some(identity) => SummaryList::new(rows(identity, child)).into(),
    };
    Html::join([h2("Particulars"), body])
}

fn rows(identity: &Identity, child: &Child) -> Vec<SummaryRow> {
    let (aliases, phones) = (identity.also_known_as.join("; "), identity.phones.join("; "));
    let source = child.source.as_ref().map(|source| source.or_gone()).unwrap_or_default();
    let (at, by) = &child.registered;
    let begun = format!("{}, {at}", by.name);
    let ethnicity = ethnicity(&identity.ethnicity);
    let all = [
        ("Also known as", aliases.as_str()),
        ("Sex", identity.sex.as_str()),
        ("Ethnicity, as said", ethnicity.as_str()),
        ("Address", identity.address.as_str()),
        ("Postcode", identity.postcode.as_str()),
        ("Phones", phones.as_str()),
        ("Communication", identity.communication.as_str()),
        ("School or college", identity.school.as_str()),
        ("Reference in the other system", source),
        ("Record begun", begun.as_str()),
    ];
    let shown = all.into_iter().filter(|(key, value)| !value.is_empty() || *key == "Ethnicity, as said");
    shown
        .map(|(key, value)| SummaryRow::new(key, if value.is_empty() { "not known" } else { value }))
        .collect()
}
