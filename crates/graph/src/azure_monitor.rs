//! An audit event as Azure Monitor exports it, which is what detection content reads: Graph's row, and around it what
//! rules look at first (audit dossier, B10).

use model::audit::{Initiator, LoggedEvent};
use model::record::Item;
use model::{Instant, Record, TenantId};
use odata::bound::Select;
use serde::Serialize;

use crate::sets::DIRECTORY_AUDIT;
use crate::shape::{MetadataLevel, Shaped, Shaper, Shaping, WrittenRoles};
use crate::{PolicyScope, Version};

/// The category of all directory audits there.
const CATEGORY: &str = "AuditLogs";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported<'a> {
    time: String,
    operation_name: &'a str,
    category: &'static str,
    tenant_id: TenantId,
    correlation_id: String,
    identity: Option<&'a str>,
    result_type: &'static str,
    properties: Shaped<'a>,
}

/// The event as a line of JSON. The row is that of beta, as only that says with which client.
///
/// # Errors
/// If it cannot be written, which is our fault.
pub fn record(tenant: TenantId, event: LoggedEvent) -> Result<String, serde_json::Error> {
    let time: Instant = event.at;
    let item = Item::from(Record::DirectoryAudit(Box::new(event)));
    let Record::DirectoryAudit(event) = &item.record else {
        return Ok(String::new());
    };
    let (select, written_roles) = (Select::default(), WrittenRoles::default());
    let shaping = Shaping {
        base: "",
        version: Version::Beta,
        metadata: MetadataLevel::None,
        tenant,
        policy_scope: PolicyScope::default(),
        written_roles: &written_roles,
    };
    let shaper = Shaper::new(shaping, &DIRECTORY_AUDIT, &select, &[]);
    serde_json::to_string(&Exported {
        time: time.to_string(),
        operation_name: &event.activity,
        category: CATEGORY,
        tenant_id: tenant,
        correlation_id: event.correlation_id.to_string(),
        identity: match &event.initiated_by {
            Initiator::User { display_name, .. } | Initiator::App { display_name, .. } => {
                display_name.as_deref()
            }
        },
        result_type: event.result.as_str(),
        properties: shaper.item(&item),
    })
}

#[cfg(test)]
mod tests {
    use model::audit::{AuditEvent, AuditResult, AuditService};
    use model::{CorrelationId, ObjectId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn rules_for_azure_monitor_find_what_they_look_for() {
        let event = AuditEvent {
            id: "PIM_1".to_owned(),
            at: Instant::parse("2026-03-04T09:15:42.381650Z").unwrap(),
            correlation_id: CorrelationId::new(Uuid::from_u128(5)),
            activity: "Add member to role completed (PIM activation)".to_owned(),
            category: "RoleManagement".to_owned(),
            service: AuditService::Pim,
            operation_type: "Update".to_owned(),
            result: AuditResult::Success,
            result_reason: "Ticket 8841".to_owned(),
            initiated_by: Initiator::User {
                id: Some(ObjectId::new(Uuid::from_u128(6))),
                display_name: Some("Mira Okafor".to_owned()),
                user_principal_name: None,
                ip_address: None,
            },
            targets: Vec::new(),
            details: Vec::new(),
            user_agent: Some("az".to_owned()),
        };
        let logged = LoggedEvent {
            event,
            record: "".into(),
        };
        let text = record(TenantId::new(Uuid::from_u128(7)), logged).unwrap();
        assert!(!text.contains('\n') && !text.contains("@odata"));
        let written: Value = serde_json::from_str(&text).unwrap();
        let names: Vec<&String> = written.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "time",
                "operationName",
                "category",
                "tenantId",
                "correlationId",
                "identity",
                "resultType",
                "properties"
            ]
        );
        assert_eq!(
            written["operationName"],
            "Add member to role completed (PIM activation)"
        );
        assert_eq!(
            (&written["category"], &written["identity"]),
            (&json!("AuditLogs"), &json!("Mira Okafor"))
        );
        assert_eq!(written["tenantId"], "00000000-0000-0000-0000-000000000007");
        assert_eq!(written["time"], written["properties"]["activityDateTime"]);
        let row = &written["properties"];
        assert_eq!(
            (&row["loggedByService"], &row["userAgent"]),
            (&json!("PIM"), &json!("az"))
        );
        assert_eq!(row["initiatedBy"]["user"]["displayName"], "Mira Okafor");
    }
}
