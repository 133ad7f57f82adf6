//! What Privileged Identity Management refuses (schedules dossier, 11; policies dossier, 4.3, 5.2,
//! 6.3 and 7). Codes and messages are on the wire as they stand here, misspellings included.

use model::{IsoDuration, Permission, RequestStatus, RuleId};
use serde_json::json;

use super::GraphError;

/// A rule of a role's settings, as the error about it words it (policies dossier, 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedRule {
    /// The window is endless where it must end.
    ExpirationPermanent,
    /// The window is too long.
    ExpirationTooLong,
    /// There is no reason.
    Justification,
    /// There is no ticket number.
    Ticketing,
    /// There was no second factor.
    MultiFactorAuthentication,
}

impl FailedRule {
    /// The token that clients look for.
    pub const fn token(self) -> &'static str {
        match self {
            Self::ExpirationPermanent | Self::ExpirationTooLong => "ExpirationRule",
            Self::Justification => "JustificationRule",
            Self::Ticketing => "TicketingRule",
            Self::MultiFactorAuthentication => "MfaRule",
        }
    }

    /// What the live service says about it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ExpirationPermanent => "The policy does not allow permanent assignment",
            Self::ExpirationTooLong => "The duration in the request is greater than maximum allowed duration",
            Self::Justification => "Justification is required",
            Self::Ticketing => "Ticket information is required",
            Self::MultiFactorAuthentication => "Multi-factor authentication is required",
        }
    }
}

/// One broken rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureText {
    /// Which.
    pub rule: FailedRule,
    /// The rule of the policy that says so.
    pub rule_id: RuleId,
    /// The longest window allowed, where it is about that.
    pub limit: Option<IsoDuration>,
    /// The window asked for.
    pub asked: Option<IsoDuration>,
}

/// In which of its two known forms the message about broken rules is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleMessage {
    /// `ExpirationRule - The policy does not allow permanent assignment`, live since 2026.
    #[default]
    Sentences,
    /// `["ExpirationRule"]`, as documented.
    Bracketed,
}

/// Errors of requests.
impl GraphError {
    /// The tenant has no licence for PIM (directory dossier, A9).
    pub fn premium_license_required() -> Self {
        Self::new(
            400,
            "AadPremiumLicenseRequired",
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
        )
    }

    /// There is such a grant.
    pub fn role_assignment_exists() -> Self {
        Self::new(400, "RoleAssignmentExists", "The Role assignment already exists.")
    }

    /// There is no such grant.
    pub fn role_assignment_does_not_exist() -> Self {
        Self::new(
            400,
            "RoleAssignmentDoesNotExist",
            "The Role assignment does not exist.",
        )
    }

    /// An earlier request for the same waits.
    pub fn pending_role_assignment_request() -> Self {
        Self::new(
            400,
            "PendingRoleAssignmentRequest",
            "There is already an existing pending Role assignment request.",
        )
    }

    /// The window overlaps that of an earlier request.
    pub fn overlaps_pending_requests() -> Self {
        Self::new(
            400,
            "OverlapsPendingRoleAssignmentRequests",
            "The time period of current request overlaps existing role assignment requests.",
        )
    }

    /// A grant is too young to be changed, or a window too short. Graph's misspelling is kept while
    /// the minimum is Graph's.
    pub fn active_duration_too_short(minimum: IsoDuration) -> Self {
        let minutes = minimum.as_seconds() / 60;
        Self::new(
            400,
            "ActiveDurationTooShort",
            format!("The Active duration is too short. Miniumum Required is {minutes} minutes."),
        )
    }

    /// The role's settings are not met.
    pub fn policy_validation_failed(failures: &[FailureText], form: RuleMessage) -> Self {
        let list = match form {
            RuleMessage::Sentences => failures
                .iter()
                .map(|failure| format!("{} - {}", failure.rule.token(), failure.rule.reason()))
                .collect::<Vec<_>>()
                .join(", "),
            RuleMessage::Bracketed => {
                let mut tokens: Vec<&str> = failures.iter().map(|failure| failure.rule.token()).collect();
                tokens.dedup();
                json!(tokens).to_string()
            }
        };
        let error = Self::new(
            400,
            "RoleAssignmentRequestPolicyValidationFailed",
            format!("The following policy rules failed: {list}"),
        );
        failures.iter().fold(error, |error, failure| {
            error.with_detail(
                failure.rule.token(),
                failure.detail(),
                Some(failure.rule_id.as_str()),
            )
        })
    }

    /// The sign-in lacks an authentication context. The message is the claims challenge that clients
    /// cut out and redeem; the blank after the comma is part of it.
    pub fn authentication_context_required(context: &str) -> Self {
        Self::new(
            400,
            "RoleAssignmentRequestAcrsValidationFailed",
            format!(
                "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22{context}%22%7D%7D%7D"
            ),
        )
    }

    /// The body does not fit its action; `why` is for people.
    pub fn invalid_role_assignment_request(why: &str, target: Option<&str>) -> Self {
        Self::new(
            400,
            "InvalidRoleAssignmentRequest",
            "The role assignment request is invalid.",
        )
        .with_detail("InvalidRoleAssignmentRequest", why, target)
    }

    /// The window cannot be; `why` is for people.
    pub fn invalid_schedule(why: &str) -> Self {
        Self::new(
            400,
            "InvalidRoleAssignmentRequestSchedule",
            "The role assignment request schedule is invalid.",
        )
        .with_detail("InvalidRoleAssignmentRequestSchedule", why, Some("scheduleInfo"))
    }

    /// There is no such scope.
    pub fn invalid_scope() -> Self {
        Self::new(400, "InvalidScope", "The scope is invalid.")
    }

