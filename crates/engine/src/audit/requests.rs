//! The rows of a schedule request: accepted, refused, cancelled, lapsed (audit dossier, B7).

use model::audit::AuditEvent;
use model::{
    Action, CorrelationId, DirectoryObject, EndCause, Expiration, Grant, RequestId, RequestStatus,
    RoleDefinition, ScheduleInfo, ScheduleRequest, Window,
};
use rules::{Change, Decision, Order};

use super::activity::{self, Activity, Phase};
use super::event::{self, By, Outcome, Subject};
use super::memberships::{by_ms_pim, twin};
use crate::context::Context;
use crate::error::Error;
use crate::requests::Parties;

/// The rows of one request share its id as correlation.
pub(super) const fn correlation_of(request: RequestId) -> CorrelationId {
    CorrelationId::new(request.uuid())
}

/// An accepted request: requested, then whatever it came to at once.
pub fn record_request(cx: &Context<'_>, decision: &Decision, parties: &Parties) -> Result<(), Error> {
    let request = &decision.request;
    let Some(role) = &parties.role else { return Ok(()) };
    let principal = parties.principal.as_ref();
    let created = decision.changes.iter().find_map(|change| match change {
        Change::Create(grant) => Some(*grant),
        Change::End { .. } | Change::Settle { .. } | Change::BeginStage { .. } | Change::Provision { .. } => {
            None
        }
    });
    let removed = decision.changes.iter().find_map(|change| match change {
        Change::End { grant, .. } => Some(*grant),
        Change::Create(_) | Change::Settle { .. } | Change::BeginStage { .. } | Change::Provision { .. } => {
            None
        }
    });
    let asked = request_subject(cx, request, role, principal);
    let window = created.or(removed).map(|grant| grant.window).or(asked.window);
    let subject = Subject { window, ..asked };
    let correlation = correlation_of(request.id);
    let mut rows = Vec::new();
    for phase in phases(request.status, request.action) {
        if let Some(activity) = activity::of_request(request.kind, request.action, *phase, window) {
            rows.push(event::role_event(
                cx,
                &activity,
                &subject,
                &Outcome::Success,
                By::Caller,
            )?);
        }
    }
    for change in &decision.changes {
        if let Change::Settle {
            request: settled,
            status: RequestStatus::Provisioned,
            ..
        } = change
            && let Some(activity) = activity::of_request(
                request.kind,
                request.action,
                Phase::ApprovedByAdministrator,
                window,
            )
        {
            let subject = Subject {
                correlation_id: correlation_of(*settled),
                request_id: Some(*settled),
                ..subject
            };
            rows.push(event::role_event(
                cx,
                &activity,
                &subject,
                &Outcome::Success,
                By::Caller,
            )?);
        }
    }
    // The membership itself goes on when a grant is replaced by another.
    let is_replacement = |change: &Change| match change {
        Change::End { ended, .. } => ended.cause == EndCause::Replaced,
        Change::Create(_) | Change::Settle { .. } | Change::BeginStage { .. } | Change::Provision { .. } => {
            false
        }
    };
    let replaces = decision.changes.iter().any(is_replacement);
    for change in &decision.changes {
        match change {
            Change::Create(grant) if !replaces && grant.is_in_force(cx.now) => {
                rows.extend(twin_of(cx, correlation, grant, parties, true)?);
            }
            Change::End { grant, .. } if !is_replacement(change) && grant.is_in_force(cx.now) => {
                rows.extend(twin_of(cx, correlation, grant, parties, false)?);
            }
            Change::Create(_)
            | Change::End { .. }
            | Change::Settle { .. }
            | Change::BeginStage { .. }
            | Change::Provision { .. } => {}
        }
    }
    Ok(cx.session.append_audit(rows)?)
}

/// The directory's row for a grant of the request's own principal, or of another whose activation
/// ended with it.
fn twin_of(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    grant: &Grant,
    parties: &Parties,
    is_added: bool,
) -> Result<Option<AuditEvent>, Error> {
    match (&parties.role, &parties.principal) {
        (Some(role), Some(principal)) if principal.id == grant.principal_id => {
            by_ms_pim(cx, correlation_id, grant.kind, role, Some(principal), is_added).map(Some)
        }
        _ => twin(cx, correlation_id, grant, is_added),
    }
}

