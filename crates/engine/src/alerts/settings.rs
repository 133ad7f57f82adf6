//! PATCH of an alert's configuration (alerts dossier, A6 and A8).

use model::alert::{AlertName, AlertSettings};
use rules::authority::Capability;

use crate::audit::{AlertActivity, record_alert};
use crate::context::Context;
use crate::error::Error;

/// Puts edited settings in place of the current ones. `edit` merges; what it or the rules refuse changes nothing. The
/// next scan goes by them.
pub fn change_alert_settings<E>(
    cx: &Context<'_>,
    name: AlertName,
    edit: impl FnOnce(AlertSettings) -> Result<AlertSettings, E>,
) -> Result<Result<AlertSettings, E>, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let before = cx.session.alert_settings(name)?;
    let after = match edit(before) {
        Ok(after) => after,
        Err(refused) => return Ok(Err(refused)),
    };
    rules::alerts::check(name, &after).map_err(Error::AlertSettingsOutOfRange)?;
    if after != before {
        cx.session.supersede_alert_settings(name, after, cx.now)?;
    }
    let flipped = match (before.is_enabled, after.is_enabled) {
        (false, true) => Some(AlertActivity::Enabled),
        (true, false) => Some(AlertActivity::Disabled),
        _ => None,
    };
    if before.thresholds != after.thresholds || flipped.is_none() {
        record_alert(cx, AlertActivity::SettingsUpdated, name)?;
    }
    if let Some(flipped) = flipped {
        record_alert(cx, flipped, name)?;
    }
    Ok(Ok(after))
}
