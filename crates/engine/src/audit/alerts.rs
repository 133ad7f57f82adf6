//! The rows of security alerts (audit dossier, B5 to B7).

use model::alert::{AlertName, Incident};
use model::audit::{AuditEvent, AuditTarget};
use model::{Grant, GrantKind};
use rules::alerts::definition::display_name;

use super::activity::Activity;
use super::event::{self, By, Outcome, Subject};
use crate::context::Context;
use crate::error::Error;

/// What happens to alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertActivity {
    /// It fires.
    Triggered,
    /// An incident was put right.
    Resolved,
    /// Somebody wants it scanned.
    Refreshed,
    /// What it turns on was changed.
    SettingsUpdated,
    /// It is scanned again, or fires again after it was dismissed.
    Enabled,
    /// It is not scanned any more.
    Disabled,
    /// It was dismissed.
    Deactivated,
}

impl AlertActivity {
    const fn name(self) -> &'static str {
        match self {
            Self::Triggered => "Triggered PIM alert",
            Self::Resolved => "Resolve PIM alert",
            Self::Refreshed => "Refresh PIM alert",
            Self::SettingsUpdated => "Update PIM alert setting",
            Self::Enabled => "Enable PIM alert",
            Self::Disabled => "Disable PIM alert",
            Self::Deactivated => "Deactivate PIM alert",
        }
    }
}

/// Something that happened to an alert: by whoever called, or found by the service itself.
pub fn record_alert(cx: &Context<'_>, activity: AlertActivity, name: AlertName) -> Result<(), Error> {
    let alert = AuditTarget {
        target_type: "Other".to_owned(),
        id: Some(if name.is_own() {
            name.as_str().to_owned()
        } else {
            name.id(cx.tenant.id)
        }),
        display_name: Some(display_name(name).to_owned()),
        ..AuditTarget::default()
    };
    let (operation, by) = match activity {
        AlertActivity::Triggered => ("Create", By::Service),
        _ => ("Update", By::Caller),
    };
    let row = AuditEvent {
        targets: vec![alert, event::tenant_target(cx)],
        ..event::pim_event(cx, activity.name(), operation, by)?
    };
    Ok(cx.session.append_audit([row])?)
}

/// Roles that were given outside PIM, as a scan found them.
pub fn record_roles_outside_pim<'a>(
    cx: &Context<'_>,
    incidents: impl Iterator<Item = &'a Incident>,
) -> Result<(), Error> {
    let activity = Activity {
        name: "Add member to role outside of PIM (permanent)".to_owned(),
        operation: "Create",
        audit_type: Some("RoleElevatedOutsidePimAlert"),
    };
    let mut rows = Vec::new();
    for incident in incidents {
        let grant = cx
            .session
            .grant_by_derived_id(GrantKind::Assignment, &incident.id, cx.now)?;
        let Some(grant) = grant else { continue };
        rows.extend(row(cx, &activity, &grant)?);
    }
    if rows.is_empty() {
        return Ok(());
    }
    Ok(cx.session.append_audit(rows)?)
}

fn row(cx: &Context<'_>, activity: &Activity, grant: &Grant) -> Result<Option<AuditEvent>, Error> {
    let Some(role) = cx.session.role(grant.role_definition_id)? else {
        return Ok(None);
    };
    let principal = cx.session.object(grant.principal_id)?;
    let subject = Subject {
        correlation_id: cx.correlation_id,
        role: &role,
        principal: principal.as_ref(),
        request_id: None,
        window: Some(grant.window),
        justification: None,
        needs_approval: false,
    };
    event::role_event(cx, activity, &subject, &Outcome::Success, By::Service).map(Some)
}
