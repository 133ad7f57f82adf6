//! `$batch`: several requests in one, each answered as if it had come alone (directory dossier, B9). What
//! does not depend on anything that is left runs at the same time.

use std::future::Future;
use std::pin::Pin;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use graph::{GraphError, MetadataLevel, Version};
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, HeaderName, LOCATION, RETRY_AFTER,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request as HttpRequest, StatusCode, Uri};
use http_body_util::BodyExt as _;
use odata::batch::{self, BatchRequest};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use crate::app::App;
use crate::caller::Call;
use crate::reply;

/// What cannot stand in a request target as it is. `%` can: clients encode some of it themselves.
const NOT_IN_TARGETS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The host that clients write where they do not write ours.
const GRAPH_HOST: &str = "graph.microsoft.com";
/// The headers of the batch that each of its requests has too, and not one of its own: who calls, and how.
const SHARED_HEADERS: [HeaderName; 4] = [
    AUTHORIZATION,
    HOST,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-for"),
];
/// What each has of the batch unless it has one of its own.
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
/// The headers of an answer that the client gets to see.
const SHOWN_HEADERS: [HeaderName; 6] = [
    CONTENT_TYPE,
    CACHE_CONTROL,
    HeaderName::from_static("odata-version"),
    LOCATION,
    ETAG,
    RETRY_AFTER,
];

/// Does what a batch asks for and answers with what came of each.
pub async fn answer(
    app: &App,
    call: &Call,
    version: Version,
    outer: &Parts,
    body: &[u8],
) -> Result<Response, GraphError> {
    let envelope = graph::body::json(body)?;
    let requests = batch::read(&envelope).map_err(|error| GraphError::bad_request(error.to_string()))?;
    let mut answers: Vec<Option<Answer>> = requests.iter().map(|_| None).collect();
    while answers.iter().any(Option::is_none) {
        let mut running = JoinSet::new();
        for (place, request) in requests.iter().enumerate() {
            let Some(ready) = readiness(request, &answers).filter(|_| is_open(&answers, place)) else {
                continue;
            };
            match (ready, target(outer, version, &request.url)) {
                (Ready::No, _) => set(
                    &mut answers,
                    place,
                    Answer::of(call, &GraphError::failed_dependency()),
                ),
                (Ready::Yes, Err(error)) => set(&mut answers, place, Answer::of(call, &error)),
                (Ready::Yes, Ok(target)) => {
                    let one = alone(outer, request, target);
                    let app = app.clone();
                    running.spawn(async move {
                        match one {
                            Ok(one) => (place, Ok(Answer::read(handled(app, one).await).await)),
                            Err(error) => (place, Err(error)),
                        }
                    });
                }
            }
        }
        while let Some(done) = running.join_next().await {
            // A panic is caught further in; here it would have no place to go to.
            let (place, answer) = done.map_err(|_| GraphError::internal())?;
            set(
                &mut answers,
                place,
                answer.unwrap_or_else(|error| Answer::of(call, &error)),
            );
        }
    }
    let shown = requests
        .iter()
        .zip(answers)
        .map(|(request, answer)| shown(&request.id, answer));
    let body = json!({"responses": shown.collect::<Vec<_>>()});
    Ok(reply::graph_json(
        call,
        StatusCode::OK,
        MetadataLevel::Minimal,
        &body,
    ))
}

enum Ready {
    Yes,
    No,
}

/// Whether everything that a request depends on is done, and well. None while it is not done.
fn readiness(request: &BatchRequest, answers: &[Option<Answer>]) -> Option<Ready> {
    let mut all_well = true;
    for place in &request.depends_on {
        let answer = answers.get(*place).and_then(Option::as_ref)?;
        all_well &= answer.status.is_success();
    }
    Some(if all_well { Ready::Yes } else { Ready::No })
}

fn is_open(answers: &[Option<Answer>], place: usize) -> bool {
    answers.get(place).is_some_and(Option::is_none)
}

fn set(answers: &mut [Option<Answer>], place: usize, answer: Answer) {
    if let Some(open) = answers.get_mut(place) {
        *open = Some(answer);
    }
}

/// The way of any other request. Boxed, because a batch is itself on that way.
fn handled(app: App, request: HttpRequest<Body>) -> Pin<Box<dyn Future<Output = Response> + Send>> {
    Box::pin(super::handle_one(app, request, super::Nesting::InBatch))
}

