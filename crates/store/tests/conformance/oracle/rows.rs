//! Rows as the oracle sees them.

use model::query::{Field, Nav};
use model::record::{GrantRecord, Record};
use model::{DirectoryObject, Grant, GrantOrigin, Instant, ObjectBody, RoleDefinition, ScheduleRequest};
use odata::bound::{Literal, Path};
use odata::eval::Row;

use super::NOW;
use crate::world::at;

/// Rows as the oracle sees them, with what their navigations lead to.
pub struct Seen<'a> {
    pub record: &'a Record,
    pub principal: Option<&'a DirectoryObject>,
    pub role: Option<&'a RoleDefinition>,
}

impl Row for Seen<'_> {
    fn value(&self, path: &Path) -> Literal {
        match path.navs.as_slice() {
            [] => of_record(self.record, path.field),
            [Nav::Principal] => self
                .principal
                .map_or(Literal::Null, |one| of_object(one, path.field)),
            [Nav::RoleDefinition] => self.role.map_or(Literal::Null, |role| of_role(role, path.field)),
            other => panic!("{other:?}"),
        }
    }

    fn any(&self, field: Field, holds: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        assert_eq!(field, Field::GroupTypes);
        let Record::DirectoryObject(object) = self.record else {
            panic!("{:?}", self.record)
        };
        match &object.body {
            ObjectBody::Group(group) => group.group_types.iter().any(|text| holds(&Element(text))),
            _ => false,
        }
    }

    fn is_of(&self, name: &str) -> bool {
        matches!(self.record, Record::DirectoryObject(object) if object.kind().as_str() == name)
    }
}

struct Element<'a>(&'a str);

impl Row for Element<'_> {
    fn value(&self, _: &Path) -> Literal {
        text(self.0)
    }

    fn any(&self, _: Field, _: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        false
    }

    fn is_of(&self, _: &str) -> bool {
        false
    }
}

fn text(text: impl ToString) -> Literal {
    Literal::Text(text.to_string())
}

fn optional(value: Option<impl ToString>) -> Literal {
    value.map_or(Literal::Null, text)
}

fn instant(at: Option<Instant>) -> Literal {
    at.map_or(Literal::Null, Literal::Instant)
}

pub fn of_record(record: &Record, field: Field) -> Literal {
    match record {
        Record::ScheduleRequest(record) => of_request(&record.request, field),
        Record::Schedule(record) => match field {
            Field::Id => text(record.grant.schedule_id()),
            Field::Status if record.grant.window.start <= at(NOW) => text("Provisioned"),
            Field::Status => text("Granted"),
            Field::CreatedUsing => optional(made_by(&record.grant)),
            Field::CreatedDateTime => instant(made_by(&record.grant).map(|_| record.grant.created_at)),
            field => of_grant(record, field),
        },
        Record::ScheduleInstance(record) => match field {
            Field::Id => text(record.instance_id()),
            Field::ScheduleId => text(record.grant.schedule_id()),
            Field::StartDateTime => instant(made_by(&record.grant).map(|_| record.grant.window.start)),
            Field::EndDateTime => instant(record.grant.window.end),
            field => of_grant(record, field),
        },
        Record::DirectoryObject(object) => of_object(object, field),
        other => panic!("{other:?}"),
    }
}

fn made_by(grant: &Grant) -> Option<model::RequestId> {
    match grant.origin {
        GrantOrigin::Request(id) => Some(id),
        GrantOrigin::OutsidePim => None,
    }
}

fn of_grant(record: &GrantRecord, field: Field) -> Literal {
    match field {
        Field::PrincipalId => text(record.principal_id),
        Field::RoleDefinitionId => text(record.grant.role_definition_id),
        Field::DirectoryScopeId => text(record.grant.scope),
        Field::AppScopeId => Literal::Null,
        Field::AssignmentType => text(record.grant.assignment_type()),
        Field::MemberType => text(record.member_type),
        other => panic!("{other:?}"),
    }
}

fn of_request(request: &ScheduleRequest, field: Field) -> Literal {
    match field {
        Field::Id => text(request.id),
        Field::Status => text(request.status),
        Field::CreatedDateTime => Literal::Instant(request.created_at),
        Field::CompletedDateTime => instant(request.completed_at),
        Field::ApprovalId => optional(request.needs_approval.then_some(request.id)),
        Field::Action => text(request.action),
        Field::PrincipalId => text(request.principal_id),
        Field::RoleDefinitionId => text(request.role_definition_id),
        Field::DirectoryScopeId => text(request.scope),
        Field::IsValidationOnly => Literal::Bool(false),
        Field::TargetScheduleId => optional(request.target_schedule_id),
        Field::Justification => optional(request.justification.as_deref()),
        Field::CreatedByUserId => text(request.created_by),
        other => panic!("{other:?}"),
    }
}

fn of_object(object: &DirectoryObject, field: Field) -> Literal {
    match (field, &object.body) {
        (Field::Id, _) => text(object.id),
        (Field::DisplayName, _) => text(&object.display_name),
        (Field::Description, _) => optional(object.description.as_deref()),
        (Field::CreatedDateTime, _) => Literal::Instant(object.created_at),
        (Field::UserPrincipalName, ObjectBody::User(user)) => text(&user.user_principal_name),
        (Field::Mail, ObjectBody::User(user)) => optional(user.mail.as_deref()),
        (Field::Department, ObjectBody::User(user)) => optional(user.department.as_deref()),
        (Field::AccountEnabled, ObjectBody::User(user)) => Literal::Bool(user.account_enabled),
        (Field::IsAssignableToRole, ObjectBody::Group(group)) => Literal::Bool(group.is_assignable_to_role),
        (Field::AccountEnabled, ObjectBody::ServicePrincipal(app)) => Literal::Bool(app.account_enabled),
        (Field::AppId, ObjectBody::ServicePrincipal(app)) => text(app.app_id),
        _ => Literal::Null,
    }
}

fn of_role(role: &RoleDefinition, field: Field) -> Literal {
    match field {
        Field::Id => text(role.id),
        Field::DisplayName => text(&role.display_name),
        Field::IsBuiltIn => Literal::Bool(role.is_built_in),
        other => panic!("{other:?}"),
    }
}
