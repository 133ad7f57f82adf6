//! Loads what the alerts of ours are found in, and finds it.

use std::sync::Arc;

use model::alert::Incident;
use model::policy::Approver;
use model::{DeliveryStatus, DirectoryObject, ObjectBody, ObjectId};
use rules::Approvers;
use rules::alerts::INCIDENTS_MAX;
use rules::alerts::own::{approvers, break_glass, mail, revocation, standing};
use rules::authority::Capability;

use super::names::{assignee, incident_role, named};
use crate::context::Context;
use crate::directory::people::persons;
use crate::error::Error;

/// Holders of a role that are counted at the most.
const HOLDERS_COUNTED_MAX: u64 = 10_000;

fn bounded() -> u64 {
    u64::try_from(INCIDENTS_MAX).unwrap_or(u64::MAX)
}

/// Roles that too few can approve.
pub fn approvers(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let mut facts = Vec::new();
    let mut administrators = None;
    for policy in cx.session.policies()? {
        let rule = &policy.settings.activation.approval;
        if !rule.is_approval_required {
            continue;
        }
        let Some(role) = cx.session.shared_role(policy.role_definition_id)? else {
            continue;
        };
        for (_, stage) in rule.stages() {
            let approvers = Approvers::ever(stage);
            let mut able: Vec<ObjectId> = approvers.named().map(Approver::id).collect();
            if approvers.are_default() {
                let lasting = match &administrators {
                    Some(lasting) => lasting,
                    None => administrators.insert(
                        cx.session
                            .lasting_holders(Capability::ManageRoles.roles(), cx.now)?,
                    ),
                };
                able.extend(lasting);
            }
            able.sort_unstable();
            able.dedup();
            facts.push(approvers::StageFact {
                role: incident_role(&role),
                reachable: u32::try_from(persons(cx, &able)?).unwrap_or(u32::MAX),
            });
        }
    }
    Ok(approvers::incidents(facts))
}

/// Addresses that mail is not delivered to.
pub fn mail(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let failed = cx.session.deliveries(DeliveryStatus::Failed, bounded())?;
    Ok(mail::incidents(&failed))
}

/// Accounts for emergencies that were used.
pub fn break_glass(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let mut facts = Vec::new();
    for key in &cx.alerts.break_glass_accounts {
        let Some(account) = account(cx, key)? else {
            continue;
        };
        facts.push(break_glass::AccountFact {
            assignee: assignee(&account),
            last_sign_in: cx.session.last_sign_in(account.id)?,
            last_activation: cx.session.last_activation_of(account.id, None)?,
        });
    }
    Ok(break_glass::incidents(facts, cx.now))
}

/// The account that the configuration names; one that is not there yet may be made later.
fn account(cx: &Context<'_>, key: &str) -> Result<Option<Arc<DirectoryObject>>, Error> {
    let found = match key.parse::<ObjectId>() {
        Ok(id) => cx.session.object(id)?,
        Err(_) => cx.session.object_by_user_principal_name(key)?,
    };
    Ok(found
        .filter(|object| matches!(object.body, ObjectBody::User(_)))
        .map(Arc::new))
}

/// Privileged roles that many hold for good.
pub fn standing(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let mut facts = Vec::new();
    for role in cx.session.roles()?.into_iter().filter(|role| role.is_privileged) {
        let holders = cx
            .session
            .count_permanent_assignments(role.id, cx.now, HOLDERS_COUNTED_MAX)?;
        facts.push(standing::HolderFact {
            role: incident_role(&role),
            is_privileged: role.is_privileged,
            holders: u32::try_from(holders).unwrap_or(u32::MAX),
        });
    }
    Ok(standing::incidents(facts, cx.alerts.standing_holders_max))
}

/// Grants whose end is not recorded.
pub fn revocation(cx: &Context<'_>) -> Result<Vec<Incident>, Error> {
    let late = cx
        .session
        .ended_unannounced(cx.now.saturating_sub(revocation::GRACE), bounded())?;
    Ok(revocation::incidents(named(cx, late)?, cx.now))
}
