//! Directory objects, role definitions and audit rows; annotations, projections and contexts.

use model::audit::{AuditEvent, AuditResult, AuditService, AuditTarget, Initiator, LoggedEvent};
use model::directory::{Group, ServicePrincipal, Tenant, User};
use model::query::Nav;
use serde_json::json;

use super::*;

fn user() -> Record {
    object(
        "Mara",
        MARA,
        ObjectBody::User(User {
            user_principal_name: "mara@pim.example".to_owned(),
            account_enabled: true,
            user_type: "Member".to_owned(),
            ..User::default()
        }),
    )
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_users_default_properties_are_graphs_eleven() {
    let shown = entity(v1(), &user().into());
    let mut names = keys(&shown);
    names.retain(|name| !name.starts_with('@'));
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName"
        ]
    );
}

#[test]
fn a_scope_has_nothing_that_only_other_objects_have() {
    let select = Select::Only(vec!["id", "displayName"]);
    let shaper = Shaper::new(v1(), &sets::DIRECTORY_OBJECT, &select, &[]);
    let scope = Record::Scope(model::DirectoryScope::Tenant);
    assert_eq!(written(shaper.item(&scope.into())), json!({"id": "/"}));
}

#[test]
fn an_expanded_principal_is_the_default_object_with_its_type() {
    let principals = [
        (user(), "#microsoft.graph.user"),
        (
            object("Ops", MARA, ObjectBody::Group(Group::default())),
            "#microsoft.graph.group",
        ),
        (
            object(
                "Robot",
                MARA,
                ObjectBody::ServicePrincipal(ServicePrincipal {
                    app_id: ADMIN.parse().unwrap(),
                    app_display_name: None,
                    app_owner_organization_id: None,
                    account_enabled: true,
                    service_principal_type: "Application".to_owned(),
                    service_principal_names: Vec::new(),
                    tags: Vec::new(),
                }),
            ),
            "#microsoft.graph.servicePrincipal",
        ),
    ];
    let expand = [expand(Nav::Principal, "principal", BoundQuery::default())];
    for (principal, type_name) in principals {
        let item = expanded(
            Record::ScheduleInstance(Box::new(eligibility())),
            Nav::Principal,
            Expanded::One(Some(Arc::new(principal.into()))),
        );
        let shaper = Shaper::new(v1(), &sets::ELIGIBILITY_INSTANCE, &Select::Default, &expand);
        let shown = written(shaper.item(&item));
        let shown = shown.get("principal").unwrap();
        assert_eq!(keys(shown).first(), Some(&"@odata.type"));
        assert_eq!(shown.get("@odata.type"), Some(&json!(type_name)));
        assert!(shown.get("displayName").is_some());
    }
}

#[test]
fn a_nested_select_keeps_the_type_and_a_deleted_principal_is_null() {
    let query = BoundQuery {
        select: Select::Only(vec!["id", "displayName", "appId"]),
        ..BoundQuery::default()
    };
    let expand = [expand(Nav::Principal, "principal", query)];
    let shaper = Shaper::new(v1(), &sets::ELIGIBILITY_INSTANCE, &Select::Default, &expand);
    let record = Record::ScheduleInstance(Box::new(eligibility()));
    let found = Expanded::One(Some(Arc::new(user().into())));
    let shown = written(shaper.item(&expanded(record.clone(), Nav::Principal, found)));
    assert_eq!(
        shown.get("principal"),
        Some(&json!({"@odata.type": "#microsoft.graph.user", "id": MARA, "displayName": "Mara"}))
    );
    let shown = written(shaper.item(&expanded(record, Nav::Principal, Expanded::One(None))));
    assert_eq!(shown.get("principal"), Some(&Value::Null));
}

