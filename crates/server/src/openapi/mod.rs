//! The OpenAPI documents: one for each version of Graph, generated from its descriptions, and one for the
//! routes that are not Graph's. Like `$metadata`, they need no token.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::response::Response;
use graph::{GraphError, Version};
use http::HeaderMap;

use crate::app::App;
use crate::caller::Call;
use crate::reply;

static V1: LazyLock<String> = LazyLock::new(|| graph::openapi::document(Version::V1).to_string());
static BETA: LazyLock<String> = LazyLock::new(|| graph::openapi::document(Version::Beta).to_string());
/// The routes of `server::router` that are not Graph's, but for the demo's.
const TENURE: &str = include_str!("tenure.json");

/// `GET /ext/v1/openapi/{document}`: `v1.0.json`, `beta.json` or `tenure.json`
pub async fn document(State(app): State<App>, Path(document): Path<String>, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    match document.as_str() {
        "v1.0.json" => reply::document(&call, &V1),
        "beta.json" => reply::document(&call, &BETA),
        "tenure.json" => reply::document(&call, TENURE),
        other => reply::error(&call, &GraphError::resource_not_found(other)),
    }
}
