//! Request bodies as model values: tolerant of everything that real clients are known to send
//! (schedules dossier, 2.2; clients dossier, 2), strict about what cannot be meant.

mod administrative_unit;
mod alert;
mod approval;
mod authentication_context;
mod draft;
mod group;
mod members;
mod policy;
mod reference;
mod role;
mod schedule_request;
mod service_principal;
mod user;

pub use self::administrative_unit::{create_administrative_unit, patch_administrative_unit};
pub use self::alert::{alert_activity, alert_scope, alert_settings};
pub use self::approval::{ReviewBody, review};
pub use self::authentication_context::{
    authentication_context_id, new_authentication_context, put_authentication_context,
};
pub use self::draft::ObjectDraft;
pub use self::group::{create_group, patch_group};
pub use self::policy::{Approvals, apply_policy_patch, apply_rule_patch};
pub use self::reference::{GetByIdsBody, MemberActionBody, get_by_ids, member_action, reference};
pub use self::role::{
    RoleAssignmentBody, create_role_assignment, create_role_definition, patch_role_definition,
};
pub use self::schedule_request::{ScheduleRequestBody, schedule_request};
pub use self::service_principal::{create_service_principal, patch_service_principal};
pub use self::user::{create_user, patch_user};

use serde_json::Value;

use crate::GraphError;

/// Reads a body as JSON; what kind of value it must be is the reader's business.
///
/// # Errors
/// `BadRequest` if it is not JSON, or nests deeper than the parser's limit.
pub fn json(bytes: &[u8]) -> Result<Value, GraphError> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    serde_json::from_slice(text).map_err(|_| GraphError::invalid_json())
}

/// What some Windows clients begin a text with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests;
