//! Reading: lists, counts and single things.

use axum::response::Response;
use engine::read::{self, On, View};
use graph::description::Service;
use graph::routes::UserRelation;
use graph::shape::Context;
use graph::{EntityType, GraphError, Key, Method, PolicyScope, Shaper};
use http::StatusCode;
use model::Record;
use model::query::{Collection, Field};
use model::record::Item;
use odata::bound::{BoundQuery, Comparison, Expr, Literal};

use super::request::Request;
use crate::reply;

/// A page of the set.
pub async fn list(request: &Request, view: View) -> Result<Response, GraphError> {
    let entity = request.route.set.entity;
    let query = bind_list(request, entity)?;
    let context = Context::collection(entity, &query.select, &query.expand);
    page(
        request,
        request.route.set.collection,
        view,
        entity,
        query,
        &context,
        false,
    )
    .await
}

/// What concerns the caller.
pub async fn of_caller(request: &Request, relation: UserRelation) -> Result<Response, GraphError> {
    let entity = request.route.set.entity;
    let query = bind_list(request, entity)?;
    let on = match relation {
        UserRelation::Principal => On::Principal,
        UserRelation::CreatedBy => On::CreatedBy,
        UserRelation::Approver => On::Approver,
    };
    let context = Context::function(entity);
    page(
        request,
        request.route.set.collection,
        View::OfCaller(on),
        entity,
        query,
        &context,
        true,
    )
    .await
}

/// The query of a list. Only the directory is searched, and it searches, counts and sorts what is filtered
/// only for who accepts that it does so later (directory dossier, A10). A page is as large as the client
/// would like, unless it says so in the query.
pub fn bind_list(request: &Request, entity: &'static EntityType) -> Result<BoundQuery, GraphError> {
    let options = &request.options;
    let is_directory = request.route.set.service == Service::Directory;
    if options.search.is_some() && !is_directory {
        return Err(GraphError::unsupported_query(
            "$search is not supported on this resource.",
        ));
    }
    let is_held_back = is_directory && !request.is_eventual;
    if options.search.is_some() && is_held_back {
        return Err(GraphError::search_needs_consistency_level());
    }
    let query = request.bind(entity)?;
    if is_held_back && query.filter.is_some() && !query.order_by.is_empty() {
        return Err(GraphError::unsupported_query(
            "Sorting not supported for current query.",
        ));
    }
    Ok(BoundQuery {
        top: query.top.or(request.preferences.page_size),
        count: query.count && !is_held_back,
        ..query
    })
}

/// The answer to a `$count`. The directory counts only for who accepts that it does so later.
///
/// # Errors
/// `Request_BadRequest`
pub fn count_reply(request: &Request, count: u64) -> Result<Response, GraphError> {
    if request.route.set.service == Service::Directory && !request.is_eventual {
        return Err(GraphError::count_not_supported());
    }
    Ok(reply::count(&request.call, count))
}

/// A page of a collection as an answer.
pub async fn page(
    request: &Request,
    collection: Collection,
    view: View,
    entity: &'static EntityType,
    query: BoundQuery,
    context: &Context,
    always_typed: bool,
) -> Result<Response, GraphError> {
    let engine = request.app.engine().clone();
    let asked = with_inline(request, entity, &query);
    let listing = request
        .run_read(move |cx| read::list(cx, engine.page_token_key(), collection, view, &asked))
        .await?;
    let next = listing.next.map(|token| request.next_link(&token));
    // The count belongs to the first page only (directory dossier, B2).
    let count = listing.count.filter(|_| query.skip_token.is_none());
    let mut shaper = request.shaper(policy_scope(&query), entity, &query);
    if always_typed {
        shaper = shaper.always_typed();
    }
    let body = shaper.collection(context, &listing.items, count, next.as_deref());
    Ok(reply::with_preferences(
        request.ok(&body),
        request.preferences.applied(),
    ))
}

/// The query with what is written without being asked for.
fn with_inline(request: &Request, entity: &EntityType, query: &BoundQuery) -> BoundQuery {
    let mut asked = query.clone();
    let inline = entity.inline(request.route.version, &query.select, &query.expand);
    asked.expand.extend(inline);
    asked
}

/// The spelling in which a filter names the scope type of policies, and the answer too.
fn policy_scope(query: &BoundQuery) -> PolicyScope {
    let clauses = query.filter.iter().flat_map(Expr::conjuncts);
    let mut named = clauses.filter_map(|part| match part {
        Expr::Compare(operand, Comparison::Eq, Literal::Text(text))
            if operand.path.field == Field::ScopeType =>
        {
            PolicyScope::parse(text)
        }
        _ => None,
    });
    named.next_back().unwrap_or_default()
}

/// How many there are.
pub async fn count(request: &Request, view: View) -> Result<Response, GraphError> {
    let query = bind_list(request, request.route.set.entity)?;
    let collection = request.route.set.collection;
    let count = request
        .run_read(move |cx| read::count(cx, collection, view, &query))
        .await?;
    count_reply(request, count)
}

/// One thing.
pub async fn get(request: &Request, key: &Key) -> Result<Response, GraphError> {
    request.require_own(key)?;
    let entity = request.route.set.entity;
    let query = request.bind_single(entity)?;
    let collection = request.route.set.collection;
    let (asked, engine_key) = (with_inline(request, entity, &query), request.key(key)?);
    let item = request
        .run_read(move |cx| read::get(cx, collection, &engine_key, &asked))
        .await?;
    Ok(entity_reply(
        request,
        StatusCode::OK,
        entity,
        &query,
        &item,
        spelling_of(key),
    ))
}

/// The spelling in which a policy's key names it.
pub fn spelling_of(key: &Key) -> PolicyScope {
    match key {
        Key::Id(id) => id
            .split('_')
            .next()
            .and_then(PolicyScope::parse)
            .unwrap_or_default(),
        Key::Me | Key::Alternate { .. } => PolicyScope::default(),
    }
}

/// One thing as an answer.
pub fn entity_reply(
    request: &Request,
    status: StatusCode,
    entity: &'static EntityType,
    query: &BoundQuery,
    item: &Item,
    scope: PolicyScope,
) -> Response {
    let context = Context::entity(entity, &query.select, &query.expand);
    single_reply(
        request,
        status,
        &request.shaper(scope, entity, query),
        &context,
        item,
    )
}

/// One thing as an answer, with the tag of its version if it has one; nothing of it where the client has
/// that version.
pub fn single_reply(
    request: &Request,
    status: StatusCode,
    shaper: &Shaper<'_>,
    context: &Context,
    item: &Item,
) -> Response {
    let has_it = match (&request.if_none_match, graph::etag(&item.record)) {
        (Some(tags), Some(tag)) => request.route.operation.method == Method::Get && tags.match_tag(&tag),
        _ => false,
    };
    let response = if has_it {
        reply::not_modified(&request.call)
    } else {
        reply::graph_json(
            &request.call,
            status,
            request.metadata,
            &shaper.entity(context, item),
        )
    };
    reply::with_tag(response, &item.record)
}

/// A record that was just made or changed, in its default shape.
pub fn created(request: &Request, record: Record, id: &str) -> Response {
    let entity = request.route.set.entity;
    let query = BoundQuery::default();
    let shaper = request.shaper(PolicyScope::default(), entity, &query);
    let item = Item::from(record);
    let body = shaper.entity(&Context::entity(entity, &query.select, &query.expand), &item);
    reply::created(&request.call, request.metadata, &request.location(id), &body)
}
