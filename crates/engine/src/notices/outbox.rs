//! What an operator sees of mail, and may do about it.

use model::{Delivery, DeliveryStatus, Message, MessageId};
use rules::authority::Capability;

use crate::context::Context;
use crate::error::{Error, Missing};

/// The state of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbox {
    /// How many deliveries wait.
    pub queued: u64,
    /// How many were given up.
    pub failed: u64,
    /// Those that were asked for.
    pub entries: Vec<OutboxEntry>,
}

/// One message to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// How far it has come.
    pub delivery: Delivery,
    /// What it says.
    pub message: Message,
}

/// Deliveries with this status, at most `limit`, and how many there are in all.
pub fn outbox(cx: &Context<'_>, status: DeliveryStatus, limit: u32) -> Result<Outbox, Error> {
    cx.require_active()?;
    cx.require(Capability::OperateServer)?;
    let mut entries = Vec::new();
    for delivery in cx.session.deliveries(status, u64::from(limit))? {
        if let Some(message) = cx.session.message(delivery.message_id)? {
            entries.push(OutboxEntry { delivery, message });
        }
    }
    Ok(Outbox {
        queued: cx.session.count_deliveries(DeliveryStatus::Queued)?,
        failed: cx.session.count_deliveries(DeliveryStatus::Failed)?,
        entries,
    })
}

/// Tries again what was given up: one message to each address that has not got it. Says how many.
pub fn retry(cx: &Context<'_>, id: MessageId) -> Result<u64, Error> {
    cx.require_active()?;
    cx.require(Capability::OperateServer)?;
    cx.session.message(id)?.ok_or(Missing::Message)?;
    let mut retried = 0;
    for failed in cx.session.failed_deliveries_of(id)? {
        let again = Delivery {
            status: DeliveryStatus::Queued,
            attempts: 0,
            next_attempt_at: cx.now,
            ..failed
        };
        if cx.session.change_delivery(&again, DeliveryStatus::Failed)? {
            retried += 1;
        }
    }
    Ok(retried)
}
