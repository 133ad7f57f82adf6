//! Bodies of groups (directory dossier, A4).

use model::directory::{Group, ObjectKind};
use model::{DirectoryObject, ObjectBody};

use super::draft::{Edit, ObjectDraft, links, require, wrong_kind};
use super::members::Members;
use crate::GraphError;

/// Reads a new group. Only here can it be made role-assignable, and only if it gives access by
/// assigned membership.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_group(bytes: &[u8]) -> Result<ObjectDraft, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    require(
        members,
        &["displayName", "mailEnabled", "mailNickname", "securityEnabled"],
    )?;
    let mut group = Group::default();
    let (mut display_name, mut description) = (String::new(), None);
    edit(Edit(members), &mut display_name, &mut description, &mut group)?;
    Edit(members).flag("isAssignableToRole", &mut group.is_assignable_to_role)?;
    check(&group)?;
    Ok(ObjectDraft {
        display_name,
        description,
        body: ObjectBody::Group(group),
        links: links(members)?,
    })
}

/// The group as a change makes it.
///
/// # Errors
/// As [`create_group`]; also if the change is of `isAssignableToRole`.
pub fn patch_group(current: &DirectoryObject, bytes: &[u8]) -> Result<DirectoryObject, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let mut object = current.clone();
    let ObjectBody::Group(group) = &mut object.body else {
        return Err(wrong_kind(current, ObjectKind::Group));
    };
    if members
        .flag("isAssignableToRole")?
        .is_some_and(|sent| sent != group.is_assignable_to_role)
    {
        return Err(GraphError::invalid_property(
            "isAssignableToRole is fixed when a group is created.",
            "isAssignableToRole",
        ));
    }
    edit(
        Edit(members),
        &mut object.display_name,
        &mut object.description,
        group,
    )?;
    check(group)?;
    Ok(object)
}

fn edit(
    edit: Edit<'_>,
    display_name: &mut String,
    description: &mut Option<String>,
    group: &mut Group,
) -> Result<(), GraphError> {
    edit.name("displayName", display_name)?;
    edit.text("description", description)?;
    edit.flag("mailEnabled", &mut group.mail_enabled)?;
    edit.text("mailNickname", &mut group.mail_nickname)?;
    edit.text("mail", &mut group.mail)?;
    edit.flag("securityEnabled", &mut group.security_enabled)?;
    edit.texts("groupTypes", &mut group.group_types)?;
    edit.text("membershipRule", &mut group.membership_rule)?;
    edit.text("visibility", &mut group.visibility)?;
    edit.text("uniqueName", &mut group.unique_name)
}

fn check(group: &Group) -> Result<(), GraphError> {
    let is_dynamic = group
        .group_types
        .iter()
        .any(|kind| kind.eq_ignore_ascii_case("DynamicMembership"));
    if group.is_assignable_to_role && (!group.security_enabled || is_dynamic) {
        return Err(GraphError::invalid_property(
            "A role-assignable group must be security-enabled and its membership assigned.",
            "isAssignableToRole",
        ));
    }
    Ok(())
}
