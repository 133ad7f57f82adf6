//! The audit log in the hands of somebody who can write the database file: whatever is altered, removed, inserted or
//! put in another order, the verification names it.

use rusqlite::Connection;
use rusqlite::types::Value;
use store::{AuditFault, AuditVerification, verify_audit};
use tlog::verify::Finding;
use tlog::{Checkpoint, Signer, verify_inclusion};

use super::{Log, RECORDS, against, verify};
use crate::world::object_id;

/// First and last of a block, one of each kind, and one that no checkpoint is about.
const SAMPLES: [i64; 6] = [1, 64, 101, 102, 103, 299];

/// Another value of the same type.
fn other(value: Value) -> Value {
    match value {
        Value::Null => Value::Text("x".to_owned()),
        Value::Integer(number) => Value::Integer(number + 100_000),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => Value::Text(format!("{text} ")),
        Value::Blob(mut bytes) => {
            bytes[0] ^= 1;
            Value::Blob(bytes)
        }
    }
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
        .unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

/// Alters one column of the rows that `condition` selects.
fn alter(connection: &Connection, table: &str, column: &str, condition: &str) {
    let old: Value = connection
        .query_row(
            &format!("SELECT {column} FROM {table} WHERE {condition}"),
            [],
            |row| row.get(0),
        )
        .unwrap();
    let is_blob = |kind: &str| column_type(connection, table, column) == kind;
    let new = match other(old) {
        Value::Text(text) if is_blob("BLOB") => Value::Blob(text.into_bytes()),
        new => new,
    };
    let changed = connection
        .execute(
            &format!("UPDATE {table} SET {column} = ?1 WHERE {condition}"),
            [new],
        )
        .unwrap();
    assert_eq!(changed, 1, "{table}.{column}");
}

fn column_type(connection: &Connection, table: &str, column: &str) -> String {
    connection
        .query_row(
            &format!("SELECT type FROM pragma_table_info('{table}') WHERE name = ?1"),
            [column],
            |row| row.get(0),
        )
        .unwrap()
}

#[test]
fn an_untouched_log_is_confirmed() {
    let report = Log::of(RECORDS).after(|_| ());
    assert_eq!(report.lines(), Vec::<String>::new());
    assert_eq!(
        (report.log.records, report.log.confirmed, report.log.checkpoints),
        (300, 256, 4)
    );
}

#[test]
fn each_altered_column_of_each_kind_of_record_is_named() {
    let log = Log::of(RECORDS);
    let columns = columns(&Connection::open(log.database()).unwrap(), "audit_events");
    assert_eq!(columns.len(), 16, "{columns:?}");
    for column in &columns {
        for sequence in SAMPLES {
            let report = log.after(|connection| {
                alter(connection, "audit_events", column, &format!("seq = {sequence}"));
            });
            let is_named = match column.as_str() {
                "seq" => report
                    .lines()
                    .iter()
                    .any(|line| line.contains(&format!("record {sequence} was"))),
                "record" => report.log.findings == [Finding::Altered(sequence.unsigned_abs())],
                "leaf" if sequence > 256 => {
                    report.log.findings == [Finding::Altered(sequence.unsigned_abs())]
                }
                "leaf" => report
                    .log
                    .findings
                    .contains(&Finding::LeafAltered(sequence.unsigned_abs())),
                _ => {
                    report.faults
                        == [AuditFault::Column {
                            sequence,
                            column: column.clone(),
                        }]
                }
            };
            assert!(is_named, "{column} of {sequence}: {:#?}", report.lines());
        }
    }
}

#[test]
fn each_altered_column_of_what_stands_beside_is_named() {
    let log = Log::of(RECORDS);
    let connection = Connection::open(log.database()).unwrap();
    let mentioned = |id: &str| format!("hex(mentioned) = '{}'", id.replace('-', "").to_uppercase());
    let by = mentioned(&object_id(9).to_string());
    let about = mentioned(&object_id(2).to_string());
    let beside: [(&str, &str, &[&str]); 4] = [
        (
            "audit_mentions",
            &format!("stretch = 3 AND records & (1 << 6) AND {by}"),
            &["record 103", "record 102"],
        ),
        (
            "audit_mentions",
            &format!("stretch = 9 AND records & (1 << 11) AND {about}"),
            &["record 300", "record 294"],
        ),
        (
            "audit_nodes",
            "level = 6 AND position = 2",
            &["records 129 to 192", "level 6, position 2"],
        ),
        ("audit_checkpoints", "size = 128", &["checkpoint of 128 records"]),
    ];
    for (table, condition, expected) in beside {
        let is_named = |lines: &[String]| {
            lines
                .iter()
                .any(|line| expected.iter().any(|each| line.contains(each)))
        };
        for column in columns(&connection, table) {
            let lines = log
                .after(|connection| alter(connection, table, &column, condition))
                .lines();
            assert!(is_named(&lines), "{table}.{column}: {lines:#?}");
        }
        let lines = log
            .after_sql(&format!("DELETE FROM {table} WHERE {condition}"))
            .lines();
        assert!(is_named(&lines), "{table}: {lines:#?}");
    }
}

#[test]
fn removed_records_are_named() {
    let log = Log::of(RECORDS);
    let removed = |sequence: u64| {
        log.after_sql(&format!(
            "UPDATE audit_mentions SET records = records & ~(1 << (({sequence} - 1) % 32))
             WHERE stretch = ({sequence} - 1) / 32 AND records & (1 << (({sequence} - 1) % 32));
             DELETE FROM audit_mentions WHERE records = 0;
             DELETE FROM audit_events WHERE seq = {sequence}"
        ))
    };
    for sequence in [2_u64, 64, 101, 299] {
        assert_eq!(removed(sequence).log.findings, [Finding::Removed(sequence)]);
    }
    // The first: nothing before it says that it was there, but every record's own number does.
    let report = removed(1);
    assert!(
        report
            .faults
            .contains(&AuditFault::NotAccountedFor { through: 1 }),
        "{report:?}"
    );
    let report = log
        .after_sql("DELETE FROM audit_mentions WHERE stretch < 2; DELETE FROM audit_events WHERE seq <= 64");
    assert_eq!(report.faults, [AuditFault::NotAccountedFor { through: 64 }]);
}

#[test]
fn a_tail_that_was_cut_off_is_named_by_what_is_left_or_by_a_witness() {
    let log = Log::of(RECORDS);
    let cut = "DELETE FROM audit_mentions WHERE stretch > 4 OR stretch = 4 AND records & 3 = 0;
               UPDATE audit_mentions SET records = records & 3 WHERE stretch = 4;
               DELETE FROM audit_events WHERE seq > 130;";
    let report = log.after_sql(cut);
    let expected = Finding::Cut {
        records: 130,
        signed: 256,
    };
    assert!(report.log.findings.contains(&expected), "{report:?}");

    // Cut with everything that belongs to it, only a checkpoint from elsewhere tells.
    let note = log.world.read(|s| s.last_audit_checkpoint()).unwrap().note;
    let clean = format!(
        "{cut} DELETE FROM audit_nodes WHERE position >= 2; DELETE FROM audit_checkpoints WHERE size > 130;"
    );
    let (_folder, copy) = log.copy(|connection| connection.execute_batch(&clean).unwrap());
    assert_eq!(verify(&copy).lines(), Vec::<String>::new());
    let against = AuditVerification {
        witnessed: vec![Checkpoint::open(&note, &against().keys).unwrap()],
        ..against()
    };
    let report = verify_audit(&copy, &against).unwrap();
    assert_eq!(report.log.findings, [expected]);
}

/// Puts a copy of record 103 at another number.
fn insertion(sequence: i64) -> String {
    format!(
        "INSERT INTO audit_events (seq, at, correlation_id, activity, category, service, operation_type, result,
             leaf, record)
         SELECT {sequence}, at, correlation_id, activity, category, service, operation_type, result, leaf,
             record
         FROM audit_events WHERE seq = 103"
    )
}

