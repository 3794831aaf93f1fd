//! What the present must show, staged so that it does whatever chance brought: one incident for each state.
//!
//! Times are minutes before the present. The children of the scenes are children of this London like the others.
use cf_casework::missing::{Harm, HowReturned, InterviewAnswer, ReviewDecision};
use cf_kernel::{CommandId, Role, Timestamp};

use super::Choice;
use super::Plan;
use super::child::{Keeper, courses};
use super::life::{self, answer, check_systems, time_of_day};
use super::pen::Pen;
use crate::dice::Dice;
use crate::population::{Child, Make, Risks};

/// A state that the present is sure to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scene {
    /// The call has just ended; nobody has graded yet.
    JustReported,
    /// Nobody has graded, and the time for it has passed.
    GradeOverdue,
    /// Graded high and worked, with one task open and one overdue.
    High,
    /// Graded medium and worked.
    Medium,
    /// A grade below the recommendation waits for the inspector.
    Below,
    /// Facts have moved and ask for another grade.
    FactsMoved,
    /// The inspector has asked for another grade.
    RegradeAsked,
    /// High, and nothing recorded for longer than the grade allows.
    NoAction,
    /// A hand-over waits for the demonstration's operator.
    HandOver,
    /// Back for a while, both talks owed.
    BothTalks,
    /// Back for more than a day, not seen by an officer.
    PreventionOverdue,
    /// The return home interview is offered and accepted, not yet held.
    Offered,
    /// The return home interview has been tried twice.
    Tried,
    /// The return home interview is past its 72 hours.
    InterviewOverdue,
    /// Nothing is owed; somebody has to close it.
    ReadyToClose,
    /// A child with more than eight episodes and a trigger plan, missing now.
    ManyEpisodes,
    /// A child whose record is restricted, missing now.
    Restricted,
    /// A trigger plan that nobody has looked at again in time.
    PlanReviewOverdue,
}

impl Scene {
    /// Every scene.
    pub const ALL: [Self; 18] = [
        Self::JustReported,
        Self::GradeOverdue,
        Self::High,
        Self::Medium,
        Self::Below,
        Self::FactsMoved,
        Self::RegradeAsked,
        Self::NoAction,
        Self::HandOver,
        Self::BothTalks,
        Self::PreventionOverdue,
        Self::Offered,
        Self::Tried,
        Self::InterviewOverdue,
        Self::ReadyToClose,
        Self::ManyEpisodes,
        Self::Restricted,
        Self::PlanReviewOverdue,
    ];

    /// What it is, in a line.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::JustReported => "just reported, not graded",
            Self::GradeOverdue => "not graded in time",
            Self::High => "graded high, with tasks open and overdue",
            Self::Medium => "graded medium",
            Self::Below => "a grade below its recommendation, waiting for the inspector",
            Self::FactsMoved => "facts moved, another grade asked for",
            Self::RegradeAsked => "the inspector asked for another grade",
            Self::NoAction => "no action in its time",
            Self::HandOver => "a hand-over waiting",
            Self::BothTalks => "back, both talks owed",
            Self::PreventionOverdue => "prevention interview overdue",
            Self::Offered => "return home interview offered",
            Self::Tried => "return home interview tried",
            Self::InterviewOverdue => "return home interview overdue",
            Self::ReadyToClose => "ready to close",
            Self::ManyEpisodes => "a child with more than eight episodes and a trigger plan",
            Self::Restricted => "a restricted record",
            Self::PlanReviewOverdue => "a trigger plan to be looked at again",
        }
    }

    fn looked_after(self) -> bool {
        matches!(self, Self::ManyEpisodes | Self::PlanReviewOverdue | Self::Offered | Self::High)
    }
}

/// Adds every scene to the plan.
pub(super) fn stage(plan: &mut Plan) {
    for (number, scene) in Scene::ALL.into_iter().enumerate() {
        let child = actor(plan, scene, number);
        plan.children.push(child);
        let index = plan.children.len() - 1;
        let incident = match scene {
            Scene::ManyEpisodes => many_episodes(plan, index),
            Scene::PlanReviewOverdue => plan_review_overdue(plan, index),
            Scene::Restricted => restricted(plan, index),
            _ => play(plan, index, scene),
        };
        plan.scenes.push((scene, incident));
    }
}

