//! A refresh as an operation that takes its time (alerts dossier, A8.1).

use super::AlertName;
use crate::Instant;
use crate::vocabulary::vocabulary;

vocabulary!(
    /// How far it has come.
    OperationStatus {
        /// It goes on.
        Running => "running",
        /// It is done.
        Succeeded => "succeeded",
        /// It came to nothing.
        Failed => "failed",
    }
);

/// A refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertOperation {
    /// Opaque, and fit for a path.
    pub id: String,
    /// Of which alert; none means all of them.
    pub alert: Option<AlertName>,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it went on last.
    pub last_action_at: Instant,
    /// How far it has come.
    pub status: OperationStatus,
    /// What went wrong, if something did.
    pub detail: String,
}

impl AlertOperation {
    /// The id of a refresh of one alert, which begins so; that of all alerts is a GUID.
    pub const OF_ONE: &'static str = "refresh:";
}
