//! `alertDefinitions` (alerts dossier, A3 and A5).

use model::query::{Collection, Field};

use super::{SCOPE_ID, SCOPE_TYPE};
use crate::Versions;
use crate::description::{EntitySet, Operation, OperationKind as Kind, Property, Service, Type, entity_type};
use crate::sets::permissions::READ_ALERTS as READ;
use crate::sets::types::{ALERT_SEVERITY, FLAG, TEXT};
use crate::value::of;

entity_type!(
    /// What an alert is.
    ALERT_DEFINITION = "microsoft.graph.unifiedRoleManagementAlertDefinition",
    in "identityGovernance/roleManagementAlerts/alertDefinitions" {
        properties: &[
            Property::new("id", TEXT, of!(alert_definition, |d, shaping| d.name.id(shaping.tenant)))
                .filterable(Field::Id),
            Property::new("displayName", TEXT, of!(alert_definition, |d| d.display_name))
                .filterable(Field::DisplayName),
            SCOPE_TYPE,
            SCOPE_ID,
            Property::new("description", TEXT, of!(alert_definition, |d| d.description.as_str())),
            Property::new(
                "severityLevel",
                Type::Enumeration(&ALERT_SEVERITY),
                of!(alert_definition, |d| d.severity.as_str()),
            )
            .filterable(Field::SeverityLevel),
            Property::new("securityImpact", TEXT, of!(alert_definition, |d| d.security_impact)),
            Property::new("mitigationSteps", TEXT, of!(alert_definition, |d| d.mitigation_steps)),
            Property::new("howToPrevent", TEXT, of!(alert_definition, |d| d.how_to_prevent)),
            Property::new("isRemediatable", FLAG, of!(alert_definition, |d| d.is_remediatable))
                .filterable(Field::IsRemediatable),
            Property::new("isConfigurable", FLAG, of!(alert_definition, |d| d.is_configurable))
                .filterable(Field::IsConfigurable),
        ],
        navigations: &[],
    }
);

/// `alertDefinitions`.
pub static ALERT_DEFINITIONS: EntitySet = EntitySet {
    collection: Collection::AlertDefinitions,
    needs_licence: false,
    path: &["identityGovernance", "roleManagementAlerts", "alertDefinitions"],
    beta_path: None,
    entity: &ALERT_DEFINITION,
    service: Service::Pim,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ).only(Versions::Beta),
        Operation::get("$count", Kind::Count, READ).only(Versions::Beta),
        Operation::get("{key}", Kind::Get, READ).only(Versions::Beta),
    ],
};
