//! Devices that wait for their users (RFC 8628), shown and settled in place of sign-in pages.

use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use identity::sign_in::{Decision, SignIn, WaitingCode};
use serde::Deserialize;
use serde_json::json;

use super::{find_user, read};
use crate::app::App;
use crate::body::Whole;
use crate::caller::Call;
use crate::reply;

/// Which code, and who signs in how; or that it is declined.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DecisionBody {
    user_code: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    acrs: Vec<String>,
    #[serde(default)]
    decline: bool,
}

/// `GET /ext/v1/demo/device`: the codes that wait.
pub async fn waiting(State(app): State<App>) -> Response {
    let now = app.engine().now();
    let codes = app.device_codes().waiting(now);
    let shown: Vec<_> = codes.iter().map(code).collect();
    reply::plain_json(StatusCode::OK, &json!({"value": shown}))
}

fn code(waiting: &WaitingCode) -> serde_json::Value {
    json!({
        "userCode": waiting.user_code,
        "clientId": waiting.client.to_string(),
        "scope": waiting.scope,
        "expirationDateTime": waiting.expires_at.to_string(),
    })
}

/// `POST /ext/v1/demo/device`: a user approves or declines.
pub async fn decide(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let decided = async {
        let asked: DecisionBody = read(&body?)?;
        let (decision, status) = decision(&app, &asked).await?;
        app.device_codes()
            .decide(&asked.user_code, decision, app.engine().now())
            .map_err(|error| GraphError::bad_request(error.to_string()))?;
        Ok::<_, GraphError>(json!({"userCode": asked.user_code, "status": status}))
    };
    match decided.await {
        Ok(answer) => reply::plain_json(StatusCode::OK, &answer),
        Err(error) => reply::error(&call, &error),
    }
}

async fn decision(app: &App, asked: &DecisionBody) -> Result<(Decision, &'static str), GraphError> {
    match (&asked.user, asked.decline) {
        (Some(key), false) => {
            let sign_in = SignIn {
                user: find_user(app, key.clone()).await?.id,
                mfa: asked.mfa,
                authentication_contexts: asked.acrs.clone(),
            };
            Ok((Decision::Approve(sign_in), "approved"))
        }
        (None, true) => Ok((Decision::Decline, "declined")),
        _ => Err(GraphError::bad_request(
            "say either `user` or `\"decline\": true`".to_owned(),
        )),
    }
}
