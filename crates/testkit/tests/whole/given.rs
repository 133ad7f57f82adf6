//! Orders and questions as the tests here put them.

use http::Method;
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

/// Changes by whose leave a role is activated.
pub fn change_approval(tenant: &Tenant, role: RoleDefinitionId, setting: &Value) -> Answer {
    let body = json!({"setting": setting});
    let path = approval_rule(tenant, role);
    tenant.send(
        Method::PATCH,
        &path,
        Some(&tenant.application_token()),
        Some(&body),
    )
}

/// Where it is said by whose leave a role is activated.
pub fn approval_rule(tenant: &Tenant, role: RoleDefinitionId) -> String {
    let filter = format!(
        "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'%20and%20roleDefinitionId%20eq%20'{role}'"
    );
    let assignments = tenant.list(&tenant.application_token(), &filter);
    let policy = assignments[0]["policyId"].as_str().unwrap();
    format!("/v1.0/policies/roleManagementPolicies/{policy}/rules/Approval_EndUser_Assignment")
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
