//! The outbox: messages that were made of notices, and how far each has come on its way to each address.

use model::{Delivery, DeliveryStatus, Instant, MailAddress, Message, MessageId, Notice};
use sea_query::{Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::{Deliveries, Messages, Notices};
use crate::value::{Json, bind, constant};
use crate::{Session, StoreError};

const MESSAGES: &str = "messages";
const DELIVERIES: &str = "deliveries";

/// Messages, with the notices of which they were made, as [`read_message`] reads them.
fn messages() -> SelectStatement {
    Query::select()
        .columns(
            [
                Messages::Id,
                Messages::Audience,
                Messages::RuleId,
                Messages::Recipients,
                Messages::Unreachable,
                Messages::Skipped,
            ]
            .map(|column| (Messages::Table, column)),
        )
        .column((Notices::Table, Notices::Notice))
        .from(Messages::Table)
        .join(
            JoinType::InnerJoin,
            Notices::Table,
            Expr::col((Notices::Table, Notices::Id)).equals((Messages::Table, Messages::NoticeId)),
        )
        .to_owned()
}

fn read_message(row: &mut Row<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.take()?,
        audience: row.take()?,
        rule_id: row.take()?,
        recipients: row.take::<Json<_>>()?.0,
        unreachable: row.take::<Json<_>>()?.0,
        skipped: u64::try_from(row.take::<i64>()?).unwrap_or_default(),
        notice: row.take::<Json<Notice>>()?.0,
    })
}

/// Deliveries, as [`read_delivery`] reads them.
fn deliveries(status: DeliveryStatus) -> SelectStatement {
    Query::select()
        .columns([
            Deliveries::MessageId,
            Deliveries::Position,
            Deliveries::Recipient,
            Deliveries::Status,
            Deliveries::Attempts,
            Deliveries::NextAttemptAt,
            Deliveries::LastError,
        ])
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Status).eq(constant(status)))
        .to_owned()
}

fn read_delivery(row: &mut Row<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        message_id: row.take()?,
        position: u32::try_from(row.take::<i64>()?).unwrap_or_default(),
        recipient: row.take()?,
        status: row.take()?,
        attempts: u32::try_from(row.take::<i64>()?).unwrap_or_default(),
        next_attempt_at: row.take()?,
        last_error: row.take()?,
    })
}

impl Session {
    /// Stores a message that was made of the notice with that number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub fn insert_message(&self, notice: i64, message: &Message) -> Result<(), StoreError> {
        self.insert(
            Messages::Table,
            [
                (Messages::Id, bind(message.id)),
                (Messages::NoticeId, bind(notice)),
                (Messages::Audience, bind(message.audience)),
                (Messages::RuleId, bind(message.rule_id)),
                (Messages::Recipients, bind(Json(message.recipients.clone()))),
                (Messages::Unreachable, bind(Json(message.unreachable.clone()))),
                (
                    Messages::Skipped,
                    bind(i64::try_from(message.skipped).unwrap_or(i64::MAX)),
                ),
            ],
        )
    }

    /// Puts a message on its way to each of its recipients, from `at` on.
    ///
    /// # Errors
    /// The driver's.
    pub fn insert_deliveries(&self, message: &Message, at: Instant) -> Result<(), StoreError> {
        let rows = message.recipients.iter().zip(0_i64..);
        self.insert_all(
            Deliveries::Table,
            rows.map(|(recipient, position)| {
                [
                    (Deliveries::MessageId, bind(message.id)),
                    (Deliveries::Position, bind(position)),
                    (Deliveries::Recipient, bind(recipient.clone())),
                    (Deliveries::Status, bind(DeliveryStatus::Queued)),
                    (Deliveries::Attempts, bind(0_i64)),
                    (Deliveries::NextAttemptAt, bind(at)),
                ]
            }),
        )
    }

    /// The newest messages that have a recipient, the newest first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn messages(&self, limit: u32) -> Result<Vec<Message>, StoreError> {
        let nobody = Json(Vec::<MailAddress>::new());
        let select = messages()
            .and_where(Expr::col((Messages::Table, Messages::Recipients)).ne(bind(nobody)))
            .order_by((Messages::Table, Messages::Seq), Order::Desc)
            .limit(u64::from(limit))
            .to_owned();
        self.rows(MESSAGES, &select, read_message)
    }

    /// A message.
    ///
    /// # Errors
    /// As [`Session::messages`].
    pub fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let select = messages()
            .and_where(Expr::col((Messages::Table, Messages::Id)).eq(bind(id)))
            .to_owned();
        self.row(MESSAGES, &select, read_message)
    }

    /// Deliveries that are due at `now`, the longest due first.
    ///
    /// # Errors
    /// As [`Session::messages`].
    pub fn due_deliveries(&self, now: Instant, limit: u64) -> Result<Vec<Delivery>, StoreError> {
        let select = deliveries(DeliveryStatus::Queued)
            .and_where(Expr::col(Deliveries::NextAttemptAt).lte(bind(now)))
            .order_by(Deliveries::NextAttemptAt, Order::Asc)
            .order_by(Deliveries::MessageId, Order::Asc)
            .order_by(Deliveries::Position, Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(DELIVERIES, &select, read_delivery)
    }

    /// Deliveries that have this status, by message and address, at most `limit`.
    ///
    /// # Errors
    /// As [`Session::messages`].
    pub fn deliveries(&self, status: DeliveryStatus, limit: u64) -> Result<Vec<Delivery>, StoreError> {
        let select = deliveries(status)
            .order_by(Deliveries::MessageId, Order::Asc)
            .order_by(Deliveries::Position, Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(DELIVERIES, &select, read_delivery)
    }

    /// The deliveries of a message that were given up.
    ///
    /// # Errors
    /// As [`Session::messages`].
    pub fn failed_deliveries_of(&self, id: MessageId) -> Result<Vec<Delivery>, StoreError> {
        let select = deliveries(DeliveryStatus::Failed)
            .and_where(Expr::col(Deliveries::MessageId).eq(bind(id)))
            .order_by(Deliveries::Position, Order::Asc)
            .to_owned();
        self.rows(DELIVERIES, &select, read_delivery)
    }

    /// How many deliveries have this status.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_deliveries(&self, status: DeliveryStatus) -> Result<u64, StoreError> {
        let select = Query::select()
            .expr(Func::count(Expr::col(Deliveries::Position)))
            .from(Deliveries::Table)
            .and_where(Expr::col(Deliveries::Status).eq(constant(status)))
            .to_owned();
        let count = self.row(DELIVERIES, &select, |row| row.take::<i64>())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }

    /// Records what an attempt came to, or that there is to be another. Says whether the delivery was
    /// there and `from` that status.
    ///
    /// # Errors
    /// The driver's.
    pub fn change_delivery(&self, delivery: &Delivery, from: DeliveryStatus) -> Result<bool, StoreError> {
        self.change(
            DELIVERIES,
            Query::update()
                .table(Deliveries::Table)
                .values([
                    (Deliveries::Status, bind(delivery.status)),
                    (Deliveries::Attempts, bind(i64::from(delivery.attempts))),
                    (Deliveries::NextAttemptAt, bind(delivery.next_attempt_at)),
                    (Deliveries::LastError, bind(delivery.last_error.clone())),
                ])
                .and_where(Expr::col(Deliveries::MessageId).eq(bind(delivery.message_id)))
                .and_where(Expr::col(Deliveries::Position).eq(bind(i64::from(delivery.position))))
                .and_where(Expr::col(Deliveries::Status).eq(bind(from))),
        )
    }
}
