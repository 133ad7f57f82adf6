//! Follows `$expand`: each navigation is loaded for the whole page at once, not row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::directory::Relation;
use model::query::Nav;
use model::record::{Expanded, GrantRecord, Item, StepRecord};
use model::{AlertName, DirectoryScope, Grant, GrantId, MemberType, ObjectId, Record, RoleDefinitionId};
use odata::bound::Expand;

use super::{alerts, approvals, memory};
use crate::context::Context;
use crate::error::Error;

/// Members shown for an expanded collection of directory objects (directory dossier, B2).
const EXPANDED_MEMBERS_MAX: usize = 20;

/// The records with everything that was asked for beside them.
pub fn expand(cx: &Context<'_>, records: Vec<Record>, wanted: &[Expand]) -> Result<Vec<Item>, Error> {
    let mut items: Vec<Item> = records.into_iter().map(Item::from).collect();
    for expansion in wanted {
        let ends = follow(cx, &items, expansion)?;
        for (item, end) in items.iter_mut().zip(ends) {
            item.expanded.push((expansion.nav, end));
        }
    }
    Ok(items)
}

/// What lies at the end of one navigation, for each item in order.
fn follow(cx: &Context<'_>, items: &[Item], expansion: &Expand) -> Result<Vec<Expanded>, Error> {
    let records = items.iter().map(|item| &item.record);
    match expansion.nav {
        Nav::Principal => {
            let objects = objects(cx, records.clone().filter_map(principal_of))?;
            shared(cx, expansion, records.map(principal_of), objects)
        }
        Nav::RoleDefinition => {
            let roles = roles(cx, records.clone().filter_map(role_of))?;
            shared(cx, expansion, records.map(role_of), roles)
        }
        Nav::DirectoryScope => {
            let ids = records.clone().filter_map(|record| scope_of(record)?.object_id());
            // The tenant is its own key: no object.
            let mut scopes: BTreeMap<Option<ObjectId>, Record> = objects(cx, ids)?
                .into_iter()
                .map(|(id, object)| (Some(id), object))
                .collect();
            scopes.insert(None, Record::Scope(DirectoryScope::Tenant));
            let keys = records.map(|record| scope_of(record).map(|scope| scope.object_id()));
            shared(cx, expansion, keys, scopes)
        }
        Nav::AppScope => one_each(cx, expansion, records.map(|_| None)),
        Nav::ActivatedUsing => {
            let ends = records
                .map(|record| activated_using(cx, record))
                .collect::<Result<Vec<_>, _>>()?;
            one_each(cx, expansion, ends.into_iter())
        }
        Nav::TargetSchedule => {
            let ends = records
                .map(|record| target_schedule(cx, record))
                .collect::<Result<Vec<_>, _>>()?;
            one_each(cx, expansion, ends.into_iter())
        }
        Nav::Steps => steps(cx, expansion, records, Record::ApprovalStep),
        Nav::Stages => steps(cx, expansion, records, Record::ApprovalStage),
        Nav::Request => one_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::Approval(record) => Some(Record::ScheduleRequest(record.clone())),
                _ => None,
            }),
        ),
        Nav::Policy => one_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::PolicyAssignment(policy) => Some(Record::Policy(policy.clone())),
                _ => None,
            }),
        ),
        Nav::Rules | Nav::EffectiveRules => many_each(
            cx,
            expansion,
            records.map(|record| {
                Ok(match record {
                    Record::Policy(policy) => memory::rules_of(policy),
                    _ => Vec::new(),
                })
            }),
        ),
        Nav::AlertDefinition => {
            let ends = records
                .map(|record| {
                    alert_of(record)
                        .map(|name| alerts::alert_definition(cx, name))
                        .transpose()
                })
                .collect::<Result<Vec<_>, _>>()?;
            one_each(cx, expansion, ends.into_iter())
        }
        Nav::AlertConfiguration => {
            let ends = records
                .map(|record| {
                    alert_of(record)
                        .map(|name| alerts::alert_configuration(cx, name))
                        .transpose()
                })
                .collect::<Result<Vec<_>, _>>()?;
            one_each(cx, expansion, ends.into_iter())
        }
        Nav::AlertIncidents => many_each(
            cx,
            expansion,
            records.map(|record| {
                let mut incidents = match alert_of(record) {
                    Some(name) => alerts::alert_incidents(cx, name)?,
                    None => Vec::new(),
                };
                incidents.truncate(alerts::EXPANDED_INCIDENTS_MAX);
                Ok(incidents)
            }),
        ),
        Nav::Members => many_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::DirectoryRole(role) => role_members(cx, role.definition.id),
                other => related(cx, other, Relation::Member),
            }),
        ),
        Nav::Owners => many_each(
            cx,
            expansion,
            records.map(|record| related(cx, record, Relation::Owner)),
        ),
        Nav::MemberOf => many_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::DirectoryObject(object) => {
                    let ids = cx.session.containers_of(object.id, Relation::Member)?;
                    object_records(cx, &ids)
                }
                _ => Ok(Vec::new()),
            }),
        ),
        Nav::TransitiveMemberOf => many_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::DirectoryObject(object) => {
                    object_records(cx, &cx.session.transitive_containers(object.id)?)
                }
                _ => Ok(Vec::new()),
            }),
        ),
        Nav::TransitiveMembers => many_each(
            cx,
            expansion,
            records.map(|record| match record {
                Record::DirectoryObject(object) => {
                    object_records(cx, &cx.session.transitive_members(object.id)?)
                }
                _ => Ok(Vec::new()),
            }),
        ),
    }
}

