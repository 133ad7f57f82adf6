//! What bears on the decision of an approver, who may decide, and what a decision comes to (policies
//! dossier 8). Role policies have one stage, and the first decision settles it.

use model::policy::{ApprovalRule, Approver};
use model::{CallerKind, Grant, ObjectId, RequestStatus, Review, ScheduleRequest, Verdict};

use crate::{Change, Facts, Refusal};

/// Somebody who may be an approver, as of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Who.
    pub id: ObjectId,
    /// On whose behalf the call is made: only people decide.
    pub kind: CallerKind,
    /// The groups to which they belong, nested ones included.
    pub groups: Vec<ObjectId>,
    /// Whether Global Administrator or Privileged Role Administrator is in force for them.
    pub administers: bool,
}

impl Decider {
    /// Whether they may decide `request` under `rule`: they are named, or a group of theirs is; where
    /// nobody is named, administrators decide (policies dossier 8.2).
    ///
    /// INVARIANT I3: never for a request that is for them, or that they made.
    pub fn is_approver(&self, request: &ScheduleRequest, rule: &ApprovalRule) -> bool {
        let is_own = self.id == request.principal_id || self.id == request.created_by;
        let is_named = |approver: &Approver| match approver {
            Approver::User { id, .. } => self.id == *id,
            Approver::Group { id, .. } => self.groups.contains(id),
        };
        let approvers = &rule.primary_approvers;
        self.kind == CallerKind::Delegated
            && !is_own
            && (approvers.iter().any(is_named) || (approvers.is_empty() && self.administers))
    }
}

/// All that bears on one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalFacts {
    /// The request to be decided.
    pub request: ScheduleRequest,
    /// What bears on activating it now. The settings are those in force, not those under which it
    /// was made.
    pub activation: Facts,
    /// Who decides.
    pub decider: Decider,
}

/// What the decider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalOrder {
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub justification: Option<String>,
}

/// A decision that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalDecision {
    /// The decision as it is to be kept.
    pub review: Review,
    /// What it came to.
    pub outcome: ApprovalOutcome,
    /// What else changes.
    pub changes: Vec<Change>,
}

/// What a decision comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// Nothing is given.
    Denied,
    /// The role is given, now or at the start that was asked for.
    Granted(Grant),
    /// It was approved, but cannot be given any more; says why.
    Failed(Refusal),
}

/// Why a decision does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalRefusal {
    /// The caller may not decide this request.
    NotApprover,
    /// The request has left its approvers' hands; it has this status now.
    AlreadyDecided(RequestStatus),
    /// The settings ask for a reason, and there is none.
    JustificationRequired,
}
