//! One thing by its key, and what a navigation from it leads to.

use std::sync::Arc;

use model::directory::ObjectKind;
use model::ids::parse_guid;
use model::policy::key::{PolicyKey, parse_policy_assignment_id, parse_policy_id};
use model::query::Collection;
use model::record::{Expanded, Item, RequestRecord};
use model::{
    DirectoryScope, Grant, GrantId, GrantKind, GrantOrigin, ObjectId, Policy, Record, RequestId,
    RoleDefinitionId, RuleId, ScheduleRequest,
};
use odata::bound::{BoundQuery, Expand};

use super::{Key, alerts, approvals, expand, memory, visibility};
use crate::context::Context;
use crate::error::{Error, Missing};
use crate::licence;

/// One thing, with what is to be expanded.
pub fn get(cx: &Context<'_>, collection: Collection, key: &Key, query: &BoundQuery) -> Result<Item, Error> {
    let record = match key {
        Key::Id(id) => find(cx, collection, id)?,
        Key::AppId(app_id) => {
            let found = cx.session.service_principal_by_app_id(*app_id)?;
            let object = found.ok_or_else(|| Missing::DirectoryObject(app_id.to_string()))?;
            Record::DirectoryObject(Arc::new(object))
        }
    };
    visibility::require_records(cx, collection, std::slice::from_ref(&record))?;
    let mut items = expand::expand(cx, vec![record], &query.expand)?;
    items.pop().ok_or_else(|| Missing::Navigation.into())
}

/// What one navigation from one thing leads to.
pub fn navigate(
    cx: &Context<'_>,
    collection: Collection,
    key: &Key,
    expansion: Expand,
) -> Result<Expanded, Error> {
    let query = BoundQuery {
        expand: vec![expansion],
        ..BoundQuery::default()
    };
    let mut item = get(cx, collection, key, &query)?;
    match item.expanded.pop() {
        Some((_, Expanded::One(None))) | None => Err(Missing::Navigation.into()),
        Some((_, found)) => Ok(found),
    }
}

fn find(cx: &Context<'_>, collection: Collection, key: &str) -> Result<Record, Error> {
    match collection {
        Collection::ScheduleRequests(kind) => request(cx, kind, key),
        Collection::Approvals => {
            let request = current(cx, approvals::approval(cx, key)?)?;
            Ok(Record::Approval(Box::new(RequestRecord { request })))
        }
        Collection::Schedules(kind) => {
            let grant = schedule(cx, kind, key)?.filter(|grant| grant.is_current(cx.now));
            let grant = grant.ok_or(Missing::Schedule)?;
            Ok(Record::Schedule(Box::new(expand::seen(cx, grant))))
        }
        Collection::ScheduleInstances(kind) => {
            let grant = in_force(cx, kind, key)?.ok_or(Missing::Schedule)?;
            Ok(Record::ScheduleInstance(Box::new(expand::seen(cx, grant))))
        }
        Collection::RoleAssignments => {
            let grant = in_force(cx, GrantKind::Assignment, key)?.ok_or(Missing::RoleAssignment)?;
            Ok(Record::RoleAssignment(Box::new(expand::seen(cx, grant))))
        }
        Collection::RoleDefinitions => {
            let role = role(cx, key)?.ok_or(Missing::RoleDefinition)?;
            Ok(Record::RoleDefinition(Arc::new(role)))
        }
        Collection::DirectoryRoleTemplates => {
            let role = role(cx, key)?.filter(|role| role.is_built_in);
            let role = role.ok_or_else(|| Missing::DirectoryObject(key.to_owned()))?;
            Ok(Record::DirectoryRoleTemplate(Arc::new(role)))
        }
        Collection::DirectoryRoles => directory_role(cx, key),
        Collection::Policies => Ok(Record::Policy(Box::new(policy(cx, key)?))),
        Collection::PolicyAssignments => {
            let asked = parse_policy_assignment_id(key).ok_or(Missing::Policy)?;
            let policy = stored_policy(cx, asked.policy)?;
            if asked.role != policy.role_definition_id {
                return Err(Missing::Policy.into());
            }
            Ok(Record::PolicyAssignment(Box::new(policy)))
        }
        // A rule's key is that of its policy and its own, joined by a slash.
        Collection::PolicyRules => {
            let (owner, rule) = key.split_once('/').ok_or(Missing::Policy)?;
            let policy = policy(cx, owner)?;
            let rule = RuleId::parse(rule).ok_or_else(|| Missing::PolicyRule(rule.to_owned()))?;
            Ok(Record::PolicyRule(Box::new(policy), rule))
        }
        Collection::Users => object(cx, Some(ObjectKind::User), key),
        Collection::Groups => object(cx, Some(ObjectKind::Group), key),
        Collection::ServicePrincipals => object(cx, Some(ObjectKind::ServicePrincipal), key),
        Collection::AdministrativeUnits => object(cx, Some(ObjectKind::AdministrativeUnit), key),
        Collection::DirectoryObjects => object(cx, None, key),
        Collection::Organization => {
            if key.eq_ignore_ascii_case(&cx.tenant.id.to_string()) {
                Ok(Record::Organization(Box::new(cx.tenant.clone())))
            } else {
                Err(Missing::DirectoryObject(key.to_owned()).into())
            }
        }
        Collection::SubscribedSkus => {
            let bought = licence::subscription(cx)?.filter(|bought| bought.id().eq_ignore_ascii_case(key));
            let bought = bought.ok_or_else(|| Missing::DirectoryObject(key.to_owned()))?;
            Ok(Record::SubscribedSku(Box::new(bought)))
        }
        Collection::AuthenticationContexts => {
            let missing = || Missing::DirectoryObject(key.to_owned());
            let id = key.parse().map_err(|_| missing())?;
            let context = cx.session.authentication_context(id)?.ok_or_else(missing)?;
            Ok(Record::AuthenticationContext(Box::new(context)))
        }
        Collection::Alerts
        | Collection::AlertDefinitions
        | Collection::AlertConfigurations
        | Collection::AlertIncidents
        | Collection::AlertOperations => alerts::find(cx, collection, key),
        Collection::DirectoryAudits => {
            let event = cx.session.audit_event(key)?.ok_or(Missing::AuditEvent)?;
            Ok(Record::DirectoryAudit(Box::new(event)))
        }
    }
}

