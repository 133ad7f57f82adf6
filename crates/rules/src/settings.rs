//! What a role's settings demand of an order (policies dossier 6 and 7).

use model::policy::{EnablementRule, ExpirationRule, RoleSettings};
use model::{Action, CallerKind, GrantKind, IsoDuration, RuleId};

use crate::case::Case;
use crate::window::Asked;
use crate::{FailedRule, Order, Refusal, RuleFailure};

/// How long an activation may last where the settings name no maximum: the most that they could
/// (policies dossier 5.2).
pub(crate) const LONGEST_ACTIVATION: IsoDuration = IsoDuration::from_hours(24);

/// The rules that bind one order.
struct Binding {
    expiration: Option<(RuleId, ExpirationRule)>,
    enablement: (RuleId, EnablementRule),
    /// A rule that asks for a second factor in the place of what it cannot ask for.
    fallback: Option<RuleId>,
    authentication_context: Option<String>,
}

/// Holds the order against the rules that its action, not its caller, chooses.
///
/// # Errors
/// [`Refusal::PolicyFailed`] with every rule that is broken; only then
/// [`Refusal::AuthenticationContextRequired`].
pub(crate) fn check(case: &Case<'_>, asked: Asked) -> Result<(), Refusal> {
    let Some(binding) = binding(case) else {
        return Ok(());
    };
    let mut failures = Vec::new();
    if let Some((id, rule)) = &binding.expiration {
        failures.extend(expiration(*id, rule, asked.length));
    }
    failures.extend(enablement(binding.enablement, case.order));
    failures.extend(binding.fallback.and_then(|id| second_factor(id, case.order)));
    if !failures.is_empty() {
        return Err(Refusal::PolicyFailed(failures));
    }
    match binding.authentication_context {
        Some(context) if !case.order.by.authentication_contexts.contains(&context) => {
            Err(Refusal::AuthenticationContextRequired(context))
        }
        Some(_) | None => Ok(()),
    }
}

/// The table of policies dossier 6.1. None for what ends a grant.
fn binding(case: &Case<'_>) -> Option<Binding> {
    let settings = &case.facts.settings;
    let (side, expiration_id, enablement_id) = match case.order.kind {
        GrantKind::Assignment => (
            &settings.assignment,
            RuleId::ExpirationAdminAssignment,
            RuleId::EnablementAdminAssignment,
        ),
        GrantKind::Eligibility => (
            &settings.eligibility,
            RuleId::ExpirationAdminEligibility,
            RuleId::EnablementAdminEligibility,
        ),
    };
    match case.order.action {
        Action::AdminAssign | Action::AdminUpdate | Action::AdminExtend | Action::AdminRenew => {
            Some(Binding {
                expiration: Some((expiration_id, side.expiration.clone())),
                enablement: (enablement_id, side.enablement),
                fallback: None,
                authentication_context: None,
            })
        }
        // An administrator decides on these, under the rules for administrators; the reason is what
        // there is to decide on.
        Action::SelfExtend | Action::SelfRenew => Some(Binding {
            expiration: None,
            enablement: (
                enablement_id,
                EnablementRule {
                    justification: true,
                    ..EnablementRule::default()
                },
            ),
            fallback: None,
            authentication_context: None,
        }),
        Action::SelfActivate => {
            let rules = &settings.activation;
            let context = &rules.authentication_context;
            Some(Binding {
                expiration: Some(activation_length(settings)),
                // An authentication context stands in for the second factor (policies dossier 7).
                enablement: (
                    RuleId::EnablementEndUserAssignment,
                    EnablementRule {
                        multi_factor_authentication: rules.enablement.multi_factor_authentication
                            && !context.is_enabled,
                        ..rules.enablement
                    },
                ),
                // Of what no sign-in could satisfy, a second factor is asked instead.
                fallback: (context.is_enabled && !case.facts.authentication_context_exists)
                    .then_some(RuleId::AuthenticationContextEndUserAssignment),
                authentication_context: (context.is_enabled && case.facts.authentication_context_exists)
                    .then(|| context.claim_value.clone().unwrap_or_default()),
            })
        }
        Action::AdminRemove | Action::SelfDeactivate => None,
    }
}

/// How long an activation may last. It ends whatever the rule says (policies dossier 5.2).
fn activation_length(settings: &RoleSettings) -> (RuleId, ExpirationRule) {
    let longest = settings.activation.expiration.maximum_duration;
    (
        RuleId::ExpirationEndUserAssignment,
        ExpirationRule {
            is_expiration_required: true,
            maximum_duration: longest.or(Some(LONGEST_ACTIVATION)),
        },
    )
}

/// Holds an activation against the longest that the settings allow, and nothing else of them.
///
/// # Errors
/// [`Refusal::PolicyFailed`] if it is longer.
pub(crate) fn check_activation_length(settings: &RoleSettings, asked: Asked) -> Result<(), Refusal> {
    let (id, rule) = activation_length(settings);
    match expiration(id, &rule, asked.length) {
        Some(failure) => Err(Refusal::PolicyFailed(vec![failure])),
        None => Ok(()),
    }
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn expiration(rule_id: RuleId, rule: &ExpirationRule, asked: Option<IsoDuration>) -> Option<RuleFailure> {
    if !rule.is_expiration_required {
        return None;
    }
    let limit = rule.maximum_duration;
    let failed = match (asked, limit) {
        (None, _) => FailedRule::ExpirationPermanent,
        (Some(asked), Some(limit)) if asked > limit => FailedRule::ExpirationTooLong,
        (Some(_), _) => return None,
    };
    Some(RuleFailure {
        rule: failed,
        rule_id,
        limit,
        asked,
    })
}

fn second_factor(rule_id: RuleId, order: &Order) -> Option<RuleFailure> {
    // An application has no second factor to show, whatever its token says.
    let has_mfa = order.by.mfa && order.by.kind == CallerKind::Delegated;
    (!has_mfa).then_some(RuleFailure {
        rule: FailedRule::MultiFactorAuthentication,
        rule_id,
        limit: None,
        asked: None,
    })
}

fn enablement((rule_id, rule): (RuleId, EnablementRule), order: &Order) -> impl Iterator<Item = RuleFailure> {
    let text = [
        (
            FailedRule::Justification,
            rule.justification && is_blank(order.justification.as_deref()),
        ),
        (
            FailedRule::Ticketing,
            rule.ticketing && is_blank(order.ticket.number.as_deref()),
        ),
    ];
    let text = text
        .into_iter()
        .filter(|(_, is_broken)| *is_broken)
        .map(move |(rule, _)| RuleFailure {
            rule,
            rule_id,
            limit: None,
            asked: None,
        });
    let factor = rule
        .multi_factor_authentication
        .then(|| second_factor(rule_id, order));
    text.chain(factor.flatten())
}
