//! Security alerts: scanning for them, refreshing, dismissing, setting and putting right (alerts dossier, A7, A8 and
//! A11). A scan looks on a reading thread and then writes what it found in one short transaction; what makes an
//! incident is said by `rules::alerts`.

mod activity;
mod facts;
mod license;
mod list;
mod names;
mod own;
mod refresh;
mod remediate;
mod scan;
mod settings;
mod watch;

pub use activity::set_alert_activity;
pub use list::{OwnAlert, own_alert, own_alerts};
pub use refresh::{OPERATIONS_KEPT, RUNNING_MAX, begin_refresh};
pub use remediate::remediate;
pub use scan::{Found, Occasion, REPORT_EVERY, REPORTED_PER_SCAN_MAX, look, note};
pub use settings::change_alert_settings;
pub use watch::SCAN_EVERY;

pub(crate) use refresh::end_refresh;
pub(crate) use watch::Watch;

/// Permanent holders of a privileged role that are not too many.
const STANDING_HOLDERS_MAX: u32 = 5;

/// What the alerts of ours turn on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertOptions {
    /// Accounts that are for emergencies, by principal name or id.
    pub break_glass_accounts: Vec<String>,
    /// Permanent holders of a privileged role that are not too many.
    pub standing_holders_max: u32,
}

impl Default for AlertOptions {
    fn default() -> Self {
        Self {
            break_glass_accounts: Vec::new(),
            standing_holders_max: STANDING_HOLDERS_MAX,
        }
    }
}
