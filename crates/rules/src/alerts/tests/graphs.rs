//! Graph's seven.

use model::alert::Matter;
use model::{EndCause, Ended, GrantOrigin, Instant, IsoDuration};

use super::*;
use crate::alerts::graph::license::LicenseFact;
use crate::alerts::graph::no_mfa::ActivationFact;
use crate::alerts::graph::redundant::UseFact;
use crate::alerts::graph::stale::PresenceFact;
use crate::alerts::graph::{global_admins, license, no_mfa, outside_pim, redundant, sequential, stale};

#[test]
fn a_licence_that_does_not_cover_pim_is_one_incident_of_the_tenant() {
    let tenant = id(3);
    let fact = |covers_pim| LicenseFact {
        status: "Expired".to_owned(),
        covers_pim,
    };
    assert_eq!(license::incidents(&fact(true), tenant), []);
    let [incident] = license::incidents(&fact(false), tenant).try_into().unwrap();
    assert_eq!(incident.id, tenant.to_string());
    assert_eq!(
        incident.matter,
        Matter::License {
            tenant_license_status: "Expired".to_owned()
        }
    );
}

#[test]
fn a_privileged_role_in_use_without_a_second_factor_is_an_incident() {
    let fact = ActivationFact {
        role: role(1),
        is_privileged: true,
        is_in_use: true,
        takes_mfa: false,
        takes_authentication_context: false,
    };
    let found = |fact: ActivationFact| no_mfa::incidents(vec![fact]);
    assert_eq!(found(fact.clone())[0].id, role(1).template_id.to_string());
    let others: [fn(&mut ActivationFact); 4] = [
        |fact| fact.is_privileged = false,
        |fact| fact.is_in_use = false,
        |fact| fact.takes_mfa = true,
        |fact| fact.takes_authentication_context = true,
    ];
    for (index, change) in others.iter().enumerate() {
        let mut other = fact.clone();
        change(&mut other);
        assert_eq!(found(other), [], "{index}");
    }
}

#[test]
fn an_eligibility_is_idle_from_its_last_use_on() {
    let found = |age: IsoDuration, last: Option<IsoDuration>, duration: IsoDuration| {
        let fact = UseFact {
            eligibility: eligibility(age),
            last_activation: last.map(before),
        };
        redundant::incidents(vec![fact], duration, NOW).len()
    };
    let month = days(30);
    for (age, last, expected) in [
        (days(29), None, 0),
        (days(30), None, 1),
        (days(90), Some(days(29)), 0),
        (days(90), Some(days(30)), 1),
        (days(90), Some(days(89)), 1),
        // An activation of an eligibility that this one has replaced.
        (days(10), Some(days(40)), 0),
        (IsoDuration::ZERO, None, 0),
    ] {
        assert_eq!(found(age, last, month), expected, "{age} {last:?}");
    }
    assert_eq!(found(IsoDuration::ZERO, None, IsoDuration::ZERO), 1);
}

#[test]
fn only_eligibilities_in_force_are_idle() {
    let found = |eligibility: NamedGrant| {
        let fact = UseFact {
            eligibility,
            last_activation: None,
        };
        redundant::incidents(vec![fact], days(30), NOW).len()
    };
    let mut over = eligibility(days(90));
    over.grant.window.end = Some(NOW);
    let mut removed = eligibility(days(90));
    removed.grant.ended = Some(Ended {
        at: NOW,
        cause: EndCause::Removed,
    });
    for (named, expected) in [
        (eligibility(days(90)), 1),
        (assignment(days(90)), 0),
        (over, 0),
        (removed, 0),
    ] {
        assert_eq!(found(named.clone()), expected, "{named:?}");
    }
}

#[test]
fn what_was_made_without_a_request_and_is_active_is_outside() {
    let found = |named: NamedGrant| outside_pim::incidents(vec![named], Some(id(99)), NOW);
    let outside = |mut named: NamedGrant| {
        named.grant.origin = GrantOrigin::OutsidePim;
        named
    };
    let [incident] = found(outside(assignment(days(1)))).try_into().unwrap();
    assert_eq!(incident.id, assignment(days(1)).grant.derived_id());
    let mut over = outside(assignment(days(1)));
    over.grant.window.end = Some(NOW);
    let mut founding = outside(assignment(days(1)));
    founding.grant.id = id(99);
    for named in [assignment(days(1)), outside(eligibility(days(1))), over, founding] {
        assert_eq!(found(named.clone()), [], "{named:?}");
    }
}

