//! `alerts`, with their incidents (alerts dossier, A1, A3 and A9).

use model::query::{Collection, Field, Nav};
use serde_json::Value;

use super::configurations::ALERT_CONFIGURATION;
use super::definitions::ALERT_DEFINITION;
use super::incidents::ALERT_INCIDENT;
use super::{NEVER, SCOPE_ID, SCOPE_TYPE, time};
use crate::Versions;
use crate::description::{
    EntitySet, Method, Navigation, Operation, OperationKind as Kind, Property, Service, entity_type,
};
use crate::sets::permissions::{READ_ALERTS as READ, WRITE_ALERTS as WRITE};
use crate::sets::types::{FLAG, NUMBER, TEXT};
use crate::value::{Wire, of};

entity_type!(
    /// A security alert.
    ALERT = "microsoft.graph.unifiedRoleManagementAlert",
    in "identityGovernance/roleManagementAlerts/alerts" {
        properties: &[
            Property::new("id", TEXT, of!(alert, |a, shaping| a.state.name.id(shaping.tenant)))
                .filterable(Field::Id),
            Property::new(
                "alertDefinitionId",
                TEXT,
                of!(alert, |a, shaping| a.state.name.id(shaping.tenant)),
            )
            .filterable(Field::AlertDefinitionId),
            SCOPE_ID,
            SCOPE_TYPE,
            Property::new("incidentCount", NUMBER, of!(alert, |a| a.state.incidents))
                .filterable(Field::IncidentCount),
            Property::new("isActive", FLAG, of!(alert, |a| a.state.is_active(&a.settings)))
                .filterable(Field::IsActive),
            time(
                "lastModifiedDateTime",
                of!(alert, |a| a.state.last_modified_at.map_or_else(|| Value::from(NEVER), Wire::wire)),
            )
            .filterable(Field::LastModifiedDateTime),
            time("lastScannedDateTime", of!(alert, |a| a.last_scanned_at))
                .filterable(Field::LastScannedDateTime),
        ],
        navigations: &[
            Navigation::one("alertConfiguration", Nav::AlertConfiguration, &ALERT_CONFIGURATION),
            Navigation::one("alertDefinition", Nav::AlertDefinition, &ALERT_DEFINITION),
            Navigation::many("alertIncidents", Nav::AlertIncidents, &ALERT_INCIDENT)
                .contained()
                .with_context(),
        ],
    }
);

/// `alerts`.
pub static ALERTS: EntitySet = EntitySet {
    collection: Collection::Alerts,
    needs_licence: false,
    path: &["identityGovernance", "roleManagementAlerts", "alerts"],
    beta_path: None,
    entity: &ALERT,
    service: Service::Pim,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ).only(Versions::Beta),
        Operation::get("$count", Kind::Count, READ).only(Versions::Beta),
        Operation::post("refresh", Kind::RefreshAll, WRITE).only(Versions::Beta),
        Operation::get("{key}", Kind::Get, READ).only(Versions::Beta),
        Operation::patch(WRITE).only(Versions::Beta),
        Operation::post("{key}/refresh", Kind::Refresh, WRITE).only(Versions::Beta),
        Operation::get(
            "{key}/alertDefinition",
            Kind::Navigate(Nav::AlertDefinition),
            READ,
        )
        .only(Versions::Beta),
        Operation::get(
            "{key}/alertConfiguration",
            Kind::Navigate(Nav::AlertConfiguration),
            READ,
        )
        .only(Versions::Beta),
        Operation::new(
            Method::Patch,
            "{key}/alertConfiguration",
            Kind::UpdateNavigation(Nav::AlertConfiguration),
            WRITE,
        )
        .only(Versions::Beta),
        Operation::get("{key}/alertIncidents", Kind::Navigate(Nav::AlertIncidents), READ)
            .only(Versions::Beta),
        Operation::get(
            "{key}/alertIncidents/$count",
            Kind::NavigateCount(Nav::AlertIncidents),
            READ,
        )
        .only(Versions::Beta),
        Operation::get(
            "{key}/alertIncidents/{element}",
            Kind::NavigateElement(Nav::AlertIncidents),
            READ,
        )
        .only(Versions::Beta),
        Operation::post(
            "{key}/alertIncidents/{element}/remediate",
            Kind::Remediate(Nav::AlertIncidents),
            WRITE,
        )
        .only(Versions::Beta),
    ],
};
