//! Security alerts: where they stand, what is set for them, what is scanned, and at what cost.

use model::alert::{
    AlertName, AlertOperation, AlertSettings, AlertState, Incident, Matter, OperationStatus, Thresholds,
};
use model::{Action, Grant, GrantKind, GrantOrigin, IsoDuration, ObjectId, RequestStatus};
use store::{Session, Store, StoreError, StoreOptions, UserSlice};

use crate::world::*;

fn incident(id: &str, status: &str) -> Incident {
    Incident {
        id: id.to_owned(),
        matter: Matter::License {
            tenant_license_status: status.to_owned(),
        },
    }
}

/// The users of every slice together.
fn in_slices<T>(
    s: &Session,
    mut of: impl FnMut(UserSlice) -> Result<Vec<T>, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    let mut slice = s.user_slice(None)?;
    while let Some(users) = slice {
        found.extend(of(users)?);
        slice = s.user_slice(Some(users))?;
    }
    Ok(found)
}

fn activation(n: u128, user: u128, role: u128, start: i64) -> Grant {
    Grant {
        window: window(start, Some(start + 10)),
        activated_using: Some(grant_id(1)),
        ..grant(n, user, role)
    }
}

fn eligibility(n: u128, user: u128, role: u128, start: i64) -> Grant {
    Grant {
        kind: GrantKind::Eligibility,
        window: window(start, None),
        ..grant(n, user, role)
    }
}

#[test]
fn a_state_is_read_back_and_begins_as_none() {
    let world = World::new();
    let name = AlertName::StaleSignIn;
    assert_eq!(world.read(move |s| s.alert_state(name)), AlertState::new(name));
    let state = AlertState {
        name,
        incidents: 3,
        accounts: 2,
        is_dismissed: true,
        last_modified_at: Some(at(5)),
        last_scanned_at: Some(at(6)),
        last_reported_at: Some(at(7)),
    };
    world.write(move |s| s.put_alert_state(&state));
    world.write(move |s| s.put_alert_state(&state));
    assert_eq!(world.read(move |s| s.alert_state(name)), state);
    let other = AlertName::InvalidLicense;
    assert_eq!(world.read(move |s| s.alert_state(other)), AlertState::new(other));
}

#[test]
fn settings_are_the_defaults_until_they_are_superseded() {
    let world = World::new();
    let name = AlertName::RedundantAssignment;
    let read = || world.read(move |s| s.alert_settings(name));
    assert_eq!(read(), AlertSettings::default_for(name));
    for days in [7, 9] {
        let settings = AlertSettings {
            is_enabled: days == 7,
            thresholds: Thresholds::Idle {
                duration: IsoDuration::from_days(days),
            },
        };
        // Twice at the same instant, as under a clock that stands.
        world.write(move |s| s.supersede_alert_settings(name, settings, at(5)));
        assert_eq!(read(), settings);
    }
    let other = AlertName::StaleSignIn;
    assert_eq!(
        world.read(move |s| s.alert_settings(other)),
        AlertSettings::default_for(other)
    );
}

#[test]
fn incidents_are_replaced_by_what_differs() {
    let world = World::new();
    let name = AlertName::InvalidLicense;
    let replace = |found: Vec<Incident>| {
        let (new, differs) = world.write(move |s| s.replace_alert_incidents(name, &found));
        (new.into_iter().map(|it| it.id).collect::<Vec<_>>(), differs)
    };
    let stored = || world.read(move |s| s.alert_incidents(name));
    let [a, b, c] = ["a", "b", "c"].map(|id| incident(id, "x"));
    assert_eq!(
        replace(vec![b.clone(), a.clone()]),
        (vec!["b".to_owned(), "a".to_owned()], true)
    );
    assert_eq!(stored(), [a.clone(), b.clone()]);
    assert_eq!(replace(vec![a.clone(), b.clone()]), (vec![], false));
    let changed = incident("b", "y");
    assert_eq!(
        replace(vec![changed.clone(), c.clone()]),
        (vec!["c".to_owned()], true)
    );
    assert_eq!(stored(), [changed, c.clone()]);
    assert_eq!(world.read(move |s| s.alert_incident(name, "c")), Some(c));
    assert_eq!(world.read(|s| s.alert_incidents(AlertName::StaleSignIn)), []);
    assert!(world.write(move |s| s.delete_alert_incident(name, "c")));
    assert!(!world.write(move |s| s.delete_alert_incident(name, "c")));
    assert_eq!(replace(Vec::new()), (vec![], true));
    assert_eq!(stored(), []);
}

