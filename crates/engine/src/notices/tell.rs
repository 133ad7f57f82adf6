//! Writes the notice of an event, in its transaction.

use model::notice::{Matter, Named, NamedRole, RoleMatter, SettingDifference, SettingsMatter};
use model::policy::RoleSettings;
use model::{
    Action, Audience, DirectoryObject, DirectoryScope, Expiration, Grant, GrantKind, GrantOrigin, Notice,
    NoticeEvent, ObjectId, Policy, RequestStatus, RoleDefinition, RuleId, ScheduleRequest, Verdict, Window,
};
use rules::{ApprovalDecision, ApprovalOutcome, Change, Decision};

use super::Mail;
use crate::audit::SettingChange;
use crate::context::Context;
use crate::error::Error;
use crate::requests::{Parties, settings_of};

/// Writes a notice, unless the settings let no message of it through.
fn tell(
    cx: &Context<'_>,
    event: NoticeEvent,
    settings: &RoleSettings,
    matter: RoleMatter,
    is_left_out: impl Fn(Audience) -> bool,
) -> Result<(), Error> {
    let mut addressed = rules::notices::addressed(event, matter.kind, settings);
    addressed.retain(|message| !is_left_out(message.audience));
    if addressed.is_empty() {
        return Ok(());
    }
    Ok(cx.session.insert_notice(&Notice {
        event,
        at: cx.now,
        about: Matter::Role(Box::new(matter)),
        addressed,
    })?)
}

const fn nobody(_: Audience) -> bool {
    false
}

fn is_off(cx: &Context<'_>) -> bool {
    cx.notices.mail == Mail::Off
}

/// The caller by name, unless it is the service itself.
fn caller(cx: &Context<'_>) -> Option<Named> {
    let caller = cx.caller;
    let name = caller
        .display_name
        .as_ref()
        .or(caller.user_principal_name.as_ref());
    (!caller.id.uuid().is_nil()).then(|| Named {
        id: caller.id,
        display_name: name.cloned().unwrap_or_else(|| caller.id.to_string()),
    })
}

fn named_role(role: &RoleDefinition) -> NamedRole {
    NamedRole {
        id: role.id,
        display_name: role.display_name.clone(),
    }
}

fn scope_name(cx: &Context<'_>, scope: DirectoryScope) -> Result<Option<String>, Error> {
    Ok(match scope.object_id() {
        Some(id) => cx.session.object(id)?.map(|object| object.display_name),
        None => None,
    })
}

/// What is told of a request. None if its role or principal is gone.
fn of_request(
    cx: &Context<'_>,
    request: &ScheduleRequest,
    role: Option<&RoleDefinition>,
    principal: Option<&DirectoryObject>,
) -> Result<Option<RoleMatter>, Error> {
    let (Some(role), Some(principal)) = (role, principal) else {
        return Ok(None);
    };
    let schedule = request.schedule;
    let expiration = schedule.map(|schedule| schedule.expiration);
    Ok(Some(RoleMatter {
        kind: request.kind,
        is_activation: request.action == Action::SelfActivate,
        request_id: Some(request.id),
        principal: Named {
            id: principal.id,
            display_name: principal.display_name.clone(),
        },
        role: named_role(role),
        scope: request.scope,
        scope_name: scope_name(cx, request.scope)?,
        start: schedule.and_then(|schedule| schedule.start),
        end: match expiration {
            Some(Expiration::AfterDateTime(end)) => Some(end),
            _ => None,
        },
        duration: match expiration {
            Some(Expiration::AfterDuration(span)) => Some(span),
            _ => None,
        },
        justification: request.justification.clone(),
        ticket: request.ticket.clone(),
        by: caller(cx),
        verdict: None,
        review_justification: None,
        failure: None,
        decide_by: request.lapses_at,
    }))
}

/// The same, once it is known from when until when the grant holds.
fn within(window: Window, matter: RoleMatter) -> RoleMatter {
    RoleMatter {
        start: Some(window.start),
        end: window.end,
        ..matter
    }
}

/// What is told of a request about which nothing was loaded yet.
fn of_stored_request(cx: &Context<'_>, request: &ScheduleRequest) -> Result<Option<RoleMatter>, Error> {
    let role = cx.session.role(request.role_definition_id)?;
    let principal = cx.session.object(request.principal_id)?;
    of_request(cx, request, role.as_ref(), principal.as_ref())
}

