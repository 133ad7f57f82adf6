//! Removing the oldest records. Only records go, in whole blocks of [`TILE_WIDTH`]: the hashes of the blocks and all
//! checkpoints stay, so that what is left can still be verified.

use model::Instant;
use sea_query::{Expr, ExprTrait, Func, Order, Query};
use tlog::TILE_WIDTH;

use super::events::TABLE;
use super::tree::number;
use crate::schema::AuditEvents;
use crate::value::bind;
use crate::{Session, StoreError};

impl Session {
    /// The first record that is kept; the next one to come if there is none.
    ///
    /// # Errors
    /// The driver's.
    pub fn first_audit_record(&self) -> Result<u64, StoreError> {
        let first = Query::select()
            .expr(Func::min(Expr::col(AuditEvents::Seq)))
            .from(AuditEvents::Table)
            .to_owned();
        let first: Option<i64> = self.row(TABLE, &first, |row| row.take())?.flatten();
        match first {
            Some(first) => Ok(u64::try_from(first).unwrap_or_default()),
            None => Ok(self.audit_size()?.saturating_add(1)),
        }
    }

    /// The number of the first record that was written at `since` or later. Later records have no earlier times, so the
    /// first in the index of times is the first in the log.
    pub(super) fn first_audit_seq_since(&self, since: Instant) -> Result<Option<i64>, StoreError> {
        let first = Query::select()
            .column(AuditEvents::Seq)
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::At).gte(bind(since)))
            .order_by(AuditEvents::At, Order::Asc)
            .order_by(AuditEvents::Seq, Order::Asc)
            .limit(1)
            .to_owned();
        self.row(TABLE, &first, |row| row.take())
    }

    /// Through which record the log can be shortened so that nothing goes that was written at `before` or later, and
    /// nothing that no checkpoint is about; at most `limit` records at a time. 0 if there is nothing.
    ///
    /// # Errors
    /// The driver's.
    pub fn removable_audit_records(&self, before: Instant, limit: u64) -> Result<u64, StoreError> {
        let stays = self.first_audit_seq_since(before)?;
        let signed = self.last_audit_checkpoint()?.map_or(0, |last| last.size);
        let old = match stays {
            Some(stays) => u64::try_from(stays).unwrap_or_default().saturating_sub(1),
            None => signed,
        };
        let first = self.first_audit_record()?;
        let at_most = first.saturating_sub(1).saturating_add(limit);
        let through = [old, signed, at_most].into_iter().min().unwrap_or_default() / TILE_WIDTH * TILE_WIDTH;
        Ok(if through >= first { through } else { 0 })
    }

    /// Removes all records through this one, which a record of the same transaction must say.
    ///
    /// # Errors
    /// The driver's.
    pub fn remove_audit_records(&self, through: u64) -> Result<u64, StoreError> {
        let through = number(through);
        self.remove_audit_mentions(through)?;
        let events = Query::delete()
            .from_table(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Seq).lte(bind(through)))
            .to_owned();
        self.execute(&events)
    }
}
