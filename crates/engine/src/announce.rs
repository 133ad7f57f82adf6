//! Announces what time did: audit rows and notices of starts, ends and lapses that have been reached, and
//! reminders whose time has come (DESIGN, idea 1). Reads never wait for this; if it is late or dead, no
//! answer is wrong.

use model::{EndCause, Ended, GrantOrigin, Instant, IsoDuration, RequestStatus};

use crate::audit::{record_end_by_time, record_lapse, record_start};
use crate::context::Context;
use crate::error::Error;
use crate::notices::{delete_old, tell_of_end, tell_of_lapse, tell_of_start, tell_what_is_due};

/// How many events of each kind one transaction announces.
pub const ANNOUNCED_PER_TRANSACTION_MAX: u64 = 200;

/// How old a record of the audit log gets before a checkpoint is about it; earlier if there are enough of them.
const UNSIGNED_MAX: IsoDuration = IsoDuration::from_minutes(10);

/// What one run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// How many events.
    pub events: usize,
    /// Whether there may be more that are due.
    pub is_complete: bool,
    /// When the next event is due, if one is foreseeable.
    pub next_due: Option<Instant>,
}

/// Announces what is due, at most [`ANNOUNCED_PER_TRANSACTION_MAX`] events of each kind. Each event
/// is announced once: the mark that it was is set in the same transaction.
pub fn announce_due(cx: &Context<'_>) -> Result<Announced, Error> {
    let starts = cx
        .session
        .started_unannounced(cx.now, ANNOUNCED_PER_TRANSACTION_MAX)?;
    for grant in &starts {
        let request = match grant.origin {
            GrantOrigin::Request(id) => cx.session.request(id)?,
            GrantOrigin::OutsidePim => None,
        };
        cx.session.mark_started(grant.id)?;
        if let GrantOrigin::Request(id) = grant.origin {
            cx.session
                .settle_request(id, RequestStatus::Provisioned, Some(grant.window.start))?;
        }
        record_start(cx, grant, request.as_ref())?;
        tell_of_start(cx, grant)?;
    }
    let ends = cx
        .session
        .ended_unannounced(cx.now, ANNOUNCED_PER_TRANSACTION_MAX)?;
    for grant in &ends {
        let at = grant.window.end.unwrap_or(cx.now);
        cx.session.end_grant(
            grant.id,
            Ended {
                at,
                cause: EndCause::Expired,
            },
        )?;
        record_end_by_time(cx, grant)?;
        tell_of_end(cx, grant)?;
    }
    let lapses = cx
        .session
        .lapsed_requests(cx.now, ANNOUNCED_PER_TRANSACTION_MAX)?;
    for request in &lapses {
        cx.session
            .settle_request(request.id, RequestStatus::Denied, request.lapses_at)?;
        record_lapse(cx, request)?;
        tell_of_lapse(cx, request)?;
    }
    // After the ends: what has ended is not about to end.
    let reminders = tell_what_is_due(cx, ANNOUNCED_PER_TRANSACTION_MAX)?;
    delete_old(cx)?;
    sign_what_is_old(cx)?;
    let batch = usize::try_from(ANNOUNCED_PER_TRANSACTION_MAX).unwrap_or(usize::MAX);
    let is_complete = [starts.len(), ends.len(), lapses.len(), reminders]
        .iter()
        .all(|count| *count < batch);
    Ok(Announced {
        events: starts
            .len()
            .saturating_add(ends.len())
            .saturating_add(lapses.len())
            .saturating_add(reminders),
        is_complete,
        next_due: if is_complete {
            let reminder = cx.session.next_reminder(cx.now)?;
            cx.session.next_due(cx.now)?.into_iter().chain(reminder).min()
        } else {
            Some(cx.now)
        },
    })
}

/// Signs the audit log if a record waits for long.
fn sign_what_is_old(cx: &Context<'_>) -> Result<(), Error> {
    let is_due = cx
        .session
        .unsigned_audit_since()?
        .is_some_and(|since| since.saturating_add(UNSIGNED_MAX) <= cx.now);
    if is_due {
        cx.session.checkpoint_audit()?;
    }
    Ok(())
}