/// Expands further what was found, once each, and gives it to whoever has its key.
fn shared<K: Ord>(
    cx: &Context<'_>,
    expansion: &Expand,
    keys: impl Iterator<Item = Option<K>>,
    found: BTreeMap<K, Record>,
) -> Result<Vec<Expanded>, Error> {
    let (found_keys, records): (Vec<K>, Vec<Record>) = found.into_iter().unzip();
    let items = expand(cx, records, &expansion.query.expand)?;
    let items: BTreeMap<K, Arc<Item>> = found_keys
        .into_iter()
        .zip(items.into_iter().map(Arc::new))
        .collect();
    Ok(keys
        .map(|key| Expanded::One(key.and_then(|key| items.get(&key).cloned())))
        .collect())
}

/// Expands further what was found, one for each item or nothing.
fn one_each(
    cx: &Context<'_>,
    expansion: &Expand,
    ends: impl Iterator<Item = Option<Record>>,
) -> Result<Vec<Expanded>, Error> {
    let ends: Vec<Option<Record>> = ends.collect();
    let keys: Vec<Option<usize>> = (0..)
        .zip(&ends)
        .map(|(place, end)| end.as_ref().map(|_| place))
        .collect();
    let found = (0..)
        .zip(ends)
        .filter_map(|(place, end)| Some((place, end?)))
        .collect();
    shared(cx, expansion, keys.into_iter(), found)
}

fn many_each(
    cx: &Context<'_>,
    expansion: &Expand,
    ends: impl Iterator<Item = Result<Vec<Record>, Error>>,
) -> Result<Vec<Expanded>, Error> {
    ends.map(|records| Ok(Expanded::Many(expand(cx, records?, &expansion.query.expand)?)))
        .collect()
}

/// The steps of each approval.
fn steps<'a>(
    cx: &Context<'_>,
    expansion: &Expand,
    records: impl Iterator<Item = &'a Record> + Clone,
    wrap: fn(Box<StepRecord>) -> Record,
) -> Result<Vec<Expanded>, Error> {
    let request_of = |record: &'a Record| match record {
        Record::Approval(record) => Some(&record.request),
        _ => None,
    };
    let mut steps = approvals::steps(cx, records.clone().filter_map(request_of))?.into_iter();
    many_each(
        cx,
        expansion,
        records.map(|record| {
            let steps = request_of(record).and_then(|_| steps.next());
            let steps = steps.unwrap_or_default().into_iter();
            Ok(steps.map(|step| wrap(Box::new(step))).collect())
        }),
    )
}

/// The alert that a record is, or is about.
fn alert_of(record: &Record) -> Option<AlertName> {
    match record {
        Record::Alert(alert) => Some(alert.state.name),
        Record::AlertDefinition(definition) => Some(definition.name),
        Record::AlertConfiguration(name, _) => Some(*name),
        _ => None,
    }
}

fn principal_of(record: &Record) -> Option<ObjectId> {
    match record {
        Record::ScheduleRequest(record) => Some(record.request.principal_id),
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            Some(record.principal_id)
        }
        _ => None,
    }
}

