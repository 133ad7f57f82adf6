//! A small tenant in memory: what a store and an engine would keep. `invariants` says what must hold
//! in it.

use std::collections::{BTreeMap, BTreeSet};

use model::policy::RoleSettings;
use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER, ScopeSupport};
use model::{
    AssignmentType, CallerKind, DirectoryScope, EndCause, Ended, Grant, GrantId, GrantKind, GrantOrigin,
    Instant, IsoDuration, ObjectId, PrincipalKind, RequestId, RequestStatus, Review, RoleDefinitionId,
    ScheduleRequest, StepId, StepStatus, Window,
};

use super::given::{NOW, days, id};
use crate::{
    ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalRefusal, Change, Decider, Decision, Facts,
    Limits, Order, PrincipalFacts, Progress, Refusal, Requester, RoleFacts, decide, decide_approval,
    decide_cancel,
};

pub(super) const ROLES: [RoleDefinitionId; 2] = [REPORTS_READER, GLOBAL_ADMINISTRATOR];

/// Three users, a group of the last two, a service principal, second accounts of the first two users (the
/// second's is in the group) and two more users.
pub(super) const PRINCIPALS: u32 = 9;
pub(super) const GROUP: u32 = 4;
const SERVICE_PRINCIPAL: u32 = 5;

/// The person behind an account, as the first account of theirs.
pub(super) fn person(account: ObjectId) -> ObjectId {
    match account {
        second if second == id(6) => id(2),
        second if second == id(7) => id(1),
        only => only,
    }
}

fn group() -> ObjectId {
    id(GROUP)
}

/// Those who hold what is given to the principal.
pub(super) fn holders(principal: ObjectId) -> Vec<ObjectId> {
    if principal == group() {
        vec![principal, id(2), id(3), id(6)]
    } else {
        vec![principal]
    }
}

/// What a grant is about; there is one current grant of it at most.
pub(super) type Key = (GrantKind, ObjectId, RoleDefinitionId, DirectoryScope);

pub(super) fn key(grant: &Grant) -> Key {
    (
        grant.kind,
        grant.principal_id,
        grant.role_definition_id,
        grant.scope,
    )
}

fn eligibility_key(key: Key) -> Key {
    (GrantKind::Eligibility, key.1, key.2, key.3)
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) grants: BTreeMap<GrantId, Grant>,
    pub(super) requests: BTreeMap<RequestId, ScheduleRequest>,
    pub(super) settings: BTreeMap<RoleDefinitionId, RoleSettings>,
    pub(super) limits: Limits,
    /// What was once over, for I9, and which outcomes were once read, for I6.
    pub(super) over: BTreeSet<GrantId>,
    pub(super) outcomes: BTreeMap<RequestId, RequestStatus>,
    /// Who decided what, in order.
    pub(super) reviews: Vec<Review>,
    next_id: u32,
}

impl World {
    /// User 1 is Global Administrator for good.
    pub(super) fn new() -> Self {
        let mut world = Self {
            now: NOW,
            grants: BTreeMap::new(),
            requests: BTreeMap::new(),
            settings: ROLES
                .into_iter()
                .map(|role| (role, RoleSettings::default_for(role)))
                .collect(),
            limits: Limits::default(),
            over: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            reviews: Vec::new(),
            next_id: 100,
        };
        world.assign_outside(id(1), GLOBAL_ADMINISTRATOR);
        world.now = NOW.saturating_add(days(1));
        world
    }

    pub(super) fn fresh<T: std::str::FromStr>(&mut self) -> T {
        self.next_id += 1;
        id(self.next_id)
    }

    /// Moves the clock beneath; what is read of it never goes back.
    pub(super) fn tick(&mut self, by: IsoDuration) {
        self.now = self.now.max(self.now.saturating_add(by));
    }

    /// A grant made outside PIM, unless there is a current one.
    pub(super) fn assign_outside(&mut self, principal: ObjectId, role: RoleDefinitionId) {
        let key = (GrantKind::Assignment, principal, role, DirectoryScope::Tenant);
        if self.current(key).is_some() {
            return;
        }
        let grant = Grant {
            id: self.fresh(),
            kind: GrantKind::Assignment,
            principal_id: principal,
            role_definition_id: role,
            scope: DirectoryScope::Tenant,
            window: Window {
                start: self.now,
                end: None,
            },
            ended: None,
            origin: GrantOrigin::OutsidePim,
            created_at: self.now,
            activated_using: None,
        };
        self.grants.insert(grant.id, grant);
    }

    /// Records the ends that were reached, as a background task would, sooner or later.
    pub(super) fn announce_ends(&mut self) {
        for grant in self.grants.values_mut() {
            if let (None, Some(end)) = (grant.ended, grant.window.end)
                && end <= self.now
            {
                grant.ended = Some(Ended {
                    at: end,
                    cause: EndCause::Expired,
                });
            }
        }
    }