/// A child of thirteen to seventeen without anything else that bears on risk, so that the answers decide the grade.
fn actor(plan: &Plan, scene: Scene, number: usize) -> Child {
    let number = 1_000_000 + u32::try_from(number).unwrap_or(0);
    let make = Make {
        number,
        on: plan.london.present.day(),
        looked_after: scene.looked_after(),
        incidents_a_year: if scene == Scene::ManyEpisodes { 34 } else { 1 },
    };
    let mut round = 0;
    loop {
        let mut dice = Dice::fork(plan.london.seed, "scene", u64::from(number) * 1_000 + round);
        let mut child = make.child(&mut dice);
        child.risks = Risks { conflict: true, ..Risks::default() };
        child.identity.communication.clear();
        if child.age >= 13 {
            child.out_of_borough = false;
            return child;
        }
        round += 1;
    }
}

/// A scene being played: a pen, and minutes before the present.
struct Stage<'a> {
    pen: Pen<'a>,
    present: Timestamp,
}

impl Stage<'_> {
    fn ago(&self, minutes: i64) -> Timestamp {
        self.present.plus_minutes(-minutes)
    }

    /// The call, so many minutes ago; `high` answers lead to high, plain ones to medium.
    fn call(&mut self, ago: i64, high: bool) {
        let at = self.ago(ago);
        let carer = self.pen.child.carer.name.clone();
        let mut answers = vec![
            answer("time_of_day", time_of_day(at), "Operator", at),
            answer("ever_missing_before", "no", &carer, at),
            answer("family_conflict", "yes", &carer, at),
            answer("weather", "mild", "Operator", at),
            answer("self_harm_history", "no", &carer, at),
        ];
        if high {
            answers.push(answer("criminal_exploitation_concern", "yes", "Social worker", at));
            answers.push(answer("threat_from_others", "yes", &carer, at));
        }
        let last_seen = at.plus_minutes(-47);
        self.pen.report(at, last_seen, answers);
    }

    /// Call, checks, grade and a first look.
    fn opening(&mut self, ago: i64, high: bool) {
        self.call(ago, high);
        let start = self.ago(ago);
        check_systems(&mut self.pen, start);
        let graded = start.plus_minutes(24);
        self.pen.grade(graded, Choice::AsRecommended);
        let looked = start.plus_minutes(71).min(self.ago(20));
        self.pen.review(looked, 700);
    }

    fn actions(&mut self, ago: &[i64]) {
        for minutes in ago {
            let at = self.ago(*minutes);
            self.pen.action(at);
        }
    }

    fn back(&mut self, ago: i64, how: HowReturned, harm: Harm) {
        let at = self.ago(ago);
        self.pen.back(at.plus_minutes(14), at, how, harm);
    }

    fn prevention(&mut self, ago: i64) {
        let at = self.ago(ago);
        self.pen.prevention(at);
    }

    fn offer(&mut self, ago: i64, answer: Option<InterviewAnswer>) {
        let at = self.ago(ago);
        self.pen.offer(at, answer);
    }
}

fn reported_ago(scene: Scene) -> i64 {
    match scene {
        Scene::JustReported => 9,
        Scene::GradeOverdue => 53,
        Scene::High => 205,
        Scene::Medium => 150,
        Scene::Below => 112,
        Scene::FactsMoved => 240,
        Scene::RegradeAsked => 170,
        Scene::NoAction => 230,
        Scene::HandOver => 410,
        Scene::BothTalks => 640,
        Scene::PreventionOverdue => 2_420,
        Scene::Offered => 2_050,
        Scene::Tried => 3_600,
        Scene::InterviewOverdue => 5_480,
        Scene::ReadyToClose => 4_700,
        Scene::ManyEpisodes => 78,
        Scene::Restricted => 300,
        Scene::PlanReviewOverdue => 0,
    }
}

