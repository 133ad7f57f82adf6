//! Reminders: noted when there is something to be reminded of, and told when their time comes if it
//! still stands.

use std::collections::BTreeSet;

use model::notice::Reminder;
use model::{Grant, RequestStatus, ScheduleRequest};
use rules::Progress;

use super::tell::{tell_of_ending, tell_of_waiting};
use crate::context::Context;
use crate::error::Error;
use crate::requests::settings_of;

/// Notes when the end of a new grant is to be told of.
pub fn remind_of_grant(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    for due in rules::notices::reminders::of_grant(grant, cx.notices.before_activation_ends) {
        cx.session.insert_reminder(due, Reminder::Grant(grant.id))?;
    }
    Ok(())
}

/// Notes when the approvers of the stage of a request that begins now are to be reminded of it: in parts
/// of its time, and when others come in.
pub fn remind_of_approval(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let (RequestStatus::PendingApproval, Some(lapses_at)) = (request.status, request.lapses_at) else {
        return Ok(());
    };
    let rule = settings_of(cx, request.role_definition_id)?.activation.approval;
    let reviews = cx.session.reviews(&[request.id])?;
    let escalates_at = Progress::new(request, &rule, &reviews).escalates_at();
    for due in rules::notices::reminders::of_approval(cx.now, lapses_at, escalates_at) {
        cx.session.insert_reminder(due, Reminder::Request(request.id))?;
    }
    Ok(())
}

/// Tells of at most `limit` reminders that are due; says how many there were. Where several about one
/// thing are due at once, because nobody looked for a while, one is enough.
pub fn tell_what_is_due(cx: &Context<'_>, limit: u64) -> Result<usize, Error> {
    let due = cx.session.take_due_reminders(cx.now, limit)?;
    for reminder in due.iter().collect::<BTreeSet<_>>() {
        match reminder {
            Reminder::Request(id) => {
                let request = cx.session.request(*id)?;
                if let Some(request) =
                    request.filter(|request| request.status_at(cx.now) == RequestStatus::PendingApproval)
                {
                    tell_of_waiting(cx, &request)?;
                }
            }
            Reminder::Grant(id) => {
                let grant = cx.session.grant(*id)?;
                if let Some(grant) = grant.filter(|grant| grant.is_current(cx.now)) {
                    tell_of_ending(cx, &grant)?;
                }
            }
        }
    }
    Ok(due.len())
}
