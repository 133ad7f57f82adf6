//! The endpoint from which programs on Azure get a token of their managed identity (App Service, version
//! 2019-08-01; clients dossier, section 4). Whose token it is, a user's included, the identity header says.

use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::read;
use super::token::{Wish, mint};
use crate::app::App;
use crate::reply;

/// What programs send of `IDENTITY_HEADER`.
const IDENTITY_HEADER: &str = "x-identity-header";
/// The header that asks for the application's own token.
const APPLICATION: &str = "app";

/// `GET /msi/token?resource=…&api-version=2019-08-01`
pub async fn token(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    match answer(&app, &uri, &headers).await {
        Ok(body) => reply::plain_json(StatusCode::OK, &body),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            let body = json!({"statusCode": error.status, "message": error.message});
            reply::plain_json(status, &body)
        }
    }
}

async fn answer(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Value, GraphError> {
    let resource = resource(uri.query().unwrap_or_default())
        .ok_or_else(|| GraphError::bad_request("`resource` is missing".to_owned()))?;
    let asked = resource.strip_suffix("/.default").unwrap_or(&resource);
    if !app.audiences().accepts(asked) {
        return Err(GraphError::bad_request(format!("`{resource}` is not here")));
    }
    let header = headers
        .get(IDENTITY_HEADER)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
        .ok_or_else(|| GraphError::bad_request(format!("the header {IDENTITY_HEADER} is missing")))?;
    let minted = mint(app, &wish(header)?).await?;
    Ok(json!({
        "access_token": minted.token.token,
        "client_id": minted.client.to_string(),
        "expires_on": minted.token.expires_at.as_seconds().to_string(),
        "resource": resource,
        "token_type": "Bearer",
    }))
}

/// `app`, a user, or what `POST /ext/v1/demo/token` takes.
fn wish(header: &str) -> Result<Wish, GraphError> {
    let header = header.trim();
    if header.starts_with('{') {
        return read(header.as_bytes());
    }
    Ok(if header == APPLICATION {
        Wish {
            app: true,
            ..Wish::default()
        }
    } else {
        Wish {
            user: Some(header.to_owned()),
            ..Wish::default()
        }
    })
}

fn resource(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("resource="))?;
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    Some(decoded.into_owned())
}
