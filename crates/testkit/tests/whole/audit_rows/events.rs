//! What can happen to a tenant.

use engine::sign_ins::SignIn;
use http::Method;
use model::licence::LicencePlan;
use model::role::{GLOBAL_ADMINISTRATOR, GLOBAL_READER, REPORTS_READER, SECURITY_READER, USER_ADMINISTRATOR};
use model::{AppId, IsoDuration, Licence, ObjectId, RoleDefinitionId};
use serde_json::{Value, json};
use testkit::{Answer, Tenant};

use super::scene::Scene;
use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, change_approval, order};

/// An order without an end.
fn endless(action: &str, principal: ObjectId, role: RoleDefinitionId) -> Value {
    let mut order = order(action, principal, role, None, "PT1H");
    order["scheduleInfo"] = json!({"expiration": {"type": "noExpiration"}});
    order
}

fn by_admin(tenant: &Tenant, path: &str, order: &Value) -> Answer {
    tenant.post(&tenant.application_token(), path, order)
}

fn by_user(tenant: &Tenant, user: ObjectId, order: &Value) -> Answer {
    tenant.post(&tenant.user_token(user), ASSIGNMENT_REQUESTS, order)
}

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

/// Administrators, both sides: assign, update, extend, remove; for good and for a time.
pub fn assignments(scene: &mut Scene) {
    let erin = scene.erin;
    let boss = scene.tenant.user("Boss");
    for (what, path, order) in [
        (
            "eligible: Global Administrator for good",
            ELIGIBILITY_REQUESTS,
            endless("adminAssign", boss, GLOBAL_ADMINISTRATOR),
        ),
        (
            "active: Global Administrator for a time",
            ASSIGNMENT_REQUESTS,
            order("adminAssign", boss, GLOBAL_ADMINISTRATOR, None, "P1D"),
        ),
    ] {
        scene.when(what, |tenant| by_admin(tenant, path, &order).expect(201));
    }
    for (side, path, role) in [
        ("active", ASSIGNMENT_REQUESTS, SECURITY_READER),
        ("eligible", ELIGIBILITY_REQUESTS, SECURITY_READER),
    ] {
        let make = |scene: &mut Scene, what: &str, order: Value| {
            scene.when(&format!("{side}: {what}"), |tenant| {
                by_admin(tenant, path, &order).expect(201)
            });
        };
        make(
            scene,
            "adminAssign for a time",
            order("adminAssign", erin, role, None, "P10D"),
        );
        scene.tenant.pass(IsoDuration::from_minutes(10));
        make(
            scene,
            "adminUpdate",
            order("adminUpdate", erin, role, None, "P11D"),
        );
        scene.tenant.pass(IsoDuration::from_minutes(10));
        make(
            scene,
            "adminExtend",
            order("adminExtend", erin, role, None, "P12D"),
        );
        scene.tenant.pass(IsoDuration::from_minutes(10));
        make(
            scene,
            "adminRemove of one for a time",
            endless("adminRemove", erin, role),
        );
        make(
            scene,
            "adminAssign for good",
            endless("adminAssign", erin, GLOBAL_READER),
        );
        scene.tenant.pass(IsoDuration::from_minutes(10));
        make(
            scene,
            "adminRemove of one for good",
            endless("adminRemove", erin, GLOBAL_READER),
        );
        make(
            scene,
            "adminAssign for an hour",
            order("adminAssign", erin, role, None, "PT1H"),
        );
        scene.when(&format!("{side}: its end is reached"), |tenant| {
            tenant.advance(IsoDuration::from_hours(1))
        });
        make(scene, "adminRenew", order("adminRenew", erin, role, None, "PT1H"));
        scene.tenant.advance(IsoDuration::from_hours(1));
        let start = scene.tenant.now().saturating_add(IsoDuration::from_hours(1));
        make(
            scene,
            "adminAssign for later",
            order("adminAssign", erin, role, Some(start.to_string()), "PT2H"),
        );
        scene.when(&format!("{side}: its start is reached"), |tenant| {
            tenant.advance(IsoDuration::from_hours(1))
        });
        scene.tenant.advance(IsoDuration::from_hours(3));
        for (extent, expiration) in [
            ("for a time", json!({"type": "afterDuration", "duration": "PT2H"})),
            ("for good", json!({"type": "noExpiration"})),
        ] {
            let start = scene.tenant.now().saturating_add(IsoDuration::from_hours(1));
            let mut to_come = endless("adminAssign", erin, role);
            to_come["scheduleInfo"] = json!({"startDateTime": start.to_string(), "expiration": expiration});
            let waiting = id(&by_admin(&scene.tenant, path, &to_come).expect(201));
            scene.when(&format!("{side}: cancel of one to come {extent}"), |tenant| {
                let path = format!("{path}/{waiting}/cancel");
                tenant
                    .post(&tenant.application_token(), &path, &Value::Null)
                    .expect(204)
            });
        }
        by_admin(
            &scene.tenant,
            path,
            &order("adminAssign", erin, role, None, "PT1H"),
        )
        .expect(201);
        scene.when(
            &format!("{side}: adminAssign of what is there already"),
            |tenant| by_admin(tenant, path, &order("adminAssign", erin, role, None, "PT1H")).expect(400),
        );
        scene.tenant.advance(IsoDuration::from_hours(2));
    }
}

