//! Small collections, filtered and sorted in memory by the same bound query that `store` turns into
//! SQL: role definitions, policies and what hangs on them, legacy roles, the tenant.

use std::sync::Arc;

use model::policy::RuleKind;
use model::policy::key::{PolicyScope, policy_assignment_id, policy_id};
use model::query::{Collection, Field};
use model::record::DirectoryRoleRecord;
use model::{GrantKind, Instant, ObjectId, Policy, Record, RoleDefinition, RuleId, TenantId};
use odata::bound::{BoundQuery, Comparison, Expr, Literal, Path};
use odata::eval::{self, Row};
use uuid::Uuid;

use super::alerts;
use super::list::View;
use super::paging::{PAGE_ROWS_DEFAULT, PAGE_ROWS_SMALL_COLLECTION};
use crate::context::Context;
use crate::error::{Error, Missing};
use crate::licence;

/// A page before expansion.
pub struct Page {
    /// The rows.
    pub records: Vec<Record>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many rows there are in all, if asked.
    pub count: Option<u64>,
}

/// Whether a collection is listed here rather than by the store.
pub const fn holds(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::RoleDefinitions
            | Collection::Policies
            | Collection::PolicyAssignments
            | Collection::PolicyRules
            | Collection::Organization
            | Collection::SubscribedSkus
            | Collection::AuthenticationContexts
            | Collection::Alerts
            | Collection::AlertDefinitions
            | Collection::AlertConfigurations
            | Collection::AlertIncidents
            | Collection::AlertOperations
            | Collection::DirectoryRoleTemplates
            | Collection::DirectoryRoles
    )
}

/// One page. The position is the number of rows before it.
pub fn page(
    cx: &Context<'_>,
    collection: Collection,
    view: View,
    query: &BoundQuery,
    position: Option<&str>,
) -> Result<Page, Error> {
    let scope = required_scope(collection, query.filter.as_ref())?;
    let tenant = cx.tenant.id;
    let mut records = load(cx, collection, view)?;
    if let Some(filter) = &query.filter {
        records.retain(|record| {
            eval::holds(
                filter,
                &Fields {
                    record,
                    tenant,
                    scope,
                },
            )
        });
    }
    records.sort_by(|one, two| {
        let fields = |record| Fields {
            record,
            tenant,
            scope,
        };
        eval::order(&query.order_by, &fields(one), &fields(two))
    });
    let count = query
        .count
        .then(|| u64::try_from(records.len()).unwrap_or(u64::MAX));
    let start: usize = match position {
        Some(text) => text.parse().map_err(|_| Error::PageToken)?,
        None => usize::try_from(query.skip).unwrap_or(usize::MAX),
    };
    let rows = query
        .top
        .unwrap_or(match collection {
            Collection::AlertIncidents => PAGE_ROWS_DEFAULT,
            _ => PAGE_ROWS_SMALL_COLLECTION,
        })
        .clamp(1, PAGE_ROWS_SMALL_COLLECTION);
    let end = start.saturating_add(usize::try_from(rows).unwrap_or(usize::MAX));
    let next = (end < records.len()).then(|| end.to_string());
    let records = records
        .into_iter()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect();
    Ok(Page { records, next, count })
}

