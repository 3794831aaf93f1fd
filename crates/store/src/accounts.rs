//! People with an account: who they are, what they are here to do, how they sign in.
use async_recursion::async_recursion as boxed;
use cf_kernel::{Role, TeamId, Timestamp, UserId};
use uuid::Uuid;

use crate::db::{args, from_row};
use crate::fault::exists;
use crate::log::{Head, Log};
use crate::sessions::END_SESSIONS;
use crate::{AccessEntry, Fault, Store};

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// What they sign in with: their work e-mail address, in lower case.
    pub login: String,
    /// Their name as colleagues know it.
    pub name: String,
    /// What they are here to do.
    pub role: Role,
    /// Their team or desk.
    pub team: TeamId,
    /// The council they work for; none for police and the programme.
    pub authority: Option<String>,
    /// The hash of their password, in the text form of its algorithm; none when they sign in elsewhere.
    pub password_hash: Option<String>,
    /// Whether a one-time code is asked for.
    pub has_totp: bool,
    /// Who they are at the force's identity provider; none until they first sign in there.
    pub identity: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was closed.
    pub disabled_at: Option<Timestamp>,
}

impl Account {
    fn keeps_accounts(&self) -> bool {
        self.role == Role::Administrator && self.disabled_at.is_none()
    }
}

/// What became of a change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// It is made.
    Done,
    /// It is not: the account is not as it was seen.
    Stale,
    /// It is not: nobody would be left who can sign in to keep accounts.
    LastAdministrator,
}

from_row! {
    #[derive(Clone)]
    struct AccountRow {
        id: Uuid,
        login: String,
        name: String,
        role: String,
        team: Uuid,
        authority: Option<String>,
        password_hash: Option<String>,
        has_totp: bool,
        identity: Option<String>,
        created_at: i64,
        disabled_at: Option<i64>,
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = Fault;
    fn try_from(row: AccountRow) -> Result<Self, Fault> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            login: row.login,
            name: row.name,
            role: Role::from_code(&row.role)
                .ok_or_else(|| Fault::unreadable(format!("the role of account {}", row.id)))?,
            team: TeamId::from_uuid(row.team),
            authority: row.authority,
            password_hash: row.password_hash,
            has_totp: row.has_totp,
            identity: row.identity,
            created_at: Timestamp::from_micros(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp::from_micros),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, login, name, role, team, authority, password_hash, totp_sealed is not null as has_totp, \
             identity, created_at, disabled_at from account ",
            $rest
        )
    };
}

