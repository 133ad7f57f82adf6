//! Orders and questions as the tests here put them.

use model::{DirectoryScope, ObjectId, RoleDefinitionId};
use serde_json::{Value, json};
use testkit::{Answer, Tenant};

/// The collection of requests for active roles.
pub const ASSIGNMENT_REQUESTS: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";
/// Its twin.
pub const ELIGIBILITY_REQUESTS: &str = "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests";

/// A request for a schedule of `duration` from `start` on, or from now on.
pub fn order(
    action: &str,
    principal: ObjectId,
    role: RoleDefinitionId,
    start: Option<String>,
    duration: &str,
) -> Value {
    json!({
        "action": action,
        "principalId": principal.to_string(),
        "roleDefinitionId": role.to_string(),
        "directoryScopeId": "/",
        "justification": "Test",
        "scheduleInfo": {
            "startDateTime": start,
            "expiration": {"type": "afterDuration", "duration": duration},
        },
    })
}

/// Asks whether somebody holds a role now.
pub fn evaluate(tenant: &Tenant, subject: ObjectId, role: RoleDefinitionId, scope: DirectoryScope) -> Answer {
    let question = json!({
        "subject": {"type": "user", "id": subject.to_string()},
        "action": {"name": "role", "properties": {"roleDefinitionId": role.to_string()}},
        "resource": {"type": "directoryScope", "id": scope.to_string()},
    });
    tenant.post(&tenant.application_token(), "/access/v1/evaluation", &question)
}

/// Whether somebody holds a role at the tenant now.
pub fn holds(tenant: &Tenant, subject: ObjectId, role: RoleDefinitionId) -> bool {
    evaluate(tenant, subject, role, DirectoryScope::Tenant).expect(200)["decision"] == json!(true)
}
