//! What an incident is, folded from its events.
use cf_kernel::{Actor, ChildId, Grade, Private, Role, Timestamp, UserId};

use super::codes::TaskNumber;
use super::command::{
    Action, Answer, Grading, HandOver, Imported, InterviewEnd, InterviewOffer, InterviewTry, NewTask,
    PreventionInterview, Report, Return, ReturnInterview, Review, SystemCheck,
};
use super::past::Past;
use crate::Owner;
use crate::clocks::{Clocks, Escalated};

/// Nothing yet, or an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The incident, once reported.
    pub incident: Option<Box<Incident>>,
}

/// Something done by somebody at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What.
    pub what: T,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// A report of a missing child with a life of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The child.
    pub child: ChildId,
    /// Where it came from.
    pub origin: Origin,
    /// Where it stands.
    pub phase: Phase,
    /// Who holds it.
    pub owner: Owner,
    /// Who took the report, as far as known.
    pub reported_at: Timestamp,
    /// Last seen.
    pub last_seen_at: Option<Timestamp>,
    /// Answers to risk questions, in the order they came; a later one about the same fact counts.
    pub answers: Vec<Answer>,
    /// What the rules recommend from the facts known now.
    pub recommended: Option<Grade>,
    /// Sources looked at.
    pub checks: Vec<Done<SystemCheck>>,
    /// Every grade given, oldest first.
    pub gradings: Vec<Done<Grading>>,
    /// The grade another system gave, before anybody graded here.
    pub imported_grade: Option<Grade>,
    /// Every review, oldest first.
    pub reviews: Vec<Done<(Review, Reviewer)>>,
    /// What was done.
    pub actions: Vec<Done<Action>>,
    /// Tasks, in order of number.
    pub tasks: Vec<Task>,
    /// A hand-over that waits to be acknowledged.
    pub hand_over: Option<Done<HandOver>>,
    /// The prevention interview.
    pub prevention: Prevention,
    /// The return home interview.
    pub interview: Interview,
    /// Running clocks.
    pub clocks: Clocks,
    /// Rungs climbed, oldest first.
    pub escalations: Vec<(Timestamp, Escalated)>,
    /// What was done and no longer stands.
    pub past: Past,
    /// The last moment somebody did something.
    pub last_action_at: Timestamp,
}

/// In which capacity a review was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewer {
    /// An inspector's look.
    pub senior: bool,
    /// The grade that stood then.
    pub of_grade: Option<Grade>,
    /// How many gradings there were then: it looked at the last of them.
    pub gradings: usize,
}

impl Reviewer {
    /// Whether a look by somebody in this role is the senior look which a grade below the recommendation asks for.
    #[must_use]
    pub const fn is_senior(role: Role) -> bool {
        matches!(role, Role::Inspector)
    }
}

/// Where an incident came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A call to the desk.
    Report(Box<Report>),
    /// Another system's extract.
    Import(Box<Imported>),
}

/// Where an incident stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The child is missing.
    Missing,
    /// The child is back or found; talks are owed.
    Back(Return),
    /// Nothing more is owed.
    Closed {
        /// How the child came back, unless the other system did not say.
        back: Option<Return>,
        /// When it was closed.
        at: Timestamp,
        /// The closing words.
        summary: Option<Private<String>>,
    },
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Number within the incident, from 1.
    pub number: TaskNumber,
    /// What, who, by when.
    pub task: NewTask,
    /// When it was set.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: Actor,
    /// What came of it.
    pub end: Option<TaskEnd>,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskEnd {
    /// Done, with its outcome.
    Finished(Done<Private<String>>),
    /// Withdrawn, with the reason.
    Cancelled(Done<Private<String>>),
}

/// The police talk after a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prevention {
    /// Not yet.
    Owed,
    /// Held.
    Held(Box<Done<PreventionInterview>>),
    /// Held according to the other system.
    HeldElsewhere(Timestamp),
    /// It will not be held.
    Forgone(Box<Done<Private<String>>>),
}

/// The independent talk after a return.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interview {
    /// Every offer.
    pub offers: Vec<Done<InterviewOffer>>,
    /// Every try.
    pub tries: Vec<Done<InterviewTry>>,
    /// How it ended.
    pub end: Option<InterviewOutcome>,
}

/// How the return home interview ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterviewOutcome {
    /// Held.
    Held(Box<Done<ReturnInterview>>),
    /// Not held, with the answer and the reason.
    NotHeld(Box<Done<InterviewEnd>>),
}

