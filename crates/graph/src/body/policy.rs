//! Changes of role settings: one rule, or several at once, merged into what is there and checked
//! (policies dossier, 5).

mod approval;

use model::policy::key::parse_policy_id;
use model::policy::{
    AuthenticationContextId, AuthenticationContextRule, EnablementRule, ExpirationRule, NotificationLevel,
    NotificationRule, RoleSettings, RuleCaller,
};
use model::{Instant, IsoDuration, MailAddress, Policy, PolicyRule, RuleId};
use serde_json::Value;

pub use self::approval::Approvals;
use super::members::Members;
use crate::GraphError;
use crate::sets::rule_type;

/// The longest activation (policies dossier, 5.2).
const LONGEST_ACTIVATION: IsoDuration = IsoDuration::from_hours(24);
/// Addresses that one notification rule names at the most.
const NOTIFICATION_RECIPIENTS_MAX: usize = 100;

/// Merges a change of one rule into the settings.
///
/// # Errors
/// `InvalidPolicyRule` if the body is about another rule, or a value of it cannot be; `InvalidPolicy`
/// if the rule as merged cannot be; `MfaAndAcrsConflict`.
pub fn apply_rule_patch(
    settings: &RoleSettings,
    rule: RuleId,
    body: &Value,
    approvals: Approvals,
) -> Result<RoleSettings, GraphError> {
    let mut settings = settings.clone();
    merge(&mut settings, rule, Members::of(body)?, approvals)?;
    check_conflict(&settings, &[rule])?;
    Ok(settings)
}

/// Merges a change of a policy, with any number of its rules, into the settings: all or none.
///
/// # Errors
/// As [`apply_rule_patch`]; also if the body is about another policy, or a rule does not say which;
/// `PreconditionFailed` if the policy was changed since the body's `lastModifiedDateTime`.
pub fn apply_policy_patch(
    policy: &Policy,
    body: &Value,
    approvals: Approvals,
) -> Result<RoleSettings, GraphError> {
    let body = Members::of(body)?;
    if let Some(id) = body.text("id")?
        && parse_policy_id(id).is_none_or(|key| key.policy != policy.id)
    {
        return Err(GraphError::invalid_policy(
            "The id in the body is not that of the path.",
            Some("id"),
        ));
    }
    // Whoever sends back what they have read says which version that was.
    if let Some(seen) = body.text("lastModifiedDateTime")?
        && !Instant::parse(seen).is_ok_and(|seen| Some(seen) == policy.last_modified_at)
    {
        return Err(GraphError::precondition_failed());
    }
    let mut settings = policy.settings.clone();
    let mut changed = Vec::new();
    for rule in body.list("rules")?.unwrap_or_default() {
        let members = Members::of(rule)?;
        let id = members.text("id")?.unwrap_or_default();
        let id = RuleId::parse(id).ok_or_else(|| GraphError::unknown_policy_rule(id))?;
        merge(&mut settings, id, members, approvals)?;
        changed.push(id);
    }
    check_conflict(&settings, &changed)?;
    Ok(settings)
}

/// Asking for a second factor while a context is asked for is refused; the other way round Graph
/// accepts (policies dossier, 5.2).
fn check_conflict(settings: &RoleSettings, changed: &[RuleId]) -> Result<(), GraphError> {
    let activation = &settings.activation;
    if changed.contains(&RuleId::EnablementEndUserAssignment)
        && activation.enablement.multi_factor_authentication
        && activation.authentication_context.is_enabled
    {
        return Err(GraphError::mfa_and_acrs_conflict());
    }
    Ok(())
}

fn merge(
    settings: &mut RoleSettings,
    id: RuleId,
    body: Members<'_>,
    approvals: Approvals,
) -> Result<(), GraphError> {
    check_identity(id, body)?;
    let rule = match settings.rule(id) {
        PolicyRule::Expiration(rule) => PolicyRule::Expiration(expiration(id, rule, body)?),
        PolicyRule::Enablement(rule) => PolicyRule::Enablement(enablement(id, rule, body)?),
        PolicyRule::Approval(rule) => PolicyRule::Approval(approval::merge(id, rule, body, approvals)?),
        PolicyRule::AuthenticationContext(rule) => {
            PolicyRule::AuthenticationContext(authentication_context(id, rule, body)?)
        }
        PolicyRule::Notification(rule) => PolicyRule::Notification(notification(id, rule, body)?),
    };
    if settings.set_rule(id, rule) {
        Ok(())
    } else {
        Err(GraphError::unknown_policy_rule(id.as_str()))
    }
}

/// The body may leave its id and type out, but not contradict the rule's. The target is not looked
/// at: it follows from the id.
fn check_identity(id: RuleId, body: Members<'_>) -> Result<(), GraphError> {
    if let Some(sent) = body.text("id")?
        && !sent.eq_ignore_ascii_case(id.as_str())
    {
        return Err(GraphError::invalid_policy_rule(
            "The id in the body is not that of the path.",
            Some("id"),
        ));
    }
    if let Some(sent) = body.text("@odata.type")? {
        let name = sent.strip_prefix('#').unwrap_or(sent);
        if !name.eq_ignore_ascii_case(rule_type(id).name) {
            return Err(GraphError::invalid_policy_rule(
                format!("The rule {id} is of type {}.", rule_type(id).name),
                Some("@odata.type"),
            ));
        }
    }
    Ok(())
}

