//! `directoryRoles` and `directoryRoleTemplates`: the legacy view of roles (directory dossier, A8).

use model::query::{Collection, Field, Nav};

use super::directory::directory_objects::{DELETED, DIRECTORY_OBJECT};
use super::permissions::{READ_ROLES, WRITE_ROLES};
use super::types::{ID, TEXT};
use crate::description::{
    EntitySet, Method, Navigation, Operation, OperationKind as Kind, Property, Service, entity_type,
};
use crate::value::of;

const ROLE_NAME: Property =
    Property::new("displayName", TEXT, of!(role, |r| &r.display_name)).sortable(Field::DisplayName);
const ROLE_DESCRIPTION: Property =
    Property::new("description", TEXT, of!(role, |r| r.description.as_deref()))
        .filterable(Field::Description);

entity_type!(
    /// A built-in role under an id of the tenant's own.
    DIRECTORY_ROLE = "microsoft.graph.directoryRole": DIRECTORY_OBJECT,
    in "directoryRoles" {
        properties: &[
            Property::new("id", ID, of!(directory_role, |r| r.id)).filterable(Field::Id),
            DELETED,
            ROLE_DESCRIPTION,
            ROLE_NAME,
            Property::new("roleTemplateId", ID, of!(role, |r| r.template_id)).filterable(Field::RoleTemplateId),
        ],
        navigations: &[Navigation::many("members", Nav::Members, &DIRECTORY_OBJECT)],
    }
);
entity_type!(
    /// A built-in role as it is published.
    DIRECTORY_ROLE_TEMPLATE = "microsoft.graph.directoryRoleTemplate": DIRECTORY_OBJECT,
    in "directoryRoleTemplates" {
        properties: &[
            Property::new("id", ID, of!(role, |r| r.template_id)).filterable(Field::Id),
            DELETED,
            ROLE_DESCRIPTION,
            ROLE_NAME,
        ],
        navigations: &[],
    }
);

/// `directoryRoles`.
pub static DIRECTORY_ROLES: EntitySet = EntitySet {
    collection: Collection::DirectoryRoles,
    path: &["directoryRoles"],
    beta_path: None,
    entity: &DIRECTORY_ROLE,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &["roleTemplateId"],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_ROLES),
        Operation::get("$count", Kind::Count, READ_ROLES),
        Operation::get("{key}", Kind::Get, READ_ROLES),
        Operation::get("{key}/members", Kind::Navigate(Nav::Members), READ_ROLES),
        Operation::get(
            "{key}/members/$count",
            Kind::NavigateCount(Nav::Members),
            READ_ROLES,
        ),
        Operation::get(
            "{key}/members/{cast}",
            Kind::NavigateCast(Nav::Members),
            READ_ROLES,
        ),
        Operation::post(
            "{key}/members/$ref",
            Kind::AddReference(Nav::Members),
            WRITE_ROLES,
        ),
        Operation::new(
            Method::Delete,
            "{key}/members/{element}/$ref",
            Kind::RemoveReference(Nav::Members),
            WRITE_ROLES,
        ),
    ],
};

/// `directoryRoleTemplates`.
pub static DIRECTORY_ROLE_TEMPLATES: EntitySet = EntitySet {
    collection: Collection::DirectoryRoleTemplates,
    path: &["directoryRoleTemplates"],
    beta_path: None,
    entity: &DIRECTORY_ROLE_TEMPLATE,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_ROLES),
        Operation::get("$count", Kind::Count, READ_ROLES),
        Operation::get("{key}", Kind::Get, READ_ROLES),
    ],
};
