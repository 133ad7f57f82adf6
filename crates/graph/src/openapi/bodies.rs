//! What the bodies of requests hold: the members that `crate::body` reads, with the types of the properties
//! that they set. Everything else that a client sends is passed over, so no body is closed.

use model::query::{Collection, Nav};
use serde_json::{Map, Value, json};

use super::parameters::authentication_context_key;
use super::schemas::{Types, component};
use crate::description::{EntityType, MemberAction, OperationKind as Kind};
use crate::documentation::CompatibilityRow;
use crate::sets;

/// Members of a body that are properties of an entity, and those without which it is refused.
struct Members {
    of: &'static EntityType,
    names: &'static [&'static str],
    required: &'static [&'static str],
}

const SCHEDULE_REQUEST: &[&str] = &[
    "action",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "isValidationOnly",
    "justification",
    "scheduleInfo",
    "ticketInfo",
];
const ROLE_ASSIGNMENT: &[&str] = &[
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
];
const ROLE_DEFINITION: &[&str] = &[
    "displayName",
    "description",
    "isEnabled",
    "version",
    "rolePermissions",
];
const NEW_ROLE_DEFINITION: &[&str] = &[
    "displayName",
    "description",
    "isEnabled",
    "version",
    "rolePermissions",
    "templateId",
];
const AUTHENTICATION_CONTEXT: &[&str] = &["displayName", "description", "isAvailable"];
const NEW_AUTHENTICATION_CONTEXT: &[&str] = &["id", "displayName", "description", "isAvailable"];
const USER: &[&str] = &[
    "accountEnabled",
    "displayName",
    "userPrincipalName",
    "userType",
    "mail",
    "mailNickname",
    "givenName",
    "surname",
    "jobTitle",
    "department",
    "companyName",
    "employeeId",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "businessPhones",
    "otherMails",
];
const GROUP: &[&str] = &[
    "displayName",
    "mailEnabled",
    "mailNickname",
    "securityEnabled",
    "isAssignableToRole",
    "description",
    "mail",
    "groupTypes",
    "membershipRule",
    "visibility",
    "uniqueName",
];
const SERVICE_PRINCIPAL: &[&str] = &[
    "appId",
    "appDisplayName",
    "displayName",
    "description",
    "accountEnabled",
    "servicePrincipalType",
    "servicePrincipalNames",
    "tags",
];
const ADMINISTRATIVE_UNIT: &[&str] = &[
    "displayName",
    "description",
    "visibility",
    "membershipType",
    "membershipRule",
    "membershipRuleProcessingState",
    "isMemberManagementRestricted",
];

/// The body of an operation, if it takes one.
pub(super) fn of(row: &CompatibilityRow, types: &Types) -> Option<Value> {
    let schema = match row.operation.kind {
        Kind::Create => created(row, types)?,
        Kind::Update => match row.set.collection {
            Collection::Policies => policy(),
            Collection::Alerts => object(
                &Members {
                    of: row.set.entity,
                    names: &["isActive"],
                    required: &["isActive"],
                },
                types,
            ),
            Collection::AlertConfigurations => alert_configuration(types),
            _ => changed(row, types)?,
        },
        Kind::UpdateNavigation(_) => alert_configuration(types),
        Kind::RefreshAll => json!({
            "type": "object",
            "properties": {
                "scopeId": {"type": "string", "const": "/"},
                "scopeType": {"type": "string", "const": "DirectoryRole"},
            },
            "required": ["scopeId", "scopeType"],
        }),
        Kind::UpdateElement(Nav::Rules) => rule(),
        Kind::UpdateElement(_) => review(),
        Kind::AddReference(_) => reference(),
        Kind::GetByIds => json!({
            "type": "object",
            "properties": {
                "ids": {"type": "array", "items": guid(), "maxItems": 1000},
                "types": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["ids"],
        }),
        Kind::Members(action) => question(action),
        _ => return None,
    };
    Some(json!({"required": true, "content": {"application/json": {"schema": schema}}}))
}

fn created(row: &CompatibilityRow, types: &Types) -> Option<Value> {
    let (names, required): (&[&str], &[&str]) = match row.set.collection {
        Collection::ScheduleRequests(_) => (SCHEDULE_REQUEST, &["action", "principalId", "roleDefinitionId"]),
        Collection::RoleAssignments => (ROLE_ASSIGNMENT, &["principalId", "roleDefinitionId"]),
        Collection::RoleDefinitions => (
            NEW_ROLE_DEFINITION,
            &["displayName", "isEnabled", "rolePermissions"],
        ),
        Collection::AuthenticationContexts => (NEW_AUTHENTICATION_CONTEXT, &["id"]),
        Collection::Users => (USER, &["accountEnabled", "displayName", "userPrincipalName"]),
        Collection::Groups => (
            GROUP,
            &["displayName", "mailEnabled", "mailNickname", "securityEnabled"],
        ),
        Collection::ServicePrincipals => (SERVICE_PRINCIPAL, &["appId"]),
        Collection::AdministrativeUnits => (ADMINISTRATIVE_UNIT, &["displayName"]),
        _ => return None,
    };
    let of = row.set.entity;
    let mut schema = object(&Members { of, names, required }, types);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for name in links(row.set.collection) {
            properties.insert(
                (*name).to_owned(),
                json!({"type": "array", "items": {"type": "string"}}),
            );
        }
        if row.set.collection == Collection::Users {
            properties.insert("passwordProfile".to_owned(), json!({"type": "object"}));
        }
    }
    Some(schema)
}

