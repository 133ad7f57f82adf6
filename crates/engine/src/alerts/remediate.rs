//! Puts right what an incident is about, through the use cases that anybody would take (alerts dossier, A11).

use std::convert::Infallible;

use model::alert::{AlertName, AlertState, Incident, Matter};
use model::role::GLOBAL_ADMINISTRATOR;
use model::{Action, Grant, GrantId, GrantKind, GrantOrigin, ObjectId, RoleDefinitionId, TicketInfo};
use rules::alerts::definition::{display_name, is_remediatable};
use rules::alerts::{INCIDENTS_MAX, accounts};
use rules::authority::Capability;

use super::scan::bounded;
use crate::audit::{AlertActivity, record_alert};
use crate::context::Context;
use crate::directory::delete_role_assignment;
use crate::error::{Error, Missing};
use crate::requests::{Submission, submit_request};
use crate::settings::change_settings;

/// Puts an incident right, after which it is gone.
///
/// # Errors
/// [`Error::AlertNotRemediatable`] where that takes more than asking for it; [`Missing::Alert`] if there is no such
/// incident, or what it is about is gone; whatever the use case refuses, such as taking away the last global
/// administrator.
pub fn remediate(cx: &Context<'_>, name: AlertName, id: &str) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    if !is_remediatable(name) {
        return Err(Error::AlertNotRemediatable);
    }
    let missing = || Missing::Alert(id.to_owned());
    let incident = cx.session.alert_incident(name, id)?.ok_or_else(missing)?;
    let is_done = match &incident.matter {
        Matter::Role { role } => require_mfa(cx, role.id)?,
        Matter::Unused { .. } | Matter::OutsidePim { .. } | Matter::Stale { .. } => {
            match grant_of(cx, &incident)? {
                Some(grant) => remove(cx, name, &grant).map(|()| true)?,
                None => false,
            }
        }
        Matter::Administrator { assignee } => remove_administrator(cx, name, assignee.id)?,
        _ => return Err(Error::AlertNotRemediatable),
    };
    if !is_done {
        return Err(missing().into());
    }
    resolve(cx, name, &incident)
}

/// Asks for a second factor on activation.
fn require_mfa(cx: &Context<'_>, role: RoleDefinitionId) -> Result<bool, Error> {
    let Some(policy) = cx.session.policy_of_role(role)? else {
        return Ok(false);
    };
    let changed = change_settings(cx, policy.id, |policy| {
        let mut settings = policy.settings.clone();
        settings.activation.enablement.multi_factor_authentication = true;
        Ok::<_, Infallible>(settings)
    })?;
    match changed {
        Ok(_) => Ok(true),
        Err(never) => match never {},
    }
}

/// The grant that an incident is about: its id is that of the schedule, which is derived for what was made outside PIM.
fn grant_of(cx: &Context<'_>, incident: &Incident) -> Result<Option<Grant>, Error> {
    let found = match incident.id.parse::<GrantId>() {
        Ok(id) => cx.session.grant(id)?,
        Err(_) => cx
            .session
            .grant_by_derived_id(GrantKind::Assignment, &incident.id, cx.now)?,
    };
    Ok(found.filter(|grant| grant.is_current(cx.now)))
}

fn remove_administrator(cx: &Context<'_>, name: AlertName, principal: ObjectId) -> Result<bool, Error> {
    let grants = cx
        .session
        .assignments_at_tenant(GLOBAL_ADMINISTRATOR, cx.now, INCIDENTS_MAX)?;
    let mut is_done = false;
    for grant in grants.iter().filter(|grant| grant.principal_id == principal) {
        remove(cx, name, grant)?;
        is_done = true;
    }
    Ok(is_done)
}

/// Ends a grant as whoever made it would.
fn remove(cx: &Context<'_>, name: AlertName, grant: &Grant) -> Result<(), Error> {
    if grant.origin == GrantOrigin::OutsidePim {
        return delete_role_assignment(cx, &grant.derived_id());
    }
    let submission = Submission {
        kind: grant.kind,
        action: Action::AdminRemove,
        action_text: Action::AdminRemove.as_str().to_owned(),
        principal_id: grant.principal_id,
        role_definition_id: grant.role_definition_id,
        scope: grant.scope,
        schedule: None,
        justification: Some(format!("Remediation of the alert: {}", display_name(name))),
        ticket: TicketInfo::default(),
        is_validation_only: false,
    };
    submit_request(cx, submission).map(drop)
}

/// The incident is gone; the rest stands until the next scan.
fn resolve(cx: &Context<'_>, name: AlertName, incident: &Incident) -> Result<(), Error> {
    cx.session.delete_alert_incident(name, &incident.id)?;
    let rest = cx.session.alert_incidents(name)?;
    let before = cx.session.alert_state(name)?;
    cx.session.put_alert_state(&AlertState {
        incidents: bounded(rest.len()),
        accounts: bounded(accounts(&rest)),
        last_modified_at: Some(cx.now),
        ..before
    })?;
    record_alert(cx, AlertActivity::Resolved, name)
}
