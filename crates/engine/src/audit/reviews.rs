//! The rows of an approver's decision, and of what it came to (audit dossier, B7). They belong to
//! the chain of the request.

use model::audit::AuditEvent;
use model::{Action, GrantKind, ScheduleRequest};
use rules::{ApprovalDecision, ApprovalOutcome};

use super::activity::{self, Phase};
use super::event::{self, By, Outcome, Subject};
use super::memberships::by_ms_pim;
use super::requests::{correlation_of, request_subject};
use crate::context::Context;
use crate::error::Error;
use crate::requests::Parties;

/// A decision, with the approver's reason; then the activation, if it is in force at once or cannot
/// be. One that is for later is announced when its start is reached.
pub fn record_review(
    cx: &Context<'_>,
    request: &ScheduleRequest,
    decision: &ApprovalDecision,
    parties: &Parties,
) -> Result<(), Error> {
    let Some(role) = &parties.role else { return Ok(()) };
    let principal = parties.principal.as_ref();
    let asked = request_subject(cx, request, role, principal);
    let window = match &decision.outcome {
        ApprovalOutcome::Granted(grant) => Some(grant.window),
        ApprovalOutcome::Denied
        | ApprovalOutcome::Counted
        | ApprovalOutcome::StageCompleted
        | ApprovalOutcome::Failed(_) => asked.window,
    };
    let subject = Subject { window, ..asked };
    let correlation = correlation_of(request.id);
    let mut rows: Vec<AuditEvent> = vec![event::role_event(
        cx,
        &activity::of_review(decision.review.verdict),
        &Subject {
            justification: decision.review.justification.as_deref(),
            ..subject
        },
        &Outcome::Success,
        By::Caller,
    )?];
    let outcome = match &decision.outcome {
        ApprovalOutcome::Granted(grant) if grant.is_in_force(cx.now) => Some(Outcome::Success),
        ApprovalOutcome::Failed(refusal) => Some(Outcome::Failure(refusal.code())),
        ApprovalOutcome::Granted(_)
        | ApprovalOutcome::Denied
        | ApprovalOutcome::Counted
        | ApprovalOutcome::StageCompleted => None,
    };
    let completed = activity::of_request(
        GrantKind::Assignment,
        Action::SelfActivate,
        Phase::Completed,
        window,
    );
    if let (Some(activity), Some(outcome)) = (completed, outcome) {
        rows.push(event::role_event(cx, &activity, &subject, &outcome, By::Caller)?);
    }
    if let ApprovalOutcome::Granted(grant) = &decision.outcome
        && grant.is_in_force(cx.now)
    {
        rows.push(by_ms_pim(cx, correlation, grant.kind, role, principal, true)?);
    }
    Ok(cx.session.append_audit(rows)?)
}

/// A decision that does not stand, with the wire's code as reason.
pub fn record_refused_review(
    cx: &Context<'_>,
    request: &ScheduleRequest,
    parties: &Parties,
    code: &str,
) -> Result<(), Error> {
    let Some(role) = &parties.role else { return Ok(()) };
    let subject = request_subject(cx, request, role, parties.principal.as_ref());
    let activity = activity::of_refused_review();
    let row = event::role_event(cx, &activity, &subject, &Outcome::Failure(code), By::Caller)?;
    Ok(cx.session.append_audit([row])?)
}
