//! Approvals: who may decide, who may look on, and how the one step of each reads now (policies
//! dossier, 8 and 9).

use std::collections::{BTreeMap, BTreeSet};

use model::policy::{ApprovalRule, Approver};
use model::record::StepRecord;
use model::{CallerKind, ObjectId, RequestId, Review, RoleDefinitionId, ScheduleRequest};
use rules::Decider;
use rules::authority::Capability;

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
        kind: cx.caller.kind,
        groups: cx.session.transitive_containers(cx.caller.id)?,
        administers: is_default_approver(cx)?,
    })
}

/// Those whom the settings in force name to decide a request, users and groups; none if they name
/// nobody.
pub fn approvers(cx: &Context<'_>, request: &ScheduleRequest) -> Result<Option<Vec<ObjectId>>, Error> {
    let rule = settings_of(cx, request.role_definition_id)?.activation.approval;
    let ids: Vec<ObjectId> = rule.primary_approvers.iter().map(Approver::id).collect();
    Ok((!ids.is_empty()).then_some(ids))
}

/// Whether the caller decides where the settings name nobody: somebody who manages roles.
pub fn is_default_approver(cx: &Context<'_>) -> Result<bool, Error> {
    Ok(cx.caller.kind == CallerKind::Delegated && cx.may(Capability::ManageRoles)?)
}

/// Whether it is for the caller to decide a request, or was.
pub fn is_in_hands_of_caller(cx: &Context<'_>, request: &ScheduleRequest) -> Result<bool, Error> {
    let mut steps = steps(cx, [request].into_iter())?;
    Ok(steps.pop().is_some_and(|step| step.is_assigned_to_caller))
}

/// The step of each request's approval, in order.
pub fn steps<'a>(
    cx: &Context<'_>,
    requests: impl Iterator<Item = &'a ScheduleRequest>,
) -> Result<Vec<StepRecord>, Error> {
    let requests: Vec<&ScheduleRequest> = requests.collect();
    let ids: Vec<RequestId> = requests.iter().map(|request| request.id).collect();
    // Role policies have one stage and the first decision settles it, so there is one at most.
    let reviews: BTreeMap<RequestId, Review> = cx
        .session
        .reviews(&ids)?
        .into_iter()
        .map(|review| (review.request, review))
        .collect();
    let deciders: Vec<_> = reviews.values().map(|review| review.by).collect();
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
    let step = |request: &ScheduleRequest| {
        let review = reviews.get(&request.id);
        let is_approver = rules
            .get(&request.role_definition_id)
            .is_some_and(|rule| caller.is_approver(request, rule));
        StepRecord {
            request: request.id,
            status: request.step_at(review.is_some(), cx.now),
            reviewer: review
                .and_then(|review| reviewers.iter().find(|object| object.id == review.by))
                .cloned(),
            is_assigned_to_caller: is_approver || review.is_some_and(|review| review.by == caller.id),
            review: review.cloned(),
        }
    };
    Ok(requests.into_iter().map(step).collect())
}
