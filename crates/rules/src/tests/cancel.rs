//! `cancel`.

use model::{Action, CallerKind, EndCause, Ended, RequestStatus};

use super::given::*;
use crate::{Change, Refusal, decide_cancel};

#[test]
fn what_waits_can_be_cancelled_by_those_concerned() {
    let mut request = waiting(
        10,
        Assignment,
        Action::AdminAssign,
        RequestStatus::PendingAdminDecision,
    );
    request.created_by = id(6);
    let settled = Change::Settle {
        request: id(10),
        status: RequestStatus::Canceled,
        completed_at: Some(NOW),
    };
    let callers = [
        (requester(mara(), CallerKind::Delegated, false), true),
        (requester(id(6), CallerKind::Application, false), true),
        (requester(admin(), CallerKind::Delegated, true), true),
        (requester(admin(), CallerKind::Application, true), true),
        (requester(id(9), CallerKind::Delegated, false), false),
    ];
    for (by, may) in callers {
        let expected = if may {
            Ok(vec![settled.clone()])
        } else {
            Err(Refusal::Unauthorized)
        };
        assert_eq!(decide_cancel(&request, None, &by, NOW), expected, "{by:?}");
    }
}

#[test]
fn the_grant_to_come_ends_with_its_request() {
    let mut request = waiting(10, Assignment, Action::SelfActivate, RequestStatus::Granted);
    let start = ahead(hours(1));
    request.schedule = Some(model::ScheduleInfo {
        start: Some(start),
        expiration: model::Expiration::NoExpiration,
    });
    let by = requester(mara(), CallerKind::Delegated, false);
    let made = activation(10, 11, start);
    let changes = decide_cancel(&request, Some(&made), &by, NOW).unwrap();
    let end = Change::End {
        grant: made,
        ended: Ended {
            at: NOW,
            cause: EndCause::Canceled,
        },
    };
    assert_eq!((changes.first(), changes.len()), (Some(&end), 2));
    // Once the start is reached there is nothing to cancel any more, whoever noticed.
    let refused = Refusal::NotCancellable(RequestStatus::Provisioned);
    assert_eq!(decide_cancel(&request, Some(&made), &by, start), Err(refused));
}

#[test]
fn what_has_an_outcome_keeps_it() {
    let by = requester(mara(), CallerKind::Delegated, false);
    for status in RequestStatus::ALL {
        let mut request = waiting(10, Assignment, Action::SelfActivate, *status);
        let result = decide_cancel(&request, None, &by, NOW);
        if status.is_terminal() {
            assert_eq!(result, Err(Refusal::NotCancellable(*status)));
        } else {
            assert!(result.is_ok(), "{status}");
        }
        request.lapses_at = Some(NOW);
        if *status == RequestStatus::PendingApproval {
            let lapsed = Refusal::NotCancellable(RequestStatus::Denied);
            assert_eq!(decide_cancel(&request, None, &by, NOW), Err(lapsed));
        }
    }
}
