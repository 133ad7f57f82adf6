//! The token authority: discovery, keys, and tokens for applications on their own (directory
//! dossier, C5). Interactive sign-in comes with the identity issue.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{Context, Error};
use graph::GraphError;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use identity::client_credentials::{SecretCheck, StoredSecret, check_secret};
use identity::discovery::{DiscoveryDocument, TenantSegment};
use identity::oauth::{OAuthError, TokenResponse};
use identity::{DEFAULT_TOKEN_LIFE, TokenRequest, TokenSubject};
use model::access::PermissionSet;
use model::{AppId, CorrelationId, DirectoryObject, ObjectBody};

use crate::app::App;
use crate::body::Whole;
use crate::{bridge, caller, reply};

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub async fn discovery(State(app): State<App>, Path(tenant): Path<String>, headers: HeaderMap) -> Response {
    let base = caller::base_url(&app, &headers);
    match segment(&app, &tenant) {
        Ok(segment) => {
            let document = DiscoveryDocument::new(&app.options().base_url, &base, &segment);
            reply::plain_json(StatusCode::OK, &document)
        }
        Err(error) => refuse(&app, &error),
    }
}

/// `GET /{tenant}/discovery/v2.0/keys`
pub async fn keys(State(app): State<App>, Path(tenant): Path<String>) -> Response {
    match segment(&app, &tenant) {
        Ok(_) => reply::plain_json(StatusCode::OK, &app.verifier().keys().jwks(app.engine().now())),
        Err(error) => refuse(&app, &error),
    }
}

/// `POST /{tenant}/oauth2/v2.0/token`
pub async fn token(
    State(app): State<App>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    match issue(&app, &tenant, &headers, body).await {
        Ok(token) => reply::plain_json(StatusCode::OK, &token),
        Err(Refused::OAuth(error)) => refuse(&app, &error),
        Err(Refused::Store(error)) => {
            tracing::error!(%error, "the token endpoint could not read the store");
            reply::plain_json(
                StatusCode::SERVICE_UNAVAILABLE,
                &serde_json::json!({"error": "temporarily_unavailable"}),
            )
        }
    }
}

enum Refused {
    OAuth(OAuthError),
    Store(Error),
}

impl From<OAuthError> for Refused {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

async fn issue(
    app: &App,
    tenant: &str,
    headers: &HeaderMap,
    body: Result<Bytes, GraphError>,
) -> Result<TokenResponse, Refused> {
    segment(app, tenant)?;
    let body = body.map_err(|error| OAuthError::MalformedRequest(error.message.into_owned()))?;
    let form = read_form(&body)?;
    let field = |name: &'static str| form.get(name).filter(|value| !value.is_empty());
    let grant_type = field("grant_type").ok_or(OAuthError::MissingParameter("grant_type"))?;
    if grant_type != "client_credentials" {
        return Err(OAuthError::UnsupportedGrantType(grant_type.clone()).into());
    }
    let (client_id, secret) = match basic_credentials(headers) {
        Some(credentials) => credentials,
        None => (
            field("client_id")
                .ok_or(OAuthError::MissingParameter("client_id"))?
                .clone(),
            field("client_secret").ok_or(OAuthError::MissingSecret)?.clone(),
        ),
    };
    let scope = field("scope").ok_or(OAuthError::MissingParameter("scope"))?;
    // A doubled slash before `.default` is what a resource id that ends in one makes of it.
    if !app
        .audiences()
        .accepts_default_scope(&scope.replace("//.default", "/.default"))
    {
        return Err(OAuthError::InvalidScope(scope.clone()).into());
    }
    let unknown = || OAuthError::UnknownClient(client_id.clone());
    let app_id: AppId = client_id.parse().map_err(|_| unknown())?;
    let service = Arc::new(engine::setup::service_caller());
    let found = bridge::read(app.engine(), service, move |cx| client(cx, app_id))
        .await
        .map_err(Refused::Store)?;
    let client = found.ok_or_else(unknown)?;
    let now = app.engine().now();
    match check_secret(&secret, &client.secrets, now) {
        SecretCheck::Accepted => {}
        SecretCheck::Expired => return Err(OAuthError::ExpiredSecret(client_id).into()),
        SecretCheck::Wrong => return Err(OAuthError::WrongSecret(client_id).into()),
    }
    let request = TokenRequest {
        subject: TokenSubject::Application { id: client.object.id },
        app_id,
        app_display_name: Some(client.object.display_name),
        permissions: client.permissions,
        life: DEFAULT_TOKEN_LIFE,
        handles_claims_challenges: form
            .get("claims")
            .is_some_and(|claims| claims.to_ascii_lowercase().contains("cp1")),
    };
    let token = app
        .issuer()
        .mint(&app.verifier().keys(), &request, now, app.engine().entropy())
        .map_err(|error| OAuthError::MalformedRequest(error.to_string()))?;
    Ok(token.into())
}

/// An application with what it takes to prove it and what it may do.
struct Client {
    object: DirectoryObject,
    secrets: Vec<StoredSecret>,
    permissions: PermissionSet,
}

fn client(cx: &Context<'_>, app_id: AppId) -> Result<Option<Client>, Error> {
    let Some(object) = cx.session.service_principal_by_app_id(app_id)? else {
        return Ok(None);
    };
    if !matches!(&object.body, ObjectBody::ServicePrincipal(application) if application.account_enabled) {
        return Ok(None);
    }
    let secrets = cx
        .session
        .client_secrets(app_id)?
        .into_iter()
        .map(|hash| StoredSecret {
            hash: identity::client_credentials::SecretHash::from_bytes(hash),
            expires_at: None,
        })
        .collect();
    Ok(Some(Client {
        object,
        secrets,
        permissions: cx.session.app_permissions(app_id)?,
    }))
}

fn segment(app: &App, tenant: &str) -> Result<TenantSegment, OAuthError> {
    TenantSegment::parse(tenant, app.tenant().id, &[app.tenant().domain.as_str()])
}

fn refuse(app: &App, error: &OAuthError) -> Response {
    let entropy = app.engine().entropy();
    let body = error.body(app.engine().now(), CorrelationId::random(entropy), entropy);
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    reply::plain_json(status, &body)
}

/// `application/x-www-form-urlencoded`; a field given twice is refused (RFC 6749, 3.2).
fn read_form(body: &[u8]) -> Result<BTreeMap<String, String>, OAuthError> {
    let text = std::str::from_utf8(body).map_err(|_| OAuthError::MalformedRequest("not UTF-8".to_owned()))?;
    let mut form = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if form.insert(name.clone(), value).is_some() {
            return Err(OAuthError::MalformedRequest(format!(
                "the parameter {name} is repeated"
            )));
        }
    }
    Ok(form)
}

fn decode(text: &str) -> Result<String, OAuthError> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| OAuthError::MalformedRequest("not UTF-8".to_owned()))
}

/// `client_secret_basic`: both parts are form-encoded inside (RFC 6749, 2.3.1).
fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id).ok()?, decode(secret).ok()?))
}