/// The steps that a new request has gone through when it is answered.
const fn phases(status: RequestStatus, action: Action) -> &'static [Phase] {
    match status {
        RequestStatus::Provisioned | RequestStatus::Revoked => match action {
            Action::AdminUpdate | Action::AdminExtend => &[Phase::Requested],
            _ => &[Phase::Requested, Phase::Completed],
        },
        RequestStatus::PendingApproval => &[Phase::Requested, Phase::ApprovalRequested],
        RequestStatus::Granted | RequestStatus::PendingAdminDecision => &[Phase::Requested],
        RequestStatus::Denied | RequestStatus::Canceled | RequestStatus::Failed => &[Phase::Requested],
    }
}

/// The window that is asked for, counted from its start or from now.
fn window_of(cx: &Context<'_>, schedule: ScheduleInfo) -> Window {
    let start = schedule.start.unwrap_or(cx.now);
    let end = match schedule.expiration {
        Expiration::AfterDateTime(end) => Some(end),
        Expiration::AfterDuration(span) => Some(start.saturating_add(span)),
        Expiration::NoExpiration | Expiration::NotSpecified => None,
    };
    Window { start, end }
}

/// A refused order: its `requested` row with the wire's code as reason. An order for a role that is
/// not there has nothing to be recorded about.
pub fn record_refusal(cx: &Context<'_>, order: &Order, parties: &Parties, code: &str) -> Result<(), Error> {
    let Some(role) = &parties.role else { return Ok(()) };
    let window = order.schedule.map(|schedule| window_of(cx, schedule));
    let subject = Subject {
        correlation_id: correlation_of(order.id),
        role,
        principal: parties.principal.as_ref(),
        request_id: None,
        window,
        justification: order.justification.as_deref(),
        needs_approval: false,
    };
    let Some(activity) = activity::of_request(order.kind, order.action, Phase::Requested, window) else {
        return Ok(());
    };
    let row = event::role_event(cx, &activity, &subject, &Outcome::Failure(code), By::Caller)?;
    Ok(cx.session.append_audit([row])?)
}

/// A waiting request as the subject of a row.
pub(super) fn request_subject<'a>(
    cx: &Context<'_>,
    request: &'a ScheduleRequest,
    role: &'a RoleDefinition,
    principal: Option<&'a DirectoryObject>,
) -> Subject<'a> {
    Subject {
        correlation_id: correlation_of(request.id),
        role,
        principal,
        request_id: Some(request.id),
        window: request.schedule.map(|schedule| window_of(cx, schedule)),
        justification: request.justification.as_deref(),
        needs_approval: request.needs_approval,
    }
}

/// A cancelled request.
pub fn record_cancellation(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let canceled = |window| activity::of_request(request.kind, request.action, Phase::Canceled, window);
    record_end_of_waiting(cx, request, canceled, By::Caller)
}

/// Nobody decided a request in time.
pub fn record_lapse(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let lapsed = |_| Some(Activity::plain("PIM activation request expired", "Update"));
    record_end_of_waiting(cx, request, lapsed, By::Service)
}

/// A request that waited waits no more. What that is called can depend on the window asked for.
fn record_end_of_waiting(
    cx: &Context<'_>,
    request: &ScheduleRequest,
    activity: impl FnOnce(Option<Window>) -> Option<Activity>,
    by: By,
) -> Result<(), Error> {
    let Some(role) = cx.session.role(request.role_definition_id)? else {
        return Ok(());
    };
    let principal = cx.session.object(request.principal_id)?;
    let subject = request_subject(cx, request, &role, principal.as_ref());
    let Some(activity) = activity(subject.window) else {
        return Ok(());
    };
    let row = event::role_event(cx, &activity, &subject, &Outcome::Success, by)?;
    Ok(cx.session.append_audit([row])?)
}
