//! The licence gate: every operation on exactly the collections that need one, and nothing else (schedules
//! dossier, 10.4); what people have goes on and ends on time.

use graph::description::{Method, OperationKind as Kind};
use graph::sets;
use http::Method as HttpMethod;
use model::role::{GLOBAL_ADMINISTRATOR, SECURITY_READER};
use model::{Instant, IsoDuration, Licence, LicencePlan};
use serde_json::json;
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, holds};

const ID: &str = "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650";
const GATED: [&str; 9] = [
    "roleManagement/directory/roleAssignmentScheduleRequests",
    "roleManagement/directory/roleAssignmentSchedules",
    "roleManagement/directory/roleAssignmentScheduleInstances",
    "roleManagement/directory/roleEligibilityScheduleRequests",
    "roleManagement/directory/roleEligibilitySchedules",
    "roleManagement/directory/roleEligibilityScheduleInstances",
    "roleManagement/directory/roleAssignmentApprovals",
    "policies/roleManagementPolicies",
    "policies/roleManagementPolicyAssignments",
];
const CODE: &str = "AadPremiumLicenseRequired";

fn plan(plan: LicencePlan) -> Licence {
    Licence {
        plan,
        ..Licence::default()
    }
}

/// The codes that every operation of every set is answered with, by whether the set is gated.
fn codes(tenant: &Tenant, token: &str) -> (Vec<String>, Vec<String>) {
    let (mut gated, mut open) = (Vec::new(), Vec::new());
    for set in sets::ALL {
        let path = set.path.join("/");
        for operation in set.operations {
            let version = if operation.versions.has(graph::Version::V1) {
                "v1.0"
            } else {
                "beta"
            };
            let beneath = operation
                .path
                .replace("{key}", ID)
                .replace("{element}", ID)
                .replace("{cast}", "microsoft.graph.user")
                .replace("{on}", set.current_user.first().unwrap_or(&""));
            let method = match operation.method {
                Method::Get => HttpMethod::GET,
                Method::Post => HttpMethod::POST,
                Method::Patch => HttpMethod::PATCH,
                Method::Put => HttpMethod::PUT,
                Method::Delete => HttpMethod::DELETE,
            };
            let body = matches!(operation.method, Method::Post | Method::Patch).then(|| json!({}));
            let url = format!("/{version}/{path}/{beneath}");
            let answer = tenant.send(method, &url, Some(token), body.as_ref());
            let code = answer.error_code().to_owned();
            // Only a plain read says more than that the gate is open.
            if operation.kind == Kind::List && code.is_empty() {
                assert_eq!(answer.status, 200, "{url}");
            }
            if GATED.contains(&path.as_str()) {
                gated.push(code);
            } else {
                open.push(code);
            }
        }
    }
    (gated, open)
}

#[test]
fn without_a_licence_every_operation_of_pim_is_refused_and_nothing_else() {
    let tenant = Tenant::found(31);
    let token = tenant.user_token(tenant.holder("Alma", GLOBAL_ADMINISTRATOR));
    let (gated, open) = codes(&tenant, &token);
    assert!(gated.iter().chain(&open).all(|code| code != CODE));
    let now = tenant.now();
    let expired = Licence {
        expires_at: Some(now),
        ..plan(LicencePlan::P2)
    };
    for licence in [plan(LicencePlan::None), plan(LicencePlan::P1), expired] {
        tenant.license(licence);
        let (gated, open) = codes(&tenant, &token);
        assert!(gated.len() > 50, "{}", gated.len());
        assert!(gated.iter().all(|code| code == CODE), "{licence:?} {gated:?}");
        assert!(open.iter().all(|code| code != CODE), "{licence:?} {open:?}");
    }
    for licence in [plan(LicencePlan::Governance), plan(LicencePlan::P2)] {
        tenant.license(licence);
        assert!(codes(&tenant, &token).0.iter().all(|code| code != CODE));
    }
}

