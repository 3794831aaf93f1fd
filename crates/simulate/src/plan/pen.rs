//! Writes one incident's steps: who is on duty, which words, and never a step beyond the present.
use cf_casework::missing::command::{
    Act, Action, Answer, InterviewEnd, InterviewOffer, InterviewTry, MissingFrom, PreventionInterview,
    Reporter, Return, ReturnInterview, Review, SystemCheck,
};
use cf_casework::missing::{
    ActionKind, CheckResult, Harm, HowReturned, InterviewAnswer, ReviewDecision, System,
};
use cf_kernel::{CommandId, Private, Timestamp};

use super::{Call, Choice, Intent, Plan, Step};
use crate::dice::Dice;
use crate::population::Child;
use crate::staff::{PersonKey, Staff};
use crate::words::{self, Talk, Voice, Work};

/// One incident being written.
pub(super) struct Pen<'a> {
    pub(super) staff: &'a Staff,
    pub(super) child: &'a Child,
    pub(super) dice: Dice,
    pub(super) voice: Voice,
    /// Since when only supervisors and inspectors may open the record.
    pub(super) restricted_from: Option<Timestamp>,
    /// The incident: the id of the command that reports it.
    pub(super) incident: CommandId,
    index: usize,
    present: Timestamp,
    /// Since when nobody stands in for the officer who holds the prevention interviews.
    pub(super) nobody_visits_from: Option<Timestamp>,
    pick: u64,
    tasks: u32,
    steps: &'a mut Vec<Step>,
}

impl<'a> Pen<'a> {
    /// A pen for the incident that is reported at this moment.
    pub(super) fn new(
        plan: &'a mut Plan,
        index: usize,
        reported_at: Timestamp,
        restricted_from: Option<Timestamp>,
    ) -> Self {
        let child = &plan.children[index];
        let about = reported_at.micros().unsigned_abs() ^ (u64::from(child.number) << 40);
        let mut dice = Dice::fork(plan.london.seed, "incident", about);
        let voice = Voice::new(child, &mut dice);
        let incident = CommandId::from_uuid(dice.id(reported_at));
        let pick = dice.bits();
        Self {
            staff: &plan.staff,
            child,
            dice,
            voice,
            restricted_from,
            incident,
            index,
            present: plan.london.present,
            nobody_visits_from: plan.london.nobody_visits_from(),
            pick,
            tasks: 0,
            steps: &mut plan.steps,
        }
    }

    /// Chooses which of those on duty works this incident.
    pub(super) fn picking(mut self, pick: u64) -> Self {
        self.pick = pick;
        self
    }

    fn put(&mut self, at: Timestamp, by: PersonKey, intent: Intent) {
        if at < self.present {
            let command = CommandId::from_uuid(self.dice.id(at));
            self.steps.push(Step { at, by, child: self.index, command, intent });
        }
    }

    fn act(&mut self, at: Timestamp, by: PersonKey, act: Act) {
        self.put(at, by, Intent::Act(self.incident, Box::new(act)));
    }

    fn restricted(&self, at: Timestamp) -> bool {
        self.restricted_from.is_some_and(|from| at >= from)
    }

    /// Who works the incident at the desk: an operator, or the supervisor where the record is restricted.
    pub(super) fn worker(&self, at: Timestamp) -> PersonKey {
        if self.restricted(at) { self.staff.supervisor(at) } else { self.staff.operator(at, self.pick) }
    }

    /// Who looks at the work: the supervisor, or the inspector where the supervisor does it.
    pub(super) fn reviewer(&self, at: Timestamp) -> PersonKey {
        if self.restricted(at) { self.staff.inspector(at) } else { self.staff.supervisor(at) }
    }

    fn interviewer(&self, at: Timestamp) -> PersonKey {
        let care = &self.child.care;
        let council = care.responsible_authority.as_deref().or(care.borough.as_deref());
        let worker = self.staff.council_worker(council, self.pick).filter(|_| !self.restricted(at));
        worker.unwrap_or_else(|| self.staff.supervisor(at))
    }

    pub(super) fn report(&mut self, at: Timestamp, last_seen_at: Timestamp, answers: Vec<Answer>) {
        let (voice, dice) = (&self.voice, &mut self.dice);
        let from = match (self.child.looked_after(), dice.below(100)) {
            (_, 0..9) => MissingFrom::School,
            (_, 9..12) => MissingFrom::Elsewhere,
            (_, 12) => MissingFrom::Health,
            (true, _) => MissingFrom::Care,
            (false, _) => MissingFrom::Home,
        };
        let carer = &self.child.carer;
        let call = Call {
            last_seen_at,
            last_seen_approximate: dice.chance(400),
            last_seen: words::Call::last_seen(voice, dice),
            circumstances: words::Call::circumstances(voice, dice),
            already_tried: words::Call::already_tried(voice, dice),
            description: words::Call::description(dice),
            reporter: Reporter {
                name: carer.name.clone(),
                relationship: carer.relationship.to_owned(),
                phone: carer.phone.clone(),
            },
            missing_from: from,
            answers,
        };
        let by = self.worker(at);
        let (incident, child) = (self.incident, self.index);
        if at < self.present {
            self.steps.push(Step {
                at,
                by,
                child,
                command: incident,
                intent: Intent::Report(Box::new(call)),
            });
        }
    }

