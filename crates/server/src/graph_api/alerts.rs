//! Security alerts: dismissing, setting, refreshing and putting right (alerts dossier, A1 and A8).

use axum::response::Response;
use engine::alerts;
use engine::read;
use graph::{GraphError, Key};
use model::AlertName;

use super::request::Request;
use crate::{bridge, reply};

/// Dismisses an alert, or lets it fire again; answers 204.
pub async fn update(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let id = request.id(key)?;
    let is_active = graph::body::alert_activity(&request.body)?;
    request
        .run_write(move |cx| alerts::set_alert_activity(cx, read::alert_name(cx, &id)?, is_active))
        .await?;
    Ok(reply::no_content(&request.call))
}

/// Changes what is set for an alert; answers 204.
pub async fn update_configuration(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (id, body) = (request.id(key)?, request.body.clone());
    let changed = request.run_write(move |cx| {
        let name = read::alert_name(cx, &id)?;
        alerts::change_alert_settings(cx, name, |current| {
            graph::body::alert_settings(name, current, &body)
        })
    });
    changed.await??;
    Ok(reply::no_content(&request.call))
}

/// Scans one alert anew; answers 202 with where to ask how far that has come.
pub async fn refresh(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let id = request.id(key)?;
    let name = request.run_read(move |cx| read::alert_name(cx, &id)).await?;
    begin(request, Some(name)).await
}

/// Scans all alerts of the one scope there is anew.
pub async fn refresh_all(request: &Request) -> Result<Response, GraphError> {
    graph::body::alert_scope(&request.body)?;
    begin(request, None).await
}

async fn begin(request: &Request, name: Option<AlertName>) -> Result<Response, GraphError> {
    let (operation, is_new) = request
        .run_write(move |cx| alerts::begin_refresh(cx, name))
        .await?;
    let location = request.location_in(&graph::sets::ALERT_OPERATIONS, &operation.id);
    if is_new {
        bridge::refresh_alerts(request.app.engine(), operation).await;
    }
    Ok(reply::accepted(&request.call, &location))
}

/// Puts right what an incident is about; answers 200 without a body.
pub async fn remediate(request: &Request, key: &Key, incident: &str) -> Result<Response, GraphError> {
    let (id, incident) = (request.id(key)?, incident.to_owned());
    request
        .run_write(move |cx| alerts::remediate(cx, read::alert_name(cx, &id)?, &incident))
        .await?;
    Ok(reply::done(&request.call))
}
