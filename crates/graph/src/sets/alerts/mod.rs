//! `identityGovernance/roleManagementAlerts`: security alerts, in beta only (alerts dossier, A1 to A4).

pub(super) mod alert;
pub(super) mod configurations;
pub(super) mod definitions;
pub(super) mod incidents;
pub(super) mod operations;

use crate::description::Property;
use crate::sets::types::{TEXT, TIME};
use model::query::Field;
use serde_json::Value;

/// The one scope of alerts, which is everywhere the same.
const SCOPE_ID: Property = Property::new("scopeId", TEXT, |_, _| Value::from("/")).filterable(Field::ScopeId);
const SCOPE_TYPE: Property =
    Property::new("scopeType", TEXT, |_, _| Value::from("DirectoryRole")).filterable(Field::ScopeType);
/// What stands for the date of what never happened (alerts dossier, A3).
const NEVER: &str = "0001-01-01T08:00:00Z";

const fn time(name: &'static str, value: crate::description::ValueOf) -> Property {
    Property::new(name, TIME, value)
}
