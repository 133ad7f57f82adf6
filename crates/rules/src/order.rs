//! What a caller asks for, parsed at the border into values that cannot be malformed.

use model::{
    Action, CallerKind, DirectoryScope, GrantKind, ObjectId, RequestId, RoleDefinitionId, ScheduleInfo,
    TicketInfo,
};

/// The caller of an order, as far as decisions need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// The user, or the application's service principal.
    pub id: ObjectId,
    /// On whose behalf the call is made.
    pub kind: CallerKind,
    /// Whether the caller may order administrative actions now: a delegated caller with Privileged
    /// Role Administrator or Global Administrator in force, or an application with the permission.
    pub may_administer: bool,
    /// Whether the sign-in used a second factor.
    pub mfa: bool,
    /// The authentication contexts that the sign-in satisfied.
    pub authentication_contexts: Vec<String>,
}

/// An order to change a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The id that the request, and a grant it makes, will have.
    pub id: RequestId,
    /// On which side.
    pub kind: GrantKind,
    /// What.
    pub action: Action,
    /// The action as the client spelt it.
    pub action_text: String,
    /// For whom.
    pub principal_id: ObjectId,
    /// Which role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// The window asked for. Removals ignore it.
    pub schedule: Option<ScheduleInfo>,
    /// Why.
    pub justification: Option<String>,
    /// The ticket.
    pub ticket: TicketInfo,
    /// Decide, but change nothing.
    pub is_validation_only: bool,
    /// Who asks.
    pub by: Requester,
}
