//! `directoryObjects`: objects of any kind, whose own types are named with each (directory dossier,
//! A7).

use model::query::{Collection, Field, Nav};
use model::{DirectoryScope, Record};
use serde_json::Value;

use crate::description::{
    EntitySet, MemberAction, Navigation, Operation, OperationKind as Kind, Property, Service, entity_type,
};
use crate::sets::permissions::READ_OBJECTS;
use crate::sets::types::{FLAG, ID, TEXT, TIME};
use crate::value::{Wire, of};

pub(crate) const OBJECT_ID: Property =
    Property::new("id", ID, |record, _| object_id(record)).sortable(Field::Id);
pub(crate) const OBJECT_NAME: Property =
    Property::new("displayName", TEXT, of!(object, |o| &o.display_name)).sortable(Field::DisplayName);
pub(crate) const OBJECT_DESCRIPTION: Property =
    Property::new("description", TEXT, of!(object, |o| o.description.as_deref()))
        .filterable(Field::Description);
pub(crate) const OBJECT_CREATED: Property =
    Property::new("createdDateTime", TIME, of!(object, |o| o.created_at)).sortable(Field::CreatedDateTime);
/// Deleted objects are gone, so what is shown was not deleted.
pub(crate) const DELETED: Property = Property::new("deletedDateTime", TIME, |_, _| Value::Null);

/// The id of an object, or of the scope that stands where an object could (schedules dossier, 4.6).
fn object_id(record: &Record) -> Value {
    match record {
        Record::DirectoryObject(object) => object.id.wire(),
        Record::DirectoryRole(role) => role.id.wire(),
        Record::Scope(DirectoryScope::Tenant) => DirectoryScope::Tenant.wire(),
        Record::Scope(scope) => scope.object_id().wire(),
        _ => Value::Null,
    }
}

entity_type!(
    /// A directory object of any kind. The properties of derived types can be selected and filtered
    /// by here too, as Graph allows across `principal` and `members`.
    DIRECTORY_OBJECT = "microsoft.graph.directoryObject",
    in "directoryObjects" {
        properties: &[
            OBJECT_ID,
            DELETED.on_request(),
            OBJECT_NAME.derived(),
            OBJECT_DESCRIPTION.derived(),
            OBJECT_CREATED.derived(),
            derived("userPrincipalName", Some(Field::UserPrincipalName)),
            derived("mail", Some(Field::Mail)),
            derived("mailNickname", Some(Field::MailNickname)),
            derived("givenName", Some(Field::GivenName)),
            derived("surname", Some(Field::Surname)),
            derived("jobTitle", Some(Field::JobTitle)),
            derived("department", Some(Field::Department)),
            derived("userType", Some(Field::UserType)),
            Property::new("accountEnabled", FLAG, |_, _| Value::Null)
                .filterable(Field::AccountEnabled)
                .derived(),
            Property::new("isAssignableToRole", FLAG, |_, _| Value::Null)
                .filterable(Field::IsAssignableToRole)
                .derived(),
            Property::new("securityEnabled", FLAG, |_, _| Value::Null)
                .filterable(Field::SecurityEnabled)
                .derived(),
            Property::new("mailEnabled", FLAG, |_, _| Value::Null)
                .filterable(Field::MailEnabled)
                .derived(),
            Property::new("appId", ID, |_, _| Value::Null).filterable(Field::AppId).derived(),
            derived("servicePrincipalType", Some(Field::ServicePrincipalType)),
            derived("groupTypes", None),
            derived("visibility", None),
            derived("membershipType", None),
            Property::new("roleTemplateId", ID, |_, _| Value::Null)
                .filterable(Field::RoleTemplateId)
                .derived(),
        ],
        navigations: &[],
    }
);

/// A text that a derived type has; its value is that type's business.
const fn derived(name: &'static str, field: Option<Field>) -> Property {
    let property = Property::new(name, TEXT, |_, _| Value::Null).derived();
    match field {
        Some(field) => property.filterable(field),
        None => property,
    }
}

/// What a principal belongs to.
pub(crate) const MEMBER_OF: [Navigation; 2] = [
    Navigation::many("memberOf", Nav::MemberOf, &DIRECTORY_OBJECT),
    Navigation::many("transitiveMemberOf", Nav::TransitiveMemberOf, &DIRECTORY_OBJECT),
];

/// The four membership questions, for whoever may `$permissions`.
macro_rules! member_actions {
    ($permissions:expr, $oneself:expr $(, $more:expr)* $(,)?) => {
        [
            $($more,)*
            Operation::post(
                "{key}/checkMemberGroups",
                Kind::Members(MemberAction::CheckMemberGroups),
                $permissions
            )
            .partly($oneself),
            Operation::post(
                "{key}/getMemberGroups",
                Kind::Members(MemberAction::GetMemberGroups),
                $permissions
            )
            .partly($oneself),
            Operation::post(
                "{key}/checkMemberObjects",
                Kind::Members(MemberAction::CheckMemberObjects),
                $permissions
            )
            .partly($oneself),
            Operation::post(
                "{key}/getMemberObjects",
                Kind::Members(MemberAction::GetMemberObjects),
                $permissions
            )
            .partly($oneself),
        ]
    };
}
pub(crate) use member_actions;

/// `directoryObjects`.
pub static DIRECTORY_OBJECTS: EntitySet = EntitySet {
    collection: Collection::DirectoryObjects,
    path: &["directoryObjects"],
    beta_path: None,
    entity: &DIRECTORY_OBJECT,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &member_actions!(
        READ_OBJECTS,
        &[],
        Operation::get("{key}", Kind::Get, READ_OBJECTS),
        Operation::post("getByIds", Kind::GetByIds, READ_OBJECTS),
    ),
};
