//! `roleAssignmentApprovals`, with its steps, which v1.0 calls stages, and in beta its request (policies
//! dossier, 9).

use model::query::{Collection, Field, Nav};
use serde_json::json;

use super::schedule_requests::ASSIGNMENT_REQUEST;
use crate::Versions;
use crate::description::{
    EntitySet, Method, Navigation, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::{ASSIGNMENT_REQUESTS, READ_ASSIGNMENT_SCHEDULES as READ};
use crate::sets::types::{FLAG, ID, IDENTITY, TEXT, TIME};
use crate::value::{Wire, of};

/// What a step says until somebody has decided it.
const NOT_REVIEWED: &str = "NotReviewed";

/// The properties of a step, in the dossier's order.
const STEP_PROPERTIES: &[Property] = &[
    Property::new("id", ID, of!(step, |s| s.id)),
    Property::new("displayName", TEXT, |_, _| serde_json::Value::Null),
    Property::new(
        "reviewedDateTime",
        TIME,
        of!(step, |s| s.review.as_ref().map(|review| review.at)),
    ),
    Property::new(
        "reviewResult",
        TEXT,
        of!(step, |s| s
            .review
            .as_ref()
            .map_or(NOT_REVIEWED, |review| review.verdict.as_str())),
    ),
    Property::new("status", TEXT, of!(step, |s| s.status.as_str())),
    Property::new("assignedToMe", FLAG, of!(step, |s| s.is_assigned_to_caller)),
    Property::new(
        "justification",
        TEXT,
        of!(step, |s| s
            .review
            .as_ref()
            .and_then(|review| review.justification.as_deref())
            .unwrap_or_default()),
    ),
    Property::new(
        "reviewedBy",
        Type::Complex(&IDENTITY),
        of!(step, |s| s.review.as_ref().map(|review| {
            let reviewer = s.reviewer.as_ref();
            json!({
                "id": review.by.wire(),
                "displayName": reviewer.map(|object| object.display_name.as_str()),
                "userPrincipalName": reviewer.and_then(|object| object.user_principal_name()),
                "mail": reviewer.and_then(|object| object.mail()),
            })
        })),
    ),
];

entity_type!(
    /// What those who may decide a request have to say of it.
    APPROVAL = "microsoft.graph.approval", in "roleManagement/directory/roleAssignmentApprovals" {
        properties: &[Property::new("id", ID, of!(request, |r| r.id)).sortable(Field::Id)],
        navigations: &[
            Navigation::many("steps", Nav::Steps, &APPROVAL_STEP)
                .contained()
                .inline()
                .only(Versions::Beta),
            Navigation::many("stages", Nav::Stages, &APPROVAL_STAGE)
                .contained()
                .inline()
                .only(Versions::V1),
            Navigation::one("request", Nav::Request, &ASSIGNMENT_REQUEST).only(Versions::Beta),
        ],
    }
);
entity_type!(
    /// A step of an approval in beta.
    APPROVAL_STEP = "microsoft.graph.approvalStep", in "roleManagement/directory/roleAssignmentApprovals/steps" {
        properties: STEP_PROPERTIES,
        navigations: &[],
    }
);
entity_type!(
    /// A step of an approval in v1.0.
    APPROVAL_STAGE = "microsoft.graph.approvalStage", in "roleManagement/directory/roleAssignmentApprovals/stages" {
        properties: STEP_PROPERTIES,
        navigations: &[],
    }
);

/// The reads of the steps, and the decision, under the name that one version has for them.
macro_rules! step_operations {
    ($name:literal, $nav:expr, $versions:expr) => {
        [
            Operation::get(concat!("{key}/", $name), Kind::Navigate($nav), READ).only($versions),
            Operation::get(
                concat!("{key}/", $name, "/$count"),
                Kind::NavigateCount($nav),
                READ,
            )
            .only($versions),
            Operation::get(
                concat!("{key}/", $name, "/{element}"),
                Kind::NavigateElement($nav),
                READ,
            )
            .only($versions),
            Operation::new(
                Method::Patch,
                concat!("{key}/", $name, "/{element}"),
                Kind::UpdateElement($nav),
                ASSIGNMENT_REQUESTS,
            )
            .delegated_only()
            .only($versions),
        ]
    };
}

const OPERATIONS: [Operation; 13] = {
    let [steps, step_count, step, decide_step] = step_operations!("steps", Nav::Steps, Versions::Beta);
    let [stages, stage_count, stage, decide_stage] = step_operations!("stages", Nav::Stages, Versions::V1);
    [
        Operation::get("", Kind::List, READ),
        Operation::get("$count", Kind::Count, READ),
        Operation::get("filterByCurrentUser(on='{on}')", Kind::FilterByCurrentUser, READ),
        Operation::get("{key}", Kind::Get, READ),
        Operation::get("{key}/request", Kind::Navigate(Nav::Request), READ).only(Versions::Beta),
        steps,
        step_count,
        step,
        decide_step,
        stages,
        stage_count,
        stage,
        decide_stage,
    ]
};

/// `roleAssignmentApprovals`. v1.0 has no such set in Graph; here it has, with the names that v1.0
/// gives to what is in it.
pub static APPROVALS: EntitySet = EntitySet {
    collection: Collection::Approvals,
    path: &["roleManagement", "directory", "roleAssignmentApprovals"],
    beta_path: None,
    entity: &APPROVAL,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: &["target", "createdBy", "approver"],
    operations: &OPERATIONS,
};
