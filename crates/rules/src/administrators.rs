//! The tenant can always be administered, and what needs approval can be approved (invariant I11;
//! schedules dossier 10.3).

use model::policy::ApprovalRule;
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

/// Who there is to approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachableApprovers {
    /// Enabled users whom the settings name, as such or through groups.
    pub named: usize,
    /// Grants that make an enabled user Global or Privileged Role Administrator for good: who decides
    /// where nobody is named.
    pub lasting_administrators: usize,
}

/// Why nobody could approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapprovable {
    /// Nobody of those who are named exists and is enabled.
    NobodyNamedIsReachable,
    /// Nobody is named, and nobody administers for good. Whoever has to activate a role to approve its
    /// activation waits for himself.
    NoLastingAdministrator,
}

/// Refuses a change of the approval rule that leaves nobody to approve (I11). Where approval was required of
/// the same approvers before, nothing is looked at: settings that have become unapprovable by themselves must
/// not lock whatever else they say.
///
/// # Errors
/// [`Unapprovable`]
pub fn leaves_an_approver(
    before: &ApprovalRule,
    after: &ApprovalRule,
    reachable: ReachableApprovers,
) -> Result<(), Unapprovable> {
    let is_as_before = before.is_approval_required && before.primary_approvers == after.primary_approvers;
    if is_as_before || !after.is_approval_required {
        return Ok(());
    }
    match (after.primary_approvers.is_empty(), reachable) {
        (false, ReachableApprovers { named: 0, .. }) => Err(Unapprovable::NobodyNamedIsReachable),
        (
            true,
            ReachableApprovers {
                lasting_administrators: 0,
                ..
            },
        ) => Err(Unapprovable::NoLastingAdministrator),
        _ => Ok(()),
    }
}
