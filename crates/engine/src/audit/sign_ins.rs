//! The rows of sign-ins. Graph keeps these in a log of their own; here they are events like others, under its name for
//! them.

use model::AppId;
use model::audit::{AuditDetail, AuditEvent, AuditResult, Initiator};
use model::{DirectoryObject, ObjectBody};

use super::directory::directory_event;
use super::event;
use crate::context::Context;
use crate::error::Error;

/// Somebody got a token through a client, or did not: then with the code of the refusal.
pub fn record_sign_in(
    cx: &Context<'_>,
    who: &DirectoryObject,
    client: AppId,
    refused: Option<&str>,
) -> Result<(), Error> {
    let initiated_by = match &who.body {
        ObjectBody::ServicePrincipal(application) => Initiator::App {
            app_id: Some(application.app_id),
            display_name: Some(who.display_name.clone()),
            service_principal_id: Some(who.id),
        },
        ObjectBody::User(_) | ObjectBody::Group(_) | ObjectBody::AdministrativeUnit(_) => Initiator::User {
            id: Some(who.id),
            display_name: Some(who.display_name.clone()),
            user_principal_name: who.user_principal_name().map(str::to_owned),
            ip_address: None,
        },
    };
    let row = directory_event(
        cx,
        cx.correlation_id,
        "Sign-in activity",
        "Authentication",
        "Sign-in",
        initiated_by,
    )?;
    let row = AuditEvent {
        result: match refused {
            Some(_) => AuditResult::Failure,
            None => AuditResult::Success,
        },
        result_reason: refused.unwrap_or_default().to_owned(),
        targets: vec![event::object_target(who)],
        details: vec![AuditDetail {
            key: "AppId".to_owned(),
            value: client.to_string(),
        }],
        ..row
    };
    Ok(cx.session.append_audit([row])?)
}
