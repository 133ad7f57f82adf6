//! The vocabulary in which a query speaks: collections, fields and navigations. `graph` describes
//! each collection in these words and `store` maps each word to a column, so that the two need not
//! know each other (DESIGN, idea 4).

use crate::GrantKind;

/// Something that can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Schedule requests of one kind.
    ScheduleRequests(GrantKind),
    /// Approvals: requests for activation that somebody has to approve.
    Approvals,
    /// Schedules of one kind: grants in force or to come.
    Schedules(GrantKind),
    /// Schedule instances of one kind: grants in force.
    ScheduleInstances(GrantKind),
    /// The flat view of active grants.
    RoleAssignments,
    /// Role definitions.
    RoleDefinitions,
    /// Role management policies.
    Policies,
    /// Which role has which policy.
    PolicyAssignments,
    /// The rules of one policy.
    PolicyRules,
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Service principals.
    ServicePrincipals,
    /// Administrative units.
    AdministrativeUnits,
    /// Directory objects of any kind.
    DirectoryObjects,
    /// The tenant.
    Organization,
    /// What the tenant has bought.
    SubscribedSkus,
    /// Built-in roles as templates (legacy).
    DirectoryRoleTemplates,
    /// Roles that have been used (legacy).
    DirectoryRoles,
    /// Audit events.
    DirectoryAudits,
    /// Authentication contexts.
    AuthenticationContexts,
    /// Security alerts.
    Alerts,
    /// What the alerts are.
    AlertDefinitions,
    /// What is set for them.
    AlertConfigurations,
    /// The incidents of one alert.
    AlertIncidents,
    /// Refreshes of alerts.
    AlertOperations,
}

impl Collection {
    /// Whether a list of it takes a filter that says of which scope (policies dossier, 4.3; alerts dossier, A1.1).
    pub const fn needs_scope(self) -> bool {
        matches!(
            self,
            Self::Policies
                | Self::PolicyAssignments
                | Self::Alerts
                | Self::AlertDefinitions
                | Self::AlertConfigurations
        )
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident,)+) => {
        /// A property of a listed thing, named once for all collections that have it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $variant,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
        }
    };
}