fn play(plan: &mut Plan, index: usize, scene: Scene) -> CommandId {
    let present = plan.london.present;
    let ago = reported_ago(scene);
    let operator = plan.staff.demo(Role::Operator);
    // The first of those on duty is the demonstration's operator, who is handed one incident and holds two.
    let pick = u64::from(!matches!(scene, Scene::High | Scene::JustReported));
    let pen = Pen::new(plan, index, present.plus_minutes(-ago), None).picking(pick);
    let incident = pen.incident;
    let mut stage = Stage { pen, present };
    match scene {
        Scene::JustReported => {
            stage.call(ago, false);
            let at = stage.ago(5);
            stage.pen.check(at, cf_casework::missing::System::Records);
        }
        Scene::GradeOverdue => {
            stage.call(ago, true);
            let start = stage.ago(ago);
            check_systems(&mut stage.pen, start);
        }
        Scene::High => {
            stage.opening(ago, true);
            let (set, due, late) = (stage.ago(150), stage.ago(-95), stage.ago(21));
            stage.pen.task(set, due);
            stage.pen.task(set.plus_minutes(2), late);
            stage.actions(&[120, 96, 70, 46, 12]);
        }
        Scene::Medium => {
            stage.opening(ago, false);
            stage.actions(&[55, 16]);
        }
        Scene::Below => {
            stage.call(ago, true);
            let start = stage.ago(ago);
            check_systems(&mut stage.pen, start);
            stage.pen.grade(start.plus_minutes(26), Choice::Below);
            stage.actions(&[52, 11]);
        }
        Scene::FactsMoved => {
            stage.opening(ago, false);
            stage.actions(&[105, 44]);
            let at = stage.ago(13);
            stage.pen.learn(at, vec![answer("with_adult_of_concern", "yes", "A friend of the child", at)]);
        }
        Scene::RegradeAsked => {
            stage.call(ago, true);
            let start = stage.ago(ago);
            check_systems(&mut stage.pen, start);
            stage.pen.grade(start.plus_minutes(26), Choice::Below);
            stage.actions(&[100, 58, 20]);
            let at = stage.ago(16);
            stage.pen.senior_look(at, ReviewDecision::Regrade);
        }
        Scene::NoAction => {
            stage.opening(ago, true);
            stage.actions(&[128, 99]);
        }
        Scene::HandOver => {
            stage.opening(ago, true);
            stage.actions(&[300, 272, 243, 215, 188, 160, 131, 104, 77, 50]);
            let at = stage.ago(18);
            if let Some(to) = operator {
                stage.pen.hand_over(at, to);
            }
        }
        Scene::BothTalks => {
            stage.opening(ago, false);
            stage.actions(&[480, 390, 300]);
            stage.back(210, HowReturned::ReturnedSelf, Harm::NoneKnown);
        }
        Scene::PreventionOverdue => {
            stage.opening(ago, false);
            stage.actions(&[2_300, 2_200, 2_100, 2_000]);
            stage.back(1_900, HowReturned::FoundCarer, Harm::Unknown);
            stage.offer(1_400, Some(InterviewAnswer::Accepted));
        }
        Scene::Offered => {
            stage.opening(ago, false);
            stage.actions(&[1_900, 1_800, 1_700, 1_600, 1_500]);
            stage.back(1_380, HowReturned::FoundPolice, Harm::NoneKnown);
            stage.prevention(1_000);
            stage.offer(820, Some(InterviewAnswer::Accepted));
        }
        Scene::Tried => {
            stage.opening(ago, false);
            stage.actions(&[3_450, 3_380]);
            stage.back(3_300, HowReturned::ReturnedSelf, Harm::NoneKnown);
            stage.prevention(2_900);
            stage.offer(2_500, None);
            for minutes in [1_500, 400] {
                let at = stage.ago(minutes);
                stage.pen.attempt(at);
            }
        }
        Scene::InterviewOverdue => {
            stage.opening(ago, false);
            stage.actions(&[5_350, 5_280]);
            stage.back(5_200, HowReturned::FoundAgency, Harm::Exploitation);
            stage.prevention(4_700);
            stage.offer(4_300, None);
            for minutes in [2_900, 1_450] {
                let at = stage.ago(minutes);
                stage.pen.attempt(at);
            }
        }
        Scene::ReadyToClose => {
            stage.opening(ago, false);
            stage.actions(&[4_560, 4_470]);
            stage.back(4_400, HowReturned::ReturnedSelf, Harm::NoneKnown);
            stage.prevention(3_900);
            stage.offer(3_500, Some(InterviewAnswer::Accepted));
            let at = stage.ago(600);
            stage.pen.interview(at);
        }
        Scene::ManyEpisodes | Scene::Restricted | Scene::PlanReviewOverdue => {}
    }
    incident
}

