//! The names of tables and columns. What they hold is said in `sqlite/migrations`.

use sea_query::Iden;

#[derive(Clone, Copy, Iden)]
pub(crate) enum Objects {
    Table,
    Id,
    Kind,
    DisplayName,
    Description,
    CreatedAt,
    Body,
    DeletedAt,
    UserPrincipalName,
    AppId,
    AccountEnabled,
    UserType,
    Mail,
    MailNickname,
    GivenName,
    Surname,
    JobTitle,
    Department,
    IsAssignableToRole,
    SecurityEnabled,
    MailEnabled,
    GroupTypes,
    ServicePrincipalType,
    EmployeeId,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Memberships {
    Table,
    ContainerId,
    Relation,
    MemberId,
    AddedAt,
    RemovedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Roles {
    Table,
    Id,
    TemplateId,
    DisplayName,
    Description,
    IsBuiltIn,
    IsEnabled,
    IsPrivileged,
    Version,
    Permissions,
    DeletedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Policies {
    Table,
    Id,
    Version,
    RoleId,
    Settings,
    LastModifiedAt,
    LastModifiedBy,
    LastModifiedByName,
    ValidFrom,
    ValidUntil,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum PolicyApprovers {
    Table,
    RoleId,
    ApproverId,
    Kind,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Grants {
    Table,
    Id,
    Kind,
    PrincipalId,
    RoleId,
    Scope,
    StartsAt,
    EndsAt,
    EndedAt,
    EndedCause,
    RequestId,
    CreatedAt,
    ActivatedUsing,
    DerivedId,
    IsStartPending,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Requests {
    Table,
    Id,
    Kind,
    Action,
    ActionText,
    Status,
    IsOpen,
    PrincipalId,
    RoleId,
    Scope,
    Justification,
    TicketNumber,
    TicketSystem,
    StartsAt,
    Expiration,
    ExpirationMicros,
    CreatedAt,
    CompletedAt,
    CreatedBy,
    TargetScheduleId,
    ActivatedUsing,
    NeedsApproval,
    LapsesAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum ApprovalDecisions {
    Table,
    RequestId,
    Stage,
    Seat,
    DecidedBy,
    DecidedAt,
    Verdict,
    Justification,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditEvents {
    Table,
    Seq,
    At,
    CorrelationId,
    Activity,
    Category,
    Service,
    OperationType,
    Result,
    UserId,
    UserDisplayName,
    UserPrincipalName,
    AppId,
    AppDisplayName,
    AppServicePrincipalId,
    Leaf,
    Record,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditNodes {
    Table,
    Level,
    Position,
    Hash,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditCheckpoints {
    Table,
    Size,
    Note,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditMentions {
    Table,
    Block,
    Mentioned,
    Stretch,
    Records,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditCursors {
    Table,
    Destination,
    Position,
    MovedAt,
    Failures,
    LastError,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuthenticationContexts {
    Table,
    Id,
    DisplayName,
    Description,
    IsAvailable,
    DeletedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum ClientSecrets {
    Table,
    AppId,
    Sha256,
    CreatedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AppPermissions {
    Table,
    AppId,
    Permission,
    GrantedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Notices {
    Table,
    Id,
    At,
    Notice,
    IsOpen,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Messages {
    Table,
    Seq,
    Id,
    NoticeId,
    Audience,
    RuleId,
    Recipients,
    Unreachable,
    Skipped,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Deliveries {
    Table,
    MessageId,
    Position,
    Recipient,
    Status,
    Attempts,
    NextAttemptAt,
    LastError,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Reminders {
    Table,
    DueAt,
    Kind,
    Subject,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Alerts {
    Table,
    Name,
    Incidents,
    Accounts,
    IsDismissed,
    LastModifiedAt,
    LastScannedAt,
    LastReportedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AlertSettings {
    Table,
    Name,
    Version,
    Settings,
    ValidFrom,
    ValidUntil,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AlertIncidents {
    Table,
    Alert,
    Id,
    Incident,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AlertOperations {
    Table,
    Id,
    Alert,
    CreatedAt,
    LastActionAt,
    Status,
    Detail,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum SignIns {
    Table,
    UserId,
    At,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum SigningKeys {
    Table,
    Kid,
    PrivateDer,
    CreatedAt,
    RetiredAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Tenants {
    Table,
    Id,
    DisplayName,
    Domain,
    CreatedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Facts {
    Table,
    Key,
    Value,
}

/// Names given inside a statement.
#[derive(Clone, Copy, Iden)]
pub(crate) enum Alias {
    /// The principal of a grant or request.
    Principal,
    /// Its role.
    Role,
    /// The schedule that a request made.
    Target,
    /// One element of a list of texts.
    Element,
    /// The element's text.
    Value,
}
