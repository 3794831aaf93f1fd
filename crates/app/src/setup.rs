//! What must be there before anything else: the desk.
use cf_kernel::{Actor, TeamId, Timestamp};
use cf_store::{AccessEntry, Store, Team};

use crate::Problem;

/// The desk that answers for what nobody has taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its team.
    pub team: TeamId,
    /// Its name.
    pub name: String,
}

const NAME: &str = "Central Vulnerability Hub";

/// The desk, made at the first start.
pub(crate) async fn desk(store: &Store, now: Timestamp) -> Result<Desk, Problem> {
    if let Some(team) = store.teams().await?.into_iter().find(|team| team.name == NAME) {
        return Ok(Desk { team: team.id, name: team.name });
    }
    let team = Team { id: TeamId::new(), name: NAME.to_owned(), created_at: now };
    let audit = AccessEntry {
        at: now,
        actor: Actor::system(),
        session: None,
        action: "setup".to_owned(),
        records: Vec::new(),
        purpose: "first start".to_owned(),
        reason: None,
        permitted: true,
        policies: String::new(),
        request: "setup".to_owned(),
    };
    store.save_team(&team, &audit).await?;
    Ok(Desk { team: team.id, name: team.name })
}