fn load(cx: &Context<'_>, collection: Collection, view: View) -> Result<Vec<Record>, Error> {
    let boxed = |policies: Vec<Policy>, wrap: fn(Box<Policy>) -> Record| {
        policies
            .into_iter()
            .map(|policy| wrap(Box::new(policy)))
            .collect()
    };
    Ok(match (collection, view) {
        (Collection::PolicyRules, View::OfPolicy(id)) => {
            let policy = cx.session.policy(id)?.ok_or(Missing::Policy)?;
            rules_of(&policy)
        }
        (Collection::AlertIncidents, View::OfAlert(name)) => alerts::alert_incidents(cx, name)?,
        (Collection::Policies, _) => boxed(cx.session.policies()?, Record::Policy),
        (Collection::PolicyAssignments, _) => boxed(cx.session.policies()?, Record::PolicyAssignment),
        (Collection::RoleDefinitions, _) => cx
            .session
            .roles()?
            .into_iter()
            .map(|role| Record::RoleDefinition(Arc::new(role)))
            .collect(),
        (Collection::DirectoryRoleTemplates, _) => cx
            .session
            .roles()?
            .into_iter()
            .filter(|role| role.is_built_in)
            .map(|role| Record::DirectoryRoleTemplate(Arc::new(role)))
            .collect(),
        (Collection::DirectoryRoles, _) => directory_roles(cx)?,
        (Collection::Organization, _) => vec![Record::Organization(Box::new(cx.tenant.clone()))],
        (Collection::SubscribedSkus, _) => licence::subscription(cx)?
            .into_iter()
            .map(|bought| Record::SubscribedSku(Box::new(bought)))
            .collect(),
        (Collection::AuthenticationContexts, _) => cx
            .session
            .authentication_contexts()?
            .into_iter()
            .map(|context| Record::AuthenticationContext(Box::new(context)))
            .collect(),
        (collection, _) => alerts::load(cx, collection)?,
    })
}

/// The 17 rules of a policy.
pub fn rules_of(policy: &Policy) -> Vec<Record> {
    RuleId::ALL
        .iter()
        .map(|id| Record::PolicyRule(Box::new(policy.clone()), *id))
        .collect()
}

/// The built-in roles that somebody has now: what the legacy API calls activated roles.
fn directory_roles(cx: &Context<'_>) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for role in cx.session.roles()?.into_iter().filter(|role| role.is_built_in) {
        let grants = cx.session.current_grants_of_role(role.id, cx.now)?;
        if grants
            .iter()
            .any(|grant| grant.kind == GrantKind::Assignment && grant.is_in_force(cx.now))
        {
            records.push(Record::DirectoryRole(Box::new(directory_role(cx, role))));
        }
    }
    Ok(records)
}

/// A built-in role under its legacy id, which follows from the tenant and the template.
pub fn directory_role(cx: &Context<'_>, definition: RoleDefinition) -> DirectoryRoleRecord {
    let id = Uuid::new_v5(&cx.tenant.id.uuid(), definition.template_id.uuid().as_bytes());
    DirectoryRoleRecord {
        id: ObjectId::new(id),
        definition,
    }
}

/// The fields of a record, as filters see them.
struct Fields<'a> {
    record: &'a Record,
    tenant: TenantId,
    scope: PolicyScope,
}

impl Row for Fields<'_> {
    fn value(&self, path: &Path) -> Literal {
        if path.navs.is_empty() {
            self.field(path.field)
        } else {
            Literal::Null
        }
    }

    fn any(&self, _: Field, _: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        false
    }

    fn is_of(&self, type_name: &str) -> bool {
        match self.record {
            Record::PolicyRule(_, id) => rule_type(*id).eq_ignore_ascii_case(type_name),
            _ => false,
        }
    }
}

fn text(value: impl Into<String>) -> Literal {
    Literal::Text(value.into())
}

fn optional(value: Option<&str>) -> Literal {
    value.map_or(Literal::Null, text)
}

fn instant(value: Option<Instant>) -> Literal {
    value.map_or(Literal::Null, Literal::Instant)
}

