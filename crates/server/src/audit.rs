//! Evidence of the audit log: what it takes to verify it without believing this server. These routes are Tenure's own.

mod csv;
pub mod export;
pub mod shipping;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use engine::{Context, Error, evidence};
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use model::{Caller, Permission};
use serde::Deserialize;
use serde_json::json;
use tlog::Hash;

use crate::app::App;
use crate::caller::{self, Call};
use crate::{bridge, problem, reply};

/// Who may have it, besides holding a role that reads the audit log.
const PERMISSION: Permission = Permission::AuditLogReadAll;
const NOTE_TYPE: &str = "text/plain; charset=utf-8";
const RECORDS_TYPE: &str = "application/x-ndjson";

/// The parameters of a route, if they are what they should be.
pub type Asked<T> = Result<Query<T>, QueryRejection>;

/// No parameters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// After which record, or which size.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    #[serde(default)]
    after: u64,
}

/// Which record, in which tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfRecord {
    sequence: u64,
    size: Option<u64>,
}

/// Between which trees.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Between {
    first: u64,
    second: Option<u64>,
}

/// `GET /ext/v1/audit/checkpoint`: the newest, as a signed note.
pub async fn checkpoint(State(app): State<App>, asked: Asked<Nothing>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, _| evidence::last_checkpoint(cx);
    answer(&app, &headers, asked, work, |stored| {
        reply::plain(NOTE_TYPE, stored.note)
    })
    .await
}

/// `GET /ext/v1/audit/checkpoints?after=64`: all, the oldest first.
pub async fn checkpoints(State(app): State<App>, asked: Asked<After>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: After| evidence::checkpoints_after(cx, asked.after);
    answer(&app, &headers, asked, work, |stored| {
        let each = |each: &store::StoredCheckpoint| json!({"size": each.size, "note": each.note});
        let value: Vec<_> = stored.iter().map(each).collect();
        reply::plain_json(StatusCode::OK, &json!({ "value": value }))
    })
    .await
}

/// `GET /ext/v1/audit/records?after=1000`: records byte for byte, one a line, in the order of the log.
pub async fn records(State(app): State<App>, asked: Asked<After>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: After| evidence::records_after(cx, asked.after);
    answer(&app, &headers, asked, work, |records| {
        let lines: String = records
            .iter()
            .flat_map(|logged| [logged.record.as_ref(), "\n"])
            .collect();
        reply::plain(RECORDS_TYPE, lines)
    })
    .await
}

/// `GET /ext/v1/audit/leaves?after=1000`: the hashes of records.
pub async fn leaves(State(app): State<App>, asked: Asked<After>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: After| evidence::leaves_after(cx, asked.after);
    answer(&app, &headers, asked, work, |leaves| {
        reply::plain_json(StatusCode::OK, &json!({"value": texts(&leaves)}))
    })
    .await
}

/// `GET /ext/v1/audit/blocks?after=10`: the hashes over 64 records each.
pub async fn blocks(State(app): State<App>, asked: Asked<After>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: After| evidence::blocks_after(cx, asked.after);
    answer(&app, &headers, asked, work, |blocks| {
        reply::plain_json(StatusCode::OK, &json!({"value": texts(&blocks)}))
    })
    .await
}

/// `GET /ext/v1/audit/inclusion?sequence=5&size=64`
pub async fn inclusion(State(app): State<App>, asked: Asked<OfRecord>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: OfRecord| evidence::inclusion(cx, asked.sequence, asked.size);
    answer(&app, &headers, asked, work, |proof| {
        let body = json!({
            "size": proof.size,
            "record": proof.record.record,
            "rootHash": proof.root.to_string(),
            "hashes": texts(&proof.hashes),
        });
        reply::plain_json(StatusCode::OK, &body)
    })
    .await
}

/// `GET /ext/v1/audit/consistency?first=64&second=128`
pub async fn consistency(State(app): State<App>, asked: Asked<Between>, headers: HeaderMap) -> Response {
    let work = |cx: &Context<'_>, asked: Between| evidence::consistency(cx, asked.first, asked.second);
    answer(&app, &headers, asked, work, |proof| {
        let body = json!({
            "firstRootHash": proof.first_root.to_string(),
            "second": proof.second,
            "secondRootHash": proof.second_root.to_string(),
            "hashes": texts(&proof.hashes),
        });
        reply::plain_json(StatusCode::OK, &body)
    })
    .await
}

/// Who calls, what is asked, the one use case that answers it, and its answer.
async fn answer<Q: Send + 'static, T: Send + 'static>(
    app: &App,
    headers: &HeaderMap,
    asked: Asked<Q>,
    work: impl FnOnce(&Context<'_>, Q) -> Result<T, Error> + Send + 'static,
    shown: impl FnOnce(T) -> Response,
) -> Response {
    let call = Call::new(app, headers);
    let answered = async {
        let caller = reader(app, &call, headers)?;
        let Query(asked) = asked.map_err(|error| GraphError::bad_request(error.body_text()))?;
        bridge::read(app.engine(), caller, move |cx| work(cx, asked))
            .await
            .map_err(|error| problem::audit(&error))
    };
    match answered.await {
        Ok(found) => shown(found),
        Err(error) => reply::error(&call, &error),
    }
}

/// A caller whose token may read the audit log.
pub fn reader(app: &App, call: &Call, headers: &HeaderMap) -> Result<Arc<Caller>, GraphError> {
    let caller = caller::authenticate(app, headers, call.now)?;
    if caller.permissions.has(PERMISSION) {
        Ok(caller)
    } else {
        Err(GraphError::audit_permission_missing(&[PERMISSION]))
    }
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}
