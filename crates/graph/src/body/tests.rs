//! Bodies of directory objects, roles and references.

use model::directory::{ObjectKind, Relation};
use model::{DirectoryObject, DirectoryScope, Instant, ObjectBody};
use serde_json::{Value, json};

use super::*;
use crate::description::MemberAction;

const ID: &str = "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650";
const OTHER: &str = "e81b4f60-9d2a-4c75-a1e3-05b7c6d2f398";

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

fn stored(draft: ObjectDraft) -> DirectoryObject {
    DirectoryObject {
        id: ID.parse().unwrap(),
        display_name: draft.display_name,
        description: draft.description,
        created_at: Instant::from_micros(0),
        body: draft.body,
    }
}

fn user() -> Value {
    json!({"accountEnabled": true, "displayName": "Mira", "mailNickname": "mira",
        "userPrincipalName": "mira@pim.example", "passwordProfile": {"password": "x"}, "mail": "m@pim.example"})
}

#[test]
fn users_are_made_and_changed() {
    let draft = create_user(&bytes(&user())).unwrap();
    let ObjectBody::User(made) = &draft.body else {
        panic!()
    };
    assert!(made.account_enabled);
    assert_eq!(
        (made.user_type.as_str(), made.mail.as_deref()),
        ("Member", Some("m@pim.example"))
    );
    let current = stored(draft);
    let changed = patch_user(
        &current,
        &bytes(&json!({"MAIL": null, "accountEnabled": "false", "userType": "guest", "unknown": 5})),
    )
    .unwrap();
    let ObjectBody::User(changed) = changed.body else {
        panic!()
    };
    assert_eq!((changed.mail, changed.account_enabled), (None, false));
    assert_eq!(changed.user_type, "Guest");
    assert_eq!(changed.mail_nickname.as_deref(), Some("mira"));
    assert_eq!(patch_user(&current, b"{}").unwrap(), current);
    for bad in [
        json!({"displayName": null}),
        json!({"displayName": " "}),
        json!({"userPrincipalName": "mira"}),
        json!({"userPrincipalName": "a b@c"}),
        json!({"userType": "Robot"}),
    ] {
        let error = patch_user(&current, &bytes(&bad)).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_ref()),
            (400, "Request_BadRequest"),
            "{bad}"
        );
    }
    assert_eq!(patch_user(&current, b"[]").unwrap_err().code, "BadRequest");
    assert_eq!(
        patch_group(&current, b"{}").unwrap_err().code,
        "Request_BadRequest"
    );
}

#[test]
fn what_creating_needs_is_named() {
    let mut cases: Vec<(&str, GraphError)> = Vec::new();
    for missing in ["accountEnabled", "displayName", "userPrincipalName"] {
        let mut body = user();
        body.as_object_mut().unwrap().remove(missing);
        cases.push((missing, create_user(&bytes(&body)).unwrap_err()));
    }
    cases.push((
        "mailEnabled",
        create_group(br#"{"displayName":"x"}"#).unwrap_err(),
    ));
    cases.push(("appId", create_service_principal(b"{}").unwrap_err()));
    cases.push(("displayName", create_administrative_unit(b"{}").unwrap_err()));
    let id = ID.parse().unwrap();
    cases.push((
        "rolePermissions",
        create_role_definition(id, br#"{"displayName":"x","isEnabled":true}"#).unwrap_err(),
    ));
    cases.push(("directoryScopeId", create_role_assignment(b"{}").unwrap_err()));
    cases.push(("@odata.id", reference(b"{}").unwrap_err()));
    cases.push(("ids", get_by_ids(b"{}").unwrap_err()));
    cases.push((
        "groupIds",
        member_action(MemberAction::CheckMemberGroups, b"{}").unwrap_err(),
    ));
    for (missing, error) in cases {
        assert_eq!(error.code, "Request_BadRequest", "{missing}");
        assert_eq!(
            error.details.first().and_then(|detail| detail.target.as_deref()),
            Some(missing)
        );
    }
}

#[test]
fn groups_fix_what_roles_need_at_creation() {
    let body = json!({"displayName": "Ops", "mailEnabled": false, "mailNickname": "ops", "securityEnabled": true,
        "isAssignableToRole": true, "description": "d",
        "members@odata.bind": [format!("https://graph.microsoft.com/v1.0/directoryObjects/{ID}")],
        "owners@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{OTHER}")]});
    let draft = create_group(&bytes(&body)).unwrap();
    assert_eq!(
        draft.links,
        [
            (Relation::Member, ID.parse().unwrap()),
            (Relation::Owner, OTHER.parse().unwrap())
        ]
    );
    let current = stored(draft);
    assert!(
        patch_group(
            &current,
            &bytes(&json!({"isAssignableToRole": true, "displayName": "New"}))
        )
        .is_ok()
    );
    for bad in [
        json!({"isAssignableToRole": false}),
        json!({"securityEnabled": false}),
        json!({"groupTypes": ["DynamicMembership"]}),
    ] {
        assert_eq!(
            patch_group(&current, &bytes(&bad)).unwrap_err().code,
            "Request_BadRequest",
            "{bad}"
        );
    }
}

