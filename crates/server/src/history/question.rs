//! A question about the past: who asks, its parameters, and the link to its next page.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use engine::history::Paging;
use engine::read::PageTokenKey;
use engine::{Context, Error};
use graph::GraphError;
use http::{HeaderMap, Uri};
use model::{Caller, CallerKind, Instant, ObjectId, Permission};
use odata::options::RawOptions;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::app::App;
use crate::caller::{self, Call};
use crate::{bridge, problem};

/// What a token needs to read the past.
const PERMISSION: Permission = Permission::AuditLogReadAll;
/// What it needs to read what is the caller's own.
const OWN: Permission = Permission::UserRead;

/// A question whose token is good and whose parameters are known.
pub struct Question {
    app: App,
    caller: Arc<Caller>,
    options: RawOptions,
    /// The URL without its query.
    url: String,
}

impl Question {
    /// Reads a question with these parameters, beside `$top` and `$skiptoken`.
    pub fn read(
        app: &App,
        call: &Call,
        uri: &Uri,
        headers: &HeaderMap,
        known: &[&str],
    ) -> Result<Self, GraphError> {
        let caller = caller::authenticate(app, headers, call.now)?;
        let options = RawOptions::parse(uri.query().unwrap_or_default())
            .map_err(|error| GraphError::bad_request(error.to_string()))?;
        for (index, (name, _)) in options.others.iter().enumerate() {
            if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                return Err(unsupported(name));
            }
            let earlier = options.others.iter().take(index);
            if earlier
                .into_iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
            {
                return Err(GraphError::bad_request(format!(
                    "`{name}` is there more than once."
                )));
            }
        }
        let asked = [
            ("$filter", options.filter.is_some()),
            ("$select", options.select.is_some()),
            ("$expand", options.expand.is_some()),
            ("$orderby", options.order_by.is_some()),
            ("$search", options.search.is_some()),
            ("$skip", options.skip.is_some()),
            ("$count", options.count),
        ];
        if let Some((name, _)) = asked.iter().find(|(_, is_asked)| *is_asked) {
            return Err(unsupported(name));
        }
        Ok(Self {
            app: app.clone(),
            caller,
            options,
            url: format!("{}{}", caller::base_url(app, headers), uri.path()),
        })
    }

    /// Fails unless the token lets its bearer read the past, or this is about the bearer alone.
    pub fn require_permission(&self, about: Option<ObjectId>) -> Result<(), GraphError> {
        let caller = &self.caller;
        let is_own = caller.kind == CallerKind::Delegated && about == Some(caller.id);
        if caller.permissions.has(PERMISSION) || (is_own && caller.permissions.has(OWN)) {
            Ok(())
        } else {
            Err(GraphError::audit_permission_missing(&[PERMISSION]))
        }
    }

    /// Asks.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context<'_>, &PageTokenKey, &Paging) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, GraphError> {
        let engine = self.app.engine();
        let key = engine.page_token_key().clone();
        let paging = Paging {
            top: self.options.top,
            token: self.options.skip_token.clone(),
        };
        let answer = bridge::read(engine, self.caller.clone(), move |cx| work(cx, &key, &paging)).await;
        answer.map_err(|error| match error {
            Error::RoleMissing => GraphError::audit_role_missing(),
            other => problem::directory(&other),
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        let mut others = self.options.others.iter();
        let found = others.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// A parameter that is an instant.
    pub fn instant(&self, name: &str) -> Result<Option<Instant>, GraphError> {
        let parse = |text: &str| {
            Instant::parse(text).map_err(|error| GraphError::bad_request(format!("`{name}`: {error}")))
        };
        self.text(name).map(parse).transpose()
    }

    /// A parameter that is read from its text.
    pub fn parsed<T: FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, GraphError> {
        let parse = |text: &str| {
            let error = || GraphError::bad_request(format!("`{name}` must be {what}, not '{text}'."));
            text.parse().map_err(|_| error())
        };
        self.text(name).map(parse).transpose()
    }

    /// A parameter that is one of a few words.
    pub fn word<T: Display>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        all: &[T],
    ) -> Result<Option<T>, GraphError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let known = || all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let word =
            parse(text).ok_or_else(|| GraphError::bad_request(format!("`{name}` is one of {}.", known())))?;
        Ok(Some(word))
    }

    /// Puts the link to the next page into an answer: the question as it was, at another place. `fixed` is what the
    /// question left open and the answer settled.
    pub fn link(&self, body: &mut Value, next: Option<&str>, fixed: Option<(&str, String)>) {
        let (Some(token), Value::Object(body)) = (next, body) else {
            return;
        };
        let mut link = format!("{}?", self.url);
        let fixed = fixed.filter(|(name, _)| self.text(name).is_none());
        let mut add = |name: &str, value: &str| {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            link.push_str(&format!("{name}={value}&"));
        };
        for (name, value) in &self.options.others {
            add(name, value);
        }
        if let Some((name, value)) = fixed {
            add(name, &value);
        }
        if let Some(top) = self.options.top {
            add("$top", &top.to_string());
        }
        link.push_str("$skiptoken=");
        link.push_str(token);
        body.insert("@odata.nextLink".to_owned(), Value::String(link));
    }
}

fn unsupported(name: &str) -> GraphError {
    GraphError::bad_request(format!("The query parameter '{name}' is not supported."))
}
