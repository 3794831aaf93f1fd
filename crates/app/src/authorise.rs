//! Asks the policies, and writes the answer to the access log before anything is shown or done.
use cf_access::{Action, Resource, Subject};
use cf_kernel::StreamId;
use cf_store::AccessEntry;

use crate::{App, Caller, Problem};

impl App {
    /// Whether the caller may do this, without logging: for showing or hiding a link.
    #[must_use]
    pub fn may(&self, caller: &Caller, action: Action, resource: &Resource) -> bool {
        self.guard.decide(&subject(caller), action, resource).permitted
    }

    /// Logs that the caller does this to these records, and refuses if they may not. Waits until the log is on disk.
    pub(crate) async fn authorise(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        records: &[StreamId],
    ) -> Result<(), Problem> {
        let decision = self.guard.decide(&subject(caller), action, resource);
        let glass = caller.glass.is_some();
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
        let opened_by_glass = !glass && {
            let with_glass = Subject { glass: true, ..subject(caller) };
            self.guard.decide(&with_glass, action, resource).permitted
        };
        Err(Problem::Denied { action: action.code(), glass: opened_by_glass })
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
