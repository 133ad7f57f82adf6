//! Bodies of users (directory dossier, A3).

use model::directory::{ObjectKind, User};
use model::{DirectoryObject, ObjectBody};

use super::draft::{Edit, ObjectDraft, require, wrong_kind};
use super::members::Members;
use crate::GraphError;

/// Reads a new user. A password profile is accepted and left to sign-in.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_user(bytes: &[u8]) -> Result<ObjectDraft, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    require(members, &["accountEnabled", "displayName", "userPrincipalName"])?;
    let mut user = User {
        user_type: "Member".to_owned(),
        ..User::default()
    };
    let mut display_name = String::new();
    edit(Edit(members), &mut display_name, &mut user)?;
    Ok(ObjectDraft {
        display_name,
        description: None,
        body: ObjectBody::User(user),
        links: Vec::new(),
    })
}

/// The user as a change makes them.
///
/// # Errors
/// As [`create_user`].
pub fn patch_user(current: &DirectoryObject, bytes: &[u8]) -> Result<DirectoryObject, GraphError> {
    let value = super::json(bytes)?;
    let mut object = current.clone();
    let ObjectBody::User(user) = &mut object.body else {
        return Err(wrong_kind(current, ObjectKind::User));
    };
    edit(Edit(Members::of(&value)?), &mut object.display_name, user)?;
    Ok(object)
}

fn edit(edit: Edit<'_>, display_name: &mut String, user: &mut User) -> Result<(), GraphError> {
    edit.name("displayName", display_name)?;
    edit.name("userPrincipalName", &mut user.user_principal_name)?;
    if !is_principal_name(&user.user_principal_name) {
        return Err(GraphError::invalid_property(
            "A user principal name has the form name@domain.",
            "userPrincipalName",
        ));
    }
    edit.flag("accountEnabled", &mut user.account_enabled)?;
    edit.name("userType", &mut user.user_type)?;
    user.user_type = ["Member", "Guest"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(&user.user_type))
        .ok_or_else(|| GraphError::invalid_property("A user is a Member or a Guest.", "userType"))?
        .to_owned();
    edit.text("mail", &mut user.mail)?;
    edit.text("mailNickname", &mut user.mail_nickname)?;
    edit.text("givenName", &mut user.given_name)?;
    edit.text("surname", &mut user.surname)?;
    edit.text("jobTitle", &mut user.job_title)?;
    edit.text("department", &mut user.department)?;
    edit.text("companyName", &mut user.company_name)?;
    edit.text("employeeId", &mut user.employee_id)?;
    edit.text("mobilePhone", &mut user.mobile_phone)?;
    edit.text("officeLocation", &mut user.office_location)?;
    edit.text("preferredLanguage", &mut user.preferred_language)?;
    edit.texts("businessPhones", &mut user.business_phones)?;
    edit.texts("otherMails", &mut user.other_mails)
}

/// `name@domain`, nothing blank in it.
fn is_principal_name(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}
