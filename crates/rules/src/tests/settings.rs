//! The role's settings: the worked example of policies dossier 6.4, and every rule alone and
//! together.

use model::policy::{EnablementRule, RoleSettings};
use model::{Action, CallerKind, Expiration, IsoDuration, RuleId};

use super::given::*;
use crate::{Facts, FailedRule as Rule, Order, Refusal};

/// The rules that a case breaks, in order; none if it is accepted.
#[track_caller]
fn broken(case: &Given) -> Vec<Rule> {
    match case.decide() {
        Ok(_) => Vec::new(),
        Err(Refusal::PolicyFailed(failures)) => failures.into_iter().map(|failure| failure.rule).collect(),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

fn at_most_15_days(facts: &mut Facts, _: &mut Order) {
    facts.settings.assignment.expiration.is_expiration_required = true;
    facts.settings.assignment.expiration.maximum_duration = Some(days(15));
}

#[test]
fn the_worked_example() {
    use Expiration::{AfterDateTime, AfterDuration, NoExpiration, NotSpecified};
    let second = IsoDuration::from_seconds(1);
    let cases = [
        (None, NoExpiration, true, vec![Rule::ExpirationPermanent]),
        (None, NotSpecified, true, vec![Rule::ExpirationPermanent]),
        (None, AfterDuration(days(15)), true, vec![]),
        (None, AfterDuration(days(16)), true, vec![Rule::ExpirationTooLong]),
        (Some(NOW), AfterDateTime(ahead(days(15))), true, vec![]),
        (
            Some(NOW),
            AfterDateTime(ahead(days(15)).saturating_add(second)),
            true,
            vec![Rule::ExpirationTooLong],
        ),
        (
            None,
            NoExpiration,
            false,
            vec![Rule::ExpirationPermanent, Rule::Justification],
        ),
        // A start a little ahead counts as now, and yet does not make the window too long.
        (
            Some(ahead(IsoDuration::from_seconds(30))),
            AfterDateTime(ahead(days(15)).saturating_add(IsoDuration::from_seconds(30))),
            true,
            vec![],
        ),
        // A start in the past is now; what lies behind does not count.
        (Some(ago(days(3))), AfterDateTime(ahead(days(14))), true, vec![]),
        (Some(ahead(days(2))), AfterDateTime(ahead(days(17))), true, vec![]),
    ];
    for (start, expiration, justified, expected) in cases {
        let case = given(Action::AdminAssign, Assignment)
            .but(at_most_15_days)
            .asking(start, expiration);
        let case = if justified {
            case
        } else {
            case.but(|_, order| order.justification = None)
        };
        assert_eq!(broken(&case), expected, "{start:?} {expiration:?} {justified}");
    }
}

#[test]
fn a_failure_names_the_rule_the_limit_and_what_was_asked() {
    let case = given(Action::AdminAssign, Assignment)
        .but(at_most_15_days)
        .asking(None, Expiration::AfterDuration(days(16)));
    case.refused(&Refusal::PolicyFailed(vec![crate::RuleFailure {
        rule: Rule::ExpirationTooLong,
        rule_id: RuleId::ExpirationAdminAssignment,
        limit: Some(days(15)),
        asked: Some(days(16)),
    }]));
}

#[test]
fn finite_windows_are_not_capped_while_permanent_ones_are_allowed() {
    let asked = Expiration::AfterDuration(days(3_000));
    for kind in [Assignment, Eligibility] {
        assert!(broken(&given(Action::AdminAssign, kind).asking(None, asked)).is_empty());
        assert!(broken(&given(Action::AdminAssign, kind).asking(None, Expiration::NoExpiration)).is_empty());
    }
}

#[test]
fn an_activation_always_ends() {
    let cases = [
        (
            Expiration::NoExpiration,
            None,
            true,
            vec![Rule::ExpirationPermanent],
        ),
        (
            Expiration::NotSpecified,
            Some(hours(8)),
            false,
            vec![Rule::ExpirationPermanent],
        ),
        (Expiration::AfterDuration(hours(8)), Some(hours(8)), false, vec![]),
        (
            Expiration::AfterDuration(hours(9)),
            Some(hours(8)),
            false,
            vec![Rule::ExpirationTooLong],
        ),
        (Expiration::AfterDuration(hours(24)), None, false, vec![]),
        (
            Expiration::AfterDuration(hours(25)),
            None,
            false,
            vec![Rule::ExpirationTooLong],
        ),
        (
            Expiration::AfterDuration(hours(1)),
            Some(IsoDuration::ZERO),
            true,
            vec![Rule::ExpirationTooLong],
        ),
    ];
    for (expiration, maximum, required, expected) in cases {
        let case = given(Action::SelfActivate, Assignment)
            .grant(standing(10, Eligibility))
            .asking(None, expiration)
            .but(|facts, _| {
                facts.settings.activation.expiration.maximum_duration = maximum;
                facts.settings.activation.expiration.is_expiration_required = required;
            });
        assert_eq!(broken(&case), expected, "{expiration:?} {maximum:?}");
    }
}

#[test]
fn every_enablement_rule_alone_and_together() {
    for bits in 0..64_u8 {
        let bit = |place: u8| bits & (1 << place) != 0;
        let rule = EnablementRule {
            multi_factor_authentication: bit(0),
            justification: bit(1),
            ticketing: bit(2),
        };
        let mut expected = Vec::new();
        let mut expect = |needed: bool, given: bool, rule| {
            if needed && !given {
                expected.push(rule);
            }
        };
        expect(bit(1), bit(4), Rule::Justification);
        expect(bit(2), bit(5), Rule::Ticketing);
        expect(bit(0), bit(3), Rule::MultiFactorAuthentication);
        for action in [Action::AdminAssign, Action::SelfActivate] {
            let case = given(action, Assignment).but(|facts, order| {
                facts.settings.assignment.enablement = rule;
                facts.settings.activation.enablement = rule;
                order.by.mfa = bit(3);
                order.justification = Some(if bit(4) { "Why" } else { " \t" }.to_owned());
                order.ticket.number = bit(5).then(|| "CHG-1".to_owned());
            });
            let case = if action.is_self() {
                case.grant(standing(10, Eligibility))
            } else {
                case
            };
            assert_eq!(broken(&case), expected, "{action} {bits:06b}");
        }
    }
}

#[test]
fn each_action_is_bound_by_its_own_side_and_removals_by_none() {
    // Every side asks for something else, so that the failure tells which one was asked.
    let distinct = |facts: &mut Facts, order: &mut Order| {
        let RoleSettings {
            eligibility,
            assignment,
            activation,
        } = &mut facts.settings;
        eligibility.enablement = EnablementRule {
            ticketing: true,
            ..Default::default()
        };
        assignment.enablement = EnablementRule {
            justification: true,
            ..Default::default()
        };
        activation.enablement = EnablementRule {
            multi_factor_authentication: true,
            ..Default::default()
        };
        order.by.mfa = false;
        order.justification = None;
    };
    let soon = |number, kind| grant(number, kind, ago(days(1)), Some(ahead(days(1))));
    let gone = |number, kind| grant(number, kind, ago(days(9)), Some(ago(days(1))));
    let cases = [
        (given(Action::AdminAssign, Assignment), vec![Rule::Justification]),
        (given(Action::AdminAssign, Eligibility), vec![Rule::Ticketing]),
        (
            given(Action::AdminUpdate, Assignment).grant(soon(1, Assignment)),
            vec![Rule::Justification],
        ),
        (
            given(Action::AdminUpdate, Eligibility).grant(soon(1, Eligibility)),
            vec![Rule::Ticketing],
        ),
        (
            given(Action::AdminExtend, Assignment).grant(soon(1, Assignment)),
            vec![Rule::Justification],
        ),
        (
            given(Action::AdminExtend, Eligibility).grant(soon(1, Eligibility)),
            vec![Rule::Ticketing],
        ),
        (
            given(Action::AdminRenew, Assignment).grant(gone(1, Assignment)),
            vec![Rule::Justification],
        ),
        (
            given(Action::AdminRenew, Eligibility).grant(gone(1, Eligibility)),
            vec![Rule::Ticketing],
        ),
        (
            given(Action::SelfActivate, Assignment).grant(soon(1, Eligibility)),
            vec![Rule::MultiFactorAuthentication],
        ),
        (
            given(Action::AdminRemove, Assignment).grant(soon(1, Assignment)),
            vec![],
        ),
        (
            given(Action::AdminRemove, Eligibility).grant(soon(1, Eligibility)),
            vec![],
        ),
        (
            given(Action::SelfDeactivate, Assignment).grant(activation(1, 2, ago(hours(1)))),
            vec![],
        ),
        // An administrator decides these, so a reason is asked for whatever the settings say.
        (
            given(Action::SelfExtend, Assignment).grant(soon(1, Assignment)),
            vec![Rule::Justification],
        ),
        (
            given(Action::SelfExtend, Eligibility).grant(soon(1, Eligibility)),
            vec![Rule::Justification],
        ),
        (
            given(Action::SelfRenew, Eligibility).grant(gone(1, Eligibility)),
            vec![Rule::Justification],
        ),
    ];
    for (case, expected) in cases {
        let case = case.but(distinct);
        assert_eq!(
            broken(&case),
            expected,
            "{} {}",
            case.order.action,
            case.order.kind
        );
    }
}

#[test]
fn an_application_has_no_second_factor() {
    let case = given(Action::AdminAssign, Assignment).but(|facts, order| {
        facts.settings.assignment.enablement.multi_factor_authentication = true;
        order.by = requester(admin(), CallerKind::Application, true);
    });
    assert_eq!(broken(&case), [Rule::MultiFactorAuthentication]);
}

#[test]
fn an_authentication_context_is_asked_for_last_and_stands_in_for_the_second_factor() {
    let case = given(Action::SelfActivate, Assignment)
        .grant(standing(10, Eligibility))
        .but(|facts, order| {
            facts.settings.activation.enablement.multi_factor_authentication = true;
            facts.settings.activation.authentication_context.is_enabled = true;
            facts.settings.activation.authentication_context.claim_value = Some("c1".to_owned());
            order.by.mfa = false;
        });
    let required = Refusal::AuthenticationContextRequired("c1".to_owned());
    case.refused(&required);
    case.clone()
        .but(|_, order| order.by.authentication_contexts = vec!["c10".to_owned()])
        .refused(&required);
    assert_eq!(
        broken(&case.clone().but(|_, order| order.justification = None)),
        [Rule::Justification]
    );
    let satisfied = case
        .clone()
        .but(|_, order| order.by.authentication_contexts = vec!["c2".to_owned(), "c1".to_owned()]);
    assert!(satisfied.decide().is_ok());
    let nameless = case.but(|facts, _| facts.settings.activation.authentication_context.claim_value = None);
    assert!(
        nameless.decide().is_err(),
        "a context without a name is never satisfied"
    );
}

#[test]
fn a_context_that_the_tenant_does_not_have_falls_back_to_a_second_factor() {
    let case = given(Action::SelfActivate, Assignment)
        .grant(standing(10, Eligibility))
        .but(|facts, order| {
            facts.authentication_context_exists = false;
            facts.settings.activation.authentication_context.is_enabled = true;
            facts.settings.activation.authentication_context.claim_value = Some("c9".to_owned());
            order.by.mfa = false;
        });
    let Err(Refusal::PolicyFailed(failures)) = case.decide() else {
        panic!("it was let through")
    };
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].rule, Rule::MultiFactorAuthentication);
    assert_eq!(
        failures[0].rule_id,
        RuleId::AuthenticationContextEndUserAssignment
    );
    // The context itself is no way round it, and both rules together ask for it once.
    let claimed = case.clone().but(|facts, order| {
        facts.settings.activation.enablement.multi_factor_authentication = true;
        order.by.authentication_contexts = vec!["c9".to_owned()];
    });
    assert_eq!(broken(&claimed), [Rule::MultiFactorAuthentication]);
    assert!(case.but(|_, order| order.by.mfa = true).decide().is_ok());
}

