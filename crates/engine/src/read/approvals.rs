//! Approvals: who may decide, who may look on, and how the steps of each read now (policies dossier, 8
//! and 9).

use std::collections::{BTreeMap, BTreeSet};

use model::policy::ApprovalRule;
use model::record::StepRecord;
use model::{CallerKind, RequestId, RoleDefinitionId, ScheduleRequest};
use rules::authority::Capability;
use rules::{Decider, Progress, Step};

use crate::context::Context;
use crate::error::{Error, Missing};
use crate::requests::settings_of;

/// The request that an approval is about.
pub fn approval(cx: &Context<'_>, key: &str) -> Result<ScheduleRequest, Error> {
    let id = key.parse::<RequestId>().map_err(|_| Missing::Approval)?;
    let request = cx.session.request(id)?.filter(|request| request.needs_approval);
    Ok(request.ok_or(Missing::Approval)?)
}

/// The caller as somebody who decides, with the groups and roles of this instant.
pub fn decider(cx: &Context<'_>) -> Result<Decider, Error> {
    Ok(Decider {
        id: cx.caller.id,
        accounts: cx.session.accounts_of_person(cx.caller.id)?,
        kind: cx.caller.kind,
        groups: cx.session.transitive_containers(cx.caller.id)?,
        administers: is_default_approver(cx)?,
    })
}

/// Whether the caller decides where the settings name nobody: somebody who manages roles.
pub fn is_default_approver(cx: &Context<'_>) -> Result<bool, Error> {
    Ok(cx.caller.kind == CallerKind::Delegated && cx.may(Capability::ManageRoles)?)
}

/// Whether it is for the caller to decide a request in one of its stages, or was.
pub fn is_in_hands_of_caller(cx: &Context<'_>, request: &ScheduleRequest) -> Result<bool, Error> {
    let rule = settings_of(cx, request.role_definition_id)?.activation.approval;
    if decider(cx)?.is_approver_of_a_stage(request, &rule) {
        return Ok(true);
    }
    let reviews = cx.session.reviews(&[request.id])?;
    Ok(reviews.iter().any(|review| review.by == cx.caller.id))
}

/// The steps of each request's approval, in order.
pub fn steps<'a>(
    cx: &Context<'_>,
    requests: impl Iterator<Item = &'a ScheduleRequest>,
) -> Result<Vec<Vec<StepRecord>>, Error> {
    let requests: Vec<&ScheduleRequest> = requests.collect();
    let ids: Vec<RequestId> = requests.iter().map(|request| request.id).collect();
    let reviews = cx.session.reviews(&ids)?;
    let deciders: Vec<_> = reviews.iter().map(|review| review.by).collect();
    let reviewers = cx.session.objects(&deciders)?;
    let caller = decider(cx)?;
    let roles: BTreeSet<RoleDefinitionId> = requests
        .iter()
        .map(|request| request.role_definition_id)
        .collect();
    let rules: BTreeMap<RoleDefinitionId, ApprovalRule> = roles
        .into_iter()
        .map(|role| Ok((role, settings_of(cx, role)?.activation.approval)))
        .collect::<Result<_, Error>>()?;
    let steps_of = |request: &ScheduleRequest| {
        let Some(rule) = rules.get(&request.role_definition_id) else {
            return Vec::new();
        };
        let progress = Progress::new(request, rule, &reviews);
        let record = |step: Step<'_>| StepRecord {
            id: step.seat.id(request.id),
            request: request.id,
            status: step.status,
            reviewer: step
                .review
                .and_then(|review| reviewers.iter().find(|object| object.id == review.by))
                .cloned(),
            is_assigned_to_caller: caller.is_assigned(&progress, step, cx.now),
            review: step.review.cloned(),
        };
        progress.steps(cx.now).into_iter().map(record).collect()
    };
    Ok(requests.into_iter().map(steps_of).collect())
}
