//! What an approver's decision comes to.

use model::policy::Approver;
use model::{
    Action, CallerKind, EndCause, Expiration, Grant, Instant, ObjectId, RequestStatus, ScheduleInfo,
    ScheduleRequest, Verdict, Window,
};

use crate::tests::given::*;
use crate::{
    ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal, Change, Decider,
    FailedRule, Limits, Refusal, decide_approval,
};

const SPAN: Expiration = Expiration::AfterDuration(hours(2));

fn boss() -> ObjectId {
    id(7)
}

/// Mara's activation, asked for an hour ago.
fn pending(start: Option<Instant>, expiration: Expiration) -> ScheduleRequest {
    ScheduleRequest {
        schedule: Some(ScheduleInfo { start, expiration }),
        lapses_at: Some(ahead(hours(23))),
        ..waiting(
            10,
            Assignment,
            Action::SelfActivate,
            RequestStatus::PendingApproval,
        )
    }
}

fn user(id: ObjectId) -> Approver {
    Approver::User {
        id,
        description: None,
    }
}

fn group(id: ObjectId) -> Approver {
    Approver::Group {
        id,
        description: None,
    }
}

fn decider(id: ObjectId) -> Decider {
    Decider {
        id,
        accounts: vec![id],
        kind: CallerKind::Delegated,
        groups: Vec::new(),
        administers: false,
    }
}

/// The boss is named, and Mara is eligible for good.
fn facts(request: ScheduleRequest) -> ApprovalFacts {
    let mut activation = given(Action::SelfActivate, Assignment)
        .grant(standing(1, Eligibility))
        .facts;
    activation.settings.activation.approval.is_approval_required = true;
    activation
        .settings
        .activation
        .approval
        .first_stage
        .primary_approvers = vec![user(boss())];
    ApprovalFacts {
        request,
        activation,
        reviews: Vec::new(),
        decider: decider(boss()),
    }
}

fn decide(facts: &ApprovalFacts, verdict: Verdict) -> Result<ApprovalDecision, ApprovalRefusal> {
    let order = ApprovalOrder {
        step: id(10),
        verdict,
        justification: Some("Checked".to_owned()),
    };
    decide_approval(facts, &order, &Limits::default(), NOW)
}

fn approve(facts: &ApprovalFacts) -> ApprovalDecision {
    decide(facts, Verdict::Approve).unwrap()
}

fn settled(status: RequestStatus) -> Vec<Change> {
    vec![Change::Settle {
        request: id(10),
        status,
        completed_at: Some(NOW),
    }]
}

#[test]
fn only_approvers_decide() {
    let named = |approvers: &[Approver]| {
        let mut facts = facts(pending(None, SPAN));
        facts
            .activation
            .settings
            .activation
            .approval
            .first_stage
            .primary_approvers = approvers.to_vec();
        facts
    };
    let in_group = |who| Decider {
        groups: vec![id(20)],
        ..decider(who)
    };
    let administrator = |who| Decider {
        administers: true,
        ..decider(who)
    };
    let second_account_of_mara = |who: Decider| Decider {
        accounts: vec![mara(), who.id],
        ..who
    };
    let application = |who: Decider| Decider {
        kind: CallerKind::Application,
        ..who
    };
    let cases = [
        (named(&[user(boss())]), decider(boss()), true),
        (named(&[user(boss())]), decider(id(8)), false),
        (named(&[user(id(8)), user(boss())]), decider(boss()), true),
        (named(&[group(id(20))]), in_group(id(8)), true),
        (named(&[group(id(21))]), in_group(id(8)), false),
        // Administrators decide only where nobody is named.
        (named(&[user(boss())]), administrator(id(8)), false),
        (named(&[]), administrator(id(8)), true),
        (named(&[]), decider(id(8)), false),
        // I3, in every guise.
        (named(&[user(mara())]), decider(mara()), false),
        (named(&[group(id(20))]), in_group(mara()), false),
        (named(&[]), administrator(mara()), false),
        // Nor under a second account, named itself or through a group or by its roles.
        (
            named(&[user(id(8))]),
            second_account_of_mara(decider(id(8))),
            false,
        ),
        (
            named(&[group(id(20))]),
            second_account_of_mara(in_group(id(8))),
            false,
        ),
        (named(&[]), second_account_of_mara(administrator(id(8))), false),
        // Applications never do.
        (named(&[user(boss())]), application(decider(boss())), false),
        (named(&[]), application(administrator(id(8))), false),
    ];
    for (mut facts, decider, may) in cases {
        facts.decider = decider;
        for verdict in Verdict::ALL {
            let refusal = decide(&facts, *verdict).err();
            assert_eq!(
                refusal,
                (!may).then_some(ApprovalRefusal::NotApprover),
                "{facts:?}"
            );
        }
    }
    let mut made_by_boss = named(&[user(boss())]);
    made_by_boss.request.created_by = boss();
    for (who, accounts) in [(boss(), vec![boss()]), (id(8), vec![boss(), id(8)])] {
        made_by_boss
            .activation
            .settings
            .activation
            .approval
            .first_stage
            .primary_approvers = vec![user(who)];
        made_by_boss.decider = Decider {
            accounts,
            ..decider(who)
        };
        let refusal = decide(&made_by_boss, Verdict::Approve).err();
        assert_eq!(refusal, Some(ApprovalRefusal::NotApprover), "nor their own order");
    }
}

