//! Old records go when they are to be kept no longer, and take nothing with them that is still needed: what is left can
//! be verified, and whoever is to have them has them.

use engine::shipping::{AuditOptions, Destination, DestinationKind};
use model::IsoDuration;
use model::audit::RECORDS_REMOVED;
use serde_json::Value;
use store::{AuditVerification, verify_audit};
use testkit::{Peculiarities, Tenant, audit_signer};
use tlog::{Hash, verify_inclusion};

use super::{AUDITS, write_events};

fn kept_for(days: u32, destinations: Vec<Destination>) -> Peculiarities {
    Peculiarities {
        audit: AuditOptions {
            retention_days: Some(days),
            destinations,
        },
        ..Peculiarities::default()
    }
}

fn destination(name: &str, kind: DestinationKind) -> Destination {
    Destination {
        name: name.to_owned(),
        kind,
    }
}

fn first_record(tenant: &Tenant) -> u64 {
    tenant.read(|session| session.first_audit_record())
}

fn rows(tenant: &Tenant, activity: &str) -> Vec<Value> {
    let all = tenant.list(&tenant.application_token(), AUDITS);
    all.into_iter()
        .filter(|row| row["activityDisplayName"] == activity)
        .collect()
}

fn detail(row: &Value, key: &str) -> String {
    let details = row["additionalDetails"].as_array().unwrap();
    let found = details.iter().find(|detail| detail["key"] == key).unwrap();
    found["value"].as_str().unwrap().to_owned()
}

/// What the verification of the stopped tenant's database finds.
fn findings(tenant: Tenant) -> Vec<String> {
    let against = AuditVerification {
        keys: vec![audit_signer().verifier().clone()],
        witnessed: Vec::new(),
    };
    tenant.stopped(|database| verify_audit(database, &against).unwrap().lines())
}

fn hash(text: &Value) -> Hash {
    text.as_str().unwrap().parse().unwrap()
}

#[test]
fn what_is_old_goes_and_the_rest_is_proven() {
    let tenant = Tenant::found_with(41, kept_for(30, Vec::new()));
    let app = tenant.application_token();
    write_events(&tenant, 200);
    let first = tenant.list(
        &app,
        &format!("{AUDITS}?$orderby=activityDateTime%20asc&$top=999"),
    )[1]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    tenant.get(&app, &format!("{AUDITS}/{first}")).expect(200);
    tenant.advance(IsoDuration::from_days(29));
    assert_eq!(first_record(&tenant), 1, "nothing is old enough");

    write_events(&tenant, 100);
    tenant.advance(IsoDuration::from_days(2));
    let app = tenant.application_token();
    assert_eq!(
        first_record(&tenant),
        193,
        "the 64 in which a younger record is stay"
    );
    assert_eq!(tenant.get(&app, &format!("{AUDITS}/{first}")).status, 404);
    let left = tenant.list(&app, AUDITS);
    assert!(left.iter().all(|row| row["id"] != first.as_str()));

    let removed = rows(&tenant, RECORDS_REMOVED);
    assert_eq!(removed.len(), 1);
    let says = |key| detail(&removed[0], key);
    assert_eq!(
        (says("RemovedThrough"), says("RemovedRecords")),
        ("192".to_owned(), "192".to_owned())
    );
    assert_eq!(says("RetentionDays"), "30");
    assert!(says("RemovedFrom").starts_with("2026-03-02T08:00:00"));
    assert!(says("RemovedUntil").starts_with("2026-03-02T08:00:00"));
    assert_eq!(removed[0]["initiatedBy"]["user"]["displayName"], "Azure AD PIM");

    let proof = tenant
        .get(&app, "/ext/v1/audit/inclusion?sequence=200&size=256")
        .expect(200);
    let hashes: Vec<Hash> = proof["hashes"].as_array().unwrap().iter().map(hash).collect();
    let record = proof["record"].as_str().unwrap();
    assert!(verify_inclusion(
        record.as_bytes(),
        199,
        256,
        &hash(&proof["rootHash"]),
        &hashes
    ));
    assert_eq!(tenant.get(&app, "/ext/v1/audit/inclusion?sequence=5").status, 404);
    assert_eq!(findings(tenant), [] as [String; 0]);
}

#[test]
fn many_are_removed_in_several_transactions_and_each_says_so() {
    let tenant = Tenant::found_with(42, kept_for(1, Vec::new()));
    write_events(&tenant, 2_500);
    tenant.advance(IsoDuration::from_days(3));
    assert_eq!(first_record(&tenant), 2_497);
    let removed: Vec<String> = rows(&tenant, RECORDS_REMOVED)
        .iter()
        .map(|row| detail(row, "RemovedThrough"))
        .collect();
    assert_eq!(removed, ["2496", "2048", "1024"], "at most 1024 at a time");
    assert_eq!(findings(tenant), [] as [String; 0]);
}

#[test]
fn without_the_setting_nothing_goes() {
    let tenant = Tenant::found(43);
    write_events(&tenant, 200);
    tenant.advance(IsoDuration::from_days(5_000));
    assert_eq!(first_record(&tenant), 1);
    assert_eq!(rows(&tenant, RECORDS_REMOVED), [] as [Value; 0]);
}

#[test]
fn what_somebody_is_yet_to_have_stays() {
    let destinations = vec![
        destination("siem", DestinationKind::Syslog),
        destination("witness", DestinationKind::Witness),
        destination("file", DestinationKind::CheckpointFile),
    ];
    let tenant = Tenant::found_with(44, kept_for(1, destinations));
    write_events(&tenant, 300);
    tenant.advance(IsoDuration::from_days(3));
    assert_eq!(first_record(&tenant), 1, "nobody has anything");
    let shipped = |destination, position| {
        tenant
            .engine()
            .note_shipped(destination, position, Vec::new())
            .unwrap();
        tenant.advance(IsoDuration::ZERO);
        first_record(&tenant)
    };
    assert_eq!(
        shipped("siem", 250),
        1,
        "the witness asks for proofs from there on"
    );
    assert_eq!(
        shipped("witness", 130),
        129,
        "the block that the witness stands in stays"
    );
    assert_eq!(
        shipped("witness", 256),
        193,
        "the last of this block is not at the collector"
    );
    assert_eq!(shipped("siem", 256), 257, "the file needs no records");
    assert_eq!(findings(tenant), [] as [String; 0]);
}

#[test]
fn another_setting_is_in_the_log_and_the_same_is_not() {
    let changes = |tenant: &Tenant| -> Vec<(Value, Value)> {
        rows(tenant, "Update audit retention")
            .iter()
            .map(|row| &row["targetResources"][0]["modifiedProperties"][0])
            .map(|property| (property["oldValue"].clone(), property["newValue"].clone()))
            .collect()
    };
    let tenant = Tenant::found(45);
    assert_eq!(changes(&tenant), []);
    let tenant = tenant.restart_with(kept_for(30, Vec::new())).restart();
    assert_eq!(changes(&tenant), [("null".into(), "30".into())]);
    let tenant = tenant.restart_with(Peculiarities::default()).restart();
    assert_eq!(
        changes(&tenant),
        [("30".into(), "null".into()), ("null".into(), "30".into())]
    );
}
