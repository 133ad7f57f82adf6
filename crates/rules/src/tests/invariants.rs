//! What must hold in a tenant, worked out from the dossiers anew and not through the rules.

use std::collections::BTreeSet;

use model::policy::{Approver, EnablementRule, ExpirationRule};
use model::role::GLOBAL_ADMINISTRATOR;
use model::{
    Action, CallerKind, DirectoryScope, EndCause, Expiration, Grant, GrantId, GrantKind, ObjectId,
    RequestStatus, RoleDefinitionId, ScheduleInfo, ScheduleRequest, Verdict,
};

use super::world::{Key, World, holders, key};
use crate::{ApprovalDecision, ApprovalOutcome, Change, Decision, Order};

impl World {
    /// I2: what is given satisfies the settings at the time of deciding.
    pub(super) fn check_settings(&self, order: &Order, decision: &Decision) {
        let made = decision.made();
        if made.is_none() && !decision.request.needs_approval {
            return;
        }
        let settings = &self.settings[&order.role_definition_id];
        let (expiration, enablement) = match (order.action, order.kind) {
            (Action::SelfActivate, _) => {
                assert_eq!(
                    settings.activation.approval.is_approval_required,
                    made.is_none(),
                    "I2: approval"
                );
                self.check_use(
                    made.map_or(decision.request.activated_using, |made| made.activated_using),
                    (order.principal_id, order.role_definition_id, order.scope),
                );
                let rule = ExpirationRule {
                    is_expiration_required: true,
                    ..settings.activation.expiration.clone()
                };
                (rule, settings.activation.enablement)
            }
            (_, GrantKind::Assignment) => (
                settings.assignment.expiration.clone(),
                settings.assignment.enablement,
            ),
            (_, GrantKind::Eligibility) => (
                settings.eligibility.expiration.clone(),
                settings.eligibility.enablement,
            ),
        };
        if expiration.is_expiration_required {
            let asked = match order.schedule.unwrap().expiration {
                Expiration::AfterDuration(span) => span,
                Expiration::AfterDateTime(end) => end.since(decision.request.start().unwrap_or(self.now)),
                Expiration::NoExpiration | Expiration::NotSpecified => panic!("I2: permanent"),
            };
            // A start ahead within the tolerance counts as now.
            let most =
                expiration.maximum_duration.unwrap().as_micros() + self.limits.start_tolerance.as_micros();
            assert!(asked.as_micros() <= most, "I2: {asked:?} of {most}");
        }
        let EnablementRule {
            multi_factor_authentication,
            justification,
            ticketing,
        } = enablement;
        assert!(!multi_factor_authentication || order.by.mfa, "I2: second factor");
        assert!(
            !justification || order.justification.is_some(),
            "I2: justification"
        );
        assert!(!ticketing || order.ticket.number.is_some(), "I2: ticket");
    }

    /// An activation leans on an eligibility of the principal's that is in force.
    fn check_use(
        &self,
        used: Option<GrantId>,
        (principal, role, scope): (ObjectId, RoleDefinitionId, DirectoryScope),
    ) {
        let used = &self.grants[&used.unwrap()];
        assert_eq!(used.kind, GrantKind::Eligibility);
        assert!(
            used.is_in_force(self.now) && holders(used.principal_id).contains(&principal),
            "I2: {used:?}"
        );
        assert_eq!((used.role_definition_id, used.scope), (role, scope));
    }

    /// I2, I3 and I4: who decided may, and what is given satisfies the settings in force.
    pub(super) fn check_review(
        &self,
        request: &ScheduleRequest,
        kind: CallerKind,
        decision: &ApprovalDecision,
    ) {
        let by = decision.review.by;
        assert!(by != request.principal_id && by != request.created_by, "I3");
        assert_eq!(kind, CallerKind::Delegated);
        assert_eq!(request.status_at(self.now), RequestStatus::PendingApproval, "I6");
        let settings = &self.settings[&request.role_definition_id].activation;
        let named: Vec<ObjectId> = settings
            .approval
            .primary_approvers
            .iter()
            .flat_map(|approver| match approver {
                Approver::User { id, .. } => vec![*id],
                Approver::Group { id, .. } => holders(*id),
            })
            .collect();
        let is_administrator = self.grants.values().any(|grant| {
            grant.kind == GrantKind::Assignment
                && grant.role_definition_id == GLOBAL_ADMINISTRATOR
                && grant.scope == DirectoryScope::Tenant
                && grant.is_in_force(self.now)
                && holders(grant.principal_id).contains(&by)
        });
        let may = if settings.approval.primary_approvers.is_empty() {
            is_administrator
        } else {
            named.contains(&by)
        };
        assert!(may, "I2: {by} is no approver");
        assert!(
            !settings.approval.is_approver_justification_required || decision.review.justification.is_some()
        );
        let ApprovalOutcome::Granted(grant) = &decision.outcome else {
            return;
        };
        assert_eq!(decision.review.verdict, Verdict::Approve, "I2");
        self.check_use(
            grant.activated_using,
            (request.principal_id, request.role_definition_id, request.scope),
        );
        let most = settings.expiration.maximum_duration.unwrap().as_micros()
            + self.limits.start_tolerance.as_micros();
        let length = grant.window.end.unwrap().since(grant.window.start);
        assert!(length.as_micros() <= most, "I2: {length:?} of {most}");
        if let Some(ScheduleInfo {
            expiration: Expiration::AfterDateTime(end),
            ..
        }) = request.schedule
        {
            assert!(grant.window.end.unwrap() <= end, "beyond its absolute end");
        }
    }

