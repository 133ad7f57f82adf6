//! Why an order is refused. The wire's codes and messages are `graph`'s business.

use model::{IsoDuration, RequestStatus, RuleId};

/// Which rule of the settings a request breaks; the wire's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailedRule {
    /// The window is endless where it must end.
    ExpirationPermanent,
    /// The window is longer than allowed.
    ExpirationTooLong,
    /// A reason is missing.
    Justification,
    /// A ticket number is missing.
    Ticketing,
    /// A second factor is missing.
    MultiFactorAuthentication,
}

/// One broken rule, with the numbers that a person needs to mend the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFailure {
    /// What is broken.
    pub rule: FailedRule,
    /// The rule of the policy that says so.
    pub rule_id: RuleId,
    /// The longest window that the rule allows, where it is about that.
    pub limit: Option<IsoDuration>,
    /// The window asked for; none for an endless one.
    pub asked: Option<IsoDuration>,
}

/// Why an order is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The order does not fit its action; says how.
    InvalidRequest(&'static str),
    /// The window cannot be; says how.
    InvalidSchedule(&'static str),
    /// The caller may not order this.
    Unauthorized,
    /// No such principal.
    SubjectNotFound,
    /// No such role.
    RoleNotFound,
    /// No such scope.
    InvalidScope,
    /// The role cannot be given at a scope of this form.
    ScopeNotSupported,
    /// There is such a grant already.
    GrantExists,
    /// There is no such grant.
    GrantDoesNotExist,
    /// An earlier request for the same thing waits.
    RequestPending,
    /// The window overlaps that of an earlier request.
    OverlapsPending,
    /// An active grant is too young to be changed, or a window too short.
    DurationTooShort {
        /// The least.
        minimum: IsoDuration,
        /// What it is.
        actual: IsoDuration,
    },
    /// The role's settings are not met; every failure is named.
    PolicyFailed(Vec<RuleFailure>),
    /// The sign-in lacks an authentication context.
    AuthenticationContextRequired(String),
    /// It would take away the last lasting way to administer the tenant (I11).
    LastAdministrator,
    /// The request to be cancelled has an outcome already.
    NotCancellable(RequestStatus),
}

impl Refusal {
    /// Graph's error code (schedules dossier, section 11), which audit rows carry as the reason too.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "InvalidRoleAssignmentRequest",
            Self::InvalidSchedule(_) => "InvalidRoleAssignmentRequestSchedule",
            Self::Unauthorized => "UnauthorizedAccessException",
            Self::SubjectNotFound => "SubjectNotFound",
            Self::RoleNotFound => "RoleNotFound",
            Self::InvalidScope => "InvalidScope",
            Self::ScopeNotSupported => "Request_BadRequest",
            Self::GrantExists => "RoleAssignmentExists",
            Self::GrantDoesNotExist => "RoleAssignmentDoesNotExist",
            Self::RequestPending => "PendingRoleAssignmentRequest",
            Self::OverlapsPending => "OverlapsPendingRoleAssignmentRequests",
            Self::DurationTooShort { .. } => "ActiveDurationTooShort",
            Self::PolicyFailed(_) => "RoleAssignmentRequestPolicyValidationFailed",
            Self::AuthenticationContextRequired(_) => "RoleAssignmentRequestAcrsValidationFailed",
            Self::LastAdministrator => "CannotDeleteLastAdminAssignment",
            Self::NotCancellable(_) => "RequestCannotBeCancelled",
        }
    }
}
