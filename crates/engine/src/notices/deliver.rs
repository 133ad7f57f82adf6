//! Deliveries: what is due is handed to whoever speaks to the mail server, and what came of it is noted.
//! Sending itself is done outside any transaction.

use model::{Delivery, DeliveryStatus, IsoDuration, Message};

use crate::context::Context;
use crate::error::Error;

/// How many deliveries one round hands out.
pub const DELIVERIES_PER_ROUND_MAX: u64 = 50;
/// How often a delivery is tried before it is left to an operator. With the pauses below that is most
/// of a day.
pub const ATTEMPTS_MAX: u32 = 24;
/// The pause after the first failed attempt, unless set otherwise.
const RETRY_AFTER: IsoDuration = IsoDuration::from_minutes(1);
/// The longest pause between two attempts.
const RETRY_AFTER_MAX: IsoDuration = IsoDuration::from_hours(1);

/// A message on its way to one of its recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueMail {
    /// To whom, and how often it was tried.
    pub delivery: Delivery,
    /// What it says.
    pub message: Message,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server has taken it.
    Sent,
    /// It has not.
    Failed(Failure),
}

/// Why a mail server has not taken a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether it never will.
    pub is_permanent: bool,
    /// Why, in words, without secrets.
    pub reason: String,
}

/// What is to be sent now, the longest due first, at most [`DELIVERIES_PER_ROUND_MAX`].
pub fn due_mail(cx: &Context<'_>) -> Result<Vec<DueMail>, Error> {
    let mut due = Vec::new();
    for delivery in cx.session.due_deliveries(cx.now, DELIVERIES_PER_ROUND_MAX)? {
        if let Some(message) = cx.session.message(delivery.message_id)? {
            due.push(DueMail { delivery, message });
        }
    }
    Ok(due)
}

/// Notes what an attempt came to: done, to be tried again after a pause that doubles, or left to an
/// operator. Answers how the delivery stands.
pub fn note_outcome(cx: &Context<'_>, delivery: &Delivery, outcome: Outcome) -> Result<Delivery, Error> {
    let attempts = delivery.attempts.saturating_add(1);
    let tried = Delivery {
        attempts,
        ..delivery.clone()
    };
    let noted = match outcome {
        Outcome::Sent => Delivery {
            status: DeliveryStatus::Sent,
            last_error: None,
            ..tried
        },
        Outcome::Failed(failure) if failure.is_permanent || attempts >= ATTEMPTS_MAX => Delivery {
            status: DeliveryStatus::Failed,
            last_error: Some(failure.reason),
            ..tried
        },
        Outcome::Failed(failure) => Delivery {
            next_attempt_at: cx
                .now
                .saturating_add(pause(cx.notices.retry_after.unwrap_or(RETRY_AFTER), attempts)),
            last_error: Some(failure.reason),
            ..tried
        },
    };
    cx.session.change_delivery(&noted, DeliveryStatus::Queued)?;
    Ok(noted)
}

/// The pause after so many failed attempts.
fn pause(first: IsoDuration, attempts: u32) -> IsoDuration {
    let doubled = 2_i64.saturating_pow(attempts.saturating_sub(1));
    let micros = first.as_micros().saturating_mul(doubled);
    IsoDuration::from_micros(micros).min(RETRY_AFTER_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let minutes = |attempts| pause(RETRY_AFTER, attempts).as_micros() / 60_000_000;
        assert_eq!(
            [1, 2, 3, 6, 7, 24, 64, 200].map(minutes),
            [1, 2, 4, 32, 60, 60, 60, 60]
        );
    }
}
