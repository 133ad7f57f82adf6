//! Security alerts as they are read: a handful of rows, put together of state and settings (alerts dossier, A3 to A9).

use model::alert::{AlertName, Incident};
use model::query::{Collection, Field};
use model::record::AlertRecord;
use model::{Record, TenantId};
use odata::bound::Literal;
use rules::alerts::definition::definition;

use crate::context::Context;
use crate::error::{Error, Missing};

/// Incidents shown for each alert when they are expanded.
pub const EXPANDED_INCIDENTS_MAX: usize = 1_000;

/// The alert with this id.
pub fn name(cx: &Context<'_>, key: &str) -> Result<AlertName, Error> {
    AlertName::of_id(key, cx.tenant.id).ok_or_else(|| Missing::Alert(key.to_owned()).into())
}

/// An alert.
pub fn alert(cx: &Context<'_>, name: AlertName) -> Result<Record, Error> {
    let state = cx.session.alert_state(name)?;
    Ok(Record::Alert(Box::new(AlertRecord {
        state,
        settings: cx.session.alert_settings(name)?,
        // There is nothing to see before the first scan, which follows the founding at once.
        last_scanned_at: state.last_scanned_at.unwrap_or(cx.tenant.created_at),
    })))
}

/// What an alert is.
pub fn alert_definition(cx: &Context<'_>, name: AlertName) -> Result<Record, Error> {
    let accounts = cx.session.alert_state(name)?.accounts;
    let settings = cx.session.alert_settings(name)?;
    Ok(Record::AlertDefinition(Box::new(definition(
        name, accounts, &settings,
    ))))
}

/// What is set for an alert.
pub fn alert_configuration(cx: &Context<'_>, name: AlertName) -> Result<Record, Error> {
    Ok(Record::AlertConfiguration(name, cx.session.alert_settings(name)?))
}

/// The incidents of an alert that are kept.
pub fn alert_incidents(cx: &Context<'_>, name: AlertName) -> Result<Vec<Record>, Error> {
    let incidents = cx.session.alert_incidents(name)?.into_iter();
    Ok(incidents
        .map(|incident| Record::AlertIncident(name, Box::new(incident)))
        .collect())
}

/// Every record of one of the sets.
pub fn load(cx: &Context<'_>, collection: Collection) -> Result<Vec<Record>, Error> {
    let each = |of: fn(&Context<'_>, AlertName) -> Result<Record, Error>| {
        AlertName::OF_GRAPH
            .into_iter()
            .map(|name| of(cx, name))
            .collect::<Result<Vec<_>, _>>()
    };
    match collection {
        Collection::Alerts => each(alert),
        Collection::AlertDefinitions => each(alert_definition),
        Collection::AlertConfigurations => each(alert_configuration),
        Collection::AlertOperations => {
            let operations = cx.session.alert_operations()?.into_iter();
            Ok(operations
                .map(|operation| Record::AlertOperation(Box::new(operation)))
                .collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// One record of one of the sets by its key; that of an incident is that of its alert and its own, joined by a slash.
pub fn find(cx: &Context<'_>, collection: Collection, key: &str) -> Result<Record, Error> {
    let missing = || Missing::Alert(key.to_owned());
    match collection {
        Collection::Alerts => alert(cx, name(cx, key)?),
        Collection::AlertDefinitions => alert_definition(cx, name(cx, key)?),
        Collection::AlertConfigurations => alert_configuration(cx, name(cx, key)?),
        Collection::AlertOperations => {
            let operation = cx.session.alert_operation(key)?.ok_or_else(missing)?;
            Ok(Record::AlertOperation(Box::new(operation)))
        }
        Collection::AlertIncidents => {
            let (alert, id) = key.split_once('/').ok_or_else(missing)?;
            let name = name(cx, alert)?;
            let incident = cx
                .session
                .alert_incident(name, id)?
                .ok_or_else(|| Missing::Alert(id.to_owned()))?;
            Ok(Record::AlertIncident(name, Box::new(incident)))
        }
        _ => Err(missing().into()),
    }
}

/// A property of one of these records, for filters.
pub fn field(record: &Record, tenant: TenantId, field: Field) -> Literal {
    let text = |text: &str| Literal::Text(text.to_owned());
    match (record, field) {
        (_, Field::ScopeId) => text("/"),
        (_, Field::ScopeType) => text("DirectoryRole"),
        (Record::Alert(alert), field) => match field {
            Field::Id | Field::AlertDefinitionId => Literal::Text(alert.state.name.id(tenant)),
            Field::IncidentCount => Literal::Int(i64::from(alert.state.incidents)),
            Field::IsActive => Literal::Bool(alert.state.is_active(&alert.settings)),
            Field::LastModifiedDateTime => alert
                .state
                .last_modified_at
                .map_or(Literal::Null, Literal::Instant),
            Field::LastScannedDateTime => Literal::Instant(alert.last_scanned_at),
            _ => Literal::Null,
        },
        (Record::AlertDefinition(definition), field) => match field {
            Field::Id => Literal::Text(definition.name.id(tenant)),
            Field::DisplayName => text(definition.display_name),
            Field::SeverityLevel => text(definition.severity.as_str()),
            Field::IsRemediatable => Literal::Bool(definition.is_remediatable),
            Field::IsConfigurable => Literal::Bool(definition.is_configurable),
            _ => Literal::Null,
        },
        (Record::AlertConfiguration(name, settings), field) => match field {
            Field::Id | Field::AlertDefinitionId => Literal::Text(name.id(tenant)),
            Field::IsEnabled => Literal::Bool(settings.is_enabled),
            _ => Literal::Null,
        },
        (Record::AlertIncident(_, incident), field) => incident_field(incident, field),
        (Record::AlertOperation(operation), field) => match field {
            Field::Id => text(&operation.id),
            Field::Status => text(operation.status.as_str()),
            _ => Literal::Null,
        },
        _ => Literal::Null,
    }
}

fn incident_field(incident: &Incident, field: Field) -> Literal {
    let text = |text: &str| Literal::Text(text.to_owned());
    let (assignee, role) = (incident.assignee(), incident.role());
    let found = match field {
        Field::Id => Some(text(&incident.id)),
        Field::AssigneeId => assignee.map(|assignee| Literal::Guid(assignee.id.uuid())),
        Field::AssigneeDisplayName => assignee.map(|assignee| text(&assignee.display_name)),
        Field::AssigneeUserPrincipalName => assignee
            .and_then(|assignee| assignee.user_principal_name.as_deref())
            .map(text),
        Field::RoleDefinitionId => role.map(|role| Literal::Guid(role.id.uuid())),
        Field::RoleTemplateId => role.map(|role| Literal::Guid(role.template_id.uuid())),
        Field::RoleDisplayName => role.map(|role| text(&role.display_name)),
        _ => None,
    };
    found.unwrap_or(Literal::Null)
}
