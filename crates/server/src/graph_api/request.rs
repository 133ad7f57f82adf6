//! A Graph request whose token, route, permission and size have been checked.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::Response;
use engine::read::Key as EngineKey;
use engine::{Context, Error};
use graph::description::Navigation;
use graph::{
    EntitySet, EntityType, GraphError, Key, MetadataLevel, Method, PolicyScope, Route, Shaper, Shaping, Tags,
    Version, shape,
};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use model::{Caller, CallerKind};
use odata::bound::BoundQuery;
use odata::options::RawOptions;
use odata::path::{Args, Segment};
use serde::Serialize;

use super::admission;
use crate::app::App;
use crate::caller::{self, Call};
use crate::throttling::Charge;
use crate::{body, bridge, problem, reply};

/// A checked request.
pub struct Request {
    /// The server's state.
    pub app: App,
    /// Ids and time.
    pub call: Call,
    /// Who.
    pub caller: Arc<Caller>,
    /// What.
    pub route: Route,
    /// The query, not yet bound.
    pub options: RawOptions,
    /// The body; empty if there was none.
    pub body: Bytes,
    /// How many annotations are wanted.
    pub metadata: MetadataLevel,
    /// Whether the client accepts answers of the directory that are a little late, in exchange for what only
    /// those can have (directory dossier, A10).
    pub is_eventual: bool,
    /// What the client would like.
    pub preferences: Preferences,
    /// The versions of which one is to be changed, if the client names any.
    pub if_match: Option<Tags>,
    /// The versions that the client has.
    pub if_none_match: Option<Tags>,
    /// Whether the token allows only a part of the operation.
    pub is_partial: bool,
    /// What it has cost the caller, where that is counted.
    pub charge: Option<Charge>,
    /// `https://host/v1.0`
    base: String,
    /// The path and query as sent, for links to further pages.
    sent: (String, String),
}

impl Request {
    /// Checks a request in the dossier's order: route, permission, licence, query, body.
    pub async fn read(
        app: &App,
        call: &Call,
        caller: Arc<Caller>,
        (version, segments): (Version, Vec<Segment>),
        parts: Parts,
        body: &mut Option<Body>,
    ) -> Result<Self, GraphError> {
        let method = Method::parse(parts.method.as_str());
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let options = RawOptions::parse(&query)?;
        let route = graph::resolve(version, method, &without_aliases(segments, &options))?;
        let is_partial = admission::check_permission(&caller, &route)?;
        admission::check_licence(app, call, &route)?;
        let charge = app.throttle().admit(&caller, &route, &options)?;
        let metadata = metadata_level(&parts.headers)?;
        let body = read_body(&parts.headers, body.take()).await?;
        let root = caller::base_url(app, &parts.headers);
        Ok(Self {
            app: app.clone(),
            call: call.clone(),
            caller,
            options,
            body,
            metadata,
            is_eventual: is_eventual(&parts.headers, &query),
            preferences: Preferences::read(&parts.headers),
            if_match: tags(&parts.headers, IF_MATCH),
            if_none_match: tags(&parts.headers, IF_NONE_MATCH),
            is_partial,
            charge,
            base: format!("{root}/{}", version.as_str()),
            sent: (format!("{root}{}", parts.uri.path()), query),
            route,
        })
    }