/// What people ask for themselves, without anybody's leave.
pub fn own_requests(scene: &mut Scene) {
    let erin = scene.erin;
    let eligible = order("adminAssign", erin, USER_ADMINISTRATOR, None, "P10D");
    by_admin(&scene.tenant, ELIGIBILITY_REQUESTS, &eligible).expect(201);
    let activate = order("selfActivate", erin, USER_ADMINISTRATOR, None, "PT1H");
    scene.when("selfActivate", |tenant| {
        by_user(tenant, erin, &activate).expect(201)
    });
    scene.when("selfDeactivate within five minutes", |tenant| {
        by_user(tenant, erin, &endless("selfDeactivate", erin, USER_ADMINISTRATOR)).expect(400)
    });
    scene.tenant.pass(IsoDuration::from_minutes(10));
    scene.when("selfDeactivate", |tenant| {
        by_user(tenant, erin, &endless("selfDeactivate", erin, USER_ADMINISTRATOR)).expect(201)
    });
    by_user(&scene.tenant, erin, &activate).expect(201);
    scene.when("an activation's end is reached", |tenant| {
        tenant.advance(IsoDuration::from_hours(1))
    });
    scene.when("selfActivate for too long", |tenant| {
        by_user(
            tenant,
            erin,
            &order("selfActivate", erin, USER_ADMINISTRATOR, None, "P2D"),
        )
        .expect(400)
    });
}

/// What people ask for about grants that are about to end, or have; on both sides.
pub fn extensions(scene: &mut Scene) {
    let erin = scene.erin;
    let role = USER_ADMINISTRATOR;
    for (side, path) in [
        ("eligible", ELIGIBILITY_REQUESTS),
        ("active", ASSIGNMENT_REQUESTS),
    ] {
        let ask = |tenant: &Tenant, order: &Value| {
            id(&tenant.post(&tenant.user_token(erin), path, order).expect(201))
        };
        let cancel = |tenant: &Tenant, request: &str| {
            let path = format!("{path}/{request}/cancel");
            tenant
                .post(&tenant.user_token(erin), &path, &Value::Null)
                .expect(204);
        };
        let answer = |tenant: &Tenant, action: &str| {
            by_admin(tenant, path, &order(action, erin, role, None, "P12D")).expect(201);
        };
        by_admin(
            &scene.tenant,
            path,
            &order("adminAssign", erin, role, None, "P10D"),
        );
        for (what, by_self, by_admin) in [
            ("extend", "selfExtend", "adminExtend"),
            ("renew", "selfRenew", "adminRenew"),
        ] {
            let own = order(by_self, erin, role, None, "P12D");
            let asked = scene.when(&format!("{side}: {by_self}"), |tenant| ask(tenant, &own));
            scene.when(&format!("{side}: cancel of {by_self}"), |tenant| {
                cancel(tenant, &asked)
            });
            ask(&scene.tenant, &own);
            scene.when(&format!("{side}: {by_admin} answers {by_self}"), |tenant| {
                answer(tenant, by_admin)
            });
            if what == "extend" {
                scene.tenant.advance(IsoDuration::from_days(13));
            }
        }
        scene.tenant.advance(IsoDuration::from_days(13));
    }
}

