//! Decisions come from memory. They must change exactly when what was given starts, ends, is taken
//! away or comes through another group, though nothing announces anything here.

use model::role::{SECURITY_READER, USER_ADMINISTRATOR};
use model::{DirectoryScope, IsoDuration};
use serde_json::json;
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, evaluate, holds, order};

const MICROSECOND: IsoDuration = IsoDuration::from_micros(1);

fn just_before(span: IsoDuration) -> IsoDuration {
    IsoDuration::from_micros(span.as_micros() - 1)
}

#[test]
fn a_decision_turns_at_the_very_start_and_end() {
    let tenant = Tenant::found(1);
    let (user, app) = (tenant.user("Ada"), tenant.application_token());
    assert!(!holds(&tenant, user, USER_ADMINISTRATOR));
    let start = tenant
        .now()
        .saturating_add(IsoDuration::from_hours(1))
        .to_string();
    let body = order(
        "adminAssign",
        user,
        USER_ADMINISTRATOR,
        Some(start.clone()),
        "PT2H",
    );
    tenant.post(&app, ASSIGNMENT_REQUESTS, &body).expect(201);

    let early = evaluate(&tenant, user, USER_ADMINISTRATOR, DirectoryScope::Tenant).expect(200);
    assert_eq!(early["decision"], json!(false));
    assert!(early["context"].to_string().contains(&start), "{early}");
    tenant.pass(just_before(IsoDuration::from_hours(1)));
    assert!(
        !holds(&tenant, user, USER_ADMINISTRATOR),
        "a microsecond before the start"
    );
    tenant.pass(MICROSECOND);
    assert!(holds(&tenant, user, USER_ADMINISTRATOR), "at the start");
    tenant.pass(just_before(IsoDuration::from_hours(2)));
    assert!(
        holds(&tenant, user, USER_ADMINISTRATOR),
        "a microsecond before the end"
    );
    tenant.pass(MICROSECOND);
    assert!(!holds(&tenant, user, USER_ADMINISTRATOR), "at the end");
}

#[test]
fn a_decision_follows_activation_deactivation_and_the_end_of_the_eligibility() {
    let tenant = Tenant::found(2);
    let (user, app) = (tenant.user("Ada"), tenant.application_token());
    let own = tenant.user_token(user);
    let eligibility = order("adminAssign", user, USER_ADMINISTRATOR, None, "P10D");
    tenant.post(&app, ELIGIBILITY_REQUESTS, &eligibility).expect(201);
    assert!(
        !holds(&tenant, user, USER_ADMINISTRATOR),
        "eligible is not active"
    );

    let activation = order("selfActivate", user, USER_ADMINISTRATOR, None, "PT1H");
    tenant.post(&own, ASSIGNMENT_REQUESTS, &activation).expect(201);
    assert!(holds(&tenant, user, USER_ADMINISTRATOR));
    let deactivation = order("selfDeactivate", user, USER_ADMINISTRATOR, None, "PT1H");
    tenant.post(&own, ASSIGNMENT_REQUESTS, &deactivation).expect(400);
    assert!(
        holds(&tenant, user, USER_ADMINISTRATOR),
        "too young to be turned off"
    );
    tenant.pass(IsoDuration::from_minutes(5));
    tenant.post(&own, ASSIGNMENT_REQUESTS, &deactivation).expect(201);
    assert!(!holds(&tenant, user, USER_ADMINISTRATOR), "turned off");

    tenant.post(&own, ASSIGNMENT_REQUESTS, &activation).expect(201);
    assert!(holds(&tenant, user, USER_ADMINISTRATOR), "and on again");
    tenant.pass(IsoDuration::from_minutes(5));
    let removal = order("adminRemove", user, USER_ADMINISTRATOR, None, "PT1H");
    tenant.post(&app, ELIGIBILITY_REQUESTS, &removal).expect(201);
    assert!(
        !holds(&tenant, user, USER_ADMINISTRATOR),
        "an activation ends with its eligibility"
    );
}

#[test]
fn a_decision_follows_memberships_and_what_the_group_is_given() {
    let tenant = Tenant::found(3);
    let (ada, ben, app) = (tenant.user("Ada"), tenant.user("Ben"), tenant.application_token());
    let group = tenant.group("Night watch", &[ada]);
    for user in [ada, ben] {
        assert!(!holds(&tenant, user, SECURITY_READER));
    }
    let given = order("adminAssign", group, SECURITY_READER, None, "PT4H");
    tenant.post(&app, ASSIGNMENT_REQUESTS, &given).expect(201);
    assert!(holds(&tenant, ada, SECURITY_READER), "through the group");
    assert!(!holds(&tenant, ben, SECURITY_READER));

    let members = format!("/v1.0/groups/{group}/members");
    let reference = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{ben}")});
    tenant
        .post(&app, &format!("{members}/$ref"), &reference)
        .expect(204);
    assert!(holds(&tenant, ben, SECURITY_READER), "joined");
    tenant
        .send(
            http::Method::DELETE,
            &format!("{members}/{ada}/$ref"),
            Some(&app),
            None,
        )
        .expect(204);
    assert!(!holds(&tenant, ada, SECURITY_READER), "left");
    tenant.pass(IsoDuration::from_hours(4));
    assert!(
        !holds(&tenant, ben, SECURITY_READER),
        "the group's role has ended"
    );
}

#[test]
fn a_decision_is_about_its_scope() {
    let tenant = Tenant::found(4);
    let (ada, unit, app) = (
        tenant.user("Ada"),
        tenant.unit("Branch"),
        tenant.application_token(),
    );
    let mut body = order("adminAssign", ada, USER_ADMINISTRATOR, None, "PT1H");
    body["directoryScopeId"] = json!(format!("/administrativeUnits/{unit}"));
    tenant.post(&app, ASSIGNMENT_REQUESTS, &body).expect(201);
    let decided = |scope| evaluate(&tenant, ada, USER_ADMINISTRATOR, scope).expect(200)["decision"].clone();
    assert_eq!(decided(DirectoryScope::AdministrativeUnit(unit)), json!(true));
    assert_eq!(decided(DirectoryScope::Tenant), json!(false));
    assert_eq!(
        decided(DirectoryScope::AdministrativeUnit(tenant.unit("Other"))),
        json!(false)
    );
}
