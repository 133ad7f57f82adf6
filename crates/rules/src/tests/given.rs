//! Readable cases: Mara, an administrator, one role at the tenant, grants and requests about them, and
//! an order from which each test departs in one respect.

use model::policy::RoleSettings;
use model::role::{REPORTS_READER, ScopeSupport};
use model::{
    Action, CallerKind, DirectoryScope, EndCause, Ended, Expiration, Grant, GrantId, GrantKind, GrantOrigin,
    Instant, IsoDuration, ObjectId, PrincipalKind, RequestId, RequestStatus, ScheduleInfo, ScheduleRequest,
    TicketInfo, Window,
};

use crate::{Change, Decision, Facts, Limits, Order, PrincipalFacts, Refusal, Requester, RoleFacts, decide};

/// 2026-05-04T09:00:00Z, a Monday.
pub(super) const NOW: Instant = Instant::from_seconds(1_777_885_200);
pub(super) use GrantKind::{Assignment, Eligibility};

pub(super) const fn minutes(count: i64) -> IsoDuration {
    IsoDuration::from_minutes(count)
}

pub(super) const fn hours(count: i64) -> IsoDuration {
    IsoDuration::from_hours(count)
}

pub(super) const fn days(count: i64) -> IsoDuration {
    IsoDuration::from_days(count)
}

pub(super) fn ahead(span: IsoDuration) -> Instant {
    NOW.saturating_add(span)
}

pub(super) fn ago(span: IsoDuration) -> Instant {
    NOW.saturating_sub(span)
}

/// A readable id.
pub(super) fn id<T: std::str::FromStr>(number: u32) -> T {
    let text = format!("{number:08x}-0000-4000-8000-000000000000");
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

pub(super) fn mara() -> ObjectId {
    id(1)
}

pub(super) fn admin() -> ObjectId {
    id(2)
}

/// The id of the order under test.
pub(super) fn order_id() -> RequestId {
    id(0xffff)
}

/// Mara's grant of the role at the tenant from `start` to `end`.
pub(super) fn grant(number: u32, kind: GrantKind, start: Instant, end: Option<Instant>) -> Grant {
    Grant {
        id: id(number),
        kind,
        principal_id: mara(),
        role_definition_id: REPORTS_READER,
        scope: DirectoryScope::Tenant,
        window: Window { start, end },
        ended: None,
        origin: GrantOrigin::Request(id(number)),
        created_at: start.min(NOW),
        activated_using: None,
    }
}

/// A grant in force since yesterday, for good.
pub(super) fn standing(number: u32, kind: GrantKind) -> Grant {
    grant(number, kind, ago(days(1)), None)
}

/// An activation of the eligibility with that number, since `start` and for two hours.
pub(super) fn activation(number: u32, eligibility: u32, start: Instant) -> Grant {
    let end = start.saturating_add(hours(2));
    Grant {
        activated_using: Some(id(eligibility)),
        ..grant(number, Assignment, start, Some(end))
    }
}

/// A request of Mara's that waits.
pub(super) fn waiting(
    number: u32,
    kind: GrantKind,
    action: Action,
    status: RequestStatus,
) -> ScheduleRequest {
    ScheduleRequest {
        id: id(number),
        kind,
        action,
        action_text: action.to_string(),
        status,
        principal_id: mara(),
        role_definition_id: REPORTS_READER,
        scope: DirectoryScope::Tenant,
        justification: None,
        ticket: TicketInfo::default(),
        schedule: None,
        created_at: ago(hours(1)),
        completed_at: None,
        created_by: mara(),
        is_validation_only: false,
        target_schedule_id: None,
        activated_using: None,
        needs_approval: status == RequestStatus::PendingApproval,
        lapses_at: None,
    }
}

pub(super) fn requester(id: ObjectId, kind: CallerKind, may_administer: bool) -> Requester {
    Requester {
        id,
        kind,
        may_administer,
        mfa: true,
        authentication_contexts: Vec::new(),
    }
}

/// A case to decide.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) facts: Facts,
    pub(super) order: Order,
    pub(super) limits: Limits,
}

