//! Which column, or which expression over columns and the clock, each field of each collection is.

use model::query::{Collection, Field, Nav};
use model::{AssignmentType, Instant, MemberType, ObjectId, RequestStatus};
use sea_query::{Expr, ExprTrait, Func, IntoIden};

use crate::aggregates::grants;
use crate::aggregates::requests;
use crate::schema::{Alias, AuditEvents, Grants, Objects, Requests, Roles};
use crate::sqlite::dialect;
use crate::value::{bind, constant};

/// A value of each row.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) expr: Expr,
    pub(super) form: Form,
    /// Whether it can be without a value.
    pub(super) is_nullable: bool,
}

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Guid,
    Text,
    /// Text that is stored in lower case.
    LowerText,
    Instant,
    Bool,
    /// The id of a schedule: a GUID, or, for grants made outside PIM, the derived id (schedules
    /// dossier, 2.6). The expression is its text.
    ScheduleId,
}

impl Column {
    fn new(expr: impl Into<Expr>, form: Form) -> Self {
        Self {
            expr: expr.into(),
            form,
            is_nullable: false,
        }
    }

    fn nullable(expr: impl Into<Expr>, form: Form) -> Self {
        Self {
            is_nullable: true,
            ..Self::new(expr, form)
        }
    }

    /// A property that is never set.
    fn never(form: Form) -> Self {
        Self::nullable(constant(None::<String>), form)
    }

    /// The value as text.
    pub(super) fn text(self) -> Expr {
        match self.form {
            Form::Guid => dialect::guid_text(self.expr),
            Form::Text | Form::LowerText | Form::ScheduleId | Form::Instant | Form::Bool => self.expr,
        }
    }
}

/// The fields of the rows of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) collection: Collection,
    pub(super) now: Instant,
    /// The principal whose rows are listed, who stands in for the groups it has some through.
    pub(super) viewer: Option<ObjectId>,
}

impl Fields {
    /// The column of a field, reached over navigations that are joined under their aliases.
    pub(super) fn column(&self, navs: &[Nav], field: Field) -> Option<Column> {
        match (navs, self.collection) {
            ([], Collection::ScheduleRequests(_) | Collection::Approvals) => self.of_request(field),
            ([], Collection::Schedules(_)) => self.of_schedule(field),
            ([], Collection::ScheduleInstances(_)) => self.of_instance(field),
            ([], Collection::RoleAssignments) => self.of_role_assignment(field),
            ([], Collection::DirectoryAudits) => of_audit_event(field),
            ([], _) => of_object(Objects::Table, field, false),
            ([Nav::Principal], _) => of_object(Alias::Principal, field, true),
            ([Nav::RoleDefinition], _) => of_role(field),
            _ => None,
        }
    }

    /// The id of the principal that a row is about.
    pub(super) fn principal_id(&self) -> Expr {
        match (self.viewer, self.collection) {
            (Some(viewer), _) => bind(viewer),
            (None, Collection::ScheduleRequests(_)) => requests::column(Requests::PrincipalId),
            (None, _) => grants::column(Grants::PrincipalId),
        }
    }

    /// The id of the role of a row.
    pub(super) fn role_id(&self) -> Expr {
        match self.collection {
            Collection::ScheduleRequests(_) => requests::column(Requests::RoleId),
            _ => grants::column(Grants::RoleId),
        }
    }

