//! `GET /ext/v1/audit/shipping`: how far each of those is that the audit log is handed on to.

use axum::extract::State;
use axum::response::Response;
use engine::Context;
use engine::shipping::{self, Progress};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{Asked, Nothing, answer};
use crate::app::App;
use crate::reply;

/// `GET /ext/v1/audit/shipping`
pub async fn progress(State(app): State<App>, asked: Asked<Nothing>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, _| shipping::progress(cx);
    answer(&app, &headers, asked, work, |all| {
        let value: Vec<Value> = all.iter().map(shown).collect();
        reply::plain_json(StatusCode::OK, &json!({ "value": value }))
    })
    .await
}

fn shown(progress: &Progress) -> Value {
    let time = |instant: Option<model::Instant>| instant.map(|instant| instant.to_string());
    json!({
        "name": progress.destination.name,
        "type": progress.destination.kind.as_str(),
        "shippedThrough": progress.cursor.position,
        "shippedDateTime": time(progress.cursor.moved_at),
        "behind": progress.behind,
        "waitingSinceDateTime": time(progress.waiting_since),
        "failures": progress.cursor.failures,
        "lastError": progress.cursor.last_error,
    })
}
