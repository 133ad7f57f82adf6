//! Messages: what one notice says to one audience, and how far its delivery to each address has come.

use super::{Audience, Notice};
use crate::vocabulary::vocabulary;
use crate::{Instant, MailAddress, MessageId, RuleId};

/// What one notice says to one audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id, of which the `Message-ID` of the mail is made.
    pub id: MessageId,
    /// What it tells of.
    pub notice: Notice,
    /// To whom it speaks.
    pub audience: Audience,
    /// The notification rule that sends it; none where no rule governs the event.
    pub rule_id: Option<RuleId>,
    /// Who gets it, each address once.
    pub recipients: Vec<MailAddress>,
    /// Who should have got it and has no address, by name.
    pub unreachable: Vec<String>,
    /// How many more should have got it than one event may write to.
    pub skipped: u64,
}

vocabulary!(
    /// How far the delivery of a message to one address has come.
    DeliveryStatus {
        /// It is to be sent, now or later.
        Queued => "queued",
        /// The mail server has taken it.
        Sent => "sent",
        /// It could not be sent, and will not be tried again unless an operator says so.
        Failed => "failed",
    }
);

/// The delivery of a message to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Of which message.
    pub message_id: MessageId,
    /// The place of the address among the message's recipients.
    pub position: u32,
    /// To whom.
    pub recipient: MailAddress,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is to be tried again.
    pub next_attempt_at: Instant,
    /// What the last attempt came to, if it failed.
    pub last_error: Option<String>,
}
