//! `roleDefinitions` (directory dossier, A1).

use model::query::{Collection, Field};
use model::role::{DIRECTORY_READERS, RolePermission};
use model::{RoleDefinition, RoleDefinitionId};
use serde_json::{Map, Value, json};

use crate::description::{EntitySet, Operation, OperationKind as Kind, Property, Service, Type, entity_type};
use crate::sets::permissions::{READ_ROLES, WRITE_ROLES};
use crate::sets::types::{EXACT, FLAG, ID, ROLE_PERMISSION, TEXT, TEXTS};
use crate::value::{Wire, of};

entity_type!(
    /// A role.
    ROLE_DEFINITION = "microsoft.graph.unifiedRoleDefinition",
    in "roleManagement/directory/roleDefinitions" {
        properties: &[
            Property::new("id", ID, of!(role, |r| r.id)).sortable(Field::Id),
            Property::new("description", TEXT, of!(role, |r| r.description.as_deref()))
                .sortable(Field::Description),
            Property::new("displayName", EXACT, of!(role, |r| &r.display_name)).sortable(Field::DisplayName),
            Property::new("isBuiltIn", FLAG, of!(role, |r| r.is_built_in)).sortable(Field::IsBuiltIn),
            Property::new("isEnabled", FLAG, of!(role, |r| r.is_enabled)).sortable(Field::IsEnabled),
            Property::new("isPrivileged", FLAG, of!(role, |r| r.is_privileged))
                .sortable(Field::IsPrivileged)
                .beta(),
            Property::new("resourceScopes", Type::Primitives(&TEXTS), |_, _| json!(["/"])),
            Property::new("templateId", ID, of!(role, |r| r.template_id)).sortable(Field::TemplateId),
            Property::new("version", TEXT, of!(role, |r| r.version.as_deref())).filterable(Field::Version),
            Property::new(
                "rolePermissions",
                Type::Complexes(&ROLE_PERMISSION),
                of!(role, |r| r.permissions.iter().map(permission).collect::<Value>()),
            ),
            // Printed inline without being expanded, as the reference pages show it.
            Property::new(
                "inheritsPermissionsFrom",
                Type::Complexes(&INHERITED_ROLE),
                of!(role, |r| inherited(r).map(|id| json!({"id": id.wire()})).collect::<Value>()),
            ),
        ],
        navigations: &[],
    }
);

static INHERITED_ROLE: crate::description::ComplexType = crate::description::ComplexType {
    name: "microsoft.graph.unifiedRoleDefinition",
    is_open: false,
    members: &[crate::description::Member::new("id", ID)],
};

/// Every built-in role inherits from Directory Readers.
fn inherited(role: &RoleDefinition) -> impl Iterator<Item = RoleDefinitionId> {
    role.is_built_in.then_some(DIRECTORY_READERS).into_iter()
}

fn permission(permission: &RolePermission) -> Value {
    let mut object = Map::new();
    object.insert(
        "allowedResourceActions".to_owned(),
        permission.allowed_resource_actions.as_slice().wire(),
    );
    if !permission.excluded_resource_actions.is_empty() {
        object.insert(
            "excludedResourceActions".to_owned(),
            permission.excluded_resource_actions.as_slice().wire(),
        );
    }
    object.insert("condition".to_owned(), permission.condition.as_deref().wire());
    Value::Object(object)
}

/// `roleDefinitions`.
pub static ROLE_DEFINITIONS: EntitySet = EntitySet {
    collection: Collection::RoleDefinitions,
    path: &["roleManagement", "directory", "roleDefinitions"],
    beta_path: None,
    entity: &ROLE_DEFINITION,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_ROLES),
        Operation::get("$count", Kind::Count, READ_ROLES),
        Operation::get("{key}", Kind::Get, READ_ROLES),
        Operation::post("", Kind::Create, WRITE_ROLES),
        Operation::patch(WRITE_ROLES),
        Operation::delete(WRITE_ROLES),
    ],
};