#[test]
fn approval_is_not_asked_of_fewer_than_it_takes() {
    use crate::administrators::{ReachableApprovers, Unapprovable as U, can_be_approved, newly_asked};
    use model::policy::{ApprovalRule, ApprovalStage, Approver};
    use std::num::NonZeroU32;

    let user = |id| Approver::User {
        id,
        description: None,
    };
    let quorum = |number| NonZeroU32::new(number).unwrap();
    let named = ApprovalStage {
        primary_approvers: vec![user(admin())],
        ..ApprovalStage::default()
    };
    let silent = ApprovalStage {
        is_approver_justification_required: false,
        ..named.clone()
    };
    let two = ApprovalStage {
        quorum: quorum(2),
        ..named.clone()
    };
    let escalating = ApprovalStage {
        is_escalation_enabled: true,
        escalation_time_in_minutes: 60,
        escalation_approvers: vec![user(mara())],
        ..ApprovalStage::default()
    };
    let default = ApprovalStage::default();
    let asks = |stages: &[&ApprovalStage]| ApprovalRule {
        is_approval_required: true,
        first_stage: stages[0].clone(),
        further_stages: stages[1..].iter().map(|stage| (*stage).clone()).collect(),
        ..ApprovalRule::default()
    };
    let off = |stage: &ApprovalStage| ApprovalRule {
        is_approval_required: false,
        ..asks(&[stage])
    };
    // What is asked for already is not looked at again.
    for (before, after, expected) in [
        (off(&default), asks(&[&named]), vec![&named]),
        (off(&named), asks(&[&named]), vec![&named]),
        (asks(&[&default]), asks(&[&named]), vec![&named]),
        (asks(&[&named]), asks(&[&default]), vec![&default]),
        (asks(&[&named]), asks(&[&named]), vec![]),
        (asks(&[&named]), asks(&[&silent]), vec![]),
        (asks(&[&named]), asks(&[&two]), vec![&two]),
        (asks(&[&default]), asks(&[&escalating]), vec![&escalating]),
        (asks(&[&named]), asks(&[&named, &default]), vec![&default]),
        (asks(&[&named]), off(&default), vec![]),
    ] {
        assert_eq!(newly_asked(&before, &after), expected, "{before:?} {after:?}");
    }
    let with = |named, lasting_administrators| ReachableApprovers {
        named,
        lasting_administrators,
    };
    for (stage, reachable, expected) in [
        (&named, with(1, 0), Ok(())),
        (
            &named,
            with(0, 5),
            Err(U::TooFewNamed {
                reachable: 0,
                quorum: quorum(1),
            }),
        ),
        (&two, with(2, 0), Ok(())),
        (
            &two,
            with(1, 5),
            Err(U::TooFewNamed {
                reachable: 1,
                quorum: quorum(2),
            }),
        ),
        (&default, with(0, 1), Ok(())),
        (
            &default,
            with(0, 0),
            Err(U::TooFewLastingAdministrators {
                reachable: 0,
                quorum: quorum(1),
            }),
        ),
        (&escalating, with(1, 0), Ok(())),
    ] {
        assert_eq!(
            can_be_approved(stage, reachable),
            expected,
            "{stage:?} {reachable:?}"
        );
    }
}
