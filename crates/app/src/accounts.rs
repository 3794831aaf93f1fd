//! Accounts: who may sign in, in which role, for which team. Ordinary tables; every change has an audit entry.
mod change;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_exchange::ssda903::AuthorityCode;
use cf_kernel::{Role, TeamId, UserId};
use cf_store::{AccessEntry, Account, Fault, Team};

pub use change::NewRole;

use crate::{App, Caller, FieldProblem, Problem};

/// Somebody work can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Account.
    pub user: UserId,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Team.
    pub team: TeamId,
}

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What the person types to sign in.
    pub login: String,
    /// Their name as colleagues know it.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their team, by name; made if new. The desk, if empty.
    pub team: String,
    /// The council of a council worker: DfE three-digit code.
    pub authority: Option<String>,
    /// Their first password; none for demonstrations and for sign-in elsewhere.
    pub password: Option<String>,
}

/// The shortest password taken, in characters.
///
/// SOURCE: the National Cyber Security Centre advises length over composition rules; the figure is a setting.
pub const SHORTEST_PASSWORD: usize = 12;

impl App {
    /// People work can be given to: everybody with an account who works cases.
    ///
    /// Asks no policy: their names are shown inside a record or a form that was asked for and logged before.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn colleagues(&self) -> Result<Vec<Colleague>, Problem> {
        let works = |role| !matches!(role, Role::Auditor | Role::Administrator | Role::System);
        let accounts = self.store.accounts().await?;
        let at_work =
            accounts.into_iter().filter(|account| account.disabled_at.is_none() && works(account.role));
        Ok(at_work
            .map(|account| Colleague {
                user: account.id,
                name: account.name,
                role: account.role,
                team: account.team,
            })
            .collect())
    }

    /// Every account.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<Account>, Problem> {
        self.authorise(caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        Ok(self.store.accounts().await?)
    }

    /// Makes an account.
    ///
    /// # Errors
    /// A denial, fields that cannot be used, or a fault.
    #[boxed]
    pub async fn add_account(&self, caller: &Caller, new: NewAccount) -> Result<UserId, Problem> {
        self.authorise(caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        check(&new)?;
        let now = self.now();
        let audit =
            self.audit(caller, Action::ManageAccounts, format!("add {} as {}", new.login, new.role.code()));
        let team = self.team_named(&new.team, &audit).await?;
        let password_hash = match new.password {
            Some(password) => Some(hash(password).await?),
            None => None,
        };
        let account = Account {
            id: UserId::new(),
            login: new.login.trim().to_lowercase(),
            name: new.name.trim().to_owned(),
            role: new.role,
            team,
            authority: new.authority.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()),
            password_hash,
            has_totp: false,
            identity: None,
            created_at: now,
            disabled_at: None,
        };
        match self.store.create_account(&account, &audit).await {
            Ok(()) => Ok(account.id),
            Err(Fault::Exists { .. }) => Err(Problem::invalid("login", "Somebody has this login already.")),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Sets a password, and ends the person's sessions.
    ///
    /// # Errors
    /// A denial, a password that is too short, not found, or a fault.
    #[boxed]
    pub async fn set_password(&self, caller: &Caller, user: UserId, password: String) -> Result<(), Problem> {
        let action =
            if user == caller.actor.user { Action::ManageOwnSessions } else { Action::ManageAccounts };
        self.authorise(caller, action, &Resource::system(), &[]).await?;
        check_password(&password)?;
        let audit = self.audit(caller, action, format!("set the password of {user}"));
        let hash = hash(password).await?;
        self.store.set_password(user, Some(&hash), &audit).await?;
        self.store.revoke_sessions(user, &audit).await?;
        Ok(())
    }

    /// Sets the caller's own password, who gives the one in use, and ends all their sessions. A session somebody left
    /// open, or a token somebody found, is not enough. Wrong tries count as wrong sign-ins do, and are in the access log.
    ///
    /// # Errors
    /// A password in use that does not fit, or an account that has none; a new one that is too short; too many tries;
    /// a denial or a fault.
    #[boxed]
    pub async fn change_own_password(
        &self,
        caller: &Caller,
        current: String,
        password: String,
    ) -> Result<(), Problem> {
        let action = Action::ManageOwnSessions;
        self.authorise(caller, action, &Resource::system(), &[]).await?;
        check_password(&password)?;
        let account = self.store.account(caller.actor.user).await?.ok_or(Problem::NotFound)?;
        let now = self.now();
        if self.tries.too_many(&account.login, now) {
            return Err(Problem::TooManyTries);
        }
        if !fits(current, account.password_hash).await? {
            self.tries.wrong(&account.login, now);
            let audit = self.audit(caller, action, "a change of password that did not fit".to_owned());
            self.store.log_access(&AccessEntry { permitted: false, ..audit }).await?;
            return Err(Problem::invalid("current", "This is not the password in use."));
        }
        self.tries.right(&account.login);
        self.set_password(caller, caller.actor.user, password).await
    }

    /// Sets or removes the secret of one-time codes.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn set_one_time_secret(
        &self,
        caller: &Caller,
        user: UserId,
        secret: Option<&[u8]>,
    ) -> Result<(), Problem> {
        let action =
            if user == caller.actor.user { Action::ManageOwnSessions } else { Action::ManageAccounts };
        self.authorise(caller, action, &Resource::system(), &[]).await?;
        let audit = self.audit(caller, action, format!("set the one-time secret of {user}"));
        Ok(self.store.set_totp(user, secret, &audit).await?)
    }

    async fn team_named(&self, name: &str, audit: &AccessEntry) -> Result<TeamId, Problem> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(self.desk.team);
        }
        if let Some(team) = self.store.teams().await?.into_iter().find(|team| team.name == name) {
            return Ok(team.id);
        }
        let team = Team { id: TeamId::new(), name: name.to_owned(), created_at: self.now() };
        self.store.save_team(&team, audit).await?;
        Ok(team.id)
    }

    /// The audit entry of a change outside the record.
    ///
    /// A person at the command line has no session that says who they are: what was done says it.
    pub(crate) fn audit(&self, caller: &Caller, action: Action, what: String) -> AccessEntry {
        let at_the_machine = caller.session.is_none() && caller.request.starts_with("command line, by ");
        let what = if at_the_machine { format!("{what}; {}", caller.request) } else { what };
        AccessEntry {
            at: self.now(),
            actor: caller.actor.clone(),
            session: caller.session,
            action: action.code().to_owned(),
            records: Vec::new(),
            purpose: action.purpose().to_owned(),
            reason: Some(what),
            permitted: true,
            policies: String::new(),
            request: caller.request.clone(),
        }
    }
}