fn role_of(record: &Record) -> Option<RoleDefinitionId> {
    match record {
        Record::ScheduleRequest(record) => Some(record.request.role_definition_id),
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            Some(record.grant.role_definition_id)
        }
        _ => None,
    }
}

fn scope_of(record: &Record) -> Option<DirectoryScope> {
    match record {
        Record::ScheduleRequest(record) => Some(record.request.scope),
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            Some(record.grant.scope)
        }
        _ => None,
    }
}

fn objects(
    cx: &Context<'_>,
    ids: impl Iterator<Item = ObjectId>,
) -> Result<BTreeMap<ObjectId, Record>, Error> {
    let ids: Vec<ObjectId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let objects = cx.session.shared_objects(&ids)?.into_iter();
    Ok(objects
        .map(|object| (object.id, Record::DirectoryObject(object)))
        .collect())
}

fn roles(
    cx: &Context<'_>,
    ids: impl Iterator<Item = RoleDefinitionId>,
) -> Result<BTreeMap<RoleDefinitionId, Record>, Error> {
    let mut roles = BTreeMap::new();
    for id in ids.collect::<BTreeSet<_>>() {
        if let Some(role) = cx.session.shared_role(id)? {
            roles.insert(id, Record::RoleDefinition(role));
        }
    }
    Ok(roles)
}

/// The eligibility behind an activation: a schedule beside requests and schedules, an instance
/// beside instances (schedules dossier, section 9).
fn activated_using(cx: &Context<'_>, record: &Record) -> Result<Option<Record>, Error> {
    let (eligibility, as_instance) = match record {
        Record::ScheduleRequest(record) => (record.request.activated_using, false),
        Record::Schedule(record) => (record.grant.activated_using, false),
        Record::ScheduleInstance(record) => (record.grant.activated_using, true),
        _ => (None, false),
    };
    let Some(grant) = current_eligibility(cx, eligibility)? else {
        return Ok(None);
    };
    let record = Box::new(seen(cx, grant));
    Ok(Some(if as_instance {
        Record::ScheduleInstance(record)
    } else {
        Record::Schedule(record)
    }))
}

/// The eligibility that an activation used, or the one that has taken its place since.
fn current_eligibility(cx: &Context<'_>, id: Option<GrantId>) -> Result<Option<Grant>, Error> {
    let Some(used) = id.map(|id| cx.session.grant(id)).transpose()?.flatten() else {
        return Ok(None);
    };
    if used.is_current(cx.now) {
        return Ok(Some(used));
    }
    let of_the_triple =
        cx.session
            .grants_of(used.principal_id, used.role_definition_id, used.scope, cx.now)?;
    Ok(of_the_triple
        .into_iter()
        .find(|grant| grant.kind == used.kind && grant.is_current(cx.now)))
}

fn target_schedule(cx: &Context<'_>, record: &Record) -> Result<Option<Record>, Error> {
    Ok(current(cx, record.target_schedule_id())?.map(|grant| Record::Schedule(Box::new(seen(cx, grant)))))
}

fn current(cx: &Context<'_>, id: Option<GrantId>) -> Result<Option<Grant>, Error> {
    let Some(id) = id else { return Ok(None) };
    Ok(cx.session.grant(id)?.filter(|grant| grant.is_current(cx.now)))
}

/// A grant as its own principal sees it now.
pub fn seen(cx: &Context<'_>, grant: Grant) -> GrantRecord {
    GrantRecord {
        principal_id: grant.principal_id,
        member_type: MemberType::Direct,
        read_at: cx.now,
        grant,
    }
}

fn related(cx: &Context<'_>, record: &Record, relation: Relation) -> Result<Vec<Record>, Error> {
    match record {
        Record::DirectoryObject(object) => object_records(cx, &cx.session.members(object.id, relation)?),
        _ => Ok(Vec::new()),
    }
}

fn object_records(cx: &Context<'_>, ids: &[ObjectId]) -> Result<Vec<Record>, Error> {
    let shown: Vec<ObjectId> = ids.iter().copied().take(EXPANDED_MEMBERS_MAX).collect();
    let objects = cx.session.shared_objects(&shown)?;
    Ok(objects.into_iter().map(Record::DirectoryObject).collect())
}

/// Who has a role at the tenant now.
fn role_members(cx: &Context<'_>, role: RoleDefinitionId) -> Result<Vec<Record>, Error> {
    object_records(cx, &super::get::role_holders(cx, role)?)
}
