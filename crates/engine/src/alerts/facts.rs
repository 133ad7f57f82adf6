//! Loads what each alert is found in, and finds it.

use std::collections::{HashMap, HashSet};

use model::alert::{AlertName, AlertSettings, Incident, Thresholds};
use model::role::GLOBAL_ADMINISTRATOR;
use model::{Grant, IsoDuration};
use rules::alerts::INCIDENTS_MAX;
use rules::alerts::graph::{global_admins, license, no_mfa, outside_pim, redundant, sequential, stale};

use store::{ActivationKey, UserSlice};

use super::names::{Names, incident_role, named};
use super::{license as licensed, own};
use crate::context::Context;
use crate::error::Error;
use crate::setup::founding_grant;

/// Activations of the last days that are looked at at the most: some 100 MB, while they are.
const ACTIVATIONS_MAX: u64 = 1_000_000;

/// The incidents of an alert as things are now, at most [`INCIDENTS_MAX`].
pub fn find(cx: &Context<'_>, name: AlertName, settings: &AlertSettings) -> Result<Vec<Incident>, Error> {
    let mut found = match (name, settings.thresholds) {
        (AlertName::InvalidLicense, _) => license::incidents(&licensed::license(cx)?, cx.tenant.id),
        (AlertName::NoMfaOnRoleActivation, _) => without_mfa(cx)?,
        (AlertName::RedundantAssignment, Thresholds::Idle { duration }) => unused(cx, duration)?,
        (AlertName::RolesAssignedOutsidePim, _) => {
            let grants = cx.session.grants_outside_pim(cx.now, INCIDENTS_MAX)?;
            let founding = founding_grant(cx.session)?;
            outside_pim::incidents(named(cx, grants)?, founding, cx.now)
        }
        (
            AlertName::SequentialActivationRenewals,
            Thresholds::Sequence {
                time_interval_between_activations: interval,
                sequential_activation_counter_threshold: threshold,
            },
        ) => sequences(cx, interval, threshold)?,
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

fn unused(cx: &Context<'_>, duration: IsoDuration) -> Result<Vec<Incident>, Error> {
    let since = cx.now.saturating_sub(duration);
    let used: HashSet<_> = cx
        .session
        .activations_since(cx.now, since, ACTIVATIONS_MAX)?
        .into_iter()
        .map(|it| (it.principal, it.role, it.scope))
        .collect();
    let is_unused =
        |grant: &Grant| !used.contains(&(grant.principal_id, grant.role_definition_id, grant.scope));
    let mut found = Vec::new();
    let mut slice = cx.session.user_slice(None)?;
    while let Some(users) = slice {
        let mut grants = cx.session.old_eligibilities(users, cx.now, since)?;
        grants.retain(is_unused);
        grants.truncate(INCIDENTS_MAX);
        let mut facts = Vec::with_capacity(grants.len());
        for eligibility in named(cx, grants)? {
            let grant = &eligibility.grant;
            let used = Some((grant.role_definition_id, grant.scope));
            facts.push(redundant::UseFact {
                last_activation: cx.session.last_activation_of(grant.principal_id, used)?,
                eligibility,
            });
        }
        found.extend(redundant::incidents(facts, duration, cx.now));
        slice = next(cx, users, found.len())?;
    }
    Ok(found)
}

/// Whoever activated a role often is looked at more closely.
fn sequences(cx: &Context<'_>, interval: IsoDuration, threshold: i32) -> Result<Vec<Incident>, Error> {
    let since = cx.now.saturating_sub(sequential::LOOKED_AT);
    let keys = cx.session.activations_since(cx.now, since, ACTIVATIONS_MAX)?;
    let mut times: HashMap<_, i32> = HashMap::new();
    for key in &keys {
        let count = times.entry((key.principal, key.role)).or_default();
        *count = count.saturating_add(1);
    }
    let is_often = |key: &&ActivationKey| {
        times
            .get(&(key.principal, key.role))
            .is_some_and(|count| *count >= threshold)
    };
    let often: Vec<_> = keys.iter().filter(is_often).map(|key| key.id).collect();
    let grants = cx.session.grants(&often)?;
    Ok(sequential::incidents(
        named(cx, grants)?,
        interval,
        threshold,
        cx.now,
    ))
}

fn absent(cx: &Context<'_>, duration: IsoDuration) -> Result<Vec<Incident>, Error> {
    let since = cx.now.saturating_sub(duration);
    let mut found = Vec::new();
    let mut slice = cx.session.user_slice(None)?;
    while let Some(users) = slice {
        let rows = cx.session.grants_of_absent_users(users, cx.now, since)?;
        let names = Names::of(cx, rows.iter().map(|row| &row.grant))?;
        let facts = rows.into_iter().filter_map(|row| {
            Some(stale::PresenceFact {
                held: names.name(row.grant)?,
                last_sign_in: row.last_sign_in,
            })
        });
        found.extend(stale::incidents(facts.collect(), duration, cx.now));
        slice = next(cx, users, found.len())?;
    }
    Ok(found)
}

/// The slice after this one, unless as much was found as is kept.
fn next(cx: &Context<'_>, users: UserSlice, found: usize) -> Result<Option<UserSlice>, Error> {
    if found >= INCIDENTS_MAX {
        return Ok(None);
    }
    Ok(cx.session.user_slice(Some(users))?)
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