fn invalid_policy(id: RuleId, why: impl Into<String>) -> GraphError {
    GraphError::invalid_policy(why, Some(id.as_str()))
}

fn expiration(id: RuleId, mut rule: ExpirationRule, body: Members<'_>) -> Result<ExpirationRule, GraphError> {
    if let Some(required) = body.flag("isExpirationRequired")? {
        rule.is_expiration_required = required;
    }
    // Null and empty are how clients leave the duration out, but they say that there is none.
    match body.text("maximumDuration")?.filter(|text| !text.is_empty()) {
        Some(text) => rule.maximum_duration = Some(maximum(id, text)?),
        None if body.sent("maximumDuration").is_some() && rule.is_expiration_required => {
            rule.maximum_duration = None;
        }
        None => {}
    }
    if rule.is_expiration_required && rule.maximum_duration.is_none() {
        return Err(invalid_policy(
            id,
            "maximumDuration is required while isExpirationRequired is true.",
        ));
    }
    Ok(rule)
}

fn maximum(id: RuleId, text: &str) -> Result<IsoDuration, GraphError> {
    let invalid =
        |why: &str| GraphError::invalid_policy_rule(format!("maximumDuration {why}."), Some(id.as_str()));
    let duration: IsoDuration = text
        .parse()
        .map_err(|_| invalid("must be made of days, hours, minutes and seconds"))?;
    if duration <= IsoDuration::ZERO {
        return Err(invalid("must be longer than zero"));
    }
    if id.caller() == RuleCaller::EndUser && duration > LONGEST_ACTIVATION {
        return Err(invalid("of an activation is at most 24 hours"));
    }
    Ok(duration)
}

fn enablement(id: RuleId, rule: EnablementRule, body: Members<'_>) -> Result<EnablementRule, GraphError> {
    let Some(value) = body.sent("enabledRules") else {
        return Ok(rule);
    };
    let mut rule = EnablementRule::default();
    if value.is_null() {
        return Ok(rule);
    }
    for name in body.texts("enabledRules")?.unwrap_or_default() {
        match name.as_str() {
            "MultiFactorAuthentication" => rule.multi_factor_authentication = true,
            "Justification" => rule.justification = true,
            "Ticketing" => rule.ticketing = true,
            _ => return Err(invalid_policy(id, format!("There is no enablement '{name}'."))),
        }
    }
    Ok(rule)
}

fn authentication_context(
    id: RuleId,
    mut rule: AuthenticationContextRule,
    body: Members<'_>,
) -> Result<AuthenticationContextRule, GraphError> {
    if let Some(enabled) = body.flag("isEnabled")? {
        rule.is_enabled = enabled;
    }
    if body.sent("claimValue").is_some() {
        rule.claim_value = body.text("claimValue")?.map(str::to_owned);
    }
    let claim = rule.claim_value.as_deref();
    if rule.is_enabled && claim.is_none_or(|claim| claim.parse::<AuthenticationContextId>().is_err()) {
        return Err(invalid_policy(id, "claimValue must be one of c1 to c99."));
    }
    Ok(rule)
}

fn notification(
    id: RuleId,
    mut rule: NotificationRule,
    body: Members<'_>,
) -> Result<NotificationRule, GraphError> {
    if let Some(sent) = body.text("notificationType")?
        && !sent.eq_ignore_ascii_case("Email")
    {
        return Err(invalid_policy(id, "notificationType can only be 'Email'."));
    }
    if let Some(sent) = body.text("recipientType")?
        && !id
            .recipient()
            .is_some_and(|recipient| recipient.as_str().eq_ignore_ascii_case(sent))
    {
        return Err(invalid_policy(id, "recipientType is not that of the rule."));
    }
    if let Some(sent) = body.text("notificationLevel")? {
        rule.notification_level = NotificationLevel::parse(sent)
            .ok_or_else(|| invalid_policy(id, format!("There is no notification level '{sent}'.")))?;
    }
    if let Some(enabled) = body.flag("isDefaultRecipientsEnabled")? {
        rule.is_default_recipients_enabled = enabled;
    }
    if body.sent("notificationRecipients").is_some() {
        rule.notification_recipients.clear();
        for recipient in body.list("notificationRecipients")?.unwrap_or_default() {
            // Clients produce `[null]` and `[""]` for none.
            let Some(address) = recipient.as_str().map(str::trim).filter(|text| !text.is_empty()) else {
                if recipient.is_null() || recipient.is_string() {
                    continue;
                }
                return Err(invalid_policy(id, "notificationRecipients must be addresses."));
            };
            let address: MailAddress = address.parse().map_err(|_| {
                invalid_policy(
                    id,
                    format!("'{address}' in notificationRecipients is not a mail address."),
                )
            })?;
            if !rule.notification_recipients.contains(&address) {
                rule.notification_recipients.push(address);
            }
        }
        if rule.notification_recipients.len() > NOTIFICATION_RECIPIENTS_MAX {
            return Err(invalid_policy(
                id,
                format!("notificationRecipients holds at most {NOTIFICATION_RECIPIENTS_MAX} addresses."),
            ));
        }
    }
    Ok(rule)
}

#[cfg(test)]
mod tests;