fields! {
    /// The key.
    Id,
    /// The status of a request or schedule.
    Status,
    /// When it was made.
    CreatedDateTime,
    /// When a request reached its outcome.
    CompletedDateTime,
    /// The approval of a request.
    ApprovalId,
    /// What a request asks for.
    Action,
    /// For whom a grant or request is.
    PrincipalId,
    /// The role.
    RoleDefinitionId,
    /// Where.
    DirectoryScopeId,
    /// Never set here.
    AppScopeId,
    /// Whether a request was not stored.
    IsValidationOnly,
    /// The schedule that a request made.
    TargetScheduleId,
    /// The reason of a request.
    Justification,
    /// Who made a request.
    CreatedByUserId,
    /// The request that made a schedule.
    CreatedUsing,
    /// Never set here.
    ModifiedDateTime,
    /// `Assigned` or `Activated`.
    AssignmentType,
    /// `Direct` or `Group`.
    MemberType,
    /// The start of an instance.
    StartDateTime,
    /// The end of an instance.
    EndDateTime,
    /// The `/roleAssignments` row of an instance.
    RoleAssignmentOriginId,
    /// The schedule of an instance, `roleAssignmentScheduleId` or `roleEligibilityScheduleId`.
    ScheduleId,
    /// The name.
    DisplayName,
    /// What it is for.
    Description,
    /// Published rather than made here.
    IsBuiltIn,
    /// Whether a role can be assigned.
    IsEnabled,
    /// Published as privileged.
    IsPrivileged,
    /// The template of a role.
    TemplateId,
    /// The template of a legacy directory role.
    RoleTemplateId,
    /// The version of a role.
    Version,
    /// A user's principal name.
    UserPrincipalName,
    /// A mail address.
    Mail,
    /// A mail alias.
    MailNickname,
    /// First name.
    GivenName,
    /// Last name.
    Surname,
    /// Job title.
    JobTitle,
    /// Department.
    Department,
    /// Whether the account may be used.
    AccountEnabled,
    /// `Member` or `Guest`.
    UserType,
    /// Whether roles can be given to a group.
    IsAssignableToRole,
    /// Whether a group can give access.
    SecurityEnabled,
    /// Whether a group gets mail.
    MailEnabled,
    /// A group's types.
    GroupTypes,
    /// One of a group's types, inside a lambda.
    GroupType,
    /// A service principal's client id.
    AppId,
    /// `Application`, `ManagedIdentity`, …
    ServicePrincipalType,
    /// The scope of a policy.
    ScopeId,
    /// What kind of scope a policy has.
    ScopeType,
    /// Whether a policy is the organization's default.
    IsOrganizationDefault,
    /// The policy of a policy assignment.
    PolicyId,
    /// When a policy was changed.
    LastModifiedDateTime,
    /// When an audited operation happened.
    ActivityDateTime,
    /// What an audit event is about.
    ActivityDisplayName,
    /// The category of an audit event.
    Category,
    /// Ties audit events together.
    CorrelationId,
    /// Which service wrote an audit event.
    LoggedByService,
    /// The kind of an audited operation.
    OperationType,
    /// How an audited operation went.
    Result,
    /// Why.
    ResultReason,
    /// Which user did it.
    InitiatedByUserId,
    /// The user's name.
    InitiatedByUserDisplayName,
    /// The user's principal name.
    InitiatedByUserPrincipalName,
    /// Which application did it.
    InitiatedByAppId,
    /// The application's name.
    InitiatedByAppDisplayName,
    /// The application's service principal.
    InitiatedByAppServicePrincipalId,
    /// What was acted on.
    TargetResources,
    /// The id of one of them, inside a lambda.
    TargetResourceId,
    /// The name of one of them, inside a lambda.
    TargetResourceDisplayName,
    /// The type of one of them, inside a lambda.
    TargetResourceType,
    /// The principal name of one of them, inside a lambda.
    TargetResourceUserPrincipalName,
    /// The definition of an alert or of its configuration.
    AlertDefinitionId,
    /// Whether an alert fires.
    IsActive,
    /// How many incidents an alert has.
    IncidentCount,
    /// When an alert was scanned.
    LastScannedDateTime,
    /// How grave an alert is.
    SeverityLevel,
    /// Whether an alert's incidents can be put right by asking for it.
    IsRemediatable,
    /// Whether something can be set for an alert.
    IsConfigurable,
    /// Whom an incident is about.
    AssigneeId,
    /// The name of whom an incident is about.
    AssigneeDisplayName,
    /// The principal name of whom an incident is about.
    AssigneeUserPrincipalName,
    /// The name of the role that an incident is about.
    RoleDisplayName,
}

/// A way from one thing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nav {
    /// For whom.
    Principal,
    /// Which role.
    RoleDefinition,
    /// Where.
    DirectoryScope,
    /// Never leads anywhere here.
    AppScope,
    /// The eligibility behind an activation.
    ActivatedUsing,
    /// The schedule that a request made.
    TargetSchedule,
    /// The steps of an approval, as beta calls them.
    Steps,
    /// The steps of an approval, as v1.0 calls them.
    Stages,
    /// The request that an approval is about.
    Request,
    /// The policy of a policy assignment.
    Policy,
    /// The rules of a policy.
    Rules,
    /// The rules of a policy after inheritance; the same here.
    EffectiveRules,
    /// Who belongs to a group, unit or legacy role.
    Members,
    /// Who belongs to a group, nested groups resolved.
    TransitiveMembers,
    /// Who owns a group.
    Owners,
    /// What a principal belongs to.
    MemberOf,
    /// What a principal belongs to, nested groups resolved.
    TransitiveMemberOf,
    /// What an alert is.
    AlertDefinition,
    /// What is set for an alert.
    AlertConfiguration,
    /// The incidents of an alert.
    AlertIncidents,
}
