//! Bodies of security alerts (alerts dossier, A1 and A8): dismissing, what is set, and of which scope all are
//! refreshed.

use model::IsoDuration;
use model::alert::{AlertName, AlertSettings, Thresholds};
use model::policy::key::PolicyScope;
use serde_json::Value;

use super::members::{Members, mismatch};
use crate::GraphError;
use crate::sets::{ALERT, configuration_type};

/// Whether an alert is to fire again, or is dismissed. Nothing else of it can be written.
///
/// # Errors
/// `BadRequest` if the body does not say, or is about something else.
pub fn alert_activity(bytes: &[u8]) -> Result<bool, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    if let Some(sent) = members.text("@odata.type")? {
        require_type(sent, ALERT.name)?;
    }
    flag(members, "isActive")?.ok_or_else(|| {
        GraphError::bad_request("The property isActive is required.").with_detail(
            "MissingProperty",
            "isActive is the only property of an alert that can be written",
            Some("isActive"),
        )
    })
}

/// What is set for an alert as a change makes it of what is set; what the body does not name stays.
///
/// # Errors
/// `InvalidAlertConfiguration` if the body does not name the alert's own type, `BadRequest` if a value has another
/// type than its property.
pub fn alert_settings(
    name: AlertName,
    current: AlertSettings,
    bytes: &[u8],
) -> Result<AlertSettings, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let wanted = configuration_type(name).name;
    match members.text("@odata.type")? {
        Some(sent) => require_type(sent, wanted)?,
        None => {
            let why = format!("the type has to be named, and it is #{wanted}");
            return Err(GraphError::invalid_alert_configuration([("@odata.type", why)]));
        }
    }
    let mut settings = current;
    if let Some(is_enabled) = flag(members, "isEnabled")? {
        settings.is_enabled = is_enabled;
    }
    match &mut settings.thresholds {
        Thresholds::None => {}
        Thresholds::Idle { duration } => {
            if let Some(sent) = duration_of(members, "duration")? {
                *duration = sent;
            }
        }
        Thresholds::Sequence {
            time_interval_between_activations,
            sequential_activation_counter_threshold,
        } => {
            if let Some(sent) = duration_of(members, "timeIntervalBetweenActivations")? {
                *time_interval_between_activations = sent;
            }
            if let Some(sent) = number(members, "sequentialActivationCounterThreshold")? {
                *sequential_activation_counter_threshold = sent;
            }
        }
        Thresholds::Share {
            global_admin_count_threshold,
            percentage_of_global_admins_out_of_roles_threshold,
        } => {
            if let Some(sent) = number(members, "globalAdminCountThreshold")? {
                *global_admin_count_threshold = sent;
            }
            if let Some(sent) = number(members, "percentageOfGlobalAdminsOutOfRolesThreshold")? {
                *percentage_of_global_admins_out_of_roles_threshold = sent;
            }
        }
    }
    Ok(settings)
}

/// Checks the scope of which all alerts are to be refreshed; there is one.
///
/// # Errors
/// `UnknownError` with `MissingProvider` if the body names none, or another.
pub fn alert_scope(bytes: &[u8]) -> Result<(), GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let scope_type = members.text("scopeType")?.and_then(PolicyScope::parse);
    match (members.text("scopeId")?, scope_type) {
        (Some("/"), Some(PolicyScope::DirectoryRole)) => Ok(()),
        _ => Err(GraphError::missing_provider()),
    }
}

/// The type that a body names must be this one, with or without what stands in front of it.
fn require_type(sent: &str, wanted: &str) -> Result<(), GraphError> {
    let bare = sent.trim_start_matches('#');
    if bare.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let why = format!("the type is #{wanted}, not {sent}");
    Err(GraphError::invalid_alert_configuration([("@odata.type", why)]))
}

/// A flag, also as the text that a published sample sends (alerts dossier, A8).
fn flag(members: Members<'_>, name: &str) -> Result<Option<bool>, GraphError> {
    match members.sent(name) {
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ => members.flag(name),
    }
}

fn duration_of(members: Members<'_>, name: &str) -> Result<Option<IsoDuration>, GraphError> {
    match members.sent(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(|text| text.parse().ok())
            .map(Some)
            .ok_or_else(|| mismatch(value, "Edm.Duration", name)),
    }
}

fn number(members: Members<'_>, name: &str) -> Result<Option<i32>, GraphError> {
    match members.sent(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| mismatch(value, "Edm.Int32", name)),
    }
}

#[cfg(test)]
mod tests;
