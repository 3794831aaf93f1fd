//! Changes of accounts: another role, ended, open again. The person's sessions end with each.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::{Role, UserId};
use cf_store::{Account, AccountChange};

use super::role_problems;
use crate::{App, Caller, FieldProblem, Problem};

/// Another role for somebody who has an account.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// The role; none was chosen, or it is none that there is.
    pub role: Option<Role>,
    /// The council of a council worker: DfE three-digit code.
    pub authority: Option<String>,
    /// Why; it stands in the access log.
    pub reason: String,
}

/// The longest reason taken, in characters.
const LONGEST_REASON: usize = 500;

impl App {
    /// Ends an account: its sessions end with it.
    ///
    /// # Errors
    /// The caller's own account or that of the last administrator, a denial, not found, or a fault.
    #[boxed]
    pub async fn disable_account(&self, caller: &Caller, user: UserId) -> Result<(), Problem> {
        let was = self.account_to_change(caller, user, "end").await?;
        let account = Account { disabled_at: Some(self.now()), ..was.clone() };
        self.change_account(caller, &was, &account, format!("disable {}", was.login)).await
    }

    /// Opens an ended account again, in the role it had: the person signs in as before.
    ///
    /// # Errors
    /// An account that is open, no reason, a denial, not found, or a fault.
    #[boxed]
    pub async fn reopen_account(&self, caller: &Caller, user: UserId, reason: String) -> Result<(), Problem> {
        let was = self.account_to_change(caller, user, "open").await?;
        let reason = said(&reason).map_err(|problem| Problem::Invalid(vec![problem]))?;
        if was.disabled_at.is_none() {
            return Err(Problem::invalid("reason", "This account is open already."));
        }
        let what = format!("reopen {} as {}: {reason}", was.login, was.role.code());
        self.change_account(caller, &was, &Account { disabled_at: None, ..was.clone() }, what).await
    }

    /// Gives somebody another role, and ends their sessions.
    ///
    /// # Errors
    /// The caller's own account or that of the last administrator, an ended account, fields that cannot be used, a
    /// denial, not found, or a fault.
    #[boxed]
    pub async fn change_role(&self, caller: &Caller, user: UserId, to: NewRole) -> Result<(), Problem> {
        let was = self.account_to_change(caller, user, "change").await?;
        let mut problems = Vec::new();
        let reason = said(&to.reason).map_err(|problem| problems.push(problem)).unwrap_or_default();
        let Some(role) = to.role else {
            problems.insert(0, FieldProblem::new("role", "Choose a role."));
            return Err(Problem::Invalid(problems));
        };
        let authority = to.authority.map(|code| code.trim().to_owned());
        let authority = authority.filter(|_| role == Role::CouncilWorker);
        problems.extend(role_problems(role, authority.as_deref()));
        if was.disabled_at.is_some() {
            problems.push(FieldProblem::new("role", "This account has ended. Open it again first."));
        }
        if (role, &authority) == (was.role, &was.authority) {
            problems.push(FieldProblem::new("role", "This is the role they have."));
        }
        if !problems.is_empty() {
            return Err(Problem::Invalid(problems));
        }
        let (login, from) = (&was.login, was.role.code());
        let what = format!("change the role of {login} from {from} to {}: {reason}", role.code());
        self.change_account(caller, &was, &Account { role, authority, ..was.clone() }, what).await
    }

    /// Somebody else's account, for who may change it.
    async fn account_to_change(&self, caller: &Caller, user: UserId, what: &str) -> Result<Account, Problem> {
        self.authorise(caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        if user == caller.actor.user {
            let message = format!("Ask another administrator to {what} your own account.");
            return Err(Problem::invalid("role", &message));
        }
        self.store.account(user).await?.ok_or(Problem::NotFound)
    }

    async fn change_account(
        &self,
        caller: &Caller,
        was: &Account,
        account: &Account,
        what: String,
    ) -> Result<(), Problem> {
        let audit = self.audit(caller, Action::ManageAccounts, what);
        match self.store.change_account(was, account, &audit).await? {
            AccountChange::Done => Ok(()),
            AccountChange::Stale => Err(Problem::Conflict),
            AccountChange::LastAdministrator => {
                let message = "This is the last administrator's account, and one administrator must be left to keep \
                               accounts. Make another first.";
                Err(Problem::invalid("role", message))
            }
        }
    }
}

/// A reason, as it was given.
fn said(reason: &str) -> Result<String, FieldProblem> {
    match reason.trim() {
        "" => Err(FieldProblem::new("reason", "Say why. It stands in the access log.")),
        long if long.chars().count() > LONGEST_REASON => {
            Err(FieldProblem::new("reason", format!("Use at most {LONGEST_REASON} characters.")))
        }
        reason => Ok(reason.to_owned()),
    }
}
