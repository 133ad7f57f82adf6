//! Grants as facts for decisions.

use model::directory::Relation;
use model::role::GLOBAL_ADMINISTRATOR;
use model::{DirectoryScope, EndCause, Grant, GrantKind, GrantOrigin, ObjectBody};

use crate::world::*;

#[test]
fn grants_are_read_back_and_their_end_is_final() {
    let world = World::new();
    world.populate(1..2, 1..2);
    let all = [
        grant(1, 1, 1),
        Grant {
            kind: GrantKind::Eligibility,
            scope: DirectoryScope::AdministrativeUnit(object_id(9)),
            window: window(5, Some(50)),
            ..grant(2, 1, 1)
        },
        Grant {
            activated_using: Some(grant_id(2)),
            scope: DirectoryScope::Object(object_id(9)),
            ended: Some(ended(12, EndCause::Deactivated)),
            ..grant(3, 1, 1)
        },
        Grant {
            origin: GrantOrigin::OutsidePim,
            ..grant(4, 1, 1)
        },
    ];
    let stored = all;
    world.write(move |s| stored.iter().try_for_each(|grant| s.insert_grant(grant)));
    for grant in all {
        assert_eq!(world.read(move |s| s.grant(grant.id)), Some(grant));
    }
    let end = |micros, cause| world.write(move |s| s.end_grant(grant_id(1), ended(micros, cause)));
    assert!(end(20, EndCause::Removed));
    assert!(!end(30, EndCause::Expired), "I6");
    assert_eq!(
        world.read(|s| s.grant(grant_id(1))).unwrap().ended,
        Some(ended(20, EndCause::Removed))
    );
    assert!(!world.write(|s| s.end_grant(grant_id(99), ended(1, EndCause::Removed))));
}

#[test]
fn a_grant_needs_its_principal_and_role() {
    let world = World::new();
    world.populate(1..2, 1..2);
    for stray in [grant(1, 9, 1), grant(1, 1, 9)] {
        assert!(
            world
                .store
                .write_wait(move |s| s.insert_grant(&stray))
                .unwrap()
                .is_err()
        );
    }
}

#[test]
fn a_derived_id_leads_to_the_current_grant() {
    let world = World::new();
    world.populate(1..3, 1..2);
    let derived = grant(1, 1, 1).derived_id();
    world.write(|s| {
        s.insert_grant(&Grant {
            ended: Some(ended(11, EndCause::Removed)),
            ..grant(1, 1, 1)
        })?;
        s.insert_grant(&Grant {
            window: window(12, Some(40)),
            ..grant(2, 1, 1)
        })?;
        s.insert_grant(&grant(3, 2, 1))
    });
    let find = |kind, id: &str, now| {
        let id = id.to_owned();
        world
            .read(move |s| s.grant_by_derived_id(kind, &id, at(now)))
            .map(|grant| grant.id)
    };
    assert_eq!(find(GrantKind::Assignment, &derived, 13), Some(grant_id(2)));
    assert_eq!(find(GrantKind::Assignment, &derived, 40), None);
    assert_eq!(find(GrantKind::Eligibility, &derived, 13), None);
    for nonsense in ["", "x", "-1", "5wuT_mJe20eRr5jDpJo4sQ-1", &"A".repeat(400)] {
        assert_eq!(find(GrantKind::Assignment, nonsense, 13), None);
    }
}

#[test]
fn the_grants_of_a_triple_are_those_current_and_those_that_expired_lately() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        let cases = [
            (1, None, None),
            (2, Some(100), None),
            // Over, and not announced yet.
            (3, Some(60), None),
            (4, Some(30), None),
            (5, Some(70), Some(ended(70, EndCause::Expired))),
            (6, Some(20), Some(ended(20, EndCause::Expired))),
            (7, Some(80), Some(ended(75, EndCause::Removed))),
        ];
        for (n, end, ended) in cases {
            s.insert_grant(&Grant {
                window: window(1, end),
                ended,
                ..grant(n, 1, 1)
            })?;
        }
        s.insert_grant(&eligibility(8, 1, 1))?;
        s.insert_grant(&grant(9, 2, 1))?;
        s.insert_grant(&grant(10, 1, 2))?;
        s.insert_grant(&Grant {
            scope: DirectoryScope::Object(object_id(5)),
            ..grant(11, 1, 1)
        })
    });
    let mut found: Vec<_> = world
        .read(|s| s.grants_of(object_id(1), role_id(1), DirectoryScope::Tenant, at(50)))
        .iter()
        .map(|grant| grant.id)
        .collect();
    found.sort();
    assert_eq!(found, [1, 2, 3, 5, 8].map(grant_id));
    let current = world.read(|s| s.current_grants_of_principal(object_id(1), at(65)));
    assert_eq!(current.len(), 5, "1, 2, 8, 10 and 11");
    assert_eq!(
        world.read(|s| s.current_grants_of_role(role_id(2), at(65))).len(),
        1
    );
}

