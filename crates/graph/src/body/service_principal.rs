//! Bodies of service principals (directory dossier, A5).

use model::directory::{ObjectKind, ServicePrincipal};
use model::{AppId, DirectoryObject, ObjectBody};

use super::draft::{Edit, ObjectDraft, wrong_kind};
use super::members::Members;
use crate::GraphError;

/// Reads a new service principal. Without a name of its own it has its application's, or the client
/// id.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn create_service_principal(bytes: &[u8]) -> Result<ObjectDraft, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let app_id = members
        .guid("appId")?
        .map(AppId::new)
        .ok_or_else(|| GraphError::missing_property("appId"))?;
    let app_name = members.text("appDisplayName")?.map(str::to_owned);
    let mut service_principal = ServicePrincipal {
        app_id,
        app_display_name: app_name.clone(),
        app_owner_organization_id: None,
        account_enabled: true,
        service_principal_type: "Application".to_owned(),
        service_principal_names: vec![app_id.to_string()],
        tags: Vec::new(),
    };
    let mut display_name = app_name.unwrap_or_else(|| app_id.to_string());
    let mut description = None;
    edit(
        Edit(members),
        &mut display_name,
        &mut description,
        &mut service_principal,
    )?;
    if service_principal.app_display_name.is_none() {
        service_principal.app_display_name = Some(display_name.clone());
    }
    Ok(ObjectDraft {
        display_name,
        description,
        body: ObjectBody::ServicePrincipal(service_principal),
        links: Vec::new(),
    })
}

/// The service principal as a change makes it.
///
/// # Errors
/// As [`create_service_principal`]; also if the change is of `appId`.
pub fn patch_service_principal(
    current: &DirectoryObject,
    bytes: &[u8],
) -> Result<DirectoryObject, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let mut object = current.clone();
    let ObjectBody::ServicePrincipal(service_principal) = &mut object.body else {
        return Err(wrong_kind(current, ObjectKind::ServicePrincipal));
    };
    if members
        .guid("appId")?
        .is_some_and(|sent| sent != service_principal.app_id.uuid())
    {
        return Err(GraphError::invalid_property("appId cannot be changed.", "appId"));
    }
    edit(
        Edit(members),
        &mut object.display_name,
        &mut object.description,
        service_principal,
    )?;
    Ok(object)
}

fn edit(
    edit: Edit<'_>,
    display_name: &mut String,
    description: &mut Option<String>,
    service_principal: &mut ServicePrincipal,
) -> Result<(), GraphError> {
    edit.name("displayName", display_name)?;
    edit.text("description", description)?;
    edit.flag("accountEnabled", &mut service_principal.account_enabled)?;
    edit.name(
        "servicePrincipalType",
        &mut service_principal.service_principal_type,
    )?;
    edit.texts(
        "servicePrincipalNames",
        &mut service_principal.service_principal_names,
    )?;
    edit.texts("tags", &mut service_principal.tags)
}
