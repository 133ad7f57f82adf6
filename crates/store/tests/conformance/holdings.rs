//! What a principal holds, in memory and beneath.

use std::sync::mpsc::channel;

use model::directory::Relation;
use model::{EndCause, Grant, GrantId, ObjectId};

use crate::world::*;

fn held(world: &World, principal: u128) -> Vec<GrantId> {
    let holdings = world.read(move |s| s.holdings(object_id(principal)));
    let mut ids: Vec<_> = holdings.held.iter().map(|held| held.grant).collect();
    ids.sort();
    assert_eq!(
        world.store.cached_holdings(object_id(principal)),
        Some(holdings),
        "it is kept"
    );
    ids
}

fn grouped() -> World {
    let world = World::new();
    world.populate(1..4, 1..4);
    world.write(|s| {
        s.insert_object(&group(10, true))?;
        s.insert_object(&group(11, false))?;
        s.add_membership(object_id(10), object_id(1), Relation::Member, at(1))?;
        s.add_membership(object_id(11), object_id(1), Relation::Member, at(1))?;
        Ok(())
    });
    world
}

#[test]
fn own_grants_and_those_of_role_assignable_groups() {
    let world = grouped();
    world.write(|s| {
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&Grant {
            window: window(50, Some(60)),
            ..grant(2, 10, 2)
        })?;
        s.insert_grant(&grant(3, 11, 3))?;
        s.insert_grant(&eligibility(4, 1, 3))?;
        s.insert_grant(&Grant {
            activated_using: Some(grant_id(4)),
            window: window(10, Some(20)),
            ..grant(5, 1, 3)
        })
    });
    assert_eq!(held(&world, 1), [1, 2, 5].map(grant_id));
    let holdings = world.read(|s| s.holdings(object_id(1)));
    let of = |n| {
        holdings
            .held
            .iter()
            .find(|held| held.grant == grant_id(n))
            .unwrap()
    };
    assert_eq!(of(1).via_group, None);
    assert_eq!(of(2).via_group, Some(object_id(10)));
    assert!(of(5).activated && !of(1).activated);
    let now = |micros| {
        holdings
            .in_force(at(micros))
            .map(|held| held.grant)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (now(15).len(), now(20).len(), now(50).len(), now(60).len()),
        (2, 1, 2, 1)
    );
    assert_eq!(held(&world, 9), []);
}

#[test]
fn every_change_that_matters_is_seen_at_once() {
    let world = grouped();
    let expect = |user: u128, grants: &[u128]| {
        let ids: Vec<_> = grants.iter().map(|n| grant_id(*n)).collect();
        assert_eq!(held(&world, user), ids);
    };
    expect(1, &[]);
    expect(2, &[]);
    world.write(|s| s.insert_grant(&grant(1, 1, 1)));
    expect(1, &[1]);
    world.write(|s| s.insert_grant(&grant(2, 10, 2)));
    expect(1, &[1, 2]);
    world.write(|s| s.add_membership(object_id(10), object_id(2), Relation::Member, at(2)));
    expect(2, &[2]);
    world.write(|s| s.remove_membership(object_id(10), object_id(1), Relation::Member, at(3)));
    expect(1, &[1]);
    world.write(|s| s.end_grant(grant_id(1), ended(4, EndCause::Removed)));
    expect(1, &[]);
    world.write(|s| s.end_grant(grant_id(2), ended(4, EndCause::Removed)));
    expect(2, &[]);
    world.write(|s| s.insert_grant(&grant(3, 10, 3)));
    expect(2, &[3]);
    world.write(|s| s.delete_object(object_id(10), at(5)));
    expect(2, &[]);
    world.write(|s| s.insert_grant(&grant(4, 3, 1)));
    expect(3, &[4]);
    world.write(|s| s.delete_object(object_id(3), at(5)));
    expect(3, &[]);
}

#[test]
fn an_undone_change_leaves_no_trace() {
    let world = grouped();
    held(&world, 1);
    let undone = world.store.write_wait(|s| {
        s.insert_grant(&grant(1, 1, 1)).unwrap();
        assert_eq!(
            s.holdings(object_id(1)).unwrap().held.len(),
            1,
            "it sees its own change"
        );
        Err::<(), _>(())
    });
    assert!(matches!(undone, Ok(Err(()))));
    assert_eq!(held(&world, 1), []);
}

#[test]
fn a_loader_with_an_old_snapshot_does_not_bring_back_the_past() {
    let world = grouped();
    let (ready, is_ready) = channel();
    let (go, may_go) = channel::<()>();
    let (done, is_done) = channel();
    world.store.read(
        move |s| {
            // The first statement takes the snapshot.
            s.meta("nothing").unwrap();
            ready.send(()).unwrap();
            may_go.recv().unwrap();
            s.holdings(object_id(1)).unwrap().held.len()
        },
        move |seen| done.send(seen.unwrap()).unwrap(),
    );
    is_ready.recv().unwrap();
    world.write(|s| s.insert_grant(&grant(1, 1, 1)));
    go.send(()).unwrap();
    assert_eq!(is_done.recv().unwrap(), 0, "it sees its snapshot");
    assert_eq!(world.store.cached_holdings(object_id(1)), None);
    assert_eq!(held(&world, 1), [grant_id(1)]);
}

#[test]
fn readers_and_writers_together_never_show_the_past() {
    let world = grouped();
    let id: ObjectId = object_id(1);
    let mut readers = Vec::new();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for _ in 0..2 {
        let (store, stop) = (world.store.clone(), stop.clone());
        readers.push(std::thread::spawn(move || {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                store
                    .read_wait(move |s| s.holdings(id).map(drop))
                    .unwrap()
                    .unwrap();
            }
        }));
    }
    for n in 1..200_u128 {
        world.write(move |s| s.insert_grant(&grant(n, 1, 1)));
        let expected = usize::try_from(n).unwrap();
        if let Some(cached) = world.store.cached_holdings(id) {
            assert_eq!(cached.held.len(), expected, "acknowledged, so seen");
        }
        assert_eq!(world.read(move |s| s.holdings(id)).held.len(), expected);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
}
