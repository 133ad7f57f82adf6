//! The rules of a policy as fields of a struct, so that a policy that lacks one cannot exist.

use super::approval::ApprovalRule;
use super::rule_id::{RecipientType, RuleCaller, RuleId, RuleLevel};
use crate::vocabulary::vocabulary;
use crate::{Instant, IsoDuration, MailAddress, ObjectId, PolicyId, RoleDefinitionId, role};

vocabulary!(
    /// Which notifications go out; Graph's `notificationLevel`.
    NotificationLevel {
        /// None at all.
        None => "None",
        /// Only those that ask for action.
        Critical => "Critical",
        /// All.
        All => "All",
    }
);

/// How long a grant may last.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationRule {
    /// Whether a grant must end.
    pub is_expiration_required: bool,
    /// The longest window, binding while expiration is required.
    pub maximum_duration: Option<IsoDuration>,
}

/// What a request must carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnablementRule {
    /// A second factor in the caller's token.
    pub multi_factor_authentication: bool,
    /// A reason.
    pub justification: bool,
    /// A ticket number.
    pub ticketing: bool,
}

/// Whether activating needs an authentication context in the token's `acrs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationContextRule {
    /// Whether it does.
    pub is_enabled: bool,
    /// `c1` to `c99`; empty or none while disabled.
    pub claim_value: Option<String>,
}

/// Which mail goes to one kind of recipient.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRule {
    /// Which.
    pub notification_level: NotificationLevel,
    /// Whether the default recipients get it.
    pub is_default_recipients_enabled: bool,
    /// Further addresses.
    pub notification_recipients: Vec<MailAddress>,
}

/// The three notification rules of one part of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRules {
    /// To administrators.
    pub admin: NotificationRule,
    /// To the principal.
    pub requestor: NotificationRule,
    /// To those who decide.
    pub approver: NotificationRule,
}

/// What binds administrators on one side.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminSettings {
    /// How long.
    pub expiration: ExpirationRule,
    /// With what.
    pub enablement: EnablementRule,
    /// Who hears of it.
    pub notifications: NotificationRules,
}

/// What binds a principal that activates.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationSettings {
    /// How long.
    pub expiration: ExpirationRule,
    /// With what.
    pub enablement: EnablementRule,
    /// By whose leave.
    pub approval: ApprovalRule,
    /// In which authentication context.
    pub authentication_context: AuthenticationContextRule,
    /// Who hears of it.
    pub notifications: NotificationRules,
}

/// All 17 rules of a role.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSettings {
    /// Administrators, eligible side.
    pub eligibility: AdminSettings,
    /// Administrators, active side.
    pub assignment: AdminSettings,
    /// The principal, active side.
    pub activation: ActivationSettings,
}

/// One rule, taken out of the settings or to be put into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyRule {
    /// How long.
    Expiration(ExpirationRule),
    /// With what.
    Enablement(EnablementRule),
    /// By whose leave.
    Approval(ApprovalRule),
    /// In which authentication context.
    AuthenticationContext(AuthenticationContextRule),
    /// Who hears of it.
    Notification(NotificationRule),
}

/// Who changed a policy last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    /// The user or service principal.
    pub id: ObjectId,
    /// Its display name at the time.
    pub display_name: Option<String>,
}

/// A role's policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Stable for the life of the role.
    pub id: PolicyId,
    /// Whose settings.
    pub role_definition_id: RoleDefinitionId,
    /// The rules.
    pub settings: RoleSettings,
    /// Counts its changes, from 1 on.
    pub version: u64,
    /// None until first edited.
    pub last_modified_at: Option<Instant>,
    /// None until first edited.
    pub last_modified_by: Option<Editor>,
}

impl Default for NotificationRule {
    fn default() -> Self {
        Self {
            notification_level: NotificationLevel::All,
            is_default_recipients_enabled: true,
            notification_recipients: Vec::new(),
        }
    }
}

impl RoleSettings {
    /// An untouched role's settings; the second factor depends on the role.
    pub fn default_for(role: RoleDefinitionId) -> Self {
        let reason = EnablementRule {
            justification: true,
            ..EnablementRule::default()
        };
        let optional = |days| ExpirationRule {
            is_expiration_required: false,
            maximum_duration: Some(IsoDuration::from_days(days)),
        };
        Self {
            eligibility: AdminSettings {
                expiration: optional(365),
                enablement: EnablementRule::default(),
                notifications: NotificationRules::default(),
            },
            assignment: AdminSettings {
                expiration: optional(180),
                enablement: reason,
                notifications: NotificationRules::default(),
            },
            activation: ActivationSettings {
                expiration: ExpirationRule {
                    is_expiration_required: true,
                    maximum_duration: Some(IsoDuration::from_hours(8)),
                },
                enablement: EnablementRule {
                    multi_factor_authentication: role::built_in_role(role)
                        .is_some_and(|role| role.requires_mfa_by_default),
                    ..reason
                },
                approval: ApprovalRule::default(),
                authentication_context: AuthenticationContextRule::default(),
                notifications: NotificationRules::default(),
            },
        }
    }

