//! POST of a schedule request: the one way in which PIM changes who holds what (schedules dossier,
//! section 7).

use model::{
    Action, CorrelationId, DirectoryScope, GrantKind, ObjectId, RequestId, RoleDefinitionId, ScheduleInfo,
    ScheduleRequest, TicketInfo,
};
use rules::authority::Capability;
use rules::{Order, Requester};

use super::apply::apply;
use super::facts;
use crate::audit::{record_refusal, record_request};
use crate::context::Context;
use crate::error::Error;
use crate::notices::{remind_of_approval, tell_of_request};

/// What the caller asks for, as the border parsed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// On which side.
    pub kind: GrantKind,
    /// What.
    pub action: Action,
    /// The action as the client spelt it.
    pub action_text: String,
    /// For whom.
    pub principal_id: ObjectId,
    /// Which role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// When.
    pub schedule: Option<ScheduleInfo>,
    /// Why.
    pub justification: Option<String>,
    /// The ticket.
    pub ticket: TicketInfo,
    /// Decide, but change nothing.
    pub is_validation_only: bool,
}

/// Decides the submission and, unless it is for validation only, makes it so.
///
/// # Errors
/// [`Error::Refused`] with the reason; its audit row is then all that is kept (I12).
pub fn submit_request(cx: &Context<'_>, submission: Submission) -> Result<ScheduleRequest, Error> {
    cx.require_active()?;
    let order = order(cx, submission)?;
    let (facts, parties) = facts::load(cx, &(&order).into())?;
    cx.begin_audit_chain(CorrelationId::new(order.id.uuid()));
    match rules::decide(&facts, &order, cx.limits, cx.now) {
        Ok(decision) if order.is_validation_only => Ok(decision.request),
        Ok(decision) => {
            cx.session.insert_request(&decision.request)?;
            apply(cx, &decision.changes)?;
            record_request(cx, &decision, &parties)?;
            remind_of_approval(cx, &decision.request)?;
            tell_of_request(cx, &decision, &facts.settings, &parties)?;
            Ok(decision.request)
        }
        Err(refusal) => {
            // A caller without the right leaves no row (audit dossier, B7); validation leaves none
            // either (schedules dossier, 7.6).
            if !order.is_validation_only && refusal != rules::Refusal::Unauthorized {
                record_refusal(cx, &order, &parties, refusal.code())?;
            }
            Err(refusal.into())
        }
    }
}

fn order(cx: &Context<'_>, submission: Submission) -> Result<Order, Error> {
    Ok(Order {
        id: RequestId::random(cx.entropy),
        kind: submission.kind,
        action: submission.action,
        action_text: submission.action_text,
        principal_id: submission.principal_id,
        role_definition_id: submission.role_definition_id,
        scope: submission.scope,
        schedule: submission.schedule,
        justification: submission.justification,
        ticket: submission.ticket,
        is_validation_only: submission.is_validation_only,
        by: requester(cx)?,
    })
}

/// The caller, as decisions see it.
pub fn requester(cx: &Context<'_>) -> Result<Requester, Error> {
    Ok(Requester {
        id: cx.caller.id,
        kind: cx.caller.kind,
        may_administer: cx.may(Capability::ManageRoles)?,
        mfa: cx.caller.mfa,
        authentication_contexts: cx.caller.authentication_contexts.clone(),
    })
}
