//! A stretch of the records in a database file: each against its leaf, and every column that repeats what it says.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::RangeInclusive;

use model::audit::AuditEvent;
use sea_query::{Expr, ExprTrait, Iden as _, Order, Query};
use tlog::{Hash, leaf_hash};

use super::events::{TABLE, filter_columns, target_row};
use super::report::{AuditFault, Removals};
use crate::row::Row;
use crate::schema::{AuditEvents, AuditTargets};
use crate::value::{Cell, bind};
use crate::{Session, StoreError};

/// Records that are read at a time.
const BATCH: u64 = 512;

/// What was seen of a stretch.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Each record, in order: its number, the hash of its bytes, and the hash that was kept of it.
    pub(super) records: Vec<(i64, Hash, Option<Hash>)>,
    pub(super) faults: Vec<AuditFault>,
    pub(super) removals: Removals,
}

/// Looks at the records with these numbers, and at what records were about after `targets_from`.
pub(super) fn look(
    session: &Session,
    numbers: RangeInclusive<i64>,
    targets_from: i64,
) -> Result<Seen, StoreError> {
    let mut seen = Seen::default();
    let (mut last, mut targets_seen_to) = (numbers.start().saturating_sub(1), targets_from);
    loop {
        let batch = records_after(session, last, *numbers.end(), &mut seen.faults)?;
        let end = batch.last().map_or(*numbers.end(), |stored| stored.sequence);
        let wrong = wrong_targets(session, &batch, targets_seen_to, end)?;
        let faults = wrong.into_iter().map(|sequence| AuditFault::Targets { sequence });
        seen.faults.extend(faults);
        if batch.is_empty() {
            return Ok(seen);
        }
        (last, targets_seen_to) = (end, end);
        for stored in batch {
            if let Some(event) = &stored.event {
                let number = u64::try_from(stored.sequence).unwrap_or_default();
                seen.removals.note(number, event);
            }
            seen.records
                .push((stored.sequence, leaf_hash(&stored.bytes), stored.leaf));
        }
    }
}

/// A record as it stands in the file.
struct Stored {
    sequence: i64,
    bytes: Vec<u8>,
    leaf: Option<Hash>,
    event: Option<AuditEvent>,
}

/// What a record begins with, before its number.
const BEFORE_SEQUENCE: &str = "{\"sequence\":";

/// What a record says of its place. One that does not say it is not what was logged, and its leaf tells.
fn sequence_in(record: &[u8]) -> Option<i64> {
    let rest = record.strip_prefix(BEFORE_SEQUENCE.as_bytes())?;
    let digits = rest.split(|byte| *byte == b',').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn records_after(
    session: &Session,
    sequence: i64,
    end: i64,
    faults: &mut Vec<AuditFault>,
) -> Result<Vec<Stored>, StoreError> {
    // As it is, even where it is no text any more.
    let record = Expr::col(AuditEvents::Record).cast_as("BLOB");
    let select = Query::select()
        .columns([AuditEvents::Seq, AuditEvents::Leaf])
        .expr(record)
        .columns(REPEATED)
        .from(AuditEvents::Table)
        .and_where(Expr::col(AuditEvents::Seq).gt(bind(sequence)))
        .and_where(Expr::col(AuditEvents::Seq).lte(bind(end)))
        .order_by(AuditEvents::Seq, Order::Asc)
        .limit(BATCH)
        .to_owned();
    session.rows(TABLE, &select, |row| read_record(row, faults))
}

/// The records after `from` and up to `end` of which it is not said rightly what they were about.
fn wrong_targets(
    session: &Session,
    batch: &[Stored],
    from: i64,
    end: i64,
) -> Result<BTreeSet<i64>, StoreError> {
    let select = Query::select()
        .columns(TARGET_COLUMNS)
        .from(AuditTargets::Table)
        .and_where(Expr::col(AuditTargets::Seq).gt(bind(from)))
        .and_where(Expr::col(AuditTargets::Seq).lte(bind(end)))
        .order_by(AuditTargets::Seq, Order::Asc)
        .order_by(AuditTargets::Position, Order::Asc)
        .to_owned();
    let mut expected: BTreeMap<i64, VecDeque<[Expr; TARGET_COLUMNS.len()]>> = BTreeMap::new();
    for stored in batch {
        let targets = stored.event.iter().flat_map(|event| (0..).zip(&event.targets));
        let rows = targets
            .map(|(position, target)| target_row(stored.sequence, position, target).map(|(_, value)| value));
        expected.insert(stored.sequence, rows.collect());
    }
    let mut wrong = BTreeSet::new();
    session.rows("audit_targets", &select, |row| {
        let sequence: i64 = row.take()?;
        let values = expected.get_mut(&sequence).and_then(VecDeque::pop_front);
        let is_right =
            values.is_some_and(|[_, rest @ ..]| rest.iter().all(|value| is(row.take_cell(), value)));
        if !is_right {
            wrong.insert(sequence);
        }
        Ok(())
    })?;
    let missing = expected.into_iter().filter(|(_, rest)| !rest.is_empty());
    wrong.extend(missing.map(|(sequence, _)| sequence));
    Ok(wrong)
}

/// The columns that [`filter_columns`] fills, in its order.
const REPEATED: [AuditEvents; 14] = [
    AuditEvents::Id,
    AuditEvents::At,
    AuditEvents::CorrelationId,
    AuditEvents::Activity,
    AuditEvents::Category,
    AuditEvents::Service,
    AuditEvents::OperationType,
    AuditEvents::Result,
    AuditEvents::UserId,
    AuditEvents::UserDisplayName,
    AuditEvents::UserPrincipalName,
    AuditEvents::AppId,
    AuditEvents::AppDisplayName,
    AuditEvents::AppServicePrincipalId,
];
/// The columns that [`target_row`] fills, in its order.
const TARGET_COLUMNS: [AuditTargets; 6] = [
    AuditTargets::Seq,
    AuditTargets::Position,
    AuditTargets::TargetId,
    AuditTargets::TargetType,
    AuditTargets::DisplayName,
    AuditTargets::UserPrincipalName,
];

fn is(cell: Option<Cell<'_>>, value: &Expr) -> bool {
    match (cell, value) {
        (Some(cell), Expr::Value(value)) => cell.is(value),
        _ => false,
    }
}

pub(super) fn hash_in(row: &mut Row<'_>) -> Option<Hash> {
    match row.take_cell() {
        Some(Cell::Blob(bytes)) => bytes.try_into().ok().map(Hash),
        _ => None,
    }
}

/// A record, and faults of what stands beside it.
fn read_record(row: &mut Row<'_>, faults: &mut Vec<AuditFault>) -> Result<Stored, StoreError> {
    let sequence = row.take()?;
    let leaf = hash_in(row);
    if leaf.is_none() {
        let column = AuditEvents::Leaf.unquoted().to_owned();
        faults.push(AuditFault::Column { sequence, column });
    }
    let bytes = match row.take_cell() {
        Some(Cell::Blob(bytes)) => bytes.to_vec(),
        _ => Vec::new(),
    };
    let event: Option<AuditEvent> = serde_json::from_slice(&bytes).ok();
    if let Some(event) = &event {
        for (column, value) in filter_columns(event) {
            if !is(row.take_cell(), &value) {
                let column = column.unquoted().to_owned();
                faults.push(AuditFault::Column { sequence, column });
            }
        }
    }
    if let Some(says) = sequence_in(&bytes).filter(|says| *says != sequence) {
        faults.push(AuditFault::Place { sequence, says });
    }
    Ok(Stored {
        sequence,
        bytes,
        leaf,
        event,
    })
}
