//! `servicePrincipals` (directory dossier, A5 and A10).

use model::query::{Collection, Field, Nav};
use serde_json::json;

use super::directory_objects::{
    DELETED, DIRECTORY_OBJECT, MEMBER_OF, OBJECT_DESCRIPTION, OBJECT_ID, OBJECT_NAME, member_actions,
};
use crate::description::{
    EntitySet, MemberAction, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::{READ_APPLICATIONS, WRITE_APPLICATIONS};
use crate::sets::types::{APP_ROLE, FLAG, ID, PERMISSION_SCOPE, TEXT, TEXTS};
use crate::value::of;

entity_type!(
    /// An application's presence in the tenant.
    SERVICE_PRINCIPAL = "microsoft.graph.servicePrincipal": DIRECTORY_OBJECT,
    in "servicePrincipals" {
        properties: &[
            OBJECT_ID,
            DELETED,
            Property::new("accountEnabled", FLAG, of!(service_principal, |s| s.account_enabled))
                .filterable(Field::AccountEnabled),
            Property::new("appDisplayName", TEXT, of!(service_principal, |s| s.app_display_name.as_deref())),
            Property::new("appId", ID, of!(service_principal, |s| s.app_id)).filterable(Field::AppId),
            Property::new("appOwnerOrganizationId", ID, of!(service_principal, |s| s.app_owner_organization_id)),
            OBJECT_DESCRIPTION,
            OBJECT_NAME,
            Property::new(
                "servicePrincipalNames",
                Type::Primitives(&TEXTS),
                of!(service_principal, |s| s.service_principal_names.as_slice()),
            ),
            Property::new("servicePrincipalType", TEXT, of!(service_principal, |s| &s.service_principal_type))
                .filterable(Field::ServicePrincipalType),
            Property::new("tags", Type::Primitives(&TEXTS), of!(service_principal, |s| s.tags.as_slice())),
            // Applications are not registered here, so they expose neither roles nor scopes.
            Property::new("appRoles", Type::Complexes(&APP_ROLE), |_, _| json!([])),
            Property::new("oauth2PermissionScopes", Type::Complexes(&PERMISSION_SCOPE), |_, _| json!([])),
        ],
        navigations: &MEMBER_OF,
    }
);

/// `servicePrincipals`.
pub static SERVICE_PRINCIPALS: EntitySet = EntitySet {
    collection: Collection::ServicePrincipals,
    path: &["servicePrincipals"],
    beta_path: None,
    entity: &SERVICE_PRINCIPAL,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &["appId"],
    current_user: &[],
    operations: &member_actions!(
        READ_APPLICATIONS,
        &[],
        Operation::get("", Kind::List, READ_APPLICATIONS),
        Operation::get("$count", Kind::Count, READ_APPLICATIONS),
        Operation::get("{key}", Kind::Get, READ_APPLICATIONS),
        Operation::post("", Kind::Create, WRITE_APPLICATIONS),
        Operation::patch(WRITE_APPLICATIONS),
        Operation::delete(WRITE_APPLICATIONS),
        Operation::get("{key}/memberOf", Kind::Navigate(Nav::MemberOf), READ_APPLICATIONS),
        Operation::get(
            "{key}/memberOf/{cast}",
            Kind::NavigateCast(Nav::MemberOf),
            READ_APPLICATIONS
        ),
        Operation::get(
            "{key}/transitiveMemberOf",
            Kind::Navigate(Nav::TransitiveMemberOf),
            READ_APPLICATIONS
        ),
        Operation::get(
            "{key}/transitiveMemberOf/{cast}",
            Kind::NavigateCast(Nav::TransitiveMemberOf),
            READ_APPLICATIONS
        ),
    ),
};
