//! The index of what audit records mention: held against the records block by block, also while more are written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use model::audit::AuditEvent;
use rusqlite::Connection;
use store::{AuditFault, verify_audit};

use super::{Log, RECORDS, against, kind_of_event};

#[test]
fn mentions_that_no_record_has_are_named() {
    let log = Log::of(RECORDS);
    let named = |sql: &str| {
        let faults = log.after_sql(sql).faults;
        let sequences = faults.into_iter().map(|fault| match fault {
            AuditFault::Mentions { sequence } => sequence,
            other => panic!("{sql}: {other}"),
        });
        sequences.collect::<Vec<_>>()
    };
    let cases: [(&str, &[i64]); 9] = [
        ("INSERT INTO audit_mentions VALUES (0, x'00', 0, 1 << 16)", &[17]),
        // In another block than the record's, and in one that has no records.
        ("INSERT INTO audit_mentions VALUES (1, x'00', 0, 1 << 16)", &[17]),
        ("INSERT INTO audit_mentions VALUES (-1, x'00', 0, 1 << 17)", &[18]),
        (
            "INSERT INTO audit_mentions VALUES (0, x'00', 156, 1 << 7)",
            &[5000],
        ),
        (
            "INSERT INTO audit_mentions VALUES (4, x'00', 156, 1 << 7)",
            &[5000],
        ),
        (
            "INSERT INTO audit_mentions VALUES (9223372036854775807, x'00', 9, 1 << 11)",
            &[300],
        ),
        // About no record, and about one beyond the stretch.
        ("INSERT INTO audit_mentions VALUES (0, x'00', 3, 0)", &[97]),
        ("INSERT INTO audit_mentions VALUES (0, x'00', 3, 1 << 32)", &[129]),
        // Two records change places.
        (
            "UPDATE audit_mentions SET records = (records & ~(3 << 19))
                 | ((records >> 1) & (1 << 19)) | ((records << 1) & (1 << 20))
             WHERE stretch = 0 AND records & (3 << 19)",
            &[20, 21],
        ),
    ];
    for (sql, expected) in cases {
        assert_eq!(named(sql), expected, "{sql}");
    }
}

#[test]
fn the_index_of_a_long_log_is_found_in_verified_and_shortened_block_by_block() {
    let log = Log::of(2_500);
    let world = &log.world;
    let indexed = |condition: &str| {
        let count = format!("SELECT count(*) FROM audit_mentions WHERE {condition}");
        let connection = Connection::open(log.database()).unwrap();
        connection
            .query_row(&count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(indexed("block <> stretch / 32"), 0);
    let is_there = |n| world.read(move |s| s.audit_event(&kind_of_event(n).id)).is_some();
    for n in [1, 1024, 1025, 2048, 2049, 2500] {
        assert!(is_there(n), "{n}");
    }
    assert_eq!(log.after(|_| ()).lines(), Vec::<String>::new());
    let moved = log.after_sql("UPDATE audit_mentions SET block = 2 WHERE stretch = 32 AND records = 1");
    assert_eq!(moved.faults, [AuditFault::Mentions { sequence: 1025 }]);
    // Whole blocks, one that goes in part, and what is indexed of records that are no more.
    let left = indexed("stretch >= 34");
    world.write(|s| s.remove_audit_records(1_088));
    assert_eq!((indexed("true"), indexed("block = 0")), (left, 0));
    assert!(!is_there(1_088) && is_there(1_089));
    let stale = log.after_sql("INSERT INTO audit_mentions VALUES (0, x'00', 0, 1 << 4)");
    assert!(
        stale.faults.contains(&AuditFault::Mentions { sequence: 5 }),
        "{stale:?}"
    );
}

#[test]
fn a_log_that_is_written_to_meanwhile_is_found_whole() {
    let log = Log::of(1_000);
    let is_over = AtomicBool::new(false);
    let reports: Vec<_> = thread::scope(|scope| {
        scope.spawn(|| {
            // Each time as many as complete a node of the tree.
            let more = (1_001..12_000).step_by(64);
            for first in more.take_while(|_| !is_over.load(Ordering::Relaxed)) {
                let events: Vec<AuditEvent> = (first..first + 64).map(kind_of_event).collect();
                log.world.write(move |s| s.append_audit(events));
            }
        });
        let reports = (0..8)
            .map(|_| verify_audit(&log.database(), &against()))
            .collect();
        is_over.store(true, Ordering::Relaxed);
        reports
    });
    for report in reports {
        assert_eq!(report.unwrap().lines(), Vec::<String>::new());
    }
}
