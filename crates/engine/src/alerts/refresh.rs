//! A refresh: begun in one transaction, done by a scan, ended with what the scan found (alerts dossier, A8.1).

use model::alert::{AlertName, AlertOperation, OperationStatus};
use model::{CorrelationId, IsoDuration};
use rules::authority::Capability;

use crate::audit::{AlertActivity, record_alert};
use crate::context::Context;
use crate::error::Error;

/// How long it is known what became of a refresh.
pub const OPERATIONS_KEPT: IsoDuration = IsoDuration::from_days(1);
/// How long a refresh can take: one that is older was cut off, with the server that did it.
pub const RUNNING_MAX: IsoDuration = IsoDuration::from_minutes(10);

/// Begins the refresh of an alert, or of all; or answers the one that goes on. Says whether it is to be done.
pub fn begin_refresh(cx: &Context<'_>, alert: Option<AlertName>) -> Result<(AlertOperation, bool), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    cx.session
        .delete_alert_operations(cx.now.saturating_sub(OPERATIONS_KEPT))?;
    for running in cx.session.running_alert_operations()? {
        if cx.now.since(running.created_at) >= RUNNING_MAX {
            end_refresh(
                cx,
                &running,
                Err("The server stopped before it was done.".to_owned()),
            )?;
        } else if running.alert == alert {
            return Ok((running, false));
        }
    }
    let operation = AlertOperation {
        id: match alert {
            Some(name) => format!("{}{}", AlertOperation::OF_ONE, name.id(cx.tenant.id)),
            None => CorrelationId::random(cx.entropy).to_string(),
        },
        alert,
        created_at: cx.now,
        last_action_at: cx.now,
        status: OperationStatus::Running,
        detail: String::new(),
    };
    cx.session.put_alert_operation(&operation)?;
    let of_graph = AlertName::OF_GRAPH.into_iter();
    for name in of_graph.filter(|name| alert.is_none_or(|alert| alert == *name)) {
        record_alert(cx, AlertActivity::Refreshed, name)?;
    }
    Ok((operation, true))
}

/// Notes what a refresh came to.
pub fn end_refresh(
    cx: &Context<'_>,
    operation: &AlertOperation,
    outcome: Result<(), String>,
) -> Result<(), Error> {
    let (status, detail) = match outcome {
        Ok(()) => (OperationStatus::Succeeded, String::new()),
        Err(why) => (OperationStatus::Failed, why),
    };
    Ok(cx.session.put_alert_operation(&AlertOperation {
        last_action_at: cx.now,
        status,
        detail,
        ..operation.clone()
    })?)
}
