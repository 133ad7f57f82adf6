//! How long a decision takes by itself, without server, store or clock: a full activation with every rule
//! of the settings on.

use std::hint::black_box;

use model::policy::{Approver, RoleSettings};
use model::role::{REPORTS_READER, ScopeSupport};
use model::{
    Action, CallerKind, DirectoryScope, Entropy, Expiration, Grant, GrantId, GrantKind, GrantOrigin, Instant,
    IsoDuration, ObjectId, PrincipalKind, RequestId, ScheduleInfo, SeededEntropy, TicketInfo, Window,
};
use rules::{Facts, Limits, Order, PrincipalFacts, Requester, RoleFacts, decide};

use crate::machine::micros_of;

/// Decisions in one measurement.
const DECISIONS: u32 = 100_000;

/// Microseconds that one decision takes.
pub fn micros() -> f64 {
    let (facts, order) = (facts(), order());
    let limits = Limits::default();
    let now = order_time();
    assert!(
        decide(&facts, &order, &limits, now).is_ok(),
        "the order is in order"
    );
    micros_of(DECISIONS, || {
        drop(black_box(decide(
            black_box(&facts),
            black_box(&order),
            &limits,
            now,
        )));
    })
}

const fn order_time() -> Instant {
    Instant::from_seconds(1_772_438_400)
}

fn person() -> ObjectId {
    ObjectId::random(&SeededEntropy::from_number(1))
}

/// Everything that activations can be asked for, and a few grants of which one is the eligibility.
fn facts() -> Facts {
    let mut settings = RoleSettings::default_for(REPORTS_READER);
    let activation = &mut settings.activation;
    activation.enablement.multi_factor_authentication = true;
    activation.enablement.justification = true;
    activation.enablement.ticketing = true;
    activation.authentication_context.is_enabled = true;
    activation.authentication_context.claim_value = Some("c1".to_owned());
    activation.approval.is_approval_required = true;
    activation.approval.first_stage.primary_approvers = vec![Approver::User {
        id: person(),
        description: None,
    }];
    let entropy = SeededEntropy::from_number(2);
    let grant = |kind| Grant {
        id: GrantId::random(&entropy as &dyn Entropy),
        kind,
        principal_id: person(),
        role_definition_id: REPORTS_READER,
        scope: DirectoryScope::Tenant,
        window: Window {
            start: order_time().saturating_sub(IsoDuration::from_days(1)),
            end: None,
        },
        ended: None,
        origin: GrantOrigin::OutsidePim,
        created_at: order_time().saturating_sub(IsoDuration::from_days(1)),
        activated_using: None,
    };
    Facts {
        principal: Some(PrincipalFacts {
            kind: PrincipalKind::User,
            is_assignable_to_role: false,
        }),
        role: Some(RoleFacts {
            is_enabled: true,
            scopes: ScopeSupport {
                administrative_units: true,
                objects: true,
            },
        }),
        scope_exists: true,
        settings,
        authentication_context_exists: true,
        grants: vec![grant(GrantKind::Eligibility)],
        group_eligibilities: vec![grant(GrantKind::Eligibility), grant(GrantKind::Eligibility)],
        activations: Vec::new(),
        waiting: Vec::new(),
        lasting_administrators: Vec::new(),
    }
}

fn order() -> Order {
    Order {
        id: RequestId::random(&SeededEntropy::from_number(3)),
        kind: GrantKind::Assignment,
        action: Action::SelfActivate,
        action_text: Action::SelfActivate.as_str().to_owned(),
        principal_id: person(),
        role_definition_id: REPORTS_READER,
        scope: DirectoryScope::Tenant,
        schedule: Some(ScheduleInfo {
            start: None,
            expiration: Expiration::AfterDuration(IsoDuration::from_hours(1)),
        }),
        justification: Some("Night shift".to_owned()),
        ticket: TicketInfo {
            number: Some("CHG-1".to_owned()),
            system: Some("Desk".to_owned()),
        },
        is_validation_only: false,
        by: Requester {
            id: person(),
            kind: CallerKind::Delegated,
            may_administer: false,
            mfa: true,
            authentication_contexts: vec!["c1".to_owned()],
        },
    }
}
