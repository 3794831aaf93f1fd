//! What was done, newest first: every grade, review, check, action, task and talk, with who and when.
use cf_casework::missing::state::{Incident, InterviewOutcome, Phase, Prevention, TaskEnd};
use cf_components::{Html, Timeline, TimelineItem};
use cf_kernel::{Actor, Private, Timestamp};

use super::task_badge;
use crate::markup::{div, h2, p, prose, tag};

/// Everything that happened, newest first.
pub(super) fn story(incident: &Incident) -> Html {
    let mut items: Vec<(Timestamp, TimelineItem)> = Vec::new();
    items.extend(grades(incident));
    items.extend(work(incident));
    items.extend(after(incident));
    items.extend(incident.escalations.iter().map(|(at, climbed)| {
        let words = format!(
            "{} told that this is overdue: {}",
            climbed.to.label(),
            climbed.clock.as_str().replace('_', " ")
        );
        (*at, item(words, *at, None, Html::default()))
    }));
    items.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let list: Vec<TimelineItem> = items.into_iter().map(|(_, item)| item).collect();
    let body = if list.is_empty() {
        p("Nothing is recorded yet besides the report.")
    } else {
        Timeline::default().items(list).into()
    };
    Html::join([h2("What was done"), body])
}

fn item(title: impl Into<Html>, at: Timestamp, by: Option<&Actor>, content: Html) -> TimelineItem {
    let item = TimelineItem::new(title, at.to_rfc3339(), at.to_string()).content(content);
    match by {
        Some(by) => item.by(format!("{}, {}", by.name, by.role.label().to_lowercase())),
        None => item,
    }
}

/// A text with its name, unless there is nothing in it.
fn said(name: &str, text: &Private<String>) -> Html {
    let words = text.or_gone();
    if words.trim().is_empty() {
        return Html::default();
    }
    Html::join([tag("p", "cf-said__name", name), prose(words)])
}

/// When something happened, where that is another moment than when it was written down.
fn moment(what: &str, at: Timestamp) -> Html {
    tag("p", "cf-quiet", format!("{what} {at}"))
}

/// The child's own words stand apart and are never reworded.
fn own_words(text: &Private<String>) -> Html {
    let words = text.or_gone();
    if words.trim().is_empty() {
        return Html::default();
    }
    div(
        "cf-own-words",
        Html::join([tag("p", "cf-said__name", "The child's own words"), tag("blockquote", "", prose(words))]),
    )
}

fn grades(incident: &Incident) -> Vec<(Timestamp, TimelineItem)> {
    let graded = incident.gradings.iter().map(|grading| {
        let what = &grading.what;
        let below = if what.grade < what.recommended {
            format!(", below the recommended {}", what.recommended.label().to_lowercase())
        } else {
            String::new()
        };
        let content = Html::join([
            said("Why", &what.rationale),
            said("What may have happened", &what.hypothesis),
            what.reason_below
                .as_ref()
                .map_or_else(Html::default, |reason| said("Why below the recommendation", reason)),
        ]);
        (
            grading.at,
            item(
                format!("Graded {}{below}", what.grade.label().to_lowercase()),
                grading.at,
                Some(&grading.by),
                content,
            ),
        )
    });
    let reviewed = incident.reviews.iter().map(|review| {
        let (what, reviewer) = &review.what;
        let senior = if reviewer.senior { "Senior look" } else { "Review" };
        let title = format!("{senior}: {}", what.decision.label());
        (review.at, item(title, review.at, Some(&review.by), said("In the reviewer's words", &what.words)))
    });
    graded.chain(reviewed).collect()
}

