//! The authorisation matrix: every operation that the descriptions know, called by everybody. The
//! statuses are compared with `authorisation_matrix.txt`; `TENURE_WRITE_MATRIX=1` writes it anew.

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;

use graph::{EntitySet, Method, Operation, OperationKind as Kind, Version};
use http::Method as HttpMethod;
use model::access::PermissionSet;
use model::query::{Collection, Nav};
use model::role::{GLOBAL_ADMINISTRATOR, GLOBAL_READER, REPORTS_READER, SECURITY_READER, USER_ADMINISTRATOR};
use model::{AlertName, GrantKind, ObjectId, Permission, RoleDefinitionId};
use serde_json::{Value, json};
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, order};

/// The role whose activation has to be approved.
const APPROVED_ROLE: RoleDefinitionId = REPORTS_READER;
const WRITE: &str = "TENURE_WRITE_MATRIX";
const HEAD: &str = "\
# Status of each operation by caller: without a token, with a token that lacks the permission, the
# application with the least permission, and with the same permission a user without a role, a reader
# (Global Reader) and an administrator (Global Administrator). Keys are those of existing things.
";

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallerOf {
    Nobody,
    WithoutPermission,
    Application,
    User,
    Reader,
    Administrator,
}

const CALLERS: [CallerOf; 6] = [
    CallerOf::Nobody,
    CallerOf::WithoutPermission,
    CallerOf::Application,
    CallerOf::User,
    CallerOf::Reader,
    CallerOf::Administrator,
];

/// A tenant with one of each thing.
struct World {
    tenant: Tenant,
    app: String,
    user: ObjectId,
    reader: ObjectId,
    administrator: ObjectId,
    somebody: ObjectId,
    group: ObjectId,
    unit: ObjectId,
    role: String,
    policy: String,
    policy_assignment: String,
    eligibility_request: String,
    activation: String,
    directory_role: String,
    audit_event: String,
    /// The number of the last authentication context that was to be made.
    contexts: Cell<u8>,
}