/// Activations that take somebody's leave, and decisions that do not stand.
pub fn approvals(scene: &mut Scene) {
    let erin = scene.erin;
    let adam = scene.tenant.user("Adam");
    let stage = json!([{"approvalStageTimeOutInDays": 1, "isApproverJustificationRequired": true,
        "primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": adam.to_string()}]}]);
    let setting = json!({"isApprovalRequired": true, "approvalStages": stage});
    scene.when("PATCH of a rule", |tenant| {
        change_approval(tenant, REPORTS_READER, &setting).expect(204)
    });
    let nobody = json!({"isApprovalRequired": true, "approvalStages": [{"primaryApprovers": []}]});
    scene.when("PATCH of a rule by which nobody could approve", |tenant| {
        change_approval(tenant, SECURITY_READER, &nobody).expect(400)
    });
    let eligible = endless("adminAssign", erin, REPORTS_READER);
    by_admin(&scene.tenant, ELIGIBILITY_REQUESTS, &eligible).expect(201);
    let activate = order("selfActivate", erin, REPORTS_READER, None, "PT1H");
    let ask = |tenant: &Tenant| id(&by_user(tenant, erin, &activate).expect(201));
    let decide = |tenant: &Tenant, request: &str, result: &str, why: &str, status: u16| {
        let path = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{request}/steps");
        let token = tenant.user_token(adam);
        let step = id(&tenant.list(&token, &path)[0]);
        let body = json!({"reviewResult": result, "justification": why});
        tenant
            .send(
                Method::PATCH,
                &format!("{path}/{step}"),
                Some(&token),
                Some(&body),
            )
            .expect(status);
    };
    let asked = scene.when("selfActivate that takes approval", ask);
    scene.when("approval without a reason", |tenant| {
        decide(tenant, &asked, "Approve", "", 400)
    });
    scene.when("approval", |tenant| {
        decide(tenant, &asked, "Approve", "Checked", 204)
    });
    scene.when("approval once more", |tenant| {
        decide(tenant, &asked, "Approve", "Checked", 409)
    });
    scene.tenant.advance(IsoDuration::from_hours(2));
    let asked = ask(&scene.tenant);
    scene.when("denial", |tenant| decide(tenant, &asked, "Deny", "Not now", 204));
    let asked = ask(&scene.tenant);
    scene.when("cancel of an activation that waits", |tenant| {
        let path = format!("{ASSIGNMENT_REQUESTS}/{asked}/cancel");
        tenant
            .post(&tenant.user_token(erin), &path, &Value::Null)
            .expect(204)
    });
    ask(&scene.tenant);
    scene.when("nobody decides in time", |tenant| {
        tenant.advance(IsoDuration::from_days(2))
    });
}

