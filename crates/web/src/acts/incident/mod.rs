//! Everything done to an incident, as questions. In the order of an incident's life.
mod assess;
mod back;
mod work;

use cf_casework::missing::Incident;
use cf_casework::missing::command::Act;

use super::{ActSpec, Answers, Around};

pub(crate) type Spec = ActSpec<Incident, Done>;
pub(crate) type Here<'a> = Around<'a, Incident>;
pub(crate) type Read<T> = Result<T, Vec<cf_app::FieldProblem>>;

/// What the answers become: most are plain acts; grading and new facts go through the rules first.
#[derive(Debug, Clone)]
pub(crate) enum Done {
    Act(Box<Act>),
    Grade(cf_app::incident::GradeForm),
}

impl From<Act> for Done {
    fn from(act: Act) -> Self {
        Self::Act(Box::new(act))
    }
}

/// Every act a person can do to an incident, but for the risk questions, which have a page of their own.
pub(crate) fn all() -> impl Iterator<Item = &'static Spec> {
    assess::SPECS.iter().chain(work::SPECS).chain(back::SPECS)
}

/// The act with this slug.
pub(crate) fn find(slug: &str) -> Option<&'static Spec> {
    all().find(|spec| spec.slug == slug)
}

fn missing(incident: &Incident) -> bool {
    matches!(incident.phase, cf_casework::missing::Phase::Missing)
}

fn back(incident: &Incident) -> bool {
    matches!(incident.phase, cf_casework::missing::Phase::Back(_))
}

fn codes<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> &'static str,
) -> Vec<(&'static str, &'static str)> {
    all.iter().map(|one| (code(*one), label(*one))).collect()
}

/// Yes and no, in that order.
const YES_NO: [(&str, &str); 2] = [("yes", "Yes"), ("no", "No")];