/// What is told of a grant.
fn of_grant(cx: &Context<'_>, grant: &Grant) -> Result<Option<RoleMatter>, Error> {
    let request = match grant.origin {
        GrantOrigin::Request(id) => cx.session.request(id)?,
        GrantOrigin::OutsidePim => None,
    };
    let role = cx.session.role(grant.role_definition_id)?;
    let principal = cx.session.object(grant.principal_id)?;
    let (Some(role), Some(principal)) = (role, principal) else {
        return Ok(None);
    };
    Ok(Some(RoleMatter {
        kind: grant.kind,
        is_activation: grant.activated_using.is_some(),
        request_id: request.as_ref().map(|request| request.id),
        principal: Named {
            id: principal.id,
            display_name: principal.display_name,
        },
        role: named_role(&role),
        scope: grant.scope,
        scope_name: scope_name(cx, grant.scope)?,
        start: Some(grant.window.start),
        end: grant.window.end,
        duration: None,
        justification: request.as_ref().and_then(|request| request.justification.clone()),
        ticket: request.map(|request| request.ticket).unwrap_or_default(),
        by: None,
        verdict: None,
        review_justification: None,
        failure: None,
        decide_by: None,
    }))
}

/// An accepted request.
pub fn tell_of_request(
    cx: &Context<'_>,
    decision: &Decision,
    settings: &RoleSettings,
    parties: &Parties,
) -> Result<(), Error> {
    if is_off(cx) {
        return Ok(());
    }
    let request = &decision.request;
    let answers = |change: &Change| {
        matches!(
            change,
            Change::Settle {
                status: RequestStatus::Provisioned,
                ..
            }
        )
    };
    let is_answer = decision.changes.iter().any(answers);
    let event = match request.action {
        Action::AdminAssign => NoticeEvent::Assigned,
        Action::AdminExtend | Action::AdminRenew if is_answer => NoticeEvent::ExtensionDecided,
        Action::AdminUpdate | Action::AdminExtend | Action::AdminRenew => NoticeEvent::Updated,
        Action::AdminRemove => NoticeEvent::Removed,
        Action::SelfExtend | Action::SelfRenew => NoticeEvent::ExtensionRequested,
        Action::SelfActivate => match request.status {
            RequestStatus::PendingApproval => NoticeEvent::ApprovalRequested,
            RequestStatus::Provisioned => NoticeEvent::Activated,
            // Told of when it begins.
            _ => return Ok(()),
        },
        Action::SelfDeactivate => return Ok(()),
    };
    let Some(matter) = of_request(cx, request, parties.role.as_ref(), parties.principal.as_ref())? else {
        return Ok(());
    };
    let created = decision.changes.iter().find_map(|change| match change {
        Change::Create(grant) => Some(grant.window),
        _ => None,
    });
    let ended = decision.changes.iter().find_map(|change| match change {
        Change::End { grant, .. } => Some(grant.window),
        _ => None,
    });
    let matter = match created.or(ended) {
        Some(window) => within(window, matter),
        None => matter,
    };
    let verdict = (event == NoticeEvent::ExtensionDecided).then_some(Verdict::Approve);
    tell(cx, event, settings, RoleMatter { verdict, ..matter }, nobody)
}

/// A decision on an activation, and the activation if it is in force at once: the principal hears of
/// both in one message. Of an approval that others have to add theirs to, only those others hear.
pub fn tell_of_review(
    cx: &Context<'_>,
    request: &ScheduleRequest,
    decision: &ApprovalDecision,
    settings: &RoleSettings,
    parties: &Parties,
) -> Result<(), Error> {
    if is_off(cx) {
        return Ok(());
    }
    let Some(asked) = of_request(cx, request, parties.role.as_ref(), parties.principal.as_ref())? else {
        return Ok(());
    };
    let granted = match &decision.outcome {
        ApprovalOutcome::Granted(grant) => Some(grant),
        ApprovalOutcome::Denied | ApprovalOutcome::Failed(_) => None,
        ApprovalOutcome::Counted => return Ok(()),
        ApprovalOutcome::StageCompleted => {
            return tell(cx, NoticeEvent::ApprovalRequested, settings, asked, nobody);
        }
    };
    let matter = RoleMatter {
        verdict: Some(decision.review.verdict),
        review_justification: decision.review.justification.clone(),
        failure: match &decision.outcome {
            ApprovalOutcome::Failed(refusal) => Some(refusal.code().to_owned()),
            ApprovalOutcome::Granted(_)
            | ApprovalOutcome::Denied
            | ApprovalOutcome::Counted
            | ApprovalOutcome::StageCompleted => None,
        },
        ..match granted {
            Some(grant) => within(grant.window, asked),
            None => asked,
        }
    };
    tell(cx, NoticeEvent::ApprovalDecided, settings, matter.clone(), nobody)?;
    if granted.is_some_and(|grant| grant.is_in_force(cx.now)) {
        let is_told = |audience| audience == Audience::Principal;
        tell(cx, NoticeEvent::Activated, settings, matter, is_told)?;
    }
    Ok(())
}

