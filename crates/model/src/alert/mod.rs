//! Security alerts: their names, what is set for each, what a scan found, and where each stands (alerts
//! dossier, A2 to A6).

mod definition;
mod incident;
mod name;
mod operation;
mod settings;

pub use definition::{AlertDefinition, AlertSeverity};
pub use incident::{Assignee, Incident, IncidentRole, Matter};
pub use name::{AlertName, sequence_id};
pub use operation::{AlertOperation, OperationStatus};
pub use settings::{AlertSettings, Thresholds};

use crate::Instant;

/// Where an alert stands, as the last scan or change left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertState {
    /// Which.
    pub name: AlertName,
    /// Incidents that the last scan found; of very many, not all are kept.
    pub incidents: u32,
    /// Accounts that they are about, each once.
    pub accounts: u32,
    /// Whether somebody dismissed it.
    pub is_dismissed: bool,
    /// When its incidents, or whether it is dismissed, changed last; none if it never fired.
    pub last_modified_at: Option<Instant>,
    /// When it was scanned last; none before the first time.
    pub last_scanned_at: Option<Instant>,
    /// When standing incidents were last written into the audit log.
    pub last_reported_at: Option<Instant>,
}

impl AlertState {
    /// Before the first scan.
    pub const fn new(name: AlertName) -> Self {
        Self {
            name,
            incidents: 0,
            accounts: 0,
            is_dismissed: false,
            last_modified_at: None,
            last_scanned_at: None,
            last_reported_at: None,
        }
    }

    /// Whether it fires (alerts dossier, A7).
    pub const fn is_active(&self, settings: &AlertSettings) -> bool {
        settings.is_enabled && !self.is_dismissed && self.incidents > 0
    }
}
