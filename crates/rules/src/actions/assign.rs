//! `adminAssign` and `adminUpdate`: an administrator gives a grant, or gives it another window.

use model::{AssignmentType, EndCause, Grant, GrantKind, Instant, Window};

use super::end;
use crate::case::Case;
use crate::window::Asked;
use crate::{Decision, Refusal, settings};

/// `adminAssign` (schedules dossier 7.2 and 7.3). An activation, too, counts as an active grant that
/// is there already.
pub(crate) fn assign(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = Asked::new(case.order.schedule, case.limits, case.now)?;
    if case.current(case.order.kind).is_some() {
        return Err(Refusal::GrantExists);
    }
    settings::check(case, asked)?;
    Ok(case.give(asked, asked.window, None, Vec::new()))
}

/// `adminUpdate`: as [`replace`], once the principal's active grant is old enough.
pub(crate) fn update(case: &Case<'_>) -> Result<Decision, Refusal> {
    let asked = Asked::new(case.order.schedule, case.limits, case.now)?;
    let old = case.subject()?;
    end::old_enough(case)?;
    replace(case, old, asked)
}

/// Puts a new grant, with the request's id, in the place of `old` (schedules dossier 7.2).
///
/// An activation stays one: it keeps the eligibility that it uses, and its new end does not lie
/// behind that eligibility's. When an eligibility is replaced, its activations go on, now leaning on
/// the replacement, if they run their course inside the new window; the others end at once. They are
/// not shortened, because a grant's window never changes; their principal may activate anew.
pub(crate) fn replace(case: &Case<'_>, old: &Grant, asked: Asked) -> Result<Decision, Refusal> {
    let window = match old.assignment_type() {
        AssignmentType::Assigned => asked.window,
        AssignmentType::Activated => asked.held_within(bound(case, old))?,
    };
    settings::check(case, asked)?;
    let mut changes = case.end(old, EndCause::Replaced);
    if old.kind == GrantKind::Eligibility {
        changes.extend(end::activations(case, |activation| {
            !runs_within(activation, window, case.now)
        }));
    }
    Ok(case.give(asked, window, old.activated_using, changes))
}

/// Until when an activation may last: as long as its eligibility or, if that was replaced since, no
/// longer than before.
fn bound(case: &Case<'_>, activation: &Grant) -> Option<Instant> {
    let facts = case.facts;
    let mut eligibilities = facts.grants.iter().chain(&facts.group_eligibilities);
    eligibilities
        .find(|grant| activation.activated_using == Some(grant.id) && grant.is_current(case.now))
        .map_or(activation.window.end, |eligibility| eligibility.window.end)
}

/// Whether all that is left of an activation lies inside an eligibility's window.
fn runs_within(activation: &Grant, eligibility: Window, now: Instant) -> bool {
    eligibility.start <= activation.window.start.max(now)
        && match (activation.window.end, eligibility.end) {
            (_, None) => true,
            (Some(end), Some(bound)) => end <= bound,
            (None, Some(_)) => false,
        }
}