#[test]
fn eligibilities_through_groups_and_activations_of_them() {
    let world = World::new();
    world.populate(1..3, 1..2);
    world.write(|s| {
        s.insert_object(&group(5, true))?;
        s.insert_object(&group(6, false))?;
        s.add_membership(object_id(5), object_id(1), Relation::Member, at(1))?;
        s.add_membership(object_id(6), object_id(1), Relation::Member, at(1))?;
        s.insert_grant(&eligibility(1, 5, 1))?;
        s.insert_grant(&eligibility(2, 6, 1))?;
        s.insert_grant(&Grant {
            activated_using: Some(grant_id(1)),
            window: window(10, Some(20)),
            ..grant(3, 1, 1)
        })
    });
    let through = |user, now| {
        world
            .read(move |s| {
                s.group_eligibilities(object_id(user), role_id(1), DirectoryScope::Tenant, at(now))
            })
            .len()
    };
    assert_eq!((through(1, 10), through(1, 9), through(2, 10)), (1, 0, 0));
    let activations = |now| {
        world
            .read(move |s| s.activations_of(object_id(5), role_id(1), DirectoryScope::Tenant, at(now)))
            .len()
    };
    assert_eq!((activations(19), activations(20)), (1, 0));
}

#[test]
fn lasting_administrators_can_act_and_last() {
    let world = World::new();
    let mut administrator = role(1);
    administrator.id = GLOBAL_ADMINISTRATOR;
    let of = |n, principal| Grant {
        role_definition_id: GLOBAL_ADMINISTRATOR,
        ..grant(n, principal, 1)
    };
    world.populate(1..5, 2..2);
    world.write(move |s| {
        s.insert_role(&administrator)?;
        s.insert_object(&group(10, true))?;
        s.insert_object(&group(11, true))?;
        s.insert_object(&service_principal(12))?;
        s.add_membership(object_id(10), object_id(2), Relation::Member, at(1))?;
        s.insert_grant(&of(1, 1))?;
        s.insert_grant(&of(2, 10))?;
        s.insert_grant(&of(3, 11))?;
        s.insert_grant(&of(4, 12))?;
        s.insert_grant(&Grant {
            window: window(10, Some(99)),
            ..of(5, 3)
        })?;
        s.insert_grant(&Grant {
            window: window(90, None),
            ..of(6, 3)
        })?;
        s.insert_grant(&Grant {
            scope: DirectoryScope::Object(object_id(1)),
            ..of(7, 3)
        })?;
        s.insert_grant(&Grant {
            kind: GrantKind::Eligibility,
            ..of(8, 3)
        })?;
        s.insert_grant(&Grant {
            activated_using: Some(grant_id(8)),
            ..of(9, 3)
        })
    });
    let lasting = || {
        let mut found = world.read(|s| s.lasting_administrators(at(50)));
        found.sort();
        found
    };
    assert_eq!(lasting(), [1, 2].map(grant_id));
    world.write(|s| {
        let mut disabled = user(2);
        if let ObjectBody::User(user) = &mut disabled.body {
            user.account_enabled = false;
        }
        s.update_object(&disabled)
    });
    assert_eq!(lasting(), [grant_id(1)]);
    world.write(|s| s.delete_object(object_id(1), at(5)));
    assert_eq!(lasting(), []);
}

#[test]
fn users_with_a_grant_are_counted_each_once() {
    let world = World::new();
    world.populate(1..7, 1..3);
    world.write(|s| {
        s.insert_object(&group(20, true))?;
        for (n, user) in [(1, 1), (2, 1), (3, 2)] {
            s.insert_grant(&grant(n, user, if n == 2 { 2 } else { 1 }))?;
        }
        s.insert_grant(&eligibility(4, 2, 1))?;
        s.insert_grant(&eligibility(5, 3, 1))?;
        s.insert_grant(&grant(6, 20, 1))?;
        // Over by its own end, though nobody noted it; and ended early.
        s.insert_grant(&Grant {
            window: window(10, Some(15)),
            ..grant(7, 4, 1)
        })?;
        s.insert_grant(&grant(8, 5, 1))?;
        s.end_grant(grant_id(8), ended(12, EndCause::Removed))?;
        Ok(())
    });
    assert_eq!(world.read(|s| s.count_users_with_grants(at(14))), 4);
    assert_eq!(world.read(|s| s.count_users_with_grants(at(15))), 3);
}
