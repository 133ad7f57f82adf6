//! `selfActivate`.

use model::{Action, DirectoryScope, EndCause, Expiration, Grant, RequestStatus};

use super::given::*;
use crate::Refusal;

fn eligible() -> Given {
    given(Action::SelfActivate, Assignment).grant(standing(10, Eligibility))
}

#[test]
fn an_activation_uses_the_eligibility() {
    let decision = eligible().accepted();
    let made = decision.made().unwrap();
    assert_eq!(made.activated_using, Some(id(10)));
    assert_eq!(made.window.end, Some(ahead(hours(2))));
    assert_eq!(decision.changes.len(), 1);
    let request = &decision.request;
    assert_eq!(
        (request.status, request.activated_using),
        (RequestStatus::Provisioned, Some(id(10)))
    );
    assert_eq!(
        (request.target_schedule_id, request.completed_at),
        (Some(made.id), Some(NOW))
    );
}

#[test]
fn without_an_eligibility_in_force_there_is_nothing_to_activate() {
    let cases = [
        grant(10, Eligibility, ahead(days(1)), None),
        grant(10, Eligibility, ago(days(2)), Some(NOW)),
        ended(standing(10, Eligibility), ago(hours(1)), EndCause::Removed),
    ];
    for there in cases {
        given(Action::SelfActivate, Assignment)
            .grant(there)
            .refused(&Refusal::GrantDoesNotExist);
    }
    let none = given(Action::SelfActivate, Assignment).asking(None, Expiration::NoExpiration);
    none.refused(&Refusal::GrantDoesNotExist);
    // In force when the activation is to start, but not yet.
    let early = given(Action::SelfActivate, Assignment)
        .grant(grant(10, Eligibility, ahead(days(1)), None))
        .asking(Some(ahead(days(1))), Expiration::AfterDuration(hours(1)));
    early.refused(&Refusal::GrantDoesNotExist);
    // In force now, but over when the activation is to start.
    let later = given(Action::SelfActivate, Assignment)
        .grant(grant(10, Eligibility, ago(days(1)), Some(ahead(days(1)))))
        .asking(Some(ahead(days(1))), Expiration::AfterDuration(hours(1)));
    later.refused(&Refusal::GrantDoesNotExist);
}

#[test]
fn ones_own_eligibility_goes_before_a_groups() {
    let of_group = |number, end| Grant {
        principal_id: id(5),
        ..grant(number, Eligibility, ago(days(1)), end)
    };
    let member = given(Action::SelfActivate, Assignment).but(|facts, _| {
        facts.group_eligibilities = vec![
            of_group(20, Some(ahead(days(1)))),
            of_group(21, Some(ahead(days(2)))),
        ];
    });
    let decision = member.accepted();
    let made = decision.made().unwrap();
    assert_eq!((made.activated_using, made.principal_id), (Some(id(21)), mara()));
    let both = member.grant(grant(10, Eligibility, ago(days(1)), Some(ahead(hours(1)))));
    assert_eq!(both.accepted().made().unwrap().activated_using, Some(id(10)));
}

#[test]
fn the_grant_ends_with_the_eligibility_and_the_request_keeps_what_was_asked() {
    let case = given(Action::SelfActivate, Assignment).grant(grant(
        10,
        Eligibility,
        ago(days(1)),
        Some(ahead(minutes(3))),
    ));
    let decision = case.accepted();
    assert_eq!(decision.made().unwrap().window.end, Some(ahead(minutes(3))));
    assert_eq!(
        decision.request.schedule.unwrap().expiration,
        Expiration::AfterDuration(hours(2))
    );
}

