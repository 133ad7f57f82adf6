//! The demo's own routes: tokens for anybody, devices to approve, a managed identity, a clock to move, a
//! licence to take away, the outbox. They exist only in `tenure demo`, on loopback, in a throw-away tenant, and need no token.

mod clock;
mod device;
mod licence;
mod managed_identity;
mod messages;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use graph::GraphError;
use model::{DirectoryObject, ObjectBody};
use serde::Deserialize;

use crate::app::App;
use crate::{bridge, problem};

/// Where waiting devices are shown and approved.
pub const DEVICE_PATH: &str = "/ext/v1/demo/device";

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ext/v1/demo/token", post(token::token))
        .route(DEVICE_PATH, get(device::waiting).post(device::decide))
        .route("/ext/v1/demo/clock", get(clock::show).post(clock::advance))
        .route("/ext/v1/demo/licence", get(licence::show).put(licence::change))
        .route("/ext/v1/demo/outbox", get(messages::list))
        .route("/msi/token", get(managed_identity::token))
}

/// A user by user principal name or id.
async fn find_user(app: &App, key: String) -> Result<DirectoryObject, GraphError> {
    let unknown = format!("there is no user `{key}`");
    let found = bridge::read(app.engine(), service(), move |cx| {
        Ok(match key.parse() {
            Ok(id) => cx.session.object(id)?,
            Err(_) => cx.session.object_by_user_principal_name(&key)?,
        })
    });
    let found = found.await.map_err(|error| problem::directory(&error))?;
    found
        .filter(|object| matches!(object.body, ObjectBody::User(_)))
        .ok_or_else(|| GraphError::bad_request(unknown))
}

fn service() -> Arc<model::Caller> {
    Arc::new(engine::setup::service_caller())
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, GraphError> {
    serde_json::from_slice(body).map_err(|error| GraphError::bad_request(error.to_string()))
}
