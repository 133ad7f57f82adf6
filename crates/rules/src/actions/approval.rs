//! What bears on the decision of an approver, who may decide, and what a decision comes to (policies
//! dossier 8).

use model::policy::{ApprovalRule, Approver};
use model::{CallerKind, Grant, Instant, ObjectId, RequestStatus, Review, ScheduleRequest, StepId, Verdict};

use super::progress::{Approvers, Progress, Step};
use crate::{Change, Facts, Refusal};

/// Somebody who may be an approver, as of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// The account that calls.
    pub id: ObjectId,
    /// All accounts of the person behind it, this one among them.
    pub accounts: Vec<ObjectId>,
    /// On whose behalf the call is made: only people decide.
    pub kind: CallerKind,
    /// The groups to which the account belongs, nested ones included.
    pub groups: Vec<ObjectId>,
    /// Whether Global Administrator or Privileged Role Administrator is in force for the account.
    pub administers: bool,
}

impl Decider {
    /// Whether they may decide `request` as one of `approvers`: they are named, or a group of theirs is;
    /// where nobody is named from the beginning, administrators decide (policies dossier 8.2).
    ///
    /// INVARIANT I3: never for a request that is for them, or that they made, under whichever account.
    pub fn is_approver(&self, request: &ScheduleRequest, approvers: Approvers<'_>) -> bool {
        let is_own = |account: &ObjectId| *account == request.principal_id || *account == request.created_by;
        let is_named = |approver: &Approver| match approver {
            Approver::User { id, .. } => self.id == *id,
            Approver::Group { id, .. } => self.groups.contains(id),
        };
        self.kind == CallerKind::Delegated
            && !self.accounts.iter().any(is_own)
            && (approvers.named().any(is_named) || (approvers.are_default() && self.administers))
    }

    /// Whether they may decide `request` in one of its stages, sooner or later.
    pub fn is_approver_of_a_stage(&self, request: &ScheduleRequest, rule: &ApprovalRule) -> bool {
        rule.stages()
            .any(|(_, stage)| self.is_approver(request, Approvers::ever(stage)))
    }

    /// Whether a step is theirs: to be decided, or decided by them or another of its approvers.
    pub fn is_assigned(&self, progress: &Progress<'_>, step: Step<'_>, now: Instant) -> bool {
        if step.review.is_some_and(|review| review.by == self.id) {
            return true;
        }
        let approvers = progress.approvers(step.seat.stage, now);
        approvers.is_some_and(|approvers| self.is_approver(progress.request(), approvers))
            && (step.review.is_some() || !self.has_decided(progress.reviews()))
    }

    /// INVARIANT I4: whether the person has had their say, under whichever account.
    pub fn has_decided<'a>(&self, mut reviews: impl Iterator<Item = &'a Review>) -> bool {
        reviews.any(|review| self.accounts.contains(&review.by))
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
    /// What was decided on it before.
    pub reviews: Vec<Review>,
    /// Who decides.
    pub decider: Decider,
}

/// What the decider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalOrder {
    /// In which step.
    pub step: StepId,
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
    /// It counts, and the stage waits for further persons.
    Counted,
    /// The stage has its quorum, and the next one begins.
    StageCompleted,
    /// The role is given, now or at the start that was asked for.
    Granted(Grant),
    /// It was approved, but cannot be given any more; says why.
    Failed(Refusal),
}

/// Why a decision does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalRefusal {
    /// The approval has no such step.
    NoSuchStep,
    /// The caller may not decide in this stage of the request.
    NotApprover,
    /// Somebody decided the step, or the request has left its approvers' hands; it has this status now.
    AlreadyDecided(RequestStatus),
    /// The person has decided another step of the request.
    HasDecided,
    /// Earlier stages have to be completed first.
    StageNotReached,
    /// The settings ask for a reason, and there is none.
    JustificationRequired,
}

impl ApprovalRefusal {
    /// The wire's code, where the refusal is audited: of whoever has no say in it, there is no row.
    pub const fn audited_code(&self) -> Option<&'static str> {
        match self {
            Self::NoSuchStep | Self::NotApprover => None,
            Self::AlreadyDecided(_) | Self::HasDecided | Self::StageNotReached => Some("Conflict"),
            Self::JustificationRequired => Some("BadRequest"),
        }
    }
}
