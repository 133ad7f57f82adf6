//! The demo's own routes: tokens for anybody, a clock to move, the outbox. They exist only in
//! `tenure demo`, on loopback, in a throw-away tenant, and need no token.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use identity::{DEFAULT_TOKEN_LIFE, TokenRequest, TokenSubject};
use model::access::PermissionSet;
use model::{Clock as _, DirectoryObject, Instant, IsoDuration, ObjectBody, Permission};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::body::Whole;
use crate::caller::Call;
use crate::{bridge, outbox, problem, reply};

/// Messages that one outbox page shows at the most.
const OUTBOX_ROWS_MAX: u32 = 999;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenBody {
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    app: bool,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    acrs: Vec<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    roles: Option<Vec<String>>,
    #[serde(default)]
    lifetime_seconds: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockBody {
    #[serde(default)]
    advance: Option<String>,
    #[serde(default)]
    set: Option<String>,
}

/// `POST /ext/v1/demo/token`
pub async fn token(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    match mint(&app, body).await {
        Ok(answer) => reply::plain_json(StatusCode::OK, &answer),
        Err(error) => reply::error(&call, &error),
    }
}

async fn mint(app: &App, body: Result<Bytes, GraphError>) -> Result<serde_json::Value, GraphError> {
    let body = body?;
    let asked: TokenBody = read(&body)?;
    let application = demo_application(app).await?;
    let ObjectBody::ServicePrincipal(facts) = &application.body else {
        return Err(GraphError::bad_request("the demo has no application".to_owned()));
    };
    let app_id = facts.app_id;
    let (subject, permissions) = match (&asked.user, asked.app) {
        (Some(key), false) => {
            let user = find_user(app, key.clone()).await?;
            let subject = TokenSubject::User {
                id: user.id,
                user_principal_name: user.user_principal_name().map(str::to_owned),
                display_name: Some(user.display_name.clone()),
                mfa: asked.mfa,
                authentication_contexts: asked.acrs.clone(),
            };
            (subject, permissions(asked.scopes.as_deref(), delegated())?)
        }
        (None, true) => (
            TokenSubject::Application { id: application.id },
            permissions(asked.roles.as_deref(), PermissionSet::all())?,
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
        life: asked
            .lifetime_seconds
            .map_or(DEFAULT_TOKEN_LIFE, IsoDuration::from_seconds),
        handles_claims_challenges: false,
    };
    let engine = app.engine();
    let minted = app
        .issuer()
        .mint(&app.verifier().keys(), &request, engine.now(), engine.entropy())
        .map_err(|error| GraphError::bad_request(error.to_string()))?;
    Ok(json!({"access_token": minted.token, "token_type": "Bearer", "expires_in": minted.expires_in}))
}

/// Everything but what only an application can be given.
fn delegated() -> PermissionSet {
    Permission::ALL
        .iter()
        .copied()
        .filter(|permission| *permission != Permission::AccessEvaluateAll)
        .collect()
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

/// `GET /ext/v1/demo/clock`
pub async fn clock(State(app): State<App>) -> Response {
    reply::plain_json(StatusCode::OK, &json!({"now": app.engine().now().to_string()}))
}

/// `POST /ext/v1/demo/clock`: moves the clock and announces what is due before it answers.
pub async fn move_clock(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let moved = async {
        let to = destination(app.engine().clock().now(), &read(&body?)?)?;
        app.engine().clock().advance_to(to);
        bridge::announce(app.engine())
            .await
            .map_err(|error| problem::directory(&error))
    };
    match moved.await {
        Ok(_) => clock(State(app)).await,
        Err(error) => reply::error(&call, &error),
    }
}

fn destination(now: Instant, asked: &ClockBody) -> Result<Instant, GraphError> {
    let to = match (&asked.advance, &asked.set) {
        (Some(span), None) => {
            let span: IsoDuration = span
                .parse()
                .map_err(|_| GraphError::bad_request("`advance` is not a duration".to_owned()))?;
            now.saturating_add(span)
        }
        (None, Some(instant)) => {
            Instant::parse(instant).map_err(|error| GraphError::bad_request(format!("`set`: {error}")))?
        }
        _ => {
            return Err(GraphError::bad_request(
                "say either `advance` or `set`".to_owned(),
            ));
        }
    };
    if to < now {
        return Err(GraphError::bad_request("the clock only goes forward".to_owned()));
    }
    Ok(to)
}

/// `GET /ext/v1/demo/outbox`: the messages of everything that has happened so far.
pub async fn messages(State(app): State<App>, uri: http::Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let listed = async {
        let options = odata::options::RawOptions::parse(uri.query().unwrap_or_default())
            .map_err(|error| GraphError::bad_request(error.to_string()))?;
        let top = options.top.unwrap_or(OUTBOX_ROWS_MAX).min(OUTBOX_ROWS_MAX);
        let messages = async {
            bridge::post_notices(app.engine()).await?;
            bridge::read(app.engine(), service(), move |cx| Ok(cx.session.messages(top)?)).await
        };
        messages.await.map_err(|error| problem::directory(&error))
    };
    match listed.await {
        Ok(messages) => {
            let style = app.letter_style();
            let rows: Vec<_> = messages
                .iter()
                .map(|message| outbox::message(message, &style))
                .collect();
            reply::plain_json(StatusCode::OK, &json!({"value": rows}))
        }
        Err(error) => reply::error(&call, &error),
    }
}

fn service() -> Arc<model::Caller> {
    Arc::new(engine::setup::service_caller())
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, GraphError> {
    serde_json::from_slice(body).map_err(|error| GraphError::bad_request(error.to_string()))
}
