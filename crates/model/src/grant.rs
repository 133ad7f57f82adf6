//! Grants: what Graph shows as schedules and, while in force, as instances. Assignment and
//! eligibility are one thing with a kind (DESIGN, idea 3).

use crate::vocabulary::vocabulary;
use crate::{DirectoryScope, GrantId, Instant, ObjectId, RequestId, RoleDefinitionId, ids};

vocabulary!(
    /// What a grant gives: the role itself, or leave to activate it. The spelling is the store's.
    GrantKind {
        /// Active: the principal has the role's rights while the grant is in force.
        Assignment => "assignment",
        /// Eligible: the principal may activate the role while the grant is in force.
        Eligibility => "eligibility",
    }
);

vocabulary!(
    /// How an assignment came about; Graph's `assignmentType`.
    AssignmentType {
        /// Given by an administrator, or made outside PIM.
        Assigned => "Assigned",
        /// A principal turned an eligibility on.
        Activated => "Activated",
    }
);

vocabulary!(
    /// From whose view a grant is shown; Graph's `memberType`.
    MemberType {
        /// The principal is named on the grant itself.
        Direct => "Direct",
        /// The principal has it through a role-assignable group.
        Group => "Group",
    }
);

/// When a grant holds: from `start` on, up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first instant in force.
    pub start: Instant,
    /// The first instant no longer in force; none for a permanent grant.
    pub end: Option<Instant>,
}

impl Window {
    /// INVARIANT I1: in force exactly while `start ≤ now < end`.
    pub fn contains(self, now: Instant) -> bool {
        self.start <= now && !self.is_over(now)
    }

    /// Whether the end has been reached.
    pub fn is_over(self, now: Instant) -> bool {
        self.end.is_some_and(|end| end <= now)
    }

    /// Whether two windows share an instant, bounds included as the dossier has it (section 7.3).
    pub fn touches(self, other: Self) -> bool {
        other.end.is_none_or(|end| self.start <= end) && self.end.is_none_or(|end| other.start <= end)
    }
}

/// Who made a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantOrigin {
    /// A schedule request; the grant has the request's GUID.
    Request(RequestId),
    /// `/roleAssignments` or `directoryRoles` members: Graph shows `createdUsing: null`.
    OutsidePim,
}

vocabulary!(
    /// Why a grant ended before, or at, its window's end. The spelling is the store's.
    EndCause {
        /// An administrator removed it, or deleted the row outside PIM.
        Removed => "removed",
        /// The principal deactivated it.
        Deactivated => "deactivated",
        /// An update or extension took its place.
        Replaced => "replaced",
        /// Cancelled before its start.
        Canceled => "canceled",
        /// Its eligibility ended.
        EligibilityEnded => "eligibilityEnded",
        /// The end of its window was reached and announced.
        Expired => "expired",
        /// Its principal or role was deleted.
        SubjectDeleted => "subjectDeleted",
    }
);

/// The end of a grant as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ended {
    /// From this instant on the grant is not in force.
    pub at: Instant,
    /// Why.
    pub cause: EndCause,
}

/// A role given to a principal at a scope for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Graph's schedule id, except for grants made outside PIM, which show [`Grant::derived_id`].
    pub id: GrantId,
    /// Active or eligible.
    pub kind: GrantKind,
    /// User, role-assignable group or (assignments only) service principal.
    pub principal_id: ObjectId,
    /// The role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// When.
    pub window: Window,
    /// Set once, never cleared (I6).
    pub ended: Option<Ended>,
    /// Who made it.
    pub origin: GrantOrigin,
    /// When it was made.
    pub created_at: Instant,
    /// For an activation, the eligibility it used.
    pub activated_using: Option<GrantId>,
}

impl Grant {
    /// A role given at once and for good, without a request.
    pub const fn outside_pim(
        id: GrantId,
        principal_id: ObjectId,
        role_definition_id: RoleDefinitionId,
        scope: DirectoryScope,
        now: Instant,
    ) -> Self {
        Self {
            id,
            kind: GrantKind::Assignment,
            principal_id,
            role_definition_id,
            scope,
            window: Window {
                start: now,
                end: None,
            },
            ended: None,
            origin: GrantOrigin::OutsidePim,
            created_at: now,
            activated_using: None,
        }
    }

    /// Whether the grant gives anything at `now`.
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.window.contains(now) && self.ended.is_none_or(|ended| now < ended.at)
    }

    /// Whether the grant is in force or still to come: what Graph lists as a schedule.
    pub fn is_current(&self, now: Instant) -> bool {
        !self.window.is_over(now) && self.ended.is_none_or(|ended| now < ended.at)
    }

    /// The first instant from which on it is not, or will not be, in force; none if nobody can say. One that
    /// was withdrawn before its start ends before it.
    pub fn over_at(&self) -> Option<Instant> {
        let recorded = self.ended.map(|ended| ended.at);
        self.window.end.into_iter().chain(recorded).min()
    }

    /// `Assigned` or `Activated`.
    pub const fn assignment_type(&self) -> AssignmentType {
        if self.activated_using.is_some() {
            AssignmentType::Activated
        } else {
            AssignmentType::Assigned
        }
    }

    /// The id of the instance, and of the row in `/roleAssignments`.
    pub fn derived_id(&self) -> String {
        ids::derived_id(self.kind, self.role_definition_id, self.principal_id, self.scope)
    }

    /// The id under which Graph shows the schedule.
    pub fn schedule_id(&self) -> String {
        match self.origin {
            GrantOrigin::Request(_) => self.id.to_string(),
            GrantOrigin::OutsidePim => self.derived_id(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(micros: i64) -> Instant {
        Instant::from_micros(micros)
    }

    #[test]
    fn a_window_includes_its_start_and_excludes_its_end() {
        let window = Window {
            start: at(10),
            end: Some(at(20)),
        };
        let cases = [(9, false), (10, true), (19, true), (20, false)];
        for (now, expected) in cases {
            assert_eq!(window.contains(at(now)), expected, "{now}");
        }
        assert!(
            Window {
                start: at(10),
                end: None
            }
            .contains(at(i64::MAX))
        );
    }

    #[test]
    fn windows_that_meet_at_a_bound_touch() {
        let window = |start, end: Option<i64>| Window {
            start: at(start),
            end: end.map(at),
        };
        let cases = [
            (window(0, Some(10)), window(10, Some(20)), true),
            (window(0, Some(10)), window(11, Some(20)), false),
            (window(0, None), window(11, Some(20)), true),
            (window(5, Some(6)), window(0, None), true),
        ];
        for (one, two, expected) in cases {
            assert_eq!(one.touches(two), expected, "{one:?} {two:?}");
            assert_eq!(two.touches(one), expected, "{two:?} {one:?}");
        }
    }
}
