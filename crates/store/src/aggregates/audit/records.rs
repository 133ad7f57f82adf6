//! A stretch of the records in a database file: each against its leaf, and every column that repeats what it says.

use std::ops::RangeInclusive;

use model::audit::AuditEvent;
use sea_query::{Expr, ExprTrait, Iden as _, Order, Query};
use tlog::{Hash, leaf_hash};

use super::events::TABLE;
use super::mentions::{Mentions, block_of, mentioned_by};
use super::report::{AuditFault, Removals};
use super::sealing::filter_columns;
use crate::row::Row;
use crate::schema::AuditEvents;
use crate::value::{Cell, bind};
use crate::{Session, StoreError};

/// Records that are read at a time.
const BATCH: u64 = 512;

/// What was seen of a stretch.
pub(super) struct Seen {
    /// Each record, in order: its number, the hash of its bytes, and the hash that was kept of it.
    pub(super) records: Vec<(i64, Hash, Option<Hash>)>,
    pub(super) faults: Vec<AuditFault>,
    pub(super) removals: Removals,
}

/// Looks at the records with these numbers, and at all of the index of what the blocks mention that they are in. After
/// `last`, which ends the log, more may be written meanwhile.
pub(super) fn look(session: &Session, numbers: RangeInclusive<i64>, last: i64) -> Result<Seen, StoreError> {
    let mut seen = Seen {
        records: Vec::new(),
        faults: Vec::new(),
        removals: Removals::default(),
    };
    let mut mentions = Mentions::default();
    let mut looked_at = numbers.start().saturating_sub(1);
    loop {
        let batch = records_after(session, looked_at, *numbers.end(), &mut seen.faults)?;
        let Some(end) = batch.last().map(|stored| stored.sequence) else {
            break;
        };
        looked_at = end;
        for stored in batch {
            if let Some(event) = &stored.event {
                let number = u64::try_from(stored.sequence).unwrap_or_default();
                seen.removals.note(number, event);
                mentions.note(stored.sequence, mentioned_by(event));
            }
            seen.records
                .push((stored.sequence, leaf_hash(&stored.bytes), stored.leaf));
        }
    }
    let blocks = block_of(*numbers.start())..=block_of(*numbers.end());
    let wrong = mentions.wrongly_indexed(session, blocks, last)?;
    let faults = wrong
        .into_iter()
        .map(|sequence| AuditFault::Mentions { sequence });
    seen.faults.extend(faults);
    Ok(seen)
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

/// The columns that [`filter_columns`] fills, in its order.
const REPEATED: [AuditEvents; 13] = [
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
            if !row.take_cell().is_some_and(|cell| cell.is(&value)) {
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
