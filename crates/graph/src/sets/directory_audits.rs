//! `auditLogs/directoryAudits` (audit dossier, part B).

use model::audit::{AuditTarget, Initiator};
use model::query::{Collection, Field};
use serde_json::{Value, json};

use super::permissions::READ_AUDIT;
use super::types::{ID, OPERATION_RESULT, TEXT, TIME};
use crate::description::{
    ComplexType, EntitySet, Member, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::value::{Wire, of};

static USER_IDENTITY: ComplexType = ComplexType {
    name: "microsoft.graph.userIdentity",
    is_open: true,
    members: &[
        Member::filterable("id", ID, Field::InitiatedByUserId),
        Member::filterable("displayName", TEXT, Field::InitiatedByUserDisplayName),
        Member::new("ipAddress", TEXT),
        Member::filterable("userPrincipalName", TEXT, Field::InitiatedByUserPrincipalName),
    ],
};
static APP_IDENTITY: ComplexType = ComplexType {
    name: "microsoft.graph.appIdentity",
    is_open: false,
    members: &[
        Member::filterable("appId", ID, Field::InitiatedByAppId),
        Member::filterable("displayName", TEXT, Field::InitiatedByAppDisplayName),
        Member::filterable("servicePrincipalId", ID, Field::InitiatedByAppServicePrincipalId),
        Member::new("servicePrincipalName", TEXT),
    ],
};
static INITIATOR: ComplexType = ComplexType {
    name: "microsoft.graph.auditActivityInitiator",
    is_open: false,
    members: &[
        Member::new("app", Type::Complex(&APP_IDENTITY)),
        Member::new("user", Type::Complex(&USER_IDENTITY)),
    ],
};
static MODIFIED_PROPERTY: ComplexType = ComplexType {
    name: "microsoft.graph.modifiedProperty",
    is_open: false,
    members: &[
        Member::new("displayName", TEXT),
        Member::new("newValue", TEXT),
        Member::new("oldValue", TEXT),
    ],
};
static TARGET_RESOURCE: ComplexType = ComplexType {
    name: "microsoft.graph.targetResource",
    is_open: false,
    members: &[
        Member::filterable("displayName", TEXT, Field::TargetResourceDisplayName),
        Member::new("groupType", TEXT),
        Member::filterable("id", TEXT, Field::TargetResourceId),
        Member::new("modifiedProperties", Type::Complexes(&MODIFIED_PROPERTY)),
        Member::filterable("type", TEXT, Field::TargetResourceType),
        Member::filterable("userPrincipalName", TEXT, Field::TargetResourceUserPrincipalName),
    ],
};
static KEY_VALUE: ComplexType = ComplexType {
    name: "microsoft.graph.keyValue",
    is_open: false,
    members: &[Member::new("key", TEXT), Member::new("value", TEXT)],
};

entity_type!(
    /// One row of the audit log.
    DIRECTORY_AUDIT = "microsoft.graph.directoryAudit",
    in "auditLogs/directoryAudits" {
        properties: &[
            Property::new("id", TEXT, of!(audit, |a| &a.id)).sortable(Field::Id),
            Property::new("category", TEXT, of!(audit, |a| &a.category)).filterable(Field::Category),
            Property::new("correlationId", ID, of!(audit, |a| a.correlation_id.to_string()))
                .filterable(Field::CorrelationId),
            Property::new("result", Type::Enumeration(&OPERATION_RESULT), of!(audit, |a| a.result.as_str()))
                .filterable(Field::Result),
            Property::new("resultReason", TEXT, of!(audit, |a| &a.result_reason)).filterable(Field::ResultReason),
            Property::new("activityDisplayName", TEXT, of!(audit, |a| &a.activity))
                .filterable(Field::ActivityDisplayName),
            Property::new("activityDateTime", TIME, of!(audit, |a| a.at)).sortable(Field::ActivityDateTime),
            Property::new("loggedByService", TEXT, of!(audit, |a| a.service.as_str()))
                .filterable(Field::LoggedByService),
            Property::new("operationType", TEXT, of!(audit, |a| &a.operation_type))
                .filterable(Field::OperationType),
            Property::new("userAgent", TEXT, of!(audit, |a| a.user_agent.as_deref())).beta(),
            Property::new("initiatedBy", Type::Complex(&INITIATOR), of!(audit, |a| initiator(&a.initiated_by))),
            Property::new(
                "targetResources",
                Type::Complexes(&TARGET_RESOURCE),
                of!(audit, |a| a.targets.iter().map(target).collect::<Value>()),
            )
            .filterable(Field::TargetResources),
            Property::new(
                "additionalDetails",
                Type::Complexes(&KEY_VALUE),
                of!(audit, |a| a
                    .details
                    .iter()
                    .map(|detail| json!({"key": detail.key, "value": detail.value}))
                    .collect::<Value>()),
            ),
        ],
        navigations: &[],
    }
);

/// One of the two is filled, the other null.
fn initiator(initiator: &Initiator) -> Value {
    match initiator {
        Initiator::User {
            id,
            display_name,
            user_principal_name,
            ip_address,
        } => json!({
            "app": null,
            "user": {
                "id": id.wire(),
                "displayName": display_name,
                "userPrincipalName": user_principal_name,
                "ipAddress": ip_address,
            },
        }),
        Initiator::App {
            app_id,
            display_name,
            service_principal_id,
        } => json!({
            "app": {
                "appId": app_id.wire(),
                "displayName": display_name,
                "servicePrincipalId": service_principal_id.wire(),
                "servicePrincipalName": null,
            },
            "user": null,
        }),
    }
}

fn target(target: &AuditTarget) -> Value {
    let modified: Value = target
        .modified_properties
        .iter()
        .map(|property| {
            json!({
                "displayName": property.display_name,
                "oldValue": property.old_value,
                "newValue": property.new_value,
            })
        })
        .collect();
    json!({
        "id": target.id,
        "displayName": target.display_name,
        "type": target.target_type,
        "userPrincipalName": target.user_principal_name,
        "groupType": null,
        "modifiedProperties": modified,
    })
}

/// `directoryAudits`.
pub static DIRECTORY_AUDITS: EntitySet = EntitySet {
    collection: Collection::DirectoryAudits,
    path: &["auditLogs", "directoryAudits"],
    beta_path: None,
    entity: &DIRECTORY_AUDIT,
    service: Service::AuditLog,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_AUDIT),
        Operation::get("$count", Kind::Count, READ_AUDIT),
        Operation::get("{key}", Kind::Get, READ_AUDIT),
    ],
};