    fn of_request(&self, field: Field) -> Option<Column> {
        let column = |column, form| Some(Column::new(requests::column(column), form));
        let nullable = |column, form| Some(Column::nullable(requests::column(column), form));
        match field {
            Field::Id => column(Requests::Id, Form::Guid),
            Field::Status => Some(Column::new(self.request_status(), Form::Text)),
            Field::CreatedDateTime => column(Requests::CreatedAt, Form::Instant),
            Field::CompletedDateTime => nullable(Requests::CompletedAt, Form::Instant),
            Field::ApprovalId => Some(Column::nullable(
                Expr::case(
                    requests::column(Requests::NeedsApproval).eq(constant(true)),
                    requests::column(Requests::Id),
                ),
                Form::Guid,
            )),
            Field::Action => column(Requests::Action, Form::Text),
            Field::PrincipalId => Some(Column::new(self.principal_id(), Form::Guid)),
            Field::RoleDefinitionId => column(Requests::RoleId, Form::Guid),
            Field::DirectoryScopeId => column(Requests::Scope, Form::Text),
            Field::AppScopeId => Some(Column::never(Form::Text)),
            Field::IsValidationOnly => Some(Column::new(constant(false), Form::Bool)),
            Field::TargetScheduleId => Some(Column::nullable(self.current_target(), Form::Guid)),
            Field::Justification => nullable(Requests::Justification, Form::Text),
            Field::CreatedByUserId => column(Requests::CreatedBy, Form::Guid),
            _ => None,
        }
    }

    /// [`model::ScheduleRequest::status_at`], as an expression.
    fn request_status(&self) -> Expr {
        let reached = |status: RequestStatus, due| {
            requests::column(Requests::Status)
                .eq(constant(status))
                .and(requests::column(due).lte(bind(self.now)))
        };
        Expr::case(
            reached(RequestStatus::Granted, Requests::StartsAt),
            constant(RequestStatus::Provisioned),
        )
        .case(
            reached(RequestStatus::PendingApproval, Requests::LapsesAt),
            constant(RequestStatus::Denied),
        )
        .finally(requests::column(Requests::Status))
        .into()
    }

    /// The schedule that a request made, while that is current, or will make (schedules dossier, 9).
    pub(super) fn current_target(&self) -> Expr {
        let waits = requests::column(Requests::Status)
            .eq(constant(RequestStatus::PendingApproval))
            .and(
                requests::column(Requests::LapsesAt)
                    .is_null()
                    .or(requests::column(Requests::LapsesAt).gt(bind(self.now))),
            )
            .or(requests::column(Requests::Status).eq(constant(RequestStatus::PendingAdminDecision)));
        Expr::case(waits, requests::column(Requests::TargetScheduleId))
            .finally(Expr::col((Alias::Target, Grants::Id)))
            .into()
    }

    fn of_grant(&self, field: Field) -> Option<Column> {
        match field {
            Field::PrincipalId => Some(Column::new(self.principal_id(), Form::Guid)),
            Field::RoleDefinitionId => Some(Column::new(grants::column(Grants::RoleId), Form::Guid)),
            Field::DirectoryScopeId => Some(Column::new(grants::column(Grants::Scope), Form::Text)),
            Field::AppScopeId => Some(Column::never(Form::Text)),
            Field::AssignmentType => Some(Column::new(
                Expr::case(
                    grants::column(Grants::ActivatedUsing).is_null(),
                    constant(AssignmentType::Assigned.as_str().to_owned()),
                )
                .finally(constant(AssignmentType::Activated.as_str().to_owned())),
                Form::Text,
            )),
            Field::MemberType => Some(Column::new(self.member_type(), Form::Text)),
            _ => None,
        }
    }

    /// [`model::record::GrantRecord::instance_id`], as an expression.
    fn instance_id(&self) -> Expr {
        let derived = grants::column(Grants::DerivedId);
        match self.viewer {
            None => derived,
            Some(viewer) => Expr::case(
                grants::column(Grants::PrincipalId).eq(bind(viewer)),
                derived.clone(),
            )
            .finally(dialect::concat(derived, bind(format!("-{viewer}"))))
            .into(),
        }
    }

    fn member_type(&self) -> Expr {
        let direct = constant(MemberType::Direct.as_str().to_owned());
        match self.viewer {
            None => direct,
            Some(viewer) => Expr::case(grants::column(Grants::PrincipalId).eq(bind(viewer)), direct)
                .finally(constant(MemberType::Group.as_str().to_owned()))
                .into(),
        }
    }

