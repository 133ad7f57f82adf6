//! Random histories of a small tenant: orders of every kind by anyone, cancellations, decisions of
//! approvers, clocks that run on and back, changed settings and grants from outside, with every invariant checked after each.

use model::policy::{ApprovalRule, EnablementRule, ExpirationRule};
use model::{
    Action, CallerKind, DirectoryScope, Expiration, GrantKind, IsoDuration, RequestStatus, ScheduleInfo,
    TicketInfo, Verdict,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::approvals::histories::{approval, review};
use super::given::{days, hours, id, minutes};
use super::world::{PRINCIPALS, ROLES, World};
use crate::{ApprovalOrder, ApprovalOutcome, ApprovalRefusal, Order, case};

/// How a window is asked for, relative to the time of asking.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Never,
    Unsaid,
    At(IsoDuration),
    After(IsoDuration),
}

#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) kind: GrantKind,
    pub(super) action: Action,
    pub(super) principal: u32,
    pub(super) role: usize,
    pub(super) in_unit: bool,
    /// None gives the order to whoever may most likely give it.
    pub(super) caller: Option<(u32, bool)>,
    pub(super) start: Option<IsoDuration>,
    pub(super) end: End,
    pub(super) mfa: bool,
    pub(super) justified: bool,
    pub(super) ticket: bool,
    pub(super) validation_only: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Ask(Ask),
    Cancel {
        number: prop::sample::Index,
        caller: Option<u32>,
    },
    Review {
        number: prop::sample::Index,
        /// None leaves it, and the step, to whoever may.
        by: Option<u32>,
        /// Which step, or one that there is not.
        step: Option<prop::sample::Index>,
        is_application: bool,
        verdict: Verdict,
        justified: bool,
    },
    Tick(IsoDuration),
    AnnounceEnds,
    AssignOutside {
        principal: u32,
    },
    Set {
        role: usize,
        expiration: ExpirationRule,
        enablement: EnablementRule,
        approval: ApprovalRule,
    },
}

/// Lengths at and about every limit.
fn span() -> impl Strategy<Value = IsoDuration> {
    let rough = prop_oneof![
        1 => select(vec![minutes(-10), IsoDuration::ZERO, minutes(1), minutes(4)]),
        6 => select(vec![minutes(5), minutes(6), hours(1), hours(8), days(1), days(13), days(14), days(30)]),
    ];
    (rough, -1_i64..=1)
        .prop_map(|(rough, seconds)| IsoDuration::from_micros(rough.as_micros() + seconds * 1_000_000))
}

/// Mostly one user, so that orders meet.
fn principal() -> impl Strategy<Value = u32> {
    prop_oneof![4 => Just(2), 2 => Just(4), 1 => 1..=PRINCIPALS]
}

