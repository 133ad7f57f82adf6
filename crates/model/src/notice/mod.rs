//! What people are told of: one notice for each event, written in the transaction of the event. Mail is
//! made of it afterwards (policies dossier, section 10; portal specification, section 10).

pub(crate) mod mail_address;
mod message;

use serde::{Deserialize, Serialize};

pub use message::{Delivery, DeliveryStatus, Message};

use crate::vocabulary::vocabulary;
use crate::{
    DirectoryScope, GrantId, GrantKind, Instant, IsoDuration, MailAddress, ObjectId, RequestId,
    RoleDefinitionId, RuleId, TicketInfo, Verdict,
};

vocabulary!(
    /// What happened; the outbox's `event`.
    NoticeEvent {
        /// An activation waits for approval.
        ApprovalRequested => "approvalRequested",
        /// A share of the time in which an activation can be approved has passed.
        ApprovalReminder => "approvalReminder",
        /// An activation was approved or denied.
        ApprovalDecided => "approvalDecided",
        /// Nobody decided an activation in time.
        ApprovalExpired => "approvalExpired",
        /// A request was withdrawn while it waited.
        RequestCanceled => "requestCanceled",
        /// An activation is in force.
        Activated => "activated",
        /// An activation is about to end.
        ActivationEnding => "activationEnding",
        /// An administrator gave a role, or made somebody eligible.
        Assigned => "assigned",
        /// An administrator gave a grant another window.
        Updated => "updated",
        /// An administrator ended a grant.
        Removed => "removed",
        /// A grant that an administrator gave is about to end.
        Ending => "ending",
        /// Such a grant has ended.
        Ended => "ended",
        /// A principal asks for a later end, or for what has ended.
        ExtensionRequested => "extensionRequested",
        /// An administrator gave, or refused, what was asked for so.
        ExtensionDecided => "extensionDecided",
        /// A role's settings were changed.
        SettingsChanged => "settingsChanged",
        /// Roles were given outside PIM.
        AssignedOutsidePim => "assignedOutsidePim",
        /// What happened in a week.
        WeeklyDigest => "weeklyDigest",
    }
);

vocabulary!(
    /// To whom a message speaks, and who gets it by default.
    Audience {
        /// Whoever holds Global, Privileged Role or Security Administrator.
        Administrators => "administrators",
        /// The same, but for whoever brought the event about.
        OtherAdministrators => "otherAdministrators",
        /// Those administrators who decide on extensions and renewals.
        DecidingAdministrators => "decidingAdministrators",
        /// Those who may decide the request.
        Approvers => "approvers",
        /// The same, but for whoever brought the event about.
        OtherApprovers => "otherApprovers",
        /// Whom the grant or request is for; the members of a group.
        Principal => "principal",
    }
);

/// An event that people are told of, with all that a text about it needs, as it was at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What happened.
    pub event: NoticeEvent,
    /// When.
    pub at: Instant,
    /// To what.
    pub about: Matter,
    /// The messages that are to be made of it.
    pub addressed: Vec<Addressed>,
}

/// One message that a notice is to become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addressed {
    /// To whom it speaks.
    pub audience: Audience,
    /// The notification rule that sends it; none where no rule governs the event.
    pub rule_id: Option<RuleId>,
    /// Whether the audience gets it.
    pub is_default_recipients_enabled: bool,
    /// Who else gets it.
    pub notification_recipients: Vec<MailAddress>,
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Matter {
    /// Somebody's role.
    Role(Box<RoleMatter>),
    /// A role's settings.
    Settings(SettingsMatter),
    /// A week.
    Week(WeekMatter),
    /// What a scan for alerts found.
    Alert(AlertMatter),
}

/// Somebody or something by the name it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub display_name: String,
}

/// A role by the name it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedRole {
    /// Its id.
    pub id: RoleDefinitionId,
    /// Its name.
    pub display_name: String,
}

/// A grant, or a request for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleMatter {
    /// On which side.
    pub kind: GrantKind,
    /// Whether it is, or is to become, an activation.
    pub is_activation: bool,
    /// The request to which the event belongs; all mail about it is one thread.
    pub request_id: Option<RequestId>,
    /// For whom.
    pub principal: Named,
    /// Which role.
    pub role: NamedRole,
    /// Where.
    pub scope: DirectoryScope,
    /// The name of the administrative unit or object that is the scope.
    pub scope_name: Option<String>,
    /// From when; none means at once.
    pub start: Option<Instant>,
    /// Until when; none for what is permanent, and while only the duration is known.
    pub end: Option<Instant>,
    /// For how long, as it was asked.
    pub duration: Option<IsoDuration>,
    /// Why, in the words of whoever asked.
    pub justification: Option<String>,
    /// The ticket.
    pub ticket: TicketInfo,
    /// Who brought the event about; none if time did.
    pub by: Option<Named>,
    /// What was decided, where the event is a decision.
    pub verdict: Option<Verdict>,
    /// Why, in the words of whoever decided.
    pub review_justification: Option<String>,
    /// Why what was approved cannot be given any more; Graph's error code.
    pub failure: Option<String>,
    /// Until when a request can be decided.
    pub decide_by: Option<Instant>,
}

/// A change of a role's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsMatter {
    /// Whose settings.
    pub role: NamedRole,
    /// Who changed them.
    pub by: Named,
    /// What changed.
    pub changes: Vec<SettingDifference>,
}

/// One rule before and after, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingDifference {
    /// Which rule.
    pub rule_id: RuleId,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// A week in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WeekMatter {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Activations that began.
    pub activations: u64,
    /// Permanent active assignments that were made.
    pub made_permanent: u64,
    /// Assignments and eligibilities that were made through PIM.
    pub made_in_pim: u64,
    /// Active assignments that were made outside PIM.
    pub made_outside_pim: u64,
    /// Global Administrators who hold the role for good.
    pub standing_global_administrators: u64,
    /// Assignments and eligibilities that end within the next two weeks.
    pub ending_soon: u64,
    /// The roles with the most permanent and eligible holders, the most first.
    pub top_roles: Vec<RoleCount>,
}

/// Roles that were given outside PIM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertMatter {
    /// The first of them.
    pub findings: Vec<Finding>,
    /// How many there are besides.
    pub more: u64,
}

/// A role that somebody was given, by the names that both had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Who.
    pub principal: String,
    /// Which role.
    pub role: String,
}

/// How many hold a role, in some sense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleCount {
    /// Which role.
    pub role: NamedRole,
    /// For good.
    pub permanent: u64,
    /// By leave to activate.
    pub eligible: u64,
}

/// What somebody is to be reminded of, when its time comes and it still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reminder {
    /// A request that waits for approval.
    Request(RequestId),
    /// A grant that ends.
    Grant(GrantId),
}
