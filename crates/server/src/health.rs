//! Whether the process lives and can serve.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::{bridge, reply};

/// `GET /livez`: the process answers.
pub async fn live() -> Response {
    reply::plain_json(StatusCode::OK, &json!({"status": "ok"}))
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(app): State<App>) -> Response {
    let service = std::sync::Arc::new(engine::setup::service_caller());
    match bridge::read(app.engine(), service, |cx| Ok(cx.session.tenant()?)).await {
        Ok(Some(_)) => reply::plain_json(StatusCode::OK, &json!({"status": "ok", "database": "ok"})),
        Ok(None) => reply::plain_json(StatusCode::SERVICE_UNAVAILABLE, &json!({"status": "no tenant"})),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            reply::plain_json(StatusCode::SERVICE_UNAVAILABLE, &json!({"status": "database"}))
        }
    }
}
