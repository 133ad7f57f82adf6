//! Carries out what a decision changes. Every change is one statement; the caller's transaction
//! makes them one.

use model::{Ended, Grant, GrantId};
use rules::Change;

use crate::audit::record_end_with_subject;
use crate::context::Context;
use crate::error::Error;
use crate::notices::remind_of_grant;

/// Applies `changes` in order.
pub fn apply(cx: &Context<'_>, changes: &[Change]) -> Result<(), Error> {
    for change in changes {
        match change {
            Change::Create(grant) => {
                cx.session.insert_grant(grant)?;
                remind_of_grant(cx, grant)?;
            }
            Change::End { grant, ended } => end(cx, grant.id, *ended)?,
            Change::Settle {
                request,
                status,
                completed_at,
            } => {
                cx.session.settle_request(*request, *status, *completed_at)?;
            }
            Change::BeginStage { request, lapses_at } => {
                cx.session.postpone_lapse(*request, *lapses_at)?;
            }
            Change::Provision {
                request,
                status,
                start,
                activated_using,
            } => cx
                .session
                .provision_request(*request, *status, *start, *activated_using)?,
        }
    }
    Ok(())
}

/// INVARIANT I6: the store ends a grant only once; one that has ended already stays as it is.
fn end(cx: &Context<'_>, id: GrantId, ended: Ended) -> Result<(), Error> {
    cx.session.end_grant(id, ended)?;
    Ok(())
}

/// Ends every grant of a principal or role that goes away, with its cause.
pub fn end_all(cx: &Context<'_>, grants: &[Grant], ended: Ended) -> Result<(), Error> {
    for grant in grants {
        end(cx, grant.id, ended)?;
        if grant.is_in_force(cx.now) {
            record_end_with_subject(cx, grant)?;
        }
    }
    Ok(())
}
