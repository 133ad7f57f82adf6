//! What approvers decided, and the requests that they let through.

use model::{RequestId, RequestStatus, Verdict};
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
    assert_eq!(of(&[1]), kept[..2]);
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
