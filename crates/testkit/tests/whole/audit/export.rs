//! The export of the audit log: everything that a filter lets through, as bytes that can be hashed or as a table, from a
//! server that neither keeps it in memory nor waits for its client.

use model::Permission;
use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER};
use serde_json::Value;
use testkit::{Opened, Tenant};

use super::{AUDITS, write_events};

const EXPORT: &str = "/ext/v1/audit/export";
/// More than one page of an export.
const EVENTS: usize = 450;

/// The whole body as text.
fn rest(tenant: &Tenant, mut opened: Opened) -> String {
    let mut bytes = Vec::new();
    while let Some(piece) = tenant.next(&mut opened) {
        bytes.extend(piece.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

fn export(tenant: &Tenant, query: &str) -> String {
    let opened = tenant.open(&tenant.application_token(), &format!("{EXPORT}?{query}"));
    assert_eq!(opened.status, 200);
    rest(tenant, opened)
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_export_is_the_list_in_the_same_order() {
    let tenant = Tenant::found(31);
    write_events(&tenant, EVENTS);
    let queries = [
        "",
        "&$orderby=activityDateTime%20asc",
        "&$filter=activityDisplayName%20eq%20'Add%20member%20to%20role'",
        "&$orderby=activityDateTime%20desc&$filter=startswith(activityDisplayName,'remove')",
        "&$filter=targetResources/any(t:t/type%20eq%20'Nothing')",
    ];
    for query in queries {
        let list = tenant.list(&tenant.application_token(), &format!("{AUDITS}?$top=7{query}"));
        let lines = export(&tenant, &format!("format=jsonl{query}"));
        let records: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(ids(&records), ids(&list), "{query}");
        // A reader of CSV that knows nothing of ours finds the same rows.
        let table = export(&tenant, &format!("format=csv{query}"));
        let rows = table.matches(",PIM_").count() + table.matches(",Directory_").count();
        assert_eq!(rows, list.len(), "{query}");
    }
}

#[test]
fn json_lines_are_the_records_byte_for_byte() {
    let tenant = Tenant::found(32);
    write_events(&tenant, EVENTS);
    let lines = export(&tenant, "$orderby=activityDateTime%20asc");
    let records = tenant.read(|session| session.audit_records_after(0, 10_000));
    let mut expected: Vec<&str> = records.iter().map(|(_, logged)| logged.record.as_ref()).collect();
    let mut found: Vec<&str> = lines.lines().collect();
    assert_eq!(found.len(), expected.len());
    // Within one instant the list goes by id, the log by number.
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_table_has_nothing_that_a_spreadsheet_would_run() {
    let tenant = Tenant::found(33);
    write_events(&tenant, EVENTS);
    let opened = tenant.open(&tenant.application_token(), &format!("{EXPORT}?format=csv"));
    let header = |name: &str| opened.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"audit-2026-03-02T080000Z.csv\""
    );
    let table = rest(&tenant, opened);
    assert!(table.starts_with("sequence,id,activityDateTime,"));
    assert_eq!(table.matches("\"'=HYPERLINK(").count(), EVENTS);
    assert_eq!(table.matches(",'@SUM(A1)\r\n").count(), EVENTS);
}

#[test]
fn what_is_wrong_with_the_question_is_told_as_by_the_list() {
    let tenant = Tenant::found(34);
    let app = tenant.application_token();
    for query in [
        "$filter=nothing%20eq%201",
        "$filter=((",
        "$orderby=category",
        "$filter=userAgent%20eq%20'x'",
    ] {
        let (list, export) = (
            tenant.get(&app, &format!("{AUDITS}?{query}")),
            tenant.get(&app, &format!("{EXPORT}?{query}")),
        );
        assert_eq!(
            (export.status, export.error_code()),
            (list.status, list.error_code()),
            "{query}"
        );
        assert_eq!(export.status, 400);
    }
    for query in ["format=xml", "$top=5", "$select=id", "limit=5"] {
        assert_eq!(
            tenant.get(&app, &format!("{EXPORT}?{query}")).status,
            400,
            "{query}"
        );
    }
}

#[test]
fn only_who_may_read_the_log_may_export_it() {
    let tenant = Tenant::found(35);
    let (reader, nobody) = (tenant.holder("Ada", REPORTS_READER), tenant.user("Bo"));
    let no_permission = tenant.application_token_with([Permission::UserReadAll].into_iter().collect());
    assert_eq!(
        tenant.get(&no_permission, EXPORT).error_code(),
        "Authentication_MSGraphPermissionMissing"
    );
    assert_eq!(
        tenant.get(&tenant.user_token(nobody), EXPORT).error_code(),
        "Authentication_RequestFromUnsupportedUserRole"
    );
    assert_eq!(tenant.get(&tenant.user_token(reader), EXPORT).status, 200);
    assert_eq!(tenant.get("", EXPORT).status, 401);
}

#[test]
fn slow_clients_hold_no_readers() {
    let tenant = Tenant::found(36);
    write_events(&tenant, EVENTS);
    let app = tenant.application_token();
    let started = |_| {
        let mut opened = tenant.open(&app, &format!("{EXPORT}?$orderby=activityDateTime%20asc"));
        let first = tenant.next(&mut opened).unwrap().unwrap();
        (opened, first)
    };
    // More than there are threads that read, and each with pages that it did not take yet.
    let slow: Vec<_> = (0..20).map(started).collect();
    tenant.get(&app, AUDITS).expect(200);
    let records = usize::try_from(tenant.read(|session| session.audit_size())).unwrap();
    assert!(records >= EVENTS);
    for (opened, first) in slow {
        let whole = String::from_utf8(first.to_vec()).unwrap() + &rest(&tenant, opened);
        assert_eq!(whole.lines().count(), records);
    }
}

#[test]
fn an_export_that_cannot_go_on_is_broken_off() {
    let tenant = Tenant::found(37);
    tenant.holder("Root", GLOBAL_ADMINISTRATOR);
    let user = tenant.holder("Ada", REPORTS_READER);
    write_events(&tenant, EVENTS);
    let mut opened = tenant.open(&tenant.user_token(user), EXPORT);
    tenant.next(&mut opened).unwrap().unwrap();
    let disabled = serde_json::json!({"accountEnabled": false});
    let path = format!("/v1.0/users/{user}");
    tenant
        .send(
            http::Method::PATCH,
            &path,
            Some(&tenant.application_token()),
            Some(&disabled),
        )
        .expect(204);
    let mut taken = 0;
    let ended = loop {
        match tenant.next(&mut opened) {
            Some(Ok(_)) => taken += 1,
            other => break other,
        }
    };
    assert!(
        matches!(ended, Some(Err(_))),
        "a short file must not look like a whole one"
    );
    assert_eq!(taken, 0, "nothing was read ahead");
}