/// An order for two hours from now on, about nothing that is there yet.
pub(super) fn given(action: Action, kind: GrantKind) -> Given {
    let by = if action.is_self() {
        requester(mara(), CallerKind::Delegated, false)
    } else {
        requester(admin(), CallerKind::Delegated, true)
    };
    Given {
        facts: Facts {
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
            settings: RoleSettings::default_for(REPORTS_READER),
            grants: Vec::new(),
            group_eligibilities: Vec::new(),
            activations: Vec::new(),
            authentication_context_exists: true,
            waiting: Vec::new(),
            lasting_administrators: Vec::new(),
        },
        order: Order {
            id: order_id(),
            kind,
            action,
            action_text: action.to_string(),
            principal_id: mara(),
            role_definition_id: REPORTS_READER,
            scope: DirectoryScope::Tenant,
            schedule: Some(ScheduleInfo {
                start: None,
                expiration: Expiration::AfterDuration(hours(2)),
            }),
            justification: Some("Quarter-end".to_owned()),
            ticket: TicketInfo::default(),
            is_validation_only: false,
            by,
        },
        limits: Limits::default(),
    }
}

impl Given {
    pub(super) fn grant(mut self, grant: Grant) -> Self {
        self.facts.grants.push(grant);
        self
    }

    pub(super) fn waiting(mut self, request: ScheduleRequest) -> Self {
        self.facts.waiting.push(request);
        self
    }

    pub(super) fn asking(mut self, start: Option<Instant>, expiration: Expiration) -> Self {
        self.order.schedule = Some(ScheduleInfo { start, expiration });
        self
    }

    pub(super) fn but(mut self, change: impl FnOnce(&mut Facts, &mut Order)) -> Self {
        change(&mut self.facts, &mut self.order);
        self
    }

    pub(super) fn decide(&self) -> Result<Decision, Refusal> {
        decide(&self.facts, &self.order, &self.limits, NOW)
    }

    /// The decision, which is expected to be an acceptance.
    #[track_caller]
    pub(super) fn accepted(&self) -> Decision {
        self.decide()
            .unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
    }

    #[track_caller]
    pub(super) fn refused(&self, expected: &Refusal) {
        assert_eq!(self.decide().err().as_ref(), Some(expected));
    }

    /// The status that the request gets, or what stands in its way.
    pub(super) fn status(&self) -> Result<RequestStatus, Refusal> {
        self.decide().map(|decision| decision.request.status)
    }
}

impl Decision {
    /// The grant that is made.
    pub(super) fn made(&self) -> Option<&Grant> {
        self.changes.iter().find_map(|change| match change {
            Change::Create(grant) => Some(grant),
            Change::End { .. }
            | Change::Settle { .. }
            | Change::BeginStage { .. }
            | Change::Provision { .. } => None,
        })
    }

    /// The grants that end, and why.
    pub(super) fn ended(&self) -> Vec<(GrantId, EndCause)> {
        let end = |change: &Change| match change {
            Change::End { grant, ended } => {
                assert_eq!(ended.at, NOW);
                Some((grant.id, ended.cause))
            }
            Change::Create(_)
            | Change::Settle { .. }
            | Change::BeginStage { .. }
            | Change::Provision { .. } => None,
        };
        self.changes.iter().filter_map(end).collect()
    }

    /// The requests that get an outcome.
    pub(super) fn settled(&self) -> Vec<(RequestId, RequestStatus)> {
        let settled = |change: &Change| match change {
            Change::Settle { request, status, .. } => Some((*request, *status)),
            Change::Create(_) | Change::End { .. } | Change::BeginStage { .. } | Change::Provision { .. } => {
                None
            }
        };
        self.changes.iter().filter_map(settled).collect()
    }
}

/// The grant with a recorded end.
pub(super) fn ended(grant: Grant, at: Instant, cause: EndCause) -> Grant {
    Grant {
        ended: Some(Ended { at, cause }),
        ..grant
    }
}
