//! Everything the pages show, as it is sent to a program. Converted by hand from read rows and states, so that what is
//! sent changes only when somebody changes it here.
mod also;
pub(crate) mod audit;
pub(crate) mod child;
pub(crate) mod flows;
pub(crate) mod incident;
pub(crate) mod life;
pub(crate) mod likely;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod office;
pub(crate) mod partners;
mod past;
pub(crate) mod wording;

use cf_casework::Owner;
use cf_casework::clocks::{ClockId, RunningClock};
use cf_casework::missing::command::Answer;
use cf_kernel::{Actor, Role};
use uuid::Uuid;

use super::shape::{At, Code, shapes};

shapes! {
    /// Somebody who recorded something.
    Person {
        /// Their account.
        user: Uuid,
        /// Their name.
        name: String,
        /// The role they acted in.
        role: Code<Role>,
        /// The team they acted for.
        team: Uuid,
    }
    /// Who holds something: a named person, or a team's desk until somebody takes it.
    Holder {
        /// The person; `null` for a desk.
        user: Option<Uuid>,
        /// The name of the person or desk.
        name: String,
        /// The team.
        team: Uuid,
    }
    /// Something owed, and when.
    Clock {
        /// What is owed.
        clock: String,
        /// In words.
        words: String,
        /// About which of several things, for instance the number of a task.
        about: Option<String>,
        /// The moment it counts from.
        started_at: At,
        /// When it is due.
        due_at: At,
        /// How many people above the owner have been told that it is overdue.
        climbed: i64,
        /// Who is told next: `owner`, `supervisor`, `inspector` or `chief_office`.
        next_rung: String,
        /// When they are told, unless it is done before.
        next_at: At,
    }
    /// A fact about risk.
    Fact {
        /// Its name in the grading rules.
        fact: String,
        /// Its value: `yes`, `no`, a number or a code.
        value: String,
        /// Who supplied it.
        from: String,
        /// When it was obtained.
        obtained_at: At,
    }
}

impl From<&Actor> for Person {
    fn from(actor: &Actor) -> Self {
        let Actor { user, name, role, team } = actor;
        Self { user: user.uuid(), name: name.clone(), role: Code(*role), team: team.uuid() }
    }
}

impl From<&Owner> for Holder {
    fn from(owner: &Owner) -> Self {
        let user = owner.user().map(|user| user.uuid());
        Self { user, name: owner.name().to_owned(), team: owner.team().uuid() }
    }
}

impl From<&Answer> for Fact {
    fn from(answer: &Answer) -> Self {
        let Answer { fact, value, from, obtained_at } = answer.clone();
        Self { fact, value, from, obtained_at: obtained_at.into() }
    }
}

impl From<(&ClockId, &RunningClock)> for Clock {
    fn from((id, clock): (&ClockId, &RunningClock)) -> Self {
        let (rung, next_at) = clock.next_escalation();
        Self {
            clock: clock.key.code().to_owned(),
            words: id.words(),
            about: id.as_str().split_once(':').map(|(_, about)| about.to_owned()),
            started_at: clock.started_at.into(),
            due_at: clock.deadline.due_at.into(),
            climbed: clock.climbed.into(),
            next_rung: rung.code().to_owned(),
            next_at: next_at.into(),
        }
    }
}