fn ask() -> impl Strategy<Value = Ask> {
    use Action::{AdminAssign, AdminRemove, SelfActivate, SelfDeactivate};
    let every = (select(Action::ALL), select(GrantKind::ALL));
    let what = prop_oneof![
        6 => every,
        2 => Just((AdminAssign, GrantKind::Eligibility)),
        2 => Just((AdminRemove, GrantKind::Assignment)),
        4 => Just((SelfActivate, GrantKind::Assignment)),
        1 => Just((SelfDeactivate, GrantKind::Assignment)),
    ];
    let what = (
        what,
        principal(),
        select(vec![0, 0, 0, 1]),
        prop::bool::weighted(0.1),
    );
    let end = prop_oneof![
        1 => select(vec![End::Never, End::Unsaid]),
        2 => span().prop_map(End::At),
        3 => span().prop_map(End::After),
        3 => select(vec![End::After(hours(1)), End::After(hours(8))]),
    ];
    let with = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.9),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    let caller = prop::option::weighted(0.2, (1..=PRINCIPALS, prop::bool::weighted(0.8)));
    (what, caller, prop::option::weighted(0.3, span()), end, with).prop_map(
        |(
            ((action, kind), principal, role, in_unit),
            caller,
            start,
            end,
            (mfa, justified, ticket, validation_only),
        )| Ask {
            kind,
            action,
            principal,
            role,
            in_unit,
            caller,
            start,
            end,
            mfa,
            justified,
            ticket,
            validation_only,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let expiration = (any::<bool>(), span()).prop_map(|(is_expiration_required, maximum)| ExpirationRule {
        is_expiration_required,
        maximum_duration: Some(maximum),
    });
    let enablement = prop::array::uniform3(prop::bool::weighted(0.3)).prop_map(
        |[multi_factor_authentication, justification, ticketing]| EnablementRule {
            multi_factor_authentication,
            justification,
            ticketing,
        },
    );
    let cancel = (any::<prop::sample::Index>(), prop::option::of(1..=PRINCIPALS));
    let set = (0..ROLES.len(), expiration, enablement, approval());
    prop_oneof![
        40 => ask().prop_map(Step::Ask),
        8 => Just(Step::Tick(minutes(6))),
        8 => span().prop_map(Step::Tick),
        4 => cancel.prop_map(|(number, caller)| Step::Cancel { number, caller }),
        16 => review(),
        2 => Just(Step::AnnounceEnds),
        1 => (1..=PRINCIPALS).prop_map(|principal| Step::AssignOutside { principal }),
        4 => set.prop_map(|(role, expiration, enablement, approval)| Step::Set {
            role,
            expiration,
            enablement,
            approval,
        }),
    ]
}

fn order(world: &mut World, ask: &Ask) -> Order {
    let (caller, is_delegated) = ask.caller.unwrap_or_else(|| {
        let administers = |caller: &u32| {
            world
                .requester(*caller, CallerKind::Delegated, true)
                .may_administer
        };
        let admin = (1..=PRINCIPALS).find(administers).unwrap_or(1);
        (
            if ask.action.is_self() {
                ask.principal
            } else {
                admin
            },
            true,
        )
    });
    let kind = if is_delegated {
        CallerKind::Delegated
    } else {
        CallerKind::Application
    };
    let now = world.now;
    Order {
        id: world.fresh(),
        kind: ask.kind,
        action: ask.action,
        action_text: ask.action.to_string(),
        principal_id: id(ask.principal),
        role_definition_id: ROLES[ask.role],
        scope: if ask.in_unit {
            DirectoryScope::AdministrativeUnit(id(50))
        } else {
            DirectoryScope::Tenant
        },
        schedule: Some(ScheduleInfo {
            start: ask.start.map(|start| now.saturating_add(start)),
            expiration: match ask.end {
                End::Never => Expiration::NoExpiration,
                End::Unsaid => Expiration::NotSpecified,
                End::At(span) => Expiration::AfterDateTime(now.saturating_add(span)),
                End::After(span) => Expiration::AfterDuration(span),
            },
        }),
        justification: ask.justified.then(|| "Because".to_owned()),
        ticket: TicketInfo {
            number: ask.ticket.then(|| "1".to_owned()),
            system: None,
        },
        is_validation_only: ask.validation_only,
        by: world.requester(caller, kind, ask.mfa),
    }
}

/// What an order or a review came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Order(Action, GrantKind, Result<RequestStatus, &'static str>),
    Review(Result<Reviewed, ApprovalRefusal>),
}

/// What a decision that stands came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reviewed {
    Counted,
    StageCompleted,
    /// After how many decisions.
    Settled(RequestStatus, usize),
}

