//! `roleAssignments`: the flat view of active grants, whoever made them (directory dossier, A2).

use model::query::{Collection, Field, Nav};
use serde_json::Value;

use super::operations::schedule_navigations;
use super::role_definitions::ROLE_DEFINITION;
use super::schedules::{APP_SCOPE, APP_SCOPE_ID, DIRECTORY_SCOPE_ID, PRINCIPAL_ID, ROLE_DEFINITION_ID};
use crate::description::{EntitySet, Operation, OperationKind as Kind, Property, Service, entity_type};
use crate::sets::directory::directory_objects::DIRECTORY_OBJECT;
use crate::sets::permissions::{READ_ROLES, WRITE_ROLES};
use crate::sets::types::{ID, TEXT};
use crate::value::of;

entity_type!(
    /// An active grant in force.
    ROLE_ASSIGNMENT = "microsoft.graph.unifiedRoleAssignment",
    in "roleManagement/directory/roleAssignments" {
        properties: &[
            Property::new("id", ID, of!(grant, |g| g.instance_id())).sortable(Field::Id),
            PRINCIPAL_ID,
            Property::new("principalOrganizationId", ID, |_, shaping| {
                Value::String(shaping.tenant.to_string())
            }),
            // The published v1.0 schema lost this property; beta's still has it.
            Property::new("resourceScope", TEXT, of!(grant, |g| g.grant.scope)).beta(),
            DIRECTORY_SCOPE_ID,
            APP_SCOPE_ID,
            ROLE_DEFINITION_ID,
            Property::new("condition", TEXT, |_, _| Value::Null),
        ],
        navigations: &schedule_navigations!(),
    }
);

/// `roleAssignments`.
pub static ROLE_ASSIGNMENTS: EntitySet = EntitySet {
    collection: Collection::RoleAssignments,
    path: &["roleManagement", "directory", "roleAssignments"],
    beta_path: None,
    entity: &ROLE_ASSIGNMENT,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_ROLES),
        Operation::get("$count", Kind::Count, READ_ROLES),
        Operation::get("{key}", Kind::Get, READ_ROLES),
        Operation::get("{key}/appScope", Kind::Navigate(Nav::AppScope), READ_ROLES),
        Operation::get(
            "{key}/directoryScope",
            Kind::Navigate(Nav::DirectoryScope),
            READ_ROLES,
        ),
        Operation::get("{key}/principal", Kind::Navigate(Nav::Principal), READ_ROLES),
        Operation::get(
            "{key}/roleDefinition",
            Kind::Navigate(Nav::RoleDefinition),
            READ_ROLES,
        ),
        Operation::post("", Kind::Create, WRITE_ROLES),
        Operation::delete(WRITE_ROLES),
    ],
};
