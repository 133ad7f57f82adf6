//! What an alert says of itself (alerts dossier, A3 and A5).

use super::AlertName;
use crate::vocabulary::vocabulary;

vocabulary!(
    /// How grave it is.
    AlertSeverity {
        /// Good to know.
        Informational => "informational",
        /// Worth a look.
        Low => "low",
        /// To be put right.
        Medium => "medium",
        /// To be put right now.
        High => "high",
    }
);

/// An alert in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertDefinition {
    /// Which.
    pub name: AlertName,
    /// Its title.
    pub display_name: &'static str,
    /// What was found, with its numbers.
    pub description: String,
    /// How grave it is.
    pub severity: AlertSeverity,
    /// Why it matters.
    pub security_impact: &'static str,
    /// What to do about it.
    pub mitigation_steps: &'static str,
    /// How to avoid it.
    pub how_to_prevent: &'static str,
    /// Whether an incident can be put right by asking for it.
    pub is_remediatable: bool,
    /// Whether something about it can be set besides whether it is on.
    pub is_configurable: bool,
}
