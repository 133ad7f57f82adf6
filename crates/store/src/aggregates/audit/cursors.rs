//! Up to where the log was handed on to whom.

use model::Instant;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use super::tree::number;
use crate::row::Row;
use crate::schema::AuditCursors;
use crate::session::insertion;
use crate::value::bind;
use crate::{Session, StoreError};

const TABLE: &str = "audit_cursors";

/// How far somebody is who takes the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCursor {
    /// Who.
    pub destination: String,
    /// The last record that was taken, or the size of the last checkpoint; 0 if there is none.
    pub position: u64,
    /// When it was taken.
    pub moved_at: Option<Instant>,
    /// How many attempts failed since.
    pub failures: u32,
    /// Why the last one did.
    pub last_error: Option<String>,
}

fn select() -> SelectStatement {
    Query::select()
        .columns([
            AuditCursors::Destination,
            AuditCursors::Position,
            AuditCursors::MovedAt,
            AuditCursors::Failures,
            AuditCursors::LastError,
        ])
        .from(AuditCursors::Table)
        .order_by(AuditCursors::Destination, Order::Asc)
        .to_owned()
}

fn read(row: &mut Row<'_>) -> Result<AuditCursor, StoreError> {
    Ok(AuditCursor {
        destination: row.take()?,
        position: row
            .take()
            .map(|position: i64| u64::try_from(position).unwrap_or_default())?,
        moved_at: row.take()?,
        failures: row.take()?,
        last_error: row.take()?,
    })
}

impl Session {
    /// Every cursor there is, also of destinations that there are no more.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_cursors(&self) -> Result<Vec<AuditCursor>, StoreError> {
        self.rows(TABLE, &select(), read)
    }

    /// The cursor of one destination.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_cursor(&self, destination: &str) -> Result<Option<AuditCursor>, StoreError> {
        let one = select()
            .and_where(Expr::col(AuditCursors::Destination).eq(bind(destination.to_owned())))
            .to_owned();
        self.row(TABLE, &one, read)
    }

    /// Puts a cursor in the place of the destination's.
    ///
    /// # Errors
    /// The driver's.
    pub fn put_audit_cursor(&self, cursor: &AuditCursor) -> Result<(), StoreError> {
        let mut statement = insertion(
            AuditCursors::Table,
            [
                (AuditCursors::Destination, bind(cursor.destination.clone())),
                (AuditCursors::Position, bind(number(cursor.position))),
                (AuditCursors::MovedAt, bind(cursor.moved_at)),
                (AuditCursors::Failures, bind(cursor.failures)),
                (AuditCursors::LastError, bind(cursor.last_error.clone())),
            ],
        )?;
        let whole = OnConflict::column(AuditCursors::Destination)
            .update_columns([
                AuditCursors::Position,
                AuditCursors::MovedAt,
                AuditCursors::Failures,
                AuditCursors::LastError,
            ])
            .to_owned();
        statement.on_conflict(whole);
        self.execute(&statement)?;
        Ok(())
    }
}
