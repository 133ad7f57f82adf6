//! Extending what is about to end and renewing what has ended, by an administrator or at the
//! principal's request (schedules dossier 7.2).

use model::{AssignmentType, Instant, RequestStatus, ScheduleInfo, ScheduleRequest};

use super::assign;
use crate::case::Case;
use crate::window::Asked;
use crate::{Decision, Refusal, settings};

/// `adminExtend`: as `adminUpdate`, but the grant goes on without a gap: the start asked for is
/// beside the point.
pub(crate) fn extend(case: &Case<'_>) -> Result<Decision, Refusal> {
    // Until the grant is known, the window is taken to start now.
    asked_from(case, None)?;
    let old = case.subject()?;
    ends_at(old.window.end)?;
    let asked = asked_from(case, Some(old.window.start))?;
    assign::replace(case, old, asked).map(|decision| answering(case, decision))
}

/// `adminRenew`: gives anew what expired lately.
pub(crate) fn renew(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = Asked::new(case.order.schedule, case.limits, case.now)?;
    renewable(case)?;
    settings::check(case, asked)?;
    Ok(answering(case, case.give(asked, asked.window, None, Vec::new())))
}

/// `selfExtend`: the principal asks an administrator for a later end.
pub(crate) fn ask_to_extend(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = asked_from(case, None)?;
    let grant = case.subject()?;
    if grant.assignment_type() == AssignmentType::Activated {
        return Err(Refusal::GrantDoesNotExist);
    }
    let end = ends_at(grant.window.end)?;
    if end.since(case.now) > case.limits.extendable_within {
        return Err(Refusal::InvalidRequest("it is too early to extend the grant"));
    }
    ask(case, asked)
}

/// `selfRenew`: the principal asks an administrator for what expired lately.
pub(crate) fn ask_to_renew(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = Asked::new(case.order.schedule, case.limits, case.now)?;
    renewable(case)?;
    ask(case, asked)
}

fn asked_from(case: &Case<'_>, start: Option<Instant>) -> Result<Asked, Refusal> {
    let schedule = case
        .order
        .schedule
        .map(|schedule| ScheduleInfo { start, ..schedule });
    Asked::new(schedule, case.limits, case.now)
}

fn ends_at(end: Option<Instant>) -> Result<Instant, Refusal> {
    end.ok_or(Refusal::InvalidRequest("a permanent grant cannot be extended"))
}

fn renewable(case: &Case<'_>) -> Result<(), Refusal> {
    if case.current(case.order.kind).is_some() {
        return Err(Refusal::GrantExists);
    }
    case.expired().map(|_| ())
}

/// One question at a time; the answer is an administrator's `adminExtend` or `adminRenew`.
fn ask(case: &Case<'_>, asked: Asked) -> Result<Decision, Refusal> {
    if case.waiting(RequestStatus::PendingAdminDecision).next().is_some() {
        return Err(Refusal::RequestPending);
    }
    settings::check(case, asked)?;
    let request = ScheduleRequest {
        schedule: case.order.schedule,
        ..case.request(RequestStatus::PendingAdminDecision)
    };
    Ok(Decision {
        request,
        changes: Vec::new(),
    })
}

/// An administrator's order answers what the principal asked for in the same matter.
fn answering(case: &Case<'_>, mut decision: Decision) -> Decision {
    let asking = case.waiting(RequestStatus::PendingAdminDecision);
    decision
        .changes
        .extend(asking.map(|request| case.settle(request.id, RequestStatus::Provisioned)));
    decision
}