fn work(incident: &Incident) -> Vec<(Timestamp, TimelineItem)> {
    let checks = incident.checks.iter().map(|check| {
        let title =
            format!("Checked {}: {}", check.what.system.label(), check.what.result.label().to_lowercase());
        (check.at, item(title, check.at, Some(&check.by), said("Found", &check.what.found)))
    });
    let actions = incident.actions.iter().map(|action| {
        let content = Html::join([prose(action.what.what.or_gone()), moment("Done", action.what.done_at)]);
        (action.at, item(action.what.kind.label(), action.at, Some(&action.by), content))
    });
    let last = incident.last_action_at;
    let tasks = incident.tasks.iter().map(|task| {
        let badge = task_badge(task.end.is_some(), task.end.is_none() && task.task.due_at < last);
        let title =
            Html::join([Html::from(format!("Task {} for {} ", task.number, task.task.owner.name())), badge]);
        let end = match &task.end {
            None => tag("p", "cf-quiet", format!("Due {}", task.task.due_at)),
            Some(TaskEnd::Finished(done)) => {
                said(&format!("Outcome, {} at {}", done.by.name, done.at), &done.what)
            }
            Some(TaskEnd::Cancelled(done)) => {
                said(&format!("Withdrawn, {} at {}", done.by.name, done.at), &done.what)
            }
        };
        (
            task.set_at,
            item(title, task.set_at, Some(&task.set_by), Html::join([prose(task.task.what.or_gone()), end])),
        )
    });
    checks.chain(actions).chain(tasks).collect()
}

fn after(incident: &Incident) -> Vec<(Timestamp, TimelineItem)> {
    let mut items = Vec::new();
    if let Some(back) = incident.back() {
        let content = Html::join([
            said("By whom", &back.by_whom),
            said("Where", &back.place),
            p(format!("Harm: {}", back.harm.label().to_lowercase())),
            said("About the harm", &back.harm_detail),
        ]);
        items.push((back.returned_at, item(back.how.label(), back.returned_at, None, content)));
    }
    match &incident.prevention {
        Prevention::Owed => {}
        Prevention::Held(held) => {
            let what = &held.what;
            let how = if what.in_person { "in person" } else { "not in person" };
            let content = Html::join([
                moment("Held", what.held_at),
                said("Why not in person", &what.not_in_person_reason),
                said("What was said", &what.account),
                own_words(&what.child_words),
            ]);
            items.push((
                held.at,
                item(format!("Prevention interview held {how}"), held.at, Some(&held.by), content),
            ));
        }
        Prevention::HeldElsewhere(at) => {
            items.push((
                *at,
                item("Prevention interview held, by the other system", *at, None, Html::default()),
            ));
        }
        Prevention::Forgone(done) => {
            items.push((
                done.at,
                item("No prevention interview", done.at, Some(&done.by), said("Why", &done.what)),
            ));
        }
    }
    for offer in &incident.interview.offers {
        let answer = offer.what.answer.map_or("no answer yet", |answer| answer.label());
        let title = format!("Return home interview: {}", answer.to_lowercase());
        let content =
            Html::join([moment("Offered", offer.what.offered_at), said("Offered by", &offer.what.by)]);
        items.push((offer.at, item(title, offer.at, Some(&offer.by), content)));
    }
    for attempt in &incident.interview.tries {
        let content =
            Html::join([moment("Tried", attempt.what.tried_at), prose(attempt.what.what.or_gone())]);
        items.push((attempt.at, item("Return home interview tried", attempt.at, Some(&attempt.by), content)));
    }
    items.extend(interview_end(incident));
    if let Phase::Closed { at, summary, .. } = &incident.phase {
        let words = summary.as_ref().map_or_else(Html::default, |summary| said("Summary", summary));
        items.push((*at, item("Closed", *at, None, words)));
    }
    items
}

fn interview_end(incident: &Incident) -> Option<(Timestamp, TimelineItem)> {
    Some(match incident.interview.end.as_ref()? {
        InterviewOutcome::Held(held) => {
            let what = &held.what;
            let content = Html::join([
                moment("Held", what.held_at),
                said("Held by", &what.by),
                said("Before", &what.before),
                said("During", &what.during),
                said("After", &what.after),
                own_words(&what.child_words),
                said("What the child wants", &what.child_wants),
                said("What was explained", &what.explained),
                said("What was learned", &what.learned),
                if what.exploitation_signs { p("Signs of exploitation.") } else { Html::default() },
            ]);
            (held.at, item("Return home interview held", held.at, Some(&held.by), content))
        }
        InterviewOutcome::NotHeld(end) => {
            let carer = if end.what.carer_asked {
                "The parent or carer could add information."
            } else {
                "The parent or carer was not asked."
            };
            let content = Html::join([said("Why", &end.what.reason), p(carer)]);
            let title = format!("No return home interview: {}", end.what.answer.label().to_lowercase());
            (end.at, item(title, end.at, Some(&end.by), content))
        }
    })
}
