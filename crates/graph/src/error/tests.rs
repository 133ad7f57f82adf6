//! Codes and messages to the letter, and the envelope.

use model::{IsoDuration, Permission, RuleId};
use odata::{RawOptions, bind};
use serde_json::json;

use super::*;
use crate::{Version, description::Service, sets};

#[test]
fn codes_and_messages_are_those_of_the_dossiers() {
    type E = GraphError;
    let cases = [
        (
            E::role_assignment_exists(),
            400,
            "RoleAssignmentExists",
            "The Role assignment already exists.",
        ),
        (
            E::role_assignment_does_not_exist(),
            400,
            "RoleAssignmentDoesNotExist",
            "The Role assignment does not exist.",
        ),
        (
            E::pending_role_assignment_request(),
            400,
            "PendingRoleAssignmentRequest",
            "There is already an existing pending Role assignment request.",
        ),
        (
            E::overlaps_pending_requests(),
            400,
            "OverlapsPendingRoleAssignmentRequests",
            "The time period of current request overlaps existing role assignment requests.",
        ),
        (
            E::active_duration_too_short(IsoDuration::from_minutes(5)),
            400,
            "ActiveDurationTooShort",
            "The Active duration is too short. Miniumum Required is 5 minutes.",
        ),
        (
            E::authentication_context_required("c1"),
            400,
            "RoleAssignmentRequestAcrsValidationFailed",
            "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D",
        ),
        (
            E::invalid_role_assignment_request("", None),
            400,
            "InvalidRoleAssignmentRequest",
            "The role assignment request is invalid.",
        ),
        (
            E::invalid_schedule(""),
            400,
            "InvalidRoleAssignmentRequestSchedule",
            "The role assignment request schedule is invalid.",
        ),
        (E::invalid_scope(), 400, "InvalidScope", "The scope is invalid."),
        (
            E::scope_not_supported(),
            400,
            "Request_BadRequest",
            "The given built-in role is not supported to be assigned to a single resource scope.",
        ),
        (
            E::request_cannot_be_cancelled(),
            400,
            "RequestCannotBeCancelled",
            "Request is not in cancellable state.",
        ),
        (
            E::approval_not_found(),
            404,
            "ResourceNotFound",
            "The approval is not found.",
        ),
        (
            E::approval_already_decided(model::RequestStatus::Denied),
            409,
            "Conflict",
            "The approval step has already been completed.",
        ),
        (
            E::subject_not_found(),
            404,
            "SubjectNotFound",
            "The subject is not found.",
        ),
        (E::role_not_found(), 404, "RoleNotFound", "The role is not found."),
        (
            E::unauthorized_access(),
            403,
            "UnauthorizedAccessException",
            "Attempted to perform an unauthorized operation.",
        ),
        (
            E::permission_scope_not_granted(&[
                Permission::RoleAssignmentScheduleReadWriteDirectory,
                Permission::RoleManagementReadWriteDirectory,
            ]),
            403,
            "UnknownError",
            r#"{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to missing permission scope RoleAssignmentSchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.","instanceAnnotations":[]}"#,
        ),
        (
            E::missing_provider(),
            400,
            "UnknownError",
            r#"{"errorCode":"MissingProvider","message":"The provider is missing.","instanceAnnotations":[]}"#,
        ),
        (
            E::invalid_policy("", None),
            400,
            "InvalidPolicy",
            "The policy is invalid.",
        ),
        (
            E::unknown_policy_rule("X"),
            400,
            "InvalidPolicyRule",
            "The policy rule id X is invalid.",
        ),
        (
            E::mfa_and_acrs_conflict(),
            400,
            "MfaAndAcrsConflict",
            "The Mfa and Acrs policy settings cannot be enabled simultaneously.",
        ),
        (
            E::resource_not_found("3c6e"),
            404,
            "Request_ResourceNotFound",
            "Resource '3c6e' does not exist or one of its queried reference-property objects are not present.",
        ),
        (
            E::authorization_request_denied(),
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
        (
            E::audit_role_missing(),
            403,
            "Authentication_RequestFromUnsupportedUserRole",
            "User is not in the allowed roles",
        ),
        (
            E::invalid_json(),
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        ),
    ];
    for (error, status, code, message) in cases {
        assert_eq!((error.status, error.code.as_ref()), (status, code));
        assert_eq!(error.message, message);
    }
}

#[test]
fn broken_rules_are_listed_in_either_form_and_named_in_the_details() {
    let failures = [
        FailureText {
            rule: FailedRule::ExpirationTooLong,
            rule_id: RuleId::ExpirationAdminAssignment,
            limit: Some(IsoDuration::from_days(15)),
            asked: Some(IsoDuration::from_days(16)),
        },
        FailureText {
            rule: FailedRule::Justification,
            rule_id: RuleId::EnablementAdminAssignment,
            limit: None,
            asked: None,
        },
    ];
    let error = GraphError::policy_validation_failed(&failures, RuleMessage::Sentences);
    assert_eq!(
        error.message,
        "The following policy rules failed: ExpirationRule - The duration in the request is greater than \
         maximum allowed duration, JustificationRule - Justification is required"
    );
    assert_eq!(error.details.len(), 2);
    let body = error.body(Instant::from_micros(0), "r", "c");
    assert_eq!(
        body.pointer("/error/details/0/target"),
        Some(&json!("Expiration_Admin_Assignment"))
    );
    assert!(
        body.pointer("/error/details/0/message")
            .unwrap()
            .as_str()
            .unwrap()
            .contains("P16D")
    );
    let error = GraphError::policy_validation_failed(&failures, RuleMessage::Bracketed);
    assert_eq!(
        error.message,
        r#"The following policy rules failed: ["ExpirationRule","JustificationRule"]"#
    );
}

#[test]
fn the_envelope_is_graphs() {
    let body = GraphError::role_assignment_exists().body(
        Instant::parse("2026-05-04T09:12:24.5Z").unwrap(),
        "b1d5c0f7-83a2-4e69-a0c4-52f9e7d81b36",
        "mine",
    );
    let expected = json!({"error": {
        "code": "RoleAssignmentExists", "message": "The Role assignment already exists.",
        "innerError": {"date": "2026-05-04T09:12:24", "request-id": "b1d5c0f7-83a2-4e69-a0c4-52f9e7d81b36",
            "client-request-id": "mine"}}});
    assert_eq!(body.to_string(), expected.to_string());
}

fn refused(set: &crate::EntitySet, query: &str) -> GraphError {
    let options = RawOptions::parse(query).unwrap();
    let error = bind(&options, set.entity.schema(Version::V1)).unwrap_err();
    GraphError::from_bind(set.service, &error, options.filter.as_deref())
}

#[test]
fn queries_are_refused_in_the_words_of_their_service() {
    let pim = &sets::ASSIGNMENT_REQUESTS;
    assert_eq!(pim.service, Service::Pim);
    let error = refused(pim, "$filter=nonsense eq 'x'");
    assert_eq!(error.code, "InvalidFilter");
    assert_eq!(error.message, "The nonsense eq 'x' filter is invalid.");
    let error = refused(pim, "$orderby=nonsense");
    assert_eq!(error.message, "The  filter is invalid.");
    let error = refused(pim, "$select=nonsense");
    assert_eq!(
        (error.code.as_ref(), error.message.as_ref()),
        (
            "BadRequest",
            "Could not find a property named 'nonsense' on type \
             'microsoft.graph.unifiedRoleAssignmentScheduleRequest'."
        )
    );
    let error = refused(pim, "$expand=nonsense");
    assert_eq!(error.code, "BadRequest");
    let error = refused(&sets::USERS, "$filter=displayName eq");
    assert_eq!(error.code, "BadRequest");
    assert!(
        error.message.starts_with("Invalid filter clause: "),
        "{}",
        error.message
    );
    let error = refused(&sets::USERS, "$filter=mobilePhone eq 'x'");
    assert_eq!(error.code, "Request_UnsupportedQuery");
    // Beta only.
    let error = refused(&sets::ROLE_DEFINITIONS, "$select=isPrivileged");
    assert_eq!(error.code, "BadRequest");
}
