//! Tokens for anybody, as a body of JSON wishes for them.

use axum::extract::State;
use axum::response::Response;
use engine::sign_ins::SignIn;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use identity::{AccessToken, DEFAULT_TOKEN_LIFE, TokenRequest, TokenSubject};
use model::access::PermissionSet;
use model::{AppId, DirectoryObject, IsoDuration, ObjectBody, Permission};
use serde::Deserialize;
use serde_json::json;

use super::{find_user, read, service};
use crate::app::App;
use crate::body::Whole;
use crate::caller::Call;
use crate::{bridge, problem, reply};

/// Whose token, and what it says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Wish {
    pub user: Option<String>,
    pub app: bool,
    pub mfa: bool,
    pub acrs: Vec<String>,
    pub scopes: Option<Vec<String>>,
    pub roles: Option<Vec<String>>,
    pub lifetime_seconds: Option<i64>,
}

/// What was made of a wish.
pub struct Minted {
    pub token: AccessToken,
    /// The application that it is for.
    pub client: AppId,
}

/// `POST /ext/v1/demo/token`
pub async fn token(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let minted = async { mint(&app, &read(&body?)?).await };
    match minted.await {
        Ok(Minted { token, .. }) => reply::plain_json(
            StatusCode::OK,
            &json!({"access_token": token.token, "token_type": "Bearer", "expires_in": token.expires_in}),
        ),
        Err(error) => reply::error(&call, &error),
    }
}

/// The token that somebody wishes for.
pub async fn mint(app: &App, wish: &Wish) -> Result<Minted, GraphError> {
    let application = demo_application(app).await?;
    let ObjectBody::ServicePrincipal(facts) = &application.body else {
        return Err(GraphError::bad_request("the demo has no application".to_owned()));
    };
    let app_id = facts.app_id;
    let (subject, permissions) = match (&wish.user, wish.app) {
        (Some(key), false) => {
            let user = find_user(app, key.clone()).await?;
            let subject = TokenSubject::User {
                id: user.id,
                user_principal_name: user.user_principal_name().map(str::to_owned),
                display_name: Some(user.display_name.clone()),
                mfa: wish.mfa,
                authentication_contexts: wish.acrs.clone(),
            };
            (
                subject,
                permissions(wish.scopes.as_deref(), PermissionSet::delegated())?,
            )
        }
        (None, true) => (
            TokenSubject::Application { id: application.id },
            permissions(wish.roles.as_deref(), PermissionSet::all())?,
        ),
        _ => {
            return Err(GraphError::bad_request(
                "say either `user` or `\"app\": true`".to_owned(),
            ));
        }
    };
    let request = TokenRequest {
        subject,
        app_id,
        app_display_name: Some(application.display_name),
        permissions,
        life: wish
            .lifetime_seconds
            .map_or(DEFAULT_TOKEN_LIFE, IsoDuration::from_seconds),
        handles_claims_challenges: false,
    };
    let engine = app.engine();
    let token = app
        .issuer()
        .mint(&app.verifier().keys(), &request, engine.now(), engine.entropy())
        .map_err(|error| GraphError::bad_request(error.to_string()))?;
    let (TokenSubject::User { id, .. } | TokenSubject::Application { id }) = &request.subject;
    let sign_in = SignIn {
        principal: *id,
        client: app_id,
        refused: None,
    };
    bridge::note_sign_in(engine, sign_in).await;
    Ok(Minted {
        token,
        client: app_id,
    })
}

fn permissions(names: Option<&[String]>, default: PermissionSet) -> Result<PermissionSet, GraphError> {
    let Some(names) = names else { return Ok(default) };
    names
        .iter()
        .map(|name| {
            Permission::parse(name)
                .ok_or_else(|| GraphError::bad_request(format!("`{name}` is no permission")))
        })
        .collect()
}

/// The application of the demo's description, whose tokens these are.
async fn demo_application(app: &App) -> Result<DirectoryObject, GraphError> {
    let found = bridge::read(app.engine(), service(), |cx| {
        match cx.session.meta("demoApplication")? {
            Some(id) => match id.parse() {
                Ok(id) => Ok(cx.session.object(id)?),
                Err(_) => Ok(None),
            },
            None => Ok(None),
        }
    });
    let found = found.await.map_err(|error| problem::directory(&error))?;
    found.ok_or_else(|| GraphError::bad_request("the demo has no application".to_owned()))
}
