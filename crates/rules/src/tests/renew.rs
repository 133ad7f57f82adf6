//! `adminExtend`, `adminRenew`, `selfExtend`, `selfRenew`.

use model::{Action, EndCause, Expiration, IsoDuration, RequestStatus, Window};

use super::given::*;
use crate::Refusal;

const PENDING: RequestStatus = RequestStatus::PendingAdminDecision;

fn ending_in(span: IsoDuration) -> model::Grant {
    grant(10, Eligibility, ago(days(30)), Some(ahead(span)))
}

fn ended_before(span: IsoDuration) -> model::Grant {
    grant(10, Eligibility, ago(days(90)), Some(ago(span)))
}

#[test]
fn an_extension_replaces_the_grant_without_a_gap() {
    let case = given(Action::AdminExtend, Eligibility).grant(ending_in(hours(1)));
    // The start asked for, be it the old end, opens no gap.
    for start in [None, Some(ahead(hours(1))), Some(ago(days(1)))] {
        let decision = case
            .clone()
            .asking(start, Expiration::AfterDuration(days(9)))
            .accepted();
        assert_eq!(decision.ended(), [(id(10), EndCause::Replaced)]);
        assert_eq!(
            decision.made().unwrap().window,
            Window {
                start: NOW,
                end: Some(ahead(days(9)))
            }
        );
        assert_eq!(
            (decision.request.status, decision.request.start()),
            (RequestStatus::Provisioned, Some(NOW))
        );
    }
    let later = given(Action::AdminExtend, Eligibility).grant(grant(
        10,
        Eligibility,
        ahead(days(1)),
        Some(ahead(days(2))),
    ));
    let decision = later.asking(None, Expiration::AfterDuration(days(9))).accepted();
    assert_eq!(
        decision.made().unwrap().window,
        Window {
            start: ahead(days(1)),
            end: Some(ahead(days(10)))
        }
    );
    assert_eq!(decision.request.status, RequestStatus::Granted);
    assert_eq!(decision.settled(), [(id(10), RequestStatus::Revoked)]);
}

#[test]
fn only_what_will_end_is_extended() {
    let case = given(Action::AdminExtend, Eligibility);
    case.refused(&Refusal::GrantDoesNotExist);
    case.clone()
        .grant(ended_before(hours(1)))
        .refused(&Refusal::GrantDoesNotExist);
    let permanent = Refusal::InvalidRequest("a permanent grant cannot be extended");
    case.grant(standing(10, Eligibility)).refused(&permanent);
    given(Action::SelfExtend, Eligibility)
        .grant(standing(10, Eligibility))
        .refused(&permanent);
}

#[test]
fn only_what_ran_out_lately_is_renewed() {
    let removed = ended(ending_in(days(1)), ago(days(1)), EndCause::Removed);
    let announced = ended(ended_before(days(1)), ago(days(1)), EndCause::Expired);
    let removed_before = ended(ended_before(days(1)), ago(days(2)), EndCause::Removed);
    let cases = [
        (vec![], Err(Refusal::GrantDoesNotExist)),
        (vec![ended_before(IsoDuration::ZERO)], Ok(())),
        (vec![ended_before(days(30))], Ok(())),
        (vec![ended_before(days(31))], Err(Refusal::GrantDoesNotExist)),
        (vec![announced], Ok(())),
        (vec![removed], Err(Refusal::GrantDoesNotExist)),
        (vec![removed_before], Err(Refusal::GrantDoesNotExist)),
        (
            vec![ended_before(days(1)), standing(11, Eligibility)],
            Err(Refusal::GrantExists),
        ),
        (
            vec![
                ended_before(days(1)),
                grant(11, Eligibility, ahead(days(1)), None),
            ],
            Err(Refusal::GrantExists),
        ),
        (vec![ended_before(days(1)), standing(11, Assignment)], Ok(())),
    ];
    for (grants, expected) in cases {
        for (action, status) in [
            (Action::AdminRenew, RequestStatus::Provisioned),
            (Action::SelfRenew, PENDING),
        ] {
            let case = grants
                .iter()
                .copied()
                .fold(given(action, Eligibility), Given::grant);
            assert_eq!(
                case.status(),
                expected.clone().map(|()| status),
                "{action} {grants:?}"
            );
        }
    }
    let activation = activation(10, 11, ago(hours(3)));
    given(Action::AdminRenew, Assignment)
        .grant(activation)
        .refused(&Refusal::GrantDoesNotExist);
    let later = given(Action::AdminRenew, Eligibility).grant(ended_before(days(1)));
    let later = later.asking(Some(ahead(days(1))), Expiration::AfterDuration(days(9)));
    assert_eq!(later.status(), Ok(RequestStatus::Granted));
}

#[test]
fn a_principal_asks_for_an_extension_within_the_last_fortnight() {
    let second = IsoDuration::from_seconds(1);
    let just_too_early = grant(
        10,
        Eligibility,
        ago(days(30)),
        Some(ahead(days(14)).saturating_add(second)),
    );
    let early = Refusal::InvalidRequest("it is too early to extend the grant");
    let cases = [
        (Eligibility, ending_in(days(14)), Ok(PENDING)),
        (Eligibility, just_too_early, Err(early)),
        (
            Eligibility,
            ended_before(hours(1)),
            Err(Refusal::GrantDoesNotExist),
        ),
        (
            Assignment,
            grant(10, Assignment, ago(days(1)), Some(ahead(days(1)))),
            Ok(PENDING),
        ),
        (
            Assignment,
            activation(10, 11, ago(hours(1))),
            Err(Refusal::GrantDoesNotExist),
        ),
    ];
    for (kind, there, expected) in cases {
        assert_eq!(
            given(Action::SelfExtend, kind).grant(there).status(),
            expected,
            "{there:?}"
        );
    }
}

#[test]
fn asking_changes_nothing_until_an_administrator_answers() {
    let case = given(Action::SelfExtend, Eligibility).grant(ending_in(days(3)));
    let decision = case.accepted();
    assert!(decision.changes.is_empty());
    let request = decision.request;
    assert_eq!(request.schedule, case.order.schedule);
    assert_eq!((request.completed_at, request.target_schedule_id), (None, None));
    case.waiting(request.clone()).refused(&Refusal::RequestPending);

    let extend = given(Action::AdminExtend, Eligibility)
        .grant(ending_in(days(3)))
        .waiting(request);
    let answered = [(order_id(), RequestStatus::Provisioned)];
    assert_eq!(extend.accepted().settled(), answered);
    let asked = waiting(12, Eligibility, Action::SelfRenew, PENDING);
    let renew = given(Action::AdminRenew, Eligibility)
        .grant(ended_before(days(3)))
        .waiting(asked);
    assert_eq!(renew.accepted().settled(), [(id(12), RequestStatus::Provisioned)]);
}