impl Fields<'_> {
    fn field(&self, field: Field) -> Literal {
        match self.record {
            Record::RoleDefinition(role) | Record::DirectoryRoleTemplate(role) => role_field(role, field),
            Record::DirectoryRole(role) => match field {
                Field::Id => Literal::Guid(role.id.uuid()),
                Field::RoleTemplateId => Literal::Guid(role.definition.template_id.uuid()),
                other => role_field(&role.definition, other),
            },
            Record::Policy(policy) => match field {
                Field::Id => text(policy_id(self.scope, self.tenant, policy.id)),
                other => self.policy_field(policy, other),
            },
            Record::PolicyAssignment(policy) => match field {
                Field::Id => text(policy_assignment_id(
                    self.scope,
                    self.tenant,
                    policy.id,
                    policy.role_definition_id,
                )),
                Field::PolicyId => text(policy_id(self.scope, self.tenant, policy.id)),
                other => self.policy_field(policy, other),
            },
            Record::PolicyRule(_, id) if field == Field::Id => text(id.as_str()),
            Record::Organization(tenant) => match field {
                Field::Id => Literal::Guid(tenant.id.uuid()),
                Field::DisplayName => text(tenant.display_name.as_str()),
                _ => Literal::Null,
            },
            Record::AuthenticationContext(context) => match field {
                Field::Id => text(context.id.to_string()),
                Field::DisplayName => optional(context.display_name.as_deref()),
                _ => Literal::Null,
            },
            other => alerts::field(other, self.tenant, field),
        }
    }

    fn policy_field(&self, policy: &Policy, field: Field) -> Literal {
        match field {
            Field::ScopeId => text("/"),
            Field::ScopeType => text(self.scope.as_str()),
            Field::RoleDefinitionId => Literal::Guid(policy.role_definition_id.uuid()),
            Field::IsOrganizationDefault => Literal::Bool(false),
            Field::LastModifiedDateTime => instant(policy.last_modified_at),
            _ => Literal::Null,
        }
    }
}

/// The type of a rule, without its namespace.
const fn rule_type(id: RuleId) -> &'static str {
    match id.kind() {
        RuleKind::Expiration => "unifiedRoleManagementPolicyExpirationRule",
        RuleKind::Enablement => "unifiedRoleManagementPolicyEnablementRule",
        RuleKind::Approval => "unifiedRoleManagementPolicyApprovalRule",
        RuleKind::AuthenticationContext => "unifiedRoleManagementPolicyAuthenticationContextRule",
        RuleKind::Notification => "unifiedRoleManagementPolicyNotificationRule",
    }
}

/// The two clauses that a list of policies or alerts must have: by scope and by a scope type that exists
/// (policies dossier, 4.3; alerts dossier, A1.1). The spelling of the type is that of the answer.
fn required_scope(collection: Collection, filter: Option<&Expr>) -> Result<PolicyScope, Error> {
    if !collection.needs_scope() {
        return Ok(PolicyScope::default());
    }
    let clause = |wanted: Field| {
        filter
            .into_iter()
            .flat_map(Expr::conjuncts)
            .find_map(|part| match part {
                Expr::Compare(operand, Comparison::Eq, Literal::Text(text))
                    if operand.path.field == wanted =>
                {
                    Some(text.as_str())
                }
                _ => None,
            })
    };
    let is_known = |scope: &PolicyScope| {
        matches!(collection, Collection::Policies | Collection::PolicyAssignments)
            || *scope == PolicyScope::DirectoryRole
    };
    match (
        clause(Field::ScopeId),
        clause(Field::ScopeType)
            .and_then(PolicyScope::parse)
            .filter(is_known),
    ) {
        (Some(_), Some(scope)) => Ok(scope),
        _ => Err(Error::ScopeFilterMissing),
    }
}

fn role_field(role: &RoleDefinition, field: Field) -> Literal {
    match field {
        Field::Id => Literal::Guid(role.id.uuid()),
        Field::TemplateId => Literal::Guid(role.template_id.uuid()),
        Field::DisplayName => text(role.display_name.as_str()),
        Field::Description => optional(role.description.as_deref()),
        Field::IsBuiltIn => Literal::Bool(role.is_built_in),
        Field::IsEnabled => Literal::Bool(role.is_enabled),
        Field::IsPrivileged => Literal::Bool(role.is_privileged),
        Field::Version => optional(role.version.as_deref()),
        _ => Literal::Null,
    }
}
