//! Custom role definitions: create, change, delete (directory dossier, A1). Each has its policy from
//! the start; built-in roles cannot be touched.

use model::{RoleDefinition, RoleDefinitionId};
use rules::authority::Capability;

use crate::audit::{DirectoryChange, record_directory_change};
use crate::context::Context;
use crate::error::{Conflict, Error, Missing};
use crate::setup::default_policy;

/// Makes a custom role and its policy. `build` gets the new id, which is the template id unless the
/// caller names another. What `build` refuses changes nothing.
pub fn create_role_definition<E>(
    cx: &Context<'_>,
    build: impl FnOnce(RoleDefinitionId) -> Result<RoleDefinition, E>,
) -> Result<Result<RoleDefinition, E>, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let role = match build(RoleDefinitionId::random(cx.entropy)) {
        Ok(role) => role,
        Err(refused) => return Ok(Err(refused)),
    };
    require_free_name(cx, &role)?;
    cx.session.insert_role(&role)?;
    cx.session
        .insert_policy(&default_policy(cx.entropy, role.id), cx.now)?;
    record_directory_change(cx, DirectoryChange::of_role("Add role definition", "Add", &role))?;
    Ok(Ok(role))
}

fn require_free_name(cx: &Context<'_>, role: &RoleDefinition) -> Result<(), Error> {
    let taken = cx
        .session
        .roles()?
        .iter()
        .any(|other| other.id != role.id && other.display_name.eq_ignore_ascii_case(&role.display_name));
    if taken {
        Err(Conflict::Taken("displayName").into())
    } else {
        Ok(())
    }
}

/// Changes a custom role. What `edit` refuses changes nothing.
pub fn update_role_definition<E>(
    cx: &Context<'_>,
    id: RoleDefinitionId,
    edit: impl FnOnce(&RoleDefinition) -> Result<RoleDefinition, E>,
) -> Result<Result<RoleDefinition, E>, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let role = custom_role(cx, id)?;
    let changed = match edit(&role) {
        Ok(changed) => changed,
        Err(refused) => return Ok(Err(refused)),
    };
    require_free_name(cx, &changed)?;
    cx.session.update_role(&changed)?;
    record_directory_change(
        cx,
        DirectoryChange::of_role("Update role definition", "Update", &changed),
    )?;
    Ok(Ok(changed))
}

/// Deletes a custom role that nobody has. Grants to come would be left without a role, so they
/// count as well.
pub fn delete_role_definition(cx: &Context<'_>, id: RoleDefinitionId) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let role = custom_role(cx, id)?;
    if !cx.session.current_grants_of_role(id, cx.now)?.is_empty() {
        return Err(Conflict::RoleInUse.into());
    }
    cx.session.delete_role(id, cx.now)?;
    record_directory_change(
        cx,
        DirectoryChange::of_role("Delete role definition", "Delete", &role),
    )
}

fn custom_role(cx: &Context<'_>, id: RoleDefinitionId) -> Result<RoleDefinition, Error> {
    let role = cx.session.role(id)?.ok_or(Missing::RoleDefinition)?;
    if role.is_built_in {
        Err(Conflict::BuiltInRole.into())
    } else {
        Ok(role)
    }
}
