//! Bodies of role definitions and role assignments (directory dossier, A1 and A2).

use model::role::RolePermission;
use model::{DirectoryScope, ObjectId, RoleDefinition, RoleDefinitionId};

use super::draft::{Edit, require};
use super::members::Members;
use crate::GraphError;

/// Reads a new custom role; `id` is the id that it will have.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_role_definition(id: RoleDefinitionId, bytes: &[u8]) -> Result<RoleDefinition, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    require(members, &["displayName", "isEnabled", "rolePermissions"])?;
    let mut role = RoleDefinition {
        id,
        template_id: members.guid("templateId")?.map_or(id, RoleDefinitionId::new),
        display_name: String::new(),
        description: None,
        is_built_in: false,
        is_enabled: true,
        is_privileged: false,
        version: None,
        permissions: Vec::new(),
    };
    edit(members, &mut role)?;
    Ok(role)
}

/// The role as a change makes it. Whether it may be changed is not judged here.
///
/// # Errors
/// As [`create_role_definition`].
pub fn patch_role_definition(current: &RoleDefinition, bytes: &[u8]) -> Result<RoleDefinition, GraphError> {
    let value = super::json(bytes)?;
    let mut role = current.clone();
    edit(Members::of(&value)?, &mut role)?;
    Ok(role)
}

fn edit(members: Members<'_>, role: &mut RoleDefinition) -> Result<(), GraphError> {
    let edit = Edit(members);
    edit.name("displayName", &mut role.display_name)?;
    edit.text("description", &mut role.description)?;
    edit.flag("isEnabled", &mut role.is_enabled)?;
    edit.text("version", &mut role.version)?;
    if let Some(list) = members.list("rolePermissions")? {
        role.permissions = list
            .iter()
            .map(|value| permission(Members::of(value)?))
            .collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// Conditions are for built-in roles only, so a custom role's is not kept.
fn permission(members: Members<'_>) -> Result<RolePermission, GraphError> {
    let permission = RolePermission {
        allowed_resource_actions: members
            .texts("allowedResourceActions")?
            .ok_or_else(|| GraphError::missing_property("allowedResourceActions"))?,
        excluded_resource_actions: members.texts("excludedResourceActions")?.unwrap_or_default(),
        condition: None,
    };
    match permission
        .allowed_resource_actions
        .iter()
        .find(|action| action.split('/').count() < ACTION_PARTS_MIN)
    {
        Some(action) => Err(GraphError::invalid_property(
            format!("'{action}' is not a resource action."),
            "allowedResourceActions",
        )),
        None => Ok(permission),
    }
}

/// `namespace/entity/action`; most actions have a property set in between.
const ACTION_PARTS_MIN: usize = 3;

/// A grant to be made outside PIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleAssignmentBody {
    /// For whom.
    pub principal_id: ObjectId,
    /// Which role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
}

/// Reads a new role assignment; it names exactly one of the two kinds of scope.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_role_assignment(bytes: &[u8]) -> Result<RoleAssignmentBody, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let principal_id = members.guid("principalId")?;
    let role_definition_id = members.guid("roleDefinitionId")?;
    let scope = match (members.text("directoryScopeId")?, members.text("appScopeId")?) {
        (Some(scope), None) | (None, Some(scope @ "/")) => scope,
        (None, None) => return Err(GraphError::missing_property("directoryScopeId")),
        (Some(_), Some(_)) | (None, Some(_)) => {
            return Err(GraphError::invalid_property(
                "Exactly one scope is needed, and it is a directory scope.",
                "appScopeId",
            ));
        }
    };
    Ok(RoleAssignmentBody {
        principal_id: principal_id
            .map(ObjectId::new)
            .ok_or_else(|| GraphError::missing_property("principalId"))?,
        role_definition_id: role_definition_id
            .map(RoleDefinitionId::new)
            .ok_or_else(|| GraphError::missing_property("roleDefinitionId"))?,
        scope: scope.parse().map_err(|_| {
            GraphError::invalid_property(format!("'{scope}' is not a directory scope."), "directoryScopeId")
        })?,
    })
}