impl Incident {
    /// The grade that stands: the latest given here, else the other system's.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.gradings.last().map(|grading| grading.what.grade).or(self.imported_grade)
    }

    /// Who gave the grade that stands; none where no person here has graded.
    #[must_use]
    pub fn grader(&self) -> Option<UserId> {
        self.gradings.last().map(|grading| grading.by.user)
    }

    /// The import whose grade stands, because no person here has graded.
    #[must_use]
    pub fn grade_source(&self) -> Option<&Imported> {
        match &self.origin {
            Origin::Import(import) if self.gradings.is_empty() && self.imported_grade.is_some() => {
                Some(import)
            }
            _ => None,
        }
    }

    /// Whether the incident is still live.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Closed { .. })
    }

    /// How and when the child came back.
    #[must_use]
    pub const fn back(&self) -> Option<&Return> {
        match &self.phase {
            Phase::Missing => None,
            Phase::Back(back) => Some(back),
            Phase::Closed { back, .. } => back.as_ref(),
        }
    }

    /// Whether the standing grade is below what the rules recommended for it.
    #[must_use]
    pub fn below_recommendation(&self) -> bool {
        self.gradings.last().is_some_and(|grading| grading.what.grade < grading.what.recommended)
    }

    /// Whether the latest grading has been looked at, and by an inspector if `senior`.
    #[must_use]
    pub fn looked_at(&self, senior: bool) -> bool {
        let Some(grading) = self.gradings.last() else { return false };
        self.reviews.iter().any(|review| review.at >= grading.at && (review.what.1.senior || !senior))
    }

    /// Whether the facts now known recommend more than the standing grade was given on.
    #[must_use]
    pub fn facts_have_moved(&self) -> bool {
        match (self.gradings.last(), self.recommended) {
            (Some(grading), Some(now)) => now > grading.what.recommended && now > grading.what.grade,
            _ => false,
        }
    }

    /// Whether a review of the grade that stands asked for it to be looked at again. What an inspector asked stays asked
    /// until somebody grades; what another reviewer asked, also until a later review says otherwise.
    #[must_use]
    pub fn regrade_asked(&self) -> bool {
        let of_this = |review: &&Done<(Review, Reviewer)>| review.what.1.gradings == self.gradings.len();
        let mut looks = self.reviews.iter().filter(of_this);
        looks.clone().any(|review| review.what.1.senior && asks(review))
            || looks.next_back().is_some_and(asks)
    }

    /// The moment the facts or a reviewer last asked for another grade.
    #[must_use]
    pub fn last_moved_at(&self) -> Timestamp {
        let review = self.reviews.iter().rfind(|review| asks(review));
        let review = review.map_or(self.reported_at, |review| review.at);
        let fact = self.answers.iter().map(|answer| answer.obtained_at).max().unwrap_or(self.reported_at);
        review.max(fact)
    }

    /// Tasks that wait.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.end.is_none())
    }

    /// What stands in the way of closing, in the order a person would do it. Empty when it can be closed.
    #[must_use]
    pub fn owed(&self) -> Vec<Owed> {
        let mut owed = Vec::new();
        if matches!(self.phase, Phase::Missing) {
            owed.push(Owed::Return);
        }
        if self.grade().is_none() {
            owed.push(Owed::Grade);
        }
        if self.below_recommendation() && !self.looked_at(true) {
            owed.push(Owed::SeniorLook);
        }
        if self.regrade_asked() {
            owed.push(Owed::GradeAgain);
        }
        if matches!(self.phase, Phase::Back(_)) && !self.back_without_talks() {
            if self.prevention == Prevention::Owed {
                owed.push(Owed::PreventionInterview);
            }
            if self.interview.end.is_none() {
                owed.push(Owed::ReturnInterview);
            }
        }
        owed.extend(self.open_tasks().map(|task| Owed::Task(task.number)));
        if self.hand_over.is_some() {
            owed.push(Owed::HandOver);
        }
        owed
    }

    /// No talk is owed to a child who has died or was never missing.
    #[must_use]
    pub fn back_without_talks(&self) -> bool {
        use super::HowReturned::{Died, NotMissing};
        self.back().is_some_and(|back| matches!(back.how, Died | NotMissing))
    }
}

/// Whether a review asks for another grade.
fn asks(review: &Done<(Review, Reviewer)>) -> bool {
    review.what.0.decision == super::ReviewDecision::Regrade
}

/// Something that must be done before an incident can be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owed {
    /// The child must be back.
    Return,
    /// A grade.
    Grade,
    /// An inspector's look at a grade below the recommendation.
    SeniorLook,
    /// Another grade, which a review asked for.
    GradeAgain,
    /// The police talk.
    PreventionInterview,
    /// The independent talk.
    ReturnInterview,
    /// A task.
    Task(TaskNumber),
    /// A hand-over to acknowledge.
    HandOver,
}

impl std::fmt::Display for Owed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Return => f.write_str("the child is not recorded as back"),
            Self::Grade => f.write_str("the risk has not been graded"),
            Self::SeniorLook => {
                f.write_str("an inspector has not looked at the grade below the recommendation")
            }
            Self::GradeAgain => {
                f.write_str("a review said the grade must be looked at again, and nobody has graded since")
            }
            Self::PreventionInterview => f.write_str("the prevention interview is not recorded"),
            Self::ReturnInterview => f.write_str("the return home interview is not settled"),
            Self::Task(number) => write!(f, "task {number} is open"),
            Self::HandOver => f.write_str("a hand-over has not been acknowledged"),
        }
    }
}
