//! PATCH of a policy's rules (policies dossier, section 5): all or none, in one transaction, with
//! an audit row that says what changed.

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage, Approver, Editor, PolicyRule, RoleSettings};
use model::{ObjectBody, ObjectId, Policy, PolicyId, RuleId};
use rules::Approvers;
use rules::administrators::{ReachableApprovers, can_be_approved, newly_asked};
use rules::authority::Capability;

use crate::audit::{SettingChange, record_refused_settings, record_settings_change};
use crate::context::Context;
use crate::directory::people::persons;
use crate::error::{Error, Missing};
use crate::notices::tell_of_settings_change;

/// The wire's code for settings by which nobody could approve.
const UNAPPROVABLE: &str = "InvalidPolicy";

/// Puts edited settings in place of the current ones. `edit` validates and merges; what it refuses
/// changes nothing. Running grants keep the terms under which they were decided.
pub fn change_settings<E>(
    cx: &Context<'_>,
    id: PolicyId,
    edit: impl FnOnce(&Policy) -> Result<RoleSettings, E>,
) -> Result<Result<Policy, E>, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageRoles)?;
    let policy = cx.session.policy(id)?.ok_or(Missing::Policy)?;
    let mut settings = match edit(&policy) {
        Ok(settings) => settings,
        Err(refused) => return Ok(Err(refused)),
    };
    name_approvers(cx, &mut settings)?;
    if let Err(error) = keep_approvable(cx, &policy.settings, &settings) {
        if let Error::Unapprovable(_) = &error {
            record_refused_settings(cx, &policy, UNAPPROVABLE)?;
        }
        return Err(error);
    }
    let changes = differences(&policy.settings, &settings);
    let changed = Policy {
        settings,
        version: policy.version.saturating_add(1),
        // JavaScript sends it back cut to this, and would be told that it has not seen the last version.
        last_modified_at: Some(cx.now.to_millisecond()),
        last_modified_by: Some(Editor {
            id: cx.caller.id,
            display_name: cx.caller.display_name.clone(),
        }),
        ..policy
    };
    cx.session.supersede_policy(&changed, cx.now)?;
    record_settings_change(cx, &changed, &changes)?;
    tell_of_settings_change(cx, &changed, &changes)?;
    Ok(Ok(changed))
}

/// Puts the display name of each approver beside its id, as Graph shows it. One that does not exist,
/// or is of another kind, is refused.
fn name_approvers(cx: &Context<'_>, settings: &mut RoleSettings) -> Result<(), Error> {
    let stages = settings.activation.approval.stages_mut();
    let named = stages.flat_map(|stage| {
        stage
            .primary_approvers
            .iter_mut()
            .chain(&mut stage.escalation_approvers)
    });
    for approver in named {
        let (Approver::User { id, description } | Approver::Group { id, description }) = &*approver;
        if description.is_some() {
            continue;
        }
        let object = cx.session.object(*id)?.ok_or(Error::UnknownApprover(*id))?;
        let (id, description) = (*id, Some(object.display_name));
        *approver = match (&*approver, &object.body) {
            (Approver::User { .. }, ObjectBody::User(_)) => Approver::User { id, description },
            (Approver::Group { .. }, ObjectBody::Group(_)) => Approver::Group { id, description },
            _ => return Err(Error::UnknownApprover(id)),
        };
    }
    Ok(())
}

/// INVARIANT I11: what needs approval can be approved by as many persons as it takes.
fn keep_approvable(cx: &Context<'_>, before: &RoleSettings, after: &RoleSettings) -> Result<(), Error> {
    for stage in newly_asked(&before.activation.approval, &after.activation.approval) {
        let named: Vec<ObjectId> = Approvers::ever(stage).named().map(Approver::id).collect();
        let lasting = cx
            .session
            .lasting_holders(Capability::ManageRoles.roles(), cx.now)?;
        let reachable = ReachableApprovers {
            named: persons(cx, &named)?,
            lasting_administrators: persons(cx, &lasting)?,
        };
        can_be_approved(stage, reachable)?;
    }
    Ok(())
}

/// What differs, rule by rule, in words.
pub(crate) fn differences(before: &RoleSettings, after: &RoleSettings) -> Vec<SettingChange> {
    RuleId::ALL
        .iter()
        .filter_map(|id| {
            let (old, new) = (before.rule(*id), after.rule(*id));
            (old != new).then(|| SettingChange {
                rule: id.as_str(),
                sentence: sentence(*id, &new),
                before: describe(&old),
                after: describe(&new),
            })
        })
        .collect()
}

/// One sentence about a rule's new value.
fn sentence(id: RuleId, rule: &PolicyRule) -> String {
    let what = match id {
        RuleId::ExpirationEndUserAssignment => "Maximum activation duration",
        RuleId::ExpirationAdminAssignment => "Maximum active assignment duration",
        RuleId::ExpirationAdminEligibility => "Maximum eligible assignment duration",
        RuleId::EnablementEndUserAssignment => "Requirements on activation",
        RuleId::EnablementAdminAssignment => "Requirements on active assignment",
        RuleId::EnablementAdminEligibility => "Requirements on eligible assignment",
        RuleId::ApprovalEndUserAssignment => "Approval on activation",
        RuleId::AuthenticationContextEndUserAssignment => "Authentication context on activation",
        other => other.as_str(),
    };
    format!("{what} updated to {}.", describe(rule))
}

