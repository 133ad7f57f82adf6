//! Following a navigation: the rules of a policy, members and owners as lists of their own, and
//! everything else as if it were expanded.

use axum::response::Response;
use engine::read::{self, View};
use graph::description::Navigation;
use graph::routes::Part;
use graph::shape::{Context, references};
use graph::{EntityType, GraphError, Key, PolicyScope};
use http::StatusCode;
use model::Record;
use model::query::{Collection, Nav};
use model::record::{Expanded, Item};
use odata::bound::{BoundQuery, Expand};

use super::approvals;
use super::read::{bind_list, count_reply, entity_reply, page, single_reply, spelling_of};
use super::request::Request;
use crate::reply;

/// What a navigation leads to, or a part of it.
pub async fn follow_part(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    part: &Part,
) -> Result<Response, GraphError> {
    request.require_own(key)?;
    match (navigation.nav, part) {
        (Nav::Steps | Nav::Stages, _) => approvals::steps(request, key, navigation, part).await,
        (Nav::Rules | Nav::EffectiveRules, Part::Element(rule)) => {
            rule_of_policy(request, key, navigation, rule).await
        }
        (Nav::Rules | Nav::EffectiveRules, _) => rules_of_policy(request, key, navigation, part).await,
        _ if navigation.pages() => related(request, key, navigation, part).await,
        _ => follow(request, key, navigation, part).await,
    }
}

/// The rules of a policy as a list.
async fn rules_of_policy(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    part: &Part,
) -> Result<Response, GraphError> {
    let query = bind_list(request, navigation.target)?;
    let id = request.id(key)?;
    let (asked, engine) = (query.clone(), request.app.engine().clone());
    if matches!(part, Part::Count) {
        let count = request.run_read(move |cx| {
            let view = View::OfPolicy(read::policy(cx, &id)?.id);
            read::count(cx, Collection::PolicyRules, view, &asked)
        });
        return Ok(reply::count(&request.call, count.await?));
    }
    let owner = id.clone();
    let listing = request
        .run_read(move |cx| {
            let view = View::OfPolicy(read::policy(cx, &owner)?.id);
            read::list(cx, engine.page_token_key(), Collection::PolicyRules, view, &asked)
        })
        .await?;
    let next = listing.next.map(|token| request.next_link(&token));
    let context = request.contained(&id, navigation, &query);
    let shaper = request.shaper(spelling_of(key), navigation.target, &query);
    let body = shaper.collection(&context, &listing.items, listing.count, next.as_deref());
    Ok(request.ok(&body))
}

/// One rule of a policy.
async fn rule_of_policy(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    rule: &str,
) -> Result<Response, GraphError> {
    let query = request.bind_single(navigation.target)?;
    let id = request.id(key)?;
    let (asked, rule_key) = (query.clone(), read::Key::Id(format!("{id}/{rule}")));
    let item = request
        .run_read(move |cx| read::get(cx, Collection::PolicyRules, &rule_key, &asked))
        .await?;
    let context = request.contained(&id, navigation, &query);
    let shaper = request.shaper(spelling_of(key), navigation.target, &query);
    let context = context.single();
    Ok(single_reply(request, StatusCode::OK, &shaper, &context, &item))
}

/// Memberships in either direction: lists of their own, with paging.
async fn related(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    part: &Part,
) -> Result<Response, GraphError> {
    let entity = match part {
        Part::Cast(entity) => entity,
        _ => navigation.target,
    };
    let query = bind_list(request, entity)?;
    let (engine_key, from, nav) = (request.key(key)?, request.route.set.collection, navigation.nav);
    let view = request
        .run_read(move |cx| read::followed(cx, from, &engine_key, nav))
        .await?;
    let collection = member_collection(entity);
    match part {
        Part::Count => {
            let asked = query.clone();
            let count = request
                .run_read(move |cx| read::count(cx, collection, view, &asked))
                .await?;
            count_reply(request, count)
        }
        Part::References => {
            let engine = request.app.engine().clone();
            let listing = request
                .run_read(move |cx| read::list(cx, engine.page_token_key(), collection, view, &query))
                .await?;
            let ids = listing.items.iter().filter_map(|item| match &item.record {
                Record::DirectoryObject(object) => Some(object.id),
                _ => None,
            });
            let next = listing.next.as_deref().map(|token| request.next_link(token));
            let body = references(&request.shaping(PolicyScope::default()), ids, next.as_deref());
            Ok(request.ok(&body))
        }
        _ => {
            let context = Context::collection(navigation.target, &query.select, &query.expand);
            page(request, collection, view, entity, query, &context, false).await
        }
    }
}

/// The collection that holds the members of one type.
fn member_collection(entity: &EntityType) -> Collection {
    match entity.short_name() {
        "user" => Collection::Users,
        "group" => Collection::Groups,
        "servicePrincipal" => Collection::ServicePrincipals,
        "administrativeUnit" => Collection::AdministrativeUnits,
        _ => Collection::DirectoryObjects,
    }
}

/// A navigation that is followed as if it were expanded.
async fn follow(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    part: &Part,
) -> Result<Response, GraphError> {
    let entity = match part {
        Part::Cast(entity) => entity,
        _ => navigation.target,
    };
    let query = request.bind_single(entity)?;
    let expansion = Expand {
        nav: navigation.nav,
        name: navigation.name,
        query: query.clone(),
    };
    let (collection, engine_key) = (request.route.set.collection, request.key(key)?);
    let found = request
        .run_read(move |cx| read::navigate(cx, collection, &engine_key, expansion))
        .await?;
    match found {
        Expanded::One(Some(item)) => Ok(entity_reply(
            request,
            StatusCode::OK,
            entity,
            &query,
            &item,
            spelling_of(key),
        )),
        Expanded::One(None) => Err(GraphError::not_found(request.route.set, navigation.name)),
        Expanded::Many(items) => many(request, navigation, entity, &query, part, items),
    }
}

fn many(
    request: &Request,
    navigation: &'static Navigation,
    entity: &'static EntityType,
    query: &BoundQuery,
    part: &Part,
    mut items: Vec<Item>,
) -> Result<Response, GraphError> {
    if matches!(part, Part::Cast(_)) {
        items.retain(|item| std::ptr::eq(graph::sets::type_of(&item.record), entity));
    }
    if matches!(part, Part::Count) {
        return count_reply(request, u64::try_from(items.len()).unwrap_or(u64::MAX));
    }
    let context = Context::collection(navigation.target, &query.select, &query.expand);
    let shaper = request.shaper(PolicyScope::default(), entity, query);
    let body = shaper.collection(&context, &items, None, None);
    Ok(request.ok(&body))
}
