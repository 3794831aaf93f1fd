//! What must be there before anything else: the desk.
use cf_kernel::{TeamId, Timestamp};
use cf_store::Store;

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
    let team = TeamId::new();
    store.add_team(team, NAME, now).await?;
    Ok(Desk { team, name: NAME.to_owned() })
}
