//! The outbox: mail that a change has caused, written in the transaction of the change.

use model::{Instant, RuleId};
use sea_query::{Order, Query};

use crate::row::Row;
use crate::schema::Messages;
use crate::value::{Json, bind};
use crate::{Session, StoreError};

const TABLE: &str = "messages";

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Addresses.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// What happened.
    pub event: String,
    /// The notification rule that sends it.
    pub rule_id: Option<RuleId>,
    /// When it was caused.
    pub created_at: Instant,
}

impl Session {
    /// Puts a message into the outbox.
    ///
    /// # Errors
    /// The driver's.
    pub fn insert_message(&self, message: &Message) -> Result<(), StoreError> {
        self.insert(
            Messages::Table,
            [
                (Messages::CreatedAt, bind(message.created_at)),
                (Messages::Recipients, bind(Json(message.to.clone()))),
                (Messages::Subject, bind(message.subject.clone())),
                (Messages::Body, bind(message.text.clone())),
                (Messages::Event, bind(message.event.clone())),
                (
                    Messages::RuleId,
                    bind(message.rule_id.map(|rule| rule.as_str().to_owned())),
                ),
            ],
        )
    }

    /// The newest messages, the newest first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn messages(&self, limit: u32) -> Result<Vec<Message>, StoreError> {
        let select = Query::select()
            .columns([
                Messages::Recipients,
                Messages::Subject,
                Messages::Body,
                Messages::Event,
                Messages::RuleId,
                Messages::CreatedAt,
            ])
            .from(Messages::Table)
            .order_by(Messages::Id, Order::Desc)
            .limit(u64::from(limit))
            .to_owned();
        self.rows(TABLE, &select, read_message)
    }
}

fn read_message(row: &mut Row<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        to: row.take::<Json<Vec<String>>>()?.0,
        subject: row.take()?,
        text: row.take()?,
        event: row.take()?,
        rule_id: row
            .take::<Option<String>>()?
            .and_then(|text| RuleId::parse(&text)),
        created_at: row.take()?,
    })
}