fn check(new: &NewAccount) -> Result<(), Problem> {
    let mut problems = Vec::new();
    let login = new.login.trim();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-_@".contains(letter);
    if login.is_empty() || login.len() > 100 || !login.chars().all(fits) {
        problems.push(FieldProblem::new("login", "Use letters, digits and . - _ @ only, at most 100."));
    }
    if new.name.trim().is_empty() || new.name.chars().count() > 200 {
        problems.push(FieldProblem::new("name", "Give the person's name."));
    }
    problems.extend(role_problems(new.role, new.authority.as_deref()));
    if let Some(Err(Problem::Invalid(password))) = new.password.as_deref().map(check_password) {
        problems.extend(password);
    }
    if problems.is_empty() { Ok(()) } else { Err(Problem::Invalid(problems)) }
}

/// What stands in the way of a role, with the council of a council worker.
fn role_problems(role: Role, authority: Option<&str>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if role == Role::System {
        problems.push(FieldProblem::new("role", "Choose a person's role."));
    }
    if role == Role::CouncilWorker {
        let code = authority.unwrap_or_default().trim();
        if code.is_empty() {
            problems.push(FieldProblem::new("authority", "Give the council's code."));
        } else if code.parse::<AuthorityCode>().is_err() {
            // With a code that is no council's they would see no child at all, and nobody would know why.
            let message = "Give a code of the Department for Education, such as 308, or the ONS code of a London borough.";
            problems.push(FieldProblem::new("authority", message));
        }
    }
    problems
}

fn check_password(password: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(Problem::invalid(
            "password",
            "Use at least 12 characters; three words that do not belong together are good.",
        ));
    }
    if length > 1_000 {
        return Err(Problem::invalid("password", "Use at most 1,000 characters."));
    }
    Ok(())
}

/// A hash of a password, off the async threads: it costs about 25 ms of a core on purpose.
async fn hash(password: String) -> Result<String, Problem> {
    blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
        .await?
        .map_err(|_| Problem::fault(std::io::Error::other("a password could not be hashed")))
}

/// Whether a password fits a hash. Without a hash the same time is spent, so that nobody learns which logins exist.
pub(crate) async fn fits(password: String, hash: Option<String>) -> Result<bool, Problem> {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$XqVfFZVYLg1Q4zUOqJq4HrIYYwH5sL0mTzrQpDfJ3xU";
    blocking(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && known
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::fault)
}
