//! Answers: bodies and the headers that every Graph client expects (directory dossier, B6).

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use graph::{GraphError, MetadataLevel};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use model::Record;
use serde::Serialize;
use serde_json::Value;

use crate::caller::Call;

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// A body that was made before the answer is built.
fn with_body(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Room for the JSON of a small answer, so that it is not moved as it grows.
const JSON_BYTES: usize = 1024;

/// A body as JSON text.
fn json_text(body: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(JSON_BYTES);
    match serde_json::to_writer(&mut text, body) {
        Ok(()) => text,
        Err(_) => Vec::new(),
    }
}

/// JSON without Graph's dress, for AuthZEN, OAuth and the demo's routes.
pub fn plain_json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = json_text(body);
    let mut response = with_body(status, "application/json", text);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A Graph body.
pub fn graph_json(call: &Call, status: StatusCode, level: MetadataLevel, body: &Value) -> Response {
    let text = json_text(body);
    dress(call, with_body(status, media_type(level), text))
}

/// The media type that names the level (directory dossier, B6).
const fn media_type(level: MetadataLevel) -> &'static str {
    match level {
        MetadataLevel::None => {
            "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        }
        MetadataLevel::Minimal => {
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        }
        MetadataLevel::Full => {
            "application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        }
    }
}

/// A Graph body for something that was made, with where it is.
pub fn created(call: &Call, level: MetadataLevel, location: &str, body: &Value) -> Response {
    let mut response = graph_json(call, StatusCode::CREATED, level, body);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Done, nothing to say.
pub fn no_content(call: &Call) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    dress(call, response)
}

/// The client has what it asked for.
pub fn not_modified(call: &Call) -> Response {
    let mut response = no_content(call);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// An answer that says which preferences were followed.
pub fn with_preferences(mut response: Response, applied: Option<String>) -> Response {
    if let Some(Ok(applied)) = applied.map(|applied| HeaderValue::from_str(&applied)) {
        response.headers_mut().insert(PREFERENCE_APPLIED, applied);
    }
    response
}

/// An answer with the tag of the version that it shows or has made.
pub fn with_tag(mut response: Response, record: &Record) -> Response {
    if let Some(Ok(tag)) = graph::etag(record).map(|tag| HeaderValue::from_str(&tag)) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// A bare number.
pub fn count(call: &Call, count: u64) -> Response {
    dress(call, with_body(StatusCode::OK, "text/plain", count.to_string()))
}

/// `$metadata`.
pub fn metadata(call: &Call, document: String) -> Response {
    dress(call, with_body(StatusCode::OK, "application/xml", document))
}

/// An error body; 401 says where tokens come from.
pub fn error(call: &Call, error: &GraphError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = call.request_id.to_string();
    let body = error.body(call.now, &request_id, &call.client_request_id);
    let text = json_text(&body);
    let mut response = dress(call, with_body(status, "application/json", text));
    if status == StatusCode::UNAUTHORIZED {
        let mut challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{}\", client_id=\"{}\"",
            call.authorization_uri,
            identity::GRAPH_APP_ID
        );
        if let Some(claims) = &error.claims {
            let claims = BASE64.encode(claims.as_bytes());
            challenge.push_str(&format!(", error=\"insufficient_claims\", claims=\"{claims}\""));
        }
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
    }
    let allowed: Vec<&str> = error.allowed.iter().map(|method| method.as_str()).collect();
    if !allowed.is_empty()
        && let Ok(allowed) = HeaderValue::from_str(&allowed.join(", "))
    {
        response.headers_mut().insert(http::header::ALLOW, allowed);
    }
    // The rest of a body that is too large is not read, so nothing can follow it.
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        response
            .headers_mut()
            .insert(http::header::CONNECTION, HeaderValue::from_static("close"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(http::header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn dress(call: &Call, mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(id) = HeaderValue::from_str(&call.request_id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(id) = HeaderValue::from_str(&call.client_request_id) {
        headers.insert(CLIENT_REQUEST_ID, id);
    }
    response
}
