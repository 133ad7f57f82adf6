//! Events under gapless numbers.

use model::audit::{AuditEvent, LoggedEvent};
use model::{CorrelationId, Instant};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, Value};

use super::mentions::{Mentioned, mentioning, mentioning_since};
use super::tree::number;
use crate::row::Row;
use crate::schema::AuditEvents;
use crate::sqlite::dialect;
use crate::value::{Cell, Stored, bind};
use crate::{Session, StoreError};

pub(crate) const TABLE: &str = "audit_events";

/// What [`read_event`] reads, in its order.
pub(crate) const EVENT_COLUMNS: [AuditEvents; 1] = [AuditEvents::Record];

/// Reads a row of [`EVENT_COLUMNS`].
pub(crate) fn read_event(row: &mut Row<'_>) -> Result<LoggedEvent, StoreError> {
    row.take().map(|Logged(event)| event)
}

/// An event with the text that it is read from.
struct Logged(LoggedEvent);

impl Stored for Logged {
    fn into_value(self) -> Value {
        Value::String(Some(self.0.record.into()))
    }

    fn null() -> Value {
        Value::String(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(Self(LoggedEvent {
                event: serde_json::from_str(text).ok()?,
                record: text.into(),
            })),
            _ => None,
        }
    }
}

fn events() -> SelectStatement {
    Query::select()
        .columns(EVENT_COLUMNS)
        .from(AuditEvents::Table)
        .to_owned()
}

impl Session {
    /// The number of the newest record; 0 if there is none.
    pub(super) fn last_audit_seq(&self) -> Result<i64, StoreError> {
        let last = Query::select()
            .expr(Func::max(Expr::col(AuditEvents::Seq)))
            .from(AuditEvents::Table)
            .to_owned();
        let last: Option<i64> = self.row(TABLE, &last, |row| row.take())?.flatten();
        Ok(last.unwrap_or_default())
    }

    /// The first `limit` records after the one with this number, in the order of the log.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_records_after(
        &self,
        sequence: u64,
        limit: u64,
    ) -> Result<Vec<(u64, LoggedEvent)>, StoreError> {
        let following = Query::select()
            .column(AuditEvents::Seq)
            .columns(EVENT_COLUMNS)
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Seq).gt(bind(number(sequence))))
            .order_by(AuditEvents::Seq, Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(TABLE, &following, |row| {
            let sequence: i64 = row.take()?;
            Ok((u64::try_from(sequence).unwrap_or_default(), read_event(row)?))
        })
    }

    /// A record by its number.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_record(&self, sequence: u64) -> Result<Option<LoggedEvent>, StoreError> {
        let select = events()
            .and_where(Expr::col(AuditEvents::Seq).eq(bind(number(sequence))))
            .to_owned();
        self.row(TABLE, &select, read_event)
    }

    /// The newest id of an operation that begins with `prefix`, of the records that were written at `since` or later.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_audit_id(
        &self,
        correlation_id: CorrelationId,
        prefix: &str,
        since: Instant,
    ) -> Result<Option<String>, StoreError> {
        let Some(first) = self.first_audit_seq_since(since)? else {
            return Ok(None);
        };
        let begins_so = dialect::position(id(), prefix).eq(1);
        let newest = Query::select()
            .expr(id())
            .from(AuditEvents::Table)
            .and_where(is_of(correlation_id, |things| mentioning_since(first, things)))
            .and_where(begins_so)
            .order_by(AuditEvents::Seq, Order::Desc)
            .limit(1)
            .to_owned();
        self.row(TABLE, &newest, |row| row.take())
    }

    /// An event.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_event(&self, event_id: &str) -> Result<Option<LoggedEvent>, StoreError> {
        let Some(correlation_id) = AuditEvent::correlation_in(event_id) else {
            return Ok(None);
        };
        let select = events()
            .and_where(is_of(correlation_id, mentioning))
            .and_where(id().eq(bind(event_id.to_owned())))
            .to_owned();
        self.row(TABLE, &select, read_event)
    }
}

/// The id in a record.
fn id() -> Expr {
    dialect::json_field(Expr::col(AuditEvents::Record), "$.id")
}

/// That a record is of this operation, and one of those that are found by what they mention.
fn is_of(correlation_id: CorrelationId, found: impl FnOnce([Mentioned; 1]) -> SelectStatement) -> Expr {
    Expr::col(AuditEvents::Seq)
        .in_subquery(found([correlation_id.uuid().into()]))
        .and(Expr::col(AuditEvents::CorrelationId).eq(bind(correlation_id)))
}
