//! Everything done to an incident after the report.
//!
//! Each act is authorised as its own action, decided on the state just loaded, and appended at that version. When the
//! page showed a version, an incident that moved on since is a friendly conflict for acts where it matters.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::{self, Children, LearnedFact};
use cf_casework::missing::command::{Act, Command, Grading, Learned, ReturnInterview};
use cf_casework::missing::state::Incident;
use cf_casework::missing::{Missing, State};
use cf_kernel::{ChildId, CommandId, Decider as _, FileId, Grade, IncidentId, Private, Timestamp};
use cf_store::ChildRow;

use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// How often a decision is tried again when others write to the same incident at the same moment.
const TRIES: usize = 8;

/// A grade, as a person gives it. What the rules recommend is worked out again when it is recorded.
#[derive(Debug, Clone)]
pub struct GradeForm {
    /// The grade.
    pub grade: Grade,
    /// Why.
    pub rationale: String,
    /// What may have happened.
    pub hypothesis: String,
    /// Why below the recommendation.
    pub reason_below: String,
    /// When it is looked at next.
    pub next_review_at: Timestamp,
    /// The recommendation the person saw.
    pub seen: Option<Grade>,
    /// How many gradings the person saw.
    pub gradings: Option<usize>,
}

impl App {
    /// Does an act to an incident.
    ///
    /// # Errors
    /// The refusal, a denial, a conflict when `seen_version` is given and the incident has moved on, or a fault.
    #[boxed]
    pub async fn act(
        &self,
        caller: &Caller,
        command: CommandId,
        incident: IncidentId,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        let loaded = self.may_act(caller, action_for(&act), incident).await?;
        self.act_allowed(caller, command, loaded, seen_version, act).await
    }

    /// An act that was authorised on this state.
    async fn act_allowed(
        &self,
        caller: &Caller,
        command: CommandId,
        mut loaded: Loaded<Missing>,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        let child = child_of(&loaded.state)?;
        for _ in 0..TRIES {
            if seen_version.is_some_and(|seen| seen != loaded.version) && !self.already_done(command).await? {
                return Err(Problem::Conflict);
            }
            match self.try_act(caller, command, &loaded, child, act.clone()).await {
                Err(Problem::Conflict) if seen_version.is_none() => {
                    loaded = self.load::<Missing>(loaded.stream).await?;
                }
                done => return done,
            }
        }
        Err(Problem::Conflict)
    }

    async fn already_done(&self, command: CommandId) -> Result<bool, Problem> {
        Ok(self.store.command_done(command).await?)
    }

    async fn try_act(
        &self,
        caller: &Caller,
        command: CommandId,
        loaded: &Loaded<Missing>,
        child: ChildId,
        act: Act,
    ) -> Result<(), Problem> {
        let now = self.now();
        let learned = learned_from(&act);
        let decided = Missing::decide(
            &loaded.state,
            Command { by: caller.actor.clone(), now, rules: Arc::clone(&self.timescales), act },
        );
        let events = match decided {
            Ok(events) => events,
            // A double click arrives when its twin has already changed what may be done.
            Err(_) if self.already_done(command).await? => return Ok(()),
            Err(refusal) => return Err(Problem::refused(&refusal)),
        };
        let file = FileId::from(child);
        let mut streams = vec![loaded.grow(file, &events, cf_casework::missing::Event::occurred_at, now)?];
        if let Some(fact) = learned {
            let incident = IncidentId::from_uuid(loaded.stream.uuid());
            let fact = LearnedFact { incident: Some(incident), ..fact };
            streams.extend(self.teach_child(caller, child, fact, now).await?);
        }
        self.record(caller, command, now, streams).await?;
        Ok(())
    }

    /// What was learned in a talk goes onto the child's record in the same transaction.
    async fn teach_child(
        &self,
        caller: &Caller,
        child: ChildId,
        fact: LearnedFact,
        now: Timestamp,
    ) -> Result<Option<cf_store::StreamAppend>, Problem> {
        let loaded = self.load::<Children>(child.into()).await?;
        if loaded.version == 0 {
            return Ok(None);
        }
        let rules = Arc::clone(&self.timescales);
        let command = child::Command { by: caller.actor.clone(), now, rules, act: child::Act::Learn(fact) };
        let events =
            Children::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
        loaded.grow(child.into(), &events, child::Event::occurred_at, now).map(Some)
    }

