//! Directory objects as tests need them: a name and nothing else to think about.

use model::directory::{AdministrativeUnit, Group};
use model::{DirectoryObject, Instant, ObjectBody, ObjectId};

/// A role-assignable group.
pub(crate) fn role_group(id: ObjectId, display_name: &str, now: Instant) -> DirectoryObject {
    let body = Group {
        is_assignable_to_role: true,
        security_enabled: true,
        ..Group::default()
    };
    object(id, display_name, ObjectBody::Group(body), now)
}

/// An administrative unit.
pub(crate) fn unit(id: ObjectId, display_name: &str, now: Instant) -> DirectoryObject {
    object(
        id,
        display_name,
        ObjectBody::AdministrativeUnit(AdministrativeUnit::default()),
        now,
    )
}

fn object(id: ObjectId, display_name: &str, body: ObjectBody, now: Instant) -> DirectoryObject {
    DirectoryObject {
        id,
        display_name: display_name.to_owned(),
        description: None,
        created_at: now,
        body,
    }
}
