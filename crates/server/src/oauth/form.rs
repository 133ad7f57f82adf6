//! What clients send to the authority: a form, and perhaps credentials in the header.

use std::collections::BTreeMap;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graph::GraphError;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use identity::oauth::OAuthError;
use model::AppId;

/// The fields of a form, each once and none of them empty.
#[derive(Debug)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`; a field given twice is refused (RFC 6749, 3.2), an empty one
    /// counts as absent.
    pub fn read(body: Result<Bytes, GraphError>) -> Result<Self, OAuthError> {
        let body = body.map_err(|error| OAuthError::MalformedRequest(error.message.into_owned()))?;
        let text =
            std::str::from_utf8(&body).map_err(|_| OAuthError::MalformedRequest("not UTF-8".to_owned()))?;
        let mut fields = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if fields.insert(name.clone(), value).is_some() {
                return Err(OAuthError::MalformedRequest(format!(
                    "the parameter {name} is repeated"
                )));
            }
        }
        fields.retain(|_, value| !value.is_empty());
        Ok(Self(fields))
    }

    /// A field, if it is there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that has to be there.
    pub fn require(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::MissingParameter(name))
    }

    /// The `client_id`, which is the id of an application wherever it means anything.
    pub fn client_id(&self) -> Result<AppId, OAuthError> {
        let id = self.require("client_id")?;
        id.parse().map_err(|_| OAuthError::UnknownClient(id.to_owned()))
    }

    /// Whether the client says in `claims` that it answers claims challenges.
    pub fn handles_claims_challenges(&self) -> bool {
        self.get("claims")
            .is_some_and(|claims| claims.to_ascii_lowercase().contains("cp1"))
    }
}

fn decode(text: &str) -> Result<String, OAuthError> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| OAuthError::MalformedRequest("not UTF-8".to_owned()))
}

/// `client_secret_basic`: both parts are form-encoded inside (RFC 6749, 2.3.1).
pub fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id).ok()?, decode(secret).ok()?))
}
