//! Signed-in sessions. The database holds the hash of a token, never the token.
use async_recursion::async_recursion as boxed;
use cf_kernel::{SessionId, Timestamp, UserId};
use uuid::Uuid;

use crate::db::{args, from_row};
use crate::{AccessEntry, Fault, Store};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, as the access log names it.
    pub id: SessionId,
    /// SHA-256 of the token in the cookie.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub account: UserId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was used last, as far as was noted.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended by somebody.
    pub revoked_at: Option<Timestamp>,
    /// What the browser calls itself.
    pub user_agent: String,
}

from_row! {
    struct SessionRow {
        id: Uuid,
        token_hash: Vec<u8>,
        account: Uuid,
        created_at: i64,
        last_seen_at: i64,
        expires_at: i64,
        revoked_at: Option<i64>,
        user_agent: String,
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = Fault;
    fn try_from(row: SessionRow) -> Result<Self, Fault> {
        Ok(Self {
            id: SessionId::from_uuid(row.id),
            token_hash: row
                .token_hash
                .try_into()
                .map_err(|_| Fault::unreadable(format!("session {}", row.id)))?,
            account: UserId::from_uuid(row.account),
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
            user_agent: row.user_agent,
        })
    }
}

/// Ends every session of account `$1`, at `$2`.
pub(crate) const END_SESSIONS: &str =
    "update session set revoked_at = $2 where account = $1 and revoked_at is null";

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn begin_session(&self, session: &Session, audit: &AccessEntry) -> Result<(), Fault> {
        let agent: String = session.user_agent.chars().filter(|char| !char.is_control()).take(300).collect();
        let mut tx = self.begin().await?;
        tx.execute(
            "insert into session (id, token_hash, account, created_at, last_seen_at, expires_at, user_agent) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![
                session.id.uuid(),
                session.token_hash.to_vec(),
                session.account.uuid(),
                session.created_at.micros(),
                session.last_seen_at.micros(),
                session.expires_at.micros(),
                agent
            ],
        )
        .await?;
        self.commit(tx, audit).await
    }

    /// The live session with this token: neither ended nor expired at `now`, of an account that is open.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn session(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Session>, Fault> {
        let row: Option<SessionRow> = self
            .inner
            .read
            .row(
                "select s.id, s.token_hash, s.account, s.created_at, s.last_seen_at, s.expires_at, s.revoked_at, \
                 s.user_agent from session s join account a on a.id = s.account \
                 where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2 and a.disabled_at is null",
                args![token_hash.to_vec(), now.micros()],
            )
            .await?;
        row.map(Session::try_from).transpose()
    }

    /// Whose session had this token, whether it lives, has ended or has expired.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn session_was(&self, token_hash: &[u8; 32]) -> Result<Option<UserId>, Fault> {
        let row: Option<(uuid::Uuid,)> = self
            .inner
            .read
            .row("select account from session where token_hash = $1", args![token_hash.to_vec()])
            .await?;
        Ok(row.map(|(account,)| UserId::from_uuid(account)))
    }

    /// Notes that a session was used, and until when it now lasts. Once a minute is enough: it is a write.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn touch_session(
        &self,
        id: SessionId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), Fault> {
        self.undamaged()?;
        self.inner
            .write
            .execute(
                "update session set last_seen_at = $2, expires_at = $3 where id = $1 and revoked_at is null",
                args![id.uuid(), at.micros(), expires_at.micros()],
            )
            .await?;
        Ok(())
    }

    /// Ends one session. Nothing happens when it has ended.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn revoke_session(&self, id: SessionId, audit: &AccessEntry) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        tx.execute(
            "update session set revoked_at = $2 where id = $1 and revoked_at is null",
            args![id.uuid(), audit.at.micros()],
        )
        .await?;
        self.commit(tx, audit).await
    }

    /// Ends all sessions of a person; gives how many.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn revoke_sessions(&self, account: UserId, audit: &AccessEntry) -> Result<u64, Fault> {
        let mut tx = self.begin().await?;
        let ended = tx.execute(END_SESSIONS, args![account.uuid(), audit.at.micros()]).await?;
        self.commit(tx, audit).await?;
        Ok(ended)
    }

    /// A person's sessions, newest first, ended ones included.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn sessions_of(&self, account: UserId) -> Result<Vec<Session>, Fault> {
        let rows: Vec<SessionRow> = self
            .inner
            .read
            .rows(
                "select id, token_hash, account, created_at, last_seen_at, expires_at, revoked_at, user_agent \
                 from session where account = $1 order by created_at desc, id",
                args![account.uuid()],
            )
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }
}
