//! The queries that real clients send bind against the descriptions, and what differs between the
//! versions does (schedules dossier, 4.4; directory dossier, B2; audit dossier, B3).

use model::query::Nav;
use odata::bound::{BoundQuery, Select};
use odata::{BindError, RawOptions, bind};

use super::*;
use crate::Version;

const ID: &str = "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650";

fn bound(set: &EntitySet, version: Version, query: &str) -> Result<BoundQuery, BindError> {
    let query = query.replace("{g}", ID);
    let options = RawOptions::parse(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
    bind(&options, set.entity.schema(version))
}

#[test]
fn the_queries_of_real_clients_bind() {
    let both_instances = [&ASSIGNMENT_INSTANCES, &ELIGIBILITY_INSTANCES];
    let both_schedules = [&ASSIGNMENT_SCHEDULES, &ELIGIBILITY_SCHEDULES];
    let both_requests = [&ASSIGNMENT_REQUESTS, &ELIGIBILITY_REQUESTS];
    let pairs: [(&[&EntitySet], &str); 15] = [
        (
            &both_instances,
            "$expand=roleDefinition,principal&$filter=principal/id eq '{g}' and tolower(roleDefinition/displayName) eq 'user administrator'",
        ),
        (
            &both_instances,
            "$expand=principal,roledefinition&$filter=memberType eq 'Direct'",
        ),
        (
            &both_instances,
            "$filter=principalId eq '{g}' and startDateTime ge 2026-01-01T12:00:00Z&$expand=roleDefinition($select=displayName),principal",
        ),
        (
            &both_instances,
            "$filter=roleDefinitionId eq '{g}'&$expand=principal,directoryScope",
        ),
        (
            &both_instances,
            "%24count=true&%24filter=startswith(principal/displayName,'x')&%24select=id,principalId&%24top=1",
        ),
        (&both_instances, "$orderby=startDateTime desc,endDateTime"),
        (
            &both_schedules,
            "$filter=PrincipalId eq '{g}' and RoleDefinitionId eq '{g}'",
        ),
        (
            &both_schedules,
            "$filter=directoryScopeId eq '/' and roleDefinitionId eq '{g}' and principalId eq '{g}'&$expand=principal,roleDefinition",
        ),
        (
            &both_schedules,
            "$filter=createdUsing eq null or status ne 'Provisioned'&$expand=*",
        ),
        (&both_requests, "$filter=status eq 'PendingApproval'"),
        (&both_requests, "$select=status&$filter=id eq '{g}'"),
        (
            &both_requests,
            "$filter=principalId eq '{g}' and createdDateTime ge 2026-01-01T00:00:00Z and status eq 'Revoked'&$expand=roleDefinition($select=displayName),targetSchedule($select=id)",
        ),
        (
            &both_requests,
            "$filter=createdBy/user/id eq '{g}' and action eq 'adminAssign'&$orderby=createdDateTime desc",
        ),
        (
            &both_requests,
            "$filter=appScopeId eq null and targetScheduleId eq '{g}'",
        ),
        (
            &both_requests,
            "$filter=completedDateTime lt 2026-01-01T00:00:00Z and isValidationOnly eq false",
        ),
    ];
    for version in Version::ALL {
        for (sets, query) in pairs {
            for set in sets {
                bound(set, version, query).unwrap_or_else(|error| panic!("{set:?} {query}: {error}"));
            }
        }
    }
    let single: [(&EntitySet, &str); 25] = [
        (
            &ASSIGNMENT_INSTANCES,
            "$select=startDateTime&$filter=roleAssignmentScheduleId eq '{g}'&$expand=activatedUsing",
        ),
        (
            &ASSIGNMENT_SCHEDULES,
            "$filter=roleDefinitionId eq '{g}' and assignmentType eq 'Assigned'&$expand=principal",
        ),
        (
            &ELIGIBILITY_INSTANCES,
            "$filter=roleEligibilityScheduleId eq '{g}'",
        ),
        (
            &ROLE_ASSIGNMENTS,
            "$filter = principalId eq '{g}'&$expand=principal",
        ),
        (
            &ROLE_ASSIGNMENTS,
            "$filter=principalId in ('{g}') and directoryScopeId eq '/'",
        ),
        (&APPROVALS, "$select=id&$filter=id eq '{g}'&$orderby=id"),
        (&ROLE_DEFINITIONS, "$select=displayname"),
        (
            &ROLE_DEFINITIONS,
            "$filter=displayName eq 'Global Reader' and isBuiltIn eq true",
        ),
        (
            &POLICIES,
            "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=rules,effectiveRules",
        ),
        (
            &POLICY_ASSIGNMENTS,
            "$filter=scopeType+eq+'DirectoryRole'+and+roledefinitionid+eq+'{g}'+and+scopeId+eq+'/'+",
        ),
        (
            &POLICY_ASSIGNMENTS,
            "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole' and policyId eq 'DirectoryRole_x_y'&$expand=policy%28%24expand%3Drules%29",
        ),
        (&POLICY_ASSIGNMENTS, "%24expand=%2A"),
        (&POLICY_ASSIGNMENTS, "$expand=policy($expand=rules($select=id))"),
        (&USERS, "$filter=userPrincipalName eq 'x'&$select=Id"),
        (
            &USERS,
            "$filter=startswith(displayName,'x') and accountEnabled eq true&$orderby=displayName&$select=id,accountEnabled,userType,createdDateTime",
        ),
        (
            &GROUPS,
            "$filter=isAssignableToRole eq true and not groupTypes/any(c:c eq 'Unified')&$select=id,displayName,isAssignableToRole",
        ),
        (&GROUPS, "$filter=mailNickname eq 'x'&$expand=members($select=id)"),
        (
            &SERVICE_PRINCIPALS,
            "$filter=appId eq '00000003-0000-0000-c000-000000000000'",
        ),
        (&ADMINISTRATIVE_UNITS, "$filter=displayName eq 'x'"),
        (
            &DIRECTORY_OBJECTS,
            "$select=id,displayName,userPrincipalName,appId",
        ),
        (
            &DIRECTORY_ROLES,
            "$filter=roleTemplateId eq '{g}'&$expand=members",
        ),
        (&DIRECTORY_ROLE_TEMPLATES, "$select=id,displayName"),
        (&ORGANIZATION, "$select=id,displayName,verifiedDomains"),
        (
            &DIRECTORY_AUDITS,
            "$filter=loggedByService eq 'PIM' and activityDateTime ge 2026-03-01T00:00:00Z and category eq 'RoleManagement' and result eq 'failure'&$orderby=activityDateTime desc&$top=999",
        ),
        (
            &DIRECTORY_AUDITS,
            "$filter=initiatedBy/user/id eq '{g}' or startswith(initiatedBy/user/userPrincipalName,'x') or initiatedBy/app/appId eq '{g}' or targetResources/any(t:startswith(t/displayName,'x')) or targetResources/any(t:t/id eq '{g}')",
        ),
    ];
    for version in Version::ALL {
        for (set, query) in single {
            bound(set, version, query).unwrap_or_else(|error| panic!("{set:?} {query}: {error}"));
        }
    }
}

#[test]
fn beta_properties_are_unknown_in_v1() {
    let cases: [(&EntitySet, &str); 3] = [
        (&ROLE_DEFINITIONS, "$filter=isPrivileged eq true"),
        (&ROLE_ASSIGNMENTS, "$select=resourceScope"),
        (&DIRECTORY_AUDITS, "$select=userAgent"),
    ];
    for (set, query) in cases {
        assert!(bound(set, Version::V1, query).is_err(), "{query}");
        assert!(bound(set, Version::Beta, query).is_ok(), "{query}");
    }
}

#[test]
fn answers_use_the_declared_spelling() {
    let query = bound(
        &ASSIGNMENT_REQUESTS,
        Version::V1,
        "$select=STATUS,scheduleinfo&$expand=roledefinition",
    )
    .unwrap();
    assert_eq!(query.select, Select::Only(vec!["status", "scheduleInfo"]));
    assert_eq!(query.expand[0].name, "roleDefinition");
}

#[test]
fn descriptions_are_consistent() {
    for set in ALL {
        assert!(std::ptr::eq(entity_of(set.collection), set.entity), "{set:?}");
        assert_eq!(set.path.join("/"), set.entity.context, "{set:?}");
        for (index, property) in set.entity.properties.iter().enumerate() {
            let rest = &set.entity.properties[index + 1..];
            assert!(
                rest.iter().all(|other| other.name != property.name),
                "{set:?} {}",
                property.name
            );
            assert!(!property.sortable || property.filterable, "{}", property.name);
        }
    }
}

#[test]
fn the_schedule_family_shares_its_navigations() {
    for set in &ALL[..7] {
        for nav in [
            Nav::Principal,
            Nav::RoleDefinition,
            Nav::DirectoryScope,
            Nav::AppScope,
        ] {
            assert!(set.entity.navigation(nav).is_some(), "{set:?}");
        }
    }
    assert!(ASSIGNMENT_REQUEST.navigation(Nav::ActivatedUsing).is_some());
    assert!(ELIGIBILITY_REQUEST.navigation(Nav::ActivatedUsing).is_none());
}
