//! What a server does on its own: climbs overdue clocks, signs the logs, watches the flows of work, forgets old drafts, keeps the index of children.
use std::time::Duration;

use cf_app::App;
use cf_store::Log;
use tokio::time::{MissedTickBehavior, interval};

const CLIMB_EVERY: Duration = Duration::from_secs(30);
const SIGN_EVERY: Duration = Duration::from_secs(60);
const WATCH_EVERY: Duration = Duration::from_secs(1_800);
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// Drafts not touched for this long are forgotten.
const DRAFTS_LAST_HOURS: i64 = 30 * 24;

/// Starts all of it; it ends with the runtime. Without `matching` no index of children is kept in memory.
pub(crate) fn start(app: &App, matching: bool) {
    tokio::spawn(climb(app.clone()));
    tokio::spawn(sign(app.clone()));
    tokio::spawn(watch(app.clone()));
    tokio::spawn(tidy(app.clone()));
    if matching {
        drop(app.start_matching());
    }
}

/// A beat that does not hurry after a pause.
fn every(period: Duration) -> tokio::time::Interval {
    let mut beat = interval(period);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

async fn climb(app: App) {
    let mut beat = every(CLIMB_EVERY);
    loop {
        beat.tick().await;
        match app.climb_overdue_gently().await {
            Ok(0) => {}
            Ok(climbed) => tracing::info!(climbed, "overdue clocks climbed"),
            Err(problem) => tracing::error!(%problem, "cannot climb overdue clocks"),
        }
    }
}

async fn sign(app: App) {
    let mut beat = every(SIGN_EVERY);
    let mut signed = None;
    loop {
        beat.tick().await;
        match sizes(&app).await {
            Ok(now) if signed == Some(now) => {}
            Ok(now) => match app.store().checkpoint_now().await {
                Ok(_) => signed = Some(now),
                Err(fault) => tracing::error!(%fault, "cannot sign the logs"),
            },
            Err(fault) => tracing::error!(%fault, "cannot read the size of the logs"),
        }
    }
}

async fn sizes(app: &App) -> Result<(u64, u64), cf_store::Fault> {
    let (record, access) =
        tokio::try_join!(app.store().frontier(Log::Record), app.store().frontier(Log::Access))?;
    Ok((record.size(), access.size()))
}

/// Raises an alarm where a flow of work fell.
async fn watch(app: App) {
    let mut beat = every(WATCH_EVERY);
    loop {
        beat.tick().await;
        match app.watch_flows().await {
            Ok(0) => {}
            Ok(raised) => tracing::warn!(raised, "flows fell; alarms raised"),
            Err(problem) => tracing::error!(%problem, "cannot look at the flows of work"),
        }
    }
}

async fn tidy(app: App) {
    let mut beat = every(TIDY_EVERY);
    loop {
        beat.tick().await;
        match app.store().forget_drafts(app.now().plus_hours(-DRAFTS_LAST_HOURS)).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "old drafts forgotten"),
            Err(fault) => tracing::error!(%fault, "cannot forget old drafts"),
        }
    }
}
