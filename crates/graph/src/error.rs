//! Errors as Graph words them: status, code, message, and details that Graph does not give
//! (schedules dossier, 2.7 and 11; directory dossier, B7).

mod directory;
mod pim;
mod protocol;
mod query;

use std::borrow::Cow;

use crate::description::Method;
use model::Instant;
use serde_json::{Map, Value, json};

pub use self::pim::{FailedRule, FailureText, RuleMessage};

/// An answer that is not the one hoped for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct GraphError {
    /// The HTTP status.
    pub status: u16,
    /// What programs read.
    pub code: Cow<'static, str>,
    /// What people read; some programs do too.
    pub message: Cow<'static, str>,
    /// What exactly is wrong, item by item.
    pub details: Vec<ErrorDetail>,
    /// With a 401, the claims that the client is to ask its authority for, as JSON.
    pub claims: Option<Box<str>>,
    /// With a 405, the methods that the path has, for the `Allow` header (RFC 9110, 15.5.6).
    pub allowed: Vec<Method>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDetail {
    /// What kind.
    pub code: Cow<'static, str>,
    /// In words.
    pub message: String,
    /// The property, rule or option that it is about.
    pub target: Option<String>,
}

impl GraphError {
    /// An error without details.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            details: Vec::new(),
            claims: None,
            allowed: Vec::new(),
        }
    }

    /// The same with one more detail.
    #[must_use]
    pub fn with_detail(
        mut self,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        target: Option<&str>,
    ) -> Self {
        self.details.push(ErrorDetail {
            code: code.into(),
            message: message.into(),
            target: target.map(str::to_owned),
        });
        self
    }

    /// The body of the answer.
    pub fn body(&self, date: Instant, request_id: &str, client_request_id: &str) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), Value::from(self.code.as_ref()));
        error.insert("message".to_owned(), Value::from(self.message.as_ref()));
        if !self.details.is_empty() {
            error.insert("details".to_owned(), self.details.iter().map(detail).collect());
        }
        error.insert(
            "innerError".to_owned(),
            json!({
                "date": date.to_error_date(),
                "request-id": request_id,
                "client-request-id": client_request_id,
            }),
        );
        json!({ "error": error })
    }
}

fn detail(detail: &ErrorDetail) -> Value {
    json!({"code": detail.code, "message": detail.message, "target": detail.target})
}

#[cfg(test)]
mod tests;
