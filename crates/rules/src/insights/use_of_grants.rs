//! Grants that nobody needs as they are.

use model::{AssignmentType, Grant, GrantKind, Instant, IsoDuration, RoleDefinition};

use super::UNUSED_AFTER;

/// A privileged role that somebody has for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingAccess {
    /// For how long they have had it.
    pub held_for: IsoDuration,
}

/// An eligibility that was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusedEligibility {
    /// When it was used last, if that is known.
    pub last_used: Option<Instant>,
    /// For how long it was not used since, or since it began.
    pub unused_for: IsoDuration,
    /// The longest time after which it counts as unused that this reaches.
    pub threshold: IsoDuration,
}

/// Whether a grant of a role gives privilege all the time, though it could be activated when it is needed.
pub fn standing_access(grant: &Grant, role: &RoleDefinition, now: Instant) -> Option<StandingAccess> {
    let is_standing = role.is_privileged
        && grant.kind == GrantKind::Assignment
        && grant.assignment_type() == AssignmentType::Assigned
        && grant.window.end.is_none()
        && grant.is_in_force(now);
    is_standing.then(|| StandingAccess {
        held_for: now.since(grant.window.start),
    })
}

/// Whether an eligibility in force was unused for long. One that is younger than the shortest time is not.
pub fn unused_eligibility(
    grant: &Grant,
    last_used: Option<Instant>,
    now: Instant,
) -> Option<UnusedEligibility> {
    if grant.kind != GrantKind::Eligibility || !grant.is_in_force(now) {
        return None;
    }
    let since = last_used.map_or(grant.window.start, |used| used.max(grant.window.start));
    let unused_for = now.since(since);
    let threshold = UNUSED_AFTER
        .into_iter()
        .rev()
        .find(|after| unused_for >= *after)?;
    Some(UnusedEligibility {
        last_used,
        unused_for,
        threshold,
    })
}