#[test]
fn operations_are_kept_until_they_are_old() {
    let world = World::new();
    let operation = |id: &str, created: i64, status| AlertOperation {
        id: id.to_owned(),
        alert: Some(AlertName::StaleSignIn),
        created_at: at(created),
        last_action_at: at(created + 1),
        status,
        detail: String::new(),
    };
    let (one, two) = (
        operation("one", 10, OperationStatus::Running),
        operation("two", 20, OperationStatus::Succeeded),
    );
    for it in [one.clone(), two.clone()] {
        world.write(move |s| s.put_alert_operation(&it));
    }
    assert_eq!(world.read(|s| s.alert_operation("one")), Some(one.clone()));
    assert_eq!(world.read(|s| s.alert_operation("none")), None);
    assert_eq!(world.read(Session::alert_operations), [one.clone(), two.clone()]);
    assert_eq!(
        world.read(Session::running_alert_operations),
        std::slice::from_ref(&one)
    );
    let done = AlertOperation {
        status: OperationStatus::Failed,
        detail: "why".to_owned(),
        ..one
    };
    let stored = done.clone();
    world.write(move |s| s.put_alert_operation(&stored));
    assert_eq!(world.read(|s| s.alert_operation("one")), Some(done));
    assert_eq!(world.read(Session::running_alert_operations), []);
    world.write(|s| s.delete_alert_operations(at(20)));
    assert_eq!(world.read(Session::alert_operations), [two]);
}

#[test]
fn the_last_sign_in_is_the_one_that_is_kept() {
    let world = World::new();
    world.populate(1..3, 1..2);
    assert_eq!(world.read(|s| s.last_sign_in(object_id(1))), None);
    for when in [5, 9] {
        world.write(move |s| s.note_sign_in(object_id(1), at(when)));
    }
    assert_eq!(world.read(|s| s.last_sign_in(object_id(1))), Some(at(9)));
    assert_eq!(world.read(|s| s.last_sign_in(object_id(2))), None);
}

#[test]
fn old_eligibilities_are_those_of_users_in_force_long_enough() {
    let world = World::new();
    world.populate(1..3, 1..4);
    world.write(|s| {
        s.insert_object(&group(9, true))?;
        s.insert_grant(&eligibility(1, 1, 1, 10))?;
        s.insert_grant(&eligibility(2, 1, 2, 60))?;
        s.insert_grant(&eligibility(3, 9, 1, 10))?;
        s.insert_grant(&Grant {
            window: window(10, Some(90)),
            ..eligibility(4, 2, 1, 10)
        })?;
        s.insert_grant(&grant(5, 2, 3))
    });
    let found = world.read(|s| in_slices(s, |users| s.old_eligibilities(users, at(100), at(50))));
    assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [grant_id(1)]);
}

#[test]
fn activations_are_those_that_began_lately() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        s.insert_grant(&eligibility(1, 1, 1, 1))?;
        for (n, start) in [(2, 50), (3, 51), (4, 100), (5, 101)] {
            s.insert_grant(&activation(n, 1, 1, start))?;
        }
        s.insert_grant(&grant(6, 2, 1))
    });
    let keys = world.read(|s| s.activations_since(at(100), at(50), 9));
    assert_eq!(
        keys.iter().map(|it| it.id).collect::<Vec<_>>(),
        [3, 4].map(grant_id)
    );
    assert_eq!((keys[0].principal, keys[0].role), (object_id(1), role_id(1)),);
    assert_eq!(world.read(|s| s.activations_since(at(100), at(50), 1)).len(), 1);
    let mut grants = world.read(|s| s.grants(&[4, 99, 3].map(grant_id)));
    grants.sort_by_key(|it| it.id);
    assert_eq!(
        grants.iter().map(|it| it.id).collect::<Vec<_>>(),
        [3, 4].map(grant_id)
    );
}

