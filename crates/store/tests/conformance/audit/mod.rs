//! The audit log in a database: a log of a few hundred records of each kind, and what is seen of copies that were altered.

mod groups;
mod index;
mod shortening;
mod tampering;

use std::path::{Path, PathBuf};

use model::AppId;
use model::audit::{AuditEvent, AuditResult, AuditService, Initiator};
use rusqlite::Connection;
use store::{AuditReport, AuditVerification, verify_audit};
use tempfile::TempDir;
use tlog::Signer;
use uuid::Uuid;

use crate::round_trips::event;
use crate::world::{World, object_id};

const RECORDS: i64 = 300;

fn signer() -> Signer {
    Signer::from_seed("example.org/audit", [7; 32]).unwrap()
}

fn against() -> AuditVerification {
    AuditVerification {
        keys: vec![signer().verifier().clone()],
        witnessed: Vec::new(),
    }
}

/// By a user, by an application, by the service; about much and about nothing.
fn kind_of_event(n: i64) -> AuditEvent {
    let plain = event(n);
    match n % 3 {
        0 => plain,
        1 => AuditEvent {
            initiated_by: Initiator::App {
                app_id: Some(AppId::new(Uuid::from_u128(9))),
                display_name: Some("Robot".to_owned()),
                service_principal_id: Some(object_id(9)),
            },
            targets: vec![plain.targets[0].clone(); 3],
            user_agent: Some("agent".to_owned()),
            ..plain
        },
        _ => AuditEvent {
            initiated_by: Initiator::service(),
            service: AuditService::CoreDirectory,
            result: AuditResult::Failure,
            targets: Vec::new(),
            ..plain
        },
    }
}

/// A log, closed, and copies of it to be altered.
struct Log {
    world: World,
}

impl Log {
    fn of(records: i64) -> Self {
        let world = World::new();
        world.store.sign_audit_with(signer());
        let events: Vec<AuditEvent> = (1..=records).map(kind_of_event).collect();
        for some in events.chunks(7) {
            let some = some.to_vec();
            world.write(move |s| s.append_audit(some));
        }
        Self { world }
    }

    fn database(&self) -> PathBuf {
        self.world.folder.path().join("data").join("tenure.db")
    }

    /// A copy that `alter` had, in a folder of its own.
    fn copy(&self, alter: impl FnOnce(&Connection)) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        Connection::open(self.database())
            .unwrap()
            .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
            .unwrap();
        let connection = Connection::open(&copy).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        alter(&connection);
        (folder, copy)
    }

    /// What is found in a copy after `alter` had it.
    fn after(&self, alter: impl FnOnce(&Connection)) -> AuditReport {
        let (_folder, copy) = self.copy(alter);
        verify(&copy)
    }

    fn after_sql(&self, sql: &str) -> AuditReport {
        self.after(|connection| connection.execute_batch(sql).unwrap())
    }
}

fn verify(database: &Path) -> AuditReport {
    verify_audit(database, &against()).unwrap()
}