    pub(super) fn requester(&self, caller: u32, kind: CallerKind, mfa: bool) -> Requester {
        let caller: ObjectId = id(caller);
        let administers = |grant: &Grant| {
            grant.kind == GrantKind::Assignment
                && grant.role_definition_id == GLOBAL_ADMINISTRATOR
                && grant.scope == DirectoryScope::Tenant
                && grant.is_in_force(self.now)
                && holders(grant.principal_id).contains(&caller)
        };
        Requester {
            id: caller,
            kind,
            may_administer: self.grants.values().any(administers),
            mfa,
            authentication_contexts: Vec::new(),
        }
    }

    pub(super) fn current(&self, wanted: Key) -> Option<&Grant> {
        self.grants
            .values()
            .find(|grant| key(grant) == wanted && grant.is_current(self.now))
    }

    pub(super) fn lasting_administrators(&self) -> Vec<GrantId> {
        let lasts = |grant: &&Grant| {
            grant.kind == GrantKind::Assignment
                && grant.role_definition_id == GLOBAL_ADMINISTRATOR
                && grant.scope == DirectoryScope::Tenant
                && grant.window.end.is_none()
                && grant.assignment_type() == AssignmentType::Assigned
                && grant.is_in_force(self.now)
                && grant.principal_id != id(SERVICE_PRINCIPAL)
        };
        self.grants.values().filter(lasts).map(|grant| grant.id).collect()
    }

    /// The key of the eligibility that an activation leans on, replaced or not.
    pub(super) fn leans_on(&self, activation: &Grant) -> Option<Key> {
        activation
            .activated_using
            .map(|eligibility| key(&self.grants[&eligibility]))
    }

    fn facts(&self, wanted: Key) -> Facts {
        let (_, principal, role, _) = wanted;
        let own = eligibility_key(wanted);
        let of_groups = (own.0, group(), own.2, own.3);
        let since = self.now.saturating_sub(self.limits.renewable_for);
        let is_member = holders(group()).contains(&principal) && principal != group();
        let loaded = |grant: &&Grant| {
            eligibility_key(key(grant)) == own
                && (grant.is_current(self.now)
                    || grant
                        .window
                        .end
                        .is_some_and(|end| since <= end && end <= self.now))
        };
        let number = (1..=PRINCIPALS).find(|number| id::<ObjectId>(*number) == principal);
        let copied = |wanted: &dyn Fn(&&Grant) -> bool| {
            self.grants
                .values()
                .filter(|grant| wanted(grant))
                .copied()
                .collect()
        };
        Facts {
            principal: number.map(|number| PrincipalFacts {
                kind: match number {
                    GROUP => PrincipalKind::Group,
                    SERVICE_PRINCIPAL => PrincipalKind::ServicePrincipal,
                    _ => PrincipalKind::User,
                },
                is_assignable_to_role: number == GROUP,
            }),
            role: Some(RoleFacts {
                is_enabled: true,
                scopes: ScopeSupport {
                    administrative_units: true,
                    objects: false,
                },
            }),
            scope_exists: true,
            settings: self.settings[&role].clone(),
            grants: copied(&loaded),
            group_eligibilities: copied(&|grant| {
                is_member && key(grant) == of_groups && grant.is_in_force(self.now)
            }),
            activations: copied(&|grant| grant.is_current(self.now) && self.leans_on(grant) == Some(own)),
            authentication_context_exists: true,
            waiting: self
                .requests
                .values()
                .filter(|request| {
                    (
                        request.kind,
                        request.principal_id,
                        request.role_definition_id,
                        request.scope,
                    ) == wanted
                        && !request.status_at(self.now).is_terminal()
                })
                .cloned()
                .collect(),
            lasting_administrators: self.lasting_administrators(),
        }
    }

    /// Decides and, if accepted, makes it so, checking each change on its way.
    pub(super) fn submit(&mut self, order: &Order) -> Result<Decision, Refusal> {
        let facts = self.facts((
            order.kind,
            order.principal_id,
            order.role_definition_id,
            order.scope,
        ));
        let result = decide(&facts, order, &self.limits, self.now);
        assert_eq!(
            result,
            decide(&facts, order, &self.limits, self.now),
            "the same facts, another decision"
        );
        let decision = result?;
        if order.is_validation_only {
            assert!(decision.changes.is_empty() && decision.request.target_schedule_id.is_none());
            return Ok(decision);
        }
        self.check_settings(order, &decision);
        self.check_ends(order, &decision);
        self.requests.insert(order.id, decision.request.clone());
        self.apply(&decision.changes);
        Ok(decision)
    }