    pub(super) fn open_page(&mut self, at: Timestamp, by: PersonKey) {
        self.put(at, by, Intent::Open(self.incident));
    }

    pub(super) fn check(&mut self, at: Timestamp, system: System) {
        let result = match self.dice.below(100) {
            0..58 => CheckResult::NothingHeld,
            58..94 => CheckResult::Information,
            _ => CheckResult::Unavailable,
        };
        let found = if result == CheckResult::Information {
            Work::found_in(system, &self.voice, &mut self.dice)
        } else {
            String::new()
        };
        let by = self.worker(at);
        self.act(at, by, Act::CheckSystem(SystemCheck { system, result, found: Private::Known(found) }));
    }

    pub(super) fn grade(&mut self, at: Timestamp, choice: Choice) {
        let (voice, dice) = (&self.voice, &mut self.dice);
        let intent = Intent::Grade {
            incident: self.incident,
            choice,
            rationale: Work::rationale(voice, dice),
            hypothesis: Work::hypothesis(voice, dice),
            reason_below: Work::reason_below(voice, dice),
        };
        let by = self.worker(at);
        self.put(at, by, intent);
    }

    pub(super) fn learn(&mut self, at: Timestamp, answers: Vec<Answer>) {
        let by = self.worker(at);
        self.put(at, by, Intent::Learn { incident: self.incident, answers });
    }

    pub(super) fn review(&mut self, at: Timestamp, next_minutes: i64) {
        let (decision, text) = if self.dice.chance(720) {
            (ReviewDecision::Agree, Work::review(&self.voice, &mut self.dice))
        } else {
            (ReviewDecision::MoreToDo, Work::more_to_do(&self.voice, &mut self.dice))
        };
        let by = self.reviewer(at);
        self.open_page(at.plus_minutes(-3), by);
        self.reviewed(at, by, decision, text, next_minutes);
    }

    /// An inspector's look at a grade below its recommendation.
    pub(super) fn senior_look(&mut self, at: Timestamp, decision: ReviewDecision) {
        let text = if decision == ReviewDecision::Regrade {
            Work::regrade(&self.voice, &mut self.dice)
        } else {
            Work::senior_agrees(&self.voice, &mut self.dice)
        };
        let by = self.staff.inspector(at);
        self.open_page(at.plus_minutes(-4), by);
        self.reviewed(at, by, decision, text, 180);
    }

    fn reviewed(&mut self, at: Timestamp, by: PersonKey, decision: ReviewDecision, text: String, next: i64) {
        let review = Review { decision, words: Private::Known(text), next_review_at: at.plus_minutes(next) };
        self.act(at, by, Act::Review(review));
    }

    pub(super) fn action(&mut self, at: Timestamp) {
        let kind = self.dice.weighted(&[
            (34, ActionKind::Enquiry),
            (19, ActionKind::FamilyContact),
            (9, ActionKind::ChildContact),
            (14, ActionKind::Partner),
            (14, ActionKind::Data),
            (5, ActionKind::Search),
            (2, ActionKind::Publicity),
            (3, ActionKind::Note),
        ]);
        let what = Private::Known(Work::action(kind, &self.voice, &mut self.dice));
        let done_at = at.plus_minutes(-self.dice.between(1, 9));
        let by = self.worker(at);
        self.act(at, by, Act::Record(Action { kind, done_at, what }));
    }

    /// Sets a task; gives its number.
    pub(super) fn task(&mut self, at: Timestamp, due_at: Timestamp) -> u32 {
        let what = Work::task(&self.voice, &mut self.dice);
        let restricted = self.restricted(at);
        let owner = if !restricted && self.dice.chance(150) {
            self.staff.investigator(self.pick)
        } else if restricted {
            self.worker(at)
        } else {
            self.staff.operator(at, self.pick.wrapping_add(u64::from(self.tasks % 2)))
        };
        let by = self.worker(at);
        self.put(at, by, Intent::SetTask { incident: self.incident, owner, what, due_at });
        self.tasks += 1;
        self.tasks
    }

    pub(super) fn finish_task(&mut self, at: Timestamp, number: u32) {
        let text = Work::outcome(&self.voice, &mut self.dice).into();
        let by = self.worker(at);
        self.act(at, by, Act::FinishTask(number, text));
    }

    pub(super) fn cancel_task(&mut self, at: Timestamp, number: u32) {
        let text = Work::withdrawn(&self.voice, &mut self.dice).into();
        let by = self.worker(at);
        self.act(at, by, Act::CancelTask(number, text));
    }

