//! Role settings: one policy per role with 17 fixed rules (policies dossier, section 3).

mod approval;
mod authentication_context;
pub mod key;
mod rule_id;
mod settings;

pub use approval::{ApprovalRule, ApprovalStage, Approver};
pub use authentication_context::{
    AuthenticationContext, AuthenticationContextId, InvalidAuthenticationContextId,
};
pub use rule_id::{RecipientType, RuleCaller, RuleId, RuleKind, RuleLevel};
pub use settings::{
    ActivationSettings, AdminSettings, AuthenticationContextRule, Editor, EnablementRule, ExpirationRule,
    NotificationLevel, NotificationRule, NotificationRules, Policy, PolicyRule, RoleSettings,
};