#[test]
fn the_last_activation_is_found_after_its_end() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        s.insert_grant(&eligibility(1, 1, 1, 1))?;
        for (n, role, start) in [(2_u128, 1, 20), (3, 1, 30), (4, 2, 40)] {
            s.insert_grant(&activation(n, 1, role, start))?;
            let mut made = request(n, 1, role);
            made.action = Action::SelfActivate;
            made.status = RequestStatus::Provisioned;
            made.target_schedule_id = Some(grant_id(n));
            s.insert_request(&made)?;
            s.end_grant(grant_id(n), ended(start + 5, model::EndCause::Deactivated))?;
        }
        Ok(())
    });
    let scope = model::DirectoryScope::Tenant;
    let last = |of| world.read(move |s| s.last_activation_of(object_id(1), of));
    assert_eq!(last(Some((role_id(1), scope))), Some(at(30)));
    assert_eq!(last(None), Some(at(40)));
    assert_eq!(world.read(|s| s.last_activation_of(object_id(2), None)), None);
}

#[test]
fn grants_of_absent_users_are_told_by_sign_in_or_age() {
    let world = World::new();
    world.populate(1..6, 1..3);
    world.write(|s| {
        s.insert_object(&group(9, true))?;
        let old = |n, user| Grant {
            created_at: at(10),
            window: window(10, None),
            ..grant(n, user, 1)
        };
        s.insert_grant(&old(1, 1))?;
        s.insert_grant(&old(2, 2))?;
        s.insert_grant(&old(3, 3))?;
        s.insert_grant(&Grant {
            created_at: at(90),
            ..old(4, 4)
        })?;
        s.insert_grant(&old(5, 9))?;
        s.insert_grant(&Grant {
            created_at: at(90),
            ..old(6, 5)
        })?;
        s.insert_grant(&Grant {
            activated_using: Some(grant_id(1)),
            ..old(7, 1)
        })?;
        s.note_sign_in(object_id(2), at(60))?;
        s.note_sign_in(object_id(3), at(40))?;
        s.note_sign_in(object_id(5), at(40))
    });
    let found = world.read(|s| in_slices(s, |users| s.grants_of_absent_users(users, at(100), at(50))));
    let found: Vec<_> = found.iter().map(|it| (it.grant.id, it.last_sign_in)).collect();
    assert_eq!(
        found,
        [
            (grant_id(1), None),
            (grant_id(3), Some(at(40))),
            // Given lately to somebody who was last there long ago.
            (grant_id(6), Some(at(40))),
        ]
    );
}

#[test]
fn what_was_made_without_a_request_is_found_while_it_is_in_force() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        let outside = |n, user| Grant {
            origin: GrantOrigin::OutsidePim,
            ..grant(n, user, 1)
        };
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&outside(2, 2))?;
        s.insert_grant(&outside(3, 1))?;
        s.end_grant(grant_id(3), ended(50, model::EndCause::Removed))
    });
    let found = |limit| world.read(move |s| s.grants_outside_pim(at(100), limit));
    assert_eq!(found(9).iter().map(|it| it.id).collect::<Vec<_>>(), [grant_id(2)]);
    assert_eq!(found(0), []);
}