    /// I7: an order ends the grant that it is about, and what leans on it; and the five-minute rule.
    pub(super) fn check_ends(&self, order: &Order, decision: &Decision) {
        let about = (
            order.kind,
            order.principal_id,
            order.role_definition_id,
            order.scope,
        );
        for change in &decision.changes {
            let Change::End { grant, ended } = change else {
                continue;
            };
            match ended.cause {
                EndCause::EligibilityEnded => {
                    assert_eq!(
                        (self.leans_on(grant), about.0),
                        (Some(about), GrantKind::Eligibility),
                        "I7"
                    )
                }
                _ => assert_eq!(key(grant), about, "I7"),
            }
        }
        let held_up = matches!(
            order.action,
            Action::AdminUpdate | Action::AdminRemove | Action::SelfDeactivate
        );
        if let Some(active) = self.current((GrantKind::Assignment, about.1, about.2, about.3))
            && held_up
            && active.is_in_force(self.now)
        {
            assert!(
                self.now.since(active.window.start) >= self.limits.active_minimum,
                "the five-minute rule"
            );
        }
    }

    /// What must hold at any time.
    pub(super) fn check(&mut self) {
        let now = self.now;
        let mut current = BTreeSet::new();
        for grant in self.grants.values() {
            if !grant.is_current(now) {
                self.over.insert(grant.id);
                continue;
            }
            assert!(!self.over.contains(&grant.id), "I9: {grant:?} is back");
            assert!(current.insert(key(grant)), "two current grants: {grant:?}");
            if grant.is_in_force(now) {
                assert!(
                    grant.window.start <= now && grant.window.end.is_none_or(|end| now < end),
                    "I1"
                );
                assert!(grant.ended.is_none(), "I1: {grant:?}");
            }
            if let Some(leans_on) = self.leans_on(grant) {
                self.check_activation(grant, leans_on);
            }
        }
        for request in self.requests.values() {
            let status = request.status_at(now);
            if let Some(before) = self.outcomes.get(&request.id) {
                assert_eq!(*before, status, "I6: {request:?}");
            } else if status.is_terminal() {
                self.outcomes.insert(request.id, status);
                self.check_outcome(request, status);
            }
        }
        assert!(!self.lasting_administrators().is_empty(), "I11");
    }

    /// All that is left of an activation lies within the eligibility that it leans on.
    fn check_activation(&self, activation: &Grant, leans_on: Key) {
        let Some(eligibility) = self.current(leans_on) else {
            panic!("no eligibility for {activation:?}")
        };
        let begins = activation.window.start.max(self.now);
        assert!(
            eligibility.window.contains(begins),
            "{activation:?} {eligibility:?}"
        );
        let is_inside = match (activation.window.end, eligibility.window.end) {
            (_, None) => true,
            (Some(end), Some(bound)) => end <= bound,
            (None, Some(_)) => false,
        };
        assert!(is_inside, "{activation:?} outlives {eligibility:?}");
    }

    /// A request that reads `Provisioned` was followed by a grant that came into force, and one that
    /// was called off was not.
    fn check_outcome(&self, request: &ScheduleRequest, status: RequestStatus) {
        if request.needs_approval && status == RequestStatus::Provisioned {
            let verdict = self.reviews.get(&request.id).map(|review| review.verdict);
            assert_eq!(verdict, Some(Verdict::Approve), "I2: {request:?}");
        }
        let Some(grant) = self.grants.get(&request.id.into()) else {
            return;
        };
        let came_into_force = grant.ended.is_none_or(|ended| grant.window.start <= ended.at);
        assert_eq!(
            status == RequestStatus::Provisioned,
            came_into_force,
            "{request:?} {grant:?}"
        );
    }
}
