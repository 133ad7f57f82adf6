//! Security alerts where time, restarts and several callers meet, and the alerts that Tenure adds.

use std::sync::mpsc::channel;

use engine::alerts::{
    Found, Occasion, REPORTED_PER_SCAN_MAX, RUNNING_MAX, SCAN_EVERY, begin_refresh, look, note,
};
use engine::setup::service_caller;
use http::Method;
use model::alert::AlertOperation;
use model::role::{GLOBAL_ADMINISTRATOR, GLOBAL_READER, SECURITY_READER};
use model::{AlertName, Caller, IsoDuration, ObjectId};
use serde_json::{Value, json};
use testkit::{Answer, Peculiarities, Tenant};

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, order};

const ALERTS: &str = "/beta/identityGovernance/roleManagementAlerts";

fn id(tenant: &Tenant, name: AlertName) -> String {
    name.id(tenant.engine().tenant().id)
}

fn alert(tenant: &Tenant, name: AlertName) -> Value {
    let path = format!("{ALERTS}/alerts/{}?$expand=alertIncidents", id(tenant, name));
    tenant.get(&tenant.application_token(), &path).expect(200)
}

fn own(tenant: &Tenant, name: AlertName) -> Value {
    tenant
        .get(&tenant.application_token(), &format!("/ext/v1/alerts/{name}"))
        .expect(200)
}