    fn of_schedule(&self, field: Field) -> Option<Column> {
        match field {
            Field::Id => Some(schedule_id()),
            Field::Status => Some(Column::new(
                Expr::case(
                    grants::has_started(self.now),
                    constant(RequestStatus::Provisioned),
                )
                .finally(constant(RequestStatus::Granted)),
                Form::Text,
            )),
            Field::CreatedUsing => Some(Column::nullable(grants::column(Grants::RequestId), Form::Guid)),
            Field::CreatedDateTime => Some(made_in_pim(Grants::CreatedAt)),
            Field::ModifiedDateTime => Some(Column::never(Form::Instant)),
            field => self.of_grant(field),
        }
    }

    fn of_instance(&self, field: Field) -> Option<Column> {
        match field {
            Field::Id => Some(Column::new(self.instance_id(), Form::Text)),
            Field::RoleAssignmentOriginId => Some(Column::new(grants::column(Grants::DerivedId), Form::Text)),
            Field::ScheduleId => Some(schedule_id()),
            Field::StartDateTime => Some(made_in_pim(Grants::StartsAt)),
            Field::EndDateTime => Some(Column::nullable(grants::column(Grants::EndsAt), Form::Instant)),
            field => self.of_grant(field),
        }
    }

    fn of_role_assignment(&self, field: Field) -> Option<Column> {
        match field {
            Field::Id => Some(Column::new(self.instance_id(), Form::Text)),
            Field::AssignmentType | Field::MemberType => None,
            field => self.of_grant(field),
        }
    }
}

/// That a grant was made by a request, and so shows its own id.
pub(super) fn is_made_in_pim() -> Expr {
    grants::column(Grants::RequestId).is_not_null()
}

fn schedule_id() -> Column {
    let id = Expr::case(is_made_in_pim(), dialect::guid_text(grants::column(Grants::Id)))
        .finally(grants::column(Grants::DerivedId));
    Column::new(id, Form::ScheduleId)
}

/// A time that grants made outside PIM do not show (schedules dossier, 6.7).
fn made_in_pim(column: Grants) -> Column {
    Column::nullable(
        Expr::case(is_made_in_pim(), grants::column(column)),
        Form::Instant,
    )
}

/// A field of a directory object in a table or alias; outer joined, every one can be without value.
fn of_object(table: impl IntoIden + Copy, field: Field, is_outer: bool) -> Option<Column> {
    let (column, form, is_nullable) = match field {
        Field::Id => (Objects::Id, Form::Guid, false),
        Field::DisplayName => (Objects::DisplayName, Form::Text, false),
        Field::CreatedDateTime => (Objects::CreatedAt, Form::Instant, false),
        Field::Description => (Objects::Description, Form::Text, true),
        Field::UserPrincipalName => (Objects::UserPrincipalName, Form::Text, true),
        Field::Mail => (Objects::Mail, Form::Text, true),
        Field::MailNickname => (Objects::MailNickname, Form::Text, true),
        Field::GivenName => (Objects::GivenName, Form::Text, true),
        Field::Surname => (Objects::Surname, Form::Text, true),
        Field::JobTitle => (Objects::JobTitle, Form::Text, true),
        Field::Department => (Objects::Department, Form::Text, true),
        Field::AccountEnabled => (Objects::AccountEnabled, Form::Bool, true),
        Field::UserType => (Objects::UserType, Form::Text, true),
        Field::IsAssignableToRole => (Objects::IsAssignableToRole, Form::Bool, true),
        Field::SecurityEnabled => (Objects::SecurityEnabled, Form::Bool, true),
        Field::MailEnabled => (Objects::MailEnabled, Form::Bool, true),
        Field::AppId => (Objects::AppId, Form::Guid, true),
        Field::ServicePrincipalType => (Objects::ServicePrincipalType, Form::Text, true),
        Field::RoleTemplateId => return Some(Column::never(Form::Guid)),
        _ => return None,
    };
    Some(Column {
        expr: Expr::col((table, column)),
        form,
        is_nullable: is_nullable || is_outer,
    })
}

