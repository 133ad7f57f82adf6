//! What approvers decided, and the requests that they let through.

use model::{ObjectBody, RequestId, RequestStatus, Review, Seat, Verdict};
use store::StoreError;

use crate::world::*;

#[test]
fn decisions_are_kept_one_for_each_person_and_request() {
    let world = World::new();
    let first = review(1, 2, Verdict::Approve);
    let mut second = review(1, 3, Verdict::Deny);
    second.at = at(14);
    second.justification = None;
    let other = review(2, 2, Verdict::Deny);
    let kept = [second.clone(), first.clone(), other.clone()];
    world.write(move |s| {
        for n in 1..4 {
            s.insert_request(&request(n, 9, 1))?;
        }
        [&first, &second, &other]
            .into_iter()
            .try_for_each(|review| s.insert_review(review))
    });
    let of = |numbers: &'static [u128]| {
        world.read(move |s| {
            let ids: Vec<RequestId> = numbers.iter().map(|n| grant_id(*n).into()).collect();
            s.reviews(&ids)
        })
    };
    assert_eq!(of(&[1, 2, 3]), kept, "by request and time");
    assert_eq!(of(&[2]), kept[2..]);
    assert_eq!(of(&[3]), []);
    assert_eq!(of(&[]), []);

    // Nobody changes their mind.
    let again = world
        .store
        .write_wait(|s| s.insert_review(&review(1, 2, Verdict::Deny)));
    assert!(matches!(again, Ok(Err(StoreError::Conflict { .. }))), "{again:?}");
    // Nor does anybody take a seat that is taken; another stage has others.
    let beside = |seat, by| {
        let review = Review {
            seat,
            ..review(1, by, Verdict::Approve)
        };
        world.store.write_wait(move |s| s.insert_review(&review)).unwrap()
    };
    let taken = kept[0].seat;
    assert!(matches!(beside(taken, 4), Err(StoreError::Conflict { .. })));
    assert_eq!(of(&[1]), kept[..2]);
    let later = Seat { stage: 1, ..taken };
    beside(later, 4).unwrap();
    assert!(of(&[1]).iter().any(|review| review.seat == later));
}

#[test]
fn only_a_request_that_waits_waits_longer() {
    let world = World::new();
    let mut waiting = request(1, 1, 1);
    waiting.status = RequestStatus::PendingApproval;
    waiting.lapses_at = Some(at(50));
    let id = waiting.id;
    world.write(move |s| s.insert_request(&waiting));
    let postpone = |until| world.store.write_wait(move |s| s.postpone_lapse(id, at(until)));
    assert_eq!(postpone(60).unwrap().ok(), Some(()));
    let lapses_at = || world.read(move |s| s.request(id)).unwrap().lapses_at;
    assert_eq!(lapses_at(), Some(at(60)));
    world.write(move |s| s.settle_request(id, RequestStatus::Denied, Some(at(20))));
    let late = postpone(70);
    assert!(
        matches!(late, Ok(Err(StoreError::UnexpectedRows { .. }))),
        "{late:?}"
    );
    assert_eq!(lapses_at(), Some(at(60)));
}

#[test]
fn a_person_is_known_by_the_employee_id() {
    let world = World::new();
    let employee = |n, id: &str| {
        let mut account = user(n);
        if let ObjectBody::User(body) = &mut account.body {
            body.employee_id = Some(id.to_owned());
        }
        account
    };
    world.write(move |s| {
        s.insert_object(&user(1))?;
        s.insert_object(&user(2))?;
        for (n, id) in [
            (3, "E-7"),
            (4, " e-7\t"),
            (5, "E-70"),
            (6, ""),
            (7, "  "),
            (8, "e-7"),
        ] {
            s.insert_object(&employee(n, id))?;
        }
        s.delete_object(object_id(8), at(2))
    });
    let accounts = |n| {
        let mut found = world.read(move |s| s.accounts_of_person(object_id(n)));
        found.sort();
        found
    };
    let numbers = |all: &[u128]| all.iter().map(|n| object_id(*n)).collect::<Vec<_>>();
    for n in [3, 4, 8] {
        assert_eq!(accounts(n), numbers(&[3, 4, 8]), "also one that was deleted");
    }
    // Without one, and where it says nothing, every account is somebody of its own.
    for n in [1, 2, 5, 6, 7, 99] {
        assert_eq!(accounts(n), numbers(&[n]));
    }
}

#[test]
fn only_a_request_that_waits_is_provisioned() {
    let world = World::new();
    let mut waiting = request(1, 1, 1);
    waiting.status = RequestStatus::PendingApproval;
    waiting.needs_approval = true;
    waiting.lapses_at = Some(at(50));
    let id = waiting.id;
    let mut expected = waiting.clone();
    world.write(move |s| s.insert_request(&waiting));

    let provision = || {
        world
            .store
            .write_wait(move |s| s.provision_request(id, RequestStatus::Granted, at(30), Some(grant_id(7))))
    };
    assert_eq!(provision().unwrap().ok(), Some(()));
    expected.status = RequestStatus::Granted;
    expected.completed_at = Some(at(30));
    expected.activated_using = Some(grant_id(7));
    if let Some(schedule) = &mut expected.schedule {
        schedule.start = Some(at(30));
    }
    assert_eq!(world.read(move |s| s.request(id)), Some(expected.clone()));
    // It is granted now, and waits no more.
    let again = provision();
    assert!(
        matches!(again, Ok(Err(StoreError::UnexpectedRows { .. }))),
        "{again:?}"
    );
    assert_eq!(world.read(move |s| s.request(id)), Some(expected));
}
