//! Directory objects: create, change, delete, and who belongs to what (directory dossier, A3 to A7).

use model::directory::{ObjectKind, Relation};
use model::{DirectoryObject, EndCause, Ended, ObjectBody, ObjectId, RequestStatus};
use rules::authority::Capability;

use crate::audit::{DirectoryChange, record_directory_change};
use crate::context::Context;
use crate::error::{Conflict, Error, Missing};
use crate::requests::end_all;

/// How a kind of object appears in audit rows, and who may manage it.
struct KindFacts {
    noun: &'static str,
    category: &'static str,
    capability: Capability,
}

const fn facts_of(kind: ObjectKind) -> KindFacts {
    match kind {
        ObjectKind::User => KindFacts {
            noun: "user",
            category: "UserManagement",
            capability: Capability::ManageUsers,
        },
        ObjectKind::Group => KindFacts {
            noun: "group",
            category: "GroupManagement",
            capability: Capability::ManageGroups,
        },
        ObjectKind::ServicePrincipal => KindFacts {
            noun: "service principal",
            category: "ApplicationManagement",
            capability: Capability::ManageDirectory,
        },
        ObjectKind::AdministrativeUnit => KindFacts {
            noun: "administrative unit",
            category: "AdministrativeUnit",
            capability: Capability::ManageDirectory,
        },
    }
}

/// Who may change an object: groups that carry roles are the business of those who manage roles.
fn require_manager(cx: &Context<'_>, object: &DirectoryObject) -> Result<(), Error> {
    if is_role_group(object) {
        cx.require(Capability::ManageRoles)
    } else {
        cx.require(facts_of(object.kind()).capability)
    }
}

const fn is_role_group(object: &DirectoryObject) -> bool {
    matches!(&object.body, ObjectBody::Group(group) if group.is_assignable_to_role)
}

fn record(cx: &Context<'_>, verb: &str, operation: &str, object: &DirectoryObject) -> Result<(), Error> {
    let facts = facts_of(object.kind());
    let activity = format!("{verb} {}", facts.noun);
    record_directory_change(
        cx,
        DirectoryChange::of_objects(&activity, facts.category, operation, &[object]),
    )
}

/// Makes an object. `build` gets its new id.
pub fn create_object(
    cx: &Context<'_>,
    build: impl FnOnce(ObjectId) -> DirectoryObject,
) -> Result<DirectoryObject, Error> {
    cx.require_active()?;
    let object = build(ObjectId::random(cx.entropy));
    require_manager(cx, &object)?;
    require_unique(cx, &object)?;
    insert_object(cx, &object)?;
    Ok(object)
}

/// Stores a new object and says so, whoever may.
pub(crate) fn insert_object(cx: &Context<'_>, object: &DirectoryObject) -> Result<(), Error> {
    cx.session.insert_object(object)?;
    record(cx, "Add", "Add", object)
}

fn require_unique(cx: &Context<'_>, object: &DirectoryObject) -> Result<(), Error> {
    let (holder, property) = match &object.body {
        ObjectBody::User(user) => (
            cx.session
                .object_by_user_principal_name(&user.user_principal_name)?,
            "userPrincipalName",
        ),
        ObjectBody::ServicePrincipal(application) => (
            cx.session.service_principal_by_app_id(application.app_id)?,
            "appId",
        ),
        ObjectBody::Group(_) | ObjectBody::AdministrativeUnit(_) => return Ok(()),
    };
    match holder {
        Some(other) if other.id != object.id => Err(Conflict::Taken(property).into()),
        _ => Ok(()),
    }
}

/// An object of one kind.
pub fn object_of_kind(cx: &Context<'_>, kind: ObjectKind, id: ObjectId) -> Result<DirectoryObject, Error> {
    let object = cx.session.object(id)?.filter(|object| object.kind() == kind);
    Ok(object.ok_or_else(|| Missing::DirectoryObject(id.to_string()))?)
}

/// Changes an object. What `edit` refuses changes nothing.
pub fn update_object<E>(
    cx: &Context<'_>,
    kind: ObjectKind,
    id: ObjectId,
    edit: impl FnOnce(&DirectoryObject) -> Result<DirectoryObject, E>,
) -> Result<Result<DirectoryObject, E>, Error> {
    cx.require_active()?;
    let object = object_of_kind(cx, kind, id)?;
    require_manager(cx, &object)?;
    let changed = match edit(&object) {
        Ok(changed) => changed,
        Err(refused) => return Ok(Err(refused)),
    };
    require_unique(cx, &changed)?;
    keeping_administrable(cx, || Ok(cx.session.update_object(&changed)?))?;
    record(cx, "Update", "Update", &changed)?;
    Ok(Ok(changed))
}

