//! Asks the policies, and writes the answer to the access log before anything is shown or done.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource, Subject};
use cf_kernel::{Role, StreamId, TeamId, UserId};
use cf_store::AccessEntry;

use crate::{App, Caller, Problem};

impl App {
    /// Whether the caller may do this, without logging: for showing or hiding a link.
    #[must_use]
    pub fn may(&self, caller: &Caller, action: Action, resource: &Resource) -> bool {
        self.guard.decide(&subject(caller), action, resource).permitted
    }

    /// Refuses, and logs that, what is not open to the caller. What is open is not logged here: the use case that
    /// follows does that. Asked before anything is said about what somebody sent.
    ///
    /// # Errors
    /// As [`App::authorise`].
    #[boxed]
    pub async fn turn_away(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        records: &[StreamId],
    ) -> Result<(), Problem> {
        match self.would(caller, action, resource) {
            Ok(()) => Ok(()),
            Err(_) => self.authorise(caller, action, resource, records).await,
        }
    }

    /// The roles that may do this, so that a page can say whom to ask: people who hold nothing of it themselves.
    #[must_use]
    pub fn roles_that_may(&self, action: Action, resource: &Resource) -> Vec<Role> {
        let somebody = |role| Subject { user: UserId::new(), role, team: TeamId::new(), glass: false };
        let may = |role: &Role| self.guard.decide(&somebody(*role), action, resource).permitted;
        Role::PEOPLE.into_iter().filter(may).collect()
    }

    /// What would be answered if the caller did this now, without logging: for a form that is only shown.
    ///
    /// # Errors
    /// The denial. Nothing stands in the way of showing a form that a closed record would refuse: sending it says so.
    pub fn would(&self, caller: &Caller, action: Action, resource: &Resource) -> Result<(), Problem> {
        let decision = self.guard.decide(&subject(caller), action, resource);
        if decision.permitted || decision.because_closed() {
            return Ok(());
        }
        Err(self.denied(caller, action, resource))
    }

    fn denied(&self, caller: &Caller, action: Action, resource: &Resource) -> Problem {
        let opened_by_glass = caller.glass.is_none() && {
            let with_glass = Subject { glass: true, ..subject(caller) };
            self.guard.decide(&with_glass, action, resource).permitted
        };
        Problem::Denied { action: action.code(), glass: opened_by_glass }
    }

    /// Logs that the caller does this to these records, and refuses if they may not. Waits until the log is on disk.
    ///
    /// Use cases ask it themselves; a page asks it only where there is no use case, for instance for the rules.
    ///
    /// # Errors
    /// A denial, a refusal when the incident is closed, or a fault.
    #[boxed]
    pub async fn authorise(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        records: &[StreamId],
    ) -> Result<(), Problem> {
        let decision = self.guard.decide(&subject(caller), action, resource);
        if let Some(error) = &decision.error {
            tracing::error!(action = action.code(), request = %caller.request, error, "a policy failed; access denied");
        }
        self.store
            .log_access(&AccessEntry {
                at: self.now(),
                actor: caller.actor.clone(),
                session: caller.session,
                action: action.code().to_owned(),
                records: records.to_vec(),
                purpose: action.purpose().to_owned(),
                reason: caller.glass.clone(),
                permitted: decision.permitted,
                policies: decision.policies.join(" "),
                request: caller.request.clone(),
            })
            .await?;
        if decision.permitted {
            return Ok(());
        }
        if decision.because_closed() {
            return Err(Problem::refused(&cf_casework::missing::Refusal::Closed));
        }
        Err(self.denied(caller, action, resource))
    }
}

fn subject(caller: &Caller) -> Subject {
    Subject {
        user: caller.actor.user,
        role: caller.actor.role,
        team: caller.actor.team,
        glass: caller.glass.is_some(),
    }
}