fn refresh(tenant: &Tenant, name: AlertName) -> String {
    let path = format!("{ALERTS}/alerts/{}/refresh", id(tenant, name));
    let answer = tenant.send(Method::POST, &path, Some(&tenant.application_token()), None);
    assert_eq!(answer.status, 202, "{:#}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
}

fn operation(tenant: &Tenant, location: &str) -> Answer {
    let (_, path) = location.split_once("/beta/").unwrap();
    tenant.get(&tenant.application_token(), &format!("/beta/{path}"))
}

fn scan(tenant: &Tenant) {
    tenant.engine().scan_alerts().unwrap();
}

fn audited(tenant: &Tenant, activity: &str) -> Vec<Value> {
    let filter = activity.replace(' ', "%20");
    let path = format!("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'{filter}'");
    tenant.list(&tenant.application_token(), &path)
}

/// Begins a refresh that nobody does, as if the scan took long.
fn begin(tenant: &Tenant, name: Option<AlertName>) -> AlertOperation {
    let caller = Caller {
        id: tenant.application(),
        ..service_caller()
    };
    let (reply, begun) = channel();
    tenant.engine().write(
        caller.into(),
        move |cx| begin_refresh(cx, name),
        move |outcome| drop(reply.send(outcome)),
    );
    let (begun, is_new) = begun.recv().unwrap().unwrap();
    assert!(is_new);
    begun
}

/// What a scan sees of an alert now.
fn look_at(tenant: &Tenant, name: AlertName) -> Found {
    let (reply, seen) = channel();
    tenant.engine().read(
        service_caller().into(),
        move |cx| look(cx, name, Occasion::Regular),
        move |outcome| drop(reply.send(outcome)),
    );
    seen.recv().unwrap().unwrap().unwrap()
}

/// Writes what a scan has seen.
fn note_down(tenant: &Tenant, found: Found) {
    let (reply, noted) = channel();
    tenant.engine().write(
        service_caller().into(),
        move |cx| note(cx, &found, Occasion::Regular),
        move |outcome| drop(reply.send(outcome)),
    );
    noted.recv().unwrap().unwrap();
}

/// Gives a role past every rule to somebody new.
fn outsider(tenant: &Tenant) -> ObjectId {
    tenant.holder(&format!("Outsider {}", tenant.id()), SECURITY_READER)
}

#[test]
fn a_refresh_that_goes_on_is_not_begun_twice() {
    let tenant = Tenant::found(21);
    let name = AlertName::RolesAssignedOutsidePim;
    let begun = begin(&tenant, Some(name));
    let somebody = outsider(&tenant);
    let location = refresh(&tenant, name);
    assert!(location.ends_with(&begun.id), "{location}");
    let shown = operation(&tenant, &location).expect(200);
    assert_eq!(
        (&shown["status"], &shown["resourceLocation"]),
        (&json!("running"), &json!(""))
    );
    assert_eq!(audited(&tenant, "Refresh PIM alert").len(), 1);
    assert_eq!(alert(&tenant, name)["incidentCount"], 0);
    // Another alert is not the same refresh.
    assert_ne!(refresh(&tenant, AlertName::StaleSignIn), location);

    tenant.engine().refresh_alerts(begun).unwrap();
    assert_eq!(operation(&tenant, &location).expect(200)["status"], "succeeded");
    let found = alert(&tenant, name);
    assert_eq!(found["alertIncidents"][0]["assigneeId"], somebody.to_string());
    assert_eq!(refresh(&tenant, name), location, "and can be begun again");
    assert_eq!(audited(&tenant, "Refresh PIM alert").len(), 3);
}

#[test]
fn a_refresh_that_was_cut_off_is_given_up() {
    let tenant = Tenant::found(22);
    let cut_off = begin(&tenant, None);
    let tenant = tenant.restart();
    tenant.pass(RUNNING_MAX);
    let location = refresh(&tenant, AlertName::StaleSignIn);
    assert_eq!(operation(&tenant, &location).expect(200)["status"], "succeeded");
    let given_up = format!("{ALERTS}/operations/{}", cut_off.id);
    let given_up = tenant.get(&tenant.application_token(), &given_up).expect(200);
    assert_eq!(given_up["status"], "failed");
    assert_ne!(given_up["statusDetail"], "");
}

#[test]
fn scans_are_due_after_changes_and_from_time_to_time() {
    let tenant = Tenant::found(23);
    let is_due = || tenant.engine().is_scan_due();
    assert!(is_due(), "there was none yet");
    scan(&tenant);
    assert!(!is_due());
    tenant.get(&tenant.application_token(), "/v1.0/users").expect(200);
    assert!(!is_due(), "nothing changed");
    let body = json!({"principalId": tenant.user("Somebody").to_string(),
        "roleDefinitionId": GLOBAL_READER.to_string(), "directoryScopeId": "/"});
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    tenant.post(&tenant.application_token(), path, &body).expect(201);
    assert!(is_due(), "something changed");
    scan(&tenant);
    assert!(!is_due());
    tenant.post(&tenant.application_token(), path, &body).expect(400);
    assert!(!is_due(), "what was refused changed nothing");
    tenant.pass(SCAN_EVERY);
    assert!(is_due(), "the last time is long ago");
}

/// Between looking and writing somebody may change their mind.
#[test]
fn what_was_dismissed_or_switched_off_meanwhile_stays_so() {
    let tenant = Tenant::found(32);
    let name = AlertName::RolesAssignedOutsidePim;
    let token = tenant.application_token();
    let path = format!("{ALERTS}/alerts/{}", id(&tenant, name));
    let change = |path: &str, body: Value| {
        tenant
            .send(Method::PATCH, path, Some(&token), Some(&body))
            .expect(204);
    };
    outsider(&tenant);
    let seen = look_at(&tenant, name);
    change(&path, json!({"isActive": false}));
    note_down(&tenant, seen.clone());
    let after = alert(&tenant, name);
    assert_eq!(
        (&after["isActive"], &after["incidentCount"]),
        (&json!(false), &json!(0))
    );
    change(&path, json!({"isActive": true}));
    let configuration = |is_enabled: bool| {
        json!({
            "@odata.type": "#microsoft.graph.rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration",
            "isEnabled": is_enabled,
        })
    };
    change(&format!("{path}/alertConfiguration"), configuration(false));
    note_down(&tenant, seen.clone());
    assert_eq!(alert(&tenant, name)["incidentCount"], 0);
    change(&format!("{path}/alertConfiguration"), configuration(true));
    note_down(&tenant, seen);
    assert_eq!(alert(&tenant, name)["isActive"], true);
}

#[test]
fn an_earlier_look_does_not_replace_a_later_one() {
    let tenant = Tenant::found(33);
    let name = AlertName::RolesAssignedOutsidePim;
    let earlier = look_at(&tenant, name);
    tenant.pass(IsoDuration::from_seconds(1));
    outsider(&tenant);
    scan(&tenant);
    let before = alert(&tenant, name);
    note_down(&tenant, earlier);
    assert_eq!(alert(&tenant, name), before);
}

#[test]
fn what_was_found_outlives_a_restart() {
    let tenant = Tenant::found(24);
    let name = AlertName::RolesAssignedOutsidePim;
    outsider(&tenant);
    scan(&tenant);
    let before = alert(&tenant, name);
    assert_eq!(before["isActive"], true);
    let path = format!("{ALERTS}/alerts/{}", id(&tenant, name));
    let token = tenant.application_token();
    let dismissal = json!({"isActive": false});
    tenant
        .send(Method::PATCH, &path, Some(&token), Some(&dismissal))
        .expect(204);
    let tenant = tenant.restart();
    let after = alert(&tenant, name);
    assert_eq!(after["isActive"], false, "and so does that it was dismissed");
    assert_eq!(after["alertIncidents"], before["alertIncidents"]);
    scan(&tenant);
    assert_eq!(alert(&tenant, name)["isActive"], false);
}

#[test]
fn nobody_dismisses_sets_refreshes_or_puts_right_without_the_role() {
    let tenant = Tenant::found(25);
    outsider(&tenant);
    scan(&tenant);
    let reader = tenant.user_token(tenant.holder("Rita Reader", GLOBAL_READER));
    let outside = AlertName::RolesAssignedOutsidePim;
    let before = alert(&tenant, outside);
    let path = format!("{ALERTS}/alerts/{}", id(&tenant, outside));
    let incident = before["alertIncidents"][0]["id"].as_str().unwrap();
    let configuration = json!({
        "@odata.type": "#microsoft.graph.rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration",
        "isEnabled": false,
    });
    for (method, path, body) in [
        (Method::PATCH, path.clone(), Some(json!({"isActive": false}))),
        (Method::POST, format!("{path}/refresh"), None),
        (
            Method::PATCH,
            format!("{path}/alertConfiguration"),
            Some(configuration),
        ),
        (
            Method::POST,
            format!("{path}/alertIncidents/{incident}/remediate"),
            None,
        ),
    ] {
        let answer = tenant.send(method, &path, Some(&reader), body.as_ref());
        assert_eq!(
            (answer.status, answer.error_code()),
            (403, "UnauthorizedAccessException"),
            "{path}"
        );
    }
    assert_eq!(alert(&tenant, outside), before);
    let rows = audited(&tenant, "Resolve PIM alert").len()
        + audited(&tenant, "Deactivate PIM alert").len()
        + audited(&tenant, "Disable PIM alert").len();
    assert_eq!(rows, 0);
}

#[test]
fn what_the_use_case_refuses_is_not_put_right() {
    let tenant = Tenant::found(26);
    let app = tenant.application_token();
    let administrators = ["Ada", "Ben"].map(|name| tenant.user(name));
    for administrator in administrators {
        let mut body = order("adminAssign", administrator, GLOBAL_ADMINISTRATOR, None, "P1D");
        body["scheduleInfo"]["expiration"] = json!({"type": "noExpiration"});
        tenant.post(&app, ASSIGNMENT_REQUESTS, &body).expect(201);
    }
    let name = AlertName::TooManyGlobalAdmins;
    let configuration = json!({
        "@odata.type": "#microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertConfiguration",
        "globalAdminCountThreshold": 2,
    });
    let path = format!("{ALERTS}/alertConfigurations/{}", id(&tenant, name));
    tenant
        .send(Method::PATCH, &path, Some(&app), Some(&configuration))
        .expect(204);
    scan(&tenant);
    let before = alert(&tenant, name);
    assert_eq!(before["incidentCount"], 2);
    let remediate = |who: ObjectId| {
        let path = format!(
            "{ALERTS}/alerts/{}/alertIncidents/{who}/remediate",
            id(&tenant, name)
        );
        tenant.send(Method::POST, &path, Some(&app), None)
    };
    // Five minutes bind here as they do everywhere.
    assert_eq!(
        remediate(administrators[0]).error_code(),
        "ActiveDurationTooShort"
    );
    assert_eq!(alert(&tenant, name), before);
    tenant.pass(IsoDuration::from_minutes(5));
    remediate(administrators[0]).expect(200);
    let last = remediate(administrators[1]);
    assert_eq!(
        (last.status, last.error_code()),
        (400, "CannotDeleteLastAdminAssignment")
    );
    let after = alert(&tenant, name);
    assert_eq!(after["incidentCount"], 1);
    assert_eq!(
        after["alertIncidents"][0]["assigneeId"],
        administrators[1].to_string()
    );
    assert_eq!(audited(&tenant, "Resolve PIM alert").len(), 1);
    // The request that did it says why.
    let removals = tenant.list(
        &app,
        &format!("{ASSIGNMENT_REQUESTS}?$filter=action%20eq%20'adminRemove'"),
    );
    let why = removals[0]["justification"].as_str().unwrap();
    assert!(why.contains("too many global administrators"), "{why}");
}

#[test]
fn a_flood_is_kept_within_bounds() {
    let tenant = Tenant::found(27);
    let count = REPORTED_PER_SCAN_MAX + 5;
    for _ in 0..count {
        outsider(&tenant);
    }
    scan(&tenant);
    let found = alert(&tenant, AlertName::RolesAssignedOutsidePim);
    assert_eq!(found["incidentCount"], json!(count));
    let rows = audited(&tenant, "Add member to role outside of PIM (permanent)");
    assert_eq!(rows.len(), REPORTED_PER_SCAN_MAX);
    let of_this = |row: &&Value| {
        let title = row["targetResources"][0]["displayName"].as_str().unwrap();
        title.contains("outside of Privileged")
    };
    let triggered = audited(&tenant, "Triggered PIM alert");
    assert_eq!(triggered.iter().filter(of_this).count(), 1);
    let told = tenant.told();
    let told: Vec<_> = told
        .iter()
        .filter(|message| message.notice.event == model::NoticeEvent::AssignedOutsidePim)
        .collect();
    assert!(told.len() <= 1);
}

#[test]
fn an_end_that_nobody_announced_is_an_alert_of_ours_until_it_is() {
    let tenant = Tenant::found(28);
    let somebody = tenant.user("Some Body");
    let given = order("adminAssign", somebody, SECURITY_READER, None, "PT1H");
    tenant
        .post(&tenant.application_token(), ASSIGNMENT_REQUESTS, &given)
        .expect(201);
    let name = AlertName::RevocationFailed;
    tenant.pass(IsoDuration::from_minutes(69));
    scan(&tenant);
    assert_eq!(own(&tenant, name)["isActive"], false);
    tenant.pass(IsoDuration::from_minutes(1));
    scan(&tenant);
    let found = own(&tenant, name);
    assert_eq!(
        (&found["isActive"], &found["severityLevel"]),
        (&json!(true), &json!("high"))
    );
    assert_eq!(found["incidents"][0]["assigneeId"], somebody.to_string());
    tenant.engine().announce().unwrap();
    scan(&tenant);
    let found = own(&tenant, name);
    assert_eq!(
        (&found["isActive"], &found["incidents"]),
        (&json!(false), &json!([]))
    );
}

#[test]
fn an_emergency_account_that_is_used_is_an_alert_of_ours() {
    let tenant = Tenant::found_with(
        29,
        Peculiarities {
            break_glass_account: Some("break.glass@test.example"),
            ..Peculiarities::default()
        },
    );
    let name = AlertName::BreakGlassAccountUsed;
    scan(&tenant);
    assert_eq!(own(&tenant, name)["isActive"], false, "it is not there yet");
    let account = tenant.user("Break Glass");
    let eligible = order("adminAssign", account, SECURITY_READER, None, "P60D");
    tenant
        .post(&tenant.application_token(), ELIGIBILITY_REQUESTS, &eligible)
        .expect(201);
    scan(&tenant);
    assert_eq!(own(&tenant, name)["isActive"], false, "it was not used");
    let activation = order("selfActivate", account, SECURITY_READER, None, "PT1H");
    tenant
        .post(&tenant.user_token(account), ASSIGNMENT_REQUESTS, &activation)
        .expect(201);
    scan(&tenant);
    let found = own(&tenant, name);
    assert_eq!(
        found["incidents"][0]["assigneeUserPrincipalName"],
        "break.glass@test.example"
    );
    assert_ne!(found["incidents"][0]["lastActivationDateTime"], Value::Null);
    tenant.pass(IsoDuration::from_days(30));
    scan(&tenant);
    assert_eq!(own(&tenant, name)["isActive"], false);
    tenant.as_service(move |cx| engine::sign_ins::note_renewal(cx, account));
    scan(&tenant);
    assert_ne!(
        own(&tenant, name)["incidents"][0]["lastSignInDateTime"],
        Value::Null
    );
}

#[test]
fn many_permanent_holders_of_a_privileged_role_are_an_alert_of_ours() {
    let tenant = Tenant::found(30);
    let name = AlertName::StandingPrivilegedAccess;
    for number in 0..5 {
        tenant.holder(&format!("Holder {number}"), SECURITY_READER);
    }
    scan(&tenant);
    assert_eq!(own(&tenant, name)["isActive"], false);
    tenant.holder("One too many", SECURITY_READER);
    scan(&tenant);
    let incident = own(&tenant, name)["incidents"][0].clone();
    assert_eq!(
        (
            &incident["roleDefinitionId"],
            &incident["permanentHolders"],
            &incident["threshold"]
        ),
        (&json!(SECURITY_READER.to_string()), &json!(6), &json!(5))
    );
}

#[test]
fn ours_are_never_among_graphs() {
    let tenant = Tenant::found(31);
    scan(&tenant);
    let scope = "$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'";
    for set in ["alerts", "alertDefinitions", "alertConfigurations"] {
        let rows = tenant.list(&tenant.application_token(), &format!("{ALERTS}/{set}?{scope}"));
        assert_eq!(rows.len(), 7);
    }
    for name in AlertName::OWN {
        let path = format!("{ALERTS}/alerts/{}", id(&tenant, name));
        assert_eq!(tenant.get(&tenant.application_token(), &path).status, 404);
        let refresh = format!("{path}/refresh");
        let answer = tenant.send(Method::POST, &refresh, Some(&tenant.application_token()), None);
        assert_eq!(answer.status, 404);
    }
}
