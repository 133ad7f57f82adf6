//! The audit log of a database file, looked at without trust in whoever had the file: every record against its leaf
//! and the signed checkpoints, and every column that repeats what a record says.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

use model::audit::AuditEvent;
use sea_query::{Expr, ExprTrait, Func, Iden as _, Order, Query};
use tlog::verify::{Report, Verifier};
use tlog::{Hash, STORED_LEVELS, TILE_HEIGHT, TILE_WIDTH, fold, leaf_hash};

use super::events::{TABLE, filter_columns, target_row};
use super::report::{AuditFault, AuditReport, AuditVerification, Removals};
use crate::cache::Caches;
use crate::row::Row;
use crate::schema::{AuditEvents, AuditNodes, AuditTargets};
use crate::sqlite::Access;
use crate::value::{Cell, bind};
use crate::{Session, StoreError};

/// Records that are read at a time.
const BATCH: u64 = 512;
/// Faults that a report names; a file that is wrong throughout is not to be listed.
const FAULTS_MAX: usize = 1_000;

/// Verifies the audit log in the database at `path`, which a server may be using.
///
/// # Errors
/// [`StoreError::Driver`] if the file cannot be read as such a database.
pub fn verify_audit(path: &Path, against: &AuditVerification) -> Result<AuditReport, StoreError> {
    let caches = Arc::new(Caches::new());
    let session = Session::open(path, Access::Read, caches, Arc::default())?;
    session.begin()?;
    let mut inspection = Inspection {
        session: &session,
        faults: Vec::new(),
        removals: Removals::default(),
        targets_seen_to: 0,
    };
    let log = inspection.run(against)?;
    let faults = inspection.faults;
    session.rollback()?;
    Ok(AuditReport { log, faults })
}

struct Inspection<'a> {
    session: &'a Session,
    faults: Vec<AuditFault>,
    removals: Removals,
    targets_seen_to: i64,
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

