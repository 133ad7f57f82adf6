//! Answers: bodies and the headers that every Graph client expects (directory dossier, B6).

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use graph::{GraphError, Hint, MetadataLevel};
use http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, ETAG, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use model::Record;
use serde::Serialize;

use crate::caller::Call;

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const THROTTLE_INFORMATION: HeaderName = HeaderName::from_static("x-ms-throttle-information");
const THROTTLE_SCOPE: HeaderName = HeaderName::from_static("x-ms-throttle-scope");

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

/// A body as JSON text. One that cannot be written is our fault, whatever was to be said.
fn with_json(status: StatusCode, content_type: &'static str, body: &impl Serialize) -> Response {
    let mut text = Vec::with_capacity(JSON_BYTES);
    match serde_json::to_writer(&mut text, body) {
        Ok(()) => with_body(status, content_type, text),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            with_body(StatusCode::INTERNAL_SERVER_ERROR, content_type, Body::empty())
        }
    }
}

/// JSON without Graph's dress, for AuthZEN, OAuth and the demo's routes.
pub fn plain_json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = with_json(status, "application/json", body);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Text without Graph's dress.
pub fn plain(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = with_body(StatusCode::OK, content_type, body);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A Graph body.
pub fn graph_json(call: &Call, status: StatusCode, level: MetadataLevel, body: &impl Serialize) -> Response {
    dress(call, with_json(status, media_type(level), body))
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
pub fn created(call: &Call, level: MetadataLevel, location: &str, body: &impl Serialize) -> Response {
    let mut response = graph_json(call, StatusCode::CREATED, level, body);
    set(&mut response, LOCATION, location);
    response
}

/// Done, nothing to say.
pub fn no_content(call: &Call) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    dress(call, response)
}

/// It goes on; `location` says how far it has come.
pub fn accepted(call: &Call, location: &str) -> Response {
    let mut response = no_content(call);
    *response.status_mut() = StatusCode::ACCEPTED;
    set(&mut response, LOCATION, location);
    response
}

/// Done, nothing to say, and a status that says so less clearly.
pub fn done(call: &Call) -> Response {
    let mut response = no_content(call);
    *response.status_mut() = StatusCode::OK;
    response
}

/// The client has what it asked for.
pub fn not_modified(call: &Call) -> Response {
    let mut response = no_content(call);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// An answer that says which preferences were followed.
pub fn with_preferences(mut response: Response, applied: Option<String>) -> Response {
    if let Some(applied) = applied {
        set(&mut response, PREFERENCE_APPLIED, &applied);
    }
    response
}

/// An answer with the tag of the version that it shows or has made.
pub fn with_tag(mut response: Response, record: &Record) -> Response {
    if let Some(tag) = graph::etag(record) {
        set(&mut response, ETAG, &tag);
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

/// A document that is the same for everybody, as JSON text.
pub fn document(call: &Call, text: &'static str) -> Response {
    dress(call, with_body(StatusCode::OK, "application/json", text))
}

/// An error body; 401 says where tokens come from.
pub fn error(call: &Call, error: &GraphError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = call.request_id.to_string();
    let body = error.body(call.now, &request_id, &call.client_request_id);
    let mut response = dress(call, with_json(status, "application/json", &body));
    if status == StatusCode::UNAUTHORIZED {
        let mut challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{}\", client_id=\"{}\"",
            call.authorization_uri,
            identity::GRAPH_APP_ID
        );
        if let Some(Hint::Claims(claims)) = &error.hint {
            let claims = BASE64.encode(claims.as_bytes());
            challenge.push_str(&format!(", error=\"insufficient_claims\", claims=\"{claims}\""));
        }
        set(&mut response, WWW_AUTHENTICATE, &challenge);
    }
    match &error.hint {
        Some(Hint::Throttled(throttled)) => {
            set(&mut response, RETRY_AFTER, &throttled.retry_after.to_string());
            set(&mut response, THROTTLE_INFORMATION, throttled.information);
            set(&mut response, THROTTLE_SCOPE, &throttled.scope);
        }
        Some(Hint::Allowed(methods)) => {
            let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            set(&mut response, ALLOW, &methods.join(", "));
        }
        Some(Hint::Claims(_)) | None => {}
    }
    // The rest of a body that is too large is not read, so nothing can follow it.
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        set(&mut response, CONNECTION, "close");
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(&mut response, RETRY_AFTER, "1");
    }
    response
}

/// Says something in a header, unless it cannot stand in one.
fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn dress(call: &Call, mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    set(&mut response, REQUEST_ID, &call.request_id.to_string());
    set(&mut response, CLIENT_REQUEST_ID, &call.client_request_id);
    response
}

#[cfg(test)]
mod tests {
    use serde::ser::{Error as _, Serializer};

    use super::*;

    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }

    #[test]
    fn an_answer_that_cannot_be_written_is_not_a_good_one() {
        let answer = plain_json(StatusCode::OK, &Unwritable);
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