impl Store {
    /// Makes an account. [`Account::has_totp`] and [`Account::identity`] are ignored: see [`Store::set_totp`] and
    /// [`Store::bind_identity`].
    ///
    /// # Errors
    /// [`Fault::Exists`] when somebody has the login.
    #[boxed]
    pub async fn create_account(&self, account: &Account, audit: &AccessEntry) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        tx.execute(
            "insert into account (id, login, name, role, team, authority, password_hash, created_at, disabled_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![
                account.id.uuid(),
                account.login.as_str(),
                account.name.as_str(),
                account.role.code(),
                account.team.uuid(),
                account.authority.clone(),
                account.password_hash.clone(),
                account.created_at.micros(),
                account.disabled_at.map(Timestamp::micros)
            ],
        )
        .await
        .map_err(exists("account"))?;
        self.commit(tx, audit).await
    }

    /// Changes role, authority and whether it is closed, and ends all its sessions: none goes on with what somebody was
    /// allowed before. `was` is the account as it was seen, so that nobody undoes what another has done since.
    ///
    /// # Errors
    /// [`Fault`] from the database. What did not come about is not logged.
    #[boxed]
    pub async fn change_account(
        &self,
        was: &Account,
        account: &Account,
        audit: &AccessEntry,
    ) -> Result<AccountChange, Fault> {
        let mut tx = self.begin().await?;
        // One change of accounts at a time: two administrators who end each other would each leave the other.
        Head::lock(&mut tx, Log::Access).await?;
        let changed = tx
            .execute(
                "update account set role = $2, authority = $3, disabled_at = $4 where id = $1 and role = $5 \
                 and authority is not distinct from $6 and disabled_at is not distinct from $7",
                args![
                    was.id.uuid(),
                    account.role.code(),
                    account.authority.clone(),
                    account.disabled_at.map(Timestamp::micros),
                    was.role.code(),
                    was.authority.clone(),
                    was.disabled_at.map(Timestamp::micros)
                ],
            )
            .await?;
        if changed == 0 {
            return Ok(AccountChange::Stale);
        }
        if was.keeps_accounts() && !account.keeps_accounts() {
            let left: Option<(i64,)> = tx
                .row(
                    "select count(*) from account where role = $1 and disabled_at is null",
                    args![Role::Administrator.code()],
                )
                .await?;
            if left.is_none_or(|(count,)| count == 0) {
                return Ok(AccountChange::LastAdministrator);
            }
        }
        tx.execute(END_SESSIONS, args![was.id.uuid(), audit.at.micros()]).await?;
        self.commit(tx, audit).await?;
        Ok(AccountChange::Done)
    }

    /// Sets the hash of a password. Ends no session; see [`Store::revoke_sessions`].
    ///
    /// # Errors
    /// [`Fault::Invalid`] when there is no such account.
    #[boxed]
    pub async fn set_password(
        &self,
        account: UserId,
        hash: Option<&str>,
        audit: &AccessEntry,
    ) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        let hash = hash.map(str::to_owned);
        let changed = tx
            .execute("update account set password_hash = $2 where id = $1", args![account.uuid(), hash])
            .await?;
        one_account(changed)?;
        self.commit(tx, audit).await
    }

    /// Sets or removes the secret of one-time codes. It is stored sealed.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when there is no such account.
    #[boxed]
    pub async fn set_totp(
        &self,
        account: UserId,
        secret: Option<&[u8]>,
        audit: &AccessEntry,
    ) -> Result<(), Fault> {
        let key = self.own_key(Store::OWN_FILE).await?;
        let sealed = secret.map(|secret| key.key.seal(&place(account), secret, &mut rand::rng()));
        let mut tx = self.begin().await?;
        let changed = tx
            .execute("update account set totp_sealed = $2 where id = $1", args![account.uuid(), sealed])
            .await?;
        one_account(changed)?;
        self.commit(tx, audit).await
    }

    /// The secret of one-time codes.
    ///
    /// # Errors
    /// [`Fault::Sealing`] when it cannot be opened.
    #[boxed]
    pub async fn totp_secret(&self, account: UserId) -> Result<Option<Vec<u8>>, Fault> {
        let row: Option<(Option<Vec<u8>>,)> = self
            .inner
            .read
            .row("select totp_sealed from account where id = $1", args![account.uuid()])
            .await?;
        let Some((Some(sealed),)) = row else { return Ok(None) };
        let key = self.own_key(Store::OWN_FILE).await?;
        key.key
            .unseal(&place(account), &sealed)
            .map(Some)
            .map_err(|_| Fault::sealing("the secret of one-time codes"))
    }

    /// Uses up the one-time code of this step, and every earlier one. `false` when it was used before, by whichever node.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn use_totp_step(&self, account: UserId, step: i64) -> Result<bool, Fault> {
        self.undamaged()?;
        let sql = "update account set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2)";
        Ok(self.inner.write.execute(sql, args![account.uuid(), step]).await? == 1)
    }

    /// Notes who somebody is at the force's identity provider, where nothing is noted yet. `false` when something is, by
    /// whichever node; then nothing was changed and nothing logged.
    ///
    /// # Errors
    /// [`Fault::Exists`] when another account has this identity.
    #[boxed]
    pub async fn bind_identity(
        &self,
        account: UserId,
        identity: &str,
        audit: &AccessEntry,
    ) -> Result<bool, Fault> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "update account set identity = $2 where id = $1 and identity is null",
                args![account.uuid(), identity],
            )
            .await
            .map_err(exists("identity"))?;
        if changed == 0 {
            return Ok(false);
        }
        self.commit(tx, audit).await?;
        Ok(true)
    }

    /// Forgets who somebody is at the force's identity provider, and ends all their sessions.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when there is no such account.
    #[boxed]
    pub async fn forget_identity(&self, account: UserId, audit: &AccessEntry) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        let changed =
            tx.execute("update account set identity = null where id = $1", args![account.uuid()]).await?;
        one_account(changed)?;
        tx.execute(END_SESSIONS, args![account.uuid(), audit.at.micros()]).await?;
        self.commit(tx, audit).await
    }

    /// One account.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, Fault> {
        let row: Option<AccountRow> = self.inner.read.row(select!("where id = $1"), args![id.uuid()]).await?;
        row.map(Account::try_from).transpose()
    }

    /// The account with this login, exactly.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn account_by_login(&self, login: &str) -> Result<Option<Account>, Fault> {
        // PostgreSQL takes no NUL, and nobody has one.
        if login.contains('\0') {
            return Ok(None);
        }
        let row: Option<AccountRow> = self.inner.read.row(select!("where login = $1"), args![login]).await?;
        row.map(Account::try_from).transpose()
    }

    /// The account of who is known by this at the force's identity provider.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn account_by_identity(&self, identity: &str) -> Result<Option<Account>, Fault> {
        if identity.contains('\0') {
            return Ok(None);
        }
        let row: Option<AccountRow> =
            self.inner.read.row(select!("where identity = $1"), args![identity]).await?;
        row.map(Account::try_from).transpose()
    }

    /// All accounts by name.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn accounts(&self) -> Result<Vec<Account>, Fault> {
        let rows: Vec<AccountRow> = self.kept(select!("order by name, id").to_owned(), vec![]).await?;
        rows.into_iter().map(Account::try_from).collect()
    }
}

fn place(account: UserId) -> Vec<u8> {
    [b"cf-store/totp/1".as_slice(), account.uuid().as_bytes()].concat()
}

fn one_account(changed: u64) -> Result<(), Fault> {
    if changed == 1 { Ok(()) } else { Err(Fault::invalid("a change of an account that is not there")) }
}
