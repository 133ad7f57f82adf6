//! What is asked of every order before anything else: that it has the form of its action, that the
//! caller may give it, and that what it names exists and fits together (schedules dossier 7.1, steps
//! 3 to 5, and 10).

use model::{Action, CallerKind, DirectoryScope, GrantKind, PrincipalKind};

use crate::{Facts, Order, Refusal};

/// Whether an order takes something away, gives anew, or changes what is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Gives,
    Changes,
    Takes,
}

const fn effect(action: Action) -> Effect {
    match action {
        Action::AdminAssign | Action::AdminRenew | Action::SelfActivate | Action::SelfRenew => Effect::Gives,
        Action::AdminUpdate | Action::AdminExtend | Action::SelfExtend => Effect::Changes,
        Action::AdminRemove | Action::SelfDeactivate => Effect::Takes,
    }
}

/// Activating is a matter of assignments (schedules dossier 7.2).
pub(crate) const ELIGIBILITY_IS_NOT_ACTIVATED: Refusal =
    Refusal::InvalidRequest("an eligibility request neither activates nor deactivates");

/// Step 3: the side knows the action, and all but an ending has a window.
pub(crate) fn form(order: &Order) -> Result<(), Refusal> {
    if order.kind == GrantKind::Eligibility
        && matches!(order.action, Action::SelfActivate | Action::SelfDeactivate)
    {
        return Err(ELIGIBILITY_IS_NOT_ACTIVATED);
    }
    if order.schedule.is_none() && effect(order.action) != Effect::Takes {
        return Err(Refusal::InvalidRequest("scheduleInfo is required"));
    }
    Ok(())
}

/// Step 4: self actions are the signed-in principal's own, the others are administrators' (schedules
/// dossier 10.3).
pub(crate) fn authority(order: &Order) -> Result<(), Refusal> {
    let by = &order.by;
    let may = if order.action.is_self() {
        by.kind == CallerKind::Delegated && by.id == order.principal_id
    } else {
        by.may_administer
    };
    if may { Ok(()) } else { Err(Refusal::Unauthorized) }
}

/// Step 5. What takes away is held to less: a grant must be removable whatever became of its role
/// and scope.
pub(crate) fn existence(
    facts: &Facts,
    action: Action,
    kind: GrantKind,
    scope: DirectoryScope,
) -> Result<(), Refusal> {
    let principal = facts.principal.ok_or(Refusal::SubjectNotFound)?;
    let role = facts.role.ok_or(Refusal::RoleNotFound)?;
    let effect = effect(action);
    if !facts.scope_exists && (effect != Effect::Takes || facts.grants.is_empty()) {
        return Err(Refusal::InvalidScope);
    }
    if effect == Effect::Takes {
        return Ok(());
    }
    let scope_supported = match scope {
        DirectoryScope::Tenant => true,
        DirectoryScope::AdministrativeUnit(_) => role.scopes.administrative_units,
        DirectoryScope::Object(_) => role.scopes.objects,
    };
    if !scope_supported {
        return Err(Refusal::ScopeNotSupported);
    }
    match principal.kind {
        PrincipalKind::Group if !principal.is_assignable_to_role => {
            return Err(Refusal::InvalidRequest("the group is not assignable to roles"));
        }
        PrincipalKind::ServicePrincipal if kind == GrantKind::Eligibility => {
            return Err(Refusal::InvalidRequest("a service principal cannot be eligible"));
        }
        PrincipalKind::User | PrincipalKind::Group | PrincipalKind::ServicePrincipal => {}
    }
    if effect == Effect::Gives && !role.is_enabled {
        return Err(Refusal::InvalidRequest("the role is disabled"));
    }
    Ok(())
}
