//! One child over the days: the incidents, one after another, and what is kept on the child's record between them.
use cf_casework::child::{Act, Contact, ContactKind, LearnedFact, Warning, WarningKind};
use cf_kernel::{CommandId, Private, Timestamp};

use super::life::{self, Course};
use super::pen::Pen;
use super::{Intent, Plan, Step};
use crate::dice::Dice;
use crate::figures;
use crate::population::Child;
use crate::staff::PersonKey;
use crate::words::{Keeping, Voice};

/// After so many incidents within the simulation a child gets a trigger plan, usually.
const PLAN_AFTER: usize = 3;

/// Writes all that happens about a child.
pub(super) fn story(plan: &mut Plan, child: Child, reports: &[Timestamp]) {
    let mut dice = Dice::fork(plan.london.seed, "story", u64::from(child.number));
    plan.children.push(child);
    let index = plan.children.len() - 1;
    let courses = courses(&mut dice, reports);
    let plans = courses.len() > PLAN_AFTER && dice.chance(850);
    // Few records are restricted: the share is synthetic.
    let restricted_from = dice.chance(4).then(|| courses[0].reported_at.plus_minutes(41));
    let mut keeper = Keeper::new(plan, index, dice);
    keeper.after_first(courses[0].reported_at, restricted_from);
    if let Some(course) = courses.get(PLAN_AFTER).filter(|_| plans) {
        keeper.trigger_plan(course.reported_at.plus_minutes(-45));
    }
    if courses.len() >= 2 {
        keeper.philomena(courses[1].reported_at.plus_minutes(-90));
    }
    for (earlier, mut course) in courses.into_iter().enumerate() {
        course.earlier = earlier;
        course.trigger_plan = plans && earlier >= PLAN_AFTER;
        let mut pen = Pen::new(plan, index, course.reported_at, restricted_from);
        life::live(&mut pen, course);
    }
}

/// The incidents in order, none beginning before the child is back from the one before.
pub(super) fn courses(dice: &mut Dice, reports: &[Timestamp]) -> Vec<Course> {
    let mut courses: Vec<Course> = Vec::with_capacity(reports.len());
    for reported_at in reports {
        let earliest =
            courses.last().map_or(*reported_at, |last| last.reported_at.plus_minutes(last.minutes + 55));
        let reported_at = (*reported_at).max(earliest);
        if let Some(last) = courses.last_mut() {
            last.next = Some(reported_at);
        }
        let minutes = dice.quantile(&figures::MISSING_MINUTES);
        courses.push(Course { reported_at, minutes, next: None, earlier: 0, trigger_plan: false });
    }
    courses
}

/// Keeps a child's record.
pub(super) struct Keeper<'a> {
    plan: &'a mut Plan,
    index: usize,
    dice: Dice,
    voice: Voice,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(plan: &'a mut Plan, index: usize, mut dice: Dice) -> Self {
        let voice = Voice::new(&plan.children[index], &mut dice);
        Self { plan, index, dice, voice }
    }

    fn put(&mut self, at: Timestamp, by: PersonKey, intent: Intent) {
        if at < self.plan.london.present {
            let command = CommandId::from_uuid(self.dice.id(at));
            self.plan.steps.push(Step { at, by, child: self.index, command, intent });
        }
    }

    fn act(&mut self, at: Timestamp, by: PersonKey, act: Act) {
        self.put(at, by, Intent::AboutChild(Box::new(act)));
    }

    /// What is written down once the first call is taken: ways to reach the child, and what to know before meeting.
    fn after_first(&mut self, reported_at: Timestamp, restricted_from: Option<Timestamp>) {
        let mut at = reported_at.plus_minutes(6);
        let by = self.plan.staff.operator(at, u64::from(self.plan.children[self.index].number));
        for kind in [
            ContactKind::Place,
            ContactKind::Person,
            ContactKind::Phone,
            ContactKind::Address,
            ContactKind::Online,
        ] {
            if self.dice.chance(330) {
                let (value, note) = Keeping::contact(kind, &self.voice, &mut self.dice);
                at = at.plus_seconds(self.dice.between(60, 160));
                self.act(at, by, Act::AddContact(Private::Known(Contact { kind, value, note })));
            }
        }
        let risks = self.plan.children[self.index].risks;
        let exploited = risks.sexual_exploitation || risks.criminal_exploitation;
        for kind in [ContactKind::Vehicle, ContactKind::Suspect] {
            if exploited && self.dice.chance(600) {
                let (value, note) = Keeping::contact(kind, &self.voice, &mut self.dice);
                at = at.plus_seconds(self.dice.between(60, 160));
                self.act(at, by, Act::AddContact(Private::Known(Contact { kind, value, note })));
            }
        }
        let warnings = [
            (risks.medicine, WarningKind::Health),
            (risks.self_harm, WarningKind::SelfHarm),
            (risks.sexual_exploitation || risks.criminal_exploitation, WarningKind::Exploitation),
            (self.dice.chance(25), WarningKind::Person),
            (self.dice.chance(45), WarningKind::Other),
        ];
        for (held, kind) in warnings {
            if held {
                let words = Private::Known(Keeping::warning(kind, &self.voice, &mut self.dice));
                at = at.plus_seconds(self.dice.between(40, 120));
                self.act(at, by, Act::AddWarning(Warning { kind, words }));
            }
        }
        if let Some(from) = restricted_from {
            self.restrict(from);
        } else if risks.criminal_exploitation && self.dice.chance(400) {
            let at = reported_at.plus_hours(self.dice.between(20, 60));
            let by = self.plan.staff.investigator(self.dice.bits());
            let what = Private::Known(Keeping::learned(&self.voice, &mut self.dice));
            self.act(at, by, Act::Learn(LearnedFact { incident: None, what, exploitation_signs: true }));
        }
    }

    pub(super) fn restrict(&mut self, at: Timestamp) {
        let by = self.plan.staff.supervisor(at);
        let reason = Private::Known(Keeping::restricted(&self.voice));
        self.act(at, by, Act::Restrict(reason));
    }

    /// A plan for the next time, looked at again within three months; sometimes the day passes.
    pub(super) fn trigger_plan(&mut self, at: Timestamp) {
        let days = self.dice.between(12, 80);
        self.trigger_plan_until(at, at.plus_hours(24 * days));
    }

    pub(super) fn trigger_plan_until(&mut self, at: Timestamp, review_at: Timestamp) {
        let owner = self.plan.staff.supervisor(at);
        let actions = Keeping::trigger_plan(&self.voice);
        self.put(at, owner, Intent::TriggerPlan { owner, actions, review_at });
    }

    /// What carers prepared, where the child lives with carers.
    fn philomena(&mut self, at: Timestamp) {
        if self.plan.children[self.index].looked_after() && self.dice.chance(700) {
            let days = self.dice.between(20, 85);
            self.philomena_until(at, at.plus_hours(24 * days));
        }
    }

    pub(super) fn philomena_until(&mut self, at: Timestamp, review_at: Timestamp) {
        let owner = self.plan.staff.supervisor(at);
        let texts = [
            Keeping::about(&self.voice, &mut self.dice),
            Keeping::risky_places(&self.voice),
            Keeping::trusted_adult(&self.voice, &mut self.dice),
        ];
        self.put(at, owner, Intent::Philomena { owner, texts, review_at });
    }
}
