//! How long it takes to verify an audit log, in the file of a database.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use model::audit::{
    AuditDetail, AuditEvent, AuditResult, AuditService, AuditTarget, Initiator, ModifiedProperty,
};
use model::{Clock as _, CorrelationId, Instant, ObjectId, SeededEntropy};
use store::{AuditVerification, Store, StoreOptions, verify_audit};
use tlog::Signer;

use crate::machine::{SystemClock, moment};

/// Records that are appended in one transaction.
const BATCH: usize = 1_000;

/// Makes a log of so many records, verifies it, and says how long that took.
pub fn time(records: usize) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let signer = Signer::from_seed("test.example/audit", [1; 32])?;
    let keys = vec![signer.verifier().clone()];
    fill(folder.path(), signer, records)?;
    let begun = moment();
    let against = AuditVerification {
        keys,
        witnessed: Vec::new(),
    };
    let report = verify_audit(&folder.path().join("tenure.db"), &against)?;
    let taken = begun.elapsed();
    ensure!(report.lines().is_empty(), "{:?}", report.lines());
    ensure!(report.log.records == records as u64, "{:?}", report.log);
    Ok(taken)
}

fn fill(folder: &Path, signer: Signer, records: usize) -> anyhow::Result<()> {
    let store = Store::open(StoreOptions::new(folder.to_owned()))?;
    store.sign_audit_with(signer);
    let entropy = SeededEntropy::from_number(5);
    let now = SystemClock.now();
    let mut left = records;
    while left > 0 {
        let some: Vec<AuditEvent> = (0..left.min(BATCH)).map(|_| event(&entropy, now)).collect();
        left -= some.len();
        store.write_wait(move |session| session.append_audit(some))??;
    }
    store.close();
    Ok(())
}

/// An activation, in the length that it has.
fn event(entropy: &SeededEntropy, now: Instant) -> AuditEvent {
    let correlation_id = CorrelationId::random(entropy);
    let id = ObjectId::random(entropy).to_string();
    let text = |text: &str| Some(text.to_owned());
    let target = |target_type: &str, name: Option<&str>| AuditTarget {
        target_type: target_type.to_owned(),
        id: Some(id.clone()),
        display_name: name.map(str::to_owned),
        ..AuditTarget::default()
    };
    let properties = ["RoleDefinitionOriginId", "RoleDefinitionOriginType", "TemplateId"];
    let mut role = target("Role", Some("User Administrator"));
    role.modified_properties = properties
        .map(|name| ModifiedProperty {
            display_name: name.to_owned(),
            old_value: text("\"\""),
            new_value: Some(format!("\"{id}\"")),
        })
        .to_vec();
    let details = [
        "RoleDefinitionOriginId",
        "TemplateId",
        "StartTime",
        "ExpirationTime",
        "Justification",
        "oid",
        "tid",
        "wids",
        "RequestId",
    ];
    AuditEvent {
        id: format!("PIM_{correlation_id}_{id}_{}", now.file_time()),
        at: now,
        correlation_id,
        activity: "Add member to role completed (PIM activation)".to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Update".to_owned(),
        result: AuditResult::Success,
        result_reason: "Night shift".to_owned(),
        initiated_by: Initiator::User {
            id: Some(ObjectId::random(entropy)),
            display_name: text("Some Body"),
            user_principal_name: text("some.body@test.example"),
            ip_address: None,
        },
        targets: vec![
            role,
            target("Request", None),
            target("User", Some("Some Body")),
            target("Directory", Some("Test Works")),
            target("Other", None),
        ],
        details: details
            .map(|key| AuditDetail {
                key: key.to_owned(),
                value: id.clone(),
            })
            .to_vec(),
        user_agent: None,
    }
}