/// A request that was withdrawn: an activation that waited or was for later, or a grant to come. Who
/// asks for an extension and thinks better of it leaves nothing to be told.
pub fn tell_of_cancellation(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let event = match request.action {
        Action::SelfActivate => NoticeEvent::RequestCanceled,
        Action::SelfExtend | Action::SelfRenew => return Ok(()),
        _ => NoticeEvent::Removed,
    };
    tell_of_stored(cx, event, request)
}

/// Nobody decided an activation in time.
pub fn tell_of_lapse(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    tell_of_stored(cx, NoticeEvent::ApprovalExpired, request)
}

/// A part of the time in which an activation can be approved has passed.
pub(super) fn tell_of_waiting(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    tell_of_stored(cx, NoticeEvent::ApprovalReminder, request)
}

fn tell_of_stored(cx: &Context<'_>, event: NoticeEvent, request: &ScheduleRequest) -> Result<(), Error> {
    if is_off(cx) {
        return Ok(());
    }
    match of_stored_request(cx, request)? {
        Some(matter) => tell(
            cx,
            event,
            &settings_of(cx, request.role_definition_id)?,
            matter,
            nobody,
        ),
        None => Ok(()),
    }
}

/// The start of a grant that was accepted for later: an activation is told of now.
pub fn tell_of_start(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    match grant.activated_using {
        Some(_) => tell_of_grant(cx, NoticeEvent::Activated, grant),
        None => Ok(()),
    }
}

/// The end of a grant's window: of an activation everybody knew beforehand.
pub fn tell_of_end(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    match grant.activated_using {
        Some(_) => Ok(()),
        None => tell_of_grant(cx, NoticeEvent::Ended, grant),
    }
}

/// The end of a grant's window is near.
pub(super) fn tell_of_ending(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    let event = match grant.activated_using {
        Some(_) => NoticeEvent::ActivationEnding,
        None => NoticeEvent::Ending,
    };
    tell_of_grant(cx, event, grant)
}

fn tell_of_grant(cx: &Context<'_>, event: NoticeEvent, grant: &Grant) -> Result<(), Error> {
    if is_off(cx) {
        return Ok(());
    }
    match of_grant(cx, grant)? {
        Some(matter) => tell(
            cx,
            event,
            &settings_of(cx, grant.role_definition_id)?,
            matter,
            nobody,
        ),
        None => Ok(()),
    }
}

/// A change of a role's settings.
pub fn tell_of_settings_change(
    cx: &Context<'_>,
    policy: &Policy,
    changes: &[SettingChange],
) -> Result<(), Error> {
    if is_off(cx) || changes.is_empty() {
        return Ok(());
    }
    let Some(role) = cx.session.role(policy.role_definition_id)? else {
        return Ok(());
    };
    let event = NoticeEvent::SettingsChanged;
    let difference = |change: &SettingChange| {
        Some(SettingDifference {
            rule_id: RuleId::parse(change.rule)?,
            before: change.before.clone(),
            after: change.after.clone(),
        })
    };
    Ok(cx.session.insert_notice(&Notice {
        event,
        at: cx.now,
        about: Matter::Settings(SettingsMatter {
            role: named_role(&role),
            by: caller(cx).unwrap_or_else(|| Named {
                id: ObjectId::new(cx.caller.id.uuid()),
                display_name: crate::audit::MS_PIM.to_owned(),
            }),
            changes: changes.iter().filter_map(difference).collect(),
        }),
        addressed: rules::notices::addressed(event, GrantKind::Assignment, &policy.settings),
    })?)
}
