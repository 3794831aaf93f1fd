//! What is kept about a child across incidents.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::{Act, Children, Command, Event};
use cf_kernel::{ChildId, CommandId, Decider as _};

use crate::{App, Caller, Problem};

impl App {
    /// Records something about a child.
    ///
    /// # Errors
    /// A refusal, a denial, or a conflict when `seen_version` is given and the record has moved on.
    #[boxed]
    pub async fn record_about_child(
        &self,
        caller: &Caller,
        command: CommandId,
        child: ChildId,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        let loaded = self.load::<Children>(child.into()).await?;
        let record = loaded.state.child.as_ref().ok_or(Problem::NotFound)?;
        let resource = Resource::child(record.restricted.is_some());
        self.authorise(caller, action_for(&act), &resource, &[child.into()]).await?;
        if self.store.command_done(command).await? {
            return Ok(());
        }
        if seen_version.is_some_and(|seen| seen != loaded.version) {
            return Err(Problem::Conflict);
        }
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        let events = Children::decide(&loaded.state, Command { by: caller.actor.clone(), now, rules, act })
            .map_err(|refusal| Problem::refused(&refusal))?;
        let grown = loaded.grow(child.into(), &events, Event::occurred_at, now)?;
        self.record(caller, command, now, vec![grown]).await?;
        Ok(())
    }
}

impl App {
    /// Whether a child's record is restricted and closed to the caller. Shows nothing of it, so nothing is logged.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn child_is_closed_to(&self, caller: &Caller, child: ChildId) -> Result<bool, Problem> {
        let restricted = self.store.child_row(child).await?.is_some_and(|row| row.restricted);
        Ok(restricted && !self.may(caller, Action::ViewChild, &Resource::child(true)))
    }
}

const fn action_for(act: &Act) -> Action {
    match act {
        Act::Restrict(_) | Act::LiftRestriction(_) => Action::RestrictChild,
        Act::Escalate(_) => Action::Escalate,
        Act::Register { .. }
        | Act::AmendIdentity(_)
        | Act::SetCare(_)
        | Act::AddContact(_)
        | Act::SetPhilomena(_)
        | Act::SetTriggerPlan(_)
        | Act::EndTriggerPlan(_)
        | Act::AddWarning(_)
        | Act::Learn(_) => Action::RecordOnChild,
    }
}