/// Ten episodes over the days, a trigger plan after the fourth, and missing again now.
fn many_episodes(plan: &mut Plan, index: usize) -> CommandId {
    let (starts, present) = (plan.london.starts(), plan.london.present);
    let now = present.plus_minutes(-reported_ago(Scene::ManyEpisodes));
    let mut dice = Dice::fork(plan.london.seed, "many", 0);
    let gap = (now.seconds_since(starts) - 2 * 86_400) / 10;
    let mut reports: Vec<Timestamp> =
        (0..10).map(|turn| starts.plus_seconds(gap * turn + dice.between(0, gap / 3))).collect();
    reports.push(now);
    let mut courses = courses(&mut dice, &reports);
    for (earlier, course) in courses.iter_mut().enumerate() {
        course.minutes = course.minutes.min(gap / 60 / 3);
        course.earlier = earlier;
        course.trigger_plan = earlier >= 4;
    }
    let mut keeper = Keeper::new(plan, index, dice);
    let planned = courses[4].reported_at.plus_minutes(-300);
    // Owed within a year, however long the run is.
    keeper.trigger_plan_until(planned, present.plus_hours(24 * 26).min(planned.plus_hours(24 * 360)));
    keeper.philomena_until(courses[2].reported_at.plus_minutes(-300), present.plus_hours(24 * 9));
    for course in &courses[..10] {
        let mut pen = Pen::new(plan, index, course.reported_at, None);
        life::live(&mut pen, *course);
    }
    let pen = Pen::new(plan, index, now, None).picking(1);
    let incident = pen.incident;
    let mut stage = Stage { pen, present };
    stage.opening(reported_ago(Scene::ManyEpisodes), true);
    stage.actions(&[33, 8]);
    incident
}

/// A child whose record only supervisors and inspectors may open.
fn restricted(plan: &mut Plan, index: usize) -> CommandId {
    let present = plan.london.present;
    let ago = reported_ago(Scene::Restricted);
    let at = present.plus_minutes(-ago + 8);
    let dice = Dice::fork(plan.london.seed, "restricted", 0);
    Keeper::new(plan, index, dice).restrict(at);
    let pen = Pen::new(plan, index, present.plus_minutes(-ago), Some(at)).picking(1);
    let incident = pen.incident;
    let mut stage = Stage { pen, present };
    stage.call(ago, true);
    stage.pen.grade(at.plus_minutes(15), Choice::AsRecommended);
    stage.pen.review(at.plus_minutes(60), 700);
    stage.actions(&[200, 172, 143, 116, 89, 62, 35, 10]);
    incident
}

/// A child who came back weeks ago, with a trigger plan whose day to be read again has passed.
fn plan_review_overdue(plan: &mut Plan, index: usize) -> CommandId {
    let present = plan.london.present;
    let ago = i64::from(plan.london.days) * 24 * 60 * 3 / 4;
    let reported_at = present.plus_minutes(-ago);
    let mut dice = Dice::fork(plan.london.seed, "overdue plan", 0);
    let mut course = courses(&mut dice, &[reported_at])[0];
    course.minutes = course.minutes.min(900);
    let mut keeper = Keeper::new(plan, index, dice);
    keeper.trigger_plan_until(reported_at.plus_hours(30), present.plus_hours(-24 * 4));
    keeper.philomena_until(reported_at.plus_hours(31), present.plus_hours(-24 * 2));
    let mut pen = Pen::new(plan, index, reported_at, None);
    let incident = pen.incident;
    life::live(&mut pen, course);
    incident
}
