//! Pages, JSON API, sign-in and live updates. The only crate that knows HTTP.
//!
//! [`router`] is everything. A page is one file below `pages`: its handlers, its markup, its tests. Everything people
//! can do to a record is declared once in `acts` and serves pages and API alike.
//!
//! Absent on purpose: SQL, policies, rules, and any decision about a case.
mod acts;
mod api;
mod assets;
mod live;
mod markup;
mod pages;
mod places;
mod problem;
mod request;
mod session;
mod shell;
mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use state::{Appearance, Web};

/// The largest body of a form or API call: 2 MiB. Imports come by the command line.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// Every page and every API call.
pub fn router(web: Web) -> Router {
    Router::new()
        .merge(pages::routes(web.appearance.demo))
        .merge(api::routes())
        .merge(assets::routes())
        .fallback(pages::problem_page::not_found)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(from_fn(request::name_and_guard))
        .with_state(web)
}

/// Serves pages and API on this listener until `stop` is done; then lets requests finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(web)).with_graceful_shutdown(stop).await
}
