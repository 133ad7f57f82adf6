//! What held at an instant, whatever was noted since, page by page; who belonged to what.

use model::directory::Relation;
use model::history::HoldingsQuery;
use model::{EndCause, Grant, GrantId, GrantKind, Instant, ObjectId};
use store::{ThenPage, ThenPart};

use super::various;
use crate::world::*;

fn query(at_micros: i64) -> HoldingsQuery {
    HoldingsQuery {
        at: at(at_micros),
        principal: None,
        role: None,
        scope: None,
        kind: None,
    }
}

/// The two ways in which a listing is put together.
const WAYS: [&[ThenPart]; 2] = [&[ThenPart::Lasting, ThenPart::Over], &[ThenPart::Begun]];

/// Every grant of an instant, in pages of so many; `between` runs after each.
fn listed(
    parts: &[ThenPart],
    world: &World,
    query: &HoldingsQuery,
    listed_at: i64,
    limit: usize,
    between: impl Fn(&World),
) -> Vec<GrantId> {
    let mut found = Vec::new();
    for part in parts.iter().copied() {
        let mut after = None;
        loop {
            let (query, page) = (
                query.clone(),
                ThenPage {
                    listed_at: at(listed_at),
                    part,
                    after: after.map(|id| (id, false)),
                    limit,
                },
            );
            let grants = world.read(move |s| s.grants_then(&query, &page));
            let is_last = grants.len() < limit;
            after = grants.last().map(|grant| grant.id).or(after);
            found.extend(grants.into_iter().map(|grant| grant.id));
            between(world);
            if is_last {
                break;
            }
        }
    }
    found
}

/// The numbers of those in force, as the model says.
fn in_force(world: &World, at: Instant) -> Vec<GrantId> {
    let mut all: Vec<GrantId> = (1..=13)
        .filter_map(|n| world.read(move |s| s.grant(grant_id(n))))
        .filter(|grant| grant.is_in_force(at))
        .map(|grant| grant.id)
        .collect();
    all.sort();
    all
}

#[test]
fn what_held_at_an_instant_is_listed_once_on_pages_of_any_size() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(various);
    for instant in [9, 10, 14, 15, 22, 25, 31, 32, 99] {
        let expected = in_force(&world, at(instant));
        for (limit, way) in [1, 2, 5, 100]
            .into_iter()
            .flat_map(|limit| WAYS.map(|way| (limit, way)))
        {
            // Listed long after, while nothing was noted of what time ended.
            for listed_at in [instant, 23, 99]
                .into_iter()
                .filter(|listed_at| *listed_at >= instant)
            {
                let mut found = listed(way, &world, &query(instant), listed_at, limit, |_| {});
                found.sort();
                assert_eq!(found, expected, "at {instant}, listed at {listed_at} by {limit}");
            }
        }
    }
}

#[test]
fn what_ends_or_is_noted_between_pages_is_listed_once() {
    let cases = [(14, 14), (14, 23), (14, 40)];
    for ((instant, listed_at), way) in cases.into_iter().flat_map(|case| WAYS.map(|way| (case, way))) {
        let world = World::new();
        world.populate(1..6, 1..4);
        world.write(various);
        let mut expected = in_force(&world, at(instant));
        let next = std::cell::Cell::new(1_u128);
        let mut found = listed(way, &world, &query(instant), listed_at, 2, |world| {
            // One after the other is noted as over, or taken away later than the listing began.
            let n = next.replace(next.get() + 1);
            world.write(move |s| {
                if let Some(grant) = s.grant(grant_id(n))?.filter(|grant| grant.ended.is_none()) {
                    let end = grant.window.end.filter(|end| *end <= at(listed_at));
                    let cause = match end {
                        Some(_) => EndCause::Expired,
                        None => EndCause::Removed,
                    };
                    let end = end.unwrap_or(at(listed_at + 1)).as_micros();
                    s.end_grant(grant.id, ended(end, cause))?;
                }
                Ok(())
            });
        });
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "at {instant}, listed at {listed_at}");
    }
}

