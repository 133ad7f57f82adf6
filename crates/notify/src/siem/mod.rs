//! Handing records of the audit log to a collector: one that speaks syslog or one that is posted to. How a record is
//! written is said elsewhere; here is how a batch of them gets over, and what counts as having got there.

mod backoff;
mod http;
mod syslog;
mod transport;

use model::{CorrelationId, Instant};

pub use backoff::{RetryAfter, pause};
pub use http::{HttpCollector, Secret, is_loopback_url};
pub use syslog::{framed, message};
pub use transport::{PATIENCE, SyslogCollector, SyslogTls};

/// A record on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its number in the log.
    pub sequence: u64,
    /// When it was written.
    pub at: Instant,
    /// What it belongs to.
    pub correlation_id: CorrelationId,
    /// Whether what it tells of succeeded.
    pub is_success: bool,
    /// It itself: one line of JSON.
    pub body: String,
}

/// Takes records.
pub trait Collector: Send {
    /// Hands a batch over, in its order, and waits until the other side says, as far as its protocol can, that it has
    /// all of it. After a failure it may have some, and is to be handed all again.
    ///
    /// # Errors
    /// [`Undelivered`]
    fn deliver(&self, batch: &[Parcel]) -> Result<(), Undelivered>;
}

/// Why a batch was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// In words, without secrets.
    pub reason: String,
    /// When the other side would like to be asked again.
    pub retry_after: Option<RetryAfter>,
    /// Whether fewer records might be taken.
    pub is_too_large: bool,
}

impl Undelivered {
    /// For this reason alone.
    pub fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            retry_after: None,
            is_too_large: false,
        }
    }
}

#[cfg(test)]
mod tests;
