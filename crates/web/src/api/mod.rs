//! The JSON API under `/api/v1`: everything the pages can do.
use axum::Router;

use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
}
