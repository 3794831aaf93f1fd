//! Stylesheet, scripts and icon: named by their content, kept by browsers for a year.
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::routes::{May, Routes};

pub(crate) fn routes() -> Routes {
    cf_components::assets().iter().fold(Routes::new(), |routes, asset| {
        routes.get(asset.path, May::Public, move |headers: HeaderMap| async move { answer(asset, &headers) })
    })
}

fn answer(asset: &'static cf_components::Asset, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let zipped = accepted.contains("gzip");
    let bytes = if zipped { asset.gzip } else { asset.bytes };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if zipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
