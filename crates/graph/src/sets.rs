//! The descriptions, one file per family.

mod alerts;
mod authentication_contexts;
mod collect;
mod directory;
mod directory_audits;
mod directory_roles;
mod permissions;
mod role_management;
mod types;

use model::query::Collection;
use model::{GrantKind, ObjectBody, Record};

pub use alerts::alert::{ALERT, ALERTS};
pub use alerts::configurations::{
    ALERT_CONFIGURATION, ALERT_CONFIGURATIONS, CONFIGURATION_TYPES, configuration_type,
};
pub use alerts::definitions::{ALERT_DEFINITION, ALERT_DEFINITIONS};
pub use alerts::incidents::{ALERT_INCIDENT, INCIDENT_TYPES, incident_type};
pub use alerts::operations::{ALERT_OPERATIONS, LONG_RUNNING_OPERATION};
pub use authentication_contexts::{AUTHENTICATION_CONTEXT, AUTHENTICATION_CONTEXTS};
pub use directory::administrative_units::{ADMINISTRATIVE_UNIT, ADMINISTRATIVE_UNITS};
pub use directory::directory_objects::{DIRECTORY_OBJECT, DIRECTORY_OBJECTS};
pub use directory::groups::{GROUP, GROUPS};
pub use directory::organization::{ORGANIZATION, TENANT};
pub use directory::service_principals::{SERVICE_PRINCIPAL, SERVICE_PRINCIPALS};
pub use directory::subscribed_skus::{SUBSCRIBED_SKU, SUBSCRIBED_SKUS};
pub use directory::users::{USER, USERS};
pub use directory_audits::{DIRECTORY_AUDIT, DIRECTORY_AUDITS};
pub use directory_roles::{
    DIRECTORY_ROLE, DIRECTORY_ROLE_TEMPLATE, DIRECTORY_ROLE_TEMPLATES, DIRECTORY_ROLES,
};
pub use role_management::approvals::{APPROVAL, APPROVAL_STAGE, APPROVAL_STEP, APPROVALS};
pub use role_management::instances::{
    ASSIGNMENT_INSTANCE, ASSIGNMENT_INSTANCES, ELIGIBILITY_INSTANCE, ELIGIBILITY_INSTANCES,
};
pub use role_management::policies::{POLICIES, POLICY, POLICY_ASSIGNMENT, POLICY_ASSIGNMENTS};
pub use role_management::policy_rules::{
    APPROVAL_RULE, AUTHENTICATION_CONTEXT_RULE, ENABLEMENT_RULE, EXPIRATION_RULE, NOTIFICATION_RULE,
    POLICY_RULE,
};
pub use role_management::role_assignments::{ROLE_ASSIGNMENT, ROLE_ASSIGNMENTS};
pub use role_management::role_definitions::{ROLE_DEFINITION, ROLE_DEFINITIONS};
pub use role_management::schedule_requests::{
    ASSIGNMENT_REQUEST, ASSIGNMENT_REQUESTS_SET as ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUEST,
    ELIGIBILITY_REQUESTS_SET as ELIGIBILITY_REQUESTS,
};
pub use role_management::schedules::{
    APP_SCOPE, ASSIGNMENT_SCHEDULE, ASSIGNMENT_SCHEDULES, ELIGIBILITY_SCHEDULE, ELIGIBILITY_SCHEDULES,
};
pub use types::{
    ACTIONS, CREATED_BY, EXPIRATION_TYPES, GROUP_TYPE, IDENTITY, OPERATION_RESULT, REQUEST_SCHEDULE,
    ROLE_PERMISSION, TARGET_OPERATIONS, TEXTS, TICKET_INFO,
};

pub(crate) use collect::Schema;
pub(crate) use role_management::policy_rules::{QUORUM, rule_type};

use crate::description::{EntitySet, EntityType};

/// Every entity set, in the order of the compatibility table.
pub static ALL: [&EntitySet; 26] = [
    &ASSIGNMENT_REQUESTS,
    &ASSIGNMENT_SCHEDULES,
    &ASSIGNMENT_INSTANCES,
    &ELIGIBILITY_REQUESTS,
    &ELIGIBILITY_SCHEDULES,
    &ELIGIBILITY_INSTANCES,
    &ROLE_ASSIGNMENTS,
    &ROLE_DEFINITIONS,
    &APPROVALS,
    &POLICIES,
    &POLICY_ASSIGNMENTS,
    &USERS,
    &GROUPS,
    &SERVICE_PRINCIPALS,
    &ADMINISTRATIVE_UNITS,
    &DIRECTORY_OBJECTS,
    &ORGANIZATION,
    &SUBSCRIBED_SKUS,
    &DIRECTORY_ROLES,
    &DIRECTORY_ROLE_TEMPLATES,
    &DIRECTORY_AUDITS,
    &AUTHENTICATION_CONTEXTS,
    &ALERTS,
    &ALERT_DEFINITIONS,
    &ALERT_CONFIGURATIONS,
    &ALERT_OPERATIONS,
];

