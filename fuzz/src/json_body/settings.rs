//! Changes of role settings, one rule or several.

use graph::body::{Approvals, apply_policy_patch, apply_rule_patch};
use graph::shape::{MetadataLevel, Shaper, Shaping, WrittenRoles};
use graph::{PolicyScope, Version, sets};
use model::policy::{AuthenticationContextId, ExpirationRule, RoleSettings, RuleKind};
use model::record::Item;
use model::role::REPORTS_READER;
use model::{IsoDuration, Policy, PolicyId, PolicyRule, Record, RuleId, TenantId};
use odata::bound::Select;
use serde_json::Value;

use super::read;

/// The most that an activation may last, and the most addresses that one rule names.
const LONGEST_ACTIVATION: IsoDuration = IsoDuration::from_hours(24);
const RECIPIENTS_MAX: usize = 100;
/// What settings may ask of approvals; only the rule about them is read differently.
const BOTH: [Approvals; 2] = [Approvals::Graph, Approvals::Extended];

/// A change of a rule changes that rule alone, to one that can be; made twice, or sent back as it is then
/// shown in either version, it changes nothing more. A change of a policy makes settings that can be.
pub fn keep_their_promises(body: &Value) {
    let before = RoleSettings::default_for(REPORTS_READER);
    for rule in RuleId::ALL.iter().copied() {
        let is_about_approval = rule.kind() == RuleKind::Approval;
        for approvals in BOTH.into_iter().take(1 + usize::from(is_about_approval)) {
            if let Some(after) = read(apply_rule_patch(&before, rule, body, approvals)) {
                is_changed_alone(rule, &before, &after);
                are_possible(&after);
                assert_eq!(
                    apply_rule_patch(&after, rule, body, approvals).as_ref(),
                    Ok(&after),
                    "{rule}"
                );
                // What is shown says everything: nothing of what was there before comes through.
                is_sent_back(rule, &after, &after, approvals);
                is_sent_back(rule, &after, &before, approvals);
            }
        }
    }
    for approvals in BOTH {
        if let Some(after) = read(apply_policy_patch(&policy(before.clone()), body, approvals)) {
            are_possible(&after);
        }
    }
}

fn is_changed_alone(rule: RuleId, before: &RoleSettings, after: &RoleSettings) {
    for other in RuleId::ALL.iter().copied().filter(|other| *other != rule) {
        assert_eq!(after.rule(other), before.rule(other), "{rule} changed {other}");
    }
}

/// The rule as shown, sent as a change of other settings, is shown the same again.
fn is_sent_back(rule: RuleId, settings: &RoleSettings, other: &RoleSettings, approvals: Approvals) {
    for version in Version::ALL {
        let body = shown(settings, rule, version);
        let again = apply_rule_patch(other, rule, &body, approvals);
        assert_eq!(again.map(|again| shown(&again, rule, version)), Ok(body));
    }
}

fn are_possible(settings: &RoleSettings) {
    let stored = serde_json::to_string(settings).expect("settings are stored as JSON");
    assert_eq!(
        serde_json::from_str::<RoleSettings>(&stored).ok().as_ref(),
        Some(settings)
    );
    let activation = &settings.activation;
    for rule in [
        &settings.eligibility.expiration,
        &settings.assignment.expiration,
        &activation.expiration,
    ] {
        let ExpirationRule {
            is_expiration_required,
            maximum_duration,
        } = rule;
        assert!(maximum_duration.map_or(!is_expiration_required, |longest| longest > IsoDuration::ZERO));
    }
    assert!(
        activation
            .expiration
            .maximum_duration
            .is_none_or(|longest| longest <= LONGEST_ACTIVATION)
    );
    let context = &activation.authentication_context;
    let claim = context.claim_value.as_deref().unwrap_or_default();
    assert!(!context.is_enabled || claim.parse::<AuthenticationContextId>().is_ok());
    for rule in RuleId::ALL {
        if let PolicyRule::Notification(rule) = settings.rule(*rule) {
            let recipients = rule.notification_recipients;
            assert!(recipients.len() <= RECIPIENTS_MAX);
            let mut rest = recipients.iter();
            while let Some(address) = rest.next() {
                assert!(rest.clone().all(|other| other != address));
            }
        }
    }
}

/// The rule as a GET shows it.
fn shown(settings: &RoleSettings, rule: RuleId, version: Version) -> Value {
    let shaping = Shaping {
        base: "https://host/version",
        version,
        metadata: MetadataLevel::Full,
        tenant: TenantId::new(REPORTS_READER.uuid()),
        policy_scope: PolicyScope::DirectoryRole,
        written_roles: &WrittenRoles::default(),
    };
    let record = Record::PolicyRule(Box::new(policy(settings.clone())), rule);
    let item = Item::from(record);
    let shaper = Shaper::new(shaping, &sets::POLICY_RULE, &Select::Default, &[]);
    serde_json::to_value(shaper.item(&item)).expect("JSON")
}

const fn policy(settings: RoleSettings) -> Policy {
    Policy {
        id: PolicyId::new(REPORTS_READER.uuid()),
        role_definition_id: REPORTS_READER,
        settings,
        version: 1,
        last_modified_at: None,
        last_modified_by: None,
    }
}