/// What a new object can be linked with from the start.
fn links(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Groups => &["members@odata.bind", "owners@odata.bind"],
        Collection::AdministrativeUnits => &["members@odata.bind"],
        _ => &[],
    }
}

fn changed(row: &CompatibilityRow, types: &Types) -> Option<Value> {
    let names = match row.set.collection {
        Collection::RoleDefinitions => ROLE_DEFINITION,
        Collection::AuthenticationContexts => AUTHENTICATION_CONTEXT,
        Collection::Users => USER,
        Collection::Groups => GROUP,
        Collection::ServicePrincipals => SERVICE_PRINCIPAL,
        Collection::AdministrativeUnits => ADMINISTRATIVE_UNIT,
        _ => return None,
    };
    let (of, required) = (row.set.entity, &[]);
    Some(object(&Members { of, names, required }, types))
}

/// Members with the types of the properties of the same name. What is required cannot be null.
fn object(members: &Members, types: &Types) -> Value {
    let mut properties = Map::new();
    for name in members.names {
        if let Some(property) = members.of.property(name) {
            let schema = match *name {
                "principalId" | "roleDefinitionId" | "templateId" | "appId" => guid(),
                "id" => authentication_context_key(),
                "userPrincipalName" => json!({"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$"}),
                "userType" => json!({"type": "string", "enum": ["Member", "Guest"]}),
                // What is written cannot be blank.
                "displayName" if members.required.contains(name) => {
                    json!({"type": "string", "pattern": "\\S"})
                }
                _ if members.required.contains(name) => types.value(property.of),
                _ => types.nullable(property.of),
            };
            properties.insert((*name).to_owned(), schema);
        }
    }
    json!({"type": "object", "properties": properties, "required": members.required})
}

/// Any of the shapes of rules, as they are read; its target follows from its id, whatever a body says.
fn rule() -> Value {
    let shapes = sets::RULE_TYPES
        .iter()
        .map(|shape| component("schemas", shape.name));
    json!({"anyOf": shapes.collect::<Vec<_>>()})
}

/// What is set for an alert: the type says which, and it has to be said.
fn alert_configuration(types: &Types) -> Value {
    let kinds = sets::CONFIGURATION_TYPES.iter().map(|kind| {
        let own = kind.properties.iter().filter(|property| {
            !sets::ALERT_CONFIGURATION
                .properties
                .iter()
                .any(|it| it.name == property.name && !it.derived)
        });
        let is_enabled = kind.property("isEnabled");
        let mut properties = Map::new();
        properties.insert(
            "@odata.type".to_owned(),
            json!({"const": format!("#{}", kind.name)}),
        );
        for property in own.chain(is_enabled) {
            properties.insert(property.name.to_owned(), types.value(property.of));
        }
        json!({"type": "object", "properties": properties, "required": ["@odata.type"]})
    });
    json!({"anyOf": kinds.collect::<Vec<_>>()})
}

fn policy() -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "lastModifiedDateTime": {"type": ["string", "null"], "format": "date-time"},
            "rules": {"type": "array", "items": rule()},
        },
    })
}

fn review() -> Value {
    json!({
        "type": "object",
        "properties": {
            "reviewResult": {"type": "string", "enum": ["Approve", "Deny"]},
            "justification": {"type": ["string", "null"]},
        },
        "required": ["reviewResult"],
    })
}

fn reference() -> Value {
    json!({
        "type": "object",
        "properties": {"@odata.id": {"type": "string", "description": "A link whose last GUID is the object's id."}},
        "required": ["@odata.id"],
    })
}

fn question(action: MemberAction) -> Value {
    let ids = json!({"type": "array", "items": guid(), "maxItems": 20});
    let security = json!({"securityEnabledOnly": {"type": ["boolean", "null"]}});
    match action {
        MemberAction::CheckMemberGroups => {
            json!({"type": "object", "properties": {"groupIds": ids}, "required": ["groupIds"]})
        }
        MemberAction::CheckMemberObjects => {
            json!({"type": "object", "properties": {"ids": ids}, "required": ["ids"]})
        }
        MemberAction::GetMemberGroups | MemberAction::GetMemberObjects => {
            json!({"type": "object", "properties": security})
        }
    }
}

fn guid() -> Value {
    json!({"type": "string", "format": "uuid"})
}
