//! `--scale N`: N more users with three eligibilities each, for load and paging work.

use std::sync::Arc;

use anyhow::bail;
use engine::{Context, Engine, Submission};
use model::role::built_in_roles;
use model::{
    Action, DirectoryScope, Expiration, GrantKind, IsoDuration, ObjectId, RoleDefinitionId, ScheduleInfo,
    TicketInfo,
};

use super::tenant;

/// Users made in one transaction.
const USERS_PER_TRANSACTION: u32 = 500;
/// Eligibilities of each.
const ELIGIBILITIES_EACH: usize = 3;

/// Adds `users` users.
pub fn add(engine: &Engine, users: u32) -> anyhow::Result<()> {
    let caller = tenant::application_caller(engine)?;
    let roles: Arc<Vec<RoleDefinitionId>> = Arc::new(
        built_in_roles()
            .iter()
            .filter(|role| !role.is_pseudo)
            .map(|role| role.definition.id)
            .collect(),
    );
    if roles.is_empty() {
        bail!("there are no roles to be eligible for");
    }
    let mut made = 0;
    while made < users {
        let batch = made..users.min(made.saturating_add(USERS_PER_TRANSACTION));
        made = batch.end;
        let roles = roles.clone();
        tenant::write(engine, caller.clone(), move |cx| {
            for number in batch {
                add_user(cx, number, &roles)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn add_user(cx: &Context<'_>, number: u32, roles: &[RoleDefinitionId]) -> Result<(), engine::Error> {
    let id = ObjectId::random(cx.entropy);
    let name = format!("Scale User {number}");
    let upn = format!("scale{number}@{}", super::people::DOMAIN);
    cx.session
        .insert_object(&engine::setup::user(id, &name, &upn, cx.now))?;
    let first = usize::try_from(number).unwrap_or_default();
    for role in roles
        .iter()
        .cycle()
        .skip(first % roles.len())
        .take(ELIGIBILITIES_EACH)
    {
        engine::submit_request(
            cx,
            eligibility(id, *role, Expiration::AfterDuration(IsoDuration::from_days(180))),
        )?;
    }
    Ok(())
}

/// An administrator's order to make somebody eligible at the tenant from now on.
pub fn eligibility(principal: ObjectId, role: RoleDefinitionId, expiration: Expiration) -> Submission {
    order(GrantKind::Eligibility, principal, role, expiration)
}

/// An administrator's order to give a role at the tenant from now on.
pub fn order(
    kind: GrantKind,
    principal: ObjectId,
    role: RoleDefinitionId,
    expiration: Expiration,
) -> Submission {
    Submission {
        kind,
        action: Action::AdminAssign,
        action_text: Action::AdminAssign.as_str().to_owned(),
        principal_id: principal,
        role_definition_id: role,
        scope: DirectoryScope::Tenant,
        schedule: Some(ScheduleInfo {
            start: None,
            expiration,
        }),
        justification: Some("Part of the demo".to_owned()),
        ticket: TicketInfo::default(),
        is_validation_only: false,
    }
}
