//! One function for each act, refusals at its top. Then the clocks that the new state wants.
use cf_kernel::{Decider as _, Private, Timestamp};

use super::codes::TaskNumber;
use super::command::{
    Act, Action, Command, Grading, HandOver, InterviewEnd, InterviewOffer, InterviewTry, Learned, NewTask,
    PreventionInterview, Report, Return, ReturnInterview, Review, SystemCheck,
};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Incident, Phase, Prevention, Reviewer, State};
use super::{Missing, wanted};
use crate::clocks::{self, ClockId};
use crate::{Owner, blank};

/// Clocks on two machines differ; a moment this far ahead is still "now".
const CLOCK_SLACK_SECONDS: i64 = 300;

/// A task due later than this is a slip of the keyboard, and would never be chased.
const TASK_DAYS: u16 = 90;

pub(super) fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, now, rules, act } = command;
    let mut events = match (&state.incident, act) {
        (None, Act::Report(report)) => report_child(*report, Owner::from(&by), now)?,
        (None, Act::Import(incident)) => vec![Event::Imported { incident }],
        (Some(_), Act::Report(_) | Act::Import(_)) => return Err(Refusal::AlreadyReported),
        (Some(incident), Act::LearnImported(row)) => {
            let later = super::later::later(incident, &row);
            if !later.contradicts.is_empty() {
                return Err(Refusal::ImportContradicts);
            }
            let more = later.learned.ok_or(Refusal::NothingNew)?;
            vec![Event::ImportLearned { more, at: now, by }]
        }
        (None, _) => return Err(Refusal::NotReported),
        (Some(incident), act) => Desk { incident, by, now }.act(act)?,
    };
    let next = events.iter().fold(state.clone(), Missing::evolve);
    if let Some(incident) = &next.incident {
        let set = clocks::change(&incident.clocks, wanted::wanted(incident), &rules);
        events.extend(set.map(|set| Event::ClocksSet { set }));
    }
    Ok(events)
}

fn report_child(report: Report, owner: Owner, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    not_in_future(report.reported_at, now)?;
    not_in_future(report.last_seen_at, now)?;
    if report.last_seen_at > report.reported_at {
        let (last_seen, reported) = (report.last_seen_at, report.reported_at);
        return Err(Refusal::LastSeenAfterReport { last_seen, reported });
    }
    says("what happened", &report.circumstances)?;
    Ok(vec![Event::Reported { report: Box::new(report), owner }])
}

fn not_in_future(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at > now.plus_seconds(CLOCK_SLACK_SECONDS) { Err(Refusal::InFuture { at }) } else { Ok(()) }
}

fn in_future(due: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if due <= now { Err(Refusal::DueInPast { due }) } else { Ok(()) }
}

fn says(field: &'static str, text: &Private<String>) -> Result<(), Refusal> {
    if blank(text) { Err(Refusal::Blank { field }) } else { Ok(()) }
}

/// Somebody at the desk, with an incident before them.
struct Desk<'a> {
    incident: &'a Incident,
    by: cf_kernel::Actor,
    now: Timestamp,
}

