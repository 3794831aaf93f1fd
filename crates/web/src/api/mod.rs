//! The JSON API under `/api/v1`: the same use cases, acts and answers as the pages.
//!
//! `routes` is the list; each call stands there with its action and what the OpenAPI document says of it. `shape` and
//! `show` are what is answered, `param` and `call` what is asked.
mod acts;
mod call;
mod flows;
mod likely;
mod links;
mod lists;
mod office;
pub(crate) mod openapi;
pub(crate) mod param;
mod place;
mod records;
pub(crate) mod shape;
mod show;
mod wording;

use axum::Json;
use axum::extract::State;

use serde_json::Value;

use self::openapi::Doc;

use crate::problem::id;
use crate::routes::{May, Routes};
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::below("/api/v1")
        .get("/openapi.json", May::Public, document)
        .doc(Doc::gives::<show::office::AnyObject>("This document"))
        .and(lists::routes())
        .and(records::routes())
        .and(acts::routes())
        .and(links::routes())
        .and(likely::routes())
        .and(flows::routes())
        .and(office::routes())
        .and(wording::routes())
}

/// `GET /api/v1/openapi.json`.
async fn document(State(web): State<Web>) -> Json<Value> {
    Json(openapi::document(routes().table(), web.app.grading_rules()))
}