#[test]
fn the_tenants_scope_is_an_id_without_a_type() {
    let expand = [expand(
        Nav::DirectoryScope,
        "directoryScope",
        BoundQuery::default(),
    )];
    let shaper = Shaper::new(v1(), &sets::ELIGIBILITY_INSTANCE, &Select::Default, &expand);
    let item = expanded(
        Record::ScheduleInstance(Box::new(eligibility())),
        Nav::DirectoryScope,
        Expanded::One(Some(Arc::new(Record::Scope(DirectoryScope::Tenant).into()))),
    );
    assert_eq!(
        written(shaper.item(&item)).get("directoryScope"),
        Some(&json!({"id": "/"}))
    );
}

#[test]
fn full_metadata_adds_ids_and_types() {
    let shown = entity(shaping(Version::V1, MetadataLevel::Full), &user().into());
    assert_eq!(
        shown.get("@odata.id"),
        Some(&json!(format!("https://pim.example.net/v1.0/users('{MARA}')")))
    );
    assert_eq!(shown.get("@odata.type"), Some(&json!("#microsoft.graph.user")));
    let shown = entity(
        shaping(Version::V1, MetadataLevel::Full),
        &Record::Schedule(Box::new(eligibility())).into(),
    );
    assert_eq!(
        shown.get("createdDateTime@odata.type"),
        Some(&json!("#DateTimeOffset"))
    );
}

#[test]
fn contexts_say_what_was_selected_and_expanded() {
    let none = Select::Default;
    let some = Select::Only(vec!["id", "status"]);
    let principal = expand(Nav::Principal, "principal", BoundQuery::default());
    let named = expand(
        Nav::RoleDefinition,
        "roleDefinition",
        BoundQuery {
            select: Select::Only(vec!["displayName", "id"]),
            ..BoundQuery::default()
        },
    );
    let requests = &sets::ASSIGNMENT_REQUEST;
    let path = "roleManagement/directory/roleAssignmentScheduleRequests";
    let cases = [
        (Context::collection(requests, &none, &[]), path.to_owned()),
        (Context::entity(requests, &none, &[]), format!("{path}/$entity")),
        (
            Context::collection(requests, &some, std::slice::from_ref(&principal)),
            format!("{path}(id,status,principal())"),
        ),
        (
            Context::entity(requests, &none, &[principal, named]),
            format!("{path}(principal(),roleDefinition(displayName,id))/$entity"),
        ),
        (
            Context::function(requests),
            "Collection(unifiedRoleAssignmentScheduleRequest)".to_owned(),
        ),
        (
            Context::contained("policies/roleManagementPolicies", "P", "rules", &none, &[]).single(),
            "policies/roleManagementPolicies('P')/rules/$entity".to_owned(),
        ),
        (
            Context::primitives("Edm.String"),
            "Collection(Edm.String)".to_owned(),
        ),
        (Context::references(), "Collection($ref)".to_owned()),
    ];
    for (context, expected) in cases {
        assert_eq!(context.to_string(), expected);
    }
}