    /// The role cannot be given at a scope of this form.
    pub fn scope_not_supported() -> Self {
        Self::new(
            400,
            "Request_BadRequest",
            "The given built-in role is not supported to be assigned to a single resource scope.",
        )
    }

    /// The request has its outcome already.
    pub fn request_cannot_be_cancelled() -> Self {
        Self::new(
            400,
            "RequestCannotBeCancelled",
            "Request is not in cancellable state.",
        )
    }

    /// The last lasting way to administer the tenant would be gone.
    pub fn cannot_delete_last_admin_assignment() -> Self {
        Self::new(
            400,
            "CannotDeleteLastAdminAssignment",
            "The last permanent administrator of the tenant cannot be removed.",
        )
    }

    /// No such principal.
    pub fn subject_not_found() -> Self {
        Self::new(404, "SubjectNotFound", "The subject is not found.")
    }

    /// No such role.
    pub fn role_not_found() -> Self {
        Self::new(404, "RoleNotFound", "The role is not found.")
    }

    /// No such request.
    pub fn request_not_found() -> Self {
        Self::new(
            404,
            "RoleAssignmentRequestNotFound",
            "The role assignment request is not found.",
        )
    }

    /// No such schedule or instance.
    pub fn schedule_not_found() -> Self {
        Self::new(404, "UnknownError", "The role assignment is not found.")
    }

    /// The caller's roles do not allow it.
    pub fn unauthorized_access() -> Self {
        Self::new(
            403,
            "UnauthorizedAccessException",
            "Attempted to perform an unauthorized operation.",
        )
    }

    /// The token's permissions do not allow it; one of `needed` would.
    pub fn permission_scope_not_granted(needed: &[Permission]) -> Self {
        let list = needed.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(",");
        Self::new(
            403,
            "UnknownError",
            nested(
                "PermissionScopeNotGranted",
                &format!("Authorization failed due to missing permission scope {list}."),
            ),
        )
    }
}

/// Errors of approvals (policies dossier, 9.2 and 9.4). Graph documents their statuses only.
impl GraphError {
    /// No request that needs approval has this id, or its approval has no such step.
    pub fn approval_not_found() -> Self {
        Self::new(404, "ResourceNotFound", "The approval is not found.")
    }

    /// The request has its outcome already; `status` is what it reads.
    pub fn approval_already_decided(status: RequestStatus) -> Self {
        Self::new(409, "Conflict", "The approval step has already been completed.").with_detail(
            "Conflict",
            format!("the request is {status}"),
            Some("status"),
        )
    }

    /// The person has decided another step of the approval.
    pub fn approval_step_of_another() -> Self {
        Self::new(
            409,
            "Conflict",
            "The approval step is for somebody else to complete.",
        )
        .with_detail(
            "Conflict",
            "you have decided another step of this approval, perhaps under another account",
            Some("reviewResult"),
        )
    }

    /// Earlier stages of the approval wait.
    pub fn approval_step_not_begun() -> Self {
        Self::new(409, "Conflict", "The approval step has not begun.").with_detail(
            "Conflict",
            "the steps of earlier stages have to be completed first",
            Some("status"),
        )
    }

    /// A decision says neither yes nor no.
    pub fn invalid_review_result() -> Self {
        Self::bad_request("The reviewResult must be Approve or Deny.").with_detail(
            "InvalidValue",
            "'reviewResult' must be Approve or Deny.",
            Some("reviewResult"),
        )
    }

    /// A decision without the reason that the settings ask for.
    pub fn review_justification_required() -> Self {
        Self::bad_request("Justification is required.").with_detail(
            "JustificationRule",
            "The role's settings ask approvers for a justification.",
            Some("justification"),
        )
    }
}

/// Errors of role settings.
impl GraphError {
    /// A list of policies without the filter that says whose.
    pub fn missing_provider() -> Self {
        Self::new(
            400,
            "UnknownError",
            nested("MissingProvider", "The provider is missing."),
        )
    }

    /// The settings as a whole cannot be; `why` is for people.
    pub fn invalid_policy(why: impl Into<String>, target: Option<&str>) -> Self {
        Self::new(400, "InvalidPolicy", "The policy is invalid.").with_detail("InvalidPolicy", why, target)
    }

    /// A rule cannot be; `why` is for people.
    pub fn invalid_policy_rule(why: impl Into<String>, target: Option<&str>) -> Self {
        Self::new(400, "InvalidPolicyRule", "The policy rule is invalid.").with_detail(
            "InvalidPolicyRule",
            why,
            target,
        )
    }

    /// No policy has such a rule.
    pub fn unknown_policy_rule(id: &str) -> Self {
        Self::new(
            400,
            "InvalidPolicyRule",
            format!("The policy rule id {id} is invalid."),
        )
    }

    /// A second factor and an authentication context cannot both be asked for.
    pub fn mfa_and_acrs_conflict() -> Self {
        Self::new(
            400,
            "MfaAndAcrsConflict",
            "The Mfa and Acrs policy settings cannot be enabled simultaneously.",
        )
    }

    /// No such policy or policy assignment.
    pub fn policy_not_found() -> Self {
        Self::new(404, "ResourceNotFound", "The policy is not found.")
    }
}

impl FailureText {
    fn detail(&self) -> String {
        let reason = self.rule.reason();
        match (self.limit, self.asked) {
            (Some(limit), Some(asked)) => {
                format!("{reason}: {asked} was asked for, at most {limit} is allowed")
            }
            (Some(limit), None) => format!("{reason}: at most {limit} is allowed"),
            (None, _) => reason.to_owned(),
        }
    }
}

/// PIM's policy and permission services put their error into the message, as JSON text.
fn nested(code: &str, message: &str) -> String {
    json!({"errorCode": code, "message": message, "instanceAnnotations": []}).to_string()
}
