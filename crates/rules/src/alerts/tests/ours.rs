//! Those that Tenure adds.

use model::alert::Matter;
use model::{Delivery, DeliveryStatus, EndCause, Ended, IsoDuration};

use super::*;
use crate::alerts::own::approvers::StageFact;
use crate::alerts::own::break_glass::AccountFact;
use crate::alerts::own::standing::HolderFact;
use crate::alerts::own::{approvers, break_glass, mail, revocation, standing};

#[test]
fn a_role_whose_weakest_stage_has_one_approver_is_an_incident() {
    let stage = |number, reachable| StageFact {
        role: role(number),
        reachable,
    };
    let found = |stages: Vec<StageFact>| {
        approvers::incidents(stages)
            .into_iter()
            .map(|incident| match incident.matter {
                Matter::Approvers { role, reachable } => (role.display_name, reachable),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(found(vec![stage(1, 2), stage(2, 9)]), []);
    assert_eq!(
        found(vec![stage(1, 1), stage(2, 2), stage(1, 0), stage(1, 5)]),
        [("Role 1".to_owned(), 0)]
    );
}

#[test]
fn an_account_for_emergencies_was_used_if_it_signed_in_or_activated_lately() {
    let found = |sign_in: Option<IsoDuration>, activation: Option<IsoDuration>| {
        let fact = AccountFact {
            assignee: assignee(1),
            last_sign_in: sign_in.map(before),
            last_activation: activation.map(before),
        };
        break_glass::incidents(vec![fact], NOW).len()
    };
    for (sign_in, activation, expected) in [
        (None, None, 0),
        (Some(days(29)), None, 1),
        (Some(days(30)), None, 0),
        (Some(days(90)), Some(days(1)), 1),
        (None, Some(days(31)), 0),
        (Some(IsoDuration::ZERO), None, 1),
    ] {
        assert_eq!(found(sign_in, activation), expected, "{sign_in:?} {activation:?}");
    }
}

#[test]
fn an_address_is_one_incident_however_much_was_given_up() {
    let delivery = |recipient: &str, status, error: Option<&str>| Delivery {
        message_id: id(1),
        position: 0,
        recipient: recipient.parse().unwrap(),
        status,
        attempts: 3,
        next_attempt_at: NOW,
        last_error: error.map(str::to_owned),
    };
    use DeliveryStatus::{Failed, Queued, Sent};
    let found = mail::incidents(&[
        delivery("Ann@test.example", Failed, Some("first")),
        delivery("ann@test.example", Failed, Some("last")),
        delivery("ann@test.example", Failed, None),
        delivery("bob@test.example", Queued, Some("busy")),
        delivery("cem@test.example", Sent, None),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, "ann@test.example");
    assert_eq!(
        found[0].matter,
        Matter::Mail {
            recipient: "ann@test.example".to_owned(),
            given_up: 3,
            last_error: Some("last".to_owned()),
        }
    );
}

#[test]
fn more_than_may_hold_a_privileged_role_are_many() {
    let fact = |is_privileged, holders| HolderFact {
        role: role(1),
        is_privileged,
        holders,
    };
    for (is_privileged, holders, expected) in [(true, 5, 0), (true, 6, 1), (false, 6, 0)] {
        let found = standing::incidents(vec![fact(is_privileged, holders)], 5);
        assert_eq!(found.len(), expected, "{is_privileged} {holders}");
    }
}

#[test]
fn an_end_that_is_not_recorded_ten_minutes_later_is_an_incident() {
    let found = |ago: i64, is_recorded: bool| {
        let mut named = assignment(days(1));
        let end = before(IsoDuration::from_minutes(ago));
        named.grant.window.end = Some(end);
        named.grant.ended = is_recorded.then_some(Ended {
            at: end,
            cause: EndCause::Expired,
        });
        revocation::incidents(vec![named], NOW).len()
    };
    assert_eq!(found(9, false), 0);
    assert_eq!(found(10, false), 1);
    assert_eq!(found(10, true), 0);
    assert_eq!(revocation::incidents(vec![assignment(days(90))], NOW), []);
}
