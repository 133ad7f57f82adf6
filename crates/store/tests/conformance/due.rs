//! What time did, until it is announced.

use model::{EndCause, Expiration, Grant, RequestStatus, ScheduleInfo};

use crate::world::*;

#[test]
fn ends_and_starts_are_due_until_they_are_announced() {
    let world = World::new();
    world.populate(1..2, 1..2);
    world.write(|s| {
        s.insert_grant(&Grant {
            window: window(10, Some(30)),
            ..grant(1, 1, 1)
        })?;
        s.insert_grant(&Grant {
            window: window(10, Some(20)),
            ..grant(2, 1, 1)
        })?;
        s.insert_grant(&Grant {
            window: window(25, Some(90)),
            ..grant(3, 1, 1)
        })?;
        s.insert_grant(&grant(4, 1, 1))
    });
    let ended_at = |now, limit| {
        let grants = world.read(move |s| s.ended_unannounced(at(now), limit));
        grants.iter().map(|grant| grant.id).collect::<Vec<_>>()
    };
    let started_at = |now| {
        let grants = world.read(move |s| s.started_unannounced(at(now), 9));
        grants.iter().map(|grant| grant.id).collect::<Vec<_>>()
    };
    assert_eq!(ended_at(19, 9), []);
    assert_eq!(ended_at(30, 9), [2, 1].map(grant_id), "the earliest first");
    assert_eq!(ended_at(30, 1), [grant_id(2)]);
    assert_eq!(started_at(24), []);
    assert_eq!(started_at(25), [grant_id(3)]);
    let next = |now| world.read(move |s| s.next_due(at(now)));
    let expected = [(0, 20), (20, 25), (25, 30), (30, 90)];
    for (now, due) in expected {
        assert_eq!(next(now), Some(at(due)), "{now}");
    }
    assert_eq!(next(90), None);

    assert!(world.write(|s| s.mark_started(grant_id(3))));
    assert!(!world.write(|s| s.mark_started(grant_id(3))));
    assert_eq!(started_at(25), []);
    world.write(|s| s.end_grant(grant_id(2), ended(20, EndCause::Expired)));
    assert_eq!(ended_at(30, 9), [grant_id(1)]);
}

#[test]
fn requests_lapse_and_start() {
    let world = World::new();
    let (mut waits, mut later) = (request(1, 1, 1), request(2, 1, 1));
    waits.status = RequestStatus::PendingApproval;
    waits.lapses_at = Some(at(40));
    waits.schedule = None;
    later.status = RequestStatus::Granted;
    later.schedule = Some(ScheduleInfo {
        start: Some(at(50)),
        expiration: Expiration::NoExpiration,
    });
    let (waiting_id, later_id) = (waits.id, later.id);
    world.write(move |s| {
        s.insert_request(&waits)?;
        s.insert_request(&later)
    });
    let due = |now| {
        world.read(move |s| {
            Ok((
                s.lapsed_requests(at(now), 9)?.len(),
                s.started_requests(at(now), 9)?.len(),
                s.next_due(at(now))?,
            ))
        })
    };
    assert_eq!(due(39), (0, 0, Some(at(40))));
    assert_eq!(due(40), (1, 0, Some(at(50))));
    assert_eq!(due(50), (1, 1, None));
    world.write(move |s| {
        s.settle_request(waiting_id, RequestStatus::Denied, Some(at(40)))?;
        s.settle_request(later_id, RequestStatus::Provisioned, Some(at(50)))
    });
    assert_eq!(due(50), (0, 0, None));
}
