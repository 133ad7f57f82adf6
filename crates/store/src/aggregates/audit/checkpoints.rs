//! Checkpoints of the log: one at each [`TILE_WIDTH`] records, in the transaction that completes them, and one
//! whenever it is asked for.

use model::Instant;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tlog::{Checkpoint, TILE_WIDTH};

use super::tree::number;
use crate::row::Row;
use crate::schema::{AuditCheckpoints, AuditEvents};
use crate::value::bind;
use crate::{AuditExtent, Session, StoreError};

const TABLE: &str = "audit_checkpoints";

/// What the log signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many records it is about.
    pub size: u64,
    /// Size and root, signed (c2sp.org/tlog-checkpoint).
    pub note: String,
}

fn select() -> SelectStatement {
    Query::select()
        .columns([AuditCheckpoints::Size, AuditCheckpoints::Note])
        .from(AuditCheckpoints::Table)
        .to_owned()
}

fn read(row: &mut Row<'_>) -> Result<StoredCheckpoint, StoreError> {
    Ok(StoredCheckpoint {
        size: row
            .take()
            .map(|size: i64| u64::try_from(size).unwrap_or_default())?,
        note: row.take()?,
    })
}

impl Session {
    /// The newest checkpoint.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn last_audit_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let newest = select()
            .order_by(AuditCheckpoints::Size, Order::Desc)
            .limit(1)
            .to_owned();
        self.row(TABLE, &newest, read)
    }

    /// The first `limit` checkpoints of more than `size` records, the smallest first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_checkpoints_after(
        &self,
        size: u64,
        limit: u64,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let following = select()
            .and_where(Expr::col(AuditCheckpoints::Size).gt(bind(number(size))))
            .order_by(AuditCheckpoints::Size, Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(TABLE, &following, read)
    }

    /// When the oldest record that no checkpoint is about was written.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn unsigned_audit_since(&self) -> Result<Option<Instant>, StoreError> {
        let signed = self.last_audit_checkpoint()?.map_or(0, |last| last.size);
        let first = Query::select()
            .column(AuditEvents::At)
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Seq).gt(bind(number(signed))))
            .order_by(AuditEvents::Seq, Order::Asc)
            .limit(1)
            .to_owned();
        self.row(super::TABLE, &first, |row| row.take())
    }

    /// Signs what the log is now, unless that was done already or there is no key to sign with.
    ///
    /// # Errors
    /// The driver's.
    pub fn checkpoint_audit(&self) -> Result<(), StoreError> {
        let size = self.audit_size()?;
        let last = self.last_audit_checkpoint()?.map_or(0, |last| last.size);
        if size > last {
            self.sign_audit(size)
        } else {
            Ok(())
        }
    }

    /// Puts a note with further signatures in the place of a checkpoint.
    ///
    /// # Errors
    /// The driver's.
    pub fn cosign_audit(&self, size: u64, note: &str) -> Result<(), StoreError> {
        let update = Query::update()
            .table(AuditCheckpoints::Table)
            .value(AuditCheckpoints::Note, bind(note.to_owned()))
            .and_where(Expr::col(AuditCheckpoints::Size).eq(bind(number(size))))
            .to_owned();
        self.must_change(TABLE, &update)
    }

    /// After records were appended: the nodes that they complete, and the checkpoints that are due with them.
    pub(super) fn extend_audit_tree(&self, before: u64, size: u64) -> Result<(), StoreError> {
        let mut complete = (before / TILE_WIDTH + 1) * TILE_WIDTH;
        while complete <= size {
            self.complete_audit_nodes(complete)?;
            self.sign_audit(complete)?;
            complete += TILE_WIDTH;
        }
        Ok(())
    }

    fn sign_audit(&self, size: u64) -> Result<(), StoreError> {
        let auditing = self.auditing();
        let Some(signer) = auditing
            .key
            .get()
            .filter(|_| auditing.extent == AuditExtent::Everything)
        else {
            return Ok(());
        };
        let note = Checkpoint::sign(size, self.audit_root(size)?, signer);
        self.insert(
            AuditCheckpoints::Table,
            [
                (AuditCheckpoints::Size, bind(number(size))),
                (AuditCheckpoints::Note, bind(note)),
            ],
        )
    }
}
