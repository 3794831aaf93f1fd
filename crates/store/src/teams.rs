//! Teams and desks that people belong to.
use async_recursion::async_recursion as boxed;
use cf_kernel::{TeamId, Timestamp};
use uuid::Uuid;

use crate::db::args;
use crate::fault::exists;
use crate::{AccessEntry, Fault, Store};

/// A team or desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name; no two teams share one.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Makes a team, or renames the one with this id.
    ///
    /// # Errors
    /// [`Fault::Exists`] when another team has the name.
    #[boxed]
    pub async fn save_team(&self, team: &Team, audit: &AccessEntry) -> Result<(), Fault> {
        let mut tx = self.begin().await?;
        tx.execute(
            "insert into team (id, name, created_at) values ($1, $2, $3) \
             on conflict (id) do update set name = excluded.name",
            args![team.id.uuid(), team.name.as_str(), team.created_at.micros()],
        )
        .await
        .map_err(exists("team"))?;
        self.commit(tx, audit).await
    }

    /// All teams by name.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn teams(&self) -> Result<Vec<Team>, Fault> {
        let rows: Vec<(Uuid, String, i64)> =
            self.inner.read.rows("select id, name, created_at from team order by name, id", vec![]).await?;
        let team =
            |(id, name, at)| Team { id: TeamId::from_uuid(id), name, created_at: Timestamp::from_micros(at) };
        Ok(rows.into_iter().map(team).collect())
    }
}
