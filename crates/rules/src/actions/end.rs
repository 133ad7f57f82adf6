//! `adminRemove` and `selfDeactivate`: a grant ends before its time. Also what ends with it, and how
//! old an active grant must be for that.

use model::{AssignmentType, EndCause, Grant, GrantKind, RequestStatus};

use crate::case::Case;
use crate::{Change, Decision, Refusal};

/// `adminRemove`: ends the grant, in force or to come, made through PIM or not. A request of its
/// principal for more of it is thereby denied.
pub(crate) fn remove(case: &Case<'_>) -> Result<Decision, Refusal> {
    let grant = case.subject()?;
    old_enough(case)?;
    let mut changes = case.end(grant, EndCause::Removed);
    if grant.kind == GrantKind::Eligibility {
        changes.extend(activations(case, |_| true));
    }
    let asking = case.waiting(RequestStatus::PendingAdminDecision);
    changes.extend(asking.map(|request| case.settle(request.id, RequestStatus::Denied)));
    Ok(case.take(changes))
}

/// `selfDeactivate`: ends the principal's activation in force.
pub(crate) fn deactivate(case: &Case<'_>) -> Result<Decision, Refusal> {
    let activation = case
        .active()
        .filter(|grant| grant.assignment_type() == AssignmentType::Activated)
        .ok_or(Refusal::GrantDoesNotExist)?;
    old_enough(case)?;
    Ok(case.take(case.end(activation, EndCause::Deactivated)))
}

/// The five-minute rule (schedules dossier 7.4): neither a grant nor the eligibility beside it is
/// changed while the principal's active grant is younger.
pub(crate) fn old_enough(case: &Case<'_>) -> Result<(), Refusal> {
    let minimum = case.limits.active_minimum;
    match case.active().map(|grant| case.now.since(grant.window.start)) {
        Some(actual) if actual < minimum => Err(Refusal::DurationTooShort { minimum, actual }),
        Some(_) | None => Ok(()),
    }
}

/// Ends the activations that lean on the principal's eligibility and do so in vain.
///
/// INVARIANT I7: nothing else ever ends because another grant does.
pub(crate) fn activations(case: &Case<'_>, in_vain: impl Fn(&Grant) -> bool) -> Vec<Change> {
    let current = case
        .facts
        .activations
        .iter()
        .filter(|grant| grant.is_current(case.now));
    current
        .filter(|grant| in_vain(grant))
        .flat_map(|grant| case.end(grant, EndCause::EligibilityEnded))
        .collect()
}
