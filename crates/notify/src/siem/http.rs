//! A collector that batches are posted to, as `{"records":[…]}`; an answer of 2xx says that it has them.

use std::net::IpAddr;
use std::path::PathBuf;

use ureq::Agent;
use ureq::http::{StatusCode, Uri};

use super::{Collector, Parcel, RetryAfter, Undelivered};

/// Characters of an answer that are kept.
const ANSWER_CHARS_MAX: usize = 200;
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// What an answer shows in place of a secret that it repeats.
const SECRET_SHOWN: &str = "***";

/// How the collector knows us. Secrets are read for each batch, so that a new one counts at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Not at all.
    None,
    /// By a bearer token, which is all that the file holds.
    Token(PathBuf),
    /// By a header, which the file holds as `Name: value`.
    Header(PathBuf),
}

impl Secret {
    /// The header, if there is one.
    fn header(&self) -> Result<Option<(String, String)>, Undelivered> {
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path)
                .map(|text| text.trim().to_owned())
                .map_err(|error| Undelivered::because(format!("cannot read {}: {error}", path.display())))
        };
        Ok(match self {
            Self::None => None,
            Self::Token(path) => Some(("authorization".to_owned(), format!("Bearer {}", read(path)?))),
            Self::Header(path) => {
                let text = read(path)?;
                let (name, value) = text.split_once(':').ok_or_else(|| {
                    Undelivered::because(format!("{} is not of the form `Name: value`", path.display()))
                })?;
                Some((name.trim().to_owned(), value.trim().to_owned()))
            }
        })
    }
}

/// Where batches are posted.
pub struct HttpCollector {
    /// Posts them. An answer that is no success is no error to it.
    pub agent: Agent,
    /// Where.
    pub url: String,
    /// How it knows us.
    pub secret: Secret,
}

impl Collector for HttpCollector {
    fn deliver(&self, batch: &[Parcel]) -> Result<(), Undelivered> {
        let secret = self.secret.header()?;
        let mut request = self.agent.post(&self.url).content_type("application/json");
        if let Some((name, value)) = &secret {
            request = request.header(name, value);
        }
        let mut answer = request
            .send(body(batch))
            .map_err(|error| Undelivered::because(format!("{}: {error}", self.url)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let asked = answer.headers().get("retry-after");
        let retry_after = asked.and_then(|asked| RetryAfter::parse(asked.to_str().ok()?));
        let text = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_string()
            .unwrap_or_default();
        let shown = match &secret {
            Some((_, value)) => text.replace(value.trim_start_matches("Bearer "), SECRET_SHOWN),
            None => text,
        };
        let words: String = shown
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(ANSWER_CHARS_MAX)
            .collect();
        Err(Undelivered {
            reason: format!("{} answers {status}: {words}", self.url),
            retry_after,
            is_too_large: status == StatusCode::PAYLOAD_TOO_LARGE,
        })
    }
}

/// `{"records":[…]}`
fn body(batch: &[Parcel]) -> String {
    let records: Vec<&str> = batch.iter().map(|parcel| parcel.body.as_str()).collect();
    format!("{{\"records\":[{}]}}", records.join(","))
}

/// Whether a URL leads to this machine only; none if it is no URL of HTTP, or has a name or password in it.
pub fn is_loopback_url(url: &str) -> Option<bool> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    if !is_http || authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host().trim_matches(['[', ']']);
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    Some(host.eq_ignore_ascii_case("localhost") || is_loopback)
}
