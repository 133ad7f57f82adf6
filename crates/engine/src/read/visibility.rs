//! Who may see what (schedules dossier, 4.3; policies dossier, 4.1; audit dossier, B3). A delegated
//! caller without a reading role sees its own; applications are judged by their permissions alone.

use model::query::{Collection, Field, Nav};
use model::{ObjectId, Record};
use odata::bound::{Comparison, Expr, Literal, Operand};
use rules::authority::Capability;

use super::approvals;
use super::list::View;
use crate::context::Context;
use crate::error::Error;

/// The directory role that reading a whole collection takes, if it takes one.
pub const fn capability_for(collection: Collection) -> Option<Capability> {
    match collection {
        Collection::ScheduleRequests(_)
        | Collection::Schedules(_)
        | Collection::ScheduleInstances(_)
        | Collection::Policies
        | Collection::PolicyAssignments
        | Collection::PolicyRules => Some(Capability::ReadRoleManagement),
        Collection::Approvals => Some(Capability::ReadApprovals),
        Collection::AuthenticationContexts => Some(Capability::ReadRoleManagement),
        Collection::DirectoryAudits => Some(Capability::ReadAuditLog),
        Collection::Alerts
        | Collection::AlertDefinitions
        | Collection::AlertConfigurations
        | Collection::AlertIncidents
        | Collection::AlertOperations => Some(Capability::ReadAlerts),
        Collection::RoleAssignments
        | Collection::RoleDefinitions
        | Collection::Users
        | Collection::Groups
        | Collection::ServicePrincipals
        | Collection::AdministrativeUnits
        | Collection::DirectoryObjects
        | Collection::Organization
        | Collection::SubscribedSkus
        | Collection::DirectoryRoleTemplates
        | Collection::DirectoryRoles => None,
    }
}

/// Whether the caller may list with this view and filter, or fails.
pub fn require_list(
    cx: &Context<'_>,
    collection: Collection,
    view: &View,
    filter: Option<&Expr>,
) -> Result<(), Error> {
    let Some(capability) = capability_for(collection) else {
        return Ok(());
    };
    if matches!(view, View::OfCaller(_)) || pinned_principal(filter) == Some(cx.caller.id) {
        return Ok(());
    }
    // Policies are checked row by row: people may read the settings of roles that they have. Of
    // approvals everybody sees those that concern them.
    if is_settings(collection) || collection == Collection::Approvals {
        return Ok(());
    }
    cx.require(capability)
}

/// Whether the caller may see each of these records, or fails.
pub fn require_records(cx: &Context<'_>, collection: Collection, records: &[Record]) -> Result<(), Error> {
    let Some(capability) = capability_for(collection) else {
        return Ok(());
    };
    if cx.may(capability)? {
        return Ok(());
    }
    for record in records {
        if !is_own(cx, record)? {
            return Err(Error::RoleMissing);
        }
    }
    Ok(())
}

const fn is_settings(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Policies | Collection::PolicyAssignments | Collection::PolicyRules
    )
}

/// Whether a record is about the caller.
fn is_own(cx: &Context<'_>, record: &Record) -> Result<bool, Error> {
    let me = cx.caller.id;
    Ok(match record {
        Record::ScheduleRequest(record) | Record::Approval(record) => {
            let request = &record.request;
            request.principal_id == me
                || request.created_by == me
                || (request.needs_approval && approvals::is_in_hands_of_caller(cx, request)?)
        }
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            record.principal_id == me
                || cx
                    .session
                    .role_groups_of(me)?
                    .contains(&record.grant.principal_id)
        }
        Record::Policy(policy) | Record::PolicyAssignment(policy) | Record::PolicyRule(policy, _) => {
            has_role(cx, policy.role_definition_id)?
        }
        Record::RoleDefinition(_)
        | Record::DirectoryObject(_)
        | Record::Scope(_)
        | Record::Organization(_)
        | Record::SubscribedSku(_)
        | Record::DirectoryRoleTemplate(_)
        | Record::DirectoryRole(_)
        | Record::ApprovalStep(_)
        | Record::ApprovalStage(_)
        | Record::DirectoryAudit(_)
        | Record::AuthenticationContext(_)
        | Record::Alert(_)
        | Record::AlertDefinition(_)
        | Record::AlertConfiguration(..)
        | Record::AlertIncident(..)
        | Record::AlertOperation(_) => false,
    })
}

/// Whether the caller is eligible for the role or has it, itself or through a group.
fn has_role(cx: &Context<'_>, role: model::RoleDefinitionId) -> Result<bool, Error> {
    let mut holders = cx.session.role_groups_of(cx.caller.id)?;
    holders.push(cx.caller.id);
    for holder in holders {
        let grants = cx.session.current_grants_of_principal(holder, cx.now)?;
        if grants.iter().any(|grant| grant.role_definition_id == role) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The one principal that a filter restricts to, if it does.
pub fn pinned_principal(filter: Option<&Expr>) -> Option<ObjectId> {
    filter?.conjuncts().iter().find_map(|part| match part {
        Expr::Compare(Operand { path, folds }, Comparison::Eq, Literal::Guid(id)) if folds.is_empty() => {
            let pins = match path.navs.as_slice() {
                [] => path.field == Field::PrincipalId,
                [Nav::Principal] => path.field == Field::Id,
                _ => false,
            };
            pins.then(|| ObjectId::new(*id))
        }
        _ => None,
    })
}
