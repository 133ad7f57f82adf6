//! `POST …/{id}/cancel` (schedules dossier, 8.3).

use model::{GrantKind, RequestId};

use super::apply::apply;
use super::submit::requester;
use crate::audit::record_cancellation;
use crate::context::Context;
use crate::error::{Error, Missing};
use crate::notices::tell_of_cancellation;

/// Cancels a request that has no outcome yet, and the grant that it made for later.
pub fn cancel_request(cx: &Context<'_>, kind: GrantKind, id: RequestId) -> Result<(), Error> {
    cx.require_active()?;
    let request = cx
        .session
        .request(id)?
        .filter(|request| request.kind == kind)
        .ok_or(Missing::ScheduleRequest)?;
    let made = match request.target_schedule_id {
        Some(grant) => cx.session.grant(grant)?,
        None => None,
    };
    let changes = rules::decide_cancel(&request, made.as_ref(), &requester(cx)?, cx.now)?;
    apply(cx, &changes)?;
    record_cancellation(cx, &request)?;
    tell_of_cancellation(cx, &request)
}
