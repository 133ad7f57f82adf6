//! The directory underneath: users, groups, service principals and administrative units
//! (directory dossier, A3 to A7).

use crate::vocabulary::vocabulary;
use crate::{AppId, Instant, ObjectId, TenantId};

vocabulary!(
    /// What kind of directory object something is.
    ObjectKind {
        /// A person.
        User => "user",
        /// A group.
        Group => "group",
        /// An application's presence in the tenant.
        ServicePrincipal => "servicePrincipal",
        /// An administrative unit.
        AdministrativeUnit => "administrativeUnit",
    }
);

/// The kinds of object that a grant can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A group.
    Group,
    /// An application's presence in the tenant.
    ServicePrincipal,
}

/// A user's own properties. All but the first three are free text or flags without rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// Unique, any case.
    pub user_principal_name: String,
    /// Whether the user may sign in and act.
    pub account_enabled: bool,
    /// `Member` or `Guest`.
    pub user_type: String,
    /// The mail address.
    pub mail: Option<String>,
    /// Further mail addresses.
    pub other_mails: Vec<String>,
    /// The mail alias.
    pub mail_nickname: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub surname: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Company.
    pub company_name: Option<String>,
    /// Employee number.
    pub employee_id: Option<String>,
    /// Mobile phone.
    pub mobile_phone: Option<String>,
    /// Office.
    pub office_location: Option<String>,
    /// Language tag.
    pub preferred_language: Option<String>,
    /// Phones at work.
    pub business_phones: Vec<String>,
}

/// A group's own properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Group {
    /// Fixed at creation: whether roles can be given to it.
    pub is_assignable_to_role: bool,
    /// Whether it can give access.
    pub security_enabled: bool,
    /// Whether it gets mail.
    pub mail_enabled: bool,
    /// The mail alias.
    pub mail_nickname: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// Empty, `Unified`, `DynamicMembership`.
    pub group_types: Vec<String>,
    /// The rule of a dynamic group, stored and shown only.
    pub membership_rule: Option<String>,
    /// `Private`, `Public`, `HiddenMembership`.
    pub visibility: Option<String>,
    /// The tenant's own unique name.
    pub unique_name: Option<String>,
}

/// A service principal's own properties.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    /// The application's client id, unique.
    pub app_id: AppId,
    /// The application's name.
    #[serde(default)]
    pub app_display_name: Option<String>,
    /// Whose application it is.
    #[serde(default)]
    pub app_owner_organization_id: Option<TenantId>,
    /// Whether it may get tokens.
    pub account_enabled: bool,
    /// `Application`, `ManagedIdentity`, …
    pub service_principal_type: String,
    /// Names and URIs.
    #[serde(default)]
    pub service_principal_names: Vec<String>,
    /// Free tags.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// An administrative unit's own properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AdministrativeUnit {
    /// `HiddenMembership` or none.
    pub visibility: Option<String>,
    /// `Assigned` or `Dynamic`.
    pub membership_type: Option<String>,
    /// The rule of a dynamic unit, stored and shown only.
    pub membership_rule: Option<String>,
    /// `On` or `Paused` for dynamic units.
    pub membership_rule_processing_state: Option<String>,
    /// Whether tenant-wide administrators are kept out.
    pub is_member_management_restricted: bool,
}

/// What is particular to one kind of object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "most objects are users")]
pub enum ObjectBody {
    /// A person.
    User(User),
    /// A group.
    Group(Group),
    /// An application's presence.
    ServicePrincipal(ServicePrincipal),
    /// An administrative unit.
    AdministrativeUnit(AdministrativeUnit),
}

/// A directory object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryObject {
    /// Its id.
    pub id: ObjectId,
    /// Its name.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// The rest.
    pub body: ObjectBody,
}

impl DirectoryObject {
    /// Its kind.
    pub const fn kind(&self) -> ObjectKind {
        match self.body {
            ObjectBody::User(_) => ObjectKind::User,
            ObjectBody::Group(_) => ObjectKind::Group,
            ObjectBody::ServicePrincipal(_) => ObjectKind::ServicePrincipal,
            ObjectBody::AdministrativeUnit(_) => ObjectKind::AdministrativeUnit,
        }
    }

    /// Its kind if grants can be for it.
    pub const fn principal_kind(&self) -> Option<PrincipalKind> {
        match self.body {
            ObjectBody::User(_) => Some(PrincipalKind::User),
            ObjectBody::Group(_) => Some(PrincipalKind::Group),
            ObjectBody::ServicePrincipal(_) => Some(PrincipalKind::ServicePrincipal),
            ObjectBody::AdministrativeUnit(_) => None,
        }
    }

    /// A user's principal name.
    pub fn user_principal_name(&self) -> Option<&str> {
        match &self.body {
            ObjectBody::User(user) => Some(&user.user_principal_name),
            _ => None,
        }
    }

    /// The address to write to, for users.
    pub fn mail(&self) -> Option<&str> {
        match &self.body {
            ObjectBody::User(user) => user.mail.as_deref(),
            _ => None,
        }
    }
}

/// How one object belongs to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Member of a group or administrative unit.
    Member,
    /// Owner of a group.
    Owner,
}

/// The tenant; Graph's `organization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub display_name: String,
    /// Its domain.
    pub domain: String,
    /// When it was made.
    pub created_at: Instant,
}