#[test]
fn what_left_the_approvers_hands_stays_as_it_is() {
    for status in RequestStatus::ALL {
        let mut request = pending(None, SPAN);
        request.status = *status;
        let refusal = decide(&facts(request), Verdict::Deny).err();
        let expected =
            (*status != RequestStatus::PendingApproval).then_some(ApprovalRefusal::AlreadyDecided(*status));
        assert_eq!(refusal, expected);
    }
    let mut lapsed = pending(None, SPAN);
    lapsed.lapses_at = Some(NOW);
    let refusal = decide(&facts(lapsed), Verdict::Approve).err();
    assert_eq!(
        refusal,
        Some(ApprovalRefusal::AlreadyDecided(RequestStatus::Denied))
    );
}

#[test]
fn a_reason_is_given_where_one_is_asked_for() {
    let cases = [
        (true, None, false),
        (true, Some("  "), false),
        (true, Some("Checked"), true),
        (false, None, true),
    ];
    for (is_required, reason, stands) in cases {
        let mut facts = facts(pending(None, SPAN));
        let rule = &mut facts.activation.settings.activation.approval;
        rule.first_stage.is_approver_justification_required = is_required;
        for verdict in Verdict::ALL {
            let order = ApprovalOrder {
                step: id(10),
                verdict: *verdict,
                justification: reason.map(str::to_owned),
            };
            let refusal = decide_approval(&facts, &order, &Limits::default(), NOW).err();
            let expected = (!stands).then_some(ApprovalRefusal::JustificationRequired);
            assert_eq!(refusal, expected, "{is_required} {reason:?}");
        }
    }
}

#[test]
fn a_denial_gives_nothing() {
    let decision = decide(&facts(pending(None, SPAN)), Verdict::Deny).unwrap();
    assert_eq!(decision.outcome, ApprovalOutcome::Denied);
    assert_eq!(decision.changes, settled(RequestStatus::Denied));
    let review = decision.review;
    assert_eq!((review.request, review.by, review.at), (id(10), boss(), NOW));
    assert_eq!(review.verdict, Verdict::Deny);
    assert_eq!(review.justification.as_deref(), Some("Checked"));
}

#[test]
fn the_clock_starts_at_the_decision() {
    let until = |start, end| Window {
        start,
        end: Some(end),
    };
    let at_once = RequestStatus::Provisioned;
    let cases = [
        // The start asked for is past, or none was: all of the duration counts from now.
        (None, SPAN, at_once, until(NOW, ahead(hours(2)))),
        (Some(ago(minutes(30))), SPAN, at_once, until(NOW, ahead(hours(2)))),
        (
            Some(ahead(hours(5))),
            SPAN,
            RequestStatus::Granted,
            until(ahead(hours(5)), ahead(hours(7))),
        ),
        // An absolute end stays.
        (
            None,
            Expiration::AfterDateTime(ahead(hours(3))),
            at_once,
            until(NOW, ahead(hours(3))),
        ),
    ];
    for (start, expiration, status, window) in cases {
        let decision = approve(&facts(pending(start, expiration)));
        let ApprovalOutcome::Granted(grant) = decision.outcome else {
            panic!("{decision:?}")
        };
        let expected = Grant {
            created_at: NOW,
            activated_using: Some(id(1)),
            ..self::grant(10, Assignment, window.start, window.end)
        };
        assert_eq!(grant, expected);
        let provisioned = Change::Provision {
            request: id(10),
            status,
            start: window.start,
            activated_using: Some(id(1)),
        };
        assert_eq!(decision.changes, [Change::Create(grant), provisioned]);
    }
}

#[test]
fn the_window_ends_with_the_eligibility() {
    let mut facts = facts(pending(None, SPAN));
    facts.activation.grants = vec![grant(1, Eligibility, ago(days(9)), Some(ahead(hours(1))))];
    let ApprovalOutcome::Granted(grant) = approve(&facts).outcome else {
        panic!("failed")
    };
    assert_eq!(grant.window.end, Some(ahead(hours(1))));
}

