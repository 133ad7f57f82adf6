//! What is set for an alert (alerts dossier, A4 and A6).

use serde::{Deserialize, Serialize};

use super::AlertName;
use crate::IsoDuration;

/// Whether an alert is scanned, and what it turns on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertSettings {
    /// Whether it is scanned at all.
    pub is_enabled: bool,
    /// What it turns on.
    pub thresholds: Thresholds,
}

/// The numbers of an alert, by what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Thresholds {
    /// None.
    None,
    /// How long something must not have happened.
    Idle {
        /// So long.
        duration: IsoDuration,
    },
    /// How often, how soon after one another.
    #[serde(rename_all = "camelCase")]
    Sequence {
        /// No longer than this between two.
        time_interval_between_activations: IsoDuration,
        /// At least so many.
        sequential_activation_counter_threshold: i32,
    },
    /// How many, of how many.
    #[serde(rename_all = "camelCase")]
    Share {
        /// At least so many.
        global_admin_count_threshold: i32,
        /// At least so many of a hundred.
        percentage_of_global_admins_out_of_roles_threshold: i32,
    },
}

impl AlertSettings {
    /// What is set until somebody changes it (alerts dossier, A6).
    pub const fn default_for(name: AlertName) -> Self {
        let thresholds = match name {
            AlertName::RedundantAssignment | AlertName::StaleSignIn => Thresholds::Idle {
                duration: IsoDuration::from_days(30),
            },
            AlertName::SequentialActivationRenewals => Thresholds::Sequence {
                time_interval_between_activations: IsoDuration::from_seconds(10),
                sequential_activation_counter_threshold: 3,
            },
            AlertName::TooManyGlobalAdmins => Thresholds::Share {
                global_admin_count_threshold: 3,
                percentage_of_global_admins_out_of_roles_threshold: 10,
            },
            AlertName::InvalidLicense
            | AlertName::NoMfaOnRoleActivation
            | AlertName::RolesAssignedOutsidePim
            | AlertName::TooFewApprovers
            | AlertName::MailFailing
            | AlertName::BreakGlassAccountUsed
            | AlertName::StandingPrivilegedAccess
            | AlertName::RevocationFailed => Thresholds::None,
        };
        Self {
            is_enabled: true,
            thresholds,
        }
    }
}