#[test]
fn records_in_another_order_and_inserted_ones_are_named() {
    let log = Log::of(RECORDS);
    let report = log.after_sql(
        "UPDATE audit_events SET seq = -1 WHERE seq = 103; UPDATE audit_events SET seq = 103 WHERE seq = 106;
         UPDATE audit_events SET seq = 106 WHERE seq = -1",
    );
    let moved = [
        AuditFault::Place {
            sequence: 103,
            says: 106,
        },
        AuditFault::Place {
            sequence: 106,
            says: 103,
        },
    ];
    assert!(
        moved.iter().all(|fault| report.faults.contains(fault)),
        "{report:?}"
    );

    // Inserted at the end, where no leaf of another stands in the way, as a copy of record 103.
    let report = log.after_sql(&insertion(301));
    assert!(
        report.faults.contains(&AuditFault::Place {
            sequence: 301,
            says: 103
        }),
        "{report:?}"
    );
    // Far away, where a list of what lies between would be long.
    let report = log.after_sql(&insertion(9000000000));
    assert_eq!(report.log.findings, [Finding::Inserted(9_000_000_000)]);
    // In the midst, the others have to move.
    let report = log.after_sql(&format!(
        "UPDATE audit_events SET seq = -seq WHERE seq >= 200;
             UPDATE audit_events SET seq = 1 - seq WHERE seq < 0; {}",
        insertion(200)
    ));
    assert!(
        report.faults.contains(&AuditFault::Place {
            sequence: 200,
            says: 103
        }),
        "{report:?}"
    );
}

