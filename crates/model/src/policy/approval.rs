//! By whose leave a role is activated: the approval rule, its stages and who approves in them.

use std::num::NonZeroU32;

use crate::{IsoDuration, ObjectId};

/// Somebody who may approve.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Approver {
    /// One user.
    User {
        /// The user.
        id: ObjectId,
        /// The display name when the rule was written.
        description: Option<String>,
    },
    /// The members of a group at decision time.
    Group {
        /// The group.
        id: ObjectId,
        /// The display name when the rule was written.
        description: Option<String>,
    },
}

impl Approver {
    /// The user's or group's id.
    pub const fn id(&self) -> ObjectId {
        match self {
            Self::User { id, .. } | Self::Group { id, .. } => *id,
        }
    }
}

/// One stage of an approval; Graph's `unifiedApprovalStage` (policies dossier, 2.5).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalStage {
    /// How many days it waits from when it becomes current; one in Graph's role policies (policies
    /// dossier, 8.3).
    pub time_out_in_days: u32,
    /// Whether a decision needs a reason.
    pub is_approver_justification_required: bool,
    /// Who may decide; empty means the default approvers.
    pub primary_approvers: Vec<Approver>,
    /// How many persons have to approve; one in Graph.
    pub quorum: NonZeroU32,
    /// Whether the escalation approvers may decide too, in their time; never in Graph's role policies.
    pub is_escalation_enabled: bool,
    /// After how many minutes from when the stage becomes current they may.
    pub escalation_time_in_minutes: u32,
    /// Who they are.
    pub escalation_approvers: Vec<Approver>,
}

impl ApprovalStage {
    /// How long the stage waits.
    pub fn time_out(&self) -> IsoDuration {
        IsoDuration::from_days(i64::from(self.time_out_in_days))
    }

    /// After how long escalation approvers may decide too, and who they are; none if nobody ever may.
    pub fn escalation(&self) -> Option<(IsoDuration, &[Approver])> {
        let after = IsoDuration::from_minutes(i64::from(self.escalation_time_in_minutes));
        self.is_escalation_enabled
            .then_some((after, self.escalation_approvers.as_slice()))
    }
}

/// Whether activating needs approval. Graph's role policies have exactly one stage (policies dossier,
/// 3); more of them come one after another.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalRule {
    /// Whether it does.
    pub is_approval_required: bool,
    /// Accepted and shown; without effect on roles.
    pub is_approval_required_for_extension: bool,
    /// Accepted and shown; whether a reason is needed is the enablement rule's business.
    pub is_requestor_justification_required: bool,
    /// Graph's `approvalMode`, `SingleStage` unless set otherwise.
    pub approval_mode: String,
    /// The first stage.
    pub first_stage: ApprovalStage,
    /// Those after it.
    pub further_stages: Vec<ApprovalStage>,
}

impl ApprovalRule {
    /// The stages in their order, with their numbers.
    pub fn stages(&self) -> impl Iterator<Item = (u32, &ApprovalStage)> + Clone {
        (0..).zip(std::iter::once(&self.first_stage).chain(&self.further_stages))
    }

    /// The stages in their order, to be changed.
    pub fn stages_mut(&mut self) -> impl Iterator<Item = &mut ApprovalStage> {
        std::iter::once(&mut self.first_stage).chain(&mut self.further_stages)
    }
}

impl Default for ApprovalRule {
    fn default() -> Self {
        Self {
            is_approval_required: false,
            is_approval_required_for_extension: false,
            is_requestor_justification_required: true,
            approval_mode: "SingleStage".to_owned(),
            first_stage: ApprovalStage::default(),
            further_stages: Vec::new(),
        }
    }
}

impl Default for ApprovalStage {
    fn default() -> Self {
        Self {
            time_out_in_days: 1,
            is_approver_justification_required: true,
            primary_approvers: Vec::new(),
            quorum: NonZeroU32::MIN,
            is_escalation_enabled: false,
            escalation_time_in_minutes: 0,
            escalation_approvers: Vec::new(),
        }
    }
}
