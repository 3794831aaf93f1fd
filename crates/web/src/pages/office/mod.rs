//! Supervision, council records, the record itself, accounts and sessions.
mod accounts;
mod council;
mod glass;
mod queue;
mod record;
mod rules;
mod sessions;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/queue", get(queue::page))
        .route("/queue/part", get(queue::part))
        .route("/council", get(council::page))
        .route("/council/{id}", get(council::one))
        .route("/imports", get(council::imports))
        .route("/imports/{id}", get(council::import))
        .route("/record", get(record::page))
        .route("/record/verify", post(record::verify))
        .route("/record/access", get(record::access))
        .route("/accounts", get(accounts::page).post(accounts::add))
        .route("/accounts/disable", post(accounts::disable))
        .route("/accounts/password", post(accounts::password))
        .route("/sessions", get(sessions::page))
        .route("/sessions/end", post(sessions::end))
        .route("/sessions/password", post(sessions::password))
        .route("/glass", get(glass::page).post(glass::send))
        .route("/glass/review", post(glass::review))
        .route("/rules", get(rules::page))
        .route("/rules/try", get(rules::ask).post(rules::answer))
        .route("/help", get(rules::help))
}
