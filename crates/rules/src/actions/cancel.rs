//! `cancel`: a request is withdrawn before it has an outcome (schedules dossier 8.3).

use model::{EndCause, Ended, Grant, Instant, RequestStatus, ScheduleRequest};

use crate::{Change, Refusal, Requester};

/// Decides whether `by` may withdraw `request` now, and what that changes. `grant_made` is the grant
/// that the request made, if it made one; being still to come, it ends too.
///
/// # Errors
/// [`Refusal::Unauthorized`] unless the caller ordered it, is its principal, or administers;
/// [`Refusal::NotCancellable`] once it has an outcome.
pub fn decide_cancel(
    request: &ScheduleRequest,
    grant_made: Option<&Grant>,
    by: &Requester,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    if by.id != request.created_by && by.id != request.principal_id && !by.may_administer {
        return Err(Refusal::Unauthorized);
    }
    let status = request.status_at(now);
    if status.is_terminal() {
        return Err(Refusal::NotCancellable(status));
    }
    let end = grant_made
        .filter(|grant| grant.is_current(now))
        .map(|grant| Change::End {
            grant: *grant,
            ended: Ended {
                at: now,
                cause: EndCause::Canceled,
            },
        });
    let settle = Change::Settle {
        request: request.id,
        status: RequestStatus::Canceled,
        completed_at: Some(now),
    };
    Ok(end.into_iter().chain([settle]).collect())
}
