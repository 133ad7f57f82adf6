//! Loads what each alert is found in, and finds it.

use model::alert::{AlertName, AlertSettings, Incident, Thresholds};
use model::role::GLOBAL_ADMINISTRATOR;
use rules::alerts::INCIDENTS_MAX;
use rules::alerts::graph::{global_admins, license, no_mfa, outside_pim, redundant, sequential, stale};

use super::names::{Names, incident_role, named};
use super::{license as licensed, own};
use crate::context::Context;
use crate::error::Error;

/// Activations that are looked at for sequences at the most.
const ACTIVATIONS_MAX: usize = 100_000;

/// The incidents of an alert as things are now, at most [`INCIDENTS_MAX`].
pub fn find(cx: &Context<'_>, name: AlertName, settings: &AlertSettings) -> Result<Vec<Incident>, Error> {
    let mut found = match (name, settings.thresholds) {
        (AlertName::InvalidLicense, _) => license::incidents(&licensed::license(cx)?, cx.tenant.id),
        (AlertName::NoMfaOnRoleActivation, _) => without_mfa(cx)?,
        (AlertName::RedundantAssignment, Thresholds::Idle { duration }) => unused(cx, duration)?,
        (AlertName::RolesAssignedOutsidePim, _) => {
            let grants = cx.session.grants_outside_pim(cx.now, INCIDENTS_MAX)?;
            outside_pim::incidents(named(cx, grants)?, cx.now)
        }
        (
            AlertName::SequentialActivationRenewals,
            Thresholds::Sequence {
                time_interval_between_activations: interval,
                sequential_activation_counter_threshold: threshold,
            },
        ) => {
            let since = cx.now.saturating_sub(sequential::LOOKED_AT);
            let at_least = u32::try_from(threshold).unwrap_or_default();
            let grants = cx
                .session
                .repeated_activations(cx.now, since, at_least, ACTIVATIONS_MAX)?;
            sequential::incidents(named(cx, grants)?, interval, threshold, cx.now)
        }
        (AlertName::StaleSignIn, Thresholds::Idle { duration }) => absent(cx, duration)?,
        (
            AlertName::TooManyGlobalAdmins,
            Thresholds::Share {
                global_admin_count_threshold: count,
                percentage_of_global_admins_out_of_roles_threshold: percentage,
            },
        ) => administrators(cx, count, percentage)?,
        (AlertName::TooFewApprovers, _) => own::approvers(cx)?,
        (AlertName::MailFailing, _) => own::mail(cx)?,
        (AlertName::BreakGlassAccountUsed, _) => own::break_glass(cx)?,
        (AlertName::StandingPrivilegedAccess, _) => own::standing(cx)?,
        (AlertName::RevocationFailed, _) => own::revocation(cx)?,
        // Settings of another alert's kind are not stored.
        (
            AlertName::RedundantAssignment
            | AlertName::SequentialActivationRenewals
            | AlertName::StaleSignIn
            | AlertName::TooManyGlobalAdmins,
            _,
        ) => Vec::new(),
    };
    found.truncate(INCIDENTS_MAX);
    Ok(found)
}

fn without_mfa(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let in_use = cx.session.roles_in_use(cx.now)?;
    let mut facts = Vec::new();
    for policy in cx.session.policies()? {
        let Some(role) = cx.session.shared_role(policy.role_definition_id)? else {
            continue;
        };
        let activation = &policy.settings.activation;
        facts.push(no_mfa::ActivationFact {
            role: incident_role(&role),
            is_privileged: role.is_privileged,
            is_in_use: in_use.contains(&role.id),
            takes_mfa: activation.enablement.multi_factor_authentication,
            takes_authentication_context: activation.authentication_context.is_enabled,
        });
    }
    Ok(no_mfa::incidents(facts))
}

fn unused(cx: &Context<'_>, duration: model::IsoDuration) -> Result<Vec<Incident>, Error> {
    let since = cx.now.saturating_sub(duration);
    let grants = cx.session.unused_eligibilities(cx.now, since, INCIDENTS_MAX)?;
    let mut facts = Vec::with_capacity(grants.len());
    for eligibility in named(cx, grants)? {
        let grant = &eligibility.grant;
        let used = Some((grant.role_definition_id, grant.scope));
        facts.push(redundant::UseFact {
            last_activation: cx.session.last_activation(grant.principal_id, used)?,
            eligibility,
        });
    }
    Ok(redundant::incidents(facts, duration, cx.now))
}

fn absent(cx: &Context<'_>, duration: model::IsoDuration) -> Result<Vec<Incident>, Error> {
    let since = cx.now.saturating_sub(duration);
    let rows = cx.session.grants_of_absent_users(cx.now, since, INCIDENTS_MAX)?;
    let names = Names::of(cx, rows.iter().map(|row| &row.grant))?;
    let facts = rows.into_iter().filter_map(|row| {
        Some(stale::PresenceFact {
            held: names.name(row.grant)?,
            last_sign_in: row.last_sign_in,
        })
    });
    Ok(stale::incidents(facts.collect(), duration, cx.now))
}

fn administrators(cx: &Context<'_>, count: i32, percentage: i32) -> Result<Vec<Incident>, Error> {
    let grants = cx
        .session
        .assignments_at_tenant(GLOBAL_ADMINISTRATOR, cx.now, INCIDENTS_MAX)?;
    let administrators: Vec<_> = named(cx, grants)?
        .into_iter()
        .map(|grant| grant.assignee)
        .collect();
    let at_most = global_admins::assignments_that_matter(administrators.len(), percentage);
    let assignments = cx.session.count_assignments(cx.now, at_most)?;
    Ok(global_admins::incidents(
        administrators,
        assignments,
        count,
        percentage,
    ))
}
