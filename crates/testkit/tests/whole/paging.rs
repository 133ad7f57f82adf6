//! Paging while the list changes: rows that are there throughout come exactly once.

use std::collections::{BTreeMap, BTreeSet};

use model::role::{SECURITY_OPERATOR, SECURITY_READER, built_in_roles};
use model::{IsoDuration, RoleDefinitionId};
use serde_json::Value;
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, order};

const INSTANCES: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";

fn roles() -> Vec<RoleDefinitionId> {
    let plain = built_in_roles()
        .iter()
        .filter(|role| !role.is_pseudo)
        .map(|role| role.definition.id);
    plain
        .filter(|role| ![SECURITY_OPERATOR, SECURITY_READER].contains(role))
        .take(8)
        .collect()
}

fn text<'a>(row: &'a Value, property: &str) -> &'a str {
    row[property].as_str().unwrap_or_default()
}

#[test]
fn each_row_that_stays_comes_once_while_others_come_and_go() {
    for size in [1, 3, 7] {
        let tenant = Tenant::found(size);
        let app = tenant.application_token();
        let users: Vec<_> = (0..6)
            .map(|number| tenant.user(&format!("User {number}")))
            .collect();
        for user in &users {
            for role in roles() {
                tenant.give(*user, role);
            }
            let leaving = order("adminAssign", *user, SECURITY_READER, None, "PT1H");
            tenant.post(&app, ASSIGNMENT_REQUESTS, &leaving).expect(201);
        }
        let stays: BTreeSet<String> = tenant
            .list(&app, INSTANCES)
            .iter()
            .filter(|row| text(row, "roleDefinitionId") != SECURITY_READER.to_string())
            .map(|row| text(row, "id").to_owned())
            .collect();
        assert_eq!(stays.len(), 48);

        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut next = Some(format!("{INSTANCES}?$top={size}"));
        let mut pages = 0;
        while let Some(path) = next {
            let page = tenant.get(&app, &path).expect(200);
            let rows = page["value"].as_array().unwrap();
            assert!(u64::try_from(rows.len()).unwrap() <= size);
            for row in rows {
                *seen.entry(text(row, "id").to_owned()).or_default() += 1;
            }
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
            pages += 1;
            // Between any two pages somebody comes; a few pages in, those who were to leave have left.
            let user = users[pages % users.len()];
            tenant.post(
                &app,
                ASSIGNMENT_REQUESTS,
                &order("adminAssign", user, SECURITY_OPERATOR, None, "PT1H"),
            );
            tenant.pass(IsoDuration::from_minutes(20));
        }
        for id in &stays {
            assert_eq!(seen.get(id), Some(&1), "pages of {size}: {id}");
        }
        assert!(
            seen.values().all(|count| *count == 1),
            "pages of {size}: nothing comes twice"
        );
    }
}

#[test]
fn a_page_token_opens_no_other_list_and_no_changed_one() {
    let tenant = Tenant::found(9);
    let app = tenant.application_token();
    for number in 0..3 {
        tenant.holder(&format!("User {number}"), SECURITY_READER);
    }
    let page = tenant.get(&app, &format!("{INSTANCES}?$top=1")).expect(200);
    let link = page["@odata.nextLink"].as_str().unwrap();
    tenant.get(&app, link).expect(200);
    let elsewhere = link.replace("roleAssignmentScheduleInstances", "roleAssignmentSchedules");
    assert_eq!(tenant.get(&app, &elsewhere).status, 400);
    let (head, token) = link.split_once("$skiptoken=").unwrap();
    for changed in [
        token.to_uppercase(),
        format!("A{token}"),
        token[1..].to_owned(),
        String::new(),
    ] {
        if changed != token {
            assert_eq!(
                tenant.get(&app, &format!("{head}$skiptoken={changed}")).status,
                400,
                "{changed}"
            );
        }
    }
}
