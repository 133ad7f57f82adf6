//! `adminAssign` and `adminUpdate`, and what windows mean to both.

use model::{Action, EndCause, Expiration, GrantOrigin, Instant, IsoDuration, RequestStatus, Window};

use super::given::*;
use crate::Refusal;

#[test]
fn an_assignment_is_a_request_and_a_grant_with_one_id() {
    for kind in [Assignment, Eligibility] {
        let decision = given(Action::AdminAssign, kind).accepted();
        let (request, made) = (&decision.request, *decision.made().unwrap());
        assert_eq!(decision.changes.len(), 1);
        assert_eq!(made.id, order_id().into());
        assert_eq!(made.origin, GrantOrigin::Request(order_id()));
        assert_eq!(
            (made.kind, made.principal_id, made.created_at),
            (kind, mara(), NOW)
        );
        assert_eq!(
            made.window,
            Window {
                start: NOW,
                end: Some(ahead(hours(2)))
            }
        );
        assert_eq!(request.target_schedule_id, Some(made.id));
        assert_eq!(
            (request.status, request.completed_at),
            (RequestStatus::Provisioned, Some(NOW))
        );
        assert_eq!((request.start(), request.created_by), (Some(NOW), admin()));
        assert_eq!(
            request.schedule.unwrap().expiration,
            Expiration::AfterDuration(hours(2))
        );
        assert!(!request.needs_approval);
    }
}

#[test]
fn windows_count_from_the_start_that_results() {
    use Expiration::{AfterDateTime, AfterDuration, NoExpiration, NotSpecified};
    let seconds = IsoDuration::from_seconds;
    let cases: [(Option<Instant>, Expiration, Instant, Option<Instant>); 8] = [
        (None, AfterDuration(hours(1)), NOW, Some(ahead(hours(1)))),
        (
            Some(ago(days(2))),
            AfterDuration(hours(1)),
            NOW,
            Some(ahead(hours(1))),
        ),
        (
            Some(ahead(seconds(60))),
            AfterDuration(hours(1)),
            NOW,
            Some(ahead(hours(1))),
        ),
        (
            Some(ahead(seconds(61))),
            AfterDuration(hours(1)),
            ahead(seconds(61)),
            Some(ahead(seconds(3661))),
        ),
        (
            Some(ahead(days(1))),
            AfterDateTime(ahead(days(2))),
            ahead(days(1)),
            Some(ahead(days(2))),
        ),
        (Some(ahead(days(1))), NoExpiration, ahead(days(1)), None),
        (None, NotSpecified, NOW, None),
        (
            Some(ago(days(2))),
            AfterDateTime(ahead(minutes(5))),
            NOW,
            Some(ahead(minutes(5))),
        ),
    ];
    for (asked, expiration, start, end) in cases {
        let decision = given(Action::AdminAssign, Eligibility)
            .asking(asked, expiration)
            .accepted();
        let request = &decision.request;
        assert_eq!(
            decision.made().unwrap().window,
            Window { start, end },
            "{asked:?} {expiration:?}"
        );
        assert_eq!(
            (request.start(), request.completed_at),
            (Some(start), Some(start))
        );
        assert_eq!(request.schedule.unwrap().expiration, expiration);
        let expected = if start > NOW {
            RequestStatus::Granted
        } else {
            RequestStatus::Provisioned
        };
        assert_eq!(request.status, expected, "{asked:?}");
    }
}

#[test]
fn windows_that_cannot_be_are_refused() {
    use Expiration::{AfterDateTime, AfterDuration};
    let invalid = Refusal::InvalidSchedule("the end must lie after the start");
    let short = |actual| Refusal::DurationTooShort {
        minimum: minutes(5),
        actual,
    };
    let cases = [
        (None, AfterDateTime(ago(hours(1))), invalid.clone()),
        (None, AfterDateTime(NOW), invalid.clone()),
        (
            Some(ahead(days(2))),
            AfterDateTime(ahead(days(1))),
            invalid.clone(),
        ),
        (None, AfterDuration(IsoDuration::ZERO), invalid.clone()),
        (
            Some(Instant::from_micros(i64::MAX)),
            AfterDuration(hours(1)),
            invalid,
        ),
        (None, AfterDuration(minutes(4)), short(minutes(4))),
        (None, AfterDateTime(ahead(minutes(1))), short(minutes(1))),
    ];
    for action in [
        Action::AdminAssign,
        Action::AdminUpdate,
        Action::AdminExtend,
        Action::AdminRenew,
    ] {
        for (start, expiration, expected) in cases.clone() {
            // An extension starts where the grant does, whatever start is asked for.
            if action != Action::AdminExtend || start.is_none() {
                given(action, Assignment)
                    .asking(start, expiration)
                    .refused(&expected);
            }
        }
    }
}

#[test]
fn a_second_grant_is_refused_and_the_other_side_does_not_matter() {
    let cases = [
        (Assignment, standing(10, Assignment), Err(Refusal::GrantExists)),
        (
            Assignment,
            activation(10, 11, ago(hours(1))),
            Err(Refusal::GrantExists),
        ),
        (
            Assignment,
            grant(10, Assignment, ahead(days(9)), None),
            Err(Refusal::GrantExists),
        ),
        (
            Assignment,
            standing(10, Eligibility),
            Ok(RequestStatus::Provisioned),
        ),
        (
            Assignment,
            grant(10, Assignment, ago(days(2)), Some(NOW)),
            Ok(RequestStatus::Provisioned),
        ),
        (
            Assignment,
            ended(standing(10, Assignment), NOW, EndCause::Removed),
            Ok(RequestStatus::Provisioned),
        ),
        (Eligibility, standing(10, Eligibility), Err(Refusal::GrantExists)),
        (
            Eligibility,
            standing(10, Assignment),
            Ok(RequestStatus::Provisioned),
        ),
    ];
    for (kind, there, expected) in cases {
        assert_eq!(
            given(Action::AdminAssign, kind).grant(there).status(),
            expected,
            "{kind} {there:?}"
        );
    }
}