/// Roles given past PIM, and the directory beneath.
pub fn directory(scene: &mut Scene) {
    let erin = scene.erin;
    let send = |scene: &mut Scene, what: &str, method: Method, path: &str, body: Value, status: u16| {
        scene.when(what, |tenant| {
            let body = (!body.is_null()).then_some(&body);
            tenant
                .send(method, path, Some(&tenant.application_token()), body)
                .expect(status)
        })
    };
    const ROLES: &str = "/v1.0/roleManagement/directory";
    let given = json!({"principalId": erin.to_string(), "roleDefinitionId": GLOBAL_READER.to_string(),
        "directoryScopeId": "/"});
    let made = send(
        scene,
        "POST roleAssignments",
        Method::POST,
        &format!("{ROLES}/roleAssignments"),
        given,
        201,
    );
    let path = format!("{ROLES}/roleAssignments/{}", id(&made));
    send(
        scene,
        "DELETE roleAssignments",
        Method::DELETE,
        &path,
        Value::Null,
        204,
    );
    let role = json!({"displayName": "Printer Keeper", "isEnabled": true,
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/printers/standard/read"]}]});
    let made = send(
        scene,
        "POST roleDefinitions",
        Method::POST,
        &format!("{ROLES}/roleDefinitions"),
        role,
        201,
    );
    let path = format!("{ROLES}/roleDefinitions/{}", id(&made));
    send(
        scene,
        "PATCH roleDefinitions",
        Method::PATCH,
        &path,
        json!({"description": "Keeps printers"}),
        204,
    );
    send(
        scene,
        "DELETE roleDefinitions",
        Method::DELETE,
        &path,
        Value::Null,
        204,
    );

    let user = json!({"displayName": "Frank", "accountEnabled": true, "mailNickname": "frank",
        "userPrincipalName": "frank@test.example", "passwordProfile": {"password": "Xx-12345678"}});
    let frank = id(&send(scene, "POST users", Method::POST, "/v1.0/users", user, 201));
    let path = format!("/v1.0/users/{frank}");
    send(
        scene,
        "PATCH users",
        Method::PATCH,
        &path,
        json!({"jobTitle": "Clerk"}),
        204,
    );
    let group = json!({"displayName": "Clerks", "mailEnabled": false, "mailNickname": "clerks",
        "securityEnabled": true});
    let clerks = id(&send(
        scene,
        "POST groups",
        Method::POST,
        "/v1.0/groups",
        group,
        201,
    ));
    for (what, list) in [("members", "members"), ("owners", "owners")] {
        let member =
            json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{frank}")});
        let path = format!("/v1.0/groups/{clerks}/{list}");
        send(
            scene,
            &format!("POST {what}/$ref"),
            Method::POST,
            &format!("{path}/$ref"),
            member,
            204,
        );
        send(
            scene,
            &format!("DELETE {what}/$ref"),
            Method::DELETE,
            &format!("{path}/{frank}/$ref"),
            Value::Null,
            204,
        );
    }
    send(
        scene,
        "PATCH groups",
        Method::PATCH,
        &format!("/v1.0/groups/{clerks}"),
        json!({"description": "x"}),
        204,
    );
    send(
        scene,
        "DELETE groups",
        Method::DELETE,
        &format!("/v1.0/groups/{clerks}"),
        Value::Null,
        204,
    );
    let unit = json!({"displayName": "Branch"});
    let unit = id(&send(
        scene,
        "POST administrativeUnits",
        Method::POST,
        "/v1.0/directory/administrativeUnits",
        unit,
        201,
    ));
    let path = format!("/v1.0/directory/administrativeUnits/{unit}");
    send(
        scene,
        "DELETE administrativeUnits",
        Method::DELETE,
        &path,
        Value::Null,
        204,
    );
    let context = json!({"displayName": "Fresh", "isAvailable": true});
    let path = "/v1.0/identity/conditionalAccess/authenticationContextClassReferences/c9";
    send(
        scene,
        "PATCH authenticationContexts that is new",
        Method::PATCH,
        path,
        context,
        204,
    );
    send(
        scene,
        "PATCH authenticationContexts",
        Method::PATCH,
        path,
        json!({"isAvailable": false}),
        204,
    );
    send(
        scene,
        "DELETE authenticationContexts",
        Method::DELETE,
        path,
        Value::Null,
        204,
    );

    let holder = scene.tenant.holder("Gone", GLOBAL_READER);
    let path = format!("/v1.0/users/{holder}");
    send(
        scene,
        "DELETE of a user who holds a role",
        Method::DELETE,
        &path,
        Value::Null,
        204,
    );
}

/// Alerts that fire, and what people do about them.
pub fn alerts(scene: &mut Scene) {
    const ALERTS: &str = "/beta/identityGovernance/roleManagementAlerts";
    let (erin, app) = (scene.erin, scene.tenant.application_token());
    let alert = format!(
        "DirectoryRole_{}_RolesAssignedOutsidePimAlert",
        scene.tenant.engine().tenant().id
    );
    scene.tenant.engine().scan_alerts().unwrap();
    let given = json!({"principalId": erin.to_string(), "roleDefinitionId": SECURITY_READER.to_string(),
        "directoryScopeId": "/"});
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    let made = id(&scene.tenant.post(&app, path, &given).expect(201));
    scene.when("a scan finds a role that was given past PIM", |tenant| {
        tenant.engine().scan_alerts().unwrap();
    });
    let patch = |scene: &mut Scene, what: &str, path: &str, body: Value| {
        scene.when(what, |tenant| {
            let token = tenant.application_token();
            tenant
                .send(Method::PATCH, path, Some(&token), Some(&body))
                .expect(204)
        });
    };
    let one = format!("{ALERTS}/alerts/{alert}");
    patch(scene, "an alert is dismissed", &one, json!({"isActive": false}));
    patch(
        scene,
        "an alert is let fire again",
        &one,
        json!({"isActive": true}),
    );
    let typed = |name: &str| format!("#microsoft.graph.{name}AlertConfiguration");
    let configuration = format!("{ALERTS}/alertConfigurations/{alert}");
    for (what, is_enabled) in [
        ("an alert is switched off", false),
        ("an alert is switched on", true),
    ] {
        let body = json!({"@odata.type": typed("rolesAssignedOutsidePrivilegedIdentityManagement"),
            "isEnabled": is_enabled});
        patch(scene, what, &configuration, body);
    }
    let stale = format!(
        "{ALERTS}/alertConfigurations/{}",
        alert.replace("RolesAssignedOutsidePim", "StaleSignIn")
    );
    let body = json!({"@odata.type": typed("staleSignIn"), "duration": "P60D"});
    patch(scene, "a threshold of an alert is changed", &stale, body);
    scene.when("an alert is refreshed", |tenant| {
        tenant
            .post(
                &tenant.application_token(),
                &format!("{one}/refresh"),
                &Value::Null,
            )
            .expect(202)
    });
    scene.when("an incident is put right", |tenant| {
        let path = format!("{one}/alertIncidents/{made}/remediate");
        tenant.post(&tenant.application_token(), &path, &Value::Null)
    });
}

/// What operators do, and who signs in.
pub fn operation(scene: &mut Scene) {
    let (erin, client) = (scene.erin, AppId::random(scene.tenant.engine().entropy()));
    for (what, refused) in [
        ("somebody signs in", None),
        ("somebody is refused a token", Some("invalid_grant")),
    ] {
        let sign_in = SignIn {
            principal: erin,
            client,
            refused,
        };
        scene.when(what, |tenant| {
            tenant.as_service(move |cx| engine::sign_ins::note_sign_in(cx, &sign_in));
        });
    }
    scene.when("somebody goes on with a sign-in of before", |tenant| {
        tenant.as_service(move |cx| engine::sign_ins::note_renewal(cx, erin));
    });
    scene.when("the keys that sign tokens are rotated", |tenant| {
        tenant.as_service(|cx| engine::setup::record_key_rotation(cx, "new"));
    });
    for (what, plan) in [
        ("the licence is taken away", LicencePlan::None),
        ("the licence comes back", LicencePlan::Unlimited),
    ] {
        let licence = Licence {
            plan,
            ..Licence::default()
        };
        scene.when(what, |tenant| {
            tenant.as_service(move |cx| engine::change_licence(cx, licence));
        });
    }
}

/// What time and other people's calls leave nothing of: reads, and calls that may not be.
pub fn silence(scene: &mut Scene) {
    let erin = scene.erin;
    scene.when("reading", |tenant| {
        tenant.list(&tenant.application_token(), "/v1.0/auditLogs/directoryAudits");
        tenant.list(&tenant.application_token(), ASSIGNMENT_REQUESTS);
    });
    scene.when("a call without the right", |tenant| {
        by_user(
            tenant,
            erin,
            &order("adminAssign", erin, GLOBAL_READER, None, "P1D"),
        )
        .expect(403)
    });
    scene.when("a call without a token", |tenant| {
        tenant
            .send(Method::POST, ASSIGNMENT_REQUESTS, None, Some(&json!({})))
            .expect(401)
    });
    scene.when("validation alone", |tenant| {
        let mut order = order("adminAssign", erin, GLOBAL_READER, None, "P1D");
        order["isValidationOnly"] = json!(true);
        by_admin(tenant, ASSIGNMENT_REQUESTS, &order).expect(201)
    });
}
