//! The row of a change to role settings (audit dossier, B8.2).

use model::audit::{AuditDetail, AuditEvent, AuditResult, ModifiedProperty};
use model::{Policy, RoleDefinition};

use super::event::{self, By};
use crate::context::Context;
use crate::error::Error;

/// A changed policy; `changes` are sentences that say what changed, before and after are kept as
/// modified properties.
pub fn record_settings_change(
    cx: &Context<'_>,
    policy: &Policy,
    changes: &[SettingChange],
) -> Result<(), Error> {
    let Some(role) = cx.session.role(policy.role_definition_id)? else {
        return Ok(());
    };
    let sentences: Vec<&str> = changes.iter().map(|change| change.sentence.as_str()).collect();
    let modified = changes
        .iter()
        .map(|change| ModifiedProperty {
            display_name: change.rule.to_owned(),
            old_value: Some(event::json_text(&change.before)),
            new_value: Some(event::json_text(&change.after)),
        })
        .collect();
    let reason = format!("Setting changes in this session: {}", sentences.join(" "));
    record(cx, &role, modified, AuditResult::Success, reason)
}

/// A change of a role's settings that was refused, with the wire's code as reason.
pub fn record_refused_settings(cx: &Context<'_>, policy: &Policy, code: &str) -> Result<(), Error> {
    let Some(role) = cx.session.role(policy.role_definition_id)? else {
        return Ok(());
    };
    record(cx, &role, Vec::new(), AuditResult::Failure, code.to_owned())
}

fn record(
    cx: &Context<'_>,
    role: &RoleDefinition,
    modified: Vec<ModifiedProperty>,
    result: AuditResult,
    result_reason: String,
) -> Result<(), Error> {
    let row = AuditEvent {
        result,
        result_reason,
        targets: vec![event::role_target(role, modified), event::tenant_target(cx)],
        details: vec![AuditDetail {
            key: "AuditType".to_owned(),
            value: "UpdatePolicy".to_owned(),
        }],
        ..event::pim_event(cx, "Update role setting in PIM", "Update", By::Caller)?
    };
    Ok(cx.session.append_audit([row])?)
}

/// One setting that a policy change touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// The rule's id.
    pub rule: &'static str,
    /// What changed, in words.
    pub sentence: String,
    /// The rule before.
    pub before: String,
    /// The rule after.
    pub after: String,
}
