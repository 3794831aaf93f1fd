//! One desk among several: an application with a clock of its own, doing one step after another.
use std::sync::Arc;

use cf_app::incident::GradeForm;
use cf_app::report::{ReportForm, Who};
use cf_app::{App, Problem};
use cf_casework::Owner;
use cf_casework::child::{Act as ChildAct, Philomena, TriggerPlan};
use cf_casework::missing::command::{Act, HandOver, NewTask};
use cf_kernel::{CommandId, Grade, IncidentId, ManualClock, Private, Timestamp};

use super::{SimulateError, World, wording};
use crate::plan::{Call, Choice, Intent, Step};

/// An application and the clock it reads.
pub(super) struct Lane {
    pub(super) app: App,
    pub(super) clock: ManualClock,
}

/// Hours to the next look at a grade, as a grader sets it: those of the shipped timescales.
const fn hours_to_next_look(grade: Grade) -> i64 {
    match grade {
        Grade::High => 2,
        Grade::Medium => 6,
        Grade::Low | Grade::VeryLow => 8,
    }
}

const fn incident(command: CommandId) -> IncidentId {
    IncidentId::from_uuid(command.uuid())
}

impl Lane {
    pub(super) async fn new(on: &App, at: Timestamp) -> Result<Self, Problem> {
        let clock = ManualClock::at(at);
        let app = App::new(on.store().clone(), Arc::new(clock.clone())).await?;
        Ok(Self { app, clock })
    }

    pub(super) async fn work(&self, world: &World, numbers: &[usize]) -> Result<(), SimulateError> {
        for number in numbers {
            let step = &world.plan.steps[*number];
            self.clock.set(step.at);
            self.step(world, step).await.map_err(|source| SimulateError::Step {
                number: *number,
                what: kind(&step.intent),
                at: step.at,
                code: source.code(),
                source,
            })?;
        }
        Ok(())
    }

    async fn step(&self, world: &World, step: &Step) -> Result<(), Problem> {
        let caller = world.caller(step.by);
        let owner = |key| Owner::from(&world.caller(key).actor);
        match &step.intent {
            Intent::Report(call) => return self.report(world, step, call).await,
            Intent::Open(report) => {
                self.app.incident(caller, incident(*report), None).await?;
            }
            Intent::Grade { incident: report, choice, rationale, hypothesis, reason_below } => {
                let id = incident(*report);
                let recommended = self.app.advice(caller, id).await?.evaluation.recommended;
                let grade = chosen(*choice, recommended);
                let form = GradeForm {
                    grade,
                    rationale: rationale.clone(),
                    hypothesis: hypothesis.clone(),
                    reason_below: if grade < recommended { reason_below.clone() } else { String::new() },
                    next_review_at: step.at.plus_hours(hours_to_next_look(grade)),
                    seen: Some(recommended),
                    gradings: None,
                };
                self.app.grade(caller, step.command, id, form).await?;
            }
            Intent::Learn { incident: report, answers } => {
                self.app.learn(caller, step.command, incident(*report), answers.clone()).await?;
            }
            Intent::HandOver { incident: report, to, briefing } => {
                let briefing = Private::Known(briefing.clone());
                let act = Act::HandOver(HandOver { to: owner(*to), briefing });
                self.app.act(caller, step.command, incident(*report), None, act).await?;
            }
            Intent::SetTask { incident: report, owner: key, what, due_at } => {
                let what = Private::Known(what.clone());
                let act = Act::SetTask(NewTask { what, owner: owner(*key), due_at: *due_at });
                self.app.act(caller, step.command, incident(*report), None, act).await?;
            }
            Intent::Act(report, act) => {
                let act = act.as_ref().clone();
                let Some(slip) = wording::slip(world, step, &act) else {
                    self.app.act(caller, step.command, incident(*report), None, act).await?;
                    return Ok(());
                };
                let (caller, act) = wording::slipped(&self.app, caller, act, &slip);
                self.app.act(&caller, step.command, incident(*report), None, act).await?;
                wording::afterwards(&self.app, world, step, incident(*report), &slip).await?;
            }
            Intent::TriggerPlan { owner: key, actions, review_at } => {
                let actions = Private::Known(actions.clone());
                let plan = TriggerPlan { actions, owner: owner(*key), review_at: *review_at };
                self.about_child(world, step, ChildAct::SetTriggerPlan(plan)).await?;
            }
            Intent::Philomena { owner: key, texts, review_at } => {
                let [about, places, trusted_adult] = texts.clone().map(Private::Known);
                let (owner, review_at) = (owner(*key), *review_at);
                let form = Philomena { about, places, trusted_adult, owner, review_at };
                self.about_child(world, step, ChildAct::SetPhilomena(form)).await?;
            }
            Intent::AboutChild(act) => self.about_child(world, step, act.as_ref().clone()).await?,
        }
        Ok(())
    }

