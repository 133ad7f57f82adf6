//! Tells administrators of roles that were given outside PIM, once for each scan that finds new ones.

use model::alert::Incident;
use model::notice::{AlertMatter, Finding, Matter};
use model::policy::RoleSettings;
use model::role::GLOBAL_ADMINISTRATOR;
use model::{GrantKind, Notice, NoticeEvent};

use super::Mail;
use crate::context::Context;
use crate::error::Error;

/// Assignments that one message names at the most.
const NAMED_MAX: usize = 20;

/// Tells of new incidents, if there are any.
pub fn tell_of_roles_outside_pim(cx: &Context<'_>, new: &[Incident]) -> Result<(), Error> {
    if cx.notices.mail == Mail::Off || new.is_empty() {
        return Ok(());
    }
    let event = NoticeEvent::AssignedOutsidePim;
    let finding = |incident: &Incident| {
        Some(Finding {
            principal: incident.assignee()?.display_name.clone(),
            role: incident.role()?.display_name.clone(),
        })
    };
    let findings: Vec<Finding> = new.iter().filter_map(finding).take(NAMED_MAX).collect();
    let more = new.len().saturating_sub(findings.len());
    Ok(cx.session.insert_notice(&Notice {
        event,
        at: cx.now,
        about: Matter::Alert(AlertMatter {
            findings,
            more: u64::try_from(more).unwrap_or(u64::MAX),
        }),
        // No rule of a role governs this, so it does not matter whose settings are asked.
        addressed: rules::notices::addressed(
            event,
            GrantKind::Assignment,
            &RoleSettings::default_for(GLOBAL_ADMINISTRATOR),
        ),
    })?)
}
