//! What a read gives back: typed records, with what was expanded beside them. `graph` shapes them
//! into JSON; nothing here knows how.

use std::sync::Arc;

use crate::alert::{AlertDefinition, AlertName, AlertOperation, AlertSettings, AlertState, Incident};
use crate::audit::LoggedEvent;
use crate::directory::Tenant;
use crate::licence::Subscription;
use crate::policy::AuthenticationContext;
use crate::query::Nav;
use crate::{
    DirectoryObject, DirectoryScope, Grant, GrantId, Instant, MemberType, ObjectId, Policy, RequestId,
    Review, RoleDefinition, RuleId, ScheduleRequest, StepId, StepStatus,
};

/// A request as it stands at the time of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// The request; its status and target already follow the clock.
    pub request: ScheduleRequest,
}

/// A grant as seen at `read_at` by, or for, `principal_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRecord {
    /// The grant.
    pub grant: Grant,
    /// The principal that the row is about: the grant's, or a member of the group it is for.
    pub principal_id: ObjectId,
    /// Which of the two.
    pub member_type: MemberType,
    /// The time of reading, which Graph shows as the start of grants made outside PIM.
    pub read_at: Instant,
}

impl GrantRecord {
    /// The id of the instance, and of the row in `/roleAssignments`: the grant's derived id, and for
    /// a member's view of a group's grant that id and the member's, which the dossier leaves open
    /// (schedules dossier, 2.6).
    pub fn instance_id(&self) -> String {
        match self.member_type {
            MemberType::Direct => self.grant.derived_id(),
            MemberType::Group => format!("{}-{}", self.grant.derived_id(), self.principal_id),
        }
    }
}

/// A step of an approval at the time of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRecord {
    /// Which.
    pub id: StepId,
    /// The request, whose id the approval has too.
    pub request: RequestId,
    /// Where it stands.
    pub status: StepStatus,
    /// What was decided, if it was.
    pub review: Option<Review>,
    /// Who decided, unless they are gone.
    pub reviewer: Option<DirectoryObject>,
    /// Whether the caller may decide it, or did.
    pub is_assigned_to_caller: bool,
}

/// A legacy directory role: a built-in role under an id of the tenant's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryRoleRecord {
    /// Derived from the tenant and the template.
    pub id: ObjectId,
    /// The role.
    pub definition: RoleDefinition,
}

/// An alert with what is set for it, on which it depends whether it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertRecord {
    /// Where it stands.
    pub state: AlertState,
    /// What is set for it.
    pub settings: AlertSettings,
    /// When it was scanned last, or since when there is something to scan.
    pub last_scanned_at: Instant,
}

/// A listed thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A schedule request.
    ScheduleRequest(Box<RequestRecord>),
    /// An approval: a request that somebody has to approve.
    Approval(Box<RequestRecord>),
    /// A step of an approval, for beta.
    ApprovalStep(Box<StepRecord>),
    /// A step of an approval, for v1.0.
    ApprovalStage(Box<StepRecord>),
    /// A schedule.
    Schedule(Box<GrantRecord>),
    /// A schedule instance.
    ScheduleInstance(Box<GrantRecord>),
    /// A row of `/roleAssignments`.
    RoleAssignment(Box<GrantRecord>),
    /// A role definition.
    RoleDefinition(Arc<RoleDefinition>),
    /// A policy.
    Policy(Box<Policy>),
    /// A policy assignment, which says no more than its policy.
    PolicyAssignment(Box<Policy>),
    /// One rule of a policy.
    PolicyRule(Box<Policy>, RuleId),
    /// A directory object.
    DirectoryObject(Arc<DirectoryObject>),
    /// A scope that is no stored object: the tenant itself.
    Scope(DirectoryScope),
    /// The tenant.
    Organization(Box<Tenant>),
    /// What the tenant has bought.
    SubscribedSku(Box<Subscription>),
    /// A built-in role as a template.
    DirectoryRoleTemplate(Arc<RoleDefinition>),
    /// A legacy directory role.
    DirectoryRole(Box<DirectoryRoleRecord>),
    /// An audit event.
    DirectoryAudit(Box<LoggedEvent>),
    /// An authentication context.
    AuthenticationContext(Box<AuthenticationContext>),
    /// A security alert.
    Alert(Box<AlertRecord>),
    /// What an alert is.
    AlertDefinition(Box<AlertDefinition>),
    /// What is set for an alert.
    AlertConfiguration(AlertName, AlertSettings),
    /// An incident of an alert.
    AlertIncident(AlertName, Box<Incident>),
    /// A refresh of alerts.
    AlertOperation(Box<AlertOperation>),
}

/// What lies at the end of an expanded navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expanded {
    /// One thing, or nothing.
    One(Option<Arc<Item>>),
    /// Several things.
    Many(Vec<Item>),
}

/// A record with what was expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The record.
    pub record: Record,
    /// In the order in which expansion was asked for.
    pub expanded: Vec<(Nav, Expanded)>,
}

impl From<Record> for Item {
    fn from(record: Record) -> Self {
        Self {
            record,
            expanded: Vec::new(),
        }
    }
}

impl Record {
    /// The schedule that `targetSchedule` leads to, if the record has one.
    pub fn target_schedule_id(&self) -> Option<GrantId> {
        match self {
            Self::ScheduleRequest(record) => record.request.target_schedule_id,
            _ => None,
        }
    }
}
