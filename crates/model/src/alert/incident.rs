//! What a scan found (alerts dossier, A4 and A10), by the names that everybody had then.

use serde::{Deserialize, Serialize};

use crate::{Instant, ObjectId, RoleDefinitionId};

/// One thing that an alert is about. Its id is the same as long as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Unique within the alert.
    pub id: String,
    /// What it is about.
    pub matter: Matter,
}

/// A role by the name it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncidentRole {
    /// Its id.
    pub id: RoleDefinitionId,
    /// Its template.
    pub template_id: RoleDefinitionId,
    /// Its name.
    pub display_name: String,
}

/// Somebody by the name they had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignee {
    /// Their id.
    pub id: ObjectId,
    /// Their name.
    pub display_name: String,
    /// Of users.
    pub user_principal_name: Option<String>,
}

/// What an incident is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "type")]
pub enum Matter {
    /// The tenant's licence.
    License {
        /// What there is, in words.
        tenant_license_status: String,
    },
    /// A role, whose settings lack something.
    Role {
        /// Which.
        role: IncidentRole,
    },
    /// An eligibility that is not used.
    Unused {
        /// Whose.
        assignee: Assignee,
        /// For which role.
        role: IncidentRole,
        /// When it was used last, if ever.
        last_activation: Option<Instant>,
    },
    /// A grant made without a request.
    OutsidePim {
        /// Whose.
        assignee: Assignee,
        /// Of which role.
        role: IncidentRole,
        /// When it was made.
        created_at: Instant,
    },
    /// Activations in short succession.
    Sequence {
        /// Whose.
        assignee: Assignee,
        /// Of which role.
        role: IncidentRole,
        /// How many.
        activations: u32,
        /// When the first began.
        start: Instant,
        /// When the last began.
        end: Instant,
    },
    /// A grant of somebody who does not sign in.
    Stale {
        /// Whose.
        assignee: Assignee,
        /// Of which role.
        role: IncidentRole,
        /// When it was made.
        created_at: Instant,
        /// When they signed in last, if ever.
        last_sign_in: Option<Instant>,
    },
    /// A global administrator.
    Administrator {
        /// Who.
        assignee: Assignee,
    },
    /// A role that too few can approve.
    Approvers {
        /// Which role.
        role: IncidentRole,
        /// How many persons can.
        reachable: u32,
    },
    /// An address that mail is not delivered to.
    Mail {
        /// The address.
        recipient: String,
        /// Messages that were given up.
        given_up: u32,
        /// What the last attempt came to.
        last_error: Option<String>,
    },
    /// An account for emergencies that was used.
    BreakGlass {
        /// Which.
        assignee: Assignee,
        /// When it signed in last.
        last_sign_in: Option<Instant>,
        /// When it activated a role last.
        last_activation: Option<Instant>,
    },
    /// A role that many hold for good.
    Standing {
        /// Which role.
        role: IncidentRole,
        /// How many.
        holders: u32,
        /// How many may.
        threshold: u32,
    },
    /// A grant whose end is not recorded.
    Unrevoked {
        /// Whose.
        assignee: Assignee,
        /// Of which role.
        role: IncidentRole,
        /// When it should have been.
        ended_at: Instant,
    },
}

impl Incident {
    /// The role that it is about, if it is about one.
    pub const fn role(&self) -> Option<&IncidentRole> {
        match &self.matter {
            Matter::Role { role }
            | Matter::Unused { role, .. }
            | Matter::OutsidePim { role, .. }
            | Matter::Sequence { role, .. }
            | Matter::Stale { role, .. }
            | Matter::Approvers { role, .. }
            | Matter::Standing { role, .. }
            | Matter::Unrevoked { role, .. } => Some(role),
            Matter::License { .. }
            | Matter::Administrator { .. }
            | Matter::Mail { .. }
            | Matter::BreakGlass { .. } => None,
        }
    }

    /// Whom it is about, if it is about somebody.
    pub const fn assignee(&self) -> Option<&Assignee> {
        match &self.matter {
            Matter::Unused { assignee, .. }
            | Matter::OutsidePim { assignee, .. }
            | Matter::Sequence { assignee, .. }
            | Matter::Stale { assignee, .. }
            | Matter::Administrator { assignee }
            | Matter::BreakGlass { assignee, .. }
            | Matter::Unrevoked { assignee, .. } => Some(assignee),
            Matter::License { .. }
            | Matter::Role { .. }
            | Matter::Approvers { .. }
            | Matter::Mail { .. }
            | Matter::Standing { .. } => None,
        }
    }
}
