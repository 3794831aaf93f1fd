//! The application on a database of its own, and people of every role.
#![allow(clippy::expect_used, reason = "a test whose application cannot start has failed")]
use std::sync::Arc;

use cf_app::{App, Caller};
use cf_kernel::{Actor, ManualClock, Role, TeamId, Timestamp, UserId};
use cf_sealing::MasterKey;
use cf_store::{AccessEntry, Account, LogKey, Options, Store, TABLES, Team};
use tempfile::TempDir;

use crate::Postgres;

/// When every test begins: Wednesday 4 March 2026, 09:00 in London.
const BEGIN: Timestamp = Timestamp::from_micros(1_772_614_800_000_000);

/// The application on a database that is gone when this is dropped.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its clock. It stands still until a test moves it; sessions end when it is moved far.
    pub clock: ManualClock,
    /// The database's address, for opening it again.
    pub url: String,
    _folder: TempDir,
}

/// Somebody with an account, signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// As the application sees them.
    pub caller: Caller,
    /// The session's token: the cookie's value, or a bearer token.
    pub token: String,
}

impl TestApp {
    /// On a SQLite file.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder for the database");
        let url = format!("sqlite://{}", folder.path().join("record.db").display());
        Self::open(url, folder).await
    }

    /// On an empty database of this PostgreSQL server.
    pub async fn postgres(server: &Postgres) -> Self {
        let url = server.database().expect("an empty database");
        Self::open(url, TempDir::new().expect("a folder")).await
    }

    async fn open(url: String, folder: TempDir) -> Self {
        let clock = ManualClock::at(BEGIN);
        let log_key = LogKey::new("childfirst.example", &rand::random()).expect("a key for the logs");
        let mut options = Options::new(MasterKey::from_bytes(&rand::random()), log_key);
        options.clock = Arc::new(clock.clone());
        options.tables = TABLES.to_vec();
        let store = Store::open(&url, options).await.expect("an open store");
        let app = App::new(store, Arc::new(clock.clone())).await.expect("an application on the store");
        Self { app, clock, url, _folder: folder }
    }

    /// Takes and works reports at the desk.
    pub async fn operator(&self) -> User {
        self.user("Sam Operator", Role::Operator, None).await
    }

    /// Reviews grades and progress.
    pub async fn supervisor(&self) -> User {
        self.user("Kit Supervisor", Role::Supervisor, None).await
    }

    /// The duty inspector.
    pub async fn inspector(&self) -> User {
        self.user("Noor Inspector", Role::Inspector, None).await
    }

    /// Investigates exploitation.
    pub async fn investigator(&self) -> User {
        self.user("Lee Investigator", Role::Investigator, None).await
    }

    /// A worker of the council with this DfE code.
    pub async fn council_worker(&self, authority: &str) -> User {
        self.user("Ola Council", Role::CouncilWorker, Some(authority)).await
    }

    /// Reads, changes nothing.
    pub async fn auditor(&self) -> User {
        self.user("Ari Auditor", Role::Auditor, None).await
    }

    /// Keeps accounts; sees no case.
    pub async fn administrator(&self) -> User {
        self.user("Max Administrator", Role::Administrator, None).await
    }

    /// Somebody of the desk's team in this role; council workers have a team of their own. Each call makes another
    /// person.
    pub async fn user(&self, name: &str, role: Role, authority: Option<&str>) -> User {
        let id = UserId::new();
        let team = match authority {
            Some(code) => self.team(&format!("Council {code}")).await,
            None => self.app.desk().team,
        };
        let account = Account {
            id,
            login: format!("{}-{id}@example.org", role.code()),
            name: name.to_owned(),
            role,
            team,
            authority: authority.map(str::to_owned),
            password_hash: None,
            has_totp: false,
            identity: None,
            created_at: self.app.now(),
            disabled_at: None,
        };
        self.app.store().create_account(&account, &self.audit()).await.expect("an account");
        self.sign_in(id).await
    }

    /// Signs somebody in again, for instance after their session ended.
    pub async fn sign_in(&self, id: UserId) -> User {
        let begun = self.app.sign_in_as(id, "tests", "tests").await.expect("a session");
        let (caller, _) = self.app.caller(&begun.token, "tests").await.expect("a caller");
        User { id, caller, token: begun.token }
    }

    async fn team(&self, name: &str) -> TeamId {
        let teams = self.app.store().teams().await.expect("the teams");
        if let Some(team) = teams.into_iter().find(|team| team.name == name) {
            return team.id;
        }
        let team = Team { id: TeamId::new(), name: name.to_owned(), created_at: self.app.now() };
        self.app.store().save_team(&team, &self.audit()).await.expect("a team");
        team.id
    }

    fn audit(&self) -> AccessEntry {
        AccessEntry {
            at: self.app.now(),
            actor: Actor::system(),
            session: None,
            action: "setup".to_owned(),
            records: Vec::new(),
            purpose: "tests".to_owned(),
            reason: None,
            permitted: true,
            policies: String::new(),
            request: "tests".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn people_of_a_fresh_application_are_who_they_say() {
        let test = TestApp::sqlite().await;
        let (sam, ola) = (test.operator().await, test.council_worker("301").await);
        assert_eq!(sam.caller.role(), Role::Operator);
        assert_eq!(ola.caller.authority.as_deref(), Some("301"));
        assert_ne!(sam.caller.actor.team, ola.caller.actor.team);
        assert_eq!(test.council_worker("301").await.caller.actor.team, ola.caller.actor.team);
        test.clock.advance_seconds(3_600);
        assert!(test.app.caller(&sam.token, "later").await.is_err());
        assert_eq!(test.sign_in(sam.id).await.caller.actor, sam.caller.actor);
    }
}
