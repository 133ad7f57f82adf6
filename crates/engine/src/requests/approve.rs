//! PATCH of an approval's step: an approver lets an activation through, or does not (policies
//! dossier, section 8).

use rules::{ApprovalFacts, ApprovalOrder, ApprovalOutcome};

use super::apply::apply;
use super::facts::{self, Subject};
use crate::audit::{record_refused_review, record_review};
use crate::context::Context;
use crate::error::Error;
use crate::notices::{remind_of_approval, tell_of_review};
use crate::read::{approval, decider};

/// Decides the approval with this key and makes it so. An activation that has become impossible is
/// decided all the same; its request fails.
///
/// # Errors
/// [`Error::ApprovalRefused`] if the decision does not stand; its audit row is then all that is kept (I12).
pub fn decide_approval(cx: &Context<'_>, key: &str, order: &ApprovalOrder) -> Result<(), Error> {
    cx.require_active()?;
    let request = approval(cx, key)?;
    let (activation, parties) = facts::load(cx, &Subject::from(&request))?;
    let facts = ApprovalFacts {
        activation,
        reviews: cx.session.reviews(&[request.id])?,
        decider: decider(cx)?,
        request,
    };
    let decision = match rules::decide_approval(&facts, order, cx.limits, cx.now) {
        Ok(decision) => decision,
        Err(refusal) => {
            if let Some(code) = refusal.audited_code() {
                record_refused_review(cx, &facts.request, &parties, code)?;
            }
            return Err(refusal.into());
        }
    };
    cx.session.insert_review(&decision.review)?;
    apply(cx, &decision.changes)?;
    record_review(cx, &facts.request, &decision, &parties)?;
    if decision.outcome == ApprovalOutcome::StageCompleted {
        remind_of_approval(cx, &approval(cx, key)?)?;
    }
    let settings = &facts.activation.settings;
    tell_of_review(cx, &facts.request, &decision, settings, &parties)
}
