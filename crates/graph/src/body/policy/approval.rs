//! The approval rule: Graph's one stage, and what goes beyond it where the server allows that (policies
//! dossier, 5.1).

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage, Approver};
use model::{IsoDuration, ObjectId, RuleId};
use serde_json::Value;

use super::invalid_policy;
use crate::GraphError;
use crate::body::members::Members;
use crate::sets::QUORUM;

/// The modes that Graph documents for approvals.
const APPROVAL_MODES: [&str; 4] = ["SingleStage", "Serial", "Parallel", "NoApproval"];
/// Stages that one role has at the most.
const STAGES_MAX: usize = 5;
/// Persons that a stage asks for at the most.
const QUORUM_MAX: u32 = 10;
/// Days that a stage waits at the most.
const TIME_OUT_DAYS_MAX: u32 = 14;

/// What settings may ask of approvals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approvals {
    /// What Graph's role policies know: one stage, one approver, one day. Time-out and escalation are
    /// accepted and not kept, as on the real service.
    #[default]
    Graph,
    /// Also several stages, several approvers in each, days of time and escalation.
    Extended,
}

/// Merges a change of the rule into it.
pub(super) fn merge(
    id: RuleId,
    mut rule: ApprovalRule,
    body: Members<'_>,
    approvals: Approvals,
) -> Result<ApprovalRule, GraphError> {
    let Some(setting) = body.object("setting")? else {
        return Ok(rule);
    };
    if let Some(required) = setting.flag("isApprovalRequired")? {
        rule.is_approval_required = required;
    }
    if let Some(required) = setting.flag("isApprovalRequiredForExtension")? {
        rule.is_approval_required_for_extension = required;
    }
    if let Some(required) = setting.flag("isRequestorJustificationRequired")? {
        rule.is_requestor_justification_required = required;
    }
    if let Some(sent) = setting.text("approvalMode")? {
        let mode = APPROVAL_MODES.iter().find(|mode| mode.eq_ignore_ascii_case(sent));
        let mode = mode.ok_or_else(|| invalid_policy(id, format!("There is no approval mode '{sent}'.")))?;
        rule.approval_mode = (*mode).to_owned();
    }
    if setting.sent("approvalStages").is_some() {
        let sent = setting.list("approvalStages")?.unwrap_or_default();
        replace_stages(id, &mut rule, sent, approvals)?;
    }
    Ok(rule)
}

/// The stages are replaced as a whole, with defaults for what one does not say; with none there is one
/// stage of defaults.
fn replace_stages(
    id: RuleId,
    rule: &mut ApprovalRule,
    sent: &[Value],
    approvals: Approvals,
) -> Result<(), GraphError> {
    let (most, refusal) = match approvals {
        Approvals::Graph => (1, "Roles have exactly one approval stage.".to_owned()),
        Approvals::Extended => (
            STAGES_MAX,
            format!("Roles have at most {STAGES_MAX} approval stages."),
        ),
    };
    if sent.len() > most {
        return Err(invalid_policy(id, refusal));
    }
    let known: Vec<Approver> = rule
        .stages()
        .flat_map(|(_, stage)| stage.primary_approvers.iter().chain(&stage.escalation_approvers))
        .cloned()
        .collect();
    let mut stages = sent
        .iter()
        .map(|sent| stage(id, Members::of(sent)?, &known, approvals))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter();
    rule.first_stage = stages.next().unwrap_or_default();
    rule.further_stages = stages.collect();
    Ok(())
}

fn stage(
    id: RuleId,
    sent: Members<'_>,
    known: &[Approver],
    approvals: Approvals,
) -> Result<ApprovalStage, GraphError> {
    let defaults = ApprovalStage::default();
    let graph = ApprovalStage {
        is_approver_justification_required: sent
            .flag("isApproverJustificationRequired")?
            .unwrap_or(defaults.is_approver_justification_required),
        primary_approvers: approvers(id, sent, "primaryApprovers", known)?,
        ..defaults
    };
    match approvals {
        Approvals::Graph => Ok(graph),
        Approvals::Extended => extended(id, sent, known, graph),
    }
}

