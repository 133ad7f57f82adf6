//! Removing the oldest records: only what is signed and old enough, and the rest is still confirmed.

use model::audit::{AuditDetail, AuditEvent, RECORDS_REMOVED, REMOVED_THROUGH};
use store::AuditFault;
use tlog::verify_consistency;

use super::{Log, RECORDS, kind_of_event};
use crate::round_trips::event;
use crate::world::{World, at};

#[test]
fn what_says_that_records_were_removed_has_to_be_confirmed_itself() {
    let log = Log::of(150);
    let says = AuditEvent {
        activity: RECORDS_REMOVED.to_owned(),
        details: vec![AuditDetail {
            key: REMOVED_THROUGH.to_owned(),
            value: "64".to_owned(),
        }],
        ..event(151)
    };
    log.world.write(move |s| s.append_audit([says]));
    let cut = "DELETE FROM audit_mentions WHERE stretch < 2; DELETE FROM audit_events WHERE seq <= 64";
    assert_eq!(
        log.after_sql(cut).faults,
        [AuditFault::NotAccountedFor { through: 64 }]
    );
    log.world.write(|s| s.checkpoint_audit());
    assert_eq!(log.after_sql(cut).faults, []);
}

#[test]
fn nothing_goes_of_a_log_that_nobody_signed() {
    let world = World::new();
    let events: Vec<AuditEvent> = (1..=200).map(kind_of_event).collect();
    world.write(move |s| s.append_audit(events));
    assert_eq!(world.read(|s| s.removable_audit_records(at(150), 1_000)), 0);
}

#[test]
fn old_records_go_and_the_rest_is_still_confirmed() {
    let log = Log::of(RECORDS);
    let world = &log.world;
    let through = world.read(|s| s.removable_audit_records(at(200), 1_000));
    assert_eq!(through, 192);
    assert_eq!(
        world.read(|s| s.removable_audit_records(at(200), 100)),
        64,
        "at most so many"
    );
    assert_eq!(
        world.read(|s| s.removable_audit_records(at(60), 1_000)),
        0,
        "no whole block is old"
    );
    assert_eq!(
        world.read(|s| s.removable_audit_records(at(1_000_000), 1_000)),
        256,
        "the rest is not signed"
    );
    world.write(|s| {
        let says = AuditEvent {
            activity: RECORDS_REMOVED.to_owned(),
            details: vec![AuditDetail {
                key: REMOVED_THROUGH.to_owned(),
                value: "192".to_owned(),
            }],
            ..event(301)
        };
        s.append_audit([says])?;
        s.remove_audit_records(192)?;
        s.checkpoint_audit()
    });
    assert_eq!(world.read(|s| s.first_audit_record()), 193);
    let report = log.after(|_| ());
    assert_eq!(report.lines(), Vec::<String>::new());
    assert_eq!((report.log.records, report.log.confirmed), (109, 301));
    // Less is left than was said.
    let report = log
        .after_sql("DELETE FROM audit_mentions WHERE stretch < 8; DELETE FROM audit_events WHERE seq <= 256");
    assert_eq!(report.faults, [AuditFault::NotAccountedFor { through: 256 }]);

    // Proofs go on where they do not lead through what is gone.
    let root = |size| world.read(move |s| s.audit_root(size));
    let proof = world
        .store
        .read_wait(|s| s.audit_consistency(192, 301))
        .unwrap()
        .unwrap();
    assert!(verify_consistency((192, &root(192)), (301, &root(301)), &proof));
    let gone = world.store.read_wait(|s| s.audit_consistency(100, 301)).unwrap();
    assert!(gone.unwrap_err().to_string().contains("does not keep"));
}
