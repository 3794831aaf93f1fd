//! Signing in, and who a token belongs to. Sessions are rows of our own: they expire, are revocable, and say when.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_recursion::async_recursion as boxed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cf_access::{Action, Resource};
use cf_kernel::{Actor, SessionId, Timestamp, UserId};
use cf_store::{Account, Session};
use sha2::{Digest as _, Sha256};

use crate::{App, Caller, Problem};

/// A session ends this long after the last request. A setting.
const IDLE_MINUTES: i64 = 30;
/// And this long after sign-in in any case: a shift and a hand-over. A setting.
const LONGEST_HOURS: i64 = 12;
/// The end is moved on at most this often, to spare a write for each request.
const TOUCH_SECONDS: i64 = 60;
/// Wrong tries for one login within a quarter of an hour.
const TRIES: usize = 10;

/// What a person gives to sign in.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
    /// One-time code, where the account has one.
    pub code: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// A session just begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Goes into the cookie; nobody can make it from what the database holds.
    pub token: String,
    /// When it ends without a further request.
    pub until: Timestamp,
}

/// Wrong tries, by login, on this node.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<String, Vec<Timestamp>>>);

impl Tries {
    pub(crate) fn too_many(&self, login: &str, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > 10_000 {
            all.retain(|_, tries| tries.last().is_some_and(|last| now.seconds_since(*last) < 900));
        }
        let Some(tries) = all.get_mut(login) else { return false };
        tries.retain(|at| now.seconds_since(*at) < 900);
        tries.len() >= TRIES
    }

    pub(crate) fn wrong(&self, login: &str, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(login.to_owned()).or_default().push(now);
    }

    pub(crate) fn right(&self, login: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(login);
    }
}

impl App {
    /// Signs a person in. The answer does not say whether login, password or code was wrong.
    ///
    /// # Errors
    /// Something did not fit, too many tries, or a fault. Wrong tries are in the access log.
    #[boxed]
    pub async fn sign_in(&self, given: SignIn, request: &str) -> Result<Begun, Problem> {
        let now = self.now();
        let login = given.login.trim().to_lowercase();
        if self.tries.too_many(&login, now) {
            return Err(Problem::TooManyTries);
        }
        let account =
            self.store.account_by_login(&login).await?.filter(|account| account.disabled_at.is_none());
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let password_fits = crate::accounts::fits(given.password, hash).await?;
        let fits = match &account {
            Some(account) if password_fits => self.code_fits(account, &given.code, now).await?,
            _ => false,
        };
        match account {
            Some(account) if fits => {
                self.tries.right(&login);
                self.begin(&account, &given.user_agent, request).await
            }
            _ => {
                self.tries.wrong(&login, now);
                self.sign_in_refused("a sign-in that did not fit", request).await?;
                Err(Problem::invalid(
                    "login",
                    "Login, password or code do not fit. Check them and try again.",
                ))
            }
        }
    }

    /// Begins a session for a demonstration role. Only pages in demo mode offer this.
    ///
    /// # Errors
    /// When there is no such account, or a fault.
    #[boxed]
    pub async fn sign_in_as(&self, user: UserId, user_agent: &str, request: &str) -> Result<Begun, Problem> {
        let account = self.store.account(user).await?.ok_or(Problem::NotFound)?;
        self.begin(&account, user_agent, request).await
    }

    pub(crate) async fn begin(
        &self,
        account: &Account,
        user_agent: &str,
        request: &str,
    ) -> Result<Begun, Problem> {
        let now = self.now();
        let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let until = now.plus_minutes(IDLE_MINUTES);
        let session = Session {
            id: SessionId::new(),
            token_hash: hash(&token),
            account: account.id,
            created_at: now,
            last_seen_at: now,
            expires_at: until,
            revoked_at: None,
            user_agent: user_agent.to_owned(),
        };
        let mut caller = Caller::system(request);
        caller.actor = actor(account);
        caller.session = Some(session.id);
        let audit = self.audit(&caller, Action::SignIn, "signed in".to_owned());
        self.store.begin_session(&session, &audit).await?;
        Ok(Begun { token, until })
    }

    async fn code_fits(&self, account: &Account, code: &str, now: Timestamp) -> Result<bool, Problem> {
        if !account.has_totp {
            return Ok(true);
        }
        let Some(secret) = self.store.totp_secret(account.id).await? else { return Ok(false) };
        match one_time_step(&secret, code.trim(), now) {
            // A code is good once: whoever reads it over a shoulder comes too late.
            Some(step) => Ok(self.store.use_totp_step(account.id, step).await?),
            None => Ok(false),
        }
    }