fn request(cx: &Context<'_>, kind: GrantKind, key: &str) -> Result<Record, Error> {
    let id = key.parse::<RequestId>().map_err(|_| Missing::ScheduleRequest)?;
    let stored = cx.session.request(id)?.filter(|request| request.kind == kind);
    let request = current(cx, stored.ok_or(Missing::ScheduleRequest)?)?;
    Ok(Record::ScheduleRequest(Box::new(RequestRecord { request })))
}

/// A stored request as it stands now.
fn current(cx: &Context<'_>, mut request: ScheduleRequest) -> Result<ScheduleRequest, Error> {
    request.status = request.status_at(cx.now);
    if let Some(target) = request.target_schedule_id
        && request.status.is_terminal()
        && !cx
            .session
            .grant(target)?
            .is_some_and(|grant| grant.is_current(cx.now))
    {
        request.target_schedule_id = None;
    }
    Ok(request)
}

/// A schedule by the request's GUID, or by the derived id if it was made outside PIM.
fn schedule(cx: &Context<'_>, kind: GrantKind, key: &str) -> Result<Option<Grant>, Error> {
    if let Ok(id) = key.parse::<GrantId>() {
        let grant = cx.session.grant(id)?;
        return Ok(grant.filter(|grant| grant.kind == kind && grant.origin != GrantOrigin::OutsidePim));
    }
    let grant = cx.session.grant_by_derived_id(kind, key, cx.now)?;
    Ok(grant.filter(|grant| grant.origin == GrantOrigin::OutsidePim))
}

fn in_force(cx: &Context<'_>, kind: GrantKind, derived_id: &str) -> Result<Option<Grant>, Error> {
    let grant = cx.session.grant_by_derived_id(kind, derived_id, cx.now)?;
    Ok(grant.filter(|grant| grant.is_in_force(cx.now)))
}

fn role(cx: &Context<'_>, key: &str) -> Result<Option<model::RoleDefinition>, Error> {
    match key.parse::<RoleDefinitionId>() {
        Ok(id) => Ok(cx.session.role(id)?),
        Err(_) => Ok(None),
    }
}

/// A legacy role by its own id or by its template's.
fn directory_role(cx: &Context<'_>, key: &str) -> Result<Record, Error> {
    let missing = || Missing::DirectoryObject(key.to_owned());
    let asked = parse_guid(key).map_err(|_| missing())?;
    for role in cx.session.roles()?.into_iter().filter(|role| role.is_built_in) {
        let is_template = role.template_id.uuid() == asked;
        let record = memory::directory_role(cx, role);
        if is_template || record.id.uuid() == asked {
            return Ok(Record::DirectoryRole(Box::new(record)));
        }
    }
    Err(missing().into())
}

/// A policy by its composite id, in either spelling.
pub fn policy(cx: &Context<'_>, key: &str) -> Result<Policy, Error> {
    stored_policy(cx, parse_policy_id(key).ok_or(Missing::Policy)?)
}

fn stored_policy(cx: &Context<'_>, key: PolicyKey) -> Result<Policy, Error> {
    let found = if key.tenant == cx.tenant.id {
        cx.session.policy(key.policy)?
    } else {
        None
    };
    found.ok_or_else(|| Missing::Policy.into())
}

/// The id of a directory object of one kind.
pub fn object_id(cx: &Context<'_>, kind: ObjectKind, key: &Key) -> Result<ObjectId, Error> {
    let collection = match kind {
        ObjectKind::User => Collection::Users,
        ObjectKind::Group => Collection::Groups,
        ObjectKind::ServicePrincipal => Collection::ServicePrincipals,
        ObjectKind::AdministrativeUnit => Collection::AdministrativeUnits,
    };
    match get(cx, collection, key, &BoundQuery::default())?.record {
        Record::DirectoryObject(object) => Ok(object.id),
        _ => Err(Missing::Navigation.into()),
    }
}

/// A directory object by id or, for users, by principal name.
fn object(cx: &Context<'_>, kind: Option<ObjectKind>, key: &str) -> Result<Record, Error> {
    let found = match (key.parse::<ObjectId>(), kind) {
        (Ok(id), _) => cx.session.object(id)?,
        (Err(_), Some(ObjectKind::User)) => cx.session.object_by_user_principal_name(key)?,
        (Err(_), _) => None,
    };
    let found = found.filter(|object| kind.is_none_or(|kind| object.kind() == kind));
    let object = found.ok_or_else(|| Missing::DirectoryObject(key.to_owned()))?;
    Ok(Record::DirectoryObject(Arc::new(object)))
}

/// Who has a role at the tenant now.
pub(super) fn role_holders(cx: &Context<'_>, role: RoleDefinitionId) -> Result<Vec<ObjectId>, Error> {
    let grants = cx.session.current_grants_of_role(role, cx.now)?;
    Ok(grants
        .iter()
        .filter(|grant| {
            grant.kind == GrantKind::Assignment
                && grant.scope == DirectoryScope::Tenant
                && grant.is_in_force(cx.now)
        })
        .map(|grant| grant.principal_id)
        .collect())
}
