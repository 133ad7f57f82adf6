//! `operations`: refreshes of alerts (alerts dossier, A8.1).

use model::alert::OperationStatus;
use model::query::{Collection, Field};
use serde_json::Value;

use super::alert::ALERT;
use crate::Versions;
use crate::description::{EntitySet, Operation, OperationKind as Kind, Property, Service, Type, entity_type};
use crate::sets::permissions::READ_ALERTS as READ;
use crate::sets::types::{LONG_RUNNING_OPERATION_STATUS, TEXT, TIME};
use crate::value::{Wire, of};

entity_type!(
    /// Something that takes its time.
    LONG_RUNNING_OPERATION = "microsoft.graph.longRunningOperation",
    in "identityGovernance/roleManagementAlerts/operations" {
        properties: &[
            Property::new("id", TEXT, of!(operation, |o| o.id.as_str())).filterable(Field::Id),
            Property::new("createdDateTime", TIME, of!(operation, |o| o.created_at)),
            Property::new("lastActionDateTime", TIME, of!(operation, |o| o.last_action_at)),
            // While it goes on there is nothing to look at: an empty text, no null.
            Property::new(
                "resourceLocation",
                TEXT,
                of!(operation, |o, shaping| match (o.status, o.alert) {
                    (OperationStatus::Running, _) => Value::from(""),
                    (_, Some(name)) => {
                        format!("{}/{}/{}", shaping.base, ALERT.context, name.id(shaping.tenant)).wire()
                    }
                    (_, None) => format!("{}/{}", shaping.base, ALERT.context).wire(),
                }),
            ),
            Property::new(
                "status",
                Type::Enumeration(&LONG_RUNNING_OPERATION_STATUS),
                of!(operation, |o| o.status.as_str()),
            )
            .filterable(Field::Status),
            Property::new("statusDetail", TEXT, of!(operation, |o| o.detail.as_str())),
        ],
        navigations: &[],
    }
);

/// `operations`.
pub static ALERT_OPERATIONS: EntitySet = EntitySet {
    collection: Collection::AlertOperations,
    needs_licence: false,
    path: &["identityGovernance", "roleManagementAlerts", "operations"],
    beta_path: None,
    entity: &LONG_RUNNING_OPERATION,
    service: Service::Pim,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ).only(Versions::Beta),
        Operation::get("{key}", Kind::Get, READ).only(Versions::Beta),
    ],
};