#[test]
fn token_and_permission_are_asked_for_first_and_the_form_of_the_body_later() {
    let tenant = Tenant::found(32);
    tenant.license(plan(LicencePlan::None));
    let path = ASSIGNMENT_REQUESTS;
    assert_eq!(tenant.send(HttpMethod::GET, path, None, None).status, 401);
    let user = tenant.user("Uwe");
    let weak = tenant.user_token_with(user, [model::Permission::UserRead].into_iter().collect());
    assert_eq!(tenant.get(&weak, path).status, 403);
    assert_eq!(tenant.get(&tenant.user_token(user), path).error_code(), CODE);
    let body = tenant
        .post(&tenant.application_token(), path, &json!({"action": 7}))
        .expect(400);
    assert_eq!(body["error"]["code"], CODE);
    assert_eq!(
        body["error"]["message"],
        "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
    );
}

#[test]
fn what_people_have_goes_on_and_ends_on_time() {
    let tenant = Tenant::found(33);
    let app = tenant.application_token();
    let user = tenant.user("Uwe");
    let order = |action: &str, span: &str| {
        json!({
            "action": action, "principalId": user.to_string(), "roleDefinitionId": SECURITY_READER.to_string(),
            "directoryScopeId": "/", "justification": "Rota",
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": span}},
        })
    };
    tenant
        .post(&app, ELIGIBILITY_REQUESTS, &order("adminAssign", "P10D"))
        .expect(201);
    let token = tenant.user_token(user);
    tenant
        .post(&token, ASSIGNMENT_REQUESTS, &order("selfActivate", "PT2H"))
        .expect(201);
    tenant.license(plan(LicencePlan::None));
    assert!(holds(&tenant, user, SECURITY_READER));
    tenant.advance(IsoDuration::from_hours(2));
    assert!(!holds(&tenant, user, SECURITY_READER));
    let refused = tenant.post(
        &tenant.user_token(user),
        ASSIGNMENT_REQUESTS,
        &order("selfActivate", "PT1H"),
    );
    assert_eq!(refused.error_code(), CODE);
    tenant.license(Licence::default());
    tenant
        .post(
            &tenant.user_token(user),
            ASSIGNMENT_REQUESTS,
            &order("selfActivate", "PT1H"),
        )
        .expect(201);
}

#[test]
fn its_end_is_exact_and_a_restart_remembers_it() {
    let tenant = Tenant::found(34);
    let end = tenant.now().saturating_add(IsoDuration::from_minutes(1));
    let ending = Licence {
        expires_at: Some(end),
        seats: Some(5),
        ..plan(LicencePlan::P2)
    };
    tenant.license(ending);
    tenant.pass(IsoDuration::from_micros(59_999_999));
    let code = |tenant: &Tenant| {
        let answer = tenant.get(&tenant.application_token(), ASSIGNMENT_REQUESTS);
        answer.error_code().to_owned()
    };
    assert_eq!(code(&tenant), "");
    let tenant = tenant.restart();
    assert_eq!(code(&tenant), "");
    tenant.pass(IsoDuration::from_micros(1));
    assert_eq!(code(&tenant), CODE);
    let rows = tenant.list(&tenant.application_token(), "/v1.0/subscribedSkus");
    assert_eq!(rows[0]["capabilityStatus"], "Suspended");
}

#[test]
fn a_change_leaves_one_row_in_the_audit_log_and_none_if_nothing_changes() {
    let tenant = Tenant::found(35);
    let app = tenant.application_token();
    let rows = || {
        let path = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Update%20license%20of%20company'";
        tenant.list(&app, path)
    };
    tenant.license(Licence::default());
    assert!(rows().is_empty());
    let licence = Licence {
        seats: Some(25),
        expires_at: Instant::parse("2027-01-01T00:00:00Z").ok(),
        ..plan(LicencePlan::P2)
    };
    tenant.license(licence);
    tenant.license(licence);
    let found = rows();
    assert_eq!(found.len(), 1, "{found:#?}");
    let target = &found[0]["targetResources"][0];
    assert_eq!(target["type"], "Directory");
    let changed = target["modifiedProperties"].as_array().unwrap();
    let shown: Vec<_> = changed
        .iter()
        .map(|property| {
            (
                property["displayName"].as_str().unwrap(),
                property["newValue"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Plan", "\"p2\""),
            ("Seats", "\"25\""),
            ("ExpirationDateTime", "\"2027-01-01T00:00:00Z\""),
        ]
    );
}
