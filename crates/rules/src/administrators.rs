//! The tenant can always be administered (invariant I11; schedules dossier 10.3).

use model::{AssignmentType, GrantId, Instant};

use crate::Change;

/// Whether `changes` leave somebody who can administer the tenant for good (I11): they spare one of
/// the `lasting` grants, or what they put in its place lasts as well. Where nothing lasts, nothing is
/// lost.
pub fn leaves_an_administrator(lasting: &[GrantId], changes: &[Change], now: Instant) -> bool {
    let is_spared = |id: &GrantId| changes.iter().all(|change| change.ends() != Some(*id));
    let lasts = |change: &Change| match change {
        Change::Create(grant) => {
            grant.assignment_type() == AssignmentType::Assigned
                && grant.window.end.is_none()
                && grant.is_in_force(now)
        }
        Change::End { .. } | Change::Settle { .. } | Change::Provision { .. } => false,
    };
    lasting.is_empty() || lasting.iter().any(is_spared) || changes.iter().any(lasts)
}
