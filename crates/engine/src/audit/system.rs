//! The rows of what an operator, or the service by itself, did to the server: no role and no directory object is what
//! they are about. Their names are Tenure's own, unless published ones fit.

use model::audit::{AuditDetail, AuditEvent, AuditResult, AuditService, AuditTarget, Initiator};

use super::event;
use crate::context::Context;
use crate::error::Error;

/// Records such an event, by the service.
pub fn record_system_event(
    cx: &Context<'_>,
    activity: &str,
    operation: &str,
    targets: Vec<AuditTarget>,
    details: &[(&str, String)],
) -> Result<(), Error> {
    let details = details.iter().map(|(key, value)| AuditDetail {
        key: (*key).to_owned(),
        value: value.clone(),
    });
    let row = AuditEvent {
        id: event::row_id("PIM", cx, cx.correlation_id)?,
        at: cx.now,
        correlation_id: cx.correlation_id,
        activity: activity.to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: operation.to_owned(),
        result: AuditResult::Success,
        result_reason: String::new(),
        initiated_by: Initiator::service(),
        targets,
        details: details.collect(),
        user_agent: None,
    };
    Ok(cx.session.append_audit(&[row])?)
}
