//! The past, as it is asked about: who held what at an instant, what happened to somebody or with a role, and
//! how much of it there was.

use crate::directory::Relation;
use crate::policy::{Editor, RoleSettings};
use crate::vocabulary::vocabulary;
use crate::{
    DirectoryScope, Grant, GrantKind, Instant, IsoDuration, MemberType, ObjectId, PolicyId, Review,
    RoleDefinitionId, ScheduleRequest,
};

/// Who held what at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingsQuery {
    /// When.
    pub at: Instant,
    /// Who, if it is about one.
    pub principal: Option<ObjectId>,
    /// Which role, if it is about one.
    pub role: Option<RoleDefinitionId>,
    /// Where, if it is about one scope.
    pub scope: Option<DirectoryScope>,
    /// Active or eligible; both unless it is said.
    pub kind: Option<GrantKind>,
}

/// A grant as somebody held it at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldThen {
    /// The grant, as it stands now.
    pub grant: Grant,
    /// Who held it: the grant's principal, or somebody who was in the group that it is for.
    pub principal_id: ObjectId,
    /// Which of the two.
    pub member_type: MemberType,
}

/// A stretch of time: from its first instant on, up to but not including its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: Instant,
    /// The first that no longer belongs to it.
    pub until: Instant,
}

impl Span {
    /// How much of the time between `start` and `end` lies in it.
    pub fn overlap(self, start: Instant, end: Instant) -> IsoDuration {
        let (start, end) = (start.max(self.from), end.min(self.until));
        if start < end {
            end.since(start)
        } else {
            IsoDuration::ZERO
        }
    }
}

vocabulary!(
    /// What can happen. Of what happened at the same instant, the later in this order came later.
    EventKind {
        /// Somebody joined a group or unit, or became its owner.
        MemberAdded => "memberAdded",
        /// Somebody left one.
        MemberRemoved => "memberRemoved",
        /// The settings of a role were changed.
        SettingsChanged => "settingsChanged",
        /// A request was accepted.
        Request => "request",
        /// An approver decided on one.
        Decision => "decision",
        /// A grant ended, or was withdrawn before its start.
        GrantEnded => "grantEnded",
        /// A grant came into force.
        GrantStarted => "grantStarted",
    }
);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What.
    pub body: EventBody,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventBody {
    /// A grant came into force.
    GrantStarted(Box<Grant>),
    /// A grant ended.
    GrantEnded(Box<Grant>),
    /// A request was accepted; it is shown with what became of it.
    Request(Box<ScheduleRequest>),
    /// An approver decided on a request.
    Decision(Box<Review>, Box<ScheduleRequest>),
    /// Somebody joined.
    MemberAdded(Membership),
    /// Somebody left.
    MemberRemoved(Membership),
    /// The settings of a role were changed.
    SettingsChanged(Box<SettingsVersion>),
}

impl EventBody {
    /// Which kind it is.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::GrantStarted(_) => EventKind::GrantStarted,
            Self::GrantEnded(_) => EventKind::GrantEnded,
            Self::Request(_) => EventKind::Request,
            Self::Decision(..) => EventKind::Decision,
            Self::MemberAdded(_) => EventKind::MemberAdded,
            Self::MemberRemoved(_) => EventKind::MemberRemoved,
            Self::SettingsChanged(_) => EventKind::SettingsChanged,
        }
    }
}

/// Who belonged to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// To what.
    pub container: ObjectId,
    /// Who.
    pub member: ObjectId,
    /// How.
    pub relation: Relation,
}

/// A version of a role's settings, and the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsVersion {
    /// Of which policy.
    pub policy: PolicyId,
    /// Of which role.
    pub role: RoleDefinitionId,
    /// Its number.
    pub version: u64,
    /// Who made it.
    pub by: Option<Editor>,
    /// What it replaced.
    pub before: RoleSettings,
    /// What it says.
    pub after: RoleSettings,
}

/// Somebody or something that the past speaks of, whether it still exists or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub display_name: String,
    /// What it is: `user`, `group`, …, `role`.
    pub kind: String,
    /// For users.
    pub user_principal_name: Option<String>,
    /// When it was deleted.
    pub deleted_at: Option<Instant>,
}

vocabulary!(
    /// By what figures are told apart.
    Grouping {
        /// By the day, in UTC.
        Day => "day",
        /// By the role.
        Role => "role",
        /// By whom it is about.
        Principal => "principal",
    }
);

/// An activation, as far as figures need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Whose.
    pub principal: ObjectId,
    /// Of which role.
    pub role: RoleDefinitionId,
    /// Its first instant in force.
    pub start: Instant,
    /// The first one no longer in force; none while nobody can say.
    pub end: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_what_lies_in_it() {
        let at = Instant::from_seconds;
        let span = Span {
            from: at(10),
            until: at(20),
        };
        for (start, end, seconds) in [
            (0, 5, 0),
            (0, 10, 0),
            (5, 12, 2),
            (12, 15, 3),
            (0, 99, 10),
            (20, 30, 0),
            (15, 12, 0),
        ] {
            let overlap = span.overlap(at(start), at(end));
            assert_eq!(overlap, IsoDuration::from_seconds(seconds), "{start} {end}");
        }
    }
}