impl Desk<'_> {
    fn act(self, act: Act) -> Result<Vec<Event>, Refusal> {
        let (at, by) = (self.now, self.by.clone());
        if !self.incident.is_open() && !matches!(act, Act::Reopen(_)) {
            return Err(Refusal::Closed);
        }
        let event = match act {
            // INVARIANT: `decide` answers these three before it comes here.
            Act::Report(_) | Act::Import(_) | Act::LearnImported(_) => return Err(Refusal::AlreadyReported),
            Act::CheckSystem(check) => self.check(check)?,
            Act::Learn(learned) => self.learn(learned)?,
            Act::Grade(grading, seen) => self.grade(*grading, seen)?,
            Act::Review(review) => self.review(review)?,
            Act::Record(action) => self.record(action)?,
            Act::SetTask(task) => self.set_task(task)?,
            Act::FinishTask(number, outcome) => {
                self.open_task(number)?;
                says("what came of the task", &outcome)?;
                Event::TaskFinished { number, outcome, at, by }
            }
            Act::CancelTask(number, reason) => {
                self.open_task(number)?;
                says("why the task is withdrawn", &reason)?;
                Event::TaskCancelled { number, reason, at, by }
            }
            Act::HandOver(hand_over) => self.hand_over(hand_over)?,
            Act::Acknowledge => self.acknowledge()?,
            Act::TakeOver => Event::TakenOver { at, by },
            Act::Return(back) => self.returned(back)?,
            Act::WithdrawReturn(reason) => {
                self.back()?;
                says("why the return is withdrawn", &reason)?;
                Event::ReturnWithdrawn { reason, at, by }
            }
            Act::HoldPreventionInterview(interview) => self.prevention(interview)?,
            Act::ForgoPreventionInterview(reason) => {
                self.prevention_owed()?;
                says("why the interview will not be held", &reason)?;
                Event::PreventionInterviewForgone { reason, at, by }
            }
            Act::OfferReturnInterview(offer) => self.offer(offer)?,
            Act::TryReturnInterview(attempt) => self.attempt(attempt)?,
            Act::HoldReturnInterview(interview) => self.interview(*interview)?,
            Act::EndReturnInterview(end) => self.end_interview(end)?,
            Act::Close(summary) => self.close(summary)?,
            Act::Reopen(reason) => {
                if self.incident.is_open() {
                    return Err(Refusal::NotClosed);
                }
                says("why it is opened again", &reason)?;
                Event::Reopened { reason, at, by }
            }
            Act::Escalate(clock) => self.escalate(&clock)?,
        };
        Ok(vec![event])
    }

    fn check(self, check: SystemCheck) -> Result<Event, Refusal> {
        if check.result == super::CheckResult::Information {
            says("what was found", &check.found)?;
        }
        Ok(Event::SystemChecked { check, at: self.now, by: self.by })
    }

    fn learn(self, learned: Learned) -> Result<Event, Refusal> {
        if learned.answers.get().is_none_or(Vec::is_empty) {
            return Err(Refusal::Blank { field: "the facts learned" });
        }
        Ok(Event::FactsLearned { learned, at: self.now, by: self.by })
    }

    fn grade(self, grading: Grading, seen: Option<usize>) -> Result<Event, Refusal> {
        let gradings = &self.incident.gradings;
        if let Some(last) = gradings.last().filter(|_| seen.is_some_and(|seen| seen != gradings.len())) {
            let (by, grade, at) = (last.by.name.clone(), last.what.grade, last.at);
            return Err(Refusal::GradedSince { by, grade, at });
        }
        says("why this grade", &grading.rationale)?;
        self.next_review(grading.next_review_at)?;
        if grading.grade < grading.recommended && grading.reason_below.as_ref().is_none_or(blank) {
            let (grade, recommended) = (grading.grade, grading.recommended);
            return Err(Refusal::GradeBelowNeedsReason { grade, recommended });
        }
        Ok(Event::Graded { grading: Box::new(grading), at: self.now, by: self.by })
    }

    fn next_review(&self, at: Timestamp) -> Result<(), Refusal> {
        in_future(at, self.now)?;
        if at > self.now.plus_hours(28 * 24) { Err(Refusal::ReviewTooFar) } else { Ok(()) }
    }

    fn review(self, review: Review) -> Result<Event, Refusal> {
        let Some(grading) = self.incident.gradings.last() else { return Err(Refusal::NothingToReview) };
        if grading.by.user == self.by.user {
            return Err(Refusal::ReviewerIsGrader);
        }
        says("the reviewer's own words", &review.words)?;
        self.next_review(review.next_review_at)?;
        let (senior, of_grade) = (Reviewer::is_senior(self.by.role), self.incident.grade());
        Ok(Event::Reviewed { review, senior, of_grade, at: self.now, by: self.by })
    }

    fn record(self, action: Action) -> Result<Event, Refusal> {
        says("what was done", &action.what)?;
        not_in_future(action.done_at, self.now)?;
        self.since_last_seen(action.done_at)?;
        Ok(Event::ActionRecorded { action, at: self.now, by: self.by })
    }

    /// What was tried between the last sighting and the report belongs to the incident; nothing earlier does.
    /// Forms give whole minutes: the same minute is late enough.
    fn since_last_seen(&self, at: Timestamp) -> Result<(), Refusal> {
        let reported = self.incident.reported_at;
        let from = self.incident.last_seen_at.map_or(reported, |seen| seen.min(reported));
        if at <= from.plus_minutes(-1) { Err(Refusal::BeforeIncident { at, from }) } else { Ok(()) }
    }

    fn set_task(self, task: NewTask) -> Result<Event, Refusal> {
        says("what is to be done", &task.what)?;
        in_future(task.due_at, self.now)?;
        if task.due_at > self.now.plus_hours(i64::from(TASK_DAYS) * 24) {
            return Err(Refusal::TaskTooFar { days: TASK_DAYS });
        }
        let number = self.incident.tasks.last().map_or(1, |task| task.number + 1);
        Ok(Event::TaskSet { number, task, at: self.now, by: self.by })
    }

    fn open_task(&self, number: TaskNumber) -> Result<(), Refusal> {
        let open = self.incident.open_tasks().any(|task| task.number == number);
        if open { Ok(()) } else { Err(Refusal::NoSuchTask { number }) }
    }

    fn hand_over(self, hand_over: HandOver) -> Result<Event, Refusal> {
        if self.incident.hand_over.is_some() {
            return Err(Refusal::HandOverWaiting);
        }
        if hand_over.to == self.incident.owner {
            return Err(Refusal::HandOverToOwner);
        }
        says("the briefing", &hand_over.briefing)?;
        Ok(Event::HandedOver { hand_over, at: self.now, by: self.by })
    }

    fn acknowledge(self) -> Result<Event, Refusal> {
        let Some(hand_over) = &self.incident.hand_over else { return Err(Refusal::NoHandOver) };
        let meant = match &hand_over.what.to {
            Owner::Person { user, .. } => *user == self.by.user,
            Owner::Desk { team, .. } => *team == self.by.team,
        };
        if !meant {
            return Err(Refusal::HandOverForSomebodyElse);
        }
        Ok(Event::HandOverAcknowledged { at: self.now, by: self.by })
    }

    fn returned(self, back: Return) -> Result<Event, Refusal> {
        if !matches!(self.incident.phase, Phase::Missing) {
            return Err(Refusal::AlreadyBack);
        }
        not_in_future(back.returned_at, self.now)?;
        if let Some(last_seen) = self.incident.last_seen_at.filter(|seen| back.returned_at < *seen) {
            return Err(Refusal::ReturnBeforeLastSeen { returned: back.returned_at, last_seen });
        }
        Ok(Event::Returned { back, at: self.now, by: self.by })
    }

    fn back(&self) -> Result<&Return, Refusal> {
        match &self.incident.phase {
            Phase::Back(back) => Ok(back),
            Phase::Missing | Phase::Closed { .. } => Err(Refusal::NotBack),
        }
    }

    fn talk_owed(&self) -> Result<(), Refusal> {
        self.back()?;
        if self.incident.back_without_talks() { Err(Refusal::NoTalkOwed) } else { Ok(()) }
    }

    /// A talk is about a return, so nothing of it is earlier. Forms give whole minutes: the same minute is soon enough.
    fn since_return(&self, what: &'static str, at: Timestamp) -> Result<(), Refusal> {
        let back = self.back()?.returned_at;
        if at <= back.plus_minutes(-1) { Err(Refusal::BeforeReturn { what, back }) } else { Ok(()) }
    }

    fn prevention_owed(&self) -> Result<(), Refusal> {
        self.talk_owed()?;
        if self.incident.prevention == Prevention::Owed { Ok(()) } else { Err(Refusal::PreventionSettled) }
    }

    fn prevention(self, interview: PreventionInterview) -> Result<Event, Refusal> {
        self.prevention_owed()?;
        not_in_future(interview.held_at, self.now)?;
        self.since_return("the prevention interview", interview.held_at)?;
        if !interview.in_person && blank(&interview.not_in_person_reason) {
            return Err(Refusal::NotInPersonNeedsReason);
        }
        says("what was said", &interview.account)?;
        Ok(Event::PreventionInterviewHeld { interview, at: self.now, by: self.by })
    }

    fn interview_owed(&self) -> Result<(), Refusal> {
        self.talk_owed()?;
        if self.incident.interview.end.is_none() { Ok(()) } else { Err(Refusal::InterviewSettled) }
    }

    fn offer(self, offer: InterviewOffer) -> Result<Event, Refusal> {
        self.interview_owed()?;
        not_in_future(offer.offered_at, self.now)?;
        self.since_return("the offer of the return home interview", offer.offered_at)?;
        says("who offers the interview", &offer.by)?;
        Ok(Event::ReturnInterviewOffered { offer, at: self.now, by: self.by })
    }

    fn attempt(self, attempt: InterviewTry) -> Result<Event, Refusal> {
        self.interview_owed()?;
        not_in_future(attempt.tried_at, self.now)?;
        self.since_return("the try to hold the return home interview", attempt.tried_at)?;
        says("how it was tried and what came of it", &attempt.what)?;
        Ok(Event::ReturnInterviewTried { attempt, at: self.now, by: self.by })
    }

    fn interview(self, interview: ReturnInterview) -> Result<Event, Refusal> {
        self.interview_owed()?;
        not_in_future(interview.held_at, self.now)?;
        self.since_return("the return home interview", interview.held_at)?;
        if !interview.independent {
            return Err(Refusal::InterviewMustBeIndependent);
        }
        says("who held the interview", &interview.by)?;
        let ReturnInterview { before, during, after, child_words, child_wants, learned, .. } = &interview;
        if [before, during, after, child_words, child_wants, learned].into_iter().all(blank) {
            return Err(Refusal::InterviewSaysNothing);
        }
        if interview.exploitation_signs && [during, child_words, learned].into_iter().all(blank) {
            return Err(Refusal::ExploitationNeedsWords);
        }
        Ok(Event::ReturnInterviewHeld { interview: Box::new(interview), at: self.now, by: self.by })
    }

    fn end_interview(self, end: InterviewEnd) -> Result<Event, Refusal> {
        self.interview_owed()?;
        if !end.answer.ends_without_interview() {
            return Err(Refusal::AcceptedIsNotAnEnd);
        }
        says("why the interview was not held", &end.reason)?;
        Ok(Event::ReturnInterviewEnded { end, at: self.now, by: self.by })
    }

    fn close(self, summary: Private<String>) -> Result<Event, Refusal> {
        let owed = self.incident.owed();
        if !owed.is_empty() {
            return Err(Refusal::StillOwed { owed });
        }
        says("the closing summary", &summary)?;
        Ok(Event::Closed { summary, at: self.now, by: self.by })
    }

    fn escalate(self, clock: &ClockId) -> Result<Event, Refusal> {
        match clocks::climb(&self.incident.clocks, clock, self.now) {
            Some(escalated) => Ok(Event::Escalated { escalated, at: self.now }),
            None => Err(Refusal::NotDue { clock: clock.as_str().to_owned() }),
        }
    }
}