    /// What shapes the answer.
    pub fn shaping(&self, policy_scope: PolicyScope) -> Shaping<'_> {
        Shaping {
            base: &self.base,
            version: self.route.version,
            metadata: self.metadata,
            tenant: self.app.tenant().id,
            policy_scope,
            written_roles: self.app.written_roles(),
        }
    }

    /// Shapes items of a type as a query wants them.
    pub fn shaper<'a>(
        &'a self,
        scope: PolicyScope,
        entity: &'static EntityType,
        query: &'a BoundQuery,
    ) -> Shaper<'a> {
        Shaper::new(self.shaping(scope), entity, &query.select, &query.expand)
    }

    /// The context of what is contained in the entity with this id.
    pub fn contained(&self, id: &str, navigation: &Navigation, query: &BoundQuery) -> shape::Context {
        let set = self.route.set.entity.context;
        shape::Context::contained(set, id, navigation.name, &query.select, &query.expand)
    }

    /// A body as the answer.
    pub fn ok(&self, body: &impl Serialize) -> Response {
        reply::graph_json(&self.call, StatusCode::OK, self.metadata, body)
    }

    /// The query against the type that is listed.
    pub fn bind(&self, entity: &'static EntityType) -> Result<BoundQuery, GraphError> {
        odata::bind(&self.options, entity.schema(self.route.version)).map_err(|error| {
            GraphError::from_bind(self.route.set.service, &error, self.options.filter.as_deref())
        })
    }

    /// The query of a single thing: `$select` and `$expand` only.
    pub fn bind_single(&self, entity: &'static EntityType) -> Result<BoundQuery, GraphError> {
        let bound = self.bind(entity)?;
        Ok(BoundQuery {
            select: bound.select,
            expand: bound.expand,
            ..BoundQuery::default()
        })
    }

    /// Runs a use case that only reads.
    pub async fn run_read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, GraphError> {
        let work = move |cx: &Context<'_>| {
            cx.require_active()?;
            work(cx)
        };
        bridge::read(self.app.engine(), self.caller.clone(), work)
            .await
            .map_err(|error| self.problem(&error))
    }

    /// Runs a use case that writes.
    pub async fn run_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, GraphError> {
        bridge::write(self.app.engine(), self.caller.clone(), work)
            .await
            .map_err(|error| self.problem(&error))
    }

    fn problem(&self, error: &Error) -> GraphError {
        // Whoever cannot answer a challenge would only ask again.
        if matches!(error, Error::CallerDisabled) && self.caller.handles_claims_challenges {
            return GraphError::continuous_access_challenge(self.call.now);
        }
        let problem = problem::of_set(self.route.set, error);
        if problem.status >= 500
            && let Error::Store(cause) = error
        {
            tracing::error!(request_id = %self.call.request_id, %cause, "the store failed");
        }
        problem
    }

    /// A key as the engine takes it. `me` is the signed-in user.
    pub fn key(&self, key: &Key) -> Result<EngineKey, GraphError> {
        Ok(match key {
            Key::Me if self.caller.kind == CallerKind::Application => {
                return Err(GraphError::me_needs_a_user());
            }
            Key::Me => EngineKey::Id(self.caller.id.to_string()),
            Key::Id(id) => EngineKey::Id(id.clone()),
            Key::Alternate {
                property: "appId",
                value,
            } => EngineKey::AppId(value.parse().map_err(|_| GraphError::resource_not_found(value))?),
            Key::Alternate { value, .. } => EngineKey::Id(value.clone()),
        })
    }

    /// The text of a key that can only be an id.
    pub fn id(&self, key: &Key) -> Result<String, GraphError> {
        match self.key(key)? {
            EngineKey::Id(id) => Ok(id),
            EngineKey::AppId(app_id) => Err(GraphError::resource_not_found(&app_id.to_string())),
        }
    }

    /// Fails if the token allows only the part that is about the caller, and this is not.
    pub fn require_own(&self, key: &Key) -> Result<(), GraphError> {
        let is_own = match key {
            Key::Me => true,
            Key::Id(id) | Key::Alternate { value: id, .. } => {
                id.eq_ignore_ascii_case(&self.caller.id.to_string())
                    || self
                        .caller
                        .user_principal_name
                        .as_ref()
                        .is_some_and(|name| name.eq_ignore_ascii_case(id))
            }
        };
        if self.is_partial && !is_own {
            return Err(GraphError::permission_missing(
                self.route.set,
                self.route.operation.permissions,
            ));
        }
        Ok(())
    }

    /// Where something that was just made is.
    pub fn location(&self, id: &str) -> String {
        self.location_in(self.route.set, id)
    }

    /// Where something of another set is.
    pub fn location_in(&self, set: &EntitySet, id: &str) -> String {
        format!("{}/{}/{id}", self.base, set.path.join("/"))
    }

    /// The link to the page at `token`: everything as sent, but for the position.
    pub fn next_link(&self, token: &str) -> String {
        self.linked(&format!("$skiptoken={token}"))
    }

    /// The same to the page after the first `rows`, where clients count rows (alerts dossier, A9).
    pub fn next_link_by_rows(&self, rows: u32) -> String {
        self.linked(&format!("$skip={rows}"))
    }

    fn linked(&self, position: &str) -> String {
        let (path, query) = &self.sent;
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !is_position(pair))
            .collect();
        let mut link = format!("{path}?");
        for pair in kept {
            link.push_str(pair);
            link.push('&');
        }
        link.push_str(position);
        link
    }
}