    /// Grades an incident: a named person's act on a recommendation worked out now, from all that is known.
    ///
    /// # Errors
    /// As [`App::act`]; and `facts_moved` when the recommendation is higher than the one the person saw, `graded_since` when
    /// somebody graded after the person looked.
    #[boxed]
    pub async fn grade(
        &self,
        caller: &Caller,
        command: CommandId,
        incident: IncidentId,
        form: GradeForm,
    ) -> Result<(), Problem> {
        let loaded = self.may_act(caller, Action::GradeIncident, incident).await?;
        if self.already_done(command).await? {
            return Ok(());
        }
        let advice = self.recommendation_on(&loaded, &[]).await?;
        let recommended = advice.evaluation.recommended;
        if form.seen.is_some_and(|seen| recommended > seen) {
            return Err(Problem::Refused {
                code: "facts_moved",
                message: format!("the rules now recommend {}", recommended.label().to_lowercase()),
                next_step: "Read the new recommendation and grade again.",
            });
        }
        let below = Some(form.reason_below).filter(|reason| !reason.trim().is_empty()).map(Private::Known);
        let grading = Grading {
            grade: form.grade,
            rationale: Private::Known(form.rationale),
            hypothesis: Private::Known(form.hypothesis),
            reason_below: below,
            next_review_at: form.next_review_at,
            recommended,
            rule_set: advice.rule_set,
            facts: Private::Known(advice.facts),
            evaluation: Private::Known(advice.bytes),
        };
        self.act_allowed(caller, command, loaded, None, Act::Grade(Box::new(grading), form.gradings)).await
    }

    /// Records facts about risk, and what the rules then recommend.
    ///
    /// # Errors
    /// As [`App::act`].
    #[boxed]
    pub async fn learn(
        &self,
        caller: &Caller,
        command: CommandId,
        incident: IncidentId,
        answers: Vec<cf_casework::missing::command::Answer>,
    ) -> Result<(), Problem> {
        let loaded = self.may_act(caller, Action::RecordOnIncident, incident).await?;
        self.check_answers(&answers)?;
        let recommended = self.recommendation_on(&loaded, &answers).await?.evaluation.recommended;
        let learned = Learned { answers: Private::Known(answers), recommended };
        self.act_allowed(caller, command, loaded, None, Act::Learn(learned)).await
    }

    /// Authorises before anything is said about an incident, a recommendation included. Gives the state it was
    /// authorised on, so that one act is one entry of the access log.
    pub(crate) async fn may_act(
        &self,
        caller: &Caller,
        action: Action,
        incident: IncidentId,
    ) -> Result<Loaded<Missing>, Problem> {
        let loaded = self.load::<Missing>(incident.into()).await?;
        let child = child_of(&loaded.state)?;
        let resource = self.resource(caller, &loaded, child).await?;
        self.authorise(caller, action, &resource, &[incident.into(), child.into()]).await?;
        Ok(loaded)
    }

    /// What the policies need to know about an incident.
    pub(crate) async fn resource(
        &self,
        caller: &Caller,
        loaded: &Loaded<Missing>,
        child: ChildId,
    ) -> Result<Resource, Problem> {
        let incident = loaded.state.incident.as_ref().ok_or(Problem::NotFound)?;
        Ok(resource_of(caller, incident, self.store.child_row(child).await?.as_ref()))
    }
}

/// What the policies need to know about an incident, from its state and its child's row.
pub(crate) fn resource_of(caller: &Caller, incident: &Incident, child: Option<&ChildRow>) -> Resource {
    let restricted = child.is_some_and(|row| row.restricted);
    let hand_over = incident.hand_over.as_ref().and_then(|hand_over| hand_over.what.to.user());
    let authority = caller.authority.as_deref();
    Resource::incident(restricted, incident.owner.user(), incident.owner.team(), incident.is_open())
        .handed_to(hand_over)
        .of_another_authority(authority.is_some_and(|mine| crate::authority::is_anothers(child, mine)))
}

pub(crate) fn child_of(state: &State) -> Result<ChildId, Problem> {
    state.incident.as_ref().map(|incident| incident.child).ok_or(Problem::NotFound)
}

fn learned_from(act: &Act) -> Option<LearnedFact> {
    let Act::HoldReturnInterview(interview) = act else { return None };
    let ReturnInterview { learned, exploitation_signs, .. } = interview.as_ref();
    if cf_casework::blank(learned) {
        return None;
    }
    Some(LearnedFact { incident: None, what: learned.clone(), exploitation_signs: *exploitation_signs })
}

/// Which action of the policies an act is.
#[must_use]
pub const fn action_for(act: &Act) -> Action {
    match act {
        Act::Report(_) => Action::TakeReport,
        Act::Import(_) | Act::LearnImported(_) => Action::ImportData,
        Act::CheckSystem(_)
        | Act::Learn(_)
        | Act::Record(_)
        | Act::SetTask(_)
        | Act::FinishTask(..)
        | Act::CancelTask(..) => Action::RecordOnIncident,
        Act::Grade(..) => Action::GradeIncident,
        Act::Review(_) => Action::ReviewIncident,
        Act::HandOver(_) | Act::TakeOver => Action::HandOver,
        Act::Acknowledge => Action::AcknowledgeHandOver,
        Act::Return(_) | Act::WithdrawReturn(_) => Action::RecordReturn,
        Act::HoldPreventionInterview(_) | Act::ForgoPreventionInterview(_) => {
            Action::RecordPreventionInterview
        }
        Act::OfferReturnInterview(_)
        | Act::TryReturnInterview(_)
        | Act::HoldReturnInterview(_)
        | Act::EndReturnInterview(_) => Action::RecordReturnInterview,
        Act::Close(_) => Action::CloseIncident,
        Act::Reopen(_) => Action::ReopenIncident,
        Act::Escalate(_) => Action::Escalate,
    }
}
