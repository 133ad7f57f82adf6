//! Why a use case did not do what it was asked to. The wire's codes are the server's business.

use model::ObjectId;
use rules::administrators::Unapprovable;
use rules::alerts::OutOfRange;
use rules::{ApprovalRefusal, Refusal};
use store::StoreError;

/// What was looked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A directory object, by the key asked for.
    DirectoryObject(String),
    /// A schedule request.
    ScheduleRequest,
    /// An approval, or its step.
    Approval,
    /// A schedule or instance.
    Schedule,
    /// A row of `/roleAssignments`.
    RoleAssignment,
    /// A role definition.
    RoleDefinition,
    /// A policy or policy assignment.
    Policy,
    /// A rule, by the id asked for, that is none of the 17.
    PolicyRule(String),
    /// A message of the outbox.
    Message,
    /// A security alert, its incident or its refresh, by the id asked for.
    Alert(String),
    /// An audit event.
    AuditEvent,
    /// A record, hash or checkpoint of the audit log: it is no longer kept, or not made yet.
    AuditEvidence,
    /// What a navigation leads to.
    Navigation,
}

/// What a change would make impossible or contradictory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A unique property is taken; names it.
    Taken(&'static str),
    /// The member is there already.
    AlreadyMember,
    /// The assignment is there already.
    RoleAssignmentExists,
    /// The role is still given to somebody.
    RoleInUse,
    /// Built-in roles cannot be changed.
    BuiltInRole,
    /// The group cannot be given roles.
    GroupNotAssignable,
    /// The member is of a kind that cannot belong there.
    MemberNotAllowed,
}

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules refuse it. What is audited of it is kept (I12).
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The rules do not let the decision of an approver stand.
    #[error("the decision does not stand: {0:?}")]
    ApprovalRefused(ApprovalRefusal),
    /// The store has no tenant yet.
    #[error("the data folder has no tenant yet")]
    NoTenant,
    /// The caller's account is gone or disabled.
    #[error("the caller's account is gone or disabled")]
    CallerDisabled,
    /// It would take away the last lasting way to administer the tenant (I11). Unlike a refusal this
    /// may be found after the change was made, so everything is taken back.
    #[error("it would leave nobody who can administer the tenant")]
    LastAdministrator,
    /// A delegated caller lacks the directory role.
    #[error("the caller holds no directory role that allows this")]
    RoleMissing,
    /// It is not there.
    #[error("not found: {0:?}")]
    Missing(Missing),
    /// A change of settings would leave nobody to approve (I11).
    #[error("it would leave nobody to approve: {0:?}")]
    Unapprovable(Unapprovable),
    /// A policy names an approver that does not exist, or is of another kind.
    #[error("there is no such approver: {0}")]
    UnknownApprover(ObjectId),
    /// It contradicts what is there.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// The audit log has no tree of so many records, or no such record in that tree.
    #[error("there is no record {asked} in a log of {size}")]
    NoSuchTree {
        /// The record or size asked for.
        asked: u64,
        /// How many records there are.
        size: u64,
    },
    /// The page token was not made here, or not for this list.
    #[error("the page token is not valid")]
    PageToken,
    /// A stretch of time that cannot be asked about; says why.
    #[error("the time asked about is not valid: {0}")]
    Time(&'static str),
    /// A list of policies or alerts needs a filter by scope and scope type.
    #[error("the list needs a filter by scope")]
    ScopeFilterMissing,
    /// A page asks for more rows than allowed.
    #[error("a page may have at most {max} rows, not {asked}")]
    PageTooLarge {
        /// So many.
        asked: u32,
        /// The most.
        max: u32,
    },
    /// The incidents of the alert cannot be put right by asking for it.
    #[error("the alert is not remediatable")]
    AlertNotRemediatable,
    /// What an alert turns on cannot be set so.
    #[error("out of range: {0:?}")]
    AlertSettingsOutOfRange(Vec<OutOfRange>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// Whether the transaction is to be committed all the same, because the use case wrote nothing
    /// but the audit row of its refusal.
    pub const fn keeps_audit(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::ApprovalRefused(_) | Self::Unapprovable(_)
        )
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ApprovalRefusal> for Error {
    fn from(refusal: ApprovalRefusal) -> Self {
        Self::ApprovalRefused(refusal)
    }
}

impl From<Unapprovable> for Error {
    fn from(why: Unapprovable) -> Self {
        Self::Unapprovable(why)
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}
