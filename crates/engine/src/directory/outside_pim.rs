//! Grants made and ended outside PIM: `POST` and `DELETE /roleManagement/directory/roleAssignments`
//! and legacy `directoryRoles` members (schedules dossier, 8.6; directory dossier, A2 and A8).

use model::role::{self, GLOBAL_ADMINISTRATOR};
use model::{
    DirectoryScope, EndCause, Ended, Grant, GrantId, GrantKind, ObjectBody, ObjectId, RoleDefinitionId,
};
use rules::Refusal;
use rules::authority::Capability;

use crate::audit::record_outside_pim;
use crate::context::Context;
use crate::error::{Conflict, Error, Missing};

/// Gives a role at once and for good, without a request.
pub fn create_role_assignment(
    cx: &Context<'_>,
    principal: ObjectId,
    role: RoleDefinitionId,
    scope: DirectoryScope,
) -> Result<Grant, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let definition = cx.session.role(role)?.ok_or(Missing::RoleDefinition)?;
    if !definition.is_enabled {
        return Err(Refusal::InvalidRequest("the role is disabled").into());
    }
    let missing = || Missing::DirectoryObject(principal.to_string());
    let object = cx.session.object(principal)?.ok_or_else(missing)?;
    match &object.body {
        ObjectBody::Group(group) if !group.is_assignable_to_role => {
            return Err(Conflict::GroupNotAssignable.into());
        }
        ObjectBody::AdministrativeUnit(_) => return Err(missing().into()),
        ObjectBody::User(_) | ObjectBody::Group(_) | ObjectBody::ServicePrincipal(_) => {}
    }
    check_scope(cx, role, scope)?;
    let exists = cx
        .session
        .grants_of(principal, role, scope, cx.now)?
        .iter()
        .any(|grant| grant.kind == GrantKind::Assignment && grant.is_current(cx.now));
    if exists {
        return Err(Conflict::RoleAssignmentExists.into());
    }
    let grant = Grant::outside_pim(GrantId::random(cx.entropy), principal, role, scope, cx.now);
    cx.session.insert_grant(&grant)?;
    record_outside_pim(cx, &grant, true)?;
    Ok(grant)
}

fn check_scope(cx: &Context<'_>, role: RoleDefinitionId, scope: DirectoryScope) -> Result<(), Error> {
    let supported = role::scope_support(role);
    let (is_supported, exists) = match scope {
        DirectoryScope::Tenant => (true, true),
        DirectoryScope::AdministrativeUnit(id) => (
            supported.administrative_units,
            cx.session
                .object(id)?
                .is_some_and(|unit| matches!(unit.body, ObjectBody::AdministrativeUnit(_))),
        ),
        DirectoryScope::Object(id) => (supported.objects, cx.session.object(id)?.is_some()),
    };
    if !exists {
        return Err(Refusal::InvalidScope.into());
    }
    if is_supported {
        Ok(())
    } else {
        Err(Refusal::ScopeNotSupported.into())
    }
}

/// Ends an active grant, whoever made it, by the id that `/roleAssignments` shows.
pub fn delete_role_assignment(cx: &Context<'_>, derived_id: &str) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let grant = cx
        .session
        .grant_by_derived_id(GrantKind::Assignment, derived_id, cx.now)?
        .filter(|grant| grant.is_in_force(cx.now))
        .ok_or(Missing::RoleAssignment)?;
    keep_administrable(cx, &grant)?;
    cx.session.end_grant(
        grant.id,
        Ended {
            at: cx.now,
            cause: EndCause::Removed,
        },
    )?;
    record_outside_pim(cx, &grant, false)
}

/// INVARIANT I11: the last lasting Global Administrator stays.
fn keep_administrable(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    if grant.role_definition_id != GLOBAL_ADMINISTRATOR || grant.scope != DirectoryScope::Tenant {
        return Ok(());
    }
    if cx.session.lasting_administrators(cx.now)? == [grant.id] {
        return Err(Error::LastAdministrator);
    }
    Ok(())
}
