//! Pages, JSON API, sign-in and live updates. The only crate that knows HTTP.
//!
//! [`router`] is everything. A page is one file below `pages`: its handlers, its markup, its tests. Everything people
//! can do to a record is declared once in `acts` and serves pages and API alike.
//!
//! Absent on purpose: SQL, policies, rules, and any decision about a case.
mod acts;
mod api;
mod assets;
pub mod elsewhere;
mod live;
mod markup;
mod pages;
mod pending;
mod places;
mod problem;
mod request;
mod rescued;
mod routes;
mod session;
mod shell;
mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use state::{Appearance, Web};

/// The largest body of a form or API call: 2 MiB. Imports come by the command line.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// Every page and every API call.
pub fn router(web: Web) -> Router {
    let routes = all_routes(web.appearance.demo);
    let pages = routes.pages();
    routes
        .into_router()
        .method_not_allowed_fallback(async move |method, uri| routes::not_this_way(&pages, &method, &uri))
        .fallback(pages::problem_page::not_found)
        .layer(from_fn_with_state(web.clone(), request::one_look))
        .layer(from_fn_with_state(web.clone(), request::said_once))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(from_fn(request::name_and_guard))
        .with_state(web)
}

fn all_routes(demo: bool) -> routes::Routes {
    pages::routes(demo).and(api::routes()).and(assets::routes())
}

/// `docs/routes.md`: every route of an installation, its action, and which roles it lets in.
///
/// # Panics
/// When the policies that ship cannot be read; then nothing else works either.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: the policies that ship are read by the tests of `cf-access`"
)]
pub fn routes_document() -> String {
    let guard = cf_access::Guard::built_in().expect("the policies that ship");
    routes::document(all_routes(false).table(), &guard)
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
