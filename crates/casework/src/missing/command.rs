//! What people do to an incident. Facts from elsewhere travel here: who, when, the rules in force.
use std::sync::Arc;

use cf_kernel::{Actor, ChildId, Grade, Private, TeamId, Timestamp};
use cf_timescales::Rules;
use serde::{Deserialize, Serialize};

use super::codes::{
    ActionKind, CheckResult, Harm, HowReturned, InterviewAnswer, ReviewDecision, System, TaskNumber,
};
use crate::Owner;
use crate::clocks::ClockId;

/// An act, who does it and when.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who.
    pub by: Actor,
    /// The present moment.
    pub now: Timestamp,
    /// The timescales in force.
    pub rules: Arc<Rules>,
    /// What.
    pub act: Act,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Act {
    /// Take a report.
    Report(Box<Report>),
    /// Take over an incident from another system's extract.
    Import(Box<Imported>),
    /// Take over what a later extract adds to an incident another system told of.
    LearnImported(Box<Imported>),
    /// Record that a source was looked at.
    CheckSystem(SystemCheck),
    /// Record facts about risk, as told.
    Learn(Learned),
    /// Grade the risk; with how many gradings there were when the person decided, where that is known.
    Grade(Box<Grading>, Option<usize>),
    /// Look at a grade or the progress, as a supervisor.
    Review(Review),
    /// Record something done.
    Record(Action),
    /// Give somebody a task.
    SetTask(NewTask),
    /// Say what came of a task.
    FinishTask(TaskNumber, Private<String>),
    /// Withdraw a task, with the reason.
    CancelTask(TaskNumber, Private<String>),
    /// Hand the incident to somebody.
    HandOver(HandOver),
    /// Accept what was handed over.
    Acknowledge,
    /// Take the incident oneself.
    TakeOver,
    /// Record that the child is back or found.
    Return(Return),
    /// The return was recorded in error.
    WithdrawReturn(Private<String>),
    /// Police talked with the child after the return.
    HoldPreventionInterview(PreventionInterview),
    /// The prevention interview will not be held.
    ForgoPreventionInterview(Private<String>),
    /// Offer the return home interview.
    OfferReturnInterview(InterviewOffer),
    /// Record a try to hold it.
    TryReturnInterview(InterviewTry),
    /// Record the return home interview.
    HoldReturnInterview(Box<ReturnInterview>),
    /// The return home interview will not be held.
    EndReturnInterview(InterviewEnd),
    /// Close the incident.
    Close(Private<String>),
    /// Open it again.
    Reopen(Private<String>),
    /// Climb the next rung of an overdue clock.
    Escalate(ClockId),
}

/// A report, as the caller told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The child.
    pub child: ChildId,
    /// When the call came in.
    pub reported_at: Timestamp,
    /// When the child was last seen, as told.
    pub last_seen_at: Timestamp,
    /// Whether that moment is a guess.
    pub last_seen_approximate: bool,
    /// Where, and by whom.
    pub last_seen: Private<String>,
    /// What happened, and why the caller is worried.
    pub circumstances: Private<String>,
    /// What has been tried already.
    pub already_tried: Private<String>,
    /// What the child looks like and wears.
    pub description: Private<String>,
    /// Who calls: name, relationship, number.
    pub reporter: Private<Reporter>,
    /// The borough, by ONS code.
    pub borough: Option<String>,
    /// Where the child went missing from.
    pub missing_from: MissingFrom,
    /// Answers to the risk questions.
    pub answers: Private<Vec<Answer>>,
    /// What the grading rules recommend from these answers.
    pub recommended: Grade,
}

/// Where a child went missing from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingFrom {
    /// Home.
    Home,
    /// A care placement.
    Care,
    /// School.
    School,
    /// Hospital or a health setting.
    Health,
    /// Somewhere else.
    Elsewhere,
}

