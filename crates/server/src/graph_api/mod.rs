//! The Graph routes: one way in for all of them. Token → route → permission → body and query → one
//! use case → shape. What exists is said by the descriptions in `graph`; nothing is listed here.

mod admission;
mod alerts;
mod approvals;
mod authentication_contexts;
mod batch;
mod directory;
mod navigation;
mod read;
mod request;
mod roles;
mod schedule_requests;
mod settings;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use graph::routes::Part;
use graph::{GraphError, Target, Version};
use http::request::Parts;
use http::{Method, Request as HttpRequest};
use model::query::{Collection, Nav};
use odata::path::{self, Segment};

use self::request::Request;
use crate::app::App;
use crate::caller::{self, Call};
use crate::{body, reply};

/// Answers every path that is not a route of its own.
pub async fn handle(State(app): State<App>, request: HttpRequest<Body>) -> Response {
    handle_one(app, request, Nesting::Alone).await
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// From a client.
    Alone,
    /// Out of a batch, which holds no further batch.
    InBatch,
}

async fn handle_one(app: App, request: HttpRequest<Body>, nesting: Nesting) -> Response {
    let (parts, body) = request.into_parts();
    let call = Call::new(&app, &parts.headers);
    let mut body = Some(body);
    match answer(&app, &call, parts, &mut body, nesting).await {
        Ok(response) => response,
        Err(error) => {
            // A body that was not read would end the connection under the client's next request.
            if let Some(unread) = body {
                body::drain(unread).await;
            }
            if error.status >= 500 {
                tracing::error!(request_id = %call.request_id, code = %error.code, "a request failed");
            }
            reply::error(&call, &error)
        }
    }
}

async fn answer(
    app: &App,
    call: &Call,
    parts: Parts,
    body: &mut Option<Body>,
    nesting: Nesting,
) -> Result<Response, GraphError> {
    let (version, segments) = split(parts.uri.path())?;
    if segments
        .first()
        .is_some_and(|segment| segment.name == "$metadata")
    {
        if parts.method != Method::GET {
            return Err(GraphError::method_not_among(vec![graph::Method::Get]));
        }
        return Ok(reply::metadata(call, graph::metadata::csdl(version)));
    }
    let caller = caller::authenticate(app, &parts.headers, call.now)?;
    if segments.first().is_some_and(|segment| segment.name == "$batch") && segments.len() == 1 {
        if nesting == Nesting::InBatch {
            return Err(GraphError::bad_request("A batch holds no further batch."));
        }
        if parts.method != Method::POST {
            return Err(GraphError::method_not_among(vec![graph::Method::Post]));
        }
        let body = body::whole(body.take().unwrap_or_default()).await?;
        return batch::answer(app, call, version, &parts, &body).await;
    }
    let request = Request::read(app, call, caller, (version, segments), parts, body).await?;
    let outcome = dispatch(&request).await;
    tracing::debug!(
        request_id = %call.request_id,
        client = request.caller.user_agent.as_deref().unwrap_or_default(),
        method = request.route.operation.method.as_str(),
        version = request.route.version.as_str(),
        route = request.route.path(),
        status = outcome
            .as_ref()
            .map_or_else(|error| error.status, |response| response.status().as_u16()),
        "answered"
    );
    let response = outcome?;
    Ok(match request.charge {
        Some(charge) => charge.shown(response),
        None => response,
    })
}

/// The version and what follows it.
fn split(raw: &str) -> Result<(Version, Vec<Segment>), GraphError> {
    let mut segments = path::split(raw)?;
    if segments.is_empty() {
        return Err(GraphError::unknown_version(""));
    }
    let first = segments.remove(0);
    let version = Version::parse(&first.name).ok_or_else(|| GraphError::unknown_version(&first.name))?;
    Ok((version, segments))
}

async fn dispatch(request: &Request) -> Result<Response, GraphError> {
    let collection = request.route.set.collection;
    match &request.route.target {
        Target::List => read::list(request, engine::read::View::Everyone).await,
        Target::FilterByCurrentUser(relation) => read::of_caller(request, *relation).await,
        Target::Count => read::count(request, engine::read::View::Everyone).await,
        Target::Get(key) => read::get(request, key).await,
        Target::Create => match collection {
            Collection::ScheduleRequests(kind) => schedule_requests::create(request, kind).await,
            Collection::RoleAssignments => roles::create_assignment(request).await,
            Collection::RoleDefinitions => roles::create_definition(request).await,
            Collection::AuthenticationContexts => authentication_contexts::create(request).await,
            _ => directory::create(request).await,
        },
        Target::Update(key) => match collection {
            Collection::Policies => settings::update_policy(request, key).await,
            Collection::Alerts => alerts::update(request, key).await,
            Collection::AlertConfigurations => alerts::update_configuration(request, key).await,
            Collection::RoleDefinitions => roles::update_definition(request, key).await,
            Collection::AuthenticationContexts => authentication_contexts::update(request, key).await,
            _ => directory::update(request, key).await,
        },
        Target::Delete(key) => match collection {
            Collection::RoleAssignments => roles::delete_assignment(request, key).await,
            Collection::RoleDefinitions => roles::delete_definition(request, key).await,
            Collection::AuthenticationContexts => authentication_contexts::delete(request, key).await,
            _ => directory::delete(request, key).await,
        },
        Target::Refresh(key) => alerts::refresh(request, key).await,
        Target::RefreshAll => alerts::refresh_all(request).await,
        Target::Cancel(key) => schedule_requests::cancel(request, key).await,
        Target::Navigation {
            key,
            navigation,
            part,
        } => match part {
            Part::UpdateElement(step) if collection == Collection::Approvals => {
                approvals::decide(request, key, step).await
            }
            Part::Update => alerts::update_configuration(request, key).await,
            Part::Remediate(incident) => alerts::remediate(request, key, incident).await,
            Part::UpdateElement(rule) => settings::update_rule(request, key, rule).await,
            Part::AddReference if collection == Collection::DirectoryRoles => {
                roles::add_member(request, key).await
            }
            Part::RemoveReference(member) if collection == Collection::DirectoryRoles => {
                roles::remove_member(request, key, member).await
            }
            Part::AddReference => directory::add_reference(request, key, navigation.nav).await,
            Part::RemoveReference(member) => {
                directory::remove_reference(request, key, navigation.nav, member).await
            }
            Part::Whole | Part::Count | Part::Cast(_) | Part::Element(_) | Part::References => {
                navigation::follow_part(request, key, navigation, part).await
            }
        },
        Target::GetByIds => directory::get_by_ids(request).await,
        Target::Members(key, action) => directory::members(request, key, *action).await,
    }
}

/// How a membership is called inside.
const fn relation_of(nav: Nav) -> Option<model::directory::Relation> {
    match nav {
        Nav::Members => Some(model::directory::Relation::Member),
        Nav::Owners => Some(model::directory::Relation::Owner),
        _ => None,
    }
}
