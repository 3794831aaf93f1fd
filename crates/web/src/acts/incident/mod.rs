//! Everything done to an incident, as questions. In the order of an incident's life.
mod assess;
mod back;
mod work;

use cf_casework::Owner;
use cf_casework::missing::Incident;
use cf_casework::missing::command::{Act, Imported};
use cf_casework::missing::past::Past;
use cf_casework::missing::state::{Interview, Origin, Prevention};
use cf_kernel::{ChildId, Private, TeamId, Timestamp};

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

/// An incident of which nothing is known, for describing the questions.
pub(crate) fn example() -> Incident {
    let (at, nobody) = (Timestamp::from_micros(0), uuid::Uuid::nil());
    let origin = Imported {
        child: ChildId::from_uuid(nobody),
        source_system: String::new(),
        source_ref: String::new(),
        source_line: 1,
        source_file: String::new(),
        reported_at: at,
        last_seen_at: None,
        found_at: None,
        closed_at: None,
        grade: None,
        graded_at: None,
        prevention_interview_at: None,
        borough: None,
        missing_from: None,
        how: None,
        harm: None,
        desk: TeamId::from_uuid(nobody),
        desk_name: String::new(),
        row: Private::Gone,
    };
    Incident {
        child: origin.child,
        owner: Owner::Desk { team: origin.desk, name: String::new() },
        origin: Origin::Import(Box::new(origin)),
        phase: cf_casework::missing::Phase::Missing,
        reported_at: at,
        last_seen_at: None,
        answers: Vec::new(),
        recommended: None,
        checks: Vec::new(),
        gradings: Vec::new(),
        imported_grade: None,
        reviews: Vec::new(),
        actions: Vec::new(),
        tasks: Vec::new(),
        hand_over: None,
        prevention: Prevention::Owed,
        interview: Interview::default(),
        clocks: cf_casework::clocks::Clocks::new(),
        escalations: Vec::new(),
        past: Past::default(),
        last_action_at: at,
    }
}

/// Every act, for the table of routes.
pub(crate) fn lines() -> Vec<crate::routes::ActLine> {
    all().map(Spec::line).collect()
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
