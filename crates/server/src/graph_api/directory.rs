//! Directory objects: create, change, delete, references, and the questions about memberships.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use engine::directory::{add_member, create_object, delete_object, remove_member, update_object};
use engine::read;
use graph::body::ObjectDraft;
use graph::description::MemberAction;
use graph::shape::{Context, texts};
use graph::{GraphError, Key, PolicyScope};
use model::directory::ObjectKind;
use model::query::{Collection, Nav};
use model::record::Item;
use model::{DirectoryObject, ObjectBody, ObjectId, Record};

use super::read::created;
use super::relation_of;
use super::request::Request;
use crate::reply;

/// The kind of object that a collection holds.
pub const fn kind_of(collection: Collection) -> Option<ObjectKind> {
    match collection {
        Collection::Users => Some(ObjectKind::User),
        Collection::Groups => Some(ObjectKind::Group),
        Collection::ServicePrincipals => Some(ObjectKind::ServicePrincipal),
        Collection::AdministrativeUnits => Some(ObjectKind::AdministrativeUnit),
        _ => None,
    }
}

fn kind(request: &Request) -> Result<ObjectKind, GraphError> {
    kind_of(request.route.set.collection).ok_or_else(|| GraphError::bad_request("not a directory object"))
}

/// Makes an object.
pub async fn create(request: &Request) -> Result<Response, GraphError> {
    let body = &request.body;
    let draft = match kind(request)? {
        ObjectKind::User => graph::body::create_user(body)?,
        ObjectKind::Group => graph::body::create_group(body)?,
        ObjectKind::ServicePrincipal => graph::body::create_service_principal(body)?,
        ObjectKind::AdministrativeUnit => graph::body::create_administrative_unit(body)?,
    };
    let object = request.run_write(move |cx| create_with_links(cx, draft)).await?;
    let id = object.id.to_string();
    Ok(created(request, Record::DirectoryObject(Arc::new(object)), &id))
}

fn create_with_links(cx: &engine::Context<'_>, draft: ObjectDraft) -> Result<DirectoryObject, engine::Error> {
    let created_at = cx.now;
    let object = create_object(cx, |id| DirectoryObject {
        id,
        display_name: draft.display_name,
        description: draft.description,
        created_at,
        body: draft.body,
    })?;
    for (relation, member) in draft.links {
        add_member(cx, object.kind(), object.id, relation, member)?;
    }
    Ok(object)
}

/// Changes an object.
pub async fn update(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (kind, key, body) = (kind(request)?, request.key(key)?, request.body.clone());
    let changed = request.run_write(move |cx| {
        let id = read::object_id(cx, kind, &key)?;
        update_object(cx, kind, id, |object| match kind {
            ObjectKind::User => graph::body::patch_user(object, &body),
            ObjectKind::Group => graph::body::patch_group(object, &body),
            ObjectKind::ServicePrincipal => graph::body::patch_service_principal(object, &body),
            ObjectKind::AdministrativeUnit => graph::body::patch_administrative_unit(object, &body),
        })
    });
    changed.await??;
    Ok(reply::no_content(&request.call))
}

/// Deletes an object.
pub async fn delete(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (kind, key) = (kind(request)?, request.key(key)?);
    request
        .run_write(move |cx| {
            let id = read::object_id(cx, kind, &key)?;
            delete_object(cx, kind, id)
        })
        .await?;
    Ok(reply::no_content(&request.call))
}

/// Adds a member or owner.
pub async fn add_reference(request: &Request, key: &Key, nav: Nav) -> Result<Response, GraphError> {
    let (kind, key) = (kind(request)?, request.key(key)?);
    let relation = relation_of(nav).ok_or_else(|| GraphError::bad_request("not a relation"))?;
    let member = graph::body::reference(&request.body)?;
    request
        .run_write(move |cx| {
            let container = read::object_id(cx, kind, &key)?;
            add_member(cx, kind, container, relation, member)
        })
        .await?;
    Ok(reply::no_content(&request.call))
}

/// Removes a member or owner.
pub async fn remove_reference(
    request: &Request,
    key: &Key,
    nav: Nav,
    member: &str,
) -> Result<Response, GraphError> {
    let (kind, key) = (kind(request)?, request.key(key)?);
    let relation = relation_of(nav).ok_or_else(|| GraphError::bad_request("not a relation"))?;
    let member: ObjectId = member
        .parse()
        .map_err(|_| GraphError::resource_not_found(member))?;
    request
        .run_write(move |cx| {
            let container = read::object_id(cx, kind, &key)?;
            remove_member(cx, kind, container, relation, member)
        })
        .await?;
    Ok(reply::no_content(&request.call))
}

/// `directoryObjects/getByIds`: unknown ids are left out (directory dossier, A7).
pub async fn get_by_ids(request: &Request) -> Result<Response, GraphError> {
    let asked = graph::body::get_by_ids(&request.body)?;
    let entity = request.route.set.entity;
    let query = request.bind_single(entity)?;
    let objects = request
        .run_read(move |cx| Ok(cx.session.objects(&asked.ids)?))
        .await?;
    let items: Vec<Item> = objects
        .into_iter()
        .filter(|object| asked.kinds.is_empty() || asked.kinds.contains(&object.kind()))
        .map(|object| Item::from(Record::DirectoryObject(Arc::new(object))))
        .collect();
    let shaper = request.shaper(PolicyScope::default(), entity, &query);
    let body = shaper.collection(
        &Context::collection(entity, &query.select, &[]),
        &items,
        None,
        None,
    );
    Ok(request.ok(&body))
}

/// Which groups, or objects, somebody belongs to.
pub async fn members(request: &Request, key: &Key, action: MemberAction) -> Result<Response, GraphError> {
    request.require_own(key)?;
    let asked = graph::body::member_action(action, &request.body)?;
    let (collection, key) = (request.route.set.collection, request.key(key)?);
    let found = request.run_read(move |cx| {
        let object = read::get(cx, collection, &key, &odata::bound::BoundQuery::default())?;
        let Record::DirectoryObject(object) = object.record else {
            return Err(engine::Missing::Navigation.into());
        };
        Ok(cx
            .session
            .objects(&cx.session.transitive_containers(object.id)?)?)
    });
    let wanted: BTreeSet<ObjectId> = asked.ids.iter().copied().collect();
    let is_check = matches!(
        action,
        MemberAction::CheckMemberGroups | MemberAction::CheckMemberObjects
    );
    let groups_only = matches!(
        action,
        MemberAction::CheckMemberGroups | MemberAction::GetMemberGroups
    );
    let security_only = asked.security_enabled_only;
    let ids: Vec<String> = found
        .await?
        .into_iter()
        .filter(|object| match &object.body {
            ObjectBody::Group(group) => !security_only || group.security_enabled,
            _ => !groups_only,
        })
        .filter(|object| !is_check || wanted.contains(&object.id))
        .map(|object| object.id.to_string())
        .collect();
    let body = texts(&request.shaping(PolicyScope::default()), ids);
    Ok(request.ok(&body))
}