#[test]
fn a_role_definition_reads_as_a1() {
    let mut definition = model::role::built_in_role(role()).unwrap().definition.clone();
    definition.permissions.truncate(1);
    let record = Record::RoleDefinition(Arc::new(definition));
    let shown = entity(v1(), &record.clone().into());
    assert_eq!(shown.get("isPrivileged"), None);
    assert_eq!(
        shown.get("inheritsPermissionsFrom"),
        Some(&json!([{"id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]))
    );
    assert_eq!(shown.get("resourceScopes"), Some(&json!(["/"])));
    let permission = shown.pointer("/rolePermissions/0").unwrap();
    assert_eq!(keys(permission), ["allowedResourceActions", "condition"]);
    let shown = entity(shaping(Version::Beta, MetadataLevel::Minimal), &record.into());
    assert_eq!(shown.get("isPrivileged"), Some(&json!(true)));
}

#[test]
fn an_expanded_role_is_shown_as_it_is_now_and_as_it_is_asked_for() {
    let old = model::role::built_in_role(role()).unwrap().definition.clone();
    let mut new = old.clone();
    new.display_name = "Another name".to_owned();
    let only_name = BoundQuery {
        select: Select::Only(vec!["displayName"]),
        ..BoundQuery::default()
    };
    for definition in [old.clone(), new, old] {
        let record = Record::RoleDefinition(Arc::new(definition.clone()));
        for shaping in Version::ALL.into_iter().flat_map(|version| {
            [MetadataLevel::None, MetadataLevel::Minimal, MetadataLevel::Full].map(|it| shaping(version, it))
        }) {
            for query in [BoundQuery::default(), only_name.clone()] {
                let alone = Shaper::new(shaping, &sets::ROLE_DEFINITION, &query.select, &[]);
                let end: Item = record.clone().into();
                let alone = written(alone.item(&end));
                assert_eq!(alone.get("displayName"), Some(&json!(definition.display_name)));
                let expand = [expand(Nav::RoleDefinition, "roleDefinition", query.clone())];
                let shaper = Shaper::new(shaping, &sets::ELIGIBILITY_INSTANCE, &Select::Default, &expand);
                let item = expanded(
                    Record::ScheduleInstance(Box::new(eligibility())),
                    Nav::RoleDefinition,
                    Expanded::One(Some(Arc::new(end))),
                );
                let shown = written(shaper.item(&item));
                assert_eq!(shown.get("roleDefinition"), Some(&alone), "{shaping:?}");
            }
        }
    }
}

#[test]
fn the_organization_has_one_verified_domain() {
    let tenant = Record::Organization(Box::new(Tenant {
        id: TENANT.parse().unwrap(),
        display_name: "Example Works".to_owned(),
        domain: "pim.example".to_owned(),
        created_at: at("2026-01-01T00:00:00Z"),
    }));
    let shown = entity(v1(), &tenant.into());
    assert_eq!(shown.get("id"), Some(&json!(TENANT)));
    assert_eq!(
        shown.pointer("/verifiedDomains/0/name"),
        Some(&json!("pim.example"))
    );
}

#[test]
fn an_audit_row_reads_as_b8() {
    let event = AuditEvent {
        id: "PIM_x".to_owned(),
        at: at("2026-03-04T09:15:42.38165Z"),
        correlation_id: ACTIVATION.parse().unwrap(),
        activity: "Add member to role completed (PIM activation)".to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Update".to_owned(),
        result: AuditResult::Success,
        result_reason: "Ticket 8841".to_owned(),
        initiated_by: Initiator::service(),
        targets: vec![AuditTarget {
            target_type: "Role".to_owned(),
            id: Some(ROLE.to_owned()),
            ..AuditTarget::default()
        }],
        details: Vec::new(),
        user_agent: Some("curl".to_owned()),
    };
    let record = Record::DirectoryAudit(Box::new(LoggedEvent {
        event,
        record: "".into(),
    }));
    let shown = entity(v1(), &record.clone().into());
    assert_eq!(shown.get("userAgent"), None);
    assert_eq!(
        shown.get("initiatedBy"),
        Some(
            &json!({"app": null, "user": {"id": null, "displayName": "Azure AD PIM",
            "userPrincipalName": null, "ipAddress": null}})
        )
    );
    assert_eq!(
        shown.pointer("/targetResources/0"),
        Some(
            &json!({"id": ROLE, "displayName": null, "type": "Role", "userPrincipalName": null,
            "groupType": null, "modifiedProperties": []})
        )
    );
    let shown = entity(shaping(Version::Beta, MetadataLevel::Minimal), &record.into());
    assert_eq!(shown.get("userAgent"), Some(&json!("curl")));
}

#[test]
fn answers_without_entities_have_contexts_too() {
    assert_eq!(
        texts(&v1(), [MARA.to_owned()]),
        json!({"@odata.context": "https://pim.example.net/v1.0/$metadata#Collection(Edm.String)", "value": [MARA]})
    );
    assert_eq!(
        references(&v1(), [principal(MARA)], None).pointer("/value/0/@odata.id"),
        Some(&json!(format!(
            "https://pim.example.net/v1.0/directoryObjects/{MARA}"
        )))
    );
}