/// The request target that a URL means: relative to the version's root, or absolute on this host.
fn target(outer: &Parts, version: Version, url: &str) -> Result<Uri, GraphError> {
    let elsewhere = || GraphError::bad_request(format!("The url '{url}' is not one of this service."));
    let path = match url.split_once("://") {
        Some((_, rest)) if !url.starts_with('/') => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let own = outer.headers.get(HOST).and_then(|host| host.to_str().ok());
            let is_own = own.is_some_and(|own| own.eq_ignore_ascii_case(host));
            if !is_own && !host.eq_ignore_ascii_case(GRAPH_HOST) {
                return Err(elsewhere());
            }
            path
        }
        _ => url,
    };
    let path = path.trim_start_matches('/');
    let first = path.split(['/', '?']).next().unwrap_or_default();
    let has_version = Version::parse(first).is_some();
    let target = if has_version {
        format!("/{path}")
    } else {
        format!("/{}/{path}", version.as_str())
    };
    let encoded = utf8_percent_encode(&target, NOT_IN_TARGETS).to_string();
    encoded.parse().map_err(|_| elsewhere())
}

/// A request of the batch as if it had come alone.
fn alone(outer: &Parts, request: &BatchRequest, target: Uri) -> Result<HttpRequest<Body>, GraphError> {
    let method =
        Method::from_bytes(request.method.as_bytes()).map_err(|_| GraphError::method_not_allowed())?;
    let body = match &request.body {
        None => Body::empty(),
        Some(body) => Body::from(body.to_string()),
    };
    let mut one = HttpRequest::new(body);
    *one.method_mut() = method;
    *one.uri_mut() = target;
    let headers = one.headers_mut();
    for (name, value) in &request.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let own_id = headers.remove(&CLIENT_REQUEST_ID);
    for name in &SHARED_HEADERS {
        headers.remove(name);
        if let Some(value) = outer.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    if let Some(id) = own_id.or_else(|| outer.headers.get(&CLIENT_REQUEST_ID).cloned()) {
        headers.insert(CLIENT_REQUEST_ID, id);
    }
    Ok(one)
}

/// What came of one request.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    /// What was refused before it was begun.
    fn of(call: &Call, error: &GraphError) -> Self {
        Self {
            status: StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]),
            body: error.body(call.now, &call.request_id.to_string(), &call.client_request_id),
        }
    }

    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        // Our own answers are made before they are sent, and so can be read whole.
        let bytes = body
            .collect()
            .await
            .map(|body| body.to_bytes())
            .unwrap_or_default();
        let media = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|media| media.to_str().ok());
        let body = match media.unwrap_or_default() {
            _ if bytes.is_empty() => Value::Null,
            media if media.starts_with("application/json") => {
                serde_json::from_slice(&bytes).unwrap_or_default()
            }
            media if media.starts_with("text/") => Value::from(String::from_utf8_lossy(&bytes)),
            _ => Value::from(BASE64.encode(&bytes)),
        };
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

fn shown(id: &str, answer: Option<Answer>) -> Value {
    let Some(answer) = answer else { return Value::Null };
    let mut headers = Map::new();
    for name in &SHOWN_HEADERS {
        if let Some(Ok(value)) = answer.headers.get(name).map(HeaderValue::to_str) {
            headers.insert(title(name), Value::from(value));
        }
    }
    let mut shown = Map::new();
    shown.insert("id".to_owned(), Value::from(id));
    shown.insert("status".to_owned(), Value::from(answer.status.as_u16()));
    shown.insert("headers".to_owned(), Value::Object(headers));
    if !answer.body.is_null() {
        shown.insert("body".to_owned(), answer.body);
    }
    Value::Object(shown)
}

/// `content-type` as `Content-Type`; `OData-Version` and `ETag` as they are written.
fn title(name: &HeaderName) -> String {
    match name.as_str() {
        "odata-version" => "OData-Version".to_owned(),
        "etag" => "ETag".to_owned(),
        other => other
            .split('-')
            .map(|word| {
                let (first, rest) = word.split_at(1.min(word.len()));
                first.to_ascii_uppercase() + rest
            })
            .collect::<Vec<_>>()
            .join("-"),
    }
}