#[test]
fn an_update_replaces_the_grant() {
    for kind in [Assignment, Eligibility] {
        let decision = given(Action::AdminUpdate, kind)
            .grant(standing(10, kind))
            .accepted();
        assert_eq!(decision.ended(), [(id(10), EndCause::Replaced)]);
        assert_eq!(decision.made().unwrap().id, order_id().into());
        assert_eq!(decision.request.status, RequestStatus::Provisioned);
        assert!(decision.settled().is_empty());
        given(Action::AdminUpdate, kind).refused(&Refusal::GrantDoesNotExist);
    }
}

#[test]
fn an_update_of_a_grant_to_come_revokes_the_request_that_made_it() {
    let later = grant(10, Assignment, ahead(days(1)), None);
    let decision = given(Action::AdminUpdate, Assignment).grant(later).accepted();
    assert_eq!(decision.settled(), [(id(10), RequestStatus::Revoked)]);
    let outside = model::Grant {
        origin: GrantOrigin::OutsidePim,
        ..standing(10, Assignment)
    };
    assert!(
        given(Action::AdminUpdate, Assignment)
            .grant(outside)
            .accepted()
            .settled()
            .is_empty()
    );
}

#[test]
fn an_updated_activation_stays_one_and_within_its_eligibility() {
    let case = given(Action::AdminUpdate, Assignment)
        .grant(grant(11, Eligibility, ago(days(1)), Some(ahead(hours(6)))))
        .grant(activation(10, 11, ago(hours(1))));
    let cases = [
        (Expiration::AfterDuration(hours(2)), ahead(hours(2))),
        (Expiration::AfterDuration(hours(8)), ahead(hours(6))),
        (Expiration::NoExpiration, ahead(hours(6))),
    ];
    for (expiration, end) in cases {
        let decision = case.clone().asking(None, expiration).accepted();
        let made = decision.made().unwrap();
        assert_eq!((made.activated_using, made.window.end), (Some(id(11)), Some(end)));
        assert_eq!(decision.request.schedule.unwrap().expiration, expiration);
    }
    let beyond = case
        .clone()
        .asking(Some(ahead(hours(6))), Expiration::AfterDuration(hours(1)));
    beyond.refused(&Refusal::InvalidSchedule("the eligibility ends before the start"));
    // Where the eligibility was replaced, or is a group's that no longer holds, the old end stands.
    let orphan = given(Action::AdminUpdate, Assignment).grant(activation(10, 99, ago(hours(1))));
    let decision = orphan
        .asking(None, Expiration::AfterDuration(hours(8)))
        .accepted();
    assert_eq!(decision.made().unwrap().window.end, Some(ahead(hours(1))));
}

#[test]
fn a_replaced_eligibility_ends_the_activations_that_would_outlive_it_and_no_others() {
    let others = |number, start| model::Grant {
        principal_id: id(3),
        ..activation(number, 10, start)
    };
    let case = given(Action::AdminUpdate, Eligibility)
        .grant(standing(10, Eligibility))
        .but(|facts, _| {
            facts.activations = vec![
                activation(11, 10, ago(hours(1))),
                others(12, ago(minutes(1))),
                others(13, ahead(hours(5))),
            ];
        });
    let ends = |start, expiration| -> Vec<_> {
        let decision = case.clone().asking(start, expiration).accepted();
        let activations = decision.ended().split_off(1);
        assert!(
            activations
                .iter()
                .all(|(_, cause)| *cause == EndCause::EligibilityEnded)
        );
        activations.into_iter().map(|(id, _)| id).collect()
    };
    assert!(ends(None, Expiration::NoExpiration).is_empty());
    assert!(ends(None, Expiration::AfterDuration(hours(7))).is_empty());
    assert_eq!(ends(None, Expiration::AfterDuration(hours(1))), [id(12), id(13)]);
    assert_eq!(
        ends(Some(ahead(minutes(2))), Expiration::NoExpiration),
        [id(11), id(12)]
    );
}

#[test]
fn the_last_lasting_administrator_is_neither_removed_nor_given_an_end() {
    let last = |action| {
        given(action, Assignment)
            .grant(standing(10, Assignment))
            .but(|facts, _| facts.lasting_administrators = vec![id(10)])
    };
    let refused = Refusal::LastAdministrator;
    last(Action::AdminRemove).refused(&refused);
    last(Action::AdminUpdate).refused(&refused);
    last(Action::AdminUpdate)
        .asking(Some(ahead(days(1))), Expiration::NoExpiration)
        .refused(&refused);
    last(Action::AdminRemove)
        .but(|_, order| order.is_validation_only = true)
        .refused(&refused);
    assert!(
        last(Action::AdminUpdate)
            .asking(None, Expiration::NoExpiration)
            .decide()
            .is_ok()
    );
    for action in [Action::AdminRemove, Action::AdminUpdate] {
        let one_of_two = last(action).but(|facts, _| facts.lasting_administrators.push(id(20)));
        assert!(one_of_two.decide().is_ok());
        let other = last(action).but(|facts, _| facts.lasting_administrators = vec![id(20)]);
        assert!(other.decide().is_ok());
    }
}