#[test]
fn a_record_whose_hashes_were_forged_with_it_is_found_by_the_checkpoint() {
    let log = Log::of(RECORDS);
    let report = log.after(|connection| {
        let record: String = connection
            .query_row("SELECT record FROM audit_events WHERE seq = 100", [], |row| {
                row.get(0)
            })
            .unwrap();
        let forged = record.replace("because", "becauze");
        let leaf = tlog::leaf_hash(forged.as_bytes()).0;
        connection
            .execute(
                "UPDATE audit_events SET record = ?1, leaf = ?2 WHERE seq = 100",
                (forged, leaf),
            )
            .unwrap();
    });
    assert_eq!(report.log.findings, [Finding::AlteredWithin(65..=128)]);
}

#[test]
fn checkpoints_of_another_key_are_not_believed() {
    let log = Log::of(70);
    let other = AuditVerification {
        keys: vec![
            Signer::from_seed("example.org/audit", [8; 32])
                .unwrap()
                .verifier()
                .clone(),
        ],
        witnessed: Vec::new(),
    };
    let report = verify_audit(&log.database(), &other).unwrap();
    assert_eq!(report.log.confirmed, 0);
    assert!(
        matches!(
            report.faults.as_slice(),
            [AuditFault::Checkpoint { size: 64, .. }]
        ),
        "{report:?}"
    );
}

#[test]
fn a_checkpoint_under_another_size_is_not_believed() {
    let log = Log::of(130);
    let report = log.after_sql("UPDATE audit_checkpoints SET size = 129 WHERE size = 128");
    let why = "it is one of 128".to_owned();
    assert!(
        report.faults.contains(&AuditFault::Checkpoint { size: 129, why }),
        "{report:?}"
    );
}

#[test]
fn proofs_lead_from_records_to_roots() {
    let log = Log::of(RECORDS);
    let world = &log.world;
    let connection = Connection::open(log.database()).unwrap();
    for (sequence, size) in [(1, 1), (1, 300), (64, 64), (65, 65), (300, 300), (200, 256)] {
        let root = world.read(move |s| s.audit_root(size));
        let proof = world
            .store
            .read_wait(move |s| s.audit_inclusion(sequence, size))
            .unwrap()
            .unwrap();
        let record: String = connection
            .query_row(
                "SELECT record FROM audit_events WHERE seq = ?1",
                [sequence],
                |row| row.get(0),
            )
            .unwrap();
        assert!(verify_inclusion(
            record.as_bytes(),
            sequence - 1,
            size,
            &root,
            &proof
        ));
        assert!(!verify_inclusion(b"{}", sequence - 1, size, &root, &proof));
    }
    for (sequence, size) in [(0, 300), (301, 300), (5, 301), (5, 0)] {
        let proof = world
            .store
            .read_wait(move |s| s.audit_inclusion(sequence, size))
            .unwrap();
        assert!(proof.is_err(), "{sequence} of {size}");
    }
}