#[test]
fn questions_are_narrowed() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(various);
    for (narrowed, holds) in [
        (
            HoldingsQuery {
                role: Some(role_id(1)),
                ..query(14)
            },
            Box::new(|grant: &Grant| grant.role_definition_id == role_id(1)) as Box<dyn Fn(&Grant) -> bool>,
        ),
        (
            HoldingsQuery {
                kind: Some(GrantKind::Eligibility),
                ..query(14)
            },
            Box::new(|grant: &Grant| grant.kind == GrantKind::Eligibility),
        ),
        (
            HoldingsQuery {
                scope: Some(model::DirectoryScope::AdministrativeUnit(object_id(9))),
                ..query(14)
            },
            Box::new(|_: &Grant| false),
        ),
    ] {
        let is_wanted = |id: &GrantId| {
            let id = *id;
            world
                .read(move |s| s.grant(id))
                .is_some_and(|grant| holds(&grant))
        };
        let expected: Vec<GrantId> = in_force(&world, at(14)).into_iter().filter(is_wanted).collect();
        for (listed_at, way) in [14, 40].into_iter().flat_map(|at| WAYS.map(|way| (at, way))) {
            let mut found = listed(way, &world, &narrowed, listed_at, 2, |_| {});
            found.sort();
            assert_eq!(found, expected, "{narrowed:?}");
        }
    }
    let own = world.read(|s| s.grants_of_then(&query(14), &[object_id(1), object_id(2)], None, 2));
    let rest = {
        let last = own.last().map(|grant| grant.id);
        world.read(move |s| s.grants_of_then(&query(14), &[object_id(1), object_id(2)], last, 100))
    };
    let found: Vec<GrantId> = own.iter().chain(&rest).map(|grant| grant.id).collect();
    let is_own = |id: &GrantId| {
        let id = *id;
        let grant = world.read(move |s| s.grant(id)).unwrap();
        [object_id(1), object_id(2)].contains(&grant.principal_id)
    };
    let expected: Vec<GrantId> = in_force(&world, at(14)).into_iter().filter(is_own).collect();
    assert_eq!(found, expected);
}

#[test]
fn memberships_are_known_as_they_stood() {
    let world = World::new();
    world.populate(1..5, 1..2);
    world.write(|s| {
        s.insert_object(&group(20, true))?;
        s.insert_object(&group(21, false))?;
        for (container, member, from) in [(20, 1, 10), (20, 2, 10), (21, 1, 10)] {
            s.add_membership(
                object_id(container),
                object_id(member),
                Relation::Member,
                at(from),
            )?;
        }
        s.add_membership(object_id(20), object_id(4), Relation::Owner, at(10))?;
        s.remove_membership(object_id(20), object_id(1), Relation::Member, at(20))?;
        s.add_membership(object_id(20), object_id(1), Relation::Member, at(30))?;
        s.remove_membership(object_id(20), object_id(2), Relation::Member, at(40))?;
        Ok(())
    });
    let members = |instant: i64, after: Option<ObjectId>| {
        world.read(move |s| s.members_then(object_id(20), at(instant), after, 10))
    };
    for (instant, expected) in [
        (9, vec![]),
        (10, vec![1, 2]),
        (19, vec![1, 2]),
        (20, vec![2]),
        (30, vec![1, 2]),
        (40, vec![1]),
    ] {
        let expected: Vec<ObjectId> = expected.into_iter().map(object_id).collect();
        assert_eq!(members(instant, None), expected, "{instant}");
    }
    assert_eq!(members(10, Some(object_id(1))), [object_id(2)]);
    let groups = |instant: i64| world.read(move |s| s.role_groups_then(object_id(1), at(instant)));
    assert_eq!(groups(15), [object_id(20)]);
    assert!(groups(25).is_empty());
    // What is deleted was there before.
    world.write(|s| s.delete_object(object_id(20), at(50)));
    assert_eq!(groups(45), [object_id(20)]);
    assert!(groups(50).is_empty() && members(50, None).is_empty());
    let names = world.read(|s| s.names_of_objects([object_id(20), object_id(99)]));
    assert_eq!(names.len(), 1);
    assert_eq!(names[&object_id(20)].deleted_at, Some(at(50)));
}

#[test]
fn an_instant_is_looked_for_from_the_nearer_end() {
    let [late, early] = WAYS;
    for (instant, way) in [(5, early), (14, early), (15, late), (20, late)] {
        assert_eq!(ThenPart::of(at(instant), at(20), at(10)), way, "{instant}");
    }
}
