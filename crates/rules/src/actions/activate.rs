//! `selfActivate`: an eligible principal turns the role on for a while (schedules dossier 7.2 and
//! 7.3, policies dossier 8.1).

use model::{Grant, GrantKind, Instant, RequestStatus, ScheduleInfo, ScheduleRequest};

use crate::case::Case;
use crate::window::{Asked, overlap};
use crate::{Decision, Facts, Refusal, settings};

/// Activates, or hands the request to the approvers. The request keeps the window that was asked
/// for; the grant ends with the eligibility if that ends first (schedules dossier 7.5).
pub(crate) fn activate(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = Asked::new(case.order.schedule, case.limits, case.now)?;
    if case.active().is_some() {
        return Err(Refusal::GrantExists);
    }
    let eligibility = eligibility(case.facts, asked, case.now).ok_or(Refusal::GrantDoesNotExist)?;
    unique(case, asked)?;
    settings::check(case, asked)?;
    if case.facts.settings.activation.approval.is_approval_required {
        return Ok(hand_to_approvers(case, asked, eligibility));
    }
    let window = asked.held_within(eligibility.window.end)?;
    Ok(case.give(asked, window, Some(eligibility.id), Vec::new()))
}

/// The eligibility to use: in force now, and still so when the activation starts. The principal's
/// own goes before one through a group; of several groups', the one that lasts longest.
pub(crate) fn eligibility(facts: &Facts, asked: Asked, now: Instant) -> Option<&Grant> {
    let serves = |grant: &&Grant| grant.is_in_force(now) && grant.window.contains(asked.window.start);
    let own = facts.current(GrantKind::Eligibility, now).filter(serves);
    let of_groups = facts.group_eligibilities.iter().filter(serves);
    own.or_else(|| of_groups.max_by_key(|grant| (grant.window.end.is_none(), grant.window.end, grant.id)))
}

/// Refuses an activation beside another that is to come or waits for approval. Even one that would
/// not overlap is refused, so that a principal has one active grant of a role at a scope at most.
fn unique(case: &Case<'_>, asked: Asked) -> Result<(), Refusal> {
    let to_come = case.current(GrantKind::Assignment);
    let is_later = case.now < asked.window.start;
    if is_later && to_come.is_some_and(|grant| overlap(grant.window, asked.window)) {
        return Err(Refusal::OverlapsPending);
    }
    if to_come.is_some() || case.waiting(RequestStatus::PendingApproval).next().is_some() {
        return Err(Refusal::RequestPending);
    }
    Ok(())
}

/// No grant yet: the decision makes it, and its clock starts then. A start that lies ahead is kept
/// for it (schedules dossier 6.5 and 8.1).
fn hand_to_approvers(case: &Case<'_>, asked: Asked, eligibility: &Grant) -> Decision {
    let first_stage = &case.facts.settings.activation.approval.first_stage;
    let start = Some(asked.window.start).filter(|start| case.now < *start);
    let request = ScheduleRequest {
        schedule: Some(ScheduleInfo {
            start,
            expiration: asked.expiration,
        }),
        completed_at: Some(case.now),
        target_schedule_id: Some(case.order.id.into()),
        activated_using: Some(eligibility.id),
        needs_approval: true,
        lapses_at: Some(case.now.saturating_add(first_stage.time_out())),
        ..case.request(RequestStatus::PendingApproval)
    };
    Decision {
        request,
        changes: Vec::new(),
    }
}
