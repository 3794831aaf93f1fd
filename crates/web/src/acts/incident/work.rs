//! Actions, tasks and hand-overs.
use cf_access::Action as May;
use cf_casework::missing::ActionKind;
use cf_casework::missing::command::{Act, Action, HandOver, NewTask};
use cf_casework::missing::state::Incident;

use super::{Answers, Done, Here, Read, Spec};
use crate::acts::field::Kind;
use crate::acts::{Field, Reader};

pub(super) static SPECS: &[Spec] = &[
    Spec {
        slug: "action",
        title: "Record an action",
        intro: "",
        button: "Record the action",
        action: May::RecordOnIncident,
        open: Incident::is_open,
        fields: |here| {
            vec![
                Field::new(
                    "kind",
                    "What kind of action?",
                    Kind::Pick(
                        ActionKind::ALL
                            .iter()
                            .map(|kind| (kind.code().to_owned(), kind.label().to_owned()))
                            .collect(),
                    ),
                ),
                Field::words("what", "What was done and what came of it"),
                Field::new("done", "When was it done?", Kind::Moment(Some(here.now))),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let kind = read.code("kind", ActionKind::from_code, "Choose what kind of action.");
            let what = read.words("what", "Say what was done.");
            let done = read.moment("done");
            read.finish(
                kind.zip(done)
                    .map(|(kind, done_at)| Act::Record(Action { kind, done_at, what: what.into() }).into()),
            )
        },
    },
    Spec {
        slug: "task",
        title: "Set a task",
        intro: "A task has one owner and a time.",
        button: "Set the task",
        action: May::RecordOnIncident,
        open: Incident::is_open,
        fields: |here| {
            vec![
                Field::words("what", "What is to be done"),
                Field::new("owner", "Who does it?", Kind::Pick(here.desk())),
                Field::new("due", "By when?", Kind::Moment(Some(here.now.plus_hours(2)))),
            ]
        },
        read: set_task,
    },
    Spec {
        slug: "task-done",
        title: "Finish a task",
        intro: "",
        button: "Record the outcome",
        action: May::RecordOnIncident,
        open: has_open_task,
        fields: |here| vec![which_task(here.record), Field::words("outcome", "What came of it")],
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let number = read.code("number", |text| text.parse().ok(), "Choose the task.");
            let outcome = read.words("outcome", "Say what came of it.");
            read.finish(number.map(|number| Act::FinishTask(number, outcome.into()).into()))
        },
    },
    Spec {
        slug: "task-cancel",
        title: "Withdraw a task",
        intro: "",
        button: "Withdraw the task",
        action: May::RecordOnIncident,
        open: has_open_task,
        fields: |here| vec![which_task(here.record), Field::words("reason", "Why it is withdrawn")],
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let number = read.code("number", |text| text.parse().ok(), "Choose the task.");
            let reason = read.words("reason", "Say why.");
            read.finish(number.map(|number| Act::CancelTask(number, reason.into()).into()))
        },
    },
    Spec {
        slug: "hand-over",
        title: "Hand the incident over",
        intro: "Whoever holds it now goes on holding it until the other person acknowledges. What is not acknowledged climbs.",
        button: "Hand over",
        action: May::HandOver,
        open: |incident| incident.is_open() && incident.hand_over.is_none(),
        fields: |here| {
            vec![
                Field::new("to", "To whom?", Kind::Pick(here.desk())),
                Field::new("briefing", "Briefing", Kind::Words(6)).hint(
                    "Grade and reason; what is done, what is not and why; open tasks; next review; \
                     contact with the family; what the child is known to want.",
                ),
            ]
        },
        read: |here, answers| {
            let mut read = Reader::new(answers);
            let to = read.code("to", |id| here.desk_owner(id), "Choose a person.");
            let briefing = read.words("briefing", "Write what the next person must know.");
            read.finish(to.map(|to| Act::HandOver(HandOver { to, briefing: briefing.into() }).into()))
        },
    },
    Spec {
        slug: "acknowledge",
        title: "Acknowledge the hand-over",
        intro: "From now on you hold this incident.",
        button: "I have read the briefing and take it",
        action: May::AcknowledgeHandOver,
        open: |incident| incident.is_open() && incident.hand_over.is_some(),
        fields: |_| Vec::new(),
        read: |_, _| Ok(Act::Acknowledge.into()),
    },
    Spec {
        slug: "take-over",
        title: "Take the incident over",
        intro: "From now on you hold this incident. Whoever held it sees that you took it.",
        button: "Take it over",
        action: May::HandOver,
        open: Incident::is_open,
        fields: |_| Vec::new(),
        read: |_, _| Ok(Act::TakeOver.into()),
    },
];

fn has_open_task(incident: &Incident) -> bool {
    incident.is_open() && incident.open_tasks().next().is_some()
}

fn which_task(incident: &Incident) -> Field {
    let label = |task: &cf_casework::missing::state::Task| {
        let what: String = task.task.what.or_gone().chars().take(80).collect();
        (task.number.to_string(), format!("{}: {what}", task.number))
    };
    Field::new("number", "Which task?", Kind::One(incident.open_tasks().map(label).collect()))
}

fn set_task(here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let what = read.words("what", "Say what is to be done.");
    let owner = read.code("owner", |id| here.desk_owner(id), "Choose who does it.");
    let due = read.moment("due");
    read.finish(
        owner
            .zip(due)
            .map(|(owner, due_at)| Act::SetTask(NewTask { what: what.into(), owner, due_at }).into()),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn slugs_are_unique() {
        let mut slugs: Vec<_> = super::super::all().map(|spec| spec.slug).collect();
        let count = slugs.len();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), count);
    }
}