impl MissingFrom {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Home, Self::Care, Self::School, Self::Health, Self::Elsewhere];
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Care => "care",
            Self::School => "school",
            Self::Health => "health",
            Self::Elsewhere => "elsewhere",
        }
    }
    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Care => "Care placement",
            Self::School => "School or college",
            Self::Health => "Hospital or health setting",
            Self::Elsewhere => "Somewhere else",
        }
    }
    /// The value with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Who reported the child missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// Name.
    pub name: String,
    /// What they are to the child.
    pub relationship: String,
    /// Number to ring back.
    pub phone: String,
}

/// One fact about risk: what, who supplied it, and when it was obtained.
/// SOURCE: College of Policing APP, via `domain/practice.md` A3: each item keeps all three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The fact's name in the grading rules.
    pub fact: String,
    /// Its value as text: `yes`, `no`, a number or a code.
    pub value: String,
    /// Who supplied it.
    pub from: String,
    /// When it was obtained.
    pub obtained_at: Timestamp,
}

/// Facts learned after the report, and what the rules now recommend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The facts.
    pub answers: Private<Vec<Answer>>,
    /// What the rules recommend from all answers so far.
    pub recommended: Grade,
}

/// A source that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemCheck {
    /// Which.
    pub system: System,
    /// What it gave.
    pub result: CheckResult,
    /// What was found.
    pub found: Private<String>,
}

/// A named person's grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grading {
    /// The grade.
    pub grade: Grade,
    /// Why, in the grader's words: the risk.
    pub rationale: Private<String>,
    /// What may have happened; apart from risk, because an innocent explanation does not lower it.
    pub hypothesis: Private<String>,
    /// Why below the recommendation, where it is.
    pub reason_below: Option<Private<String>>,
    /// When it is looked at next.
    pub next_review_at: Timestamp,
    /// What the rules recommended.
    pub recommended: Grade,
    /// Which rules: name, version and hash of the text.
    pub rule_set: String,
    /// The facts given to the rules, as canonical JSON.
    pub facts: Private<String>,
    /// The rules' full answer, as canonical JSON. Replaying the facts gives these bytes.
    pub evaluation: Private<String>,
}

/// A second person's look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What was decided.
    pub decision: ReviewDecision,
    /// In the reviewer's words.
    pub words: Private<String>,
    /// When it is looked at next.
    pub next_review_at: Timestamp,
}

/// Something done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What kind.
    pub kind: ActionKind,
    /// When it was done.
    pub done_at: Timestamp,
    /// What.
    pub what: Private<String>,
}

/// A task to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    /// What is to be done.
    pub what: Private<String>,
    /// Who does it.
    pub owner: Owner,
    /// By when.
    pub due_at: Timestamp,
}

/// An incident handed to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// To whom.
    pub to: Owner,
    /// Done, not done and why, open points, the child's known wishes.
    pub briefing: Private<String>,
}

/// How the child came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// When.
    pub returned_at: Timestamp,
    /// How.
    pub how: HowReturned,
    /// By whom, in words.
    pub by_whom: Private<String>,
    /// Where.
    pub place: Private<String>,
    /// Harm.
    pub harm: Harm,
    /// About the harm.
    pub harm_detail: Private<String>,
}

/// Police talked with the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreventionInterview {
    /// When.
    pub held_at: Timestamp,
    /// Face to face.
    pub in_person: bool,
    /// Why not face to face.
    pub not_in_person_reason: Private<String>,
    /// Safety, crime, harm, reasons.
    pub account: Private<String>,
    /// The child's own words.
    pub child_words: Private<String>,
}

/// The return home interview was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterviewOffer {
    /// When.
    pub offered_at: Timestamp,
    /// Who offers: the council's team or the commissioned service.
    pub by: Private<String>,
    /// The answer, if there is one yet.
    pub answer: Option<InterviewAnswer>,
}

/// A try to hold the interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterviewTry {
    /// When.
    pub tried_at: Timestamp,
    /// How, and what came of it.
    pub what: Private<String>,
}

