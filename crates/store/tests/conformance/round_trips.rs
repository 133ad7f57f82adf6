//! What is stored is read back, and what was deleted is not.

use model::audit::{
    AuditDetail, AuditEvent, AuditResult, AuditService, AuditTarget, Initiator, ModifiedProperty,
};
use model::directory::{Relation, Tenant};
use model::policy::{Approver, Editor, RoleSettings};
use model::role::RolePermission;
use model::{
    AppId, CorrelationId, Expiration, GrantKind, IsoDuration, Policy, PolicyId, RequestStatus, ScheduleInfo,
    TenantId,
};
use store::{SigningKeyRow, StoreError};
use uuid::Uuid;

use crate::world::*;

fn conflict(result: Result<Result<(), StoreError>, StoreError>) -> &'static str {
    match result {
        Ok(Err(StoreError::Conflict { what })) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_in_memory_of_objects_follows_every_change() {
    let world = World::new();
    let [old, mut new] = [user(1), user(1)];
    new.display_name = "Another name".to_owned();
    let seen = || world.read(|s| s.objects(&[object_id(1), object_id(2)]));
    assert_eq!(seen(), []);
    let inserted = old.clone();
    world.write(move |s| s.insert_object(&inserted));
    assert_eq!([seen(), seen()], [[old.clone()], [old.clone()]]);
    // A transaction sees its own changes, and one that is given up changes nothing.
    let (changed, expected) = (new.clone(), new.clone());
    let given_up = world.store.write_wait(move |s| {
        s.update_object(&changed)?;
        assert_eq!(s.objects(&[object_id(1)])?, [expected]);
        Err::<(), _>(StoreError::TooExpensive)
    });
    assert!(given_up.unwrap().is_err());
    assert_eq!(seen(), [old]);
    let changed = new.clone();
    world.write(move |s| s.update_object(&changed));
    assert_eq!([seen(), seen()], [[new.clone()], [new]]);
    world.write(|s| s.delete_object(object_id(1), at(9)));
    assert_eq!(seen(), []);
}

#[test]
fn objects_of_every_kind() {
    let world = World::new();
    let all = [user(1), group(2, true), service_principal(3), unit(4)];
    let stored = all.clone();
    world.write(move |s| stored.iter().try_for_each(|object| s.insert_object(object)));
    for object in &all {
        let id = object.id;
        assert_eq!(world.read(move |s| s.object(id)).as_ref(), Some(object));
    }
    let found = world.read(|s| s.objects(&[object_id(3), object_id(9), object_id(1), object_id(3)]));
    assert_eq!(found, [all[2].clone(), all[0].clone()]);
    // More than one statement takes.
    let many: Vec<model::ObjectId> = (1..200).rev().map(object_id).collect();
    let found = world.read(move |s| s.objects(&many));
    assert_eq!(found, all.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(
        world.read(|s| s.object_by_user_principal_name("uSER1@EXAMPLE.com")),
        Some(all[0].clone())
    );
    let app = AppId::new(Uuid::from_u128(0xc003));
    assert_eq!(
        world.read(move |s| s.service_principal_by_app_id(app)),
        Some(all[2].clone())
    );
}

#[test]
fn names_are_unique_among_what_exists_and_free_after_deletion() {
    let world = World::new();
    world.populate(1..2, 1..2);
    world.write(|s| s.insert_object(&service_principal(5)));

    let twin = |n| {
        let mut twin = user(1);
        twin.id = object_id(n);
        twin
    };
    assert_eq!(
        conflict(world.store.write_wait(move |s| s.insert_object(&twin(2)))),
        "userPrincipalName"
    );
    let mut app = service_principal(5);
    app.id = object_id(6);
    let same_app = app.clone();
    assert_eq!(
        conflict(world.store.write_wait(move |s| s.insert_object(&same_app))),
        "appId"
    );
    let mut same_name = role(2);
    same_name.display_name = "ROLE 1".to_owned();
    assert_eq!(
        conflict(world.store.write_wait(move |s| s.insert_role(&same_name))),
        "displayName"
    );
    let mut same_id = role(1);
    same_id.display_name = "Another".to_owned();
    assert_eq!(
        conflict(world.store.write_wait(move |s| s.insert_role(&same_id))),
        "id"
    );

    assert!(world.write(|s| s.delete_object(object_id(1), at(5))));
    assert!(!world.write(|s| s.delete_object(object_id(1), at(6))));
    assert!(world.write(|s| s.delete_object(object_id(5), at(5))));
    assert!(world.write(|s| s.delete_role(role_id(1), at(5))));
    world.write(move |s| {
        s.insert_object(&twin(2))?;
        s.insert_object(&app)?;
        let mut again = role(3);
        again.display_name = "Role 1".to_owned();
        s.insert_role(&again)
    });
    assert_eq!(world.read(|s| s.object(object_id(1))), None);
    assert_eq!(world.read(|s| s.role(role_id(1))), None);
    assert_eq!(world.read(|s| s.roles()).len(), 1);
}

#[test]
fn objects_and_roles_change() {
    let world = World::new();
    world.populate(1..2, 1..2);
    let mut changed = user(1);
    changed.display_name = "Émile".to_owned();
    changed.description = Some("a person".to_owned());
    let mut changed_role = role(1);
    changed_role.is_enabled = false;
    changed_role.permissions = vec![RolePermission {
        allowed_resource_actions: vec!["microsoft.directory/users/create".to_owned()],
        excluded_resource_actions: Vec::new(),
        condition: None,
    }];
    // Read once, so that the old form is in memory.
    world.read(|s| s.role(role_id(1)));
    assert!(world.store.cached_role(role_id(1)).is_some());
    let (new, new_role) = (changed.clone(), changed_role.clone());
    world.write(move |s| {
        s.update_object(&new)?;
        s.update_role(&new_role)
    });
    assert_eq!(world.store.cached_role(role_id(1)), None);
    assert_eq!(world.read(|s| s.object(object_id(1))), Some(changed));
    assert_eq!(world.read(|s| s.role(role_id(1))), Some(changed_role.clone()));
    assert_eq!(
        world.store.cached_role(role_id(1)).as_deref(),
        Some(&changed_role)
    );
    let missing = world.store.write_wait(|s| s.update_object(&user(7)));
    assert!(matches!(
        missing,
        Ok(Err(StoreError::UnexpectedRows { found: 0, .. }))
    ));
}

#[test]
fn memberships_come_and_go_and_nest() {
    let world = World::new();
    world.write(|s| {
        s.insert_object(&user(1))?;
        for n in 2..6 {
            s.insert_object(&group(n, n == 2))?;
        }
        Ok(())
    });
    let join = |container, member| {
        world.write(move |s| {
            s.add_membership(object_id(container), object_id(member), Relation::Member, at(3))
        })
    };
    assert!(join(2, 1));
    assert!(!join(2, 1));
    assert!(join(3, 2) && join(4, 3) && join(2, 4) && join(5, 1));
    let owns = world.write(|s| s.add_membership(object_id(3), object_id(1), Relation::Owner, at(3)));
    assert!(owns);

    assert_eq!(
        world.read(|s| s.members(object_id(2), Relation::Member)),
        [object_id(1), object_id(4)]
    );
    assert_eq!(
        world.read(|s| s.containers_of(object_id(1), Relation::Member)),
        [object_id(2), object_id(5)]
    );
    assert_eq!(
        world.read(|s| s.containers_of(object_id(1), Relation::Owner)),
        [object_id(3)]
    );
    assert_eq!(world.read(|s| s.role_groups_of(object_id(1))), [object_id(2)]);
    let reached = [object_id(2), object_id(5), object_id(3), object_id(4)];
    assert_eq!(
        world.read(|s| s.transitive_containers(object_id(1))),
        reached,
        "a cycle ends"
    );
    assert_eq!(
        world.read(|s| s.transitive_members(object_id(3))),
        [object_id(2), object_id(1), object_id(4)]
    );

    let leave = || world.write(|s| s.remove_membership(object_id(2), object_id(1), Relation::Member, at(4)));
    assert!(leave());
    assert!(!leave());
    assert!(join(2, 1), "one can come back");
    world.write(|s| s.delete_object(object_id(2), at(5)));
    assert_eq!(
        world.read(|s| s.containers_of(object_id(1), Relation::Member)),
        [object_id(5)]
    );
}

#[test]
fn policies_are_superseded_not_overwritten() {
    let world = World::new();
    world.populate(1..1, 1..3);
    let policy = |n| Policy {
        id: PolicyId::new(Uuid::from_u128(n)),
        role_definition_id: role_id(n),
        settings: RoleSettings::default_for(role_id(n)),
        version: 1,
        last_modified_at: None,
        last_modified_by: None,
    };
    world.write(move |s| {
        s.insert_policy(&policy(1), at(1))?;
        s.insert_policy(&policy(2), at(1))
    });
    let mut changed = policy(1);
    changed.version = 2;
    changed.settings.activation.approval.first_stage.primary_approvers = vec![Approver::User {
        id: object_id(4),
        description: None,
    }];
    changed.last_modified_at = Some(at(5));
    changed.last_modified_by = Some(Editor {
        id: object_id(4),
        display_name: Some("Someone".to_owned()),
    });
    let new = changed.clone();
    let first = new.clone();
    world.write(move |s| s.supersede_policy(&first, at(5)));
    assert_eq!(world.read(move |s| s.policy(policy(1).id)), Some(changed.clone()));
    assert_eq!(
        world.read(|s| s.policy_of_role(role_id(1))),
        Some(changed.clone())
    );
    assert_eq!(world.read(|s| s.policies()), [changed, policy(2)]);
    assert_eq!(world.read(move |s| s.policy_versions(policy(1).id)), 2);
    assert_eq!(
        conflict(world.store.write_wait(move |s| {
            let mut other = policy(9);
            other.role_definition_id = role_id(2);
            s.insert_policy(&other, at(1))
        })),
        "policy"
    );
    assert!(matches!(
        world
            .store
            .write_wait(move |s| s.supersede_policy(&policy(8), at(6))),
        Ok(Err(StoreError::UnexpectedRows { .. }))
    ));
    let again = world.store.write_wait(move |s| s.supersede_policy(&new, at(6)));
    assert!(
        matches!(again, Ok(Err(StoreError::UnexpectedRows { .. }))),
        "a version is superseded once"
    );
}

#[test]
fn requests_in_every_form() {
    let world = World::new();
    let info = |start: Option<i64>, expiration| {
        Some(ScheduleInfo {
            start: start.map(at),
            expiration,
        })
    };
    let mut all = Vec::new();
    for (n, schedule) in [
        None,
        info(None, Expiration::NotSpecified),
        info(Some(5), Expiration::NoExpiration),
        info(Some(5), Expiration::AfterDateTime(at(9))),
        info(None, Expiration::AfterDuration(IsoDuration::from_hours(8))),
    ]
    .into_iter()
    .enumerate()
    {
        let mut one = request(n as u128, 1, 1);
        one.schedule = schedule;
        one.ticket.number = Some(format!("T{n}"));
        one.lapses_at = Some(at(99));
        one.activated_using = Some(grant_id(7));
        all.push(one);
    }
    let stored = all.clone();
    world.write(move |s| stored.iter().try_for_each(|one| s.insert_request(one)));
    for one in all {
        let id = one.id;
        assert_eq!(world.read(move |s| s.request(id)), Some(one));
    }
}

#[test]
fn a_terminal_request_is_final() {
    let world = World::new();
    let mut waiting = request(1, 1, 1);
    waiting.status = RequestStatus::PendingApproval;
    waiting.lapses_at = Some(at(50));
    let id = waiting.id;
    world.write(move |s| s.insert_request(&waiting));

    let found = |now| {
        world.read(move |s| {
            Ok((
                s.waiting_requests(
                    GrantKind::Assignment,
                    object_id(1),
                    role_id(1),
                    model::DirectoryScope::Tenant,
                    at(now),
                )?
                .len(),
                s.waiting_requests_of_principal(object_id(1), at(now))?.len(),
            ))
        })
    };
    assert_eq!(found(49), (1, 1));
    assert_eq!(found(50), (0, 0), "nobody decided in time");
    let settle = |status| world.write(move |s| s.settle_request(id, status, Some(at(12))));
    assert!(settle(RequestStatus::Granted), "open to open");
    assert!(settle(RequestStatus::Provisioned));
    assert!(!settle(RequestStatus::Denied));
    let stored = world.read(move |s| s.request(id)).unwrap();
    assert_eq!(
        (stored.status, stored.completed_at),
        (RequestStatus::Provisioned, Some(at(12)))
    );
    assert_eq!(found(49), (0, 0));
}

/// The id of an event of this operation.
pub fn event_id(correlation_id: CorrelationId, tick: i64) -> String {
    format!("Directory_{correlation_id}_{}_{tick}", Uuid::nil())
}

pub fn event(n: i64) -> AuditEvent {
    let correlation_id = CorrelationId::new(Uuid::from_u128(n.unsigned_abs().into()));
    AuditEvent {
        id: event_id(correlation_id, n),
        at: at(n),
        correlation_id,
        activity: "Add member to role completed".to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Assign".to_owned(),
        result: AuditResult::Success,
        result_reason: "because".to_owned(),
        initiated_by: Initiator::User {
            id: Some(object_id(1)),
            display_name: Some("One".to_owned()),
            user_principal_name: Some("one@example.com".to_owned()),
            ip_address: Some("192.0.2.1".to_owned()),
        },
        targets: vec![AuditTarget {
            target_type: "User".to_owned(),
            id: Some(object_id(2).to_string()),
            display_name: None,
            user_principal_name: Some("two@example.com".to_owned()),
            modified_properties: vec![ModifiedProperty {
                display_name: "Role".to_owned(),
                old_value: None,
                new_value: Some("\"x\"".to_owned()),
            }],
        }],
        details: vec![AuditDetail {
            key: "k".to_owned(),
            value: "v".to_owned(),
        }],
        user_agent: None,
    }
}

#[test]
fn audit_events_are_read_back_and_an_undone_one_leaves_no_gap() {
    let world = World::new();
    world.write(|s| s.append_audit([event(1), event(2)]));
    let undone = world.store.write_wait(|s| {
        s.append_audit([event(3)]).unwrap();
        Err::<(), _>("no")
    });
    assert!(matches!(undone, Ok(Err("no"))));
    world.write(|s| s.append_audit([event(4)]));
    let logged = world.read(|s| s.audit_event(&event(2).id)).unwrap();
    assert_eq!(logged.event, event(2));
    let begin = format!(
        r#"{{"sequence":2,"id":"{}","activityDateTime":"1970"#,
        event(2).id
    );
    assert!(logged.record.starts_with(&begin), "{}", logged.record);
    for missing in [event(3).id, "Directory_2".to_owned(), String::new()] {
        let shown = missing.clone();
        assert_eq!(world.read(move |s| s.audit_event(&missing)), None, "{shown}");
    }
}

#[test]
fn the_newest_id_of_an_operation_is_found_for_each_service() {
    let world = World::new();
    let operation = event(1).correlation_id;
    let by = move |service: &str, tick: i64| AuditEvent {
        id: format!("{service}_{operation}_{}_{tick}", Uuid::nil()),
        ..event(1)
    };
    // An event of another operation that is about something with the id of this one.
    let mut about = event(2);
    about.targets[0].id = Some(operation.to_string());
    world.write(move |s| s.append_audit([by("PIM", 8), by("Directory", 9), by("PIM", 10), about]));
    let since = |prefix: &'static str, since| world.read(move |s| s.last_audit_id(operation, prefix, since));
    let last = |prefix| since(prefix, at(0));
    assert_eq!(last("PIM_"), Some(by("PIM", 10).id));
    assert_eq!(last("Directory_"), Some(by("Directory", 9).id));
    assert_eq!(last("Other_"), None);
    assert_eq!(since("PIM_", event(1).at), last("PIM_"));
    assert_eq!(since("PIM_", at(1_000)), None, "there is nothing so late");
}

#[test]
fn facts_keys_secrets_and_the_tenant() {
    let world = World::new();
    let tenant = Tenant {
        id: TenantId::new(Uuid::from_u128(1)),
        display_name: "Contoso".to_owned(),
        domain: "contoso.example".to_owned(),
        created_at: at(1),
    };
    assert_eq!(world.read(|s| s.tenant()), None);
    let stored = tenant.clone();
    world.write(move |s| s.insert_tenant(&stored));
    assert_eq!(world.read(|s| s.tenant()), Some(tenant));

    world.write(|s| s.set_meta("kind", "demo"));
    world.write(|s| s.set_meta("kind", "serve"));
    assert_eq!(world.read(|s| s.meta("kind")).as_deref(), Some("serve"));
    assert_eq!(world.read(|s| s.meta("other")), None);

    assert_eq!(world.read(|s| s.latest_instant()), None);
    world.write(|s| s.note_instant(at(7)));
    world.write(|s| s.note_instant(at(5)));
    assert_eq!(world.read(|s| s.latest_instant()), Some(at(7)));
    world.write(|s| s.append_audit([event(9)]));
    assert_eq!(world.read(|s| s.latest_instant()), Some(at(9)));

    let app = AppId::new(Uuid::from_u128(5));
    world.write(move |s| {
        s.insert_client_secret(app, [1; 32], at(1))?;
        s.insert_client_secret(app, [2; 32], at(2))
    });
    assert_eq!(world.read(move |s| s.client_secrets(app)), [[1; 32], [2; 32]]);

    let key = |kid: &str, created| SigningKeyRow {
        kid: kid.to_owned(),
        private_der: vec![1, 2, 3],
        created_at: at(created),
        retired_at: None,
    };
    let (old, new) = (key("old", 1), key("new", 2));
    assert!(!format!("{old:?}").contains("private"));
    let stored = [old.clone(), new.clone()];
    world.write(move |s| stored.iter().try_for_each(|key| s.insert_signing_key(key)));
    assert!(world.write(|s| s.retire_signing_key("old", at(3))));
    assert!(!world.write(|s| s.retire_signing_key("old", at(4))));
    let retired = SigningKeyRow {
        retired_at: Some(at(3)),
        ..old
    };
    assert_eq!(world.read(|s| s.signing_keys()), [new, retired]);
}
