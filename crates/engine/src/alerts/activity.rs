//! PATCH of an alert: dismissing it, and taking that back (alerts dossier, A8).

use model::alert::{AlertName, AlertState};
use rules::authority::Capability;

use crate::audit::{AlertActivity, record_alert};
use crate::context::Context;
use crate::error::Error;

/// Dismisses an alert, or lets it fire again. What was found of it stays readable.
pub fn set_alert_activity(cx: &Context<'_>, name: AlertName, is_active: bool) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let before = cx.session.alert_state(name)?;
    if before.is_dismissed == is_active {
        cx.session.put_alert_state(&AlertState {
            is_dismissed: !is_active,
            last_modified_at: Some(cx.now),
            ..before
        })?;
    }
    // Graph has no name for letting it fire again.
    let activity = if is_active {
        AlertActivity::Enabled
    } else {
        AlertActivity::Deactivated
    };
    record_alert(cx, activity, name)
}
