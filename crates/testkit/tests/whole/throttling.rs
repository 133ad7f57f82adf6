//! How much one identity may ask: 429 with when to come again, counted by identity and by what a request
//! costs, and whole again after that time (directory dossier, B8).

use std::num::NonZeroU32;

use http::Method;
use model::IsoDuration;
use serde_json::json;
use server::Allowance;
use testkit::{Answer, Peculiarities, Tenant};

const USERS: &str = "/v1.0/users";
const ME: &str = "/v1.0/me";

fn tenant(resource_units: u32, changes: u32) -> Tenant {
    let allowance = Allowance {
        resource_units: NonZeroU32::new(resource_units),
        changes: NonZeroU32::new(changes),
    };
    Tenant::found_with(
        17,
        Peculiarities {
            allowance,
            ..Peculiarities::default()
        },
    )
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

fn rename(tenant: &Tenant, token: &str, name: &str) -> Answer {
    let body = json!({"displayName": name});
    tenant.send(Method::PATCH, ME, Some(token), Some(&body))
}

#[test]
fn requests_cost_what_they_make_the_server_do() {
    let tenant = tenant(1_000, 0);
    let user = tenant.user("Ada");
    let token = tenant.user_token(user);
    for (path, cost) in [
        (ME.to_owned(), "1"),
        (USERS.to_owned(), "2"),
        (format!("{USERS}?$select=id"), "1"),
        (format!("{USERS}?$top=5"), "1"),
        (format!("{USERS}?$top=5&$select=id"), "1"),
        (format!("{USERS}?$top=20"), "2"),
        (format!("{USERS}?$expand=memberOf"), "3"),
        (format!("{USERS}/{user}/memberOf"), "3"),
    ] {
        let answer = tenant.get(&token, &path);
        assert_eq!(header(&answer, "x-ms-resource-unit"), cost, "{path}");
        assert_eq!(header(&answer, "x-ms-throttle-limit-percentage"), "", "{path}");
        answer.expect(200);
    }
}

#[test]
fn whoever_has_used_up_their_units_is_told_when_there_are_more() {
    let tenant = tenant(10, 0);
    let (ada, bea) = (tenant.user("Ada"), tenant.user("Bea"));
    let (token, other) = (tenant.user_token(ada), tenant.user_token(bea));
    for used in 1..=10 {
        let answer = tenant.get(&token, ME);
        let shown = if used < 8 {
            String::new()
        } else {
            format!("{:.2}", f64::from(used) / 10.0)
        };
        assert_eq!(header(&answer, "x-ms-throttle-limit-percentage"), shown);
        answer.expect(200);
    }
    let refused = tenant.get(&token, USERS);
    // Two units, of which there is one each second.
    assert_eq!(header(&refused, "retry-after"), "2");
    let scope = header(&refused, "x-ms-throttle-scope").to_owned();
    assert!(scope.starts_with("User_Application/ReadWrite/"), "{scope}");
    assert!(scope.ends_with(&ada.to_string()), "{scope}");
    assert_eq!(
        header(&refused, "x-ms-throttle-information"),
        "ResourceUnitLimitExceeded"
    );
    let body = refused.expect(429);
    assert_eq!(body["error"]["code"], "TooManyRequests");
    assert_eq!(body["error"]["message"], "Please retry again later.");
    let inner = &body["error"]["innerError"];
    assert_eq!(inner["code"], "429");
    assert_eq!(inner["status"], "429");
    assert_eq!(inner["message"], "Please retry after");
    assert!(inner["request-id"].is_string());

    // Nobody else pays for it, and no refusal does.
    tenant.get(&other, USERS).expect(200);
    tenant.get(&tenant.application_token(), USERS).expect(200);
    tenant.pass(IsoDuration::from_seconds(1));
    tenant.get(&token, USERS).expect(429);
    tenant.pass(IsoDuration::from_seconds(1));
    tenant.get(&token, USERS).expect(200);
    tenant.get(&token, ME).expect(429);
}

#[test]
fn a_request_that_costs_more_than_there_ever_is_takes_all() {
    let tenant = tenant(1, 0);
    let token = tenant.user_token(tenant.user("Ada"));
    tenant.get(&token, USERS).expect(200);
    tenant.get(&token, ME).expect(429);
}

#[test]
fn changes_have_an_allowance_of_their_own() {
    let tenant = tenant(0, 2);
    let ada = tenant.user("Ada");
    let app = tenant.application_token();
    let change = |name: &str| {
        let path = format!("{USERS}/{ada}");
        tenant.send(
            Method::PATCH,
            &path,
            Some(&app),
            Some(&json!({"displayName": name})),
        )
    };
    change("Ada 1").expect(204);
    change("Ada 2").expect(204);
    let refused = change("Ada 3");
    assert_eq!(header(&refused, "retry-after"), "75");
    assert_eq!(
        header(&refused, "x-ms-throttle-information"),
        "WriteLimitExceeded"
    );
    assert!(header(&refused, "x-ms-throttle-scope").starts_with("Tenant_Application/Write/"));
    refused.expect(429);
    let read = tenant.get(&app, &format!("{USERS}/{ada}"));
    assert_eq!(header(&read, "x-ms-resource-unit"), "", "units are not counted");
    assert_eq!(read.expect(200)["displayName"], "Ada 2", "nothing was changed");
    // What only asks is no change, whatever its method.
    let question = json!({"ids": [ada.to_string()]});
    tenant
        .post(&app, "/v1.0/directoryObjects/getByIds", &question)
        .expect(200);
}

#[test]
fn each_request_of_a_batch_counts_by_itself() {
    let tenant = tenant(3, 0);
    let token = tenant.user_token(tenant.user("Ada"));
    let requests: Vec<_> = (1..=4)
        .map(|number| json!({"id": number.to_string(), "method": "GET", "url": "/me"}))
        .collect();
    let body = tenant
        .post(&token, "/v1.0/$batch", &json!({"requests": requests}))
        .expect(200);
    let answers = body["responses"].as_array().unwrap();
    let (refused, served): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["status"] == 429);
    assert_eq!((refused.len(), served.len()), (1, 3), "{body}");
    assert_eq!(refused[0]["headers"]["Retry-After"], "4");
}

#[test]
fn nothing_is_counted_without_an_allowance() {
    let tenant = tenant(0, 0);
    let token = tenant.user_token(tenant.user("Ada"));
    for number in 0..50 {
        let answer = rename(&tenant, &token, &format!("Ada {number}"));
        assert_ne!(answer.status, 429);
    }
}
