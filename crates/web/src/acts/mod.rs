//! Everything people can do to a record, declared once: the questions, and how the answers become an act.
//!
//! Pages render an [`ActSpec`] as a form and the JSON API takes the same answers as JSON, so that the two cannot
//! drift apart. To add an act: one more entry in a table
//! below [`incident`] or [`child`].
pub(crate) mod answers;
pub(crate) mod child;
pub(crate) mod code_list;
pub(crate) mod field;
pub(crate) mod incident;
pub(crate) mod wording;

use cf_app::FieldProblem;
use cf_kernel::Role;

use crate::routes::ActLine;

pub(crate) use answers::{Answers, Reader};
pub(crate) use field::{Field, fields_html};

/// An act on a record of kind `R`, which becomes an `A`.
pub(crate) struct ActSpec<R: 'static, A: 'static> {
    /// In addresses: `/incidents/{id}/do/{slug}`.
    pub(crate) slug: &'static str,
    /// The page's heading and the link's words.
    pub(crate) title: &'static str,
    /// What to know before doing it; may be empty.
    pub(crate) intro: &'static str,
    /// The button's words.
    pub(crate) button: &'static str,
    /// The action of the policies.
    pub(crate) action: cf_access::Action,
    /// Whether it can be done to the record as it stands.
    pub(crate) open: fn(&R) -> bool,
    /// The questions.
    pub(crate) fields: fn(&Around<'_, R>) -> Vec<Field>,
    /// The act in the answers.
    pub(crate) read: fn(&Around<'_, R>, &Answers) -> Result<A, Vec<FieldProblem>>,
}

impl<R, A> ActSpec<R, A> {
    /// The act as the table of routes shows it.
    pub(crate) const fn line(&self) -> ActLine {
        ActLine { slug: self.slug, title: self.title, action: self.action }
    }
}

/// What a form needs to know around the record.
pub(crate) struct Around<'a, R> {
    /// The record.
    pub(crate) record: &'a R,
    /// The present moment.
    pub(crate) now: cf_kernel::Timestamp,
    /// People work can be given to.
    pub(crate) colleagues: &'a [cf_app::accounts::Colleague],
    /// The person at the screen.
    pub(crate) me: &'a cf_kernel::Actor,
}

impl<R> Around<'_, R> {
    /// People as options, oneself first.
    pub(crate) fn people(&self) -> Vec<(String, String)> {
        self.people_of(|_| true)
    }

    /// Those of them whose role works on incidents: whoever may not open one cannot act on it, and would hold it all the same.
    pub(crate) fn desk(&self) -> Vec<(String, String)> {
        self.people_of(|role| {
            matches!(role, Role::Operator | Role::Supervisor | Role::Inspector | Role::Investigator)
        })
    }

    fn people_of(&self, which: impl Fn(Role) -> bool) -> Vec<(String, String)> {
        let label = |person: &cf_app::accounts::Colleague| {
            let me = if person.user == self.me.user { " (you)" } else { "" };
            (person.user.to_string(), format!("{}, {}{me}", person.name, person.role.label().to_lowercase()))
        };
        let mut people: Vec<_> = self.colleagues.iter().filter(|person| which(person.role)).collect();
        people.sort_by_key(|person| (person.user != self.me.user, person.name.clone()));
        people.into_iter().map(label).collect()
    }

    /// The person with this id as an owner of work on an incident.
    pub(crate) fn desk_owner(&self, id: &str) -> Option<cf_casework::Owner> {
        self.desk().iter().any(|(user, _)| user == id).then(|| self.owner(id)).flatten()
    }

    /// The person with this id as an owner.
    pub(crate) fn owner(&self, id: &str) -> Option<cf_casework::Owner> {
        let person = self.colleagues.iter().find(|person| person.user.to_string() == id)?;
        Some(cf_casework::Owner::Person { user: person.user, name: person.name.clone(), team: person.team })
    }
}
