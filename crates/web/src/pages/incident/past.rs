//! What was done and no longer stands, in the story: returns withdrawn, closings opened again, hand-overs.
use cf_casework::missing::past::{Closing, Ended, WithdrawnReturn};
use cf_casework::missing::state::Incident;
use cf_components::{Html, TimelineItem, Urgency};
use cf_kernel::Timestamp;

use super::story::{about_return, badged, because, item, said, struck, talks};
use crate::markup::tag;

type Items = Vec<(Timestamp, TimelineItem)>;

/// Who held it when: every hand-over with its briefing, and every time somebody took it over.
pub(super) fn holding(incident: &Incident) -> Items {
    let handed = incident.past.hand_overs.iter().map(|handed| {
        let (what, at) = (&handed.hand_over.what, handed.hand_over.at);
        let ended = match &handed.ended {
            None => "Not acknowledged yet.".to_owned(),
            Some(Ended { at, by, acknowledged: true }) => format!("Acknowledged by {}, {at}.", by.name),
            Some(Ended { at, by, acknowledged: false }) => {
                format!("Not acknowledged: {} took it over, {at}.", by.name)
            }
        };
        let content = Html::join([said("Briefing", &what.briefing), tag("p", "cf-quiet", ended)]);
        let title = format!("Handed over to {}", what.to.name());
        (at, item(title, at, Some(&handed.hand_over.by), content))
    });
    let taken = incident.past.taken_over.iter();
    let taken = taken.map(|(at, by)| (*at, item("Taken over", *at, Some(by), Html::default())));
    handed.chain(taken).collect()
}

/// Returns that were recorded and withdrawn, with the talks that belonged to each.
pub(super) fn withdrawn(incident: &Incident) -> Items {
    let mut items = Items::new();
    for WithdrawnReturn { back, recorded, prevention, interview, why } in &incident.past.withdrawn {
        let by = recorded.as_ref().map(|(_, by)| by);
        let content = Html::join([because("Withdrawn", why), about_return(back)]);
        items.push((back.returned_at, item(struck(back.how.label()), back.returned_at, by, content)));
        items.push((why.at, item("Return withdrawn", why.at, Some(&why.by), said("Why", &why.what))));
        items.extend(talks(prevention, interview).into_iter().map(|(at, mut talk)| {
            talk.title = badged(talk.title, "After the withdrawn return", Urgency::Calm);
            (at, talk)
        }));
    }
    items
}

/// Every closing, and why it was opened again.
pub(super) fn closings(incident: &Incident) -> Items {
    let mut items = Items::new();
    for Closing { at, by, summary, reopened } in &incident.past.closings {
        let words = summary.as_ref().map_or_else(Html::default, |summary| said("Summary", summary));
        let again = reopened.as_ref().map_or_else(Html::default, |why| because("Opened again", why));
        let title = if by.is_none() { "Closed, by the other system" } else { "Closed" };
        items.push((*at, item(title, *at, by.as_ref(), Html::join([words, again]))));
        items.extend(
            reopened
                .as_ref()
                .map(|why| (why.at, item("Opened again", why.at, Some(&why.by), said("Why", &why.what)))),
        );
    }
    items
}
