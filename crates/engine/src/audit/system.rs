//! The rows of what an operator, or the service by itself, did to the server: no role and no directory object is what
//! they are about. Their names are Tenure's own, unless published ones fit.

use model::audit::{AuditDetail, AuditEvent, AuditTarget};

use super::event::{self, By};
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
        targets,
        details: details.collect(),
        ..event::pim_event(cx, activity, operation, By::Service)?
    };
    Ok(cx.session.append_audit([row])?)
}
