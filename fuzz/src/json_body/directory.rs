//! Bodies of directory objects, role definitions and authentication contexts.

use graph::GraphError;
use graph::body::{
    ObjectDraft, authentication_context_id, create_administrative_unit, create_group, create_role_definition,
    create_service_principal, create_user, new_authentication_context, patch_administrative_unit,
    patch_group, patch_role_definition, patch_service_principal, patch_user, put_authentication_context,
};
use model::role::REPORTS_READER;
use model::{DirectoryObject, Instant, ObjectBody, ObjectId, RoleDefinition};

use super::read;

type Create = fn(&[u8]) -> Result<ObjectDraft, GraphError>;
type Patch = fn(&DirectoryObject, &[u8]) -> Result<DirectoryObject, GraphError>;

const KINDS: [(Create, Patch); 4] = [
    (create_user, patch_user),
    (create_group, patch_group),
    (create_service_principal, patch_service_principal),
    (create_administrative_unit, patch_administrative_unit),
];

/// What is created has a name and is what its kind may be; saying the same again changes nothing.
pub fn keeps_its_promises(body: &[u8]) {
    for (create, patch) in KINDS {
        if let Some(draft) = read(create(body)) {
            let object = object(draft);
            assert!(!object.display_name.trim().is_empty());
            is_possible(&object.body);
            assert_eq!(patch(&object, body), Ok(object));
        }
    }
    if let Some(role) = role(body) {
        assert!(!role.display_name.trim().is_empty() && !role.is_built_in);
        assert_eq!(patch_role_definition(&role, body), Ok(role));
    }
    if let Some(id) = read(new_authentication_context(body)) {
        assert_eq!(authentication_context_id(&id.to_string()), Ok(id));
        if let Some(context) = read(put_authentication_context(id, None, body)) {
            assert_eq!(context.id, id);
            assert_eq!(put_authentication_context(id, Some(&context), body), Ok(context));
        }
    }
}

/// Two bodies that differ in the case of names say the same.
pub fn is_read_alike(one: &[u8], other: &[u8]) {
    for (create, _) in KINDS {
        assert_eq!(create(one).ok(), create(other).ok());
    }
    assert_eq!(role(one), role(other));
}

fn role(body: &[u8]) -> Option<RoleDefinition> {
    read(create_role_definition(REPORTS_READER, body))
}

fn object(draft: ObjectDraft) -> DirectoryObject {
    DirectoryObject {
        id: ObjectId::new(REPORTS_READER.uuid()),
        display_name: draft.display_name,
        description: draft.description,
        created_at: Instant::from_seconds(0),
        body: draft.body,
    }
}

fn is_possible(body: &ObjectBody) {
    match body {
        ObjectBody::User(user) => {
            let name = &user.user_principal_name;
            assert_eq!(name.matches('@').count(), 1, "{name}");
            assert!(!name.starts_with('@') && !name.ends_with('@') && !name.contains(char::is_whitespace));
            assert!(["Member", "Guest"].contains(&user.user_type.as_str()));
        }
        ObjectBody::Group(group) => assert!(!group.is_assignable_to_role || group.security_enabled),
        ObjectBody::ServicePrincipal(principal) => {
            assert!(!principal.service_principal_type.trim().is_empty())
        }
        ObjectBody::AdministrativeUnit(_) => {}
    }
}