#[test]
fn an_eligibility_that_took_the_place_of_another_serves() {
    let mut facts = facts(pending(None, SPAN));
    facts.request.activated_using = Some(id(1));
    let replaced = ended(standing(1, Eligibility), ago(minutes(5)), EndCause::Replaced);
    facts.activation.grants = vec![replaced, grant(2, Eligibility, ago(minutes(5)), None)];
    let ApprovalOutcome::Granted(granted) = approve(&facts).outcome else {
        panic!("failed")
    };
    assert_eq!(granted.activated_using, Some(id(2)));
    facts.activation.grants.clear();
    facts.activation.group_eligibilities = vec![Grant {
        principal_id: id(20),
        ..standing(3, Eligibility)
    }];
    let ApprovalOutcome::Granted(granted) = approve(&facts).outcome else {
        panic!("failed")
    };
    assert_eq!(granted.activated_using, Some(id(3)));
}

#[test]
fn what_has_become_impossible_fails() {
    let asking = |expiration| facts(pending(None, expiration));
    let mut no_longer_eligible = asking(SPAN);
    no_longer_eligible.activation.grants.clear();
    let mut removed = asking(SPAN);
    removed.activation.grants = vec![ended(
        standing(1, Eligibility),
        ago(minutes(1)),
        EndCause::Removed,
    )];
    let mut run_out = asking(SPAN);
    run_out.activation.grants = vec![grant(1, Eligibility, ago(days(9)), Some(NOW))];
    let mut ends_before_the_start = facts(pending(Some(ahead(hours(5))), SPAN));
    ends_before_the_start.activation.grants =
        vec![grant(1, Eligibility, ago(days(9)), Some(ahead(hours(4))))];
    let mut active = asking(SPAN);
    active.activation.grants.push(standing(2, Assignment));
    let mut active_later = asking(SPAN);
    active_later
        .activation
        .grants
        .push(grant(2, Assignment, ahead(days(3)), None));
    let mut role_disabled = asking(SPAN);
    role_disabled.activation.role.as_mut().unwrap().is_enabled = false;
    let mut role_gone = asking(SPAN);
    role_gone.activation.role = None;
    let mut scope_gone = asking(SPAN);
    scope_gone.activation.scope_exists = false;
    let mut shortened = asking(SPAN);
    shortened
        .activation
        .settings
        .activation
        .expiration
        .maximum_duration = Some(hours(1));
    let over = |end| facts(pending(None, Expiration::AfterDateTime(end)));
    let cases = [
        (no_longer_eligible, "RoleAssignmentDoesNotExist"),
        (removed, "RoleAssignmentDoesNotExist"),
        (run_out, "RoleAssignmentDoesNotExist"),
        (ends_before_the_start, "RoleAssignmentDoesNotExist"),
        (active, "RoleAssignmentExists"),
        (active_later, "RoleAssignmentExists"),
        (role_disabled, "InvalidRoleAssignmentRequest"),
        (role_gone, "RoleNotFound"),
        (scope_gone, "InvalidScope"),
        (shortened, "RoleAssignmentRequestPolicyValidationFailed"),
        (over(ago(minutes(1))), "InvalidRoleAssignmentRequestSchedule"),
        (over(NOW), "InvalidRoleAssignmentRequestSchedule"),
        (over(ahead(minutes(4))), "ActiveDurationTooShort"),
    ];
    for (facts, code) in cases {
        let decision = approve(&facts);
        let ApprovalOutcome::Failed(refusal) = &decision.outcome else {
            panic!("{code}: {decision:?}")
        };
        assert_eq!(refusal.code(), code);
        if let Refusal::PolicyFailed(failures) = refusal {
            assert_eq!(failures[0].rule, FailedRule::ExpirationTooLong);
        }
        assert_eq!(decision.changes, settled(RequestStatus::Failed), "{code}");
        assert_eq!(decision.review.verdict, Verdict::Approve);
        // Denying is possible all the same.
        let denied = decide(&facts, Verdict::Deny).unwrap();
        assert_eq!(denied.changes, settled(RequestStatus::Denied), "{code}");
    }
}

#[test]
fn what_the_request_was_held_against_is_not_asked_again() {
    let mut facts = facts(pending(None, SPAN));
    let activation = &mut facts.activation.settings.activation;
    activation.enablement.ticketing = true;
    activation.enablement.multi_factor_authentication = true;
    activation.authentication_context.is_enabled = true;
    activation.approval.is_approval_required = false;
    assert!(matches!(approve(&facts).outcome, ApprovalOutcome::Granted(_)));
}