impl Inspection<'_> {
    fn run(&mut self, against: &AuditVerification) -> Result<Report, StoreError> {
        let (checkpoints, faults) = against.believe(self.checkpoints()?);
        faults.into_iter().for_each(|fault| self.fault(fault));
        let nodes: BTreeMap<u64, Hash> = self
            .nodes(TILE_HEIGHT)?
            .into_iter()
            .filter_map(|(position, hash)| Some((u64::try_from(position).ok()?, hash?)))
            .collect();
        let mut verifier = Verifier::new(checkpoints, true, |block| nodes.get(&block).copied());
        let first = self.first_sequence()?;
        let skipped = u64::try_from(first.saturating_sub(1)).unwrap_or_default();
        let is_cut_evenly = skipped.is_multiple_of(TILE_WIDTH);
        if is_cut_evenly {
            verifier.skip_blocks(skipped / TILE_WIDTH);
        }
        let mut last = 0;
        loop {
            let batch = self.records_after(last)?;
            let Some(end) = batch.last().map(|stored| stored.sequence) else {
                break;
            };
            self.targets(&batch, end)?;
            last = end;
            for stored in batch {
                let number = u64::try_from(stored.sequence).unwrap_or_default();
                if let Some(event) = &stored.event {
                    self.removals.note(number, event);
                }
                verifier.record(number, leaf_hash(&stored.bytes), stored.leaf);
            }
        }
        self.targets(&[], i64::MAX)?;
        self.tree(u64::try_from(last).unwrap_or_default())?;
        let report = verifier.finish();
        // What was removed because of its age are whole blocks.
        let account = self.removals.fault(skipped, report.confirmed);
        let uneven = AuditFault::NotAccountedFor { through: skipped };
        let fault = if is_cut_evenly { account } else { Some(uneven) };
        fault.into_iter().for_each(|fault| self.fault(fault));
        Ok(report)
    }

    fn fault(&mut self, fault: AuditFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    fn checkpoints(&self) -> Result<Vec<(u64, String)>, StoreError> {
        let mut all: Vec<(u64, String)> = Vec::new();
        loop {
            let after = all.last().map_or(0, |(size, _)| *size);
            let batch = self.session.audit_checkpoints_after(after, BATCH)?;
            if batch.is_empty() {
                return Ok(all);
            }
            all.extend(batch.into_iter().map(|stored| (stored.size, stored.note)));
        }
    }

    fn first_sequence(&self) -> Result<i64, StoreError> {
        let first = Query::select()
            .expr(Func::min(Expr::col(AuditEvents::Seq)))
            .from(AuditEvents::Table)
            .to_owned();
        let first: Option<i64> = self.session.row(TABLE, &first, |row| row.take())?.flatten();
        Ok(first.unwrap_or(1))
    }

    fn records_after(&mut self, sequence: i64) -> Result<Vec<Stored>, StoreError> {
        // As it is, even where it is no text any more.
        let record = Expr::col(AuditEvents::Record).cast_as("BLOB");
        let select = Query::select()
            .columns([AuditEvents::Seq, AuditEvents::Leaf])
            .expr(record)
            .columns(REPEATED)
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Seq).gt(bind(sequence)))
            .order_by(AuditEvents::Seq, Order::Asc)
            .limit(BATCH)
            .to_owned();
        let mut faults = Vec::new();
        let batch = self
            .session
            .rows(TABLE, &select, |row| read_record(row, &mut faults));
        for fault in faults {
            self.fault(fault);
        }
        batch
    }

    /// What records were about, after those that were looked at and up to `end`.
    fn targets(&mut self, batch: &[Stored], end: i64) -> Result<(), StoreError> {
        let select = Query::select()
            .columns(TARGET_COLUMNS)
            .from(AuditTargets::Table)
            .and_where(Expr::col(AuditTargets::Seq).gt(bind(self.targets_seen_to)))
            .and_where(Expr::col(AuditTargets::Seq).lte(bind(end)))
            .order_by(AuditTargets::Seq, Order::Asc)
            .order_by(AuditTargets::Position, Order::Asc)
            .to_owned();
        let mut expected: BTreeMap<i64, VecDeque<[Expr; TARGET_COLUMNS.len()]>> = BTreeMap::new();
        for stored in batch {
            let targets = stored.event.iter().flat_map(|event| (0..).zip(&event.targets));
            let rows = targets.map(|(position, target)| {
                target_row(stored.sequence, position, target).map(|(_, value)| value)
            });
            expected.insert(stored.sequence, rows.collect());
        }
        let mut wrong = BTreeSet::new();
        self.session.rows("audit_targets", &select, |row| {
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
        for sequence in wrong {
            self.fault(AuditFault::Targets { sequence });
        }
        self.targets_seen_to = end;
        Ok(())
    }

    fn nodes(&self, level: u32) -> Result<Vec<(i64, Option<Hash>)>, StoreError> {
        let select = Query::select()
            .columns([AuditNodes::Position, AuditNodes::Hash])
            .from(AuditNodes::Table)
            .and_where(Expr::col(AuditNodes::Level).eq(bind(level)))
            .order_by(AuditNodes::Position, Order::Asc)
            .to_owned();
        self.session
            .rows("audit_nodes", &select, |row| Ok((row.take()?, hash_in(row))))
    }

    /// The nodes of a log of `size` records: all of them, no others, each that of those beneath it. Whether the lowest
    /// are those of the records is for the verifier to say.
    fn tree(&mut self, size: u64) -> Result<(), StoreError> {
        let mut below: BTreeMap<i64, Hash> = BTreeMap::new();
        for stored in 1..STORED_LEVELS {
            let level = stored * TILE_HEIGHT;
            let count = i64::try_from(size >> level).unwrap_or(i64::MAX);
            let found: BTreeMap<i64, Option<Hash>> = self.nodes(level)?.into_iter().collect();
            let missing = (0..count).filter(|position| !found.contains_key(position));
            let wrong = found.iter().filter(|(position, hash)| {
                let children = || {
                    let first = **position << TILE_HEIGHT;
                    let each = (first..first + (1 << TILE_HEIGHT)).map(|child| below.get(&child).copied());
                    each.collect::<Option<Vec<Hash>>>().and_then(fold)
                };
                !(0..count).contains(*position) || hash.is_none() || (stored > 1 && **hash != children())
            });
            let positions: BTreeSet<i64> = missing.chain(wrong.map(|(position, _)| *position)).collect();
            for position in positions {
                self.fault(AuditFault::Node { level, position });
            }
            below = found
                .into_iter()
                .filter_map(|(position, hash)| Some((position, hash?)))
                .collect();
        }
        self.other_nodes()
    }

    /// Nodes at levels that are none.
    fn other_nodes(&mut self) -> Result<(), StoreError> {
        let levels = (1..STORED_LEVELS).map(|stored| bind(stored * TILE_HEIGHT));
        let select = Query::select()
            .columns([AuditNodes::Level, AuditNodes::Position])
            .from(AuditNodes::Table)
            .and_where(Expr::col(AuditNodes::Level).is_not_in(levels))
            .limit(BATCH)
            .to_owned();
        let others: Vec<(i64, i64)> = self
            .session
            .rows("audit_nodes", &select, |row| Ok((row.take()?, row.take()?)))?;
        for (level, position) in others {
            let level = u32::try_from(level).unwrap_or(u32::MAX);
            self.fault(AuditFault::Node { level, position });
        }
        Ok(())
    }
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

fn hash_in(row: &mut Row<'_>) -> Option<Hash> {
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
