//! `adminRemove`, `selfDeactivate` and the five-minute rule.

use model::{Action, EndCause, Grant, GrantKind, GrantOrigin, IsoDuration, RequestStatus};

use super::given::*;
use crate::Refusal;

fn remove(kind: GrantKind) -> Given {
    given(Action::AdminRemove, kind)
}

#[test]
fn a_removal_leaves_a_request_without_window_and_target() {
    let outside = Grant {
        origin: GrantOrigin::OutsidePim,
        ..standing(10, Assignment)
    };
    let cases = [
        standing(10, Assignment),
        standing(10, Eligibility),
        activation(10, 11, ago(hours(1))),
        outside,
    ];
    for there in cases {
        let decision = remove(there.kind).grant(there).accepted();
        assert_eq!(decision.ended(), [(id(10), EndCause::Removed)]);
        assert_eq!(decision.changes.len(), 1);
        let request = &decision.request;
        assert_eq!(request.status, RequestStatus::Revoked);
        assert_eq!(
            (request.schedule, request.target_schedule_id, request.completed_at),
            (None, None, None)
        );
    }
}

#[test]
fn there_must_be_something_to_remove() {
    let cases = [
        (Assignment, None),
        (Assignment, Some(standing(10, Eligibility))),
        (Eligibility, Some(standing(10, Assignment))),
        (Assignment, Some(grant(10, Assignment, ago(days(2)), Some(NOW)))),
        (
            Assignment,
            Some(ended(standing(10, Assignment), ago(hours(1)), EndCause::Removed)),
        ),
    ];
    for (kind, there) in cases {
        let case = there.into_iter().fold(remove(kind), Given::grant);
        case.refused(&Refusal::GrantDoesNotExist);
    }
}

#[test]
fn removing_a_grant_to_come_revokes_its_request_and_denies_what_was_asked_about_it() {
    let decision = remove(Eligibility)
        .grant(grant(10, Eligibility, ahead(days(1)), Some(ahead(days(9)))))
        .waiting(waiting(
            10,
            Eligibility,
            Action::AdminAssign,
            RequestStatus::Granted,
        ))
        .waiting(waiting(
            12,
            Eligibility,
            Action::SelfExtend,
            RequestStatus::PendingAdminDecision,
        ))
        .accepted();
    assert_eq!(
        decision.settled(),
        [(id(10), RequestStatus::Revoked), (id(12), RequestStatus::Denied)]
    );
}

#[test]
fn an_eligibility_takes_its_activations_along_and_spares_what_was_assigned() {
    let later = Grant {
        principal_id: id(3),
        ..activation(13, 10, ahead(hours(3)))
    };
    let decision = remove(Eligibility)
        .grant(standing(10, Eligibility))
        .grant(standing(11, Assignment))
        .but(|facts, _| facts.activations = vec![activation(12, 10, ago(hours(1))), later])
        .accepted();
    assert_eq!(
        decision.ended(),
        [
            (id(10), EndCause::Removed),
            (id(12), EndCause::EligibilityEnded),
            (id(13), EndCause::EligibilityEnded)
        ]
    );
    assert_eq!(decision.settled(), [(id(13), RequestStatus::Revoked)]);
}

#[test]
fn only_an_activation_in_force_is_deactivated() {
    let case = given(Action::SelfDeactivate, Assignment);
    let decision = case
        .clone()
        .grant(activation(10, 11, ago(hours(1))))
        .grant(standing(11, Eligibility))
        .accepted();
    assert_eq!(decision.ended(), [(id(10), EndCause::Deactivated)]);
    assert_eq!(
        (decision.request.status, decision.request.schedule),
        (RequestStatus::Revoked, None)
    );
    let others = [
        standing(10, Assignment),
        activation(10, 11, ahead(hours(1))),
        activation(10, 11, ago(hours(2))),
    ];
    for there in others {
        case.clone().grant(there).refused(&Refusal::GrantDoesNotExist);
    }
    case.refused(&Refusal::GrantDoesNotExist);
}

#[test]
fn nothing_is_changed_while_the_active_grant_is_younger_than_five_minutes() {
    let young = IsoDuration::from_seconds(299);
    let refused = Refusal::DurationTooShort {
        minimum: minutes(5),
        actual: young,
    };
    let cases = [
        (Action::AdminRemove, Assignment),
        (Action::AdminRemove, Eligibility),
        (Action::AdminUpdate, Assignment),
        (Action::AdminUpdate, Eligibility),
        (Action::SelfDeactivate, Assignment),
    ];
    for (action, kind) in cases {
        let aged = |age| {
            given(action, kind)
                .grant(standing(11, Eligibility))
                .grant(activation(10, 11, ago(age)))
        };
        aged(young).refused(&refused);
        assert!(aged(minutes(5)).decide().is_ok(), "{action} {kind}");
        let mut unlimited = aged(IsoDuration::ZERO);
        unlimited.limits.active_minimum = IsoDuration::ZERO;
        assert!(unlimited.decide().is_ok(), "{action} {kind}");
    }
    // A grant to come has no age, and a new one is never held up.
    assert!(
        remove(Assignment)
            .grant(grant(10, Assignment, ahead(minutes(2)), None))
            .decide()
            .is_ok()
    );
    assert!(
        given(Action::AdminAssign, Eligibility)
            .grant(activation(10, 11, NOW))
            .decide()
            .is_ok()
    );
}
