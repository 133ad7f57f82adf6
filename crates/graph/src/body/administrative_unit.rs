//! Bodies of administrative units (directory dossier, A6).

use model::directory::{AdministrativeUnit, ObjectKind};
use model::{DirectoryObject, ObjectBody};

use super::draft::{Edit, ObjectDraft, links, require, wrong_kind};
use super::members::Members;
use crate::GraphError;

/// Reads a new administrative unit.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_administrative_unit(bytes: &[u8]) -> Result<ObjectDraft, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    require(members, &["displayName"])?;
    let mut unit = AdministrativeUnit {
        membership_type: Some("Assigned".to_owned()),
        ..AdministrativeUnit::default()
    };
    // Like isAssignableToRole of groups, this is fixed at creation.
    Edit(members).flag(
        "isMemberManagementRestricted",
        &mut unit.is_member_management_restricted,
    )?;
    let (mut display_name, mut description) = (String::new(), None);
    edit(Edit(members), &mut display_name, &mut description, &mut unit)?;
    Ok(ObjectDraft {
        display_name,
        description,
        body: ObjectBody::AdministrativeUnit(unit),
        links: links(members)?,
    })
}

/// The administrative unit as a change makes it.
///
/// # Errors
/// As [`create_administrative_unit`].
pub fn patch_administrative_unit(
    current: &DirectoryObject,
    bytes: &[u8],
) -> Result<DirectoryObject, GraphError> {
    let value = super::json(bytes)?;
    let mut object = current.clone();
    let ObjectBody::AdministrativeUnit(unit) = &mut object.body else {
        return Err(wrong_kind(current, ObjectKind::AdministrativeUnit));
    };
    edit(
        Edit(Members::of(&value)?),
        &mut object.display_name,
        &mut object.description,
        unit,
    )?;
    Ok(object)
}

fn edit(
    edit: Edit<'_>,
    display_name: &mut String,
    description: &mut Option<String>,
    unit: &mut AdministrativeUnit,
) -> Result<(), GraphError> {
    edit.name("displayName", display_name)?;
    edit.text("description", description)?;
    edit.text("visibility", &mut unit.visibility)?;
    edit.text("membershipType", &mut unit.membership_type)?;
    edit.text("membershipRule", &mut unit.membership_rule)?;
    edit.text(
        "membershipRuleProcessingState",
        &mut unit.membership_rule_processing_state,
    )
}
