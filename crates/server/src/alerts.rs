//! The alerts that Tenure adds to Graph's, as its own routes: `GET /ext/v1/alerts` and `/ext/v1/alerts/{name}`. They take
//! what Graph's take.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use engine::alerts::{self, OwnAlert};
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use model::alert::{Incident, Matter};
use model::{Caller, Instant, Permission};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::caller::{self, Call};
use crate::{bridge, problem, reply};

/// Any of these opens them.
const PERMISSIONS: [Permission; 2] = [
    Permission::RoleManagementAlertReadDirectory,
    Permission::RoleManagementAlertReadWriteDirectory,
];

/// `GET /ext/v1/alerts`: each without its incidents.
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let listed = async {
        let caller = authorised(&app, &call, &headers)?;
        bridge::read(app.engine(), caller, alerts::own_alerts)
            .await
            .map_err(|error| problem::directory(&error))
    };
    match listed.await {
        Ok(alerts) => {
            let rows: Vec<Value> = alerts.iter().map(|alert| Value::Object(shown(alert))).collect();
            reply::plain_json(StatusCode::OK, &json!({"value": rows}))
        }
        Err(error) => reply::error(&call, &error),
    }
}

/// `GET /ext/v1/alerts/{name}`: one with its incidents.
pub async fn get(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let found = async {
        let caller = authorised(&app, &call, &headers)?;
        bridge::read(app.engine(), caller, move |cx| alerts::own_alert(cx, &name))
            .await
            .map_err(|error| problem::directory(&error))
    };
    match found.await {
        Ok((alert, incidents)) => {
            let mut body = shown(&alert);
            body.insert("incidents".to_owned(), incidents.iter().map(incident).collect());
            reply::plain_json(StatusCode::OK, &Value::Object(body))
        }
        Err(error) => reply::error(&call, &error),
    }
}

fn authorised(app: &App, call: &Call, headers: &HeaderMap) -> Result<Arc<Caller>, GraphError> {
    let caller = caller::authenticate(app, headers, call.now)?;
    if caller.permissions.has_any(&PERMISSIONS) {
        Ok(caller)
    } else {
        Err(GraphError::permission_scope_not_granted(&PERMISSIONS))
    }
}

fn time(at: Option<Instant>) -> Value {
    at.map_or(Value::Null, |at| Value::from(at.to_string()))
}

fn shown(alert: &OwnAlert) -> Map<String, Value> {
    let OwnAlert { state, definition } = alert;
    let members = [
        ("id", Value::from(state.name.as_str())),
        ("displayName", Value::from(definition.display_name)),
        ("description", Value::from(definition.description.as_str())),
        ("severityLevel", Value::from(definition.severity.as_str())),
        ("reason", Value::from(definition.security_impact)),
        ("mitigationSteps", Value::from(definition.mitigation_steps)),
        ("howToPrevent", Value::from(definition.how_to_prevent)),
        ("isActive", Value::from(state.incidents > 0)),
        ("incidentCount", Value::from(state.incidents)),
        ("lastModifiedDateTime", time(state.last_modified_at)),
        ("lastScannedDateTime", time(state.last_scanned_at)),
    ];
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Whom and what an incident is about, under the names that Graph's incidents have, and what is particular to it.
fn incident(incident: &Incident) -> Value {
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    add("id", Value::from(incident.id.as_str()));
    if let Some(role) = incident.role() {
        add("roleDefinitionId", Value::from(role.id.to_string()));
        add("roleDisplayName", Value::from(role.display_name.as_str()));
    }
    if let Some(assignee) = incident.assignee() {
        add("assigneeId", Value::from(assignee.id.to_string()));
        add("assigneeDisplayName", Value::from(assignee.display_name.as_str()));
        add(
            "assigneeUserPrincipalName",
            Value::from(assignee.user_principal_name.as_deref()),
        );
    }
    match &incident.matter {
        Matter::Approvers { reachable, .. } => add("reachableApprovers", Value::from(*reachable)),
        Matter::Mail {
            recipient,
            given_up,
            last_error,
        } => {
            add("recipient", Value::from(recipient.as_str()));
            add("messagesGivenUp", Value::from(*given_up));
            add("lastError", Value::from(last_error.as_deref()));
        }
        Matter::BreakGlass {
            last_sign_in,
            last_activation,
            ..
        } => {
            add("lastSignInDateTime", time(*last_sign_in));
            add("lastActivationDateTime", time(*last_activation));
        }
        Matter::Standing {
            holders, threshold, ..
        } => {
            add("permanentHolders", Value::from(*holders));
            add("threshold", Value::from(*threshold));
        }
        Matter::Unrevoked { ended_at, .. } => add("endDateTime", Value::from(ended_at.to_string())),
        // These belong to Graph's alerts.
        Matter::License { .. }
        | Matter::Role { .. }
        | Matter::Unused { .. }
        | Matter::OutsidePim { .. }
        | Matter::Sequence { .. }
        | Matter::Stale { .. }
        | Matter::Administrator { .. } => {}
    }
    Value::Object(members)
}
