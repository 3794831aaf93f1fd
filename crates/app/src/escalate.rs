//! Overdue clocks climb their ladder. Runs every half minute on one node at a time; climbing twice is refused.
use std::sync::Arc;
use std::time::Instant;

use async_recursion::async_recursion as boxed;
use cf_casework::child::{self, Children};
use cf_casework::clocks::ClockId;
use cf_casework::flow::Flows;
use cf_casework::link::{self, Links};
use cf_casework::missing::{self, Missing};
use cf_casework::wording::Wording;
use cf_kernel::{CommandId, Decider, IncidentId};
use cf_store::DueClock;

use crate::pace::Pace;
use crate::{App, Caller, Problem};

/// How many clocks are climbed in one round.
const A_ROUND: i64 = 500;

impl App {
    /// Climbs every rung whose time has come; gives how many. Whatever fails is logged and tried in the next round.
    ///
    /// # Errors
    /// When the list of clocks cannot be read.
    #[boxed]
    pub async fn climb_overdue(&self) -> Result<usize, Problem> {
        self.climb_round(Pace::Quick).await
    }

    /// The same beside people at work: after an import there may be thousands, and a page must not wait for them.
    ///
    /// # Errors
    /// As [`App::climb_overdue`].
    #[boxed]
    pub async fn climb_overdue_gently(&self) -> Result<usize, Problem> {
        self.climb_round(Pace::Gentle).await
    }

    async fn climb_round(&self, pace: Pace) -> Result<usize, Problem> {
        let mut climbed = 0;
        for clock in self.store.clocks_to_climb(self.now(), A_ROUND).await? {
            let begin = Instant::now();
            match self.climb(&clock).await {
                Ok(()) => climbed += 1,
                // Somebody did the thing, or another node climbed, between the list and now.
                Err(Problem::Conflict | Problem::Refused { .. } | Problem::NotFound) => {}
                Err(problem) => {
                    tracing::error!(stream = %clock.stream, clock = clock.part, %problem, "could not escalate")
                }
            }
            pace.rest(begin).await;
        }
        match self.climb_breaks(&Caller::system("escalation")).await {
            Ok(more) => climbed += more,
            Err(problem) => tracing::error!(%problem, "could not read the openings of restricted records"),
        }
        Ok(climbed)
    }

    async fn climb(&self, clock: &DueClock) -> Result<(), Problem> {
        let caller = Caller::system("escalation");
        let id = ClockId::from(clock.part.as_str());
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        if clock.kind == Flows::KIND {
            return self.climb_flow(&caller, clock.stream(), id).await;
        }
        if clock.kind == Wording::KIND {
            return self.climb_wording(&caller, clock.stream(), id).await;
        }
        if clock.kind == Children::KIND {
            let loaded = self.load::<Children>(clock.stream()).await?;
            let command =
                child::Command { by: caller.actor.clone(), now, rules, act: child::Act::Escalate(id) };
            let events =
                Children::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
            let file = cf_kernel::ChildId::from_uuid(clock.stream).into();
            let grown = loaded.grow(file, &events, child::Event::occurred_at, now)?;
            self.record(&caller, CommandId::new(), now, vec![grown]).await?;
            return Ok(());
        }
        if clock.kind == Links::KIND {
            let loaded = self.load::<Links>(clock.stream()).await?;
            let pair = loaded.state.link.as_ref().map(|link| link.pair).ok_or(Problem::NotFound)?;
            let act = link::Act::Escalate(id);
            let events = Links::decide(
                &loaded.state,
                link::Command { by: caller.actor.clone(), now, rules, pair, act },
            )
            .map_err(|refusal| Problem::refused(&refusal))?;
            let grown = loaded.grow(pair.child.into(), &events, link::Event::occurred_at, now)?;
            self.record(&caller, CommandId::new(), now, vec![grown]).await?;
            return Ok(());
        }
        let incident = IncidentId::from_uuid(clock.stream);
        let loaded = self.load::<Missing>(incident.into()).await?;
        let child = crate::incident::child_of(&loaded.state)?;
        let command =
            missing::Command { by: caller.actor.clone(), now, rules, act: missing::Act::Escalate(id) };
        let events = Missing::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
        let grown = loaded.grow(child.into(), &events, missing::Event::occurred_at, now)?;
        self.record(&caller, CommandId::new(), now, vec![grown]).await?;
        Ok(())
    }
}
