//! Nothing is late: while nobody announces what time did, every read is right all the same, and when
//! announcing is taken up again each event is told of once (DESIGN, idea 1).

use std::collections::BTreeMap;
use std::sync::Arc;

use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER, SECURITY_READER, USER_ADMINISTRATOR};
use model::{IsoDuration, ObjectId, SeededEntropy};
use serde_json::{Value, json};
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, change_approval, holds, order};

const INSTANCES: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";
const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";
const NOTHING: IsoDuration = IsoDuration::ZERO;

/// The events that people were told of, with the number of messages of each.
fn events(tenant: &Tenant) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::new();
    for message in tenant.told() {
        *counted.entry(message.notice.event.as_str()).or_default() += 1;
    }
    counted
}

fn instances_of(tenant: &Tenant, principal: ObjectId) -> Vec<Value> {
    let filter = format!("{INSTANCES}?$filter=principalId%20eq%20'{principal}'");
    tenant.list(&tenant.application_token(), &filter)
}

fn status(tenant: &Tenant, request: &Value) -> Value {
    let id = request["id"].as_str().unwrap();
    tenant
        .get(
            &tenant.application_token(),
            &format!("{ASSIGNMENT_REQUESTS}/{id}"),
        )
        .expect(200)["status"]
        .clone()
}

fn rows(tenant: &Tenant, activity: &str) -> usize {
    let all = tenant.list(&tenant.application_token(), AUDITS);
    all.iter()
        .filter(|row| row["activityDisplayName"] == activity)
        .count()
}

#[test]
fn with_nobody_announcing_for_an_hour_reads_are_right_and_then_each_event_is_told_once() {
    let tenant = Tenant::found(7);
    tenant.holder("Root", GLOBAL_ADMINISTRATOR);
    let app = tenant.application_token();
    let [asker, active, later] = ["Ada", "Bo", "Cy"].map(|name| tenant.user(name));
    let leaving = tenant.user("Di");
    change_approval(&tenant, USER_ADMINISTRATOR, &json!({"isApprovalRequired": true})).expect(204);
    for (principal, role) in [(asker, USER_ADMINISTRATOR), (active, REPORTS_READER)] {
        let eligibility = order("adminAssign", principal, role, None, "P90D");
        tenant.post(&app, ELIGIBILITY_REQUESTS, &eligibility).expect(201);
    }
    let ask = order("selfActivate", asker, USER_ADMINISTRATOR, None, "PT1H");
    let asked = tenant
        .post(&tenant.user_token(asker), ASSIGNMENT_REQUESTS, &ask)
        .expect(201);
    tenant.advance(IsoDuration::from_minutes(23 * 60 + 30));

    // Within the hour to come: the request lapses, an activation ends, an assignment begins and another
    // ends, and one is a day from its end.
    let activation = order("selfActivate", active, REPORTS_READER, None, "PT30M");
    tenant
        .post(&tenant.user_token(active), ASSIGNMENT_REQUESTS, &activation)
        .expect(201);
    let start = tenant
        .now()
        .saturating_add(IsoDuration::from_minutes(15))
        .to_string();
    let assignment = order("adminAssign", later, SECURITY_READER, Some(start), "P10D");
    let begun = tenant.post(&app, ASSIGNMENT_REQUESTS, &assignment).expect(201);
    let short = order("adminAssign", leaving, SECURITY_READER, None, "PT45M");
    tenant.post(&app, ASSIGNMENT_REQUESTS, &short).expect(201);
    let day_and_a_half_hour = order("adminAssign", leaving, REPORTS_READER, None, "PT24H30M");
    tenant
        .post(&app, ASSIGNMENT_REQUESTS, &day_and_a_half_hour)
        .expect(201);
    assert_eq!(status(&tenant, &begun), "Granted");
    let before = events(&tenant);
    let completed = "Add member to role in PIM completed (timebound)";
    let removed = "Remove member from role in PIM completed (timebound)";
    let rows_before = rows(&tenant, completed);

    tenant.pass(IsoDuration::from_hours(1));
    assert_eq!(status(&tenant, &asked), "Denied");
    assert_eq!(status(&tenant, &begun), "Provisioned");
    assert_eq!(instances_of(&tenant, active), [] as [Value; 0]);
    assert_eq!(instances_of(&tenant, later).len(), 1);
    assert_eq!(instances_of(&tenant, leaving).len(), 1);
    assert!(!holds(&tenant, active, REPORTS_READER));
    assert!(holds(&tenant, later, SECURITY_READER));
    assert!(!holds(&tenant, leaving, SECURITY_READER));
    assert_eq!(events(&tenant), before, "nobody announced anything");
    let again = order("selfActivate", asker, USER_ADMINISTRATOR, None, "PT1H");
    tenant
        .post(&tenant.user_token(asker), ASSIGNMENT_REQUESTS, &again)
        .expect(201);

    tenant.advance(NOTHING);
    let after = events(&tenant);
    let new = |event| {
        after.get(event).copied().unwrap_or_default() - before.get(event).copied().unwrap_or_default()
    };
    // To the principal and to those who decide or administer.
    for event in ["approvalExpired", "ended", "ending"] {
        assert_eq!(new(event), 2, "{event} in {after:?}");
    }
    assert_eq!(rows(&tenant, completed), rows_before + 1);
    assert_eq!(rows(&tenant, removed), 1);
    assert_eq!(
        rows(&tenant, "Remove member from role (PIM activation expired)"),
        1
    );
    assert_eq!(rows(&tenant, "PIM activation request expired"), 1);

    tenant.advance(NOTHING);
    let tenant = tenant.restart();
    tenant.advance(NOTHING);
    assert_eq!(events(&tenant), after, "told once");
    assert_eq!(rows(&tenant, removed), 1);
}

#[test]
fn the_end_of_an_activation_is_told_of_where_that_is_wanted() {
    let tenant = Tenant::found(8);
    let (user, app) = (tenant.user("Ada"), tenant.application_token());
    let eligibility = order("adminAssign", user, REPORTS_READER, None, "P90D");
    tenant.post(&app, ELIGIBILITY_REQUESTS, &eligibility).expect(201);
    let activation = order("selfActivate", user, REPORTS_READER, None, "PT1H");
    tenant
        .post(&tenant.user_token(user), ASSIGNMENT_REQUESTS, &activation)
        .expect(201);
    tenant.advance(IsoDuration::from_minutes(44));
    assert_eq!(events(&tenant).get("activationEnding"), None);
    tenant.advance(IsoDuration::from_minutes(1));
    assert_eq!(events(&tenant).get("activationEnding"), Some(&1));
    tenant.advance(IsoDuration::from_minutes(15));
    assert_eq!(events(&tenant).get("activationEnding"), Some(&1));
}

#[test]
fn what_goes_on_beside_the_requests_takes_none_of_their_ids() {
    let next_id = |rounds: usize| {
        let tenant = Tenant::found(7);
        let beside = tenant
            .engine()
            .with_entropy(Arc::new(SeededEntropy::from_number(8)));
        for _ in 0..rounds {
            beside.post_notices().unwrap();
        }
        tenant.user("Ada")
    };
    assert_eq!(next_id(0), next_id(3));
}