pub(super) fn take(world: &mut World, step: &Step) -> Option<Outcome> {
    match step {
        Step::Ask(ask) => {
            let order = order(world, ask);
            let before = (world.grants.clone(), world.requests.clone());
            let result = world.submit(&order);
            if result.is_err() || order.is_validation_only {
                assert!(before == (world.grants.clone(), world.requests.clone()), "I12");
            }
            let outcome = result.map(|decision| decision.request.status);
            return Some(Outcome::Order(
                order.action,
                order.kind,
                outcome.map_err(|refusal| refusal.code()),
            ));
        }
        Step::Cancel { number, caller } => {
            let requests: Vec<_> = world
                .requests
                .values()
                .map(|request| (request.id, request.created_by))
                .collect();
            if let Some((request, created_by)) = requests.get(number.index(requests.len().max(1))) {
                let mut by = world.requester(caller.unwrap_or(1), CallerKind::Delegated, true);
                by.id = caller.map_or(*created_by, id);
                // A refusal changes nothing, by its type.
                let _ = world.cancel(*request, &by);
            }
        }
        Step::Review {
            number,
            by,
            step,
            is_application,
            verdict,
            justified,
        } => {
            let asking = world.requests.values().filter(|request| request.needs_approval);
            let asking: Vec<_> = asking.map(|request| request.id).collect();
            // The latest are the likeliest to wait still.
            let latest = asking.len().saturating_sub(2);
            let asking = asking.get(latest..).unwrap_or_default();
            if let Some(request) = asking.get(number.index(asking.len().max(1))) {
                let kind = if *is_application {
                    CallerKind::Application
                } else {
                    CallerKind::Delegated
                };
                let steps = world.progress(*request).steps(world.now);
                let any = step.map(|step| step.get(&steps).seat.id(*request));
                let any = any.unwrap_or_else(|| id(999));
                let (by, step) = match by {
                    Some(by) => (*by, any),
                    None => world.opening(*request).unwrap_or((1, any)),
                };
                let order = ApprovalOrder {
                    step,
                    verdict: *verdict,
                    justification: justified.then(|| "Because".to_owned()),
                };
                let result = world.review(*request, (by, kind), &order);
                let decided = world.reviews.iter().filter(|review| review.request == *request);
                let persons = decided.count();
                return Some(Outcome::Review(result.map(|decision| {
                    let status = match decision.outcome {
                        ApprovalOutcome::Counted => return Reviewed::Counted,
                        ApprovalOutcome::StageCompleted => return Reviewed::StageCompleted,
                        ApprovalOutcome::Denied => RequestStatus::Denied,
                        ApprovalOutcome::Failed(_) => RequestStatus::Failed,
                        ApprovalOutcome::Granted(grant) => case::status_from(grant.window.start, world.now),
                    };
                    Reviewed::Settled(status, persons)
                })));
            }
        }
        Step::Tick(by) => world.tick(*by),
        Step::AnnounceEnds => world.announce_ends(),
        Step::AssignOutside { principal } => world.assign_outside(id(*principal), ROLES[0]),
        Step::Set {
            role,
            expiration,
            enablement,
            approval,
        } => {
            let settings = world.settings.get_mut(&ROLES[*role]).unwrap();
            for side in [&mut settings.assignment, &mut settings.eligibility] {
                side.expiration.is_expiration_required = expiration.is_expiration_required;
                side.enablement = *enablement;
            }
            settings.activation.expiration = expiration.clone();
            settings.activation.enablement = *enablement;
            settings.activation.approval = approval.clone();
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_history_breaks_an_invariant(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            let _ = take(&mut world, step);
            world.check();
        }
    }
}

/// Histories that come to nothing would prove nothing.
#[test]
fn the_histories_reach_every_decision() {
    let mut runner = TestRunner::deterministic();
    let mut outcomes = Vec::new();
    for _ in 0..300 {
        let steps = prop::collection::vec(step(), 120)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut world = World::new();
        outcomes.extend(steps.iter().filter_map(|step| take(&mut world, step)));
    }
    let counted = |wanted: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|it| wanted(it)).count();
    for action in Action::ALL {
        for kind in GrantKind::ALL {
            let came_to = |is_ok| {
                counted(&|outcome| {
                    matches!(outcome, Outcome::Order(one, side, result)
                        if (one, side, result.is_ok()) == (action, kind, is_ok))
                })
            };
            let (accepted, refused) = (came_to(true), came_to(false));
            let never = *kind == GrantKind::Eligibility
                && matches!(action, Action::SelfActivate | Action::SelfDeactivate);
            assert_eq!(
                accepted == 0,
                never,
                "{action} {kind} is accepted {accepted} times"
            );
            assert!(refused > 0, "{action} {kind} is never refused");
        }
    }
}
