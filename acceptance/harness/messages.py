"""Graph's codes and messages, byte for byte (schedules dossier 11, policies dossier 6.2 and 7)."""

EXISTS = {"status": 400, "code": "RoleAssignmentExists", "message": "The Role assignment already exists."}
DOES_NOT_EXIST = {"status": 400, "code": "RoleAssignmentDoesNotExist", "message": "The Role assignment does not exist."}
PENDING = {
    "status": 400,
    "code": "PendingRoleAssignmentRequest",
    "message": "There is already an existing pending Role assignment request.",
}
OVERLAPS = {
    "status": 400,
    "code": "OverlapsPendingRoleAssignmentRequests",
    "message": "The time period of current request overlaps existing role assignment requests.",
}
# The misspelling is on the wire.
TOO_SHORT = {
    "status": 400,
    "code": "ActiveDurationTooShort",
    "message": "The Active duration is too short. Miniumum Required is 5 minutes.",
}
INVALID = {
    "status": 400,
    "code": "InvalidRoleAssignmentRequest",
    "message": "The role assignment request is invalid.",
}
INVALID_SCHEDULE = {
    "status": 400,
    "code": "InvalidRoleAssignmentRequestSchedule",
    "message": "The role assignment request schedule is invalid.",
}
INVALID_SCOPE = {"status": 400, "code": "InvalidScope", "message": "The scope is invalid."}
SCOPE_NOT_SUPPORTED = {
    "status": 400,
    "code": "Request_BadRequest",
    "message": "The given built-in role is not supported to be assigned to a single resource scope.",
}
SUBJECT_NOT_FOUND = {"status": 404, "code": "SubjectNotFound", "message": "The subject is not found."}
ROLE_NOT_FOUND = {"status": 404, "code": "RoleNotFound", "message": "The role is not found."}
NOT_CANCELLABLE = {
    "status": 400,
    "code": "RequestCannotBeCancelled",
    "message": "Request is not in cancellable state.",
}
REQUEST_NOT_FOUND = {"status": 404, "code": "RoleAssignmentRequestNotFound"}
UNAUTHORIZED = {
    "status": 403,
    "code": "UnauthorizedAccessException",
    "message": "Attempted to perform an unauthorized operation.",
}
NO_APPROVAL = {"status": 404, "code": "ResourceNotFound", "message": "The approval is not found."}
DECIDED = {"status": 409, "code": "Conflict", "message": "The approval step has already been completed."}
LAST_ADMINISTRATOR = {"status": 400, "code": "CannotDeleteLastAdminAssignment"}

PERMANENT = "ExpirationRule - The policy does not allow permanent assignment"
TOO_LONG = "ExpirationRule - The duration in the request is greater than maximum allowed duration"
NO_JUSTIFICATION = "JustificationRule - Justification is required"
NO_TICKET = "TicketingRule - Ticket information is required"
NO_MFA = "MfaRule - Multi-factor authentication is required"


def rules_failed(*rules: str) -> dict:
    return {
        "status": 400,
        "code": "RoleAssignmentRequestPolicyValidationFailed",
        "message": f"The following policy rules failed: {', '.join(rules)}",
    }


def context_required(context: str) -> dict:
    claims = f"%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22{context}%22%7D%7D%7D"
    return {"status": 400, "code": "RoleAssignmentRequestAcrsValidationFailed", "message": f"&claims={claims}"}
