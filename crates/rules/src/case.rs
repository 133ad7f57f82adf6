//! One order with all that bears on it, what the rules ask of it, and the few shapes that an accepted
//! order can take.

use model::{
    AssignmentType, EndCause, Ended, Grant, GrantId, GrantKind, GrantOrigin, Instant, RequestId,
    RequestStatus, ScheduleInfo, ScheduleRequest, Window,
};

use crate::window::Asked;
use crate::{Change, Decision, Facts, Limits, Order, Refusal};

/// What [`crate::decide()`] was given.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) order: &'a Order,
    pub(crate) limits: &'a Limits,
    pub(crate) now: Instant,
}

impl<'a> Case<'a> {
    /// The principal's grant of that kind that is in force or to come.
    pub(crate) fn current(&self, kind: GrantKind) -> Option<&'a Grant> {
        self.facts.current(kind, self.now)
    }

    /// The grant that the order is about, while it is in force or to come.
    pub(crate) fn subject(&self) -> Result<&'a Grant, Refusal> {
        self.current(self.order.kind).ok_or(Refusal::GrantDoesNotExist)
    }

    /// The principal's active grant in force.
    pub(crate) fn active(&self) -> Option<&'a Grant> {
        self.current(GrantKind::Assignment)
            .filter(|grant| grant.is_in_force(self.now))
    }

    /// A grant of the order's kind that ran out so lately that it can be renewed. One that was ended
    /// before its time cannot, nor can an activation.
    pub(crate) fn expired(&self) -> Result<&'a Grant, Refusal> {
        let renewable = |grant: &&Grant| {
            grant.kind == self.order.kind
                && grant.assignment_type() == AssignmentType::Assigned
                && grant.ended.is_none_or(|ended| ended.cause == EndCause::Expired)
                && grant
                    .window
                    .end
                    .is_some_and(|end| end <= self.now && self.now.since(end) <= self.limits.renewable_for)
        };
        self.facts
            .grants
            .iter()
            .find(renewable)
            .ok_or(Refusal::GrantDoesNotExist)
    }

    /// The requests for the same thing that still wait with `status`.
    pub(crate) fn waiting(&self, status: RequestStatus) -> impl Iterator<Item = &'a ScheduleRequest> {
        let now = self.now;
        self.facts
            .waiting
            .iter()
            .filter(move |request| request.status_at(now) == status)
    }

    /// Records the end of a grant. The request for a grant that never came into force does not read
    /// `Provisioned` when its start is reached: it is revoked.
    pub(crate) fn end(&self, grant: &Grant, cause: EndCause) -> Vec<Change> {
        let mut changes = vec![Change::End {
            grant: *grant,
            ended: Ended { at: self.now, cause },
        }];
        if let GrantOrigin::Request(request) = grant.origin
            && self.now < grant.window.start
        {
            changes.push(self.settle(request, RequestStatus::Revoked));
        }
        changes
    }

    /// Gives a waiting request its outcome.
    pub(crate) fn settle(&self, request: RequestId, status: RequestStatus) -> Change {
        Change::Settle {
            request,
            status,
            completed_at: Some(self.now),
        }
    }

    /// Accepts an order that makes a grant. The request keeps what was asked; the grant holds for
    /// `window`, which may end sooner. `before` are the changes that make room for it.
    pub(crate) fn give(
        &self,
        asked: Asked,
        window: Window,
        activated_using: Option<GrantId>,
        before: Vec<Change>,
    ) -> Decision {
        let request = ScheduleRequest {
            schedule: Some(ScheduleInfo {
                start: Some(window.start),
                expiration: asked.expiration,
            }),
            completed_at: Some(window.start),
            target_schedule_id: Some(self.order.id.into()),
            activated_using,
            ..self.request(status_from(window.start, self.now))
        };
        let mut changes = before;
        changes.push(Change::Create(grant_of(
            &request,
            window,
            activated_using,
            self.now,
        )));
        Decision { request, changes }
    }

    /// Accepts an order that ends a grant: the request has neither window nor target (schedules dossier 9).
    pub(crate) fn take(&self, changes: Vec<Change>) -> Decision {
        Decision {
            request: self.request(RequestStatus::Revoked),
            changes,
        }
    }

    /// The request as ordered, with `status` and nothing that an outcome would add.
    pub(crate) fn request(&self, status: RequestStatus) -> ScheduleRequest {
        ScheduleRequest {
            id: self.order.id,
            kind: self.order.kind,
            action: self.order.action,
            action_text: self.order.action_text.clone(),
            status,
            principal_id: self.order.principal_id,
            role_definition_id: self.order.role_definition_id,
            scope: self.order.scope,
            justification: self.order.justification.clone(),
            ticket: self.order.ticket.clone(),
            schedule: None,
            created_at: self.now,
            completed_at: None,
            created_by: self.order.by.id,
            is_validation_only: self.order.is_validation_only,
            target_schedule_id: None,
            activated_using: None,
            needs_approval: false,
            lapses_at: None,
        }
    }
}

/// The status of a request whose grant holds from `start` on.
pub(crate) fn status_from(start: Instant, now: Instant) -> RequestStatus {
    if start <= now {
        RequestStatus::Provisioned
    } else {
        RequestStatus::Granted
    }
}

/// The grant that a request makes; it has the request's id.
pub(crate) fn grant_of(
    request: &ScheduleRequest,
    window: Window,
    activated_using: Option<GrantId>,
    now: Instant,
) -> Grant {
    Grant {
        id: request.id.into(),
        kind: request.kind,
        principal_id: request.principal_id,
        role_definition_id: request.role_definition_id,
        scope: request.scope,
        window,
        ended: None,
        origin: GrantOrigin::Request(request.id),
        created_at: now,
        activated_using,
    }
}