    /// One rule.
    pub fn rule(&self, id: RuleId) -> PolicyRule {
        use RuleId as R;
        match id {
            R::ExpirationAdminEligibility => PolicyRule::Expiration(self.eligibility.expiration.clone()),
            R::ExpirationAdminAssignment => PolicyRule::Expiration(self.assignment.expiration.clone()),
            R::ExpirationEndUserAssignment => PolicyRule::Expiration(self.activation.expiration.clone()),
            R::EnablementAdminEligibility => PolicyRule::Enablement(self.eligibility.enablement),
            R::EnablementAdminAssignment => PolicyRule::Enablement(self.assignment.enablement),
            R::EnablementEndUserAssignment => PolicyRule::Enablement(self.activation.enablement),
            R::ApprovalEndUserAssignment => PolicyRule::Approval(self.activation.approval.clone()),
            R::AuthenticationContextEndUserAssignment => {
                PolicyRule::AuthenticationContext(self.activation.authentication_context.clone())
            }
            R::NotificationAdminAdminEligibility
            | R::NotificationRequestorAdminEligibility
            | R::NotificationApproverAdminEligibility
            | R::NotificationAdminAdminAssignment
            | R::NotificationRequestorAdminAssignment
            | R::NotificationApproverAdminAssignment
            | R::NotificationAdminEndUserAssignment
            | R::NotificationRequestorEndUserAssignment
            | R::NotificationApproverEndUserAssignment => {
                PolicyRule::Notification(self.notification(id).cloned().unwrap_or_default())
            }
        }
    }

    /// Puts a rule in its place. A rule of another kind than the id's changes nothing and says so
    /// with `false`.
    #[must_use]
    pub fn set_rule(&mut self, id: RuleId, rule: PolicyRule) -> bool {
        use RuleId as R;
        match (id, rule) {
            (R::ExpirationAdminEligibility, PolicyRule::Expiration(rule)) => {
                self.eligibility.expiration = rule
            }
            (R::ExpirationAdminAssignment, PolicyRule::Expiration(rule)) => self.assignment.expiration = rule,
            (R::ExpirationEndUserAssignment, PolicyRule::Expiration(rule)) => {
                self.activation.expiration = rule
            }
            (R::EnablementAdminEligibility, PolicyRule::Enablement(rule)) => {
                self.eligibility.enablement = rule
            }
            (R::EnablementAdminAssignment, PolicyRule::Enablement(rule)) => self.assignment.enablement = rule,
            (R::EnablementEndUserAssignment, PolicyRule::Enablement(rule)) => {
                self.activation.enablement = rule
            }
            (R::ApprovalEndUserAssignment, PolicyRule::Approval(rule)) => self.activation.approval = rule,
            (R::AuthenticationContextEndUserAssignment, PolicyRule::AuthenticationContext(rule)) => {
                self.activation.authentication_context = rule;
            }
            (id, PolicyRule::Notification(rule)) => match self.notification_mut(id) {
                Some(place) => *place = rule,
                None => return false,
            },
            _ => return false,
        }
        true
    }

    fn notification(&self, id: RuleId) -> Option<&NotificationRule> {
        let rules = match (id.caller(), id.level()) {
            (RuleCaller::EndUser, _) => &self.activation.notifications,
            (RuleCaller::Admin, RuleLevel::Assignment) => &self.assignment.notifications,
            (RuleCaller::Admin, RuleLevel::Eligibility) => &self.eligibility.notifications,
        };
        id.recipient().map(|recipient| match recipient {
            RecipientType::Admin => &rules.admin,
            RecipientType::Requestor => &rules.requestor,
            RecipientType::Approver => &rules.approver,
        })
    }

    fn notification_mut(&mut self, id: RuleId) -> Option<&mut NotificationRule> {
        let rules = match (id.caller(), id.level()) {
            (RuleCaller::EndUser, _) => &mut self.activation.notifications,
            (RuleCaller::Admin, RuleLevel::Assignment) => &mut self.assignment.notifications,
            (RuleCaller::Admin, RuleLevel::Eligibility) => &mut self.eligibility.notifications,
        };
        id.recipient().map(|recipient| match recipient {
            RecipientType::Admin => &mut rules.admin,
            RecipientType::Requestor => &mut rules.requestor,
            RecipientType::Approver => &mut rules.approver,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER};

    #[test]
    fn every_rule_can_be_taken_out_and_put_back() {
        assert_eq!(RuleId::ALL.len(), 17);
        let mut settings = RoleSettings::default_for(GLOBAL_ADMINISTRATOR);
        let before = settings.clone();
        for id in RuleId::ALL {
            let rule = settings.rule(*id);
            assert!(settings.set_rule(*id, rule), "{id}");
        }
        assert_eq!(settings, before);
    }

    #[test]
    fn each_notification_rule_is_a_place_of_its_own() {
        let address = |id: RuleId| format!("{id}@corp.example").parse::<MailAddress>().unwrap();
        let mut settings = RoleSettings::default_for(REPORTS_READER);
        let ids: Vec<RuleId> = RuleId::ALL
            .iter()
            .copied()
            .filter(|id| id.recipient().is_some())
            .collect();
        assert_eq!(ids.len(), 9);
        for id in &ids {
            let rule = NotificationRule {
                notification_recipients: vec![address(*id)],
                ..Default::default()
            };
            assert!(settings.set_rule(*id, PolicyRule::Notification(rule)));
        }
        for id in &ids {
            let PolicyRule::Notification(rule) = settings.rule(*id) else {
                panic!("{id}")
            };
            assert_eq!(rule.notification_recipients, [address(*id)]);
        }
    }

    #[test]
    fn a_rule_of_another_kind_is_refused() {
        let mut settings = RoleSettings::default_for(REPORTS_READER);
        let rule = PolicyRule::Enablement(EnablementRule::default());
        assert!(!settings.set_rule(RuleId::ExpirationAdminEligibility, rule));
        assert!(!settings.set_rule(
            RuleId::ApprovalEndUserAssignment,
            PolicyRule::Notification(NotificationRule::default())
        ));
    }

    #[test]
    fn privileged_roles_ask_for_a_second_factor_by_default() {
        let needs = |role| {
            RoleSettings::default_for(role)
                .activation
                .enablement
                .multi_factor_authentication
        };
        assert!(needs(GLOBAL_ADMINISTRATOR));
        assert!(!needs(REPORTS_READER));
    }
}
