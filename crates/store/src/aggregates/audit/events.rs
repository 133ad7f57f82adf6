//! Events under gapless numbers.

use std::sync::Arc;

use model::audit::{AuditEvent, AuditRecord, Initiator, LoggedEvent};
use model::{CorrelationId, Instant};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, Value};
use tlog::{Hash, leaf_hash};

use super::mentions::{Mentioned, mentioning, mentioning_since};
use super::tree::number;
use crate::row::Row;
use crate::schema::AuditEvents;
use crate::sqlite::dialect;
use crate::value::{Cell, Stored, bind};
use crate::{AuditExtent, Session, StoreError};

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

/// The record of an event and its leaf.
pub(super) struct Sealed<'a> {
    seq: i64,
    event: &'a AuditEvent,
    record: String,
    leaf: Hash,
}

impl<'a> Sealed<'a> {
    fn new(seq: i64, event: &'a AuditEvent, extent: AuditExtent) -> Result<Self, StoreError> {
        let record = AuditRecord { sequence: seq, event };
        let record = serde_json::to_string(&record).map_err(|error| StoreError::Driver(Arc::new(error)))?;
        Ok(Self {
            seq,
            event,
            leaf: match extent {
                AuditExtent::Everything => leaf_hash(record.as_bytes()),
                AuditExtent::WithoutHashes | AuditExtent::Nothing => Hash([0; 32]),
            },
            record,
        })
    }
}

/// What filters ask for, out of the event, in columns of their own.
pub(super) fn filter_columns(event: &AuditEvent) -> [(AuditEvents, Expr); 13] {
    let (user, app) = match event.initiated_by.clone() {
        Initiator::User {
            id,
            display_name,
            user_principal_name,
            ..
        } => ((id, display_name, user_principal_name), (None, None, None)),
        Initiator::App {
            app_id,
            display_name,
            service_principal_id,
        } => ((None, None, None), (app_id, display_name, service_principal_id)),
    };
    [
        (AuditEvents::At, bind(event.at)),
        (AuditEvents::CorrelationId, bind(event.correlation_id)),
        (AuditEvents::Activity, bind(event.activity.clone())),
        (AuditEvents::Category, bind(event.category.clone())),
        (AuditEvents::Service, bind(event.service)),
        (AuditEvents::OperationType, bind(event.operation_type.clone())),
        (AuditEvents::Result, bind(event.result)),
        (AuditEvents::UserId, bind(user.0)),
        (AuditEvents::UserDisplayName, bind(user.1)),
        (AuditEvents::UserPrincipalName, bind(user.2)),
        (AuditEvents::AppId, bind(app.0)),
        (AuditEvents::AppDisplayName, bind(app.1)),
        (AuditEvents::AppServicePrincipalId, bind(app.2)),
    ]
}

fn event_row(sealed: Sealed<'_>) -> [(AuditEvents, Expr); 16] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = filter_columns(sealed.event);
    let seq = (AuditEvents::Seq, bind(sealed.seq));
    let leaf = (AuditEvents::Leaf, bind(sealed.leaf.0));
    let record = (AuditEvents::Record, bind(sealed.record));
    [seq, a, b, c, d, e, f, g, h, i, j, k, l, m, leaf, record]
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

    /// Appends events in their order, under the next numbers, with their leaves and what these complete of the tree.
    /// That no two have the same id is the caller's part.
    ///
    /// # Errors
    /// The driver's.
    pub fn append_audit(&self, events: &[AuditEvent]) -> Result<(), StoreError> {
        let extent = self.auditing().extent;
        if events.is_empty() || extent == AuditExtent::Nothing {
            return Ok(());
        }
        let before = self.last_audit_seq()?;
        let first = before.saturating_add(1);
        let numbered = || (first..).zip(events);
        let sealed: Vec<Sealed<'_>> = numbered()
            .map(|(seq, event)| Sealed::new(seq, event, extent))
            .collect::<Result<_, _>>()?;
        self.insert_all(AuditEvents::Table, sealed.into_iter().map(event_row))?;
        self.insert_audit_mentions(numbered())?;
        let before = u64::try_from(before).unwrap_or_default();
        self.extend_audit_tree(before, before.saturating_add(events.len() as u64))
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