#[test]
fn assignments_are_counted_up_to_a_bound_and_roles_while_they_are_used() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(|s| {
        for n in 1..4 {
            s.insert_grant(&grant(n, n, 1))?;
        }
        s.insert_grant(&Grant {
            window: window(1, Some(500)),
            ..grant(4, 4, 1)
        })?;
        s.insert_grant(&eligibility(5, 5, 2, 1))?;
        s.insert_grant(&activation(6, 5, 1, 95))
    });
    let count = |at_most| world.read(move |s| s.count_assignments(at(100), at_most));
    assert_eq!((count(99), count(3)), (4, 3));
    let permanent =
        |role, at_most| world.read(move |s| s.count_permanent_assignments(role_id(role), at(100), at_most));
    assert_eq!((permanent(1, 99), permanent(1, 2), permanent(2, 99)), (3, 2, 0));
    assert_eq!(
        world
            .read(|s| s.assignments_at_tenant(role_id(1), at(100), 99))
            .len(),
        4
    );
    assert_eq!(
        world.read(|s| s.roles_in_use(at(100))),
        [role_id(1), role_id(2)].into_iter().collect()
    );
}

/// Steps of the database's machine that looking at one grant may take in all statements about it.
const STEPS_PER_GRANT: u64 = 120;
/// So many users, and twice as many grants.
const USERS: u128 = 4_000;

/// Something to be asked, which answers how much it found.
type Question = Box<dyn FnOnce(&Session) -> Result<usize, StoreError> + Send>;

/// A store whose reading use cases end when they take more than a walk past everything.
fn watched(folder: &tempfile::TempDir) -> Store {
    let grants = u64::try_from(USERS).unwrap() * 2;
    Store::open(StoreOptions {
        read_steps_max: grants * STEPS_PER_GRANT,
        ..options(folder)
    })
    .unwrap()
}

/// Were there one statement that looks at many rows for each row, it would take millions of steps.
#[test]
fn each_statement_walks_past_everything_once() {
    let world = World::new();
    world.populate(1..USERS + 1, 1..11);
    world.write(|s| {
        for user in 1..=USERS {
            let role = user % 10 + 1;
            s.insert_grant(&eligibility(user, user, role, 10))?;
            s.insert_grant(&Grant {
                window: window(95, Some(150)),
                activated_using: Some(grant_id(user)),
                ..grant(USERS + user, user, role)
            })?;
            s.note_sign_in(object_id(user), at(99))?;
        }
        Ok(())
    });
    let World { store, folder } = world;
    store.close();
    let store = watched(&folder);
    let (now, since) = (at(100), at(50));
    let read = |what: &str, work: Question| {
        let found = store.read_wait(work).unwrap();
        found.unwrap_or_else(|error| panic!("{what}: {error}"))
    };
    let users = usize::try_from(USERS).unwrap();
    let counts = [
        read(
            "old eligibilities",
            Box::new(move |s| Ok(in_slices(s, |users| s.old_eligibilities(users, now, since))?.len())),
        ),
        read(
            "activations",
            Box::new(move |s| Ok(s.activations_since(now, since, u64::MAX >> 1)?.len())),
        ),
        read(
            "nobody is absent",
            Box::new(move |s| Ok(in_slices(s, |users| s.grants_of_absent_users(users, now, since))?.len())),
        ),
        read(
            "everybody is absent",
            Box::new(move |s| Ok(in_slices(s, |users| s.grants_of_absent_users(users, now, now))?.len())),
        ),
        read(
            "outside PIM",
            Box::new(move |s| Ok(s.grants_outside_pim(now, 100)?.len())),
        ),
        read("roles in use", Box::new(move |s| Ok(s.roles_in_use(now)?.len()))),
        read(
            "assignments",
            Box::new(move |s| Ok(usize::try_from(s.count_assignments(now, 100)?).unwrap())),
        ),
    ];
    assert_eq!(counts, [users, users, 0, users, 0, 10, 0]);
    // The bound binds: a question that looks at all for each is ended.
    let squared = store.read_wait(move |s| {
        (0..1_000).try_for_each(|_| s.activations_since(now, since, u64::MAX >> 1).map(drop))
    });
    assert!(matches!(squared.unwrap(), Err(StoreError::TooExpensive)));
    let last: ObjectId = object_id(USERS);
    assert_eq!(
        store.read_wait(move |s| s.last_sign_in(last)).unwrap().unwrap(),
        Some(at(99))
    );
    store.close();
}
