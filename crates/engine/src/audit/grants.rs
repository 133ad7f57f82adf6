//! The rows of a grant whose start or end was reached: written by the service itself, with the
//! directory's own row beside them.

use model::{
    Action, CorrelationId, DirectoryObject, Grant, GrantOrigin, RequestId, RoleDefinition, ScheduleRequest,
};

use super::activity::{self, Activity, Phase};
use super::event::{self, By, Outcome, Subject};
use super::memberships::twin;
use super::requests::correlation_of;
use crate::context::Context;
use crate::error::Error;

/// A request's role and principal. A principal or role that is gone leaves its rows without it.
pub(super) fn parties(
    cx: &Context<'_>,
    grant: &Grant,
) -> Result<Option<(RoleDefinition, Option<DirectoryObject>)>, Error> {
    let Some(role) = cx.session.role(grant.role_definition_id)? else {
        return Ok(None);
    };
    Ok(Some((role, cx.session.object(grant.principal_id)?)))
}

/// Where a grant's rows belong: to its request, or to the grant itself when made outside PIM.
const fn chain_of(grant: &Grant) -> (CorrelationId, Option<RequestId>) {
    match grant.origin {
        GrantOrigin::Request(request) => (correlation_of(request), Some(request)),
        GrantOrigin::OutsidePim => (CorrelationId::new(grant.id.uuid()), None),
    }
}

fn record_by_service(
    cx: &Context<'_>,
    grant: &Grant,
    activity: &Activity,
    justification: Option<&str>,
    is_added: bool,
) -> Result<(), Error> {
    let Some((role, principal)) = parties(cx, grant)? else {
        return Ok(());
    };
    let (correlation, request_id) = chain_of(grant);
    let subject = Subject {
        correlation_id: correlation,
        role: &role,
        principal: principal.as_ref(),
        request_id,
        window: Some(grant.window),
        justification,
        needs_approval: false,
    };
    let mut rows = vec![event::role_event(
        cx,
        activity,
        &subject,
        &Outcome::Success,
        By::Service,
    )?];
    rows.extend(twin(cx, correlation, grant, is_added)?);
    Ok(cx.session.append_audit(rows)?)
}

/// The end of a grant's window was reached.
pub fn record_end_by_time(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    let activity = activity::of_expiry(grant.kind, grant.activated_using.is_some());
    record_by_service(cx, grant, &activity, None, false)
}

/// The start of a grant that was accepted for later was reached; its reason is that of its request.
pub fn record_start(cx: &Context<'_>, grant: &Grant, request: Option<&ScheduleRequest>) -> Result<(), Error> {
    let action = request.map_or(Action::AdminAssign, |request| request.action);
    let reason = request.and_then(|request| request.justification.as_deref());
    match activity::of_request(grant.kind, action, Phase::Completed, Some(grant.window)) {
        Some(activity) => record_by_service(cx, grant, &activity, reason, true),
        None => Ok(()),
    }
}
