//! POST of a schedule request, and cancelling one.

use axum::response::Response;
use engine::Submission;
use graph::{GraphError, Key};
use model::query::Collection;
use model::record::RequestRecord;
use model::{Action, GrantKind, Record};

use super::read;
use super::request::Request;
use crate::reply;

/// Orders a change.
pub async fn create(request: &Request, kind: GrantKind) -> Result<Response, GraphError> {
    let body = graph::body::schedule_request(request.route.version, &request.body)?;
    // The Remove permissions allow removals only (schedules dossier, 4.3).
    if request.is_partial && !matches!(body.action, Action::AdminRemove | Action::SelfDeactivate) {
        return Err(GraphError::permission_missing(
            request.route.set,
            request.route.operation.permissions,
        ));
    }
    let submission = Submission {
        kind,
        action: body.action,
        action_text: body.action_text,
        principal_id: body.principal_id,
        role_definition_id: body.role_definition_id,
        scope: body.scope,
        schedule: body.schedule,
        justification: body.justification,
        ticket: body.ticket,
        is_validation_only: body.is_validation_only,
    };
    let accepted = request
        .run_write(move |cx| engine::submit_request(cx, submission))
        .await?;
    let id = accepted.id.to_string();
    let record = Record::ScheduleRequest(Box::new(RequestRecord { request: accepted }));
    Ok(read::created(request, record, &id))
}

/// Cancels one.
pub async fn cancel(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let Collection::ScheduleRequests(kind) = request.route.set.collection else {
        return Err(GraphError::request_not_found());
    };
    let id = request
        .id(key)?
        .parse()
        .map_err(|_| GraphError::request_not_found())?;
    request
        .run_write(move |cx| engine::cancel_request(cx, kind, id))
        .await?;
    Ok(reply::no_content(&request.call))
}
