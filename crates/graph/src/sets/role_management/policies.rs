//! `roleManagementPolicies` and `roleManagementPolicyAssignments` (policies dossier, 1, 2.1, 2.2 and
//! 4).

use model::policy::key;
use model::query::{Collection, Field, Nav};
use serde_json::{Value, json};

use super::policy_rules::POLICY_RULE;
use crate::description::{
    EntitySet, Method, Navigation, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::{READ_POLICIES, WRITE_POLICIES};
use crate::sets::types::{FLAG, ID, IDENTITY, TEXT, TIME};
use crate::value::{Wire, of};

const SCOPE_ID: Property = Property::new("scopeId", TEXT, |_, _| Value::from("/")).filterable(Field::ScopeId);
const SCOPE_TYPE: Property = Property::new("scopeType", TEXT, |_, shaping| {
    Value::from(shaping.policy_scope.as_str())
})
.filterable(Field::ScopeType);

entity_type!(
    /// The settings of a role.
    POLICY = "microsoft.graph.unifiedRoleManagementPolicy",
    in "policies/roleManagementPolicies" {
        properties: &[
            Property::new(
                "id",
                TEXT,
                of!(policy, |p, shaping| key::policy_id(shaping.policy_scope, shaping.tenant, p.id)),
            )
            .filterable(Field::Id),
            Property::new("displayName", TEXT, |_, shaping| Value::from(shaping.policy_scope.as_str())),
            Property::new("description", TEXT, |_, shaping| Value::from(shaping.policy_scope.as_str())),
            Property::new("isOrganizationDefault", FLAG, |_, _| Value::Bool(false))
                .filterable(Field::IsOrganizationDefault),
            SCOPE_ID,
            SCOPE_TYPE,
            Property::new("lastModifiedDateTime", TIME, of!(policy, |p| p.last_modified_at))
                .filterable(Field::LastModifiedDateTime),
            Property::new(
                "lastModifiedBy",
                Type::Complex(&IDENTITY),
                of!(policy, |p| {
                    let editor = p.last_modified_by.as_ref();
                    json!({
                        "displayName": editor.and_then(|editor| editor.display_name.as_deref()),
                        "id": editor.map(|editor| editor.id).wire(),
                    })
                }),
            ),
        ],
        navigations: &[
            Navigation::many("effectiveRules", Nav::EffectiveRules, &POLICY_RULE).contained(),
            Navigation::many("rules", Nav::Rules, &POLICY_RULE).contained(),
        ],
    }
);

entity_type!(
    /// Which role has which policy.
    POLICY_ASSIGNMENT = "microsoft.graph.unifiedRoleManagementPolicyAssignment",
    in "policies/roleManagementPolicyAssignments" {
        properties: &[
            Property::new(
                "id",
                TEXT,
                of!(policy, |p, shaping| key::policy_assignment_id(
                    shaping.policy_scope,
                    shaping.tenant,
                    p.id,
                    p.role_definition_id
                )),
            )
            .filterable(Field::Id),
            Property::new(
                "policyId",
                TEXT,
                of!(policy, |p, shaping| key::policy_id(shaping.policy_scope, shaping.tenant, p.id)),
            )
            .filterable(Field::PolicyId),
            SCOPE_ID,
            SCOPE_TYPE,
            Property::new("roleDefinitionId", ID, of!(policy, |p| p.role_definition_id))
                .filterable(Field::RoleDefinitionId),
        ],
        navigations: &[Navigation::one("policy", Nav::Policy, &POLICY)],
    }
);

/// `roleManagementPolicies`.
pub static POLICIES: EntitySet = EntitySet {
    collection: Collection::Policies,
    path: &["policies", "roleManagementPolicies"],
    beta_path: None,
    entity: &POLICY,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_POLICIES),
        Operation::get("$count", Kind::Count, READ_POLICIES),
        Operation::get("{key}", Kind::Get, READ_POLICIES),
        Operation::patch(WRITE_POLICIES),
        Operation::get("{key}/rules", Kind::Navigate(Nav::Rules), READ_POLICIES),
        Operation::get(
            "{key}/rules/$count",
            Kind::NavigateCount(Nav::Rules),
            READ_POLICIES,
        ),
        Operation::get(
            "{key}/rules/{element}",
            Kind::NavigateElement(Nav::Rules),
            READ_POLICIES,
        ),
        Operation::new(
            Method::Patch,
            "{key}/rules/{element}",
            Kind::UpdateElement(Nav::Rules),
            WRITE_POLICIES,
        ),
        Operation::get(
            "{key}/effectiveRules",
            Kind::Navigate(Nav::EffectiveRules),
            READ_POLICIES,
        ),
        Operation::get(
            "{key}/effectiveRules/$count",
            Kind::NavigateCount(Nav::EffectiveRules),
            READ_POLICIES,
        ),
        Operation::get(
            "{key}/effectiveRules/{element}",
            Kind::NavigateElement(Nav::EffectiveRules),
            READ_POLICIES,
        ),
    ],
};

/// `roleManagementPolicyAssignments`.
pub static POLICY_ASSIGNMENTS: EntitySet = EntitySet {
    collection: Collection::PolicyAssignments,
    path: &["policies", "roleManagementPolicyAssignments"],
    beta_path: None,
    entity: &POLICY_ASSIGNMENT,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_POLICIES),
        Operation::get("$count", Kind::Count, READ_POLICIES),
        Operation::get("{key}", Kind::Get, READ_POLICIES),
        Operation::get("{key}/policy", Kind::Navigate(Nav::Policy), READ_POLICIES),
    ],
};