#[test]
fn service_principals_and_units_have_defaults() {
    let draft = create_service_principal(&bytes(&json!({"appId": ID}))).unwrap();
    assert_eq!(draft.display_name, ID);
    let current = stored(draft);
    assert!(patch_service_principal(&current, &bytes(&json!({"appId": OTHER}))).is_err());
    assert!(patch_service_principal(&current, &bytes(&json!({"appId": ID, "tags": ["x"]}))).is_ok());
    let draft = create_administrative_unit(br#"{"displayName":"Branch","visibility":null}"#).unwrap();
    let current = stored(draft);
    let changed = patch_administrative_unit(&current, br#"{"visibility":"HiddenMembership"}"#).unwrap();
    let ObjectBody::AdministrativeUnit(unit) = changed.body else {
        panic!()
    };
    assert_eq!(unit.visibility.as_deref(), Some("HiddenMembership"));
    assert_eq!(unit.membership_type.as_deref(), Some("Assigned"));
}

#[test]
fn custom_roles_keep_no_conditions() {
    let body = json!({"displayName": "Viewer", "isEnabled": true, "rolePermissions": [
        {"allowedResourceActions": ["microsoft.directory/applications/standard/read"], "condition": "x"}]});
    let role = create_role_definition(ID.parse().unwrap(), &bytes(&body)).unwrap();
    assert!(!role.is_built_in && role.is_enabled);
    assert_eq!(role.template_id, role.id);
    assert_eq!(role.permissions[0].condition, None);
    let changed = patch_role_definition(&role, br#"{"isEnabled":false}"#).unwrap();
    assert_eq!(changed.permissions, role.permissions);
    let bad = json!({"rolePermissions": [{"allowedResourceActions": ["nonsense"]}]});
    assert!(patch_role_definition(&role, &bytes(&bad)).is_err());
}

#[test]
fn role_assignments_name_exactly_one_scope() {
    let body = |scopes: Value| {
        let mut body = json!({"@odata.type": "#microsoft.graph.unifiedRoleAssignment", "principalId": ID,
            "roleDefinitionId": OTHER});
        body.as_object_mut()
            .unwrap()
            .extend(scopes.as_object().unwrap().clone());
        bytes(&body)
    };
    for scopes in [
        json!({"directoryScopeId": "/"}),
        json!({"appScopeId": "/", "directoryScopeId": null}),
    ] {
        let read = create_role_assignment(&body(scopes)).unwrap();
        assert_eq!(read.scope, DirectoryScope::Tenant);
    }
    for scopes in [
        json!({}),
        json!({"directoryScopeId": "/", "appScopeId": "/"}),
        json!({"appScopeId": "/x"}),
        json!({"directoryScopeId": "x"}),
    ] {
        assert!(create_role_assignment(&body(scopes.clone())).is_err(), "{scopes}");
    }
}

#[test]
fn references_are_the_last_guid_of_any_link() {
    for link in [
        format!("https://graph.pim.example/v1.0/directoryObjects/{ID}"),
        format!("https://graph.microsoft.com/v1.0/{OTHER}/users/{ID}"),
        format!("https://localhost:8443/beta/users('{ID}')"),
        format!("directoryObjects/{}/", ID.to_uppercase()),
        ID.to_owned(),
    ] {
        let read = reference(&bytes(&json!({"@odata.id": link}))).unwrap();
        assert_eq!(read.to_string(), ID, "{link}");
    }
    for link in [
        "",
        "https://x/é",
        "https://graph.microsoft.com/v1.0/users/mira@pim.example",
    ] {
        assert!(reference(&bytes(&json!({"@odata.id": link}))).is_err(), "{link}");
    }
}

#[test]
fn ids_are_limited_and_types_read_in_any_case() {
    let read = get_by_ids(&bytes(
        &json!({"ids": [ID], "types": ["User", "servicePRINCIPAL", "device"]}),
    ))
    .unwrap();
    assert_eq!(read.kinds, [ObjectKind::User, ObjectKind::ServicePrincipal]);
    assert_eq!(read.ids.len(), 1);
    assert!(
        get_by_ids(&bytes(&json!({"ids": [ID]})))
            .unwrap()
            .kinds
            .is_empty()
    );
    assert!(
        get_by_ids(&bytes(&json!({"ids": [ID], "types": ["device"]})))
            .unwrap()
            .ids
            .is_empty()
    );
    assert!(
        !get_by_ids(&bytes(&json!({"ids": [ID], "types": ["directoryObject"]})))
            .unwrap()
            .ids
            .is_empty()
    );
    assert!(get_by_ids(&bytes(&json!({"ids": vec![ID; 1_001]}))).is_err());
    assert!(get_by_ids(&bytes(&json!({"ids": ["x"]}))).is_err());
    let asked = member_action(MemberAction::GetMemberGroups, br#"{"securityEnabledOnly":true}"#).unwrap();
    assert!(asked.security_enabled_only && asked.ids.is_empty());
    let asked = member_action(MemberAction::CheckMemberObjects, &bytes(&json!({"ids": [ID]}))).unwrap();
    assert_eq!(asked.ids.len(), 1);
}
