//! `users` and `me` (directory dossier, A3 and A10).

use model::query::{Collection, Field, Nav};
use serde_json::{Value, json};

use super::directory_objects::{
    DELETED, DIRECTORY_OBJECT, MEMBER_OF, OBJECT_CREATED, OBJECT_ID, OBJECT_NAME, member_actions,
};
use crate::description::{
    EntitySet, MemberAction, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::{READ_MEMBERSHIPS_OF_USERS, READ_ONESELF, READ_USERS, WRITE_USERS};
use crate::sets::types::{ASSIGNED_LICENSE, ASSIGNED_PLAN, FLAG, TEXT, TEXTS};
use crate::value::of;

entity_type!(
    /// A person.
    USER = "microsoft.graph.user": DIRECTORY_OBJECT,
    in "users" {
        properties: &[
            Property::new(
                "businessPhones",
                Type::Primitives(&TEXTS),
                of!(user, |u| u.business_phones.as_slice()),
            ),
            OBJECT_NAME,
            Property::new("givenName", TEXT, of!(user, |u| u.given_name.as_deref())).sortable(Field::GivenName),
            Property::new("jobTitle", TEXT, of!(user, |u| u.job_title.as_deref())).sortable(Field::JobTitle),
            Property::new("mail", TEXT, of!(user, |u| u.mail.as_deref())).sortable(Field::Mail),
            Property::new("mobilePhone", TEXT, of!(user, |u| u.mobile_phone.as_deref())),
            Property::new("officeLocation", TEXT, of!(user, |u| u.office_location.as_deref())),
            Property::new("preferredLanguage", TEXT, of!(user, |u| u.preferred_language.as_deref())),
            Property::new("surname", TEXT, of!(user, |u| u.surname.as_deref())).sortable(Field::Surname),
            Property::new("userPrincipalName", TEXT, of!(user, |u| &u.user_principal_name))
                .sortable(Field::UserPrincipalName),
            OBJECT_ID,
            Property::new("accountEnabled", FLAG, of!(user, |u| u.account_enabled))
                .filterable(Field::AccountEnabled)
                .on_request(),
            Property::new("userType", TEXT, of!(user, |u| &u.user_type))
                .filterable(Field::UserType)
                .on_request(),
            OBJECT_CREATED.on_request(),
            DELETED.on_request(),
            Property::new("department", TEXT, of!(user, |u| u.department.as_deref()))
                .sortable(Field::Department)
                .on_request(),
            Property::new("companyName", TEXT, of!(user, |u| u.company_name.as_deref())).on_request(),
            Property::new("employeeId", TEXT, of!(user, |u| u.employee_id.as_deref())).on_request(),
            Property::new("mailNickname", TEXT, of!(user, |u| u.mail_nickname.as_deref()))
                .filterable(Field::MailNickname)
                .on_request(),
            Property::new(
                "otherMails",
                Type::Primitives(&TEXTS),
                of!(user, |u| u.other_mails.as_slice()),
            )
            .on_request(),
            Property::new("onPremisesSyncEnabled", FLAG, |_, _| Value::Null).on_request(),
            Property::new("assignedLicenses", Type::Complexes(&ASSIGNED_LICENSE), |_, _| json!([])).on_request(),
            Property::new("assignedPlans", Type::Complexes(&ASSIGNED_PLAN), |_, _| json!([])).on_request(),
        ],
        navigations: &MEMBER_OF,
    }
);

/// `users`; `me` is the caller's key in it.
pub static USERS: EntitySet = EntitySet {
    collection: Collection::Users,
    path: &["users"],
    beta_path: None,
    entity: &USER,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &["userPrincipalName"],
    current_user: &[],
    operations: &member_actions!(
        READ_MEMBERSHIPS_OF_USERS,
        READ_ONESELF,
        Operation::get("", Kind::List, READ_USERS),
        Operation::get("$count", Kind::Count, READ_USERS),
        Operation::get("{key}", Kind::Get, READ_USERS).partly(READ_ONESELF),
        Operation::post("", Kind::Create, WRITE_USERS),
        Operation::patch(WRITE_USERS),
        Operation::delete(WRITE_USERS),
        Operation::get(
            "{key}/memberOf",
            Kind::Navigate(Nav::MemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
        Operation::get(
            "{key}/memberOf/$count",
            Kind::NavigateCount(Nav::MemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
        Operation::get(
            "{key}/memberOf/{cast}",
            Kind::NavigateCast(Nav::MemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
        Operation::get(
            "{key}/transitiveMemberOf",
            Kind::Navigate(Nav::TransitiveMemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
        Operation::get(
            "{key}/transitiveMemberOf/$count",
            Kind::NavigateCount(Nav::TransitiveMemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
        Operation::get(
            "{key}/transitiveMemberOf/{cast}",
            Kind::NavigateCast(Nav::TransitiveMemberOf),
            READ_MEMBERSHIPS_OF_USERS
        )
        .partly(READ_ONESELF),
    ),
};
