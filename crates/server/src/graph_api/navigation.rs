//! Following a navigation: what is contained in policies and alerts, members and owners as lists of their own, and
//! everything else as if it were expanded.

use axum::response::Response;
use engine::read::{self, View};
use engine::{Context as UseCase, Error};
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
            contained_one(request, key, navigation, Collection::PolicyRules, rule).await
        }
        (Nav::Rules | Nav::EffectiveRules, _) => {
            contained_list(request, key, navigation, Collection::PolicyRules, part).await
        }
        (Nav::AlertIncidents, Part::Element(incident)) => {
            contained_one(request, key, navigation, Collection::AlertIncidents, incident).await
        }
        (Nav::AlertIncidents, _) => {
            contained_list(request, key, navigation, Collection::AlertIncidents, part).await
        }
        _ if navigation.pages() => related(request, key, navigation, part).await,
        _ => follow(request, key, navigation, part).await,
    }
}

/// The view of what is contained in one thing.
fn view_within(cx: &UseCase<'_>, collection: Collection, id: &str) -> Result<View, Error> {
    Ok(match collection {
        Collection::AlertIncidents => View::OfAlert(read::alert_name(cx, id)?),
        _ => View::OfPolicy(read::policy(cx, id)?.id),
    })
}

/// The rules of a policy, or the incidents of an alert, as a list.
async fn contained_list(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    collection: Collection,
    part: &Part,
) -> Result<Response, GraphError> {
    let query = bind_list(request, navigation.target)?;
    let id = request.id(key)?;
    let (asked, engine) = (query.clone(), request.app.engine().clone());
    if matches!(part, Part::Count) {
        let count = request.run_read(move |cx| {
            let view = view_within(cx, collection, &id)?;
            read::count(cx, collection, view, &asked)
        });
        return Ok(reply::count(&request.call, count.await?));
    }
    let owner = id.clone();
    let listing = request
        .run_read(move |cx| {
            let view = view_within(cx, collection, &owner)?;
            read::list(cx, engine.page_token_key(), collection, view, &asked)
        })
        .await?;
    let next = listing.next.map(|token| match collection {
        Collection::AlertIncidents => {
            let rows = u32::try_from(listing.items.len()).unwrap_or(u32::MAX);
            request.next_link_by_rows(query.skip.saturating_add(rows))
        }
        _ => request.next_link(&token),
    });
    let context = request.contained(&id, navigation, &query);
    let shaper = request.shaper(spelling_of(key), navigation.target, &query);
    let body = shaper.collection(&context, &listing.items, listing.count, next.as_deref());
    Ok(request.ok(&body))
}

/// One of them.
async fn contained_one(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    collection: Collection,
    element: &str,
) -> Result<Response, GraphError> {
    let query = request.bind_single(navigation.target)?;
    let id = request.id(key)?;
    let (asked, inner) = (query.clone(), read::Key::Id(format!("{id}/{element}")));
    let item = request
        .run_read(move |cx| read::get(cx, collection, &inner, &asked))
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
