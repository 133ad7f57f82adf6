//! Schedule requests: the immutable orders that change grants (schedules dossier, sections 3 and 5).

use crate::vocabulary::vocabulary;
use crate::{
    DirectoryScope, GrantId, GrantKind, Instant, IsoDuration, ObjectId, RequestId, RoleDefinitionId,
};

vocabulary!(
    /// What a request asks for; Graph's `unifiedRoleScheduleRequestActions`.
    Action {
        /// An administrator makes a grant.
        AdminAssign => "adminAssign",
        /// An administrator gives a grant a new window.
        AdminUpdate => "adminUpdate",
        /// An administrator ends a grant.
        AdminRemove => "adminRemove",
        /// An eligible principal turns the role on.
        SelfActivate => "selfActivate",
        /// A principal turns an activation off.
        SelfDeactivate => "selfDeactivate",
        /// An administrator moves a grant's end before it is reached.
        AdminExtend => "adminExtend",
        /// An administrator makes an expired grant anew.
        AdminRenew => "adminRenew",
        /// A principal asks to move the end.
        SelfExtend => "selfExtend",
        /// A principal asks for an expired grant anew.
        SelfRenew => "selfRenew",
    }
);

impl Action {
    /// Whether only the principal may order it.
    pub const fn is_self(self) -> bool {
        matches!(
            self,
            Self::SelfActivate | Self::SelfDeactivate | Self::SelfExtend | Self::SelfRenew
        )
    }
}

vocabulary!(
    /// The life of a request; Graph's `status` (schedules dossier, section 5.4).
    RequestStatus {
        /// Done: the grant is in force, or the change was made.
        Provisioned => "Provisioned",
        /// Accepted; its start lies ahead.
        Granted => "Granted",
        /// Waits for an approver.
        PendingApproval => "PendingApproval",
        /// An extension or renewal waits for an administrator.
        PendingAdminDecision => "PendingAdminDecision",
        /// Refused by an approver or administrator, or nobody decided in time.
        Denied => "Denied",
        /// Cancelled.
        Canceled => "Canceled",
        /// A removal or deactivation that was done.
        Revoked => "Revoked",
        /// Accepted but impossible when its time came.
        Failed => "Failed",
    }
);

impl RequestStatus {
    /// INVARIANT I6: a terminal status never changes again.
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Provisioned | Self::Denied | Self::Canceled | Self::Revoked | Self::Failed => true,
            Self::Granted | Self::PendingApproval | Self::PendingAdminDecision => false,
        }
    }
}

/// How a requested window ends; Graph's `expirationPattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiration {
    /// Said as such, or left out.
    NotSpecified,
    /// Never.
    NoExpiration,
    /// At an instant.
    AfterDateTime(Instant),
    /// A while after the start.
    AfterDuration(IsoDuration),
}

impl Expiration {
    /// The wire's spelling of the type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::NotSpecified => "notSpecified",
            Self::NoExpiration => "noExpiration",
            Self::AfterDateTime(_) => "afterDateTime",
            Self::AfterDuration(_) => "afterDuration",
        }
    }
}

/// The window that a request asks for; Graph's `requestSchedule`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScheduleInfo {
    /// None means now, or, while approval is pending, not yet known.
    pub start: Option<Instant>,
    /// The end.
    pub expiration: Expiration,
}

/// The ticket that justifies a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketInfo {
    /// Its number.
    pub number: Option<String>,
    /// The system that has it.
    pub system: Option<String>,
}

/// An order as it was accepted, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRequest {
    /// Also the id of the grant that it made, if it made one.
    pub id: RequestId,
    /// On which side.
    pub kind: GrantKind,
    /// What.
    pub action: Action,
    /// The action as the client spelt it, which beta echoes.
    pub action_text: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// For whom.
    pub principal_id: ObjectId,
    /// Which role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// Why, in the caller's words.
    pub justification: Option<String>,
    /// The ticket.
    pub ticket: TicketInfo,
    /// The window; none for removals.
    pub schedule: Option<ScheduleInfo>,
    /// When the POST was accepted.
    pub created_at: Instant,
    /// When it reached its outcome; none for removals and while it waits.
    pub completed_at: Option<Instant>,
    /// The caller: a user, or an application's service principal.
    pub created_by: ObjectId,
    /// Whether nothing was stored.
    pub is_validation_only: bool,
    /// The grant it made, or will make once approved.
    pub target_schedule_id: Option<GrantId>,
    /// For an activation, the eligibility it uses.
    pub activated_using: Option<GrantId>,
    /// Whether somebody has to approve it; the approval has the request's id.
    pub needs_approval: bool,
    /// While it waits for approval: when nobody can decide it any more.
    pub lapses_at: Option<Instant>,
}

impl ScheduleRequest {
    /// The status as it reads at `now`: what was accepted for later has come into force when its
    /// start is reached, and what nobody decided in time is denied (DESIGN, idea 1).
    pub fn status_at(&self, now: Instant) -> RequestStatus {
        match self.status {
            RequestStatus::Granted if self.start().is_some_and(|start| start <= now) => {
                RequestStatus::Provisioned
            }
            RequestStatus::PendingApproval if self.lapses_at.is_some_and(|lapse| lapse <= now) => {
                RequestStatus::Denied
            }
            status => status,
        }
    }

    /// The start of the requested window, once known.
    pub fn start(&self) -> Option<Instant> {
        self.schedule.and_then(|schedule| schedule.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vocabularies_are_read_in_any_case_and_closed() {
        assert_eq!(Action::parse("SelfActivate"), Some(Action::SelfActivate));
        assert_eq!(Action::parse("AdminAdd"), None);
        assert_eq!(Action::parse("unknownFutureValue"), None);
        assert_eq!(
            RequestStatus::parse("provisioned"),
            Some(RequestStatus::Provisioned)
        );
    }
}
