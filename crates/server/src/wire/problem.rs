//! Why a use case failed, in Graph's words: the one place where refusals become codes, messages and
//! details on the wire.

use engine::{Conflict, Error, Missing};
use graph::error::{FailedRule, FailureText, RuleMessage};
use graph::{EntitySet, GraphError};
use rules::administrators::Unapprovable;
use rules::alerts::OutOfRange;
use rules::{ApprovalRefusal, Refusal, RuleFailure};
use store::StoreError;

/// A failure of an operation on an entity set.
pub fn of_set(set: &EntitySet, error: &Error) -> GraphError {
    match error {
        Error::RoleMissing => GraphError::role_missing(set),
        Error::Missing(missing) => not_found(set, missing),
        other => directory(other),
    }
}

/// A failure where no entity set is at hand.
pub fn directory(error: &Error) -> GraphError {
    match error {
        Error::Refused(refusal) => refused(refusal),
        Error::ApprovalRefused(refusal) => approval_refused(refusal),
        Error::LastAdministrator => GraphError::cannot_delete_last_admin_assignment(),
        Error::CallerDisabled => {
            GraphError::invalid_authentication_token("The account of the caller is deleted or disabled.")
        }
        Error::RoleMissing => GraphError::authorization_request_denied(),
        Error::Missing(Missing::DirectoryObject(key)) => GraphError::resource_not_found(key),
        Error::Missing(Missing::ScheduleRequest) => GraphError::request_not_found(),
        Error::Missing(Missing::Approval) => GraphError::approval_not_found(),
        Error::Missing(Missing::Schedule) => GraphError::schedule_not_found(),
        Error::Missing(Missing::RoleDefinition) => GraphError::role_not_found(),
        Error::Missing(Missing::Alert(key)) => GraphError::alert_not_found(key),
        Error::AlertNotRemediatable => GraphError::alert_not_remediatable(),
        Error::AlertSettingsOutOfRange(wrong) => alert_settings_out_of_range(wrong),
        Error::Missing(Missing::Policy) => GraphError::policy_not_found(),
        Error::Missing(Missing::PolicyRule(id)) => GraphError::unknown_policy_rule(id),
        Error::Missing(
            Missing::AuditEvent
            | Missing::AuditEvidence
            | Missing::Message
            | Missing::RoleAssignment
            | Missing::Navigation,
        ) => GraphError::resource_not_found(""),
        Error::UnknownApprover(id) => GraphError::invalid_policy(
            format!("There is no such approver: {id}."),
            Some("primaryApprovers"),
        ),
        Error::Unapprovable(why) => unapprovable(*why),
        Error::Conflict(conflict) => conflicting(conflict),
        Error::NoSuchTree { asked, size } => GraphError::bad_request("There is no such tree.").with_detail(
            "NoSuchTree",
            format!("{asked} was asked for, the log has {size} records"),
            None,
        ),
        Error::Time(why) => GraphError::bad_request(*why),
        Error::PageToken => GraphError::expired_page_token(),
        Error::ScopeFilterMissing => GraphError::missing_provider(),
        Error::PageTooLarge { asked, max } => GraphError::invalid_page_size(*asked, *max),
        Error::Store(StoreError::Conflict { what }) => conflicting(&Conflict::Taken(what)),
        Error::Store(StoreError::Busy) => GraphError::service_not_available(),
        Error::Store(StoreError::Unsupported(why)) => GraphError::unsupported_query(why.clone()),
        Error::Store(StoreError::TooExpensive) => GraphError::too_expensive(),
        Error::NoTenant | Error::Store(_) => GraphError::internal(),
    }
}

/// A failure of a route of Tenure's own about the audit log.
pub fn audit(error: &Error) -> GraphError {
    match error {
        Error::RoleMissing => GraphError::audit_role_missing(),
        Error::Missing(Missing::AuditEvidence) | Error::Store(StoreError::NotKept) => {
            GraphError::audit_not_found("").with_detail(
                "NotKept",
                "it is no longer kept, or not made yet",
                None,
            )
        }
        other => directory(other),
    }
}

fn alert_settings_out_of_range(wrong: &[OutOfRange]) -> GraphError {
    GraphError::invalid_alert_configuration(wrong.iter().map(|it| {
        let OutOfRange {
            property,
            least,
            most,
            value,
        } = it;
        let why = format!("{property} is from {least} to {most}, and {value} was asked for");
        (*property, why)
    }))
}

fn unapprovable(why: Unapprovable) -> GraphError {
    let why = match why {
        Unapprovable::TooFewNamed { reachable, quorum } => format!(
            "Nobody could approve: the approvers named are, or have among their members, {reachable} persons with an \
             enabled account, and it takes {quorum}."
        ),
        Unapprovable::TooFewLastingAdministrators { reachable, quorum } => format!(
            "Nobody could approve: there are no primaryApprovers, and of persons who are Global Administrator or \
             Privileged Role Administrator for good there are {reachable}, and it takes {quorum}."
        ),
    };
    GraphError::invalid_policy(why, Some("primaryApprovers"))
}