/// `ConsistencyLevel: eventual`, as a header or as a query option.
fn is_eventual(headers: &HeaderMap, query: &str) -> bool {
    const NAME: &str = "consistencylevel";
    let header = headers.get(NAME).and_then(|level| level.to_str().ok());
    let option = query.split('&').filter_map(|pair| pair.split_once('='));
    let option = option
        .filter(|(name, _)| name.eq_ignore_ascii_case(NAME))
        .map(|(_, level)| level);
    header
        .into_iter()
        .chain(option)
        .any(|level| level.trim().eq_ignore_ascii_case("eventual"))
}

/// What the client would like (RFC 7240; directory dossier, B6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `odata.maxpagesize`
    pub page_size: Option<u32>,
    /// `include-unknown-enum-members`, which changes nothing: no enumeration has such members.
    pub unknown_enum_members: bool,
}

impl Preferences {
    fn read(headers: &HeaderMap) -> Self {
        let mut preferences = Self::default();
        let sent = headers
            .get_all("prefer")
            .iter()
            .filter_map(|value| value.to_str().ok());
        for preference in sent.flat_map(|value| value.split(',')) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let name = name.trim().to_ascii_lowercase();
            match name.strip_prefix("odata.").unwrap_or(&name) {
                "maxpagesize" => {
                    let size = value.trim().trim_matches('"').parse().ok();
                    preferences.page_size = size.filter(|size| *size > 0);
                }
                "include-unknown-enum-members" => preferences.unknown_enum_members = true,
                _ => {}
            }
        }
        preferences
    }

    /// `Preference-Applied`
    pub fn applied(self) -> Option<String> {
        let size = self.page_size.map(|size| format!("odata.maxpagesize={size}"));
        let members = self
            .unknown_enum_members
            .then(|| "include-unknown-enum-members".to_owned());
        let applied: Vec<String> = size.into_iter().chain(members).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

/// A header that names versions.
fn tags(headers: &HeaderMap, name: HeaderName) -> Option<Tags> {
    headers.get(name)?.to_str().ok().map(Tags::parse)
}

/// Whether a query option says where a page begins.
fn is_position(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let name = name.trim().trim_start_matches('$');
    name.eq_ignore_ascii_case("skiptoken") || name.eq_ignore_ascii_case("skip")
}

/// Parameters that are given by alias, `on=@o&@o='principal'`, by their value.
fn without_aliases(mut segments: Vec<Segment>, options: &RawOptions) -> Vec<Segment> {
    for segment in &mut segments {
        if let Args::Named(parameters) = &mut segment.args {
            for (_, value) in parameters {
                if let Some(found) = options.alias(value) {
                    *value = found.to_owned();
                }
            }
        }
    }
    segments
}

/// The level that `Accept` asks for, or 406 if it wants something that is not JSON.
fn metadata_level(headers: &HeaderMap) -> Result<MetadataLevel, GraphError> {
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else {
        return Ok(MetadataLevel::default());
    };
    let acceptable = accept.trim().is_empty()
        || accept.split(',').any(|range| {
            let media = range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            matches!(
                media.as_str(),
                "*/*" | "application/*" | "application/json" | "text/json" | "text/plain"
            )
        });
    if !acceptable {
        return Err(GraphError::not_acceptable());
    }
    let level = accept
        .split([';', ','])
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("odata.metadata"))
        .and_then(|(_, value)| MetadataLevel::parse(value.trim()));
    Ok(level.unwrap_or_default())
}

async fn read_body(headers: &HeaderMap, body: Option<Body>) -> Result<Bytes, GraphError> {
    let body = body::whole(body.unwrap_or_default()).await?;
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    if !body.is_empty() && !media.is_empty() && !media.eq_ignore_ascii_case("application/json") {
        return Err(GraphError::unsupported_media_type());
    }
    Ok(body)
}
