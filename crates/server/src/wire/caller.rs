//! Who calls, and how the call came in: bearer token, request ids, base URL.

use std::sync::Arc;

use graph::GraphError;
use http::header::{AUTHORIZATION, HOST, USER_AGENT};
use http::{HeaderMap, HeaderName};
use model::{Caller, CorrelationId, Instant, ids::parse_guid};

use crate::app::App;

/// Bytes of a `User-Agent` that audit rows keep.
const USER_AGENT_BYTES_MAX: usize = 256;

/// What every answer to one call says about it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Fresh for each call.
    pub request_id: CorrelationId,
    /// The client's own id, or ours again.
    pub client_request_id: String,
    /// When it came in.
    pub now: Instant,
    /// Where the tokens come from that it may lack.
    pub authorization_uri: Arc<str>,
}

impl Call {
    /// A call with these headers.
    pub fn new(app: &App, headers: &HeaderMap) -> Self {
        let request_id = CorrelationId::random(app.engine().entropy());
        let client_request_id = headers
            .get("client-request-id")
            .and_then(|value| value.to_str().ok())
            .filter(|text| parse_guid(text).is_ok())
            .map_or_else(|| request_id.to_string(), str::to_owned);
        Self {
            request_id,
            client_request_id,
            now: app.engine().now(),
            authorization_uri: Arc::clone(app.authorization_uri()),
        }
    }
}

/// The caller that the bearer token proves.
///
/// # Errors
/// 401 with Graph's words for what is wrong with the token.
pub fn authenticate(app: &App, headers: &HeaderMap, now: Instant) -> Result<Arc<Caller>, GraphError> {
    let token = bearer(headers).unwrap_or_default();
    let verified = app.verifier().verify(token, now).map_err(|error| {
        if error.is_denial() {
            GraphError::authorization_request_denied()
        } else {
            GraphError::invalid_authentication_token(error.to_string())
        }
    })?;
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.map(|text| text.chars().take(USER_AGENT_BYTES_MAX).collect());
    Ok(Arc::new(verified.caller(address(app, headers), agent)))
}

/// The token after `Bearer`, in any case of the scheme.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    // A token is long, and this check is the fastest.
    let header = std::str::from_utf8(headers.get(AUTHORIZATION)?.as_bytes()).ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The client's address, as far as a trusted proxy tells it.
fn address(app: &App, headers: &HeaderMap) -> Option<String> {
    if !app.options().behind_proxy {
        return None;
    }
    let forwarded = headers.get("x-forwarded-for")?.to_str().ok()?;
    // The last hop is the proxy's own word; what comes before it a client may have made up.
    let last = forwarded.rsplit(',').next()?.trim();
    last.parse::<std::net::IpAddr>()
        .ok()
        .map(|address| address.to_string())
}

/// The base URL under which the client called, for links: they must lead back the same way.
pub fn base_url(app: &App, headers: &HeaderMap) -> String {
    let options = app.options();
    if options.base_url_is_public {
        return options.base_url.clone();
    }
    let host = |name: HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .filter(|host| is_host(host))
    };
    if options.behind_proxy
        && let Some(host) = host(HeaderName::from_static("x-forwarded-host"))
    {
        return format!("https://{host}");
    }
    host(HOST).map_or_else(
        || options.base_url.clone(),
        |host| format!("{}://{host}", app.scheme()),
    )
}

/// Whether a text can be a host with a port, and nothing else that would end up in a link.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_')
        })
}