/// The return home interview, held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnInterview {
    /// When.
    pub held_at: Timestamp,
    /// Who held it.
    pub by: Private<String>,
    /// Whether that person has no part in the child's care.
    pub independent: bool,
    /// Before: why, what pushed and pulled.
    pub before: Private<String>,
    /// During: where, with whom, travel, harm.
    pub during: Private<String>,
    /// After: how home, feelings, support wanted.
    pub after: Private<String>,
    /// The child's own words.
    pub child_words: Private<String>,
    /// What the child wants to happen.
    pub child_wants: Private<String>,
    /// What was explained to the child about what happens next.
    pub explained: Private<String>,
    /// What was learned that matters for the child's record and the next time.
    pub learned: Private<String>,
    /// Signs of exploitation are there.
    pub exploitation_signs: bool,
}

/// The return home interview will not be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterviewEnd {
    /// The answer that ends it.
    pub answer: InterviewAnswer,
    /// The reason.
    pub reason: Private<String>,
    /// Whether the parent or carer had the chance to add information.
    pub carer_asked: bool,
}

/// An incident from another system's extract, with what that system knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The child.
    pub child: ChildId,
    /// The other system.
    pub source_system: String,
    /// Its reference.
    pub source_ref: String,
    /// The import and the line of its file.
    pub source_line: u64,
    /// SHA-256 of the file, hex.
    pub source_file: String,
    /// Reported.
    pub reported_at: Timestamp,
    /// Last seen.
    pub last_seen_at: Option<Timestamp>,
    /// Found.
    pub found_at: Option<Timestamp>,
    /// Closed.
    pub closed_at: Option<Timestamp>,
    /// The grade there.
    pub grade: Option<Grade>,
    /// When it was graded there.
    pub graded_at: Option<Timestamp>,
    /// The prevention interview there.
    pub prevention_interview_at: Option<Timestamp>,
    /// Borough by ONS code.
    pub borough: Option<String>,
    /// Where missing from.
    pub missing_from: Option<MissingFrom>,
    /// How found, if the extract says so in a known code.
    pub how: Option<HowReturned>,
    /// Harm, if the extract says so in a known code.
    pub harm: Option<Harm>,
    /// The desk that answers for it while it is open.
    pub desk: TeamId,
    /// The desk's name.
    pub desk_name: String,
    /// Everything the row held, as it stood, name and value.
    pub row: Private<Vec<(String, String)>>,
}

/// What a later extract adds to an imported incident: only what was blank before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterImport {
    /// The other system.
    pub source_system: String,
    /// Its reference.
    pub source_ref: String,
    /// The line of its file.
    pub source_line: u64,
    /// SHA-256 of the file, hex.
    pub source_file: String,
    /// Last seen.
    pub last_seen_at: Option<Timestamp>,
    /// Found.
    pub found_at: Option<Timestamp>,
    /// Closed.
    pub closed_at: Option<Timestamp>,
    /// The prevention interview there.
    pub prevention_interview_at: Option<Timestamp>,
    /// Borough by ONS code.
    pub borough: Option<String>,
    /// Where missing from.
    pub missing_from: Option<MissingFrom>,
    /// How found.
    pub how: Option<HowReturned>,
    /// Harm.
    pub harm: Option<Harm>,
    /// Everything the row held, as it stood, name and value.
    pub row: Private<Vec<(String, String)>>,
}

impl LaterImport {
    /// Where a row comes from, and nothing it says yet.
    pub(super) fn from_row(row: &Imported) -> Self {
        Self {
            source_system: row.source_system.clone(),
            source_ref: row.source_ref.clone(),
            source_line: row.source_line,
            source_file: row.source_file.clone(),
            last_seen_at: None,
            found_at: None,
            closed_at: None,
            prevention_interview_at: None,
            borough: None,
            missing_from: None,
            how: None,
            harm: None,
            row: row.row.clone(),
        }
    }

    /// Whether it adds anything.
    pub(super) const fn says_something(&self) -> bool {
        self.last_seen_at.is_some()
            || self.found_at.is_some()
            || self.closed_at.is_some()
            || self.prevention_interview_at.is_some()
            || self.borough.is_some()
            || self.missing_from.is_some()
            || self.how.is_some()
            || self.harm.is_some()
    }
}
