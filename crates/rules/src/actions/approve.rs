//! An approver's decision on an activation that waits for it (policies dossier 8).

use model::policy::ApprovalStage;
use model::{Action, Grant, GrantKind, Instant, RequestStatus, Review, ScheduleRequest, StepStatus, Verdict};

use super::activate;
use super::approval::{ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal};
use super::progress::Progress;
use crate::window::Asked;
use crate::{Change, Facts, Limits, Refusal, case, check, settings};

/// Decides whether the order stands at `now`, and what it comes to.
///
/// Whether the settings were met was decided when the request was made, and who asked has nothing to
/// add to it now. What may have changed since is looked at again: the eligibility, other active
/// grants, the role and the scope, and how long an activation may last.
///
/// The settings in force count for who decides, in how many stages and how many in each. An approval that
/// completes the last stage gives the role; one that completes another hands the request to the next.
///
/// # Errors
/// [`ApprovalRefusal::NoSuchStep`] and [`ApprovalRefusal::NotApprover`] first, so that nobody else learns
/// more; then [`ApprovalRefusal::AlreadyDecided`], [`ApprovalRefusal::StageNotReached`],
/// [`ApprovalRefusal::HasDecided`], and [`ApprovalRefusal::JustificationRequired`] without a reason where
/// the stage asks for one.
pub fn decide_approval(
    facts: &ApprovalFacts,
    order: &ApprovalOrder,
    limits: &Limits,
    now: Instant,
) -> Result<ApprovalDecision, ApprovalRefusal> {
    let request = &facts.request;
    let rule = &facts.activation.settings.activation.approval;
    let progress = Progress::new(request, rule, &facts.reviews);
    let steps = progress.steps(now);
    let step = steps.iter().find(|step| step.seat.id(request.id) == order.step);
    let step = step.ok_or(ApprovalRefusal::NoSuchStep)?;
    let approvers = progress.approvers(step.seat.stage, now);
    if !approvers.is_some_and(|approvers| facts.decider.is_approver(request, approvers)) {
        return Err(ApprovalRefusal::NotApprover);
    }
    match step.status {
        StepStatus::InProgress => {}
        StepStatus::Initializing => return Err(ApprovalRefusal::StageNotReached),
        StepStatus::Completed | StepStatus::Expired => {
            return Err(ApprovalRefusal::AlreadyDecided(request.status_at(now)));
        }
    }
    if facts.decider.has_decided(facts.reviews.iter()) {
        return Err(ApprovalRefusal::HasDecided);
    }
    let stage = progress.stage(step.seat.stage);
    if stage.is_some_and(|stage| stage.is_approver_justification_required)
        && settings::is_blank(order.justification.as_deref())
    {
        return Err(ApprovalRefusal::JustificationRequired);
    }
    let review = Review {
        request: request.id,
        seat: step.seat,
        by: facts.decider.id,
        at: now,
        verdict: order.verdict,
        justification: order.justification.clone(),
    };
    let next = progress.with(&review).lacking();
    let outcome = match (order.verdict, next) {
        (Verdict::Deny, _) => ApprovalOutcome::Denied,
        (Verdict::Approve, Some((stage, _))) if stage == step.seat.stage => ApprovalOutcome::Counted,
        (Verdict::Approve, Some(_)) => ApprovalOutcome::StageCompleted,
        (Verdict::Approve, None) => match provision(request, &facts.activation, limits, now) {
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
        ApprovalOutcome::Counted => Vec::new(),
        ApprovalOutcome::StageCompleted => {
            let begin = |(_, stage): (u32, &ApprovalStage)| Change::BeginStage {
                request: request.id,
                lapses_at: now.saturating_add(stage.time_out()),
            };
            next.map(begin).into_iter().collect()
        }
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
        review,
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
