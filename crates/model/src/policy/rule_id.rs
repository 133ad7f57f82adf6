//! The 17 fixed rule ids of a directory-role policy, and what each says about itself (policies
//! dossier, section 3).

use crate::vocabulary::vocabulary;

vocabulary!(
    /// The fixed rule ids, in the order in which Graph lists them.
    RuleId {
        /// How long eligibility may last.
        ExpirationAdminEligibility => "Expiration_Admin_Eligibility",
        /// What administrators must give when they handle eligibility.
        EnablementAdminEligibility => "Enablement_Admin_Eligibility",
        /// Mail to administrators about eligibility.
        NotificationAdminAdminEligibility => "Notification_Admin_Admin_Eligibility",
        /// Mail to the assignee about eligibility.
        NotificationRequestorAdminEligibility => "Notification_Requestor_Admin_Eligibility",
        /// Mail to deciders about eligibility.
        NotificationApproverAdminEligibility => "Notification_Approver_Admin_Eligibility",
        /// How long an active assignment may last.
        ExpirationAdminAssignment => "Expiration_Admin_Assignment",
        /// What administrators must give when they handle active assignments.
        EnablementAdminAssignment => "Enablement_Admin_Assignment",
        /// Mail to administrators about active assignments.
        NotificationAdminAdminAssignment => "Notification_Admin_Admin_Assignment",
        /// Mail to the assignee about active assignments.
        NotificationRequestorAdminAssignment => "Notification_Requestor_Admin_Assignment",
        /// Mail to deciders about active assignments.
        NotificationApproverAdminAssignment => "Notification_Approver_Admin_Assignment",
        /// How long an activation may last.
        ExpirationEndUserAssignment => "Expiration_EndUser_Assignment",
        /// What activating needs.
        EnablementEndUserAssignment => "Enablement_EndUser_Assignment",
        /// Whether activating needs approval, and whose.
        ApprovalEndUserAssignment => "Approval_EndUser_Assignment",
        /// Whether activating needs an authentication context.
        AuthenticationContextEndUserAssignment => "AuthenticationContext_EndUser_Assignment",
        /// Mail to administrators about activations.
        NotificationAdminEndUserAssignment => "Notification_Admin_EndUser_Assignment",
        /// Mail to the activating principal.
        NotificationRequestorEndUserAssignment => "Notification_Requestor_EndUser_Assignment",
        /// Mail to approvers of activations.
        NotificationApproverEndUserAssignment => "Notification_Approver_EndUser_Assignment",
    }
);

/// Whom a rule's target names as `caller`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleCaller {
    /// Administrators.
    Admin,
    /// The principal itself.
    EndUser,
}

/// Which side a rule's target names as `level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// Eligible.
    Eligibility,
    /// Active.
    Assignment,
}

/// What a rule is about; each has a Graph type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// How long.
    Expiration,
    /// With what.
    Enablement,
    /// By whose leave.
    Approval,
    /// In which authentication context.
    AuthenticationContext,
    /// Who hears of it.
    Notification,
}

impl RuleId {
    /// What the rule is about.
    pub const fn kind(self) -> RuleKind {
        use RuleId as R;
        match self {
            R::ExpirationAdminEligibility | R::ExpirationAdminAssignment | R::ExpirationEndUserAssignment => {
                RuleKind::Expiration
            }
            R::EnablementAdminEligibility | R::EnablementAdminAssignment | R::EnablementEndUserAssignment => {
                RuleKind::Enablement
            }
            R::ApprovalEndUserAssignment => RuleKind::Approval,
            R::AuthenticationContextEndUserAssignment => RuleKind::AuthenticationContext,
            R::NotificationAdminAdminEligibility
            | R::NotificationRequestorAdminEligibility
            | R::NotificationApproverAdminEligibility
            | R::NotificationAdminAdminAssignment
            | R::NotificationRequestorAdminAssignment
            | R::NotificationApproverAdminAssignment
            | R::NotificationAdminEndUserAssignment
            | R::NotificationRequestorEndUserAssignment
            | R::NotificationApproverEndUserAssignment => RuleKind::Notification,
        }
    }

    /// Whom the rule binds.
    pub fn caller(self) -> RuleCaller {
        if self.as_str().contains("_EndUser_") {
            RuleCaller::EndUser
        } else {
            RuleCaller::Admin
        }
    }

    /// Which side the rule binds.
    pub fn level(self) -> RuleLevel {
        if self.as_str().ends_with("_Eligibility") {
            RuleLevel::Eligibility
        } else {
            RuleLevel::Assignment
        }
    }

    /// For a notification rule, who gets the mail.
    pub fn recipient(self) -> Option<RecipientType> {
        let rest = self.as_str().strip_prefix("Notification_")?;
        RecipientType::parse(rest.split('_').next()?)
    }
}

vocabulary!(
    /// Who gets a notification; Graph's `recipientType`.
    RecipientType {
        /// The principal.
        Requestor => "Requestor",
        /// Those who decide.
        Approver => "Approver",
        /// Administrators.
        Admin => "Admin",
    }
);