    async fn report(&self, world: &World, step: &Step, call: &Call) -> Result<(), Problem> {
        let caller = world.caller(step.by);
        let child = &world.plan.children[step.child];
        let known = world.child(step.child);
        let who = match known {
            Some(id) => Who::Known(id),
            None => Who::New(Box::new(child.identity.clone()), child.care.clone()),
        };
        let form = ReportForm {
            who,
            last_seen_at: call.last_seen_at,
            last_seen_approximate: call.last_seen_approximate,
            last_seen: call.last_seen.clone(),
            circumstances: call.circumstances.clone(),
            already_tried: call.already_tried.clone(),
            description: call.description.clone(),
            reporter: call.reporter.clone(),
            borough: child.care.borough.clone(),
            missing_from: call.missing_from,
            answers: call.answers.clone(),
        };
        let id = self.app.take_report_as_told(caller, step.command, form).await?;
        if known.is_none() {
            // As the page does after a report: the new incident is opened, and names the child.
            let view = self.app.incident(caller, id, None).await?;
            world.met(step.child, view.incident.child);
        }
        Ok(())
    }

    async fn about_child(&self, world: &World, step: &Step, act: ChildAct) -> Result<(), Problem> {
        let child = world.child(step.child).ok_or(Problem::NotFound)?;
        self.app.record_about_child(world.caller(step.by), step.command, child, None, act).await?;
        Ok(())
    }
}

/// Below means medium where high is recommended; London does not grade a missing child lower.
const fn chosen(choice: Choice, recommended: Grade) -> Grade {
    match (choice, recommended) {
        (Choice::High, _) => Grade::High,
        (Choice::Below, Grade::High) => Grade::Medium,
        (Choice::Below | Choice::AsRecommended, recommended) => recommended,
    }
}

const fn kind(intent: &Intent) -> &'static str {
    match intent {
        Intent::Report(_) => "report",
        Intent::Open(_) => "open an incident",
        Intent::Grade { .. } => "grade",
        Intent::Learn { .. } => "learn facts",
        Intent::HandOver { .. } => "hand over",
        Intent::SetTask { .. } => "set a task",
        Intent::Act(_, act) => act_kind(act),
        Intent::TriggerPlan { .. } => "trigger plan",
        Intent::Philomena { .. } => "Philomena information",
        Intent::AboutChild(_) => "record on a child",
    }
}

const fn act_kind(act: &Act) -> &'static str {
    match act {
        Act::CheckSystem(_) => "check a system",
        Act::Review(_) => "review",
        Act::Record(_) => "record an action",
        Act::FinishTask(..) => "finish a task",
        Act::CancelTask(..) => "cancel a task",
        Act::Acknowledge => "acknowledge",
        Act::Return(_) => "return",
        Act::HoldPreventionInterview(_) => "prevention interview",
        Act::ForgoPreventionInterview(_) => "forgo the prevention interview",
        Act::OfferReturnInterview(_) => "offer the interview",
        Act::TryReturnInterview(_) => "try the interview",
        Act::HoldReturnInterview(_) => "return home interview",
        Act::EndReturnInterview(_) => "end the interview",
        Act::Close(_) => "close",
        _ => "another act",
    }
}
