//! The one decision on an order. The checks come in the order of schedules dossier 7.1: form, caller,
//! existence; then, in the module of the action, window, state, settings, authentication context and
//! approval.

use model::{Action, GrantKind, Instant, ScheduleRequest};

use crate::actions::{activate, assign, end, renew};
use crate::case::Case;
use crate::{Decision, Facts, Limits, Order, Refusal, administrators, check};

/// Decides `order` at `now`: what is to be stored and changed, or why it is refused.
///
/// `isValidationOnly` runs every check and yields the request as it would be, without target and
/// completion, and no change (schedules dossier 7.6).
///
/// # Errors
/// The first refusal in the order of checks; failures of settings are reported together.
pub fn decide(facts: &Facts, order: &Order, limits: &Limits, now: Instant) -> Result<Decision, Refusal> {
    check::form(order)?;
    check::authority(order)?;
    check::existence(facts, order.action, order.kind, order.scope)?;
    let case = &Case {
        facts,
        order,
        limits,
        now,
    };
    let decision = match (order.action, order.kind) {
        (Action::AdminAssign, GrantKind::Assignment | GrantKind::Eligibility) => assign::assign(case),
        (Action::AdminUpdate, GrantKind::Assignment | GrantKind::Eligibility) => assign::update(case),
        (Action::AdminRemove, GrantKind::Assignment | GrantKind::Eligibility) => end::remove(case),
        (Action::AdminExtend, GrantKind::Assignment | GrantKind::Eligibility) => renew::extend(case),
        (Action::AdminRenew, GrantKind::Assignment | GrantKind::Eligibility) => renew::renew(case),
        (Action::SelfActivate, GrantKind::Assignment) => activate::activate(case),
        (Action::SelfDeactivate, GrantKind::Assignment) => end::deactivate(case),
        (Action::SelfActivate | Action::SelfDeactivate, GrantKind::Eligibility) => {
            Err(check::ELIGIBILITY_IS_NOT_ACTIVATED)
        }
        (Action::SelfExtend, GrantKind::Assignment | GrantKind::Eligibility) => renew::ask_to_extend(case),
        (Action::SelfRenew, GrantKind::Assignment | GrantKind::Eligibility) => renew::ask_to_renew(case),
    }?;
    if !administrators::leaves_an_administrator(&facts.lasting_administrators, &decision.changes, now) {
        return Err(Refusal::LastAdministrator);
    }
    Ok(if order.is_validation_only {
        without_effect(decision)
    } else {
        decision
    })
}

fn without_effect(decision: Decision) -> Decision {
    let request = ScheduleRequest {
        target_schedule_id: None,
        completed_at: None,
        ..decision.request
    };
    Decision {
        request,
        changes: Vec::new(),
    }
}
