//! What was done, newest first: every grade, review, check, action, task and talk, with who and when.
use cf_casework::missing::command::{Grading, Imported, Return};
use cf_casework::missing::state::{Done, Incident, Interview, InterviewOutcome, Origin, Prevention, TaskEnd};
use cf_components::{Badge, Html, Timeline, TimelineItem, Urgency};
use cf_kernel::{Actor, Private, Timestamp};

use super::past;
use crate::markup::{div, h2, p, prose, tag};
use crate::pages::grade::source;

/// Everything that happened, newest first.
pub(super) fn story(incident: &Incident, now: Timestamp) -> Html {
    let mut items: Vec<(Timestamp, TimelineItem)> = Vec::new();
    items.extend(grades(incident));
    items.extend(work(incident, now));
    items.extend(past::holding(incident));
    items.extend(after(incident));
    items.extend(past::withdrawn(incident));
    items.extend(past::closings(incident));
    items.extend(incident.escalations.iter().map(|(at, climbed)| {
        let words = format!("{} told that this is overdue: {}", climbed.to.label(), climbed.clock.words());
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

pub(super) fn item(title: impl Into<Html>, at: Timestamp, by: Option<&Actor>, content: Html) -> TimelineItem {
    let item = TimelineItem::new(title, at.to_rfc3339(), at.to_string()).content(content);
    match by {
        Some(by) => item.by(format!("{}, {}", by.name, by.role.label().to_lowercase())),
        None => item,
    }
}

/// A text with its name, unless there is nothing in it.
pub(super) fn said(name: &str, text: &Private<String>) -> Html {
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

/// What no longer stands: struck, and said to be withdrawn in a word.
pub(super) fn struck(title: &str) -> Html {
    badged(tag("s", "", title), "Withdrawn", Urgency::Calm)
}

pub(super) fn badged(title: impl Into<Html>, word: &str, urgency: Urgency) -> Html {
    Html::join([title.into(), Html::from(" "), Badge::new(word, urgency).into()])
}

/// `Withdrawn by Kit Osei on … because:` and the reason.
pub(super) fn because(what: &str, done: &Done<Private<String>>) -> Html {
    said(&format!("{what} by {} on {}, because", done.by.name, done.at), &done.what)
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

/// A grade as somebody gave it, with their reasons.
pub(super) fn graded(grading: &Done<Grading>) -> TimelineItem {
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
    item(
        format!("Graded {}{below}", what.grade.label().to_lowercase()),
        grading.at,
        Some(&grading.by),
        content,
    )
}

fn grades(incident: &Incident) -> Vec<(Timestamp, TimelineItem)> {
    let graded = incident.gradings.iter().map(|grading| (grading.at, graded(grading)));
    let reviewed = incident.reviews.iter().map(|review| {
        let (what, reviewer) = &review.what;
        let senior = if reviewer.senior { "Senior look" } else { "Review" };
        let title = format!("{senior}: {}", what.decision.label());
        (review.at, item(title, review.at, Some(&review.by), said("In the reviewer's words", &what.words)))
    });
    let elsewhere = incident.imported_grade.zip(import(incident)).map(|(grade, import)| {
        let at = import.graded_at.unwrap_or(import.reported_at);
        let title = format!("Graded {}, by {}", grade.label().to_lowercase(), import.source_system);
        let from = tag("p", "cf-quiet", format!("From {}.", source(&import.source_system, import.graded_at)));
        (at, item(title, at, None, from))
    });
    elsewhere.into_iter().chain(graded).chain(reviewed).collect()
}

fn import(incident: &Incident) -> Option<&Imported> {
    match &incident.origin {
        Origin::Import(import) => Some(import),
        Origin::Report(_) => None,
    }
}

fn work(incident: &Incident, now: Timestamp) -> Vec<(Timestamp, TimelineItem)> {
    let checks = incident.checks.iter().map(|check| {
        let title =
            format!("Checked {}: {}", check.what.system.label(), check.what.result.label().to_lowercase());
        (check.at, item(title, check.at, Some(&check.by), said("Found", &check.what.found)))
    });
    let actions = incident.actions.iter().map(|action| {
        let content = Html::join([prose(action.what.what.or_gone()), moment("Done", action.what.done_at)]);
        (action.at, item(action.what.kind.label(), action.at, Some(&action.by), content))
    });
    let tasks = incident.tasks.iter().map(|task| {
        let title = format!("Task {} for {}", task.number, task.task.owner.name());
        let title = match &task.end {
            Some(TaskEnd::Cancelled(_)) => struck(&title),
            Some(TaskEnd::Finished(_)) => badged(title, "Done", Urgency::Calm),
            None if task.task.due_at < now => badged(title, "Overdue", Urgency::Overdue),
            None => badged(title, "Open", Urgency::Soon),
        };
        let end = match &task.end {
            None => tag("p", "cf-quiet", format!("Due {}", task.task.due_at)),
            Some(TaskEnd::Finished(done)) => {
                said(&format!("Outcome, {} at {}", done.by.name, done.at), &done.what)
            }
            Some(TaskEnd::Cancelled(done)) => because("Withdrawn", done),
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
        let by = incident.past.back_recorded.as_ref().map(|(_, by)| by);
        items.push((back.returned_at, item(back.how.label(), back.returned_at, by, about_return(back))));
    }
    items.extend(talks(&incident.prevention, &incident.interview));
    items
}

pub(super) fn about_return(back: &Return) -> Html {
    Html::join([
        said("By whom", &back.by_whom),
        said("Where", &back.place),
        p(format!("Harm: {}", back.harm.label().to_lowercase())),
        said("About the harm", &back.harm_detail),
    ])
}

/// The two talks after one return.
pub(super) fn talks(prevention: &Prevention, interview: &Interview) -> Vec<(Timestamp, TimelineItem)> {
    let mut items = Vec::new();
    match prevention {
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
    for offer in &interview.offers {
        let answer = offer.what.answer.map_or("no answer yet", |answer| answer.label());
        let title = format!("Return home interview: {}", answer.to_lowercase());
        let content =
            Html::join([moment("Offered", offer.what.offered_at), said("Offered by", &offer.what.by)]);
        items.push((offer.at, item(title, offer.at, Some(&offer.by), content)));
    }
    for attempt in &interview.tries {
        let content =
            Html::join([moment("Tried", attempt.what.tried_at), prose(attempt.what.what.or_gone())]);
        items.push((attempt.at, item("Return home interview tried", attempt.at, Some(&attempt.by), content)));
    }
    items.extend(interview_end(interview));
    items
}

fn interview_end(interview: &Interview) -> Option<(Timestamp, TimelineItem)> {
    Some(match interview.end.as_ref()? {
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
                p(if what.independent {
                    "The interviewer has no part in the child's care."
                } else {
                    "The interviewer was not independent of the child's care."
                }),
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
