//! Signing in at a force's own identity provider: which account here belongs to who somebody is there.
//!
//! The provider says who somebody is. Whether they may come in, and as what, is said by accounts alone: nobody gets an
//! account by knocking. The first time, an account is found by its login and bound to the identity; from then on the
//! identity counts and the login does not, so that a login given to a colleague later opens nothing.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::UserId;
use cf_store::{Account, Fault};

use crate::sessions::{Begun, actor};
use crate::{App, Caller, Problem};

/// Who somebody is at an identity provider that has just vouched for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who they are there: never given to somebody else.
    pub subject: String,
    /// What they sign in with, as the provider knows it; none when it does not say, or does not vouch for it.
    pub login: Option<String>,
}

/// The field that problems with signing in elsewhere belong to.
pub const FIELD: &str = "elsewhere";

/// The longest issuer and subject together, in bytes.
const LONGEST: usize = 2_000;

impl Identity {
    /// As an account keeps it. An issuer is an address and holds no space, so no two identities look alike.
    fn kept(&self) -> Option<String> {
        let kept = format!("{} {}", self.issuer, self.subject);
        let odd = self.issuer.is_empty() || self.issuer.contains(' ') || self.subject.is_empty();
        (!odd && kept.len() <= LONGEST && !kept.contains(char::is_control)).then_some(kept)
    }
}

/// Why somebody the provider vouched for is not let in: for the access log, and for them.
struct NotLetIn {
    logged: String,
    said: &'static str,
}

impl NotLetIn {
    fn nobody(login: &str) -> Self {
        let login: String = login.chars().filter(|letter| !letter.is_control()).take(100).collect();
        Self {
            logged: format!("a sign-in elsewhere without an account: {login}"),
            said: "There is no account for you here. Ask an administrator to make one with your login.",
        }
    }

    fn no_login() -> Self {
        Self {
            logged: "a sign-in elsewhere that named no login".to_owned(),
            said: "Your identity provider did not say which login is yours. Tell an administrator.",
        }
    }

    fn another(login: &str) -> Self {
        Self {
            logged: format!("a sign-in elsewhere as another than {login} is bound to"),
            said: "The account with your login belongs to another identity. Ask an administrator to look at it.",
        }
    }

    fn ended(login: &str) -> Self {
        Self {
            logged: format!("a sign-in elsewhere for an account that has ended: {login}"),
            said: "Your account here has ended. Ask an administrator.",
        }
    }
}

impl App {
    /// Signs in somebody a provider has just vouched for. A one-time code of ours is not asked: how many factors were
    /// asked for is the provider's answer.
    ///
    /// # Errors
    /// No account, one that has ended or is another's, or a fault. Refusals are in the access log.
    #[boxed]
    pub async fn sign_in_elsewhere(
        &self,
        who: Identity,
        user_agent: &str,
        request: &str,
    ) -> Result<Begun, Problem> {
        let no = match self.account_of(&who, request).await? {
            Ok(account) if account.disabled_at.is_none() => {
                return self.begin(&account, user_agent, request).await;
            }
            Ok(account) => NotLetIn::ended(&account.login),
            Err(no) => no,
        };
        self.sign_in_refused(&no.logged, request).await?;
        Err(Problem::invalid(FIELD, no.said))
    }

    /// The account that is theirs by identity, or becomes it by login.
    async fn account_of(&self, who: &Identity, request: &str) -> Result<Result<Account, NotLetIn>, Problem> {
        let login = who.login.as_deref().unwrap_or("").trim().to_lowercase();
        let Some(identity) = who.kept() else { return Ok(Err(NotLetIn::nobody(&login))) };
        if let Some(account) = self.store.account_by_identity(&identity).await? {
            return Ok(Ok(account));
        }
        if login.is_empty() {
            return Ok(Err(NotLetIn::no_login()));
        }
        let Some(account) = self.store.account_by_login(&login).await? else {
            return Ok(Err(NotLetIn::nobody(&login)));
        };
        if account.identity.is_some() {
            return Ok(Err(NotLetIn::another(&login)));
        }
        if account.disabled_at.is_some() {
            return Ok(Err(NotLetIn::ended(&login)));
        }
        let mut caller = Caller::system(request);
        caller.actor = actor(&account);
        let audit = self.audit(&caller, Action::SignIn, format!("bound {login} to an identity elsewhere"));
        match self.store.bind_identity(account.id, &identity, &audit).await {
            // Somebody else may have been quicker: what the database says now counts.
            Ok(_) | Err(Fault::Exists { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
        Ok(self.store.account_by_identity(&identity).await?.ok_or_else(|| NotLetIn::another(&login)))
    }

    /// Notes a sign-in that did not come about, in words without anything typed.
    ///
    /// # Errors
    /// When the access log cannot be written.
    #[boxed]
    pub async fn sign_in_refused(&self, what: &str, request: &str) -> Result<(), Problem> {
        let mut caller = Caller::system(request);
        caller.actor.name = String::new();
        let audit = self.audit(&caller, Action::SignIn, what.to_owned());
        Ok(self.store.log_access(&cf_store::AccessEntry { permitted: false, ..audit }).await?)
    }

    /// Forgets who somebody is at the provider, and ends their sessions: the next identity that comes with their login
    /// is bound to the account.
    ///
    /// # Errors
    /// A denial, not found, an account that is bound to nothing, or a fault.
    #[boxed]
    pub async fn forget_identity(&self, caller: &Caller, user: UserId) -> Result<(), Problem> {
        self.authorise(caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        let account = self.store.account(user).await?.ok_or(Problem::NotFound)?;
        if account.identity.is_none() {
            return Err(Problem::invalid("user", "This account is bound to no identity."));
        }
        let what = format!("forget the identity of {}", account.login);
        Ok(self.store.forget_identity(user, &self.audit(caller, Action::ManageAccounts, what)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_identities_look_alike() {
        let kept = |issuer: &str, subject: &str| {
            Identity { issuer: issuer.into(), subject: subject.into(), login: None }.kept()
        };
        assert_eq!(kept("https://id.example", "a b").as_deref(), Some("https://id.example a b"));
        let long = "x".repeat(LONGEST);
        for (issuer, subject) in [
            ("https://id.example a", "b"),
            ("", "a"),
            ("https://id.example", ""),
            ("https://id.example", "a\0"),
            ("https://id.example", &long),
        ] {
            assert_eq!(kept(issuer, subject), None, "{issuer} {subject}");
        }
    }
}