impl World {
    fn new() -> Self {
        let tenant = Tenant::found(11);
        let app = tenant.application_token();
        let administrator = tenant.holder("Alma Administrator", GLOBAL_ADMINISTRATOR);
        tenant.holder("Another Administrator", GLOBAL_ADMINISTRATOR);
        let reader = tenant.holder("Rita Reader", GLOBAL_READER);
        let user = tenant.user("Uwe User");
        let somebody = tenant.user("Some Body");
        let group = tenant.group("Operators", &[somebody]);
        let unit = tenant.unit("Branch");
        let eligibility = order("adminAssign", somebody, SECURITY_READER, None, "P10D");
        let made = tenant.post(&app, ELIGIBILITY_REQUESTS, &eligibility).expect(201);
        let activation = order("selfActivate", somebody, SECURITY_READER, None, "PT8H");
        let activated = tenant
            .post(&tenant.user_token(somebody), ASSIGNMENT_REQUESTS, &activation)
            .expect(201);
        let first = |path: &str| {
            let rows = tenant.list(&app, path);
            rows.first()
                .and_then(|row| row["id"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        require_approval(&tenant, &app);
        let role = tenant.post(
            &app,
            "/v1.0/roleManagement/directory/roleDefinitions",
            &role_definition("Fixed"),
        );
        let scope = "$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$top=1";
        Self {
            policy: first(&format!("/v1.0/policies/roleManagementPolicies?{scope}")),
            policy_assignment: first(&format!("/v1.0/policies/roleManagementPolicyAssignments?{scope}")),
            directory_role: first("/v1.0/directoryRoles"),
            audit_event: first("/v1.0/auditLogs/directoryAudits"),
            role: text(&role.expect(201), "id"),
            eligibility_request: text(&made, "id"),
            activation: text(&activated, "id"),
            contexts: Cell::new(10),
            user,
            reader,
            administrator,
            somebody,
            group,
            unit,
            app,
            tenant,
        }
    }

    fn token(&self, caller: CallerOf, operation: &Operation) -> Option<String> {
        let least: PermissionSet = operation.permissions.iter().copied().take(1).collect();
        // An operation that asks for no permission still takes a token, which must have some.
        let least = if least == PermissionSet::default() {
            [Permission::UserRead].into_iter().collect()
        } else {
            least
        };
        Some(match caller {
            CallerOf::Nobody => return None,
            CallerOf::WithoutPermission => self
                .tenant
                .application_token_with([Permission::AccessEvaluateAll].into_iter().collect()),
            CallerOf::Application => self.tenant.application_token_with(least),
            CallerOf::User => self.tenant.user_token_with(self.user, least),
            CallerOf::Reader => self.tenant.user_token_with(self.reader, least),
            CallerOf::Administrator => self.tenant.user_token_with(self.administrator, least),
        })
    }

    /// The status that a caller gets. What an operation changes or takes away is made for it alone.
    fn call(&self, set: &EntitySet, operation: &Operation, caller: CallerOf) -> u16 {
        let version = if operation.versions.has(Version::V1) {
            "v1.0"
        } else {
            "beta"
        };
        let (key, element) = self.key(set, operation);
        let path = operation
            .path
            .replace("{key}", &key)
            .replace("{element}", &element)
            .replace("{cast}", "microsoft.graph.group")
            .replace("{on}", set.current_user.first().unwrap_or(&""));
        let mut url = format!("/{version}/{}/{path}", set.path.join("/"));
        if set.collection.needs_scope() && matches!(operation.kind, Kind::List | Kind::Count) {
            url.push_str("?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'");
        } else if matches!(operation.kind, Kind::Count | Kind::NavigateCount(_)) {
            // Without it the directory refuses to count, whoever asks.
            url.push_str("?ConsistencyLevel=eventual");
        }
        let method = HttpMethod::from_bytes(operation.method.as_str().as_bytes()).unwrap();
        let token = self.token(caller, operation);
        self.tenant
            .send(method, &url, token.as_deref(), self.body(set, operation).as_ref())
            .status
    }

    /// The key in the path, and the element beneath it.
    fn key(&self, set: &EntitySet, operation: &Operation) -> (String, String) {
        let t = &self.tenant;
        let takes_away = matches!(operation.kind, Kind::Delete | Kind::Cancel);
        let element = match operation.kind {
            Kind::NavigateElement(_) | Kind::UpdateElement(_) => "Expiration_EndUser_Assignment".to_owned(),
            Kind::RemoveReference(_) => return self.membership(set, operation),
            _ => String::new(),
        };
        let key = match set.collection {
            Collection::ScheduleRequests(_) if takes_away => self.future_request(set),
            Collection::ScheduleRequests(GrantKind::Assignment)
            | Collection::Schedules(GrantKind::Assignment) => self.activation.clone(),
            Collection::ScheduleRequests(GrantKind::Eligibility)
            | Collection::Schedules(GrantKind::Eligibility) => self.eligibility_request.clone(),
            Collection::Approvals => {
                let key = self.request_to_approve();
                return (key.clone(), key);
            }
            Collection::ScheduleInstances(kind) => derived(kind, self.somebody),
            Collection::RoleAssignments if takes_away => {
                let holder = t.user(&format!("Holder {}", t.id()));
                t.give(holder, SECURITY_READER);
                derived(GrantKind::Assignment, holder)
            }
            Collection::RoleAssignments => derived(GrantKind::Assignment, self.somebody),
            Collection::RoleDefinitions if takes_away => {
                let body = role_definition(&t.id().to_string());
                text(
                    &t.post(&self.app, "/v1.0/roleManagement/directory/roleDefinitions", &body)
                        .expect(201),
                    "id",
                )
            }
            Collection::RoleDefinitions => self.role.clone(),
            Collection::Policies | Collection::PolicyRules => self.policy.clone(),
            Collection::PolicyAssignments => self.policy_assignment.clone(),
            Collection::Users if takes_away => t.user(&format!("Leaver {}", t.id())).to_string(),
            Collection::Users | Collection::DirectoryObjects => self.somebody.to_string(),
            Collection::Groups if takes_away => t.group("Leavers", &[]).to_string(),
            Collection::Groups => self.group.to_string(),
            Collection::ServicePrincipals if takes_away => {
                let body = json!({"appId": t.id().to_string()});
                text(
                    &t.post(&self.app, "/v1.0/servicePrincipals", &body).expect(201),
                    "id",
                )
            }
            Collection::ServicePrincipals => t.application().to_string(),
            Collection::AdministrativeUnits if takes_away => t.unit("Closing").to_string(),
            Collection::AdministrativeUnits => self.unit.to_string(),
            Collection::Organization => text(&t.list(&self.app, "/v1.0/organization")[0], "id"),
            Collection::SubscribedSkus => text(&t.list(&self.app, "/v1.0/subscribedSkus")[0], "id"),
            Collection::DirectoryRoles => self.directory_role.clone(),
            Collection::DirectoryRoleTemplates => SECURITY_READER.to_string(),
            Collection::DirectoryAudits => self.audit_event.clone(),
            Collection::Alerts | Collection::AlertIncidents
                if matches!(operation.kind, Kind::NavigateElement(_) | Kind::Remediate(_)) =>
            {
                return self.incident();
            }
            Collection::Alerts
            | Collection::AlertDefinitions
            | Collection::AlertConfigurations
            | Collection::AlertIncidents => AlertName::StaleSignIn.id(t.engine().tenant().id),
            Collection::AlertOperations => {
                let stale = AlertName::StaleSignIn.id(t.engine().tenant().id);
                let alerts = "/beta/identityGovernance/roleManagementAlerts/alerts";
                t.post(&self.app, &format!("{alerts}/{stale}/refresh"), &json!({}))
                    .expect(202);
                format!("refresh:{stale}")
            }
            Collection::AuthenticationContexts => {
                let path = "/v1.0/identity/conditionalAccess/authenticationContextClassReferences/c7";
                t.send(HttpMethod::PATCH, path, Some(&self.app), Some(&json!({})))
                    .expect(204);
                "c7".to_owned()
            }
        };
        (key, element)
    }

    /// An alert and an incident of it, which can be put right.
    fn incident(&self) -> (String, String) {
        let t = &self.tenant;
        let holder = t.user(&format!("Outsider {}", t.id()));
        t.give(holder, SECURITY_READER);
        let alert = AlertName::RolesAssignedOutsidePim.id(t.engine().tenant().id);
        t.engine().scan_alerts().unwrap();
        (alert, derived(GrantKind::Assignment, holder))
    }

    /// A request that waits for whoever administers the tenant.
    fn request_to_approve(&self) -> String {
        let t = &self.tenant;
        let asking = t.user(&format!("Asker {}", t.id()));
        let eligibility = order("adminAssign", asking, APPROVED_ROLE, None, "P10D");
        t.post(&self.app, ELIGIBILITY_REQUESTS, &eligibility).expect(201);
        let activation = order("selfActivate", asking, APPROVED_ROLE, None, "PT1H");
        text(
            &t.post(&t.user_token(asking), ASSIGNMENT_REQUESTS, &activation)
                .expect(201),
            "id",
        )
    }

    /// A request whose time has not come.
    fn future_request(&self, set: &EntitySet) -> String {
        let principal = self.tenant.user(&format!("Starter {}", self.tenant.id()));
        let tomorrow = self
            .tenant
            .now()
            .saturating_add(model::IsoDuration::from_days(1))
            .to_string();
        let body = order("adminAssign", principal, SECURITY_READER, Some(tomorrow), "P1D");
        let path = format!("/v1.0/{}", set.path.join("/"));
        text(&self.tenant.post(&self.app, &path, &body).expect(201), "id")
    }

    /// A container and a member or owner that it has.
    fn membership(&self, set: &EntitySet, operation: &Operation) -> (String, String) {
        let container = match set.collection {
            Collection::DirectoryRoles => self.directory_role.clone(),
            Collection::AdministrativeUnits => self.unit.to_string(),
            _ => self.group.to_string(),
        };
        let member = self.tenant.user(&format!("Member {}", self.tenant.id()));
        let relation = if operation.kind == Kind::RemoveReference(Nav::Owners) {
            "owners"
        } else {
            "members"
        };
        let path = format!("/v1.0/{}/{container}/{relation}/$ref", set.path.join("/"));
        self.tenant.post(&self.app, &path, &reference(member)).expect(204);
        (container, member.to_string())
    }

    fn body(&self, set: &EntitySet, operation: &Operation) -> Option<Value> {
        let t = &self.tenant;
        if operation.method == Method::Get || operation.method == Method::Delete {
            return None;
        }
        let fresh = t.id().to_string();
        Some(match operation.kind {
            Kind::Create => match set.collection {
                Collection::ScheduleRequests(_) => {
                    order("adminAssign", t.user(&fresh), USER_ADMINISTRATOR, None, "PT8H")
                }
                Collection::RoleAssignments => json!({
                    "principalId": t.user(&fresh).to_string(),
                    "roleDefinitionId": SECURITY_READER.to_string(),
                    "directoryScopeId": "/",
                }),
                Collection::RoleDefinitions => role_definition(&fresh),
                Collection::Users => json!({
                    "accountEnabled": true, "displayName": fresh, "mailNickname": fresh,
                    "userPrincipalName": format!("{fresh}@test.example"),
                    "passwordProfile": {"password": "correct horse battery staple"},
                }),
                Collection::Groups => json!({
                    "displayName": fresh, "mailNickname": fresh, "mailEnabled": false, "securityEnabled": true,
                }),
                Collection::ServicePrincipals => json!({"appId": fresh}),
                Collection::AuthenticationContexts => {
                    self.contexts.set(self.contexts.get() + 1);
                    json!({"id": format!("c{}", self.contexts.get())})
                }
                _ => json!({"displayName": fresh}),
            },
            Kind::Update if set.collection == Collection::Policies => json!({"rules": [expiration_rule()]}),
            Kind::UpdateElement(Nav::Steps | Nav::Stages) => {
                json!({"reviewResult": "Approve", "justification": "Matrix"})
            }
            Kind::UpdateElement(_) => expiration_rule(),
            Kind::Update if set.collection == Collection::Alerts => json!({"isActive": true}),
            Kind::UpdateNavigation(_) => stale_sign_in(),
            Kind::Update if set.collection == Collection::AlertConfigurations => stale_sign_in(),
            Kind::RefreshAll => json!({"scopeId": "/", "scopeType": "DirectoryRole"}),
            Kind::Update if set.collection == Collection::Users => json!({"jobTitle": "Engineer"}),
            Kind::Update if set.collection == Collection::ServicePrincipals => {
                json!({"displayName": "Automation"})
            }
            Kind::Update => json!({"description": "Changed"}),
            Kind::AddReference(_) => reference(t.user(&fresh)),
            Kind::GetByIds => json!({"ids": [self.somebody.to_string()]}),
            Kind::Members(_) if operation.path.contains("checkMemberGroups") => {
                json!({"groupIds": [self.group.to_string()]})
            }
            Kind::Members(_) if operation.path.contains("checkMemberObjects") => {
                json!({"ids": [self.group.to_string()]})
            }
            Kind::Members(_) => json!({"securityEnabledOnly": false}),
            _ => Value::Null,
        })
    }
}

/// Makes activations of [`APPROVED_ROLE`] wait, with nobody named to decide them.
fn require_approval(tenant: &Tenant, app: &str) {
    let filter = format!(
        "$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'%20and%20roleDefinitionId%20eq%20'{APPROVED_ROLE}'"
    );
    let assignments = tenant.list(
        app,
        &format!("/v1.0/policies/roleManagementPolicyAssignments?{filter}"),
    );
    let policy = text(&assignments[0], "policyId");
    let url = format!("/v1.0/policies/roleManagementPolicies/{policy}/rules/Approval_EndUser_Assignment");
    let rule = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
        "id": "Approval_EndUser_Assignment",
        "setting": {"isApprovalRequired": true},
    });
    tenant
        .send(HttpMethod::PATCH, &url, Some(app), Some(&rule))
        .expect(204);
}

fn text(value: &Value, property: &str) -> String {
    value[property].as_str().unwrap_or_default().to_owned()
}

fn derived(kind: GrantKind, principal: ObjectId) -> String {
    model::ids::derived_id(kind, SECURITY_READER, principal, model::DirectoryScope::Tenant)
}

fn reference(id: ObjectId) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

fn role_definition(name: &str) -> Value {
    json!({
        "displayName": name,
        "isEnabled": true,
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/applications/basic/update"]}],
    })
}

fn stale_sign_in() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.staleSignInAlertConfiguration",
        "duration": "P30D",
    })
}

