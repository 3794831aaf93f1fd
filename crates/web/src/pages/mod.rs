//! One file for each page. `routes` is the list of all of them, in the order of the work.
pub(crate) mod as_at;
pub(crate) mod board;
pub(crate) mod child;
pub(crate) mod incident;
pub(crate) mod links;
pub(crate) mod office;
mod own_children;
pub(crate) mod problem_page;
pub(crate) mod questions;
pub(crate) mod report;
pub(crate) mod sign_in;
pub(crate) mod wording;

use axum::Router;

use crate::state::Web;

/// Every page. Demonstrations also have one-click roles.
pub(crate) fn routes(demo: bool) -> Router<Web> {
    Router::new()
        .merge(sign_in::routes(demo))
        .merge(board::routes())
        .merge(report::routes())
        .merge(incident::routes())
        .merge(child::routes())
        .merge(links::routes())
        .merge(office::routes())
        .merge(own_children::routes())
        .merge(wording::routes())
}