    pub(super) fn hand_over(&mut self, at: Timestamp, to: PersonKey) {
        let briefing = Work::briefing(&self.voice, &mut self.dice);
        let by = self.worker(at);
        self.put(at, by, Intent::HandOver { incident: self.incident, to, briefing });
    }

    pub(super) fn acknowledge(&mut self, at: Timestamp, by: PersonKey) {
        self.act(at, by, Act::Acknowledge);
    }

    pub(super) fn back(&mut self, at: Timestamp, returned_at: Timestamp, how: HowReturned, harm: Harm) {
        let (voice, dice) = (&self.voice, &mut self.dice);
        let back = Return {
            returned_at,
            how,
            by_whom: Private::Known(Talk::by_whom(how, voice, dice)),
            place: Private::Known(Talk::place(how, voice, dice)),
            harm,
            harm_detail: Private::Known(Talk::harm(harm, voice, dice)),
        };
        let by = self.worker(at);
        self.act(at, by, Act::Return(back));
    }

    pub(super) fn prevention(&mut self, at: Timestamp) {
        let (account, child_words) = Talk::prevention(&self.voice, &mut self.dice);
        let in_person = self.dice.chance(930);
        let reason = if in_person { String::new() } else { Talk::not_in_person(&self.voice, &mut self.dice) };
        let talk = PreventionInterview {
            held_at: at.plus_minutes(-self.dice.between(10, 50)),
            in_person,
            not_in_person_reason: Private::Known(reason),
            account: Private::Known(account),
            child_words: Private::Known(child_words),
        };
        let by = self.worker(at);
        self.act(at, by, Act::HoldPreventionInterview(talk));
    }

    pub(super) fn forgo_prevention(&mut self, at: Timestamp) {
        let text = Talk::forgone(&self.voice, &mut self.dice).into();
        let by = self.worker(at);
        self.act(at, by, Act::ForgoPreventionInterview(text));
    }

    /// Recorded as not held, for want of an officer: nothing is overdue afterwards, and only the flow shows it.
    pub(super) fn nobody_visits(&mut self, at: Timestamp) {
        let text = Talk::nobody_free(&self.voice, &mut self.dice).into();
        let by = self.worker(at);
        self.act(at, by, Act::ForgoPreventionInterview(text));
    }

    pub(super) fn offer(&mut self, at: Timestamp, answer: Option<InterviewAnswer>) {
        let offer = InterviewOffer {
            offered_at: at.plus_minutes(-self.dice.between(2, 20)),
            by: Private::Known(Talk::offers(&self.voice, &mut self.dice)),
            answer,
        };
        let by = self.interviewer(at);
        self.open_page(at.plus_minutes(-25), by);
        self.act(at, by, Act::OfferReturnInterview(offer));
    }

    pub(super) fn attempt(&mut self, at: Timestamp) {
        let attempt = InterviewTry {
            tried_at: at.plus_minutes(-self.dice.between(2, 20)),
            what: Private::Known(Talk::attempt(&self.voice, &mut self.dice)),
        };
        let by = self.interviewer(at);
        self.act(at, by, Act::TryReturnInterview(attempt));
    }

    pub(super) fn interview(&mut self, at: Timestamp) {
        let exploited = self.child.risks.sexual_exploitation || self.child.risks.criminal_exploitation;
        let (voice, dice) = (&self.voice, &mut self.dice);
        let talk = ReturnInterview {
            held_at: at.plus_minutes(-dice.between(20, 90)),
            by: Private::Known(Talk::offers(voice, dice)),
            independent: true,
            before: Private::Known(Talk::before(voice, dice)),
            during: Private::Known(Talk::during(voice, dice)),
            after: Private::Known(Talk::after(voice, dice)),
            child_words: Private::Known(Talk::child_words(voice, dice)),
            child_wants: Private::Known(Talk::child_wants(voice, dice)),
            explained: Private::Known(Talk::explained(voice, dice)),
            learned: Private::Known(Talk::learned(voice, dice)),
            exploitation_signs: dice.chance(if exploited { 550 } else { 60 }),
        };
        let by = self.interviewer(at);
        self.act(at, by, Act::HoldReturnInterview(Box::new(talk)));
    }

    pub(super) fn end_interview(&mut self, at: Timestamp, answer: InterviewAnswer) {
        let end = InterviewEnd {
            answer,
            reason: Private::Known(Talk::ended(answer, &self.voice, &mut self.dice)),
            carer_asked: self.dice.chance(720),
        };
        let by = self.interviewer(at);
        self.act(at, by, Act::EndReturnInterview(end));
    }

    pub(super) fn close(&mut self, at: Timestamp, known_all_along: bool) {
        let text = if known_all_along {
            Talk::closing_known(&self.voice, &mut self.dice)
        } else {
            Talk::closing(&self.voice, &mut self.dice)
        };
        let by = self.reviewer(at);
        self.act(at, by, Act::Close(text.into()));
    }
}
