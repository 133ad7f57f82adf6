//! The token authority: discovery, keys, tokens (directory dossier, C5). Users approve devices where something
//! asks them, which the demo's control routes do; sign-in pages come with the identity issue.

mod client_credentials;
mod form;
mod refusals;
mod users;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::{Context, Error};
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use identity::discovery::{DiscoveryDocument, TenantSegment};
use identity::oauth::{GrantType, OAuthError, TokenResponse};
use identity::{AccessToken, TokenRequest};
use model::{AppId, CorrelationId, DirectoryObject, Instant, ObjectBody};
use serde::Serialize;

use crate::app::App;
use crate::body::Whole;
use crate::{bridge, caller, reply};
use form::Form;
pub(crate) use refusals::Refusals;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub async fn discovery(State(app): State<App>, Path(tenant): Path<String>, headers: HeaderMap) -> Response {
    let base = caller::base_url(&app, &headers);
    let document = segment(&app, &tenant).map(|segment| {
        let has_device_flow = app.device_verification_path().is_some();
        DiscoveryDocument::new(&app.options().base_url, &base, &segment, has_device_flow)
    });
    respond(&app, document.map_err(Refused::OAuth))
}

/// `GET /{tenant}/discovery/v2.0/keys`
pub async fn keys(State(app): State<App>, Path(tenant): Path<String>) -> Response {
    let keys = segment(&app, &tenant).map(|_| app.verifier().keys().jwks(app.engine().now()));
    respond(&app, keys.map_err(Refused::OAuth))
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub async fn device_code(
    State(app): State<App>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    let base = caller::base_url(&app, &headers);
    respond(&app, users::authorize_device(&app, &tenant, &base, body).await)
}

/// `POST /{tenant}/oauth2/v2.0/token`
pub async fn token(
    State(app): State<App>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    respond(&app, issue(&app, &tenant, &headers, body).await)
}

async fn issue(
    app: &App,
    tenant: &str,
    headers: &HeaderMap,
    body: Result<Bytes, GraphError>,
) -> Result<TokenResponse, Refused> {
    segment(app, tenant)?;
    let form = Form::read(body)?;
    match GrantType::parse(form.require("grant_type")?)? {
        GrantType::ClientCredentials => client_credentials::issue(app, headers, &form).await,
        GrantType::DeviceCode => users::redeem_device_code(app, &form).await,
        GrantType::RefreshToken => users::refresh(app, &form).await,
    }
}

/// Why there is no answer.
enum Refused {
    OAuth(OAuthError),
    Store(Error),
}

impl From<OAuthError> for Refused {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

fn respond(app: &App, outcome: Result<impl Serialize, Refused>) -> Response {
    let error = match outcome {
        Ok(body) => return reply::plain_json(StatusCode::OK, &body),
        Err(Refused::OAuth(error)) => error,
        Err(Refused::Store(error)) => {
            tracing::error!(%error, "the token authority could not read the store");
            OAuthError::TemporarilyUnavailable
        }
    };
    let entropy = app.engine().entropy();
    let body = error.body(app.engine().now(), CorrelationId::random(entropy), entropy);
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    reply::plain_json(status, &body)
}

fn segment(app: &App, tenant: &str) -> Result<TenantSegment, OAuthError> {
    TenantSegment::parse(tenant, app.tenant().id, &[app.tenant().domain.as_str()])
}

fn mint(app: &App, request: &TokenRequest, now: Instant) -> Result<AccessToken, OAuthError> {
    app.issuer()
        .mint(&app.verifier().keys(), request, now, app.engine().entropy())
        .map_err(|error| OAuthError::MalformedRequest(error.to_string()))
}

async fn read<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Refused> {
    let service = Arc::new(engine::setup::service_caller());
    bridge::read(app.engine(), service, work)
        .await
        .map_err(Refused::Store)
}

/// The application with this id, if it is there and enabled.
fn application(cx: &Context<'_>, app_id: AppId) -> Result<Option<DirectoryObject>, Error> {
    let found = cx.session.service_principal_by_app_id(app_id)?;
    Ok(found.filter(
        |object| matches!(&object.body, ObjectBody::ServicePrincipal(application) if application.account_enabled),
    ))
}