fn not_found(set: &EntitySet, missing: &Missing) -> GraphError {
    match missing {
        Missing::DirectoryObject(key) => GraphError::not_found(set, key),
        Missing::RoleAssignment | Missing::AuditEvent | Missing::Navigation => GraphError::not_found(set, ""),
        Missing::RoleDefinition if set.entity.short_name() == "unifiedRoleDefinition" => {
            GraphError::not_found(set, "")
        }
        other => directory(&Error::Missing(other.clone())),
    }
}

fn conflicting(conflict: &Conflict) -> GraphError {
    match conflict {
        Conflict::Taken(property) => GraphError::conflicting_object().with_detail(
            "ConflictingObjects",
            format!("another object has this {property}"),
            Some(property),
        ),
        Conflict::AlreadyMember => GraphError::reference_exists("members"),
        Conflict::RoleAssignmentExists => GraphError::conflicting_object(),
        Conflict::RoleInUse => {
            GraphError::request_bad_request("The role is still assigned and cannot be deleted.")
        }
        Conflict::BuiltInRole => GraphError::request_bad_request("Built-in roles cannot be changed."),
        Conflict::GroupNotAssignable => GraphError::request_bad_request(
            "The group is not assignable to roles: isAssignableToRole is not true.",
        ),
        Conflict::MemberNotAllowed => {
            GraphError::request_bad_request("An object of this type cannot be a member here.")
        }
    }
}

/// A refusal by the rules.
pub fn refused(refusal: &Refusal) -> GraphError {
    match refusal {
        Refusal::InvalidRequest(why) => GraphError::invalid_role_assignment_request(why, None),
        Refusal::InvalidSchedule(why) => GraphError::invalid_schedule(why),
        Refusal::Unauthorized => GraphError::unauthorized_access(),
        Refusal::SubjectNotFound => GraphError::subject_not_found(),
        Refusal::RoleNotFound => GraphError::role_not_found(),
        Refusal::InvalidScope => GraphError::invalid_scope(),
        Refusal::ScopeNotSupported => GraphError::scope_not_supported(),
        Refusal::GrantExists => GraphError::role_assignment_exists(),
        Refusal::GrantDoesNotExist => GraphError::role_assignment_does_not_exist(),
        Refusal::RequestPending => GraphError::pending_role_assignment_request(),
        Refusal::OverlapsPending => GraphError::overlaps_pending_requests(),
        Refusal::DurationTooShort { minimum, actual } => GraphError::active_duration_too_short(*minimum)
            .with_detail(
                "ActiveDurationTooShort",
                format!("it is {actual}, the least is {minimum}"),
                None,
            ),
        Refusal::PolicyFailed(failures) => {
            let texts: Vec<FailureText> = failures.iter().map(failure_text).collect();
            GraphError::policy_validation_failed(&texts, RuleMessage::default())
        }
        Refusal::AuthenticationContextRequired(context) => {
            GraphError::authentication_context_required(context)
        }
        Refusal::LastAdministrator => GraphError::cannot_delete_last_admin_assignment(),
        Refusal::NotCancellable(status) => GraphError::request_cannot_be_cancelled().with_detail(
            "RequestCannotBeCancelled",
            format!("the request is {status}"),
            Some("status"),
        ),
    }
}

/// An approver's decision that does not stand.
fn approval_refused(refusal: &ApprovalRefusal) -> GraphError {
    match refusal {
        ApprovalRefusal::NoSuchStep => GraphError::approval_not_found(),
        ApprovalRefusal::NotApprover => GraphError::unauthorized_access(),
        ApprovalRefusal::AlreadyDecided(status) => GraphError::approval_already_decided(*status),
        ApprovalRefusal::HasDecided => GraphError::approval_step_of_another(),
        ApprovalRefusal::StageNotReached => GraphError::approval_step_not_begun(),
        ApprovalRefusal::JustificationRequired => GraphError::review_justification_required(),
    }
}

fn failure_text(failure: &RuleFailure) -> FailureText {
    FailureText {
        rule: match failure.rule {
            rules::FailedRule::ExpirationPermanent => FailedRule::ExpirationPermanent,
            rules::FailedRule::ExpirationTooLong => FailedRule::ExpirationTooLong,
            rules::FailedRule::Justification => FailedRule::Justification,
            rules::FailedRule::Ticketing => FailedRule::Ticketing,
            rules::FailedRule::MultiFactorAuthentication => FailedRule::MultiFactorAuthentication,
        },
        rule_id: failure.rule_id,
        limit: failure.limit,
        asked: failure.asked,
    }
}
