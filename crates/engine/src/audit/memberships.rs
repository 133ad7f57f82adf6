//! The directory's own rows about who has a role: beside PIM's rows by `MS-PIM`, and for grants made
//! outside PIM by the caller (audit dossier, B9).

use model::audit::{AuditEvent, Initiator, ModifiedProperty};
use model::{CorrelationId, DirectoryObject, Grant, GrantKind, RoleDefinition};

use super::activity;
use super::directory::directory_event;
use super::event;
use super::grants::parties;
use crate::context::Context;
use crate::error::Error;

/// How the service is called where it acts by itself.
pub(crate) const MS_PIM: &str = "MS-PIM";

/// The directory's own row for a grant that comes into force or ends.
pub(super) fn twin(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    grant: &Grant,
    is_added: bool,
) -> Result<Option<AuditEvent>, Error> {
    match parties(cx, grant)? {
        Some((role, principal)) => by_ms_pim(
            cx,
            correlation_id,
            grant.kind,
            &role,
            principal.as_ref(),
            is_added,
        )
        .map(Some),
        None => Ok(None),
    }
}

/// The same for a role and principal that are at hand.
pub(super) fn by_ms_pim(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    kind: GrantKind,
    role: &RoleDefinition,
    principal: Option<&DirectoryObject>,
    is_added: bool,
) -> Result<AuditEvent, Error> {
    let initiated_by = Initiator::App {
        app_id: None,
        display_name: Some(MS_PIM.to_owned()),
        service_principal_id: None,
    };
    membership_event(cx, correlation_id, kind, role, principal, is_added, initiated_by)
}

fn membership_event(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    kind: GrantKind,
    role: &RoleDefinition,
    principal: Option<&DirectoryObject>,
    is_added: bool,
    initiated_by: Initiator,
) -> Result<AuditEvent, Error> {
    let (activity, operation) = activity::of_twin(kind, is_added);
    let property = |name: &str, value: &str| {
        let value = Some(event::json_text(value));
        let (old_value, new_value) = if is_added { (None, value) } else { (value, None) };
        ModifiedProperty {
            display_name: name.to_owned(),
            old_value,
            new_value,
        }
    };
    let mut member = principal.map(event::object_target).unwrap_or_default();
    member.modified_properties = vec![
        property("Role.ObjectID", &role.id.to_string()),
        property("Role.DisplayName", &role.display_name),
        property("Role.TemplateId", &role.template_id.to_string()),
        property("Role.WellKnownObjectName", &role.display_name.replace(' ', "")),
    ];
    Ok(AuditEvent {
        targets: vec![member, event::role_target(role, Vec::new())],
        ..directory_event(
            cx,
            correlation_id,
            activity,
            "RoleManagement",
            operation,
            initiated_by,
        )?
    })
}

/// A grant made or ended through `/roleAssignments` or `directoryRoles`.
pub fn record_outside_pim(cx: &Context<'_>, grant: &Grant, is_added: bool) -> Result<(), Error> {
    let Some((role, principal)) = parties(cx, grant)? else {
        return Ok(());
    };
    let by = event::initiator(cx)?;
    let row = membership_event(
        cx,
        cx.correlation_id,
        grant.kind,
        &role,
        principal.as_ref(),
        is_added,
        by,
    )?;
    Ok(cx.session.append_audit([row])?)
}

/// A grant that ends because its principal goes away: the directory's row alone, by the service.
pub fn record_end_with_subject(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    let row = twin(cx, cx.correlation_id, grant, false)?;
    Ok(cx.session.append_audit(row)?)
}
