//! An approver's decision on an activation that waits for it (policies dossier 8).

use model::{Action, Grant, GrantKind, Instant, RequestStatus, Review, ScheduleRequest, Verdict};

use super::activate;
use super::approval::{ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal};
use crate::window::Asked;
use crate::{Change, Facts, Limits, Refusal, case, check, settings};

/// Decides whether the order stands at `now`, and what it comes to.
///
/// Whether the settings were met was decided when the request was made, and who asked has nothing to
/// add to it now. What may have changed since is looked at again: the eligibility, other active
/// grants, the role and the scope, and how long an activation may last.
///
/// # Errors
/// [`ApprovalRefusal::NotApprover`] unless the decider may decide the request;
/// [`ApprovalRefusal::AlreadyDecided`] once it has an outcome or has lapsed;
/// [`ApprovalRefusal::JustificationRequired`] without a reason where the settings ask for one.
pub fn decide_approval(
    facts: &ApprovalFacts,
    order: &ApprovalOrder,
    limits: &Limits,
    now: Instant,
) -> Result<ApprovalDecision, ApprovalRefusal> {
    let request = &facts.request;
    let rule = &facts.activation.settings.activation.approval;
    if !facts.decider.is_approver(request, rule) {
        return Err(ApprovalRefusal::NotApprover);
    }
    let status = request.status_at(now);
    if status != RequestStatus::PendingApproval {
        return Err(ApprovalRefusal::AlreadyDecided(status));
    }
    if rule.is_approver_justification_required && settings::is_blank(order.justification.as_deref()) {
        return Err(ApprovalRefusal::JustificationRequired);
    }
    let outcome = match order.verdict {
        Verdict::Deny => ApprovalOutcome::Denied,
        Verdict::Approve => match provision(request, &facts.activation, limits, now) {
            Ok(grant) => ApprovalOutcome::Granted(grant),
            Err(refusal) => ApprovalOutcome::Failed(refusal),
        },
    };
    let settle = |status| {
        vec![Change::Settle {
            request: request.id,
            status,
            completed_at: Some(now),
        }]
    };
    let changes = match &outcome {
        ApprovalOutcome::Denied => settle(RequestStatus::Denied),
        ApprovalOutcome::Failed(_) => settle(RequestStatus::Failed),
        ApprovalOutcome::Granted(grant) => vec![
            Change::Create(*grant),
            Change::Provision {
                request: request.id,
                status: case::status_from(grant.window.start, now),
                start: grant.window.start,
                activated_using: grant.activated_using,
            },
        ],
    };
    Ok(ApprovalDecision {
        review: Review {
            request: request.id,
            by: facts.decider.id,
            at: now,
            verdict: order.verdict,
            justification: order.justification.clone(),
        },
        outcome,
        changes,
    })
}

/// The grant that the request asks for, if it can still be made. Its clock starts at the decision, or
/// at the start asked for if that still lies ahead; an absolute end stays where it is (policies
/// dossier 8.4).
fn provision(
    request: &ScheduleRequest,
    facts: &Facts,
    limits: &Limits,
    now: Instant,
) -> Result<Grant, Refusal> {
    check::existence(facts, Action::SelfActivate, request.kind, request.scope)?;
    let asked = Asked::new(request.schedule, limits, now)?;
    if facts.current(GrantKind::Assignment, now).is_some() {
        return Err(Refusal::GrantExists);
    }
    let eligibility = activate::eligibility(facts, asked, now).ok_or(Refusal::GrantDoesNotExist)?;
    settings::check_activation_length(&facts.settings, asked)?;
    let window = asked.held_within(eligibility.window.end)?;
    Ok(case::grant_of(request, window, Some(eligibility.id), now))
}
