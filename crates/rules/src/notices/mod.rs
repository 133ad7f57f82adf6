//! Who is told of an event: the nine notification rules of a role's settings switch the mail (policies
//! dossier, section 10; portal specification, section 10).

pub mod reminders;

use model::notice::Addressed;
use model::policy::{NotificationLevel, RecipientType, RoleSettings};
use model::role::{GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR, SECURITY_ADMINISTRATOR};
use model::{Audience, GrantKind, NoticeEvent, PolicyRule, RoleDefinitionId, RuleId};

/// People that one event writes to at the most (policies dossier, 10.2).
pub const RECIPIENTS_MAX: usize = 1_000;

/// The part of the settings whose three notification rules govern an event.
#[derive(Clone, Copy)]
enum Part {
    /// What principals do themselves.
    Activation,
    /// What administrators do, on the side that the event is about.
    Administration,
}

/// Whether `Critical` lets a message through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Urgency {
    /// It asks somebody to act, or is what somebody waits for.
    Critical,
    /// It is good to know.
    Ordinary,
}

/// One message of an event: to whom it speaks, which of the three rules governs it, and how urgent it is.
type Message = (Audience, RecipientType, Urgency);

/// The table of the dossier's section 10.1, with the additions of the portal's. None where no rule
/// governs the event.
const fn messages(event: NoticeEvent) -> Option<(Part, &'static [Message])> {
    use Audience as To;
    use NoticeEvent as E;
    use RecipientType as R;
    use Urgency::{Critical, Ordinary};
    Some(match event {
        E::ApprovalRequested => (Part::Activation, &[(To::Approvers, R::Approver, Critical)]),
        E::ApprovalReminder => (Part::Activation, &[(To::Approvers, R::Approver, Ordinary)]),
        E::ApprovalDecided => (
            Part::Activation,
            &[
                (To::OtherApprovers, R::Approver, Ordinary),
                (To::Principal, R::Requestor, Critical),
            ],
        ),
        E::ApprovalExpired | E::RequestCanceled => (
            Part::Activation,
            &[
                (To::Principal, R::Requestor, Ordinary),
                (To::Approvers, R::Approver, Ordinary),
            ],
        ),
        E::Activated => (
            Part::Activation,
            &[
                (To::Administrators, R::Admin, Ordinary),
                (To::Principal, R::Requestor, Ordinary),
            ],
        ),
        E::ActivationEnding => (Part::Activation, &[(To::Principal, R::Requestor, Ordinary)]),
        E::Assigned | E::Removed | E::Ending | E::Ended => (
            Part::Administration,
            &[
                (To::Administrators, R::Admin, Ordinary),
                (To::Principal, R::Requestor, Ordinary),
            ],
        ),
        E::Updated | E::ExtensionDecided => (
            Part::Administration,
            &[
                (To::OtherAdministrators, R::Admin, Ordinary),
                (To::Principal, R::Requestor, Ordinary),
            ],
        ),
        E::ExtensionRequested => (
            Part::Administration,
            &[(To::DecidingAdministrators, R::Approver, Critical)],
        ),
        E::SettingsChanged | E::AssignedOutsidePim | E::WeeklyDigest => return None,
    })
}

/// The messages that `settings` let an event on that side become. A rule that names nobody and leaves
/// the default recipients out lets none through.
pub fn addressed(event: NoticeEvent, kind: GrantKind, settings: &RoleSettings) -> Vec<Addressed> {
    let Some((part, messages)) = messages(event) else {
        return vec![Addressed {
            audience: Audience::Administrators,
            rule_id: None,
            is_default_recipients_enabled: true,
            notification_recipients: Vec::new(),
        }];
    };
    let switched = |(audience, recipient, urgency): &Message| {
        let rule_id = rule_of(part, kind, *recipient);
        let PolicyRule::Notification(rule) = settings.rule(rule_id) else {
            return None;
        };
        let passes = match rule.notification_level {
            NotificationLevel::None => false,
            NotificationLevel::Critical => *urgency == Urgency::Critical,
            NotificationLevel::All => true,
        };
        let is_for_somebody = rule.is_default_recipients_enabled || !rule.notification_recipients.is_empty();
        (passes && is_for_somebody).then_some(Addressed {
            audience: *audience,
            rule_id: Some(rule_id),
            is_default_recipients_enabled: rule.is_default_recipients_enabled,
            notification_recipients: rule.notification_recipients,
        })
    };
    messages.iter().filter_map(switched).collect()
}

const fn rule_of(part: Part, kind: GrantKind, recipient: RecipientType) -> RuleId {
    use RecipientType as R;
    use RuleId as Id;
    match (part, kind, recipient) {
        (Part::Activation, _, R::Admin) => Id::NotificationAdminEndUserAssignment,
        (Part::Activation, _, R::Requestor) => Id::NotificationRequestorEndUserAssignment,
        (Part::Activation, _, R::Approver) => Id::NotificationApproverEndUserAssignment,
        (Part::Administration, GrantKind::Assignment, R::Admin) => Id::NotificationAdminAdminAssignment,
        (Part::Administration, GrantKind::Assignment, R::Requestor) => {
            Id::NotificationRequestorAdminAssignment
        }
        (Part::Administration, GrantKind::Assignment, R::Approver) => Id::NotificationApproverAdminAssignment,
        (Part::Administration, GrantKind::Eligibility, R::Admin) => Id::NotificationAdminAdminEligibility,
        (Part::Administration, GrantKind::Eligibility, R::Requestor) => {
            Id::NotificationRequestorAdminEligibility
        }
        (Part::Administration, GrantKind::Eligibility, R::Approver) => {
            Id::NotificationApproverAdminEligibility
        }
    }
}

/// The roles whose holders an audience is, if it is one of administrators (policies dossier, 10.2).
pub const fn roles_of(audience: Audience) -> Option<&'static [RoleDefinitionId]> {
    match audience {
        Audience::Administrators | Audience::OtherAdministrators => Some(&[
            GLOBAL_ADMINISTRATOR,
            PRIVILEGED_ROLE_ADMINISTRATOR,
            SECURITY_ADMINISTRATOR,
        ]),
        Audience::DecidingAdministrators => Some(&[GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR]),
        Audience::Approvers | Audience::OtherApprovers | Audience::Principal => None,
    }
}