/// Deletes an object, with everything that was given to it or at it.
pub fn delete_object(cx: &Context<'_>, kind: ObjectKind, id: ObjectId) -> Result<(), Error> {
    cx.require_active()?;
    let object = object_of_kind(cx, kind, id)?;
    require_manager(cx, &object)?;
    keeping_administrable(cx, || {
        let ended = Ended {
            at: cx.now,
            cause: EndCause::SubjectDeleted,
        };
        end_all(cx, &cx.session.current_grants_of_principal(id, cx.now)?, ended)?;
        for request in cx.session.waiting_requests_of_principal(id, cx.now)? {
            cx.session
                .settle_request(request.id, RequestStatus::Failed, Some(cx.now))?;
        }
        Ok(cx.session.delete_object(id, cx.now)?)
    })?;
    record(cx, "Delete", "Delete", &object)
}

/// INVARIANT I11: runs `change` and takes it back, by failing, if it leaves the tenant without the
/// last permanent Global Administrator that it had.
fn keeping_administrable<T>(cx: &Context<'_>, change: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let had = !cx.session.lasting_administrators(cx.now)?.is_empty();
    let done = change()?;
    if had && cx.session.lasting_administrators(cx.now)?.is_empty() {
        return Err(Error::LastAdministrator);
    }
    Ok(done)
}

/// Adds a member or owner.
pub fn add_member(
    cx: &Context<'_>,
    kind: ObjectKind,
    container: ObjectId,
    relation: Relation,
    member: ObjectId,
) -> Result<(), Error> {
    cx.require_active()?;
    let container = object_of_kind(cx, kind, container)?;
    require_manager(cx, &container)?;
    let member = cx
        .session
        .object(member)?
        .ok_or_else(|| Missing::DirectoryObject(member.to_string()))?;
    if !may_belong(&container, &member) {
        return Err(Conflict::MemberNotAllowed.into());
    }
    if !cx
        .session
        .add_membership(container.id, member.id, relation, cx.now)?
    {
        return Err(Conflict::AlreadyMember.into());
    }
    record_membership(cx, "Add", "Assign", &container, relation, &member)
}

/// Role-assignable groups take no groups, and nothing takes an administrative unit (directory
/// dossier, A4).
fn may_belong(container: &DirectoryObject, member: &DirectoryObject) -> bool {
    match member.kind() {
        ObjectKind::User | ObjectKind::ServicePrincipal => true,
        ObjectKind::Group => !is_role_group(container) && container.id != member.id,
        ObjectKind::AdministrativeUnit => false,
    }
}

/// Removes a member or owner.
pub fn remove_member(
    cx: &Context<'_>,
    kind: ObjectKind,
    container: ObjectId,
    relation: Relation,
    member: ObjectId,
) -> Result<(), Error> {
    cx.require_active()?;
    let container = object_of_kind(cx, kind, container)?;
    require_manager(cx, &container)?;
    let missing = || Missing::DirectoryObject(member.to_string());
    let member = cx.session.object(member)?.ok_or_else(missing)?;
    let was_member = keeping_administrable(cx, || {
        Ok(cx
            .session
            .remove_membership(container.id, member.id, relation, cx.now)?)
    })?;
    if !was_member {
        return Err(missing().into());
    }
    record_membership(cx, "Remove", "Unassign", &container, relation, &member)
}

fn record_membership(
    cx: &Context<'_>,
    verb: &str,
    operation: &str,
    container: &DirectoryObject,
    relation: Relation,
    member: &DirectoryObject,
) -> Result<(), Error> {
    let facts = facts_of(container.kind());
    let role = match relation {
        Relation::Member => "member",
        Relation::Owner => "owner",
    };
    let preposition = if verb == "Add" { "to" } else { "from" };
    let activity = format!("{verb} {role} {preposition} {}", facts.noun);
    record_directory_change(
        cx,
        DirectoryChange::of_objects(&activity, facts.category, operation, &[member, container]),
    )
}