    pub(super) fn cancel(&mut self, request: RequestId, by: &Requester) -> Result<(), Refusal> {
        let request = &self.requests[&request];
        let made = self.grants.get(&request.id.into());
        let changes = decide_cancel(request, made, by, self.now)?;
        for change in &changes {
            assert!(change.ends().is_none_or(|grant| grant == request.id.into()));
        }
        self.apply(&changes);
        Ok(())
    }

    /// Somebody as a decider: a group is one through its members only.
    fn decider(&self, caller: u32, kind: CallerKind) -> Decider {
        let Requester {
            id, may_administer, ..
        } = self.requester(caller, kind, true);
        Decider {
            id,
            accounts: (1..=PRINCIPALS)
                .map(super::given::id)
                .filter(|account| person(*account) == person(id))
                .collect(),
            kind,
            groups: if holders(group()).contains(&id) && id != group() {
                vec![group()]
            } else {
                Vec::new()
            },
            administers: may_administer,
        }
    }

    /// How far the approval of a request has come.
    pub(super) fn progress(&self, request: RequestId) -> Progress<'_> {
        let request = &self.requests[&request];
        let rule = &self.settings[&request.role_definition_id].activation.approval;
        Progress::new(request, rule, &self.reviews)
    }

    /// Somebody who may decide a request, and in which step, if anybody may.
    pub(super) fn opening(&self, request: RequestId) -> Option<(u32, StepId)> {
        let progress = self.progress(request);
        let open = progress.steps(self.now).into_iter();
        let open = open.filter(|step| step.status == StepStatus::InProgress);
        open.flat_map(|step| (1..=PRINCIPALS).map(move |caller| (caller, step)))
            .find(|(caller, step)| {
                self.decider(*caller, CallerKind::Delegated)
                    .is_assigned(&progress, *step, self.now)
            })
            .map(|(caller, step)| (caller, step.seat.id(request)))
    }

    /// Decides a request and, if the decision stands, makes it so.
    pub(super) fn review(
        &mut self,
        request: RequestId,
        by: (u32, CallerKind),
        order: &ApprovalOrder,
    ) -> Result<ApprovalDecision, ApprovalRefusal> {
        let request = self.requests[&request].clone();
        let about = (
            request.kind,
            request.principal_id,
            request.role_definition_id,
            request.scope,
        );
        let of_request = |review: &&Review| review.request == request.id;
        let facts = ApprovalFacts {
            activation: self.facts(about),
            reviews: self.reviews.iter().filter(of_request).cloned().collect(),
            decider: self.decider(by.0, by.1),
            request,
        };
        let decision = decide_approval(&facts, order, &self.limits, self.now)?;
        self.check_review(&facts.request, by.1, &decision);
        self.reviews.push(decision.review.clone());
        self.apply(&decision.changes);
        Ok(decision)
    }

    fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Create(grant) => {
                    assert!(
                        self.now <= grant.window.start && !grant.window.is_over(grant.window.start),
                        "{grant:?}"
                    );
                    assert_eq!((grant.created_at, grant.ended), (self.now, None));
                    assert!(self.grants.insert(grant.id, *grant).is_none());
                }
                Change::End { grant, ended } => {
                    let stored = self.grants.get_mut(&grant.id).unwrap();
                    assert_eq!(
                        (stored.ended, ended.at),
                        (None, self.now),
                        "an end is recorded once, when it comes"
                    );
                    stored.ended = Some(*ended);
                }
                Change::Settle {
                    request,
                    status,
                    completed_at,
                } => {
                    let stored = self.requests.get_mut(request).unwrap();
                    assert!(
                        !stored.status_at(self.now).is_terminal() && status.is_terminal(),
                        "I6: {stored:?}"
                    );
                    (stored.status, stored.completed_at) = (*status, *completed_at);
                }
                Change::BeginStage { request, lapses_at } => {
                    let stored = self.requests.get_mut(request).unwrap();
                    assert_eq!(
                        stored.status_at(self.now),
                        RequestStatus::PendingApproval,
                        "I6: {stored:?}"
                    );
                    stored.lapses_at = Some(*lapses_at);
                }
                Change::Provision {
                    request,
                    status,
                    start,
                    activated_using,
                } => {
                    let stored = self.requests.get_mut(request).unwrap();
                    assert_eq!(
                        stored.status_at(self.now),
                        RequestStatus::PendingApproval,
                        "I6: {stored:?}"
                    );
                    (stored.status, stored.completed_at) = (*status, Some(*start));
                    stored.activated_using = *activated_using;
                    stored.schedule.as_mut().unwrap().start = Some(*start);
                }
            }
        }
    }
}