/// A stage with what Graph's role policies do not keep.
fn extended(
    id: RuleId,
    sent: Members<'_>,
    known: &[Approver],
    stage: ApprovalStage,
) -> Result<ApprovalStage, GraphError> {
    let within = |name: &str, least: u32, most: u32, unsent: u32| match sent.number(name)? {
        Some(number) if (least..=most).contains(&number) => Ok(number),
        Some(_) => Err(invalid_policy(id, format!("{name} is {least} to {most}."))),
        None => Ok(unsent),
    };
    let time_out_in_days = within(
        "approvalStageTimeOutInDays",
        1,
        TIME_OUT_DAYS_MAX,
        stage.time_out_in_days,
    )?;
    let quorum = within(QUORUM, 1, QUORUM_MAX, stage.quorum.get())?;
    let stage = ApprovalStage {
        time_out_in_days,
        quorum: NonZeroU32::new(quorum).unwrap_or(stage.quorum),
        is_escalation_enabled: sent.flag("isEscalationEnabled")?.unwrap_or_default(),
        escalation_time_in_minutes: sent.number("escalationTimeInMinutes")?.unwrap_or_default(),
        escalation_approvers: approvers(id, sent, "escalationApprovers", known)?,
        ..stage
    };
    if let Some((after, approvers)) = stage.escalation() {
        if approvers.is_empty() {
            return Err(invalid_policy(id, "Escalation needs escalationApprovers."));
        }
        if after <= IsoDuration::ZERO || stage.time_out() <= after {
            return Err(invalid_policy(
                id,
                "escalationTimeInMinutes is at least 1 and less than the time-out of the stage.",
            ));
        }
    }
    if most_approvals(&stage).is_some_and(|most| most < stage.quorum.get()) {
        return Err(invalid_policy(
            id,
            format!("{QUORUM} is more than there are approvers in the stage."),
        ));
    }
    Ok(stage)
}

/// How many persons can approve a stage, if the settings alone say it: the members of groups and the
/// default approvers come and go.
fn most_approvals(stage: &ApprovalStage) -> Option<u32> {
    let escalation = stage.escalation().map_or(&[][..], |(_, approvers)| approvers);
    let mut users = Vec::new();
    for approver in stage.primary_approvers.iter().chain(escalation) {
        match approver {
            Approver::User { id, .. } if !users.contains(id) => users.push(*id),
            Approver::User { .. } => {}
            Approver::Group { .. } => return None,
        }
    }
    (!stage.primary_approvers.is_empty()).then(|| u32::try_from(users.len()).unwrap_or(u32::MAX))
}

/// Subject sets, each once.
fn approvers(
    id: RuleId,
    stage: Members<'_>,
    name: &str,
    known: &[Approver],
) -> Result<Vec<Approver>, GraphError> {
    let mut approvers = Vec::new();
    for sent in stage.list(name)?.unwrap_or_default() {
        let approver = approver(id, Members::of(sent)?, known)?;
        if !approvers.contains(&approver) {
            approvers.push(approver);
        }
    }
    Ok(approvers)
}

/// Reads a subject set; both versions' names of the id are taken in both versions. The description is
/// not the client's to write: one that was known is kept, any other is left to be looked up.
fn approver(id: RuleId, sent: Members<'_>, known: &[Approver]) -> Result<Approver, GraphError> {
    let type_name = sent.text("@odata.type")?;
    let short = type_name.map(|name| {
        let name = name.strip_prefix('#').unwrap_or(name);
        name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase()
    });
    let is_group = match short.as_deref() {
        Some("singleuser") => false,
        Some("groupmembers") => true,
        None => sent.get("groupId").is_some(),
        Some(_) => {
            return Err(invalid_policy(
                id,
                "Approvers are single users or the members of groups.",
            ));
        }
    };
    let own_key = if is_group { "groupId" } else { "userId" };
    let text = match sent.text(own_key)? {
        Some(text) => text,
        None => sent
            .text("id")?
            .ok_or_else(|| invalid_policy(id, format!("An approver needs '{own_key}'.")))?,
    };
    let subject: ObjectId = text
        .parse()
        .map_err(|_| invalid_policy(id, format!("'{text}' is not the id of an approver.")))?;
    let description = known.iter().find_map(|approver| match approver {
        Approver::User { id, description } | Approver::Group { id, description } if *id == subject => {
            description.clone()
        }
        Approver::User { .. } | Approver::Group { .. } => None,
    });
    Ok(if is_group {
        Approver::Group {
            id: subject,
            description,
        }
    } else {
        Approver::User {
            id: subject,
            description,
        }
    })
}

#[cfg(test)]
mod tests;
