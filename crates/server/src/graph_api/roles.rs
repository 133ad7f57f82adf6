//! Role definitions, and grants made outside PIM through `/roleAssignments` and legacy
//! `directoryRoles` members.

use std::sync::Arc;

use axum::response::Response;
use engine::{
    create_role_assignment, create_role_definition, delete_role_assignment, delete_role_definition, read,
    update_role_definition,
};
use graph::{GraphError, Key};
use model::ids::derived_id;
use model::query::Collection;
use model::record::GrantRecord;
use model::{DirectoryScope, GrantKind, MemberType, ObjectId, Record, RoleDefinitionId};
use odata::bound::BoundQuery;

use super::read::created;
use super::request::Request;
use crate::reply;

/// Gives a role outside PIM.
pub async fn create_assignment(request: &Request) -> Result<Response, GraphError> {
    let body = graph::body::create_role_assignment(&request.body)?;
    let made = request.run_write(move |cx| {
        let grant = create_role_assignment(cx, body.principal_id, body.role_definition_id, body.scope)?;
        Ok((grant, cx.now))
    });
    let (grant, read_at) = made.await?;
    let id = grant.derived_id();
    let record = GrantRecord {
        principal_id: grant.principal_id,
        member_type: MemberType::Direct,
        read_at,
        grant,
    };
    Ok(created(request, Record::RoleAssignment(Box::new(record)), &id))
}

/// Takes a role away, whoever gave it.
pub async fn delete_assignment(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let id = request.id(key)?;
    request
        .run_write(move |cx| delete_role_assignment(cx, &id))
        .await?;
    Ok(reply::no_content(&request.call))
}

/// Makes a custom role.
pub async fn create_definition(request: &Request) -> Result<Response, GraphError> {
    let body = request.body.clone();
    let made = request
        .run_write(move |cx| create_role_definition(cx, |id| graph::body::create_role_definition(id, &body)));
    let role = made.await??;
    let id = role.id.to_string();
    Ok(created(request, Record::RoleDefinition(Arc::new(role)), &id))
}

/// Changes a custom role.
pub async fn update_definition(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (id, body) = (role_id(request, key)?, request.body.clone());
    let changed = request.run_write(move |cx| {
        update_role_definition(cx, id, |role| graph::body::patch_role_definition(role, &body))
    });
    changed.await??;
    Ok(reply::no_content(&request.call))
}

/// Deletes a custom role.
pub async fn delete_definition(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let id = role_id(request, key)?;
    request
        .run_write(move |cx| delete_role_definition(cx, id))
        .await?;
    Ok(reply::no_content(&request.call))
}

fn role_id(request: &Request, key: &Key) -> Result<RoleDefinitionId, GraphError> {
    let id = request.id(key)?;
    id.parse()
        .map_err(|_| GraphError::not_found(request.route.set, &id))
}

/// Adds a member to a legacy role: a grant at the tenant, outside PIM.
pub async fn add_member(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (member, role_key) = (graph::body::reference(&request.body)?, request.key(key)?);
    request
        .run_write(move |cx| {
            let role = template_of(cx, &role_key)?;
            create_role_assignment(cx, member, role, DirectoryScope::Tenant)
        })
        .await?;
    Ok(reply::no_content(&request.call))
}

/// Removes a member from a legacy role.
pub async fn remove_member(request: &Request, key: &Key, member: &str) -> Result<Response, GraphError> {
    let member: ObjectId = member
        .parse()
        .map_err(|_| GraphError::resource_not_found(member))?;
    let role_key = request.key(key)?;
    request
        .run_write(move |cx| {
            let role = template_of(cx, &role_key)?;
            let id = derived_id(GrantKind::Assignment, role, member, DirectoryScope::Tenant);
            delete_role_assignment(cx, &id)
        })
        .await?;
    Ok(reply::no_content(&request.call))
}

fn template_of(cx: &engine::Context<'_>, key: &read::Key) -> Result<RoleDefinitionId, engine::Error> {
    match read::get(cx, Collection::DirectoryRoles, key, &BoundQuery::default())?.record {
        Record::DirectoryRole(role) => Ok(role.definition.id),
        _ => Err(engine::Missing::RoleDefinition.into()),
    }
}