    /// Who this token belongs to, and when the session ends. Moves the end on.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`] when it belongs to nobody any more, or a fault.
    #[boxed]
    pub async fn caller(&self, token: &str, request: &str) -> Result<(Caller, Timestamp), Problem> {
        let now = self.now();
        let session = self.store.session(&hash(token), now).await?.ok_or(Problem::SignInNeeded)?;
        let account = self.store.account(session.account).await?.ok_or(Problem::SignInNeeded)?;
        let last = session.created_at.plus_hours(LONGEST_HOURS);
        let until = now.plus_minutes(IDLE_MINUTES).min(last);
        if now >= last {
            return Err(Problem::SignInNeeded);
        }
        if now.seconds_since(session.last_seen_at) >= TOUCH_SECONDS {
            self.store.touch_session(session.id, now, until).await?;
        }
        let glass = self.glass_of(&account, session.id, now).await?;
        let caller = Caller {
            actor: actor(&account),
            session: Some(session.id),
            authority: account.authority.clone(),
            glass,
            wording: Default::default(),
            request: request.to_owned(),
        };
        Ok((caller, until))
    }

    /// Whose session had this token, also when it has ended: it lets nobody in, but says whose typed words these are.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn whose_session(&self, token: &str) -> Result<Option<UserId>, Problem> {
        Ok(self.store.session_was(&hash(token)).await?)
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Problem> {
        let Some(session) = caller.session else { return Ok(()) };
        let audit = self.audit(caller, Action::ManageOwnSessions, "signed out".to_owned());
        Ok(self.store.revoke_session(session, &audit).await?)
    }

    /// The caller's own sessions, newest first.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn own_sessions(&self, caller: &Caller) -> Result<Vec<Session>, Problem> {
        self.authorise(caller, Action::ManageOwnSessions, &Resource::system(), &[]).await?;
        Ok(self.store.sessions_of(caller.actor.user).await?)
    }

    /// Ends one of the caller's own sessions.
    ///
    /// # Errors
    /// Not found when it is somebody else's; a denial or a fault.
    #[boxed]
    pub async fn end_own_session(&self, caller: &Caller, session: SessionId) -> Result<(), Problem> {
        if !self.own_sessions(caller).await?.iter().any(|own| own.id == session) {
            return Err(Problem::NotFound);
        }
        let audit = self.audit(caller, Action::ManageOwnSessions, format!("ended session {session}"));
        Ok(self.store.revoke_session(session, &audit).await?)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

pub(crate) fn actor(account: &Account) -> Actor {
    Actor { user: account.id, name: account.name.clone(), role: account.role, team: account.team }
}

/// The step whose code this is, now or half a minute before or after: clocks differ.
/// SOURCE: RFC 6238, 30-second steps; section 5.2 advises one step of tolerance, and that a code is accepted once.
fn one_time_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let step = now.micros() / 30_000_000;
    (-1..=1).map(|off| step + off).find(|step| code.len() == 6 && one_time_code(secret, *step) == code)
}

/// The six digits of a step.
/// SOURCE: RFC 4226 section 5.3 (dynamic truncation).
fn one_time_code(secret: &[u8], step: i64) -> String {
    use hmac::{KeyInit as _, Mac as _};
    let Ok(mut mac) = hmac::Hmac::<sha1::Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 0x0f);
    let number =
        digest[at..at + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_codes_are_those_of_the_rfc() {
        // SOURCE: RFC 6238 appendix B, SHA-1, eight digits there: the last six are ours.
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(one_time_code(secret, seconds / 30), code);
            let at = Timestamp::from_micros(seconds * 1_000_000);
            assert_eq!(one_time_step(secret, code, at), Some(seconds / 30));
            assert_eq!(one_time_step(secret, code, at.plus_seconds(30)), Some(seconds / 30));
            assert_eq!(one_time_step(secret, code, at.plus_seconds(90)), None);
            assert_eq!(one_time_step(secret, "", at), None);
        }
    }

    #[test]
    fn ten_wrong_tries_close_the_door_for_a_while() {
        let tries = Tries::default();
        let now = Timestamp::from_micros(1_780_000_000_000_000);
        for _ in 0..10 {
            assert!(!tries.too_many("ada", now));
            tries.wrong("ada", now);
        }
        assert!(tries.too_many("ada", now));
        assert!(!tries.too_many("eve", now));
        assert!(!tries.too_many("ada", now.plus_minutes(16)));
    }
}