#[test]
fn one_activation_at_a_time() {
    let later = |start, end| grant(20, Assignment, ahead(hours(start)), Some(ahead(hours(end))));
    let pending = waiting(
        20,
        Assignment,
        Action::SelfActivate,
        RequestStatus::PendingApproval,
    );
    let mut lapsed = pending.clone();
    lapsed.lapses_at = Some(NOW);
    let asking_admin = waiting(
        20,
        Assignment,
        Action::SelfRenew,
        RequestStatus::PendingAdminDecision,
    );
    let tomorrow = |case: Given| case.asking(Some(ahead(hours(24))), Expiration::AfterDuration(hours(2)));
    let cases = [
        (
            eligible().grant(standing(20, Assignment)),
            Err(Refusal::GrantExists),
        ),
        (
            eligible().grant(activation(20, 10, ago(hours(1)))),
            Err(Refusal::GrantExists),
        ),
        (
            tomorrow(eligible().grant(activation(20, 10, ago(hours(1))))),
            Err(Refusal::GrantExists),
        ),
        (eligible().grant(later(1, 3)), Err(Refusal::RequestPending)),
        (eligible().grant(later(5, 6)), Err(Refusal::RequestPending)),
        (
            tomorrow(eligible().grant(later(25, 30))),
            Err(Refusal::OverlapsPending),
        ),
        (
            tomorrow(eligible().grant(later(20, 24))),
            Err(Refusal::OverlapsPending),
        ),
        (
            tomorrow(eligible().grant(later(28, 30))),
            Err(Refusal::RequestPending),
        ),
        (eligible().waiting(pending.clone()), Err(Refusal::RequestPending)),
        (
            tomorrow(eligible().waiting(pending)),
            Err(Refusal::RequestPending),
        ),
        (eligible().waiting(lapsed), Ok(RequestStatus::Provisioned)),
        (eligible().waiting(asking_admin), Ok(RequestStatus::Provisioned)),
        (
            eligible().grant(ended(later(1, 3), NOW, EndCause::Canceled)),
            Ok(RequestStatus::Provisioned),
        ),
        (
            eligible().grant(ended(
                activation(20, 10, ago(hours(1))),
                NOW,
                EndCause::Deactivated,
            )),
            Ok(RequestStatus::Provisioned),
        ),
        (tomorrow(eligible()), Ok(RequestStatus::Granted)),
    ];
    for (number, (case, expected)) in cases.into_iter().enumerate() {
        assert_eq!(case.status(), expected, "case {number}");
    }
}

#[test]
fn overlap_is_told_by_the_minute_bounds_included() {
    let second = model::IsoDuration::from_seconds(1);
    let case = |end: model::Instant| {
        eligible()
            .grant(grant(20, Assignment, ahead(hours(20)), Some(end)))
            .asking(Some(ahead(hours(24))), Expiration::AfterDuration(hours(2)))
    };
    case(ahead(hours(24))).refused(&Refusal::OverlapsPending);
    case(ahead(hours(24)).saturating_sub(second)).refused(&Refusal::RequestPending);
    let within_the_minute = eligible()
        .grant(grant(20, Assignment, ahead(hours(20)), Some(ahead(hours(24)))))
        .asking(
            Some(ahead(hours(24)).saturating_add(second)),
            Expiration::AfterDuration(hours(2)),
        );
    within_the_minute.refused(&Refusal::OverlapsPending);
}

#[test]
fn where_approval_is_needed_nothing_is_given() {
    let case = eligible().but(|facts, _| facts.settings.activation.approval.is_approval_required = true);
    let decision = case.accepted();
    let request = &decision.request;
    assert!(decision.changes.is_empty());
    assert_eq!(
        (request.status, request.needs_approval),
        (RequestStatus::PendingApproval, true)
    );
    assert_eq!(request.target_schedule_id, Some(order_id().into()));
    assert_eq!((request.completed_at, request.start()), (Some(NOW), None));
    assert_eq!(
        request.schedule.unwrap().expiration,
        Expiration::AfterDuration(hours(2))
    );
    assert_eq!(request.lapses_at, Some(ahead(hours(24))));
    assert_eq!(request.activated_using, Some(id(10)));
    // A start that lies ahead is kept for the decision.
    let later = case
        .clone()
        .asking(Some(ahead(days(2))), Expiration::AfterDuration(hours(2)));
    assert_eq!(later.accepted().request.start(), Some(ahead(days(2))));
    // The settings come first.
    let unjustified = case.but(|_, order| order.justification = None);
    assert!(matches!(unjustified.decide(), Err(Refusal::PolicyFailed(_))));
}

#[test]
fn validation_runs_every_check_and_changes_nothing() {
    let validate = |case: Given| case.but(|_, order| order.is_validation_only = true);
    let decision = validate(eligible()).accepted();
    assert!(decision.changes.is_empty());
    let request = &decision.request;
    assert!(request.is_validation_only);
    assert_eq!(
        (request.status, request.target_schedule_id, request.completed_at),
        (RequestStatus::Provisioned, None, None)
    );
    let later = eligible().asking(Some(ahead(days(2))), Expiration::AfterDuration(hours(2)));
    assert_eq!(validate(later).status(), Ok(RequestStatus::Granted));
    validate(eligible().grant(standing(20, Assignment))).refused(&Refusal::GrantExists);
    validate(given(Action::SelfActivate, Assignment)).refused(&Refusal::GrantDoesNotExist);
    let elsewhere = eligible().but(|facts, order| {
        order.scope = DirectoryScope::Object(id(8));
        facts.scope_exists = false;
    });
    validate(elsewhere).refused(&Refusal::InvalidScope);
}
