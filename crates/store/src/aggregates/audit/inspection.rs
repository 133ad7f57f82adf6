//! The audit log of a database file, looked at without trust in whoever had the file: every record against its leaf
//! and the signed checkpoints, and every column that repeats what a record says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use sea_query::{Expr, ExprTrait, Func, FunctionCall, Order, Query};
use tlog::verify::{Report, Verifier};
use tlog::{Hash, STORED_LEVELS, TILE_HEIGHT, TILE_WIDTH, fold};

use super::events::TABLE;
use super::mentions::{Mentions, block_of, end_of_block, indexed_after};
use super::records::{hash_in, look};
use super::report::{AuditFault, AuditReport, AuditVerification, Removals};
use crate::cache::Caches;
use crate::schema::{AuditEvents, AuditNodes};
use crate::sqlite::Access;
use crate::value::bind;
use crate::{Session, StoreError};

/// Checkpoints, or hashes that stand at no level, that are read at a time.
const BATCH: u64 = 512;
/// Records that one thread looks at, and on to the end of their last block, before what it saw is taken from it.
const STRETCH: i64 = 8 * 1024;
/// Threads that look at records at the same time.
const WORKERS_MAX: usize = 8;
/// Faults that a report names; a file that is wrong throughout is not to be listed.
const FAULTS_MAX: usize = 1_000;

/// Verifies the audit log in the database at `path`, which a server may be using; not while it removes old records.
///
/// # Errors
/// [`StoreError::Driver`] if the file cannot be read as such a database.
pub fn verify_audit(path: &Path, against: &AuditVerification) -> Result<AuditReport, StoreError> {
    let session = open(path)?;
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(WORKERS_MAX);
    let mut inspection = Inspection {
        session: &session,
        workers: (0..workers).map(|_| open(path)).collect::<Result<_, _>>()?,
        faults: Vec::new(),
        removals: Removals::default(),
    };
    let log = inspection.run(against)?;
    Ok(AuditReport {
        log,
        faults: inspection.faults,
    })
}

fn open(path: &Path) -> Result<Session, StoreError> {
    let session = Session::open(path, Access::Read, Arc::new(Caches::new()), Arc::default())?;
    session.begin()?;
    Ok(session)
}

struct Inspection<'a> {
    session: &'a Session,
    workers: Vec<Session>,
    faults: Vec<AuditFault>,
    removals: Removals,
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
        let first = self.bound(Func::min(Expr::col(AuditEvents::Seq)), i64::MIN)?;
        let skipped = u64::try_from(first.unwrap_or(1).saturating_sub(1)).unwrap_or_default();
        let is_cut_evenly = skipped.is_multiple_of(TILE_WIDTH);
        if is_cut_evenly {
            verifier.skip_blocks(skipped / TILE_WIDTH);
        }
        self.records(first, |number, record, leaf| {
            verifier.record(number, record, leaf)
        })?;
        let report = verifier.finish();
        self.tree(report.size)?;
        // What was removed because of its age are whole blocks.
        let account = self.removals.fault(skipped, report.confirmed);
        let uneven = AuditFault::NotAccountedFor { through: skipped };
        let fault = if is_cut_evenly { account } else { Some(uneven) };
        fault.into_iter().for_each(|fault| self.fault(fault));
        Ok(report)
    }

    /// Goes over all records from `first` on: stretches of them at the same time, and what was seen in order.
    fn records(
        &mut self,
        first: Option<i64>,
        mut record: impl FnMut(u64, Hash, Option<Hash>),
    ) -> Result<(), StoreError> {
        // The workers may see more than this session does, which has read the tree already.
        let last = self.bound(Func::max(Expr::col(AuditEvents::Seq)), i64::MIN)?;
        let last = last.unwrap_or(i64::MIN);
        let mut next = first;
        let mut next_block = Some(i64::MIN);
        while let Some(begin) = next {
            // Where there is a gap, it is passed over at once.
            if let (Some(from), Some(through)) = (next_block, block_of(begin).checked_sub(1)) {
                let strays = Mentions::default().wrongly_indexed(self.session, from..=through, last)?;
                self.are_wrongly_indexed(strays);
            }
            let mut from = next;
            let stretches = self.workers.iter_mut().map_while(|worker| {
                let begin = from.filter(|from| *from <= last)?;
                let end = std::cmp::min(end_of_block(begin.saturating_add(STRETCH)), last);
                from = end.checked_add(1);
                Some((worker, begin..=end))
            });
            let stretches: Vec<_> = stretches.collect();
            let end = stretches.last().map_or(begin, |(_, numbers)| *numbers.end());
            let seen = thread::scope(|scope| {
                let looking: Vec<_> = stretches
                    .into_iter()
                    .map(|(worker, numbers)| scope.spawn(move || look(worker, numbers, last)))
                    .collect();
                let seen = looking.into_iter().map(|thread| {
                    let panicked = |_| StoreError::Failed("a thread panicked".to_owned());
                    thread.join().map_err(panicked).flatten()
                });
                seen.collect::<Result<Vec<_>, _>>()
            })?;
            for stretch in seen {
                stretch.faults.into_iter().for_each(|fault| self.fault(fault));
                self.removals.join(stretch.removals);
                for (number, hash, leaf) in stretch.records {
                    record(u64::try_from(number).unwrap_or_default(), hash, leaf);
                }
            }
            next = self.bound(Func::min(Expr::col(AuditEvents::Seq)), end)?;
            next_block = block_of(end).checked_add(1);
        }
        let strays = indexed_after(self.session, last)?;
        self.are_wrongly_indexed(strays);
        Ok(())
    }

    fn are_wrongly_indexed(&mut self, numbers: BTreeSet<i64>) {
        for sequence in numbers {
            self.fault(AuditFault::Mentions { sequence });
        }
    }

    /// The least or the greatest number of a record after `after`.
    fn bound(&self, bound: FunctionCall, after: i64) -> Result<Option<i64>, StoreError> {
        let select = Query::select()
            .expr(bound)
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Seq).gt(bind(after)))
            .to_owned();
        Ok(self.session.row(TABLE, &select, |row| row.take())?.flatten())
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
