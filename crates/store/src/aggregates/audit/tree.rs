//! The Merkle tree over the records: nodes are written with the record that completes them, in its transaction.

use std::ops::Range;

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tlog::{Hash, Nodes, ProofError, STORED_LEVELS, TILE_HEIGHT, TILE_WIDTH, fold};

use super::events::TABLE;
use crate::schema::{AuditEvents, AuditNodes};
use crate::value::bind;
use crate::{Session, StoreError};

const NODES: &str = "audit_nodes";

/// The kept hashes as a session sees them.
struct Kept<'a>(&'a Session);

impl Nodes for Kept<'_> {
    type Error = StoreError;

    fn read(&self, level: u32, positions: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let (begin, end) = (number(positions.start), number(positions.end));
        let (table, select) = if level == 0 {
            // Leaf 0 is that of record 1.
            (TABLE, leaves(begin.saturating_add(1), end.saturating_add(1)))
        } else {
            (NODES, nodes(level, begin, end))
        };
        let hashes = self.0.rows(table, &select, |row| row.take().map(Hash))?;
        if hashes.len() as u64 == positions.end.saturating_sub(positions.start) {
            Ok(hashes)
        } else {
            Err(StoreError::NotKept)
        }
    }
}

fn leaves(begin: i64, end: i64) -> SelectStatement {
    Query::select()
        .column(AuditEvents::Leaf)
        .from(AuditEvents::Table)
        .and_where(Expr::col(AuditEvents::Seq).gte(bind(begin)))
        .and_where(Expr::col(AuditEvents::Seq).lt(bind(end)))
        .order_by(AuditEvents::Seq, Order::Asc)
        .to_owned()
}

fn nodes(level: u32, begin: i64, end: i64) -> SelectStatement {
    Query::select()
        .column(AuditNodes::Hash)
        .from(AuditNodes::Table)
        .and_where(Expr::col(AuditNodes::Level).eq(bind(level)))
        .and_where(Expr::col(AuditNodes::Position).gte(bind(begin)))
        .and_where(Expr::col(AuditNodes::Position).lt(bind(end)))
        .order_by(AuditNodes::Position, Order::Asc)
        .to_owned()
}

/// A count of records as a column holds it. There are never more than a column can count.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Session {
    /// How many records the log has had, also those that are no longer kept.
    ///
    /// # Errors
    /// The driver's.
    pub fn audit_size(&self) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.last_audit_seq()?).unwrap_or_default())
    }

    /// The leaf hashes of at most `limit` records after the one with this number.
    ///
    /// # Errors
    /// The driver's.
    pub fn audit_leaves_after(&self, sequence: u64, limit: u64) -> Result<Vec<Hash>, StoreError> {
        let begin = number(sequence).saturating_add(1);
        let end = begin.saturating_add(number(limit));
        self.rows(TABLE, &leaves(begin, end), |row| row.take().map(Hash))
    }

    /// The hashes over blocks of [`TILE_WIDTH`] records, at most `limit` after the first `blocks` of them.
    ///
    /// # Errors
    /// The driver's.
    pub fn audit_blocks_after(&self, blocks: u64, limit: u64) -> Result<Vec<Hash>, StoreError> {
        let begin = number(blocks);
        let end = begin.saturating_add(number(limit));
        self.rows(NODES, &nodes(TILE_HEIGHT, begin, end), |row| row.take().map(Hash))
    }

    /// The root of the tree of the first `size` records.
    ///
    /// # Errors
    /// [`StoreError::NotKept`] if there are not as many, or what it takes is no longer kept.
    pub fn audit_root(&self, size: u64) -> Result<Hash, StoreError> {
        tlog::root(&Kept(self), size)
    }

    /// The proof that record `sequence` is in the tree of `size` records.
    ///
    /// # Errors
    /// [`ProofError::NotThere`] unless `1 ≤ sequence ≤ size`, [`StoreError::NotKept`] as for roots.
    pub fn audit_inclusion(&self, sequence: u64, size: u64) -> Result<Vec<Hash>, ProofError<StoreError>> {
        let index = sequence.checked_sub(1).ok_or(ProofError::NotThere)?;
        tlog::inclusion_proof(&Kept(self), index, size)
    }

    /// The proof that the tree of `second` records goes on from that of `first`.
    ///
    /// # Errors
    /// [`ProofError::NotThere`] unless `1 ≤ first ≤ second`, [`StoreError::NotKept`] as for roots.
    pub fn audit_consistency(&self, first: u64, second: u64) -> Result<Vec<Hash>, ProofError<StoreError>> {
        tlog::consistency_proof(&Kept(self), first, second)
    }

    /// Writes the nodes that the records up to `size` complete; `size` is a multiple of [`TILE_WIDTH`].
    pub(super) fn complete_audit_nodes(&self, size: u64) -> Result<(), StoreError> {
        let mut below = 0;
        let mut end = size;
        while below < (STORED_LEVELS - 1) * TILE_HEIGHT && end.is_multiple_of(TILE_WIDTH) && end > 0 {
            let hashes = Kept(self).read(below, end - TILE_WIDTH..end)?;
            below += TILE_HEIGHT;
            end >>= TILE_HEIGHT;
            if let Some(hash) = fold(hashes) {
                self.insert(
                    AuditNodes::Table,
                    [
                        (AuditNodes::Level, bind(below)),
                        (AuditNodes::Position, bind(number(end - 1))),
                        (AuditNodes::Hash, bind(hash.0)),
                    ],
                )?;
            }
        }
        Ok(())
    }
}
