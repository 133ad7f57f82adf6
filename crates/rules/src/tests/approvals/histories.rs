//! Random histories of approvals: activations that wait, in one stage or several, persons with several
//! accounts that decide them or try to, clocks and settings that move meanwhile. Every invariant is checked
//! after each step.

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage, Approver, EnablementRule, ExpirationRule};
use model::{Action, GrantKind, RequestStatus, Verdict};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::ApprovalRefusal;
use crate::tests::given::{days, hours, id, minutes};
use crate::tests::histories::{Ask, End, Outcome, Reviewed, Step, take};
use crate::tests::world::{GROUP, PRINCIPALS, World};

/// Anyone, or nobody.
fn approvers() -> impl Strategy<Value = Vec<Approver>> {
    let number = prop_oneof![6 => 1..=PRINCIPALS, 1 => Just(GROUP)];
    let approver = number.prop_map(|number| {
        let (id, description) = (id(number), None);
        if number == GROUP {
            Approver::Group { id, description }
        } else {
            Approver::User { id, description }
        }
    });
    prop::collection::vec(approver, 0..6)
}

fn stage() -> impl Strategy<Value = ApprovalStage> {
    let quorum = prop_oneof![5 => Just(1), 3 => Just(2), 1 => Just(3_u32)];
    let escalation = (
        prop::bool::weighted(0.3),
        select(vec![1, 6, 60, 600]),
        approvers(),
    );
    (1..4_u32, any::<bool>(), approvers(), quorum, escalation).prop_map(
        |(days, is_approver_justification_required, primary_approvers, quorum, (is_on, minutes, others))| {
            ApprovalStage {
                time_out_in_days: days,
                is_approver_justification_required,
                primary_approvers,
                quorum: NonZeroU32::new(quorum).unwrap(),
                is_escalation_enabled: is_on,
                escalation_time_in_minutes: minutes,
                escalation_approvers: others,
            }
        },
    )
}

/// Asked for now and then, mostly in one stage.
pub(in crate::tests) fn approval() -> impl Strategy<Value = ApprovalRule> {
    let further = prop_oneof![
        3 => Just(Vec::new()),
        2 => prop::collection::vec(stage(), 1..3),
    ];
    (prop::bool::weighted(0.6), stage(), further).prop_map(
        |(is_approval_required, first_stage, further_stages)| ApprovalRule {
            is_approval_required,
            first_stage,
            further_stages,
            ..ApprovalRule::default()
        },
    )
}

/// A decision of anybody, or of somebody who may.
pub(in crate::tests) fn review() -> impl Strategy<Value = Step> {
    let review = (
        any::<prop::sample::Index>(),
        prop::option::weighted(0.3, 1..=PRINCIPALS),
        prop::option::weighted(0.9, any::<prop::sample::Index>()),
        prop::bool::weighted(0.1),
        prop_oneof![5 => Just(Verdict::Approve), 1 => Just(Verdict::Deny)],
        prop::bool::weighted(0.6),
    );
    review.prop_map(
        |(number, by, step, is_application, verdict, justified)| Step::Review {
            number,
            by,
            step,
            is_application,
            verdict,
            justified,
        },
    )
}

/// An activation of the first role that the settings allow.
fn activation() -> impl Strategy<Value = Step> {
    let principal = select(vec![2, 2, 3, 8]);
    let start = prop::option::weighted(0.2, select(vec![hours(1), hours(30)]));
    let end = prop_oneof![5 => Just(End::After(hours(4))), 1 => Just(End::At(hours(40)))];
    (principal, start, end).prop_map(|(principal, start, end)| {
        Step::Ask(Ask {
            kind: GrantKind::Assignment,
            action: Action::SelfActivate,
            principal,
            role: 0,
            in_unit: false,
            caller: None,
            start,
            end,
            mfa: true,
            justified: true,
            ticket: true,
            validation_only: false,
        })
    })
}

/// What takes from an activation that waits what it needs, or gives it back.
fn eligibility() -> impl Strategy<Value = Step> {
    let action = select(vec![
        Action::AdminAssign,
        Action::AdminRemove,
        Action::AdminAssign,
    ]);
    (action, select(vec![2, 3, 8])).prop_map(|(action, principal)| {
        Step::Ask(Ask {
            kind: GrantKind::Eligibility,
            action,
            principal,
            role: 0,
            in_unit: false,
            caller: None,
            start: None,
            end: End::Never,
            mfa: true,
            justified: true,
            ticket: true,
            validation_only: false,
        })
    })
}

fn step() -> impl Strategy<Value = Step> {
    let spans = vec![minutes(1), minutes(6), hours(1), hours(10), hours(24), days(2)];
    let cancel = (any::<prop::sample::Index>(), prop::option::of(1..=PRINCIPALS));
    prop_oneof![
        12 => activation(),
        40 => review(),
        8 => select(spans).prop_map(Step::Tick),
        1 => cancel.prop_map(|(number, caller)| Step::Cancel { number, caller }),
        2 => eligibility(),
        4 => approval().prop_map(asking),
    ]
}

/// Settings of the first role that let nothing but approval stand in the way.
fn asking(approval: ApprovalRule) -> Step {
    Step::Set {
        role: 0,
        expiration: ExpirationRule {
            is_expiration_required: false,
            maximum_duration: Some(hours(50)),
        },
        enablement: EnablementRule::default(),
        approval: ApprovalRule {
            is_approval_required: true,
            ..approval
        },
    }
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let eligible = prop::collection::vec(eligibility(), 6);
    let steps = prop::collection::vec(step(), 1..80);
    (eligible, approval(), steps).prop_map(|(eligible, approval, steps)| {
        let mut all = eligible;
        all.push(asking(approval));
        all.extend(steps);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_history_of_approvals_breaks_an_invariant(steps in history()) {
        let mut world = World::new();
        for step in &steps {
            let _ = take(&mut world, step);
            world.check();
        }
    }
}

/// Histories that come to nothing would prove nothing.
#[test]
fn the_histories_reach_every_review() {
    let mut runner = TestRunner::deterministic();
    let mut outcomes = Vec::new();
    for _ in 0..300 {
        let steps = history().new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        outcomes.extend(steps.iter().filter_map(|step| take(&mut world, step)));
    }
    use RequestStatus::{Canceled, Denied, Failed, Granted, PendingApproval, Provisioned};
    use Reviewed::Settled;
    let reviews = [
        Ok(Settled(Provisioned, 1)),
        Ok(Settled(Provisioned, 2)),
        Ok(Settled(Provisioned, 3)),
        Ok(Settled(Granted, 1)),
        Ok(Settled(Denied, 1)),
        Ok(Settled(Denied, 2)),
        Ok(Settled(Failed, 1)),
        Ok(Settled(Failed, 2)),
        Ok(Reviewed::Counted),
        Ok(Reviewed::StageCompleted),
        Err(ApprovalRefusal::NoSuchStep),
        Err(ApprovalRefusal::NotApprover),
        Err(ApprovalRefusal::HasDecided),
        Err(ApprovalRefusal::StageNotReached),
        Err(ApprovalRefusal::JustificationRequired),
        Err(ApprovalRefusal::AlreadyDecided(PendingApproval)),
        Err(ApprovalRefusal::AlreadyDecided(Provisioned)),
        Err(ApprovalRefusal::AlreadyDecided(Denied)),
        Err(ApprovalRefusal::AlreadyDecided(Canceled)),
    ];
    for review in reviews {
        assert!(
            outcomes.contains(&Outcome::Review(review)),
            "no review came to {review:?}"
        );
    }
}
