//! Errors as Graph words them: status, code, message, and details that Graph does not give
//! (schedules dossier, 2.7 and 11; directory dossier, B7).

mod alerts;
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
    /// What the headers of the answer say beside it.
    pub hint: Option<Hint>,
}

/// What a client can do about an error, which it reads in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// With a 401, the claims that it is to ask its authority for, as JSON.
    Claims(Box<str>),
    /// With a 405, the methods that the path has, for the `Allow` header (RFC 9110, 15.5.6).
    Allowed(Vec<Method>),
    /// With a 429, when to come again.
    Throttled(Box<Throttled>),
}

/// An allowance that is used up (directory dossier, B8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttled {
    /// In how many whole seconds there is enough again, for the `Retry-After` header.
    pub retry_after: u64,
    /// Whose allowance and which, `User_Application/Write/{appId}/{userId}`, for `x-ms-throttle-scope`.
    pub scope: String,
    /// What is used up, for `x-ms-throttle-information`.
    pub information: &'static str,
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
            hint: None,
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
        let mut inner = Map::new();
        if matches!(self.hint, Some(Hint::Throttled(_))) {
            let status = self.status.to_string();
            inner.insert("code".to_owned(), Value::from(status.as_str()));
            inner.insert("message".to_owned(), Value::from("Please retry after"));
            inner.insert("status".to_owned(), Value::from(status));
        }
        inner.insert("date".to_owned(), Value::from(date.to_error_date()));
        inner.insert("request-id".to_owned(), Value::from(request_id));
        inner.insert("client-request-id".to_owned(), Value::from(client_request_id));
        error.insert("innerError".to_owned(), Value::Object(inner));
        json!({ "error": error })
    }
}

fn detail(detail: &ErrorDetail) -> Value {
    json!({"code": detail.code, "message": detail.message, "target": detail.target})
}

#[cfg(test)]
mod tests;
