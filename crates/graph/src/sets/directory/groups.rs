//! `groups` with their members and owners (directory dossier, A4 and A10).

use model::query::{Collection, Field, Nav};
use serde_json::Value;

use super::directory_objects::{
    DELETED, DIRECTORY_OBJECT, OBJECT_CREATED, OBJECT_DESCRIPTION, OBJECT_ID, OBJECT_NAME, member_actions,
};
use crate::description::{
    EntitySet, MemberAction, Method, Navigation, Operation, OperationKind as Kind, Property, Service, Type,
    entity_type,
};
use crate::sets::permissions::{READ_GROUPS, WRITE_GROUP_MEMBERS, WRITE_GROUPS};
use crate::sets::types::{FLAG, GROUP_TYPE, TEXT};
use crate::value::of;

entity_type!(
    /// A group.
    GROUP = "microsoft.graph.group": DIRECTORY_OBJECT,
    in "groups" {
        properties: &[
            OBJECT_ID,
            DELETED,
            OBJECT_CREATED,
            OBJECT_DESCRIPTION,
            OBJECT_NAME,
            Property::new("groupTypes", Type::Primitives(&GROUP_TYPE), of!(group, |g| g.group_types.as_slice()))
                .filterable(Field::GroupTypes),
            Property::new("isAssignableToRole", FLAG, of!(group, |g| g.is_assignable_to_role))
                .filterable(Field::IsAssignableToRole),
            Property::new("mail", TEXT, of!(group, |g| g.mail.as_deref())).sortable(Field::Mail),
            Property::new("mailEnabled", FLAG, of!(group, |g| g.mail_enabled)).filterable(Field::MailEnabled),
            Property::new("mailNickname", TEXT, of!(group, |g| g.mail_nickname.as_deref()))
                .filterable(Field::MailNickname),
            Property::new("membershipRule", TEXT, of!(group, |g| g.membership_rule.as_deref())),
            Property::new("onPremisesSyncEnabled", FLAG, |_, _| Value::Null),
            Property::new("securityEnabled", FLAG, of!(group, |g| g.security_enabled))
                .filterable(Field::SecurityEnabled),
            Property::new("uniqueName", TEXT, of!(group, |g| g.unique_name.as_deref())),
            Property::new("visibility", TEXT, of!(group, |g| g.visibility.as_deref())),
        ],
        navigations: &[
            Navigation::many("members", Nav::Members, &DIRECTORY_OBJECT),
            Navigation::many("transitiveMembers", Nav::TransitiveMembers, &DIRECTORY_OBJECT),
            Navigation::many("owners", Nav::Owners, &DIRECTORY_OBJECT),
            Navigation::many("memberOf", Nav::MemberOf, &DIRECTORY_OBJECT),
            Navigation::many("transitiveMemberOf", Nav::TransitiveMemberOf, &DIRECTORY_OBJECT),
        ],
    }
);

/// `groups`.
pub static GROUPS: EntitySet = EntitySet {
    collection: Collection::Groups,
    path: &["groups"],
    beta_path: None,
    entity: &GROUP,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &member_actions!(
        READ_GROUPS,
        &[],
        Operation::get("", Kind::List, READ_GROUPS),
        Operation::get("$count", Kind::Count, READ_GROUPS),
        Operation::get("{key}", Kind::Get, READ_GROUPS),
        Operation::post("", Kind::Create, WRITE_GROUPS),
        Operation::patch(WRITE_GROUPS),
        Operation::delete(WRITE_GROUPS),
        Operation::get("{key}/members", Kind::Navigate(Nav::Members), READ_GROUPS),
        Operation::get(
            "{key}/members/$count",
            Kind::NavigateCount(Nav::Members),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/members/{cast}",
            Kind::NavigateCast(Nav::Members),
            READ_GROUPS
        ),
        Operation::get("{key}/members/$ref", Kind::References(Nav::Members), READ_GROUPS),
        Operation::post(
            "{key}/members/$ref",
            Kind::AddReference(Nav::Members),
            WRITE_GROUP_MEMBERS
        ),
        Operation::new(
            Method::Delete,
            "{key}/members/{element}/$ref",
            Kind::RemoveReference(Nav::Members),
            WRITE_GROUP_MEMBERS
        ),
        Operation::get(
            "{key}/transitiveMembers",
            Kind::Navigate(Nav::TransitiveMembers),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/transitiveMembers/$count",
            Kind::NavigateCount(Nav::TransitiveMembers),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/transitiveMembers/{cast}",
            Kind::NavigateCast(Nav::TransitiveMembers),
            READ_GROUPS
        ),
        Operation::get("{key}/owners", Kind::Navigate(Nav::Owners), READ_GROUPS),
        Operation::get(
            "{key}/owners/$count",
            Kind::NavigateCount(Nav::Owners),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/owners/{cast}",
            Kind::NavigateCast(Nav::Owners),
            READ_GROUPS
        ),
        Operation::get("{key}/owners/$ref", Kind::References(Nav::Owners), READ_GROUPS),
        Operation::post("{key}/owners/$ref", Kind::AddReference(Nav::Owners), WRITE_GROUPS),
        Operation::new(
            Method::Delete,
            "{key}/owners/{element}/$ref",
            Kind::RemoveReference(Nav::Owners),
            WRITE_GROUPS
        ),
        Operation::get("{key}/memberOf", Kind::Navigate(Nav::MemberOf), READ_GROUPS),
        Operation::get(
            "{key}/memberOf/{cast}",
            Kind::NavigateCast(Nav::MemberOf),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/transitiveMemberOf",
            Kind::Navigate(Nav::TransitiveMemberOf),
            READ_GROUPS
        ),
        Operation::get(
            "{key}/transitiveMemberOf/{cast}",
            Kind::NavigateCast(Nav::TransitiveMemberOf),
            READ_GROUPS
        ),
    ),
};