#[test]
fn a_sequence_is_broken_by_a_longer_pause() {
    let minutes = IsoDuration::from_minutes;
    // Each lasts ten minutes.
    let found = |starts: &[i64], interval: i64, threshold: i32| {
        let facts = starts.iter().map(|ago| activation(*ago, 10)).collect();
        sequential::incidents(facts, minutes(interval), threshold, NOW)
            .into_iter()
            .map(|incident| match incident.matter {
                Matter::Sequence {
                    activations,
                    start,
                    end,
                    ..
                } => (
                    activations,
                    NOW.since(start).as_seconds() / 60,
                    NOW.since(end).as_seconds() / 60,
                ),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&[60, 45, 30], 5, 3), [(3, 60, 30)]);
    assert_eq!(found(&[30, 60, 45], 5, 3), [(3, 60, 30)], "in any order");
    assert_eq!(found(&[60, 45, 30], 4, 3), [], "the pauses are too long");
    assert_eq!(found(&[60, 45], 5, 3), [], "too few");
    assert_eq!(found(&[60, 45, 29], 5, 3), [], "the last pause is too long");
    assert_eq!(
        found(&[600, 585, 60, 45, 30], 5, 2),
        [(3, 60, 30)],
        "the longest counts"
    );
}

#[test]
fn sequences_are_of_one_person_and_one_role_within_thirty_days() {
    let minutes = IsoDuration::from_minutes;
    let sequence = [60, 45, 30].map(|ago| activation(ago, 10));
    let found = |facts: Vec<NamedGrant>| sequential::incidents(facts, minutes(5), 3, NOW);
    let [incident] = found(sequence.to_vec()).try_into().unwrap();
    assert_eq!(incident.id, format!("{}_{}", assignee(1).id, role(1).template_id));
    let [first, second, third] = sequence;
    let mut other_role = third.clone();
    other_role.role = role(2);
    other_role.grant.role_definition_id = role(2).id;
    let mut assigned = third.clone();
    assigned.grant.activated_using = None;
    for odd in [of(2, third.clone()), other_role, assigned] {
        assert_eq!(found(vec![first.clone(), second.clone(), odd]), []);
    }
    let month = 30 * 24 * 60;
    let old = [month + 30, month + 15, month].map(|ago| activation(ago, 10));
    assert_eq!(found(old.to_vec()), []);
}

#[test]
fn an_activation_that_lasts_is_followed_by_any() {
    let mut lasting = activation(60, 10);
    lasting.grant.ended = None;
    lasting.grant.window.end = None;
    let facts = vec![lasting, activation(30, 10)];
    let found = sequential::incidents(facts, IsoDuration::from_seconds(1), 2, NOW);
    assert_eq!(found.len(), 1);
}

fn present(held: NamedGrant, last_sign_in: Option<Instant>) -> PresenceFact {
    PresenceFact { held, last_sign_in }
}

#[test]
fn whoever_did_not_sign_in_is_stale() {
    let found = |named: NamedGrant, last: Option<IsoDuration>| {
        stale::incidents(vec![present(named, last.map(before))], days(30), NOW).len()
    };
    for (age, last, expected) in [
        (days(1), Some(days(29)), 0),
        (days(1), Some(days(30)), 1),
        (days(90), Some(days(1)), 0),
        (days(29), None, 0),
        (days(30), None, 1),
    ] {
        assert_eq!(found(eligibility(age), last), expected, "{age} {last:?}");
        assert_eq!(found(assignment(age), last), expected, "{age} {last:?}");
    }
    let mut activated = activation(60 * 24 * 90, 10);
    activated.grant.ended = None;
    activated.grant.window.end = None;
    assert_eq!(found(activated, None), 0);
}

#[test]
fn one_person_is_stale_once_in_one_role() {
    let mut elsewhere = assignment(days(60));
    elsewhere.grant.id = id(9);
    let facts = || {
        vec![
            present(eligibility(days(90)), None),
            present(elsewhere.clone(), None),
            present(of(2, eligibility(days(90))), None),
        ]
    };
    let ids = |facts: Vec<PresenceFact>| {
        let found = stale::incidents(facts, days(30), NOW).into_iter();
        found.map(|incident| incident.id).collect::<Vec<_>>()
    };
    let expected = [
        eligibility(days(90)).grant.schedule_id(),
        of(2, eligibility(days(90))).grant.schedule_id(),
    ];
    assert_eq!(ids(facts()), expected, "the oldest");
    assert_eq!(ids(facts().into_iter().rev().collect()), expected, "in any order");
}

#[test]
fn both_number_and_share_of_global_administrators_count() {
    let found = |administrators: u128, assignments: u64, count: i32, percentage: i32| {
        let all = (1..=administrators).map(assignee).collect();
        global_admins::incidents(all, assignments, count, percentage).len()
    };
    for (administrators, assignments, count, percentage, expected) in [
        (3, 30, 3, 10, 3),
        (3, 31, 3, 10, 0),
        (2, 2, 3, 10, 0),
        (3, 3, 3, 100, 3),
        (3, 4, 3, 100, 0),
        (5, 1_000_000, 2, 0, 5),
        (0, 0, 2, 0, 0),
    ] {
        let case = (administrators, assignments, count, percentage);
        assert_eq!(
            found(administrators, assignments, count, percentage),
            expected,
            "{case:?}"
        );
    }
}

#[test]
fn a_global_administrator_is_counted_once() {
    let twice = vec![assignee(1), assignee(1), assignee(2)];
    assert_eq!(global_admins::incidents(twice, 3, 3, 0), []);
}

/// Counting further would not change the answer.
#[test]
fn no_more_is_counted_than_makes_a_difference() {
    for (administrators, percentage) in [(3_u32, 10), (3, 7), (100, 1), (1, 100), (5, 33)] {
        let at_most =
            global_admins::assignments_that_matter(usize::try_from(administrators).unwrap(), percentage);
        let fires = |assignments: u64| {
            let all = (1..=u128::from(administrators)).map(assignee).collect();
            !global_admins::incidents(all, assignments, 1, percentage).is_empty()
        };
        assert!(!fires(at_most), "{administrators} {percentage}");
        assert!(fires(at_most - 1), "{administrators} {percentage}");
    }
}