fn describe(rule: &PolicyRule) -> String {
    match rule {
        PolicyRule::Expiration(rule) => {
            let longest = rule
                .maximum_duration
                .map_or_else(|| "no limit".to_owned(), |span| span.to_clock_text());
            if rule.is_expiration_required {
                longest
            } else {
                format!("{longest}, permanent allowed")
            }
        }
        PolicyRule::Enablement(rule) => {
            let names = [
                (rule.multi_factor_authentication, "MultiFactorAuthentication"),
                (rule.justification, "Justification"),
                (rule.ticketing, "Ticketing"),
            ];
            let required: Vec<&str> = names
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| *name)
                .collect();
            if required.is_empty() {
                "none".to_owned()
            } else {
                required.join(", ")
            }
        }
        PolicyRule::Approval(rule) => describe_approval(rule),
        PolicyRule::AuthenticationContext(rule) => match (&rule.claim_value, rule.is_enabled) {
            (Some(claim), true) => claim.clone(),
            _ => "off".to_owned(),
        },
        PolicyRule::Notification(rule) => format!(
            "{}, default recipients {}, further {}",
            rule.notification_level,
            if rule.is_default_recipients_enabled {
                "on"
            } else {
                "off"
            },
            listed(rule.notification_recipients.iter().map(ToString::to_string))
        ),
    }
}

/// Texts one after the other, or that there are none.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() {
        "none".to_owned()
    } else {
        texts.join(", ")
    }
}

/// The approval rule; what is as Graph has it by default is not said.
fn describe_approval(rule: &ApprovalRule) -> String {
    let by_default = ApprovalRule::default();
    let mut words = vec![if rule.is_approval_required {
        "required".to_owned()
    } else {
        "not required".to_owned()
    }];
    if rule.is_approval_required_for_extension != by_default.is_approval_required_for_extension {
        words.push("for extensions too".to_owned());
    }
    if rule.is_requestor_justification_required != by_default.is_requestor_justification_required {
        words.push("without a reason of the requestor".to_owned());
    }
    if rule.approval_mode != by_default.approval_mode {
        words.push(rule.approval_mode.clone());
    }
    let stages = rule.stages().map(|(_, stage)| describe_stage(stage));
    words.push(stages.collect::<Vec<_>>().join("; then "));
    words.join(", ")
}

/// One stage; what every stage of Graph's has is not said.
fn describe_stage(stage: &ApprovalStage) -> String {
    let named = |approvers: &[Approver]| {
        listed(approvers.iter().map(|approver| match approver {
            Approver::User { id, description } | Approver::Group { id, description } => {
                description.clone().unwrap_or_else(|| id.to_string())
            }
        }))
    };
    let mut words = vec![format!("approvers named: {}", named(&stage.primary_approvers))];
    if !stage.is_approver_justification_required {
        words.push("who need no reason".to_owned());
    }
    if stage.quorum > NonZeroU32::MIN {
        words.push(format!("{} must approve", stage.quorum));
    }
    if stage.time_out_in_days > 1 {
        words.push(format!("{} days", stage.time_out_in_days));
    }
    if let Some((after, approvers)) = stage.escalation() {
        words.push(format!("after {after} also {}", named(approvers)));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::IsoDuration;
    use model::role::REPORTS_READER;

    #[test]
    fn only_what_changed_is_told() {
        let before = RoleSettings::default_for(REPORTS_READER);
        let mut after = before.clone();
        after.activation.expiration.maximum_duration = Some(IsoDuration::from_hours(2));
        let changes = differences(&before, &after);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].rule, "Expiration_EndUser_Assignment");
        assert_eq!(
            changes[0].sentence,
            "Maximum activation duration updated to 02:00:00."
        );
        assert!(differences(&before, &before).is_empty());
    }

    /// Whatever changes shows in what is told of it.
    #[test]
    fn before_and_after_are_told_apart() {
        let before = RoleSettings::default_for(REPORTS_READER);
        let approver = |name: &str| Approver::User {
            id: ObjectId::new(uuid::Uuid::from_u128(7)),
            description: Some(name.to_owned()),
        };
        let changes: [fn(&mut ApprovalRule); 5] = [
            |rule| rule.is_approval_required = true,
            |rule| rule.is_approval_required_for_extension = true,
            |rule| rule.is_requestor_justification_required = false,
            |rule| rule.approval_mode = "Serial".to_owned(),
            |rule| rule.first_stage.is_approver_justification_required = false,
        ];
        let mut all: Vec<RoleSettings> = changes
            .iter()
            .map(|change| {
                let mut after = before.clone();
                change(&mut after.activation.approval);
                after
            })
            .collect();
        for name in ["Bob", "Bea"] {
            let mut after = before.clone();
            after.activation.approval.first_stage.primary_approvers = vec![approver(name)];
            all.push(after);
        }
        let told: std::collections::BTreeSet<String> = all
            .iter()
            .flat_map(|after| differences(&before, after))
            .inspect(|change| assert_ne!(change.before, change.after))
            .map(|change| change.after)
            .collect();
        assert_eq!(told.len(), all.len(), "{told:?}");
    }
}
