//! The tenant can always be administered, and what needs approval can be approved (invariant I11;
//! schedules dossier 10.3).

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage};
use model::{AssignmentType, GrantId, Instant};

use crate::{Approvers, Change};

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
        Change::End { .. } | Change::Settle { .. } | Change::BeginStage { .. } | Change::Provision { .. } => {
            false
        }
    };
    lasting.is_empty() || lasting.iter().any(is_spared) || changes.iter().any(lasts)
}

/// How many persons there are to approve a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachableApprovers {
    /// Those with an enabled account among the users whom the stage names, as such or through groups, from
    /// the beginning or later.
    pub named: usize,
    /// Those with an enabled account that is Global or Privileged Role Administrator for good: who decides
    /// where nobody is named from the beginning.
    pub lasting_administrators: usize,
}

/// Why a stage could not be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapprovable {
    /// Fewer persons than have to approve are named and enabled.
    TooFewNamed {
        /// How many there are.
        reachable: usize,
        /// How many it takes.
        quorum: NonZeroU32,
    },
    /// Nobody is named, and fewer persons than have to approve administer for good. Whoever has to activate
    /// a role to approve its activation waits for himself.
    TooFewLastingAdministrators {
        /// How many there are.
        reachable: usize,
        /// How many it takes.
        quorum: NonZeroU32,
    },
}

/// The stages that a change of the approval rule makes anew: what needs approval after it and did not ask the
/// same of the same approvers before. Settings that have become unapprovable by themselves must not lock
/// whatever else they say.
pub fn newly_asked<'a>(before: &ApprovalRule, after: &'a ApprovalRule) -> Vec<&'a ApprovalStage> {
    let asks = |stage: &ApprovalStage, same: &ApprovalStage| {
        Approvers::ever(stage) == Approvers::ever(same) && stage.quorum == same.quorum
    };
    let was_asked = |stage: &ApprovalStage| before.stages().any(|(_, same)| asks(stage, same));
    let stages = after.stages().map(|(_, stage)| stage);
    match (before.is_approval_required, after.is_approval_required) {
        (_, false) => Vec::new(),
        (false, true) => stages.collect(),
        (true, true) => stages.filter(|stage| !was_asked(stage)).collect(),
    }
}

/// Refuses a stage that nobody could approve (I11).
///
/// # Errors
/// [`Unapprovable`]
pub fn can_be_approved(stage: &ApprovalStage, reachable: ReachableApprovers) -> Result<(), Unapprovable> {
    let quorum = stage.quorum;
    let is_enough = |persons: usize| u32::try_from(persons).is_ok_and(|persons| persons >= quorum.get());
    let ReachableApprovers {
        named,
        lasting_administrators,
    } = reachable;
    if !Approvers::ever(stage).are_default() {
        let reachable = named;
        return if is_enough(reachable) {
            Ok(())
        } else {
            Err(Unapprovable::TooFewNamed { reachable, quorum })
        };
    }
    let reachable = lasting_administrators.saturating_add(named);
    if is_enough(reachable) {
        Ok(())
    } else {
        Err(Unapprovable::TooFewLastingAdministrators { reachable, quorum })
    }
}
