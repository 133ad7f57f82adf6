//! Audit events; Graph's `directoryAudit` (audit dossier, part B).

use uuid::Uuid;

use crate::vocabulary::vocabulary;
use crate::{AppId, CorrelationId, Instant, ObjectId};

vocabulary!(
    /// Which part of the service wrote an event; Graph's `loggedByService`.
    AuditService {
        /// Privileged Identity Management.
        Pim => "PIM",
        /// The directory beneath it.
        CoreDirectory => "Core Directory",
    }
);

vocabulary!(
    /// How an audited operation went; Graph's `operationResult`.
    AuditResult {
        /// It was done.
        Success => "success",
        /// It was refused or failed.
        Failure => "failure",
    }
);

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Initiator {
    /// A person, or the service itself, which shows as a user named `Azure AD PIM`.
    #[serde(rename_all = "camelCase")]
    User {
        /// The user; none for the service itself.
        id: Option<ObjectId>,
        /// The name.
        display_name: Option<String>,
        /// The principal name.
        user_principal_name: Option<String>,
        /// Where the call came from.
        ip_address: Option<String>,
    },
    /// An application on its own.
    #[serde(rename_all = "camelCase")]
    App {
        /// The client id.
        app_id: Option<AppId>,
        /// The name.
        display_name: Option<String>,
        /// The service principal.
        service_principal_id: Option<ObjectId>,
    },
}

impl Initiator {
    /// The service itself, for what time did (audit dossier, B8).
    pub fn service() -> Self {
        Self::User {
            id: None,
            display_name: Some("Azure AD PIM".to_owned()),
            user_principal_name: None,
            ip_address: None,
        }
    }
}

/// What happened to one property; values are JSON text, as on the wire.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifiedProperty {
    /// The property.
    pub display_name: String,
    /// Before.
    pub old_value: Option<String>,
    /// After.
    pub new_value: Option<String>,
}

/// Something that was acted on; the order of targets is part of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditTarget {
    /// `Role`, `Request`, `User`, `Group`, `ServicePrincipal`, `Directory`, `Other`, …
    #[serde(rename = "type")]
    pub target_type: String,
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub display_name: Option<String>,
    /// For users.
    pub user_principal_name: Option<String>,
    /// What changed.
    pub modified_properties: Vec<ModifiedProperty>,
}

/// A further fact about an event; the order is part of the contract.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuditDetail {
    /// What.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// One row of the audit log. Its JSON has Graph's names.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Unique and stable; names the correlation.
    pub id: String,
    /// When.
    #[serde(rename = "activityDateTime")]
    pub at: Instant,
    /// Ties the rows of one operation together.
    pub correlation_id: CorrelationId,
    /// What, in the published words.
    #[serde(rename = "activityDisplayName")]
    pub activity: String,
    /// `RoleManagement`, `UserManagement`, `GroupManagement`, …
    pub category: String,
    /// By which part of the service.
    #[serde(rename = "loggedByService")]
    pub service: AuditService,
    /// `Create`, `Update`, `Delete`, `Assign`, `Unassign`.
    pub operation_type: String,
    /// How it went.
    pub result: AuditResult,
    /// The justification on success, the error code on failure.
    pub result_reason: String,
    /// Who did it.
    pub initiated_by: Initiator,
    /// On what.
    #[serde(rename = "targetResources")]
    pub targets: Vec<AuditTarget>,
    /// Further facts.
    #[serde(rename = "additionalDetails")]
    pub details: Vec<AuditDetail>,
    /// With which client; beta shows it.
    pub user_agent: Option<String>,
}

/// An event in its place in the log. As JSON without white space, in the order of the fields, it is the record:
/// the bytes that are stored, exported, and hashed into the tree.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AuditRecord<'a> {
    /// Its number: 1 for the first, without gaps.
    pub sequence: i64,
    /// The event.
    #[serde(flatten)]
    pub event: &'a AuditEvent,
}

/// An event that was logged, with its record byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// The event.
    pub event: AuditEvent,
    /// The record, as [`AuditRecord`] wrote it. A later version may write another one, but not of this event.
    pub record: Box<str>,
}

impl std::ops::Deref for LoggedEvent {
    type Target = AuditEvent;

    fn deref(&self) -> &AuditEvent {
        &self.event
    }
}

/// What a record is called that says that older ones were removed.
pub const RECORDS_REMOVED: &str = "Remove audit records";
/// The detail that says through which record.
pub const REMOVED_THROUGH: &str = "RemovedThrough";

impl AuditEvent {
    /// The operation that the id of an event names; such ids are `{service}_{correlation}_{tenant}_{FILETIME}` (audit
    /// dossier, B4).
    pub fn correlation_in(id: &str) -> Option<CorrelationId> {
        let correlation = id.split('_').nth(1)?;
        Uuid::try_parse(correlation).ok().map(CorrelationId::new)
    }

    /// Through which record the log was shortened because of its age, if this is the record of that.
    pub fn removed_through(&self) -> Option<u64> {
        let is_such = self.activity == RECORDS_REMOVED && self.result == AuditResult::Success;
        let detail = self.details.iter().find(|detail| detail.key == REMOVED_THROUGH)?;
        is_such.then(|| detail.value.parse().ok()).flatten()
    }
}
