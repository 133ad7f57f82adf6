//! What Azure's own tools ask of a cloud before they get to Graph: its description, and the subscriptions that
//! somebody has. There are none.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use identity::cloud_metadata::CloudMetadata;
use serde_json::json;

use crate::app::App;
use crate::caller::{self, Call};
use crate::reply;

/// `GET /metadata/endpoints?api-version=2022-09-01`, without a token. Every version is answered alike.
pub async fn metadata(State(app): State<App>, headers: HeaderMap) -> Response {
    let document = CloudMetadata::new(&caller::base_url(&app, &headers));
    reply::plain_json(StatusCode::OK, &document)
}

/// `GET /subscriptions`, `GET /tenants`: what az looks for after signing in.
pub async fn nothing(State(app): State<App>, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    match caller::authenticate(&app, &headers, call.now) {
        Ok(_) => reply::plain_json(StatusCode::OK, &json!({"value": []})),
        Err(error) => reply::error(&call, &error),
    }
}