fn expiration_rule() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
        "id": "Expiration_EndUser_Assignment",
        "isExpirationRequired": true,
        "maximumDuration": "PT4H",
    })
}

#[test]
fn everybody_may_do_what_the_matrix_says() {
    let world = World::new();
    let mut matrix = HEAD.to_owned();
    for set in graph::sets::ALL {
        for operation in set.operations {
            let statuses: Vec<u16> = CALLERS
                .iter()
                .map(|caller| world.call(set, operation, *caller))
                .collect();
            let name = format!(
                "{} {}/{}",
                operation.method.as_str(),
                set.path.join("/"),
                operation.path
            );
            let is_success = |caller: usize| statuses[caller] < 300;
            assert_eq!(statuses[0], 401, "{name} without a token");
            assert!(
                operation.permissions.is_empty() || !is_success(1),
                "{name} without the permission"
            );
            assert!(
                statuses.iter().all(|status| *status < 500),
                "{name}: {statuses:?}"
            );
            let texts: Vec<String> = statuses.iter().map(ToString::to_string).collect();
            writeln!(matrix, "{}  {name}", texts.join(" ")).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/authorisation_matrix.txt");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &matrix).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (found, expected)) in matrix.lines().zip(expected.lines()).enumerate() {
        assert_eq!(
            found,
            expected,
            "line {}; {WRITE}=1 writes the file anew",
            line + 1
        );
    }
    assert_eq!(matrix.lines().count(), expected.lines().count());
}

#[test]
fn only_the_schema_is_told_to_everybody() {
    let tenant = Tenant::found(12);
    for version in ["v1.0", "beta"] {
        assert_eq!(
            tenant
                .send(HttpMethod::GET, &format!("/{version}/$metadata"), None, None)
                .status,
            200
        );
        for path in ["", "users", "me", "nothing", "$batch"] {
            let status = tenant
                .send(HttpMethod::GET, &format!("/{version}/{path}"), None, None)
                .status;
            assert!((400..500).contains(&status), "{version}/{path}: {status}");
        }
    }
    for path in ["/access/v1/evaluation", "/access/v1/evaluations"] {
        assert_eq!(
            tenant.send(HttpMethod::POST, path, None, Some(&json!({}))).status,
            401
        );
    }
}
