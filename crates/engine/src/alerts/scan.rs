//! A scan: what was found, and what follows from it.

use model::alert::{AlertName, AlertState, Incident};
use model::{Instant, IsoDuration};
use rules::alerts::accounts;

use super::facts::find;
use crate::audit::{AlertActivity, record_alert, record_roles_outside_pim};
use crate::context::Context;
use crate::error::Error;
use crate::notices::tell_of_roles_outside_pim;

/// How often standing incidents of roles given outside PIM are written into the audit log (alerts dossier, A7), besides
/// when somebody refreshes.
pub const REPORT_EVERY: IsoDuration = IsoDuration::from_hours(2);
/// Such incidents that one scan writes there at the most.
pub const REPORTED_PER_SCAN_MAX: usize = 200;

/// Why there is a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Its time has come, or something changed.
    Regular,
    /// Somebody asked for it: what was dismissed is looked at again.
    Refresh,
}

/// What a scan found of one alert.
#[derive(Clone, Debug)]
pub struct Found {
    name: AlertName,
    at: Instant,
    incidents: Vec<Incident>,
}

/// Looks for the incidents of an alert, unless it is off or dismissed.
pub fn look(cx: &Context<'_>, name: AlertName, occasion: Occasion) -> Result<Option<Found>, Error> {
    let settings = cx.session.alert_settings(name)?;
    let is_asleep = occasion == Occasion::Regular && cx.session.alert_state(name)?.is_dismissed;
    if !settings.is_enabled || is_asleep {
        return Ok(None);
    }
    Ok(Some(Found {
        name,
        at: cx.now,
        incidents: find(cx, name, &settings)?,
    }))
}

/// Writes what was found, and says in the audit log and by mail what is new. What was switched off or dismissed
/// meanwhile stays as it is.
pub fn note(cx: &Context<'_>, found: &Found, occasion: Occasion) -> Result<(), Error> {
    let settings = cx.session.alert_settings(found.name)?;
    let before = cx.session.alert_state(found.name)?;
    let is_asleep = occasion == Occasion::Regular && before.is_dismissed;
    if !settings.is_enabled || is_asleep || before.last_scanned_at > Some(found.at) {
        return Ok(());
    }
    let (new, differs) = cx.session.replace_alert_incidents(found.name, &found.incidents)?;
    let mut after = AlertState {
        incidents: bounded(found.incidents.len()),
        accounts: bounded(accounts(&found.incidents)),
        is_dismissed: false,
        last_scanned_at: Some(found.at),
        ..before
    };
    if differs || before.is_dismissed {
        after.last_modified_at = Some(found.at);
    }
    if found.name == AlertName::RolesAssignedOutsidePim {
        report(cx, found, &new, occasion, &mut after)?;
    }
    cx.session.put_alert_state(&after)?;
    if after.is_active(&settings) && !before.is_active(&settings) {
        record_alert(cx, AlertActivity::Triggered, found.name)?;
    }
    Ok(())
}

/// Roles given outside PIM: what is new is told at once, what stands is written again from time to time.
fn report(
    cx: &Context<'_>,
    found: &Found,
    new: &[Incident],
    occasion: Occasion,
    state: &mut AlertState,
) -> Result<(), Error> {
    let is_time = state
        .last_reported_at
        .is_none_or(|last| found.at.since(last) >= REPORT_EVERY);
    let all = occasion == Occasion::Refresh || is_time;
    let reported = if all { &found.incidents } else { new };
    record_roles_outside_pim(cx, reported.iter().take(REPORTED_PER_SCAN_MAX))?;
    if all {
        state.last_reported_at = Some(found.at);
    }
    tell_of_roles_outside_pim(cx, new)
}

/// A number of incidents as it is shown.
pub(super) fn bounded(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
