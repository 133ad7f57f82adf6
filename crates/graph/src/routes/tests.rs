//! The route table: every form of path that clients send, and those that lead nowhere.

use model::query::Nav;
use odata::path::split;

use super::*;
use crate::description::{MemberAction, OperationKind};

mod alerts;

const ID: &str = "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650";
const PIM: &str = "/roleManagement/directory";

fn route(version: Version, method: Method, path: &str) -> Result<Route, RouteError> {
    resolve(version, method, &split(path).unwrap())
}

fn get(path: &str) -> Route {
    route(Version::V1, Method::Get, path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn kind(method: Method, path: &str) -> OperationKind {
    route(Version::V1, method, path)
        .unwrap_or_else(|error| panic!("{path}: {error}"))
        .operation
        .kind
}

#[test]
fn the_same_place_has_many_spellings() {
    let paths = [
        format!("{PIM}/roleAssignmentScheduleRequests/{ID}"),
        format!("{PIM}/roleAssignmentScheduleRequests/{ID}/"),
        format!("/{PIM}//RoleAssignmentScheduleRequests/{ID}"),
        format!("/rolemanagement/DIRECTORY/roleassignmentschedulerequests('{ID}')"),
        format!("/rolemanagement/Directory/roleAssignmentScheduleRequests(%27{ID}%27)"),
        format!("{PIM}/roleAssignmentScheduleRequests(id='{ID}')"),
    ];
    for path in paths {
        let route = get(&path);
        assert!(
            std::ptr::eq(route.set, &raw const sets::ASSIGNMENT_REQUESTS),
            "{path}"
        );
        match route.target {
            Target::Get(Key::Id(id)) => assert_eq!(id, ID, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
}

#[test]
fn the_options_of_filter_by_current_user_are_read_in_every_form() {
    let cases = [
        (
            "roleAssignmentScheduleRequests/filterByCurrentUser(on='principal')",
            UserRelation::Principal,
        ),
        (
            "roleAssignmentScheduleRequests/filterByCurrentUser(on=%27approver%27)",
            UserRelation::Approver,
        ),
        (
            "roleEligibilityScheduleRequests/FilterByCurrentUser(On='CreatedBy')",
            UserRelation::CreatedBy,
        ),
        (
            "roleEligibilitySchedules/filterByCurrentUser(on=principal)",
            UserRelation::Principal,
        ),
        (
            "roleAssignmentScheduleInstances/microsoft.graph.filterByCurrentUser(on='principal')",
            UserRelation::Principal,
        ),
        (
            "roleAssignmentScheduleRequests/filterByCurrentUser(on=microsoft.graph.roleAssignmentScheduleRequestFilterByCurrentUserOptions'approver')",
            UserRelation::Approver,
        ),
    ];
    for (path, expected) in cases {
        match get(&format!("{PIM}/{path}")).target {
            Target::FilterByCurrentUser(relation) => assert_eq!(relation, expected, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    for path in [
        "roleAssignmentSchedules/filterByCurrentUser(on='approver')",
        "roleAssignmentScheduleRequests/filterByCurrentUser(on='unknownFutureValue')",
        "roleAssignmentScheduleRequests/filterByCurrentUser(on='')",
    ] {
        assert!(
            matches!(
                route(Version::V1, Method::Get, &format!("{PIM}/{path}")),
                Err(RouteError::InvalidParameter { .. })
            ),
            "{path}"
        );
    }
}

#[test]
fn every_verb_has_its_operation() {
    use Method as M;
    use OperationKind as K;
    let cases = [
        (
            M::Post,
            format!("{PIM}/roleAssignmentScheduleRequests/"),
            K::Create,
        ),
        (
            M::Post,
            format!("{PIM}/roleEligibilityScheduleRequests/{ID}/cancel"),
            K::Cancel,
        ),
        (
            M::Post,
            format!("{PIM}/roleEligibilityScheduleRequests/{ID}/microsoft.graph.cancel"),
            K::Cancel,
        ),
        (
            M::Get,
            format!("{PIM}/roleEligibilityScheduleInstances/$count"),
            K::Count,
        ),
        (
            M::Get,
            format!("{PIM}/roleAssignmentSchedules/{ID}/principal"),
            K::Navigate(Nav::Principal),
        ),
        (
            M::Get,
            format!("{PIM}/roleAssignmentSchedules/{ID}/activatedUsing"),
            K::Navigate(Nav::ActivatedUsing),
        ),
        (M::Post, format!("{PIM}/roleAssignments"), K::Create),
        (
            M::Delete,
            format!("{PIM}/roleAssignments/LJnv8vs6uUa3z6Em7nTEURpsDl30cg1Lij8Zx-K01lA-1"),
            K::Delete,
        ),
        (M::Patch, format!("{PIM}/roleDefinitions/{ID}"), K::Update),
        (
            M::Patch,
            "/policies/roleManagementPolicies/P".to_owned(),
            K::Update,
        ),
        (
            M::Get,
            "/policies/roleManagementPolicies/P/rules".to_owned(),
            K::Navigate(Nav::Rules),
        ),
        (
            M::Get,
            "/policies/roleManagementPolicies/P/rules/$count".to_owned(),
            K::NavigateCount(Nav::Rules),
        ),
        (
            M::Get,
            "/policies/roleManagementPolicies('P')/effectiveRules('Expiration_EndUser_Assignment')"
                .to_owned(),
            K::NavigateElement(Nav::EffectiveRules),
        ),
        (
            M::Patch,
            "/policies/roleManagementPolicies/P/rules/Expiration_EndUser_Assignment".to_owned(),
            K::UpdateElement(Nav::Rules),
        ),
        (
            M::Get,
            "/policies/roleManagementPolicyAssignments/A/policy".to_owned(),
            K::Navigate(Nav::Policy),
        ),
        (
            M::Get,
            format!("/groups/{ID}/members/$ref"),
            K::References(Nav::Members),
        ),
        (
            M::Post,
            format!("/groups/{ID}/members/$ref"),
            K::AddReference(Nav::Members),
        ),
        (
            M::Delete,
            format!("/groups/{ID}/members/{ID}/$ref"),
            K::RemoveReference(Nav::Members),
        ),
        (
            M::Get,
            format!("/groups/{ID}/members/microsoft.graph.user"),
            K::NavigateCast(Nav::Members),
        ),
        (
            M::Get,
            format!("/users/{ID}/memberOf/graph.directoryRole"),
            K::NavigateCast(Nav::MemberOf),
        ),
        (M::Post, "/directoryObjects/getByIds".to_owned(), K::GetByIds),
        (
            M::Post,
            "/directoryObjects/microsoft.graph.getByIds".to_owned(),
            K::GetByIds,
        ),
        (M::Get, format!("/directoryobjects/{ID}/"), K::Get),
        (
            M::Post,
            format!("/users/{ID}/getMemberGroups"),
            K::Members(MemberAction::GetMemberGroups),
        ),
        (M::Get, format!("/directory/administrativeUnits/{ID}"), K::Get),
        (M::Get, "/auditlogs/directoryaudits".to_owned(), K::List),
        (M::Get, "/directoryRoles".to_owned(), K::List),
        (M::Get, "/directoryRoleTemplates".to_owned(), K::List),
        (M::Get, "/organization".to_owned(), K::List),
    ];
    for (method, path, expected) in cases {
        assert_eq!(kind(method, &path), expected, "{path}");
    }
}

#[test]
fn the_caller_is_a_key_among_users() {
    for path in [
        "/me",
        "/Me/",
        "/users/me-token-to-replace",
        "/users('me-token-to-replace')",
        "/me/memberOf",
        "/me/transitiveMemberOf/microsoft.graph.group",
        "/users/me-token-to-replace/memberOf",
    ] {
        let route = get(path);
        assert!(std::ptr::eq(route.set, &raw const USERS), "{path}");
        let key = match route.target {
            Target::Get(key) | Target::Navigation { key, .. } => key,
            other => panic!("{path}: {other:?}"),
        };
        assert_eq!(key, Key::Me, "{path}");
    }
    let answer = route(Version::V1, Method::Post, "/me/getMemberObjects").unwrap();
    assert!(matches!(
        answer.target,
        Target::Members(Key::Me, MemberAction::GetMemberObjects)
    ));
}

#[test]
fn alternate_keys_are_read_in_both_forms() {
    let cases = [
        (format!("/servicePrincipals(appId='{ID}')"), "appId", ID),
        (
            format!("/directoryRoles(roletemplateid ='{ID}')"),
            "roleTemplateId",
            ID,
        ),
        (
            format!("/directoryRoles/roleTemplateId={ID}"),
            "roleTemplateId",
            ID,
        ),
        (
            "/users(userPrincipalName='mira@pim.example')".to_owned(),
            "userPrincipalName",
            "mira@pim.example",
        ),
    ];
    for (path, name, expected) in cases {
        match get(&path).target {
            Target::Get(Key::Alternate { property, value }) => {
                assert_eq!((property, value.as_str()), (name, expected), "{path}");
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    match get("/users/guest_x%23EXT%23@pim.example").target {
        Target::Get(Key::Id(id)) => assert_eq!(id, "guest_x#EXT#@pim.example"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_segments_are_named() {
    let cases = [
        ("/nonsense", "nonsense"),
        ("/roleManagement/nonsense/roleAssignments", "nonsense"),
        ("/roleManagement/directory/nonsense", "nonsense"),
        ("/roleManagement", "roleManagement"),
        ("/users/x/nonsense", "nonsense"),
        ("/groups/x/members/nonsense", "nonsense"),
        (
            "/groups/x/members/microsoft.graph.device",
            "microsoft.graph.device",
        ),
        ("/administrativeUnits", "administrativeUnits"),
        ("/users/$value", "$value"),
        ("/directoryObjects", "directoryObjects"),
        ("/servicePrincipals(nonsense='x')", "nonsense"),
        ("/", ""),
    ];
    for (path, expected) in cases {
        assert_eq!(
            route(Version::V1, Method::Get, path).map(|route| route.operation.path),
            Err(RouteError::UnknownSegment(expected.to_owned())),
            "{path}"
        );
    }
    assert!(route(Version::Beta, Method::Get, "/administrativeUnits").is_ok());
    let error = GraphError::from(RouteError::UnknownSegment("x".to_owned()));
    assert_eq!((error.status, error.code.as_ref()), (400, "BadRequest"));
    assert_eq!(error.message, "Resource not found for the segment 'x'.");
}

#[test]
fn what_graph_has_beside_is_told_apart() {
    let of = |version, path: &str| route(version, Method::Get, path).map(|route| route.operation.path);
    let not_served = |path: &str| Err(RouteError::NotServed(path.to_owned()));
    for version in Version::ALL {
        assert_eq!(
            of(version, "/rolemanagement/ENTITLEMENTMANAGEMENT/roleAssignments"),
            not_served("roleManagement/entitlementManagement")
        );
        assert_eq!(of(version, "/domains"), not_served("domains"));
    }
    let error = GraphError::from(RouteError::NotServed("a/b".to_owned()));
    assert_eq!((error.status, error.code.as_ref()), (501, "notSupported"));
    assert_eq!(error.message, "'a/b' is not served here.");
}

#[test]
fn known_paths_refuse_other_methods() {
    let mut cases = Vec::new();
    for set in ["roleAssignmentSchedules", "roleEligibilityScheduleInstances"] {
        for (method, path) in [
            (Method::Post, format!("{PIM}/{set}")),
            (Method::Patch, format!("{PIM}/{set}/{ID}")),
            (Method::Delete, format!("{PIM}/{set}/{ID}")),
        ] {
            cases.push((method, path));
        }
    }
    cases.extend([
        (
            Method::Patch,
            format!("{PIM}/roleAssignmentScheduleRequests/{ID}"),
        ),
        (
            Method::Delete,
            format!("{PIM}/roleAssignmentScheduleRequests/{ID}"),
        ),
        (Method::Post, "/policies/roleManagementPolicies".to_owned()),
        (
            Method::Delete,
            "/policies/roleManagementPolicies/P/rules/R".to_owned(),
        ),
        (
            Method::Patch,
            "/policies/roleManagementPolicies/P/effectiveRules/R".to_owned(),
        ),
        (Method::Post, "/auditLogs/directoryAudits".to_owned()),
        (Method::Put, format!("/users/{ID}")),
        (Method::Delete, "/users".to_owned()),
        (Method::Get, "/directoryObjects/getByIds".to_owned()),
    ]);
    for (method, path) in cases {
        let error = route(Version::V1, method, &path).unwrap_err();
        assert!(
            matches!(&error, RouteError::MethodNotAllowed { allowed } if !allowed.is_empty()),
            "{path}: {error}"
        );
        assert_eq!(GraphError::from(error).status, 405, "{path}");
    }
}

#[test]
fn the_parts_of_an_approval_are_steps_in_beta_and_stages_in_v1() {
    let set = format!("{PIM}/roleAssignmentApprovals/{ID}");
    for (version, name, other, nav) in [
        (Version::Beta, "steps", "stages", Nav::Steps),
        (Version::V1, "stages", "steps", Nav::Stages),
    ] {
        let cases = [
            (Method::Get, String::new(), OperationKind::Get),
            (Method::Get, "/".to_owned(), OperationKind::Get),
            (Method::Get, format!("/{name}"), OperationKind::Navigate(nav)),
            (
                Method::Get,
                format!("/{name}/{ID}"),
                OperationKind::NavigateElement(nav),
            ),
            (
                Method::Patch,
                format!("/{name}('{ID}')"),
                OperationKind::UpdateElement(nav),
            ),
        ];
        for (method, rest, expected) in cases {
            let found = route(version, method, &format!("{set}{rest}"));
            let found = found.unwrap_or_else(|error| panic!("{rest}: {error}"));
            assert_eq!(found.operation.kind, expected, "{rest}");
        }
        assert!(route(version, Method::Get, &format!("{set}/{other}")).is_err());
    }
    let by_approver = format!("{PIM}/roleAssignmentApprovals/filterByCurrentUser(on='Target')");
    let found = route(Version::Beta, Method::Get, &by_approver).unwrap();
    assert!(matches!(
        found.target,
        Target::FilterByCurrentUser(UserRelation::Principal)
    ));
}

#[test]
fn methods_that_are_none_of_ours_learn_which_are() {
    let segments = split(&format!("/users/{ID}")).unwrap();
    let allowed = vec![Method::Get, Method::Patch, Method::Delete];
    assert_eq!(
        resolve(Version::V1, None, &segments).map(|_| ()),
        Err(RouteError::MethodNotAllowed { allowed })
    );
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_path_makes_the_router_fall_over(path in "(/([a-zA-Z$.]{0,12}|users|me|groups|\\PC{0,8})(\\('?\\PC{0,6}'?\\))?){0,8}") {
            if let Ok(segments) = split(&path) {
                for method in [Method::Get, Method::Post, Method::Delete] {
                    let _ = resolve(Version::Beta, method, &segments);
                }
            }
        }
    }
}
