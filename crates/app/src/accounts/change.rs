//! Changes of accounts: another role, ended, open again. The person's sessions end with each.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::{Role, UserId};
use cf_store::Account;

use super::role_problems;
use crate::{App, Caller, FieldProblem, Problem};

/// Another role for somebody who has an account.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// The role.
    pub role: Role,
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
        let mut account = self.account_to_change(caller, user, "end").await?;
        self.keep_an_administrator(&account).await?;
        account.disabled_at = Some(self.now());
        let audit = self.audit(caller, Action::ManageAccounts, format!("disable {}", account.login));
        Ok(self.store.update_account(&account, &audit).await?)
    }

    /// Opens an ended account again, in the role it had: the person signs in as before.
    ///
    /// # Errors
    /// An account that is open, no reason, a denial, not found, or a fault.
    #[boxed]
    pub async fn reopen_account(&self, caller: &Caller, user: UserId, reason: String) -> Result<(), Problem> {
        let mut account = self.account_to_change(caller, user, "open").await?;
        let reason = said(&reason).map_err(|problem| Problem::Invalid(vec![problem]))?;
        if account.disabled_at.take().is_none() {
            return Err(Problem::invalid("user", "This account is open already."));
        }
        let what = format!("reopen {} as {}: {reason}", account.login, account.role.code());
        let audit = self.audit(caller, Action::ManageAccounts, what);
        Ok(self.store.update_account(&account, &audit).await?)
    }

    /// Gives somebody another role, and ends their sessions.
    ///
    /// # Errors
    /// The caller's own account or that of the last administrator, an ended account, fields that cannot be used, a
    /// denial, not found, or a fault.
    #[boxed]
    pub async fn change_role(&self, caller: &Caller, user: UserId, to: NewRole) -> Result<(), Problem> {
        let mut account = self.account_to_change(caller, user, "change").await?;
        let NewRole { role, authority, reason } = to;
        let authority = authority.map(|code| code.trim().to_owned()).filter(|_| role == Role::CouncilWorker);
        let mut problems = role_problems(role, authority.as_deref());
        let reason = said(&reason).map_err(|problem| problems.push(problem)).unwrap_or_default();
        if account.disabled_at.is_some() {
            problems.push(FieldProblem::new("user", "This account has ended. Open it again first."));
        }
        if (role, &authority) == (account.role, &account.authority) {
            problems.push(FieldProblem::new("role", "This is the role they have."));
        }
        if !problems.is_empty() {
            return Err(Problem::Invalid(problems));
        }
        if role != Role::Administrator {
            self.keep_an_administrator(&account).await?;
        }
        let what = format!(
            "change the role of {} from {} to {}: {reason}",
            account.login,
            account.role.code(),
            role.code()
        );
        let audit = self.audit(caller, Action::ManageAccounts, what);
        account.role = role;
        account.authority = authority;
        Ok(self.store.update_account(&account, &audit).await?)
    }

    /// Somebody else's account, for who may change it.
    async fn account_to_change(&self, caller: &Caller, user: UserId, what: &str) -> Result<Account, Problem> {
        self.authorise(caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        if user == caller.actor.user {
            let message = format!("Ask another administrator to {what} your own account.");
            return Err(Problem::invalid("user", &message));
        }
        self.store.account(user).await?.ok_or(Problem::NotFound)
    }

    /// Refuses where this account is the last open one of an administrator: nobody could sign in to keep accounts.
    async fn keep_an_administrator(&self, account: &Account) -> Result<(), Problem> {
        let keeps = |one: &Account| one.role == Role::Administrator && one.disabled_at.is_none();
        if !keeps(account)
            || self.store.accounts().await?.iter().any(|one| one.id != account.id && keeps(one))
        {
            return Ok(());
        }
        let message = "This is the last administrator's account, and one administrator must be left to keep accounts. \
                       Make another first.";
        Err(Problem::invalid("user", message))
    }
}

/// A reason, as it was given.
fn said(reason: &str) -> Result<String, FieldProblem> {
    match reason.trim() {
        "" => Err(FieldProblem::new("reason", "Say why. It stands in the access log.")),
        long if long.chars().count() > LONGEST_REASON => {
            Err(FieldProblem::new("reason", "Use at most 500 characters."))
        }
        reason => Ok(reason.to_owned()),
    }
}
