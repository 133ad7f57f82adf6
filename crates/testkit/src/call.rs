//! Calls of the API without a socket: a request goes into the router and the answer comes out.

use axum::Router;
use axum::body::{Body, Bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null if it is empty, a string if it is not JSON.
    pub body: Value,
}

impl Answer {
    /// The body, if the status is the expected one.
    ///
    /// # Panics
    /// With the whole answer, if it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The code of the error in the body.
    pub fn error_code(&self) -> &str {
        self.body
            .pointer("/error/code")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// An answer whose body is taken piece by piece.
#[derive(Debug)]
pub struct Opened {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    body: Body,
}

impl Opened {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// If the body is broken off, as a client sees its connection end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        loop {
            match self.body.frame().await? {
                Ok(frame) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Some(Ok(data)),
                    _ => {}
                },
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Sends one request; a body makes it JSON.
pub(crate) async fn send(
    router: &Router,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    let Opened {
        status,
        headers,
        body,
    } = open(router, method, path, token, body).await;
    let bytes = body.collect().await.expect("the body is read").to_bytes();
    let body = match bytes.as_ref() {
        [] => Value::Null,
        text => serde_json::from_slice(text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(text).into_owned())),
    };
    Answer {
        status,
        headers,
        body,
    }
}

/// Sends one request, and leaves the body of the answer to be taken.
pub(crate) async fn open(
    router: &Router,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Opened {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match body {
        Some(body) => {
            request = request.header(CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    let request = request.body(body).expect("the request is well formed");
    let response = match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    Opened {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}
