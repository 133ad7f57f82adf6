//! The audit log on its way out: exported, shortened, handed on.

mod export;
mod retention;

use model::audit::{AuditDetail, AuditEvent, AuditResult, AuditService, AuditTarget, Initiator};
use model::{CorrelationId, IsoDuration};
use testkit::Tenant;
use uuid::Uuid;

const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

/// Events of two activities in turn, which also people wrote who would like to run something on the reader's machine.
pub fn write_events(tenant: &Tenant, count: usize) {
    let first = tenant.read(|session| session.audit_size());
    let events: Vec<AuditEvent> = (first..)
        .take(count)
        .map(|number| event(tenant, u128::from(number)))
        .collect();
    let store = tenant.engine().store();
    store
        .write_wait(move |session| session.append_audit(events))
        .unwrap()
        .unwrap();
}

fn event(tenant: &Tenant, number: u128) -> AuditEvent {
    let at = tenant
        .now()
        .saturating_add(IsoDuration::from_micros(i64::try_from(number / 3).unwrap()));
    AuditEvent {
        id: format!("PIM_{number:04}"),
        at,
        correlation_id: CorrelationId::new(Uuid::from_u128(number)),
        activity: ["Add member to role", "Remove member from role"][usize::from(number % 2 == 1)].to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Assign".to_owned(),
        result: AuditResult::Success,
        result_reason: "=HYPERLINK(\"https://bad.example\")".to_owned(),
        initiated_by: Initiator::service(),
        targets: vec![AuditTarget {
            target_type: "Role".to_owned(),
            display_name: Some("Line one,\r\nline two".to_owned()),
            ..AuditTarget::default()
        }],
        details: vec![AuditDetail {
            key: "k".to_owned(),
            value: "v".to_owned(),
        }],
        user_agent: Some("@SUM(A1)".to_owned()),
    }
}