/// The shapes that policy rules have.
pub static RULE_TYPES: [&EntityType; 5] = [
    &EXPIRATION_RULE,
    &ENABLEMENT_RULE,
    &APPROVAL_RULE,
    &AUTHENTICATION_CONTEXT_RULE,
    &NOTIFICATION_RULE,
];

/// The type of the entities of a collection.
pub const fn entity_of(collection: Collection) -> &'static EntityType {
    match collection {
        Collection::ScheduleRequests(GrantKind::Assignment) => &ASSIGNMENT_REQUEST,
        Collection::ScheduleRequests(GrantKind::Eligibility) => &ELIGIBILITY_REQUEST,
        Collection::Approvals => &APPROVAL,
        Collection::Schedules(GrantKind::Assignment) => &ASSIGNMENT_SCHEDULE,
        Collection::Schedules(GrantKind::Eligibility) => &ELIGIBILITY_SCHEDULE,
        Collection::ScheduleInstances(GrantKind::Assignment) => &ASSIGNMENT_INSTANCE,
        Collection::ScheduleInstances(GrantKind::Eligibility) => &ELIGIBILITY_INSTANCE,
        Collection::RoleAssignments => &ROLE_ASSIGNMENT,
        Collection::RoleDefinitions => &ROLE_DEFINITION,
        Collection::Policies => &POLICY,
        Collection::PolicyAssignments => &POLICY_ASSIGNMENT,
        Collection::PolicyRules => &POLICY_RULE,
        Collection::Users => &USER,
        Collection::Groups => &GROUP,
        Collection::ServicePrincipals => &SERVICE_PRINCIPAL,
        Collection::AdministrativeUnits => &ADMINISTRATIVE_UNIT,
        Collection::DirectoryObjects => &DIRECTORY_OBJECT,
        Collection::Organization => &TENANT,
        Collection::SubscribedSkus => &SUBSCRIBED_SKU,
        Collection::DirectoryRoleTemplates => &DIRECTORY_ROLE_TEMPLATE,
        Collection::DirectoryRoles => &DIRECTORY_ROLE,
        Collection::DirectoryAudits => &DIRECTORY_AUDIT,
        Collection::AuthenticationContexts => &AUTHENTICATION_CONTEXT,
        Collection::Alerts => &ALERT,
        Collection::AlertDefinitions => &ALERT_DEFINITION,
        Collection::AlertConfigurations => &ALERT_CONFIGURATION,
        Collection::AlertIncidents => &ALERT_INCIDENT,
        Collection::AlertOperations => &LONG_RUNNING_OPERATION,
    }
}

/// The type that a record really has.
pub fn type_of(record: &Record) -> &'static EntityType {
    match record {
        Record::ScheduleRequest(record) => entity_of(Collection::ScheduleRequests(record.request.kind)),
        Record::Approval(_) => &APPROVAL,
        Record::ApprovalStep(_) => &APPROVAL_STEP,
        Record::ApprovalStage(_) => &APPROVAL_STAGE,
        Record::Schedule(record) => entity_of(Collection::Schedules(record.grant.kind)),
        Record::ScheduleInstance(record) => entity_of(Collection::ScheduleInstances(record.grant.kind)),
        Record::RoleAssignment(_) => &ROLE_ASSIGNMENT,
        Record::RoleDefinition(_) => &ROLE_DEFINITION,
        Record::Policy(_) => &POLICY,
        Record::PolicyAssignment(_) => &POLICY_ASSIGNMENT,
        Record::PolicyRule(_, id) => rule_type(*id),
        Record::DirectoryObject(object) => match &object.body {
            ObjectBody::User(_) => &USER,
            ObjectBody::Group(_) => &GROUP,
            ObjectBody::ServicePrincipal(_) => &SERVICE_PRINCIPAL,
            ObjectBody::AdministrativeUnit(_) => &ADMINISTRATIVE_UNIT,
        },
        Record::Scope(_) => &DIRECTORY_OBJECT,
        Record::Organization(_) => &TENANT,
        Record::SubscribedSku(_) => &SUBSCRIBED_SKU,
        Record::DirectoryRoleTemplate(_) => &DIRECTORY_ROLE_TEMPLATE,
        Record::DirectoryRole(_) => &DIRECTORY_ROLE,
        Record::DirectoryAudit(_) => &DIRECTORY_AUDIT,
        Record::AuthenticationContext(_) => &AUTHENTICATION_CONTEXT,
        Record::Alert(_) => &ALERT,
        Record::AlertDefinition(_) => &ALERT_DEFINITION,
        Record::AlertConfiguration(name, _) => configuration_type(*name),
        Record::AlertIncident(name, _) => incident_type(*name),
        Record::AlertOperation(_) => &LONG_RUNNING_OPERATION,
    }
}

#[cfg(test)]
mod tests;
