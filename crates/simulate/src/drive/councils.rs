//! Councils' returns come in, the service asks which records are of one child, and a supervisor answers for one.
use std::sync::Arc;

use cf_app::import::{CouncilReturn, Silent};
use cf_app::matching::Decision;
use cf_app::{App, Problem};
use cf_kernel::{ManualClock, Role};

use super::World;
use crate::councils;

/// Imports every return, asks about pairs, and links the likeliest one, as the duty supervisor would.
pub(super) async fn import(app: &App, clock: &ManualClock, world: &World) -> Result<(), Problem> {
    clock.set(councils::imported_at(&world.plan));
    let caller = |role| world.callers.iter().find(|caller| caller.role() == role).ok_or(Problem::NotFound);
    let administrator = caller(Role::Administrator)?;
    for one in councils::returns(&world.plan) {
        let Some(authority) = cf_app::council_code(&one.council) else { continue };
        let given = CouncilReturn {
            authority: authority.parse().map_err(|_| Problem::NotFound)?,
            files: vec![
                (format!("header-{authority}.csv"), one.header.into_bytes()),
                (format!("missing-{authority}.csv"), one.missing.into_bytes()),
            ],
            year: one.year.parse().ok(),
            missing_last_year: None,
        };
        app.import_ssda903(administrator, given, Arc::new(Silent), false).await?;
    }
    app.load_matching().await?;
    app.propose_links().await?;
    let supervisor = caller(Role::Supervisor)?;
    let waiting = app.links_waiting(supervisor).await?.waiting;
    if let Some(likeliest) = waiting.iter().find(|card| card.council.is_some()) {
        let id = likeliest.link.id();
        let view = app.link(supervisor, id).await?;
        let note = "Same council and date of birth, and missing on the same days; the home confirms the council's id.";
        let command = cf_kernel::CommandId::new();
        app.decide_link(supervisor, command, id, view.version, Decision::Same(note.to_owned())).await?;
    }
    Ok(())
}