/// A field of a role, which is always outer joined.
fn of_role(field: Field) -> Option<Column> {
    let (column, form) = match field {
        Field::Id => (Roles::Id, Form::Guid),
        Field::TemplateId => (Roles::TemplateId, Form::Guid),
        Field::DisplayName => (Roles::DisplayName, Form::Text),
        Field::Description => (Roles::Description, Form::Text),
        Field::IsBuiltIn => (Roles::IsBuiltIn, Form::Bool),
        Field::IsEnabled => (Roles::IsEnabled, Form::Bool),
        Field::IsPrivileged => (Roles::IsPrivileged, Form::Bool),
        Field::Version => (Roles::Version, Form::Text),
        _ => return None,
    };
    Some(Column::nullable(Expr::col((Alias::Role, column)), form))
}

fn of_audit_event(field: Field) -> Option<Column> {
    let column = |column| Expr::col((AuditEvents::Table, column));
    let recorded = |path| dialect::json_field(column(AuditEvents::Record), path);
    Some(match field {
        Field::Id => Column::new(recorded("$.id"), Form::Text),
        Field::ActivityDateTime => Column::new(column(AuditEvents::At), Form::Instant),
        Field::ActivityDisplayName => Column::new(column(AuditEvents::Activity), Form::Text),
        Field::Category => Column::new(column(AuditEvents::Category), Form::Text),
        Field::CorrelationId => Column::new(column(AuditEvents::CorrelationId), Form::Guid),
        Field::LoggedByService => Column::new(column(AuditEvents::Service), Form::Text),
        Field::OperationType => Column::new(column(AuditEvents::OperationType), Form::Text),
        Field::Result => Column::new(column(AuditEvents::Result), Form::Text),
        Field::ResultReason => Column::new(recorded("$.resultReason"), Form::Text),
        Field::InitiatedByUserId => Column::nullable(column(AuditEvents::UserId), Form::Guid),
        Field::InitiatedByUserDisplayName => {
            Column::nullable(column(AuditEvents::UserDisplayName), Form::Text)
        }
        Field::InitiatedByUserPrincipalName => {
            Column::nullable(column(AuditEvents::UserPrincipalName), Form::Text)
        }
        Field::InitiatedByAppId => Column::nullable(column(AuditEvents::AppId), Form::Guid),
        Field::InitiatedByAppDisplayName => Column::nullable(column(AuditEvents::AppDisplayName), Form::Text),
        Field::InitiatedByAppServicePrincipalId => {
            Column::nullable(column(AuditEvents::AppServicePrincipalId), Form::Guid)
        }
        _ => return None,
    })
}

/// A field of something that an audit event was about, inside a lambda.
pub(super) fn of_audit_target(field: Field) -> Option<Column> {
    let recorded = |path| dialect::json_field(element(), path);
    Some(match field {
        Field::TargetResourceId => Column::nullable(Func::lower(recorded("$.id")), Form::LowerText),
        Field::TargetResourceDisplayName => Column::nullable(recorded("$.displayName"), Form::Text),
        Field::TargetResourceType => Column::new(recorded("$.type"), Form::Text),
        Field::TargetResourceUserPrincipalName => {
            Column::nullable(recorded("$.userPrincipalName"), Form::Text)
        }
        _ => return None,
    })
}

/// An element of a list, inside a lambda.
fn element() -> Expr {
    Expr::col((Alias::Element, Alias::Value))
}

/// The text of an element of a list of texts, inside a lambda.
pub(super) fn of_element(field: Field) -> Option<Column> {
    (field == Field::GroupType).then(|| Column::new(element(), Form::Text))
}
