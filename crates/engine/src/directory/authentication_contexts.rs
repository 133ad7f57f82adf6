//! Authentication contexts: put, delete (policies dossier, section 7). Rules that name one which is not
//! there fall back to a second factor, so each change can change what activations need: it is audited.

use model::audit::AuditTarget;
use model::policy::{AuthenticationContext, AuthenticationContextId};
use rules::authority::Capability;

use crate::audit::{DirectoryChange, record_directory_change};
use crate::context::Context;
use crate::error::{Error, Missing};

/// Makes or changes the context with an id: `edit` gets what there is. What it refuses changes nothing.
pub fn put_authentication_context<E>(
    cx: &Context<'_>,
    id: AuthenticationContextId,
    edit: impl FnOnce(Option<&AuthenticationContext>) -> Result<AuthenticationContext, E>,
) -> Result<Result<AuthenticationContext, E>, Error> {
    cx.require_active()?;
    cx.require(Capability::ManageAuthenticationContexts)?;
    let current = cx.session.authentication_context(id)?;
    let context = match edit(current.as_ref()) {
        Ok(context) => context,
        Err(refused) => return Ok(Err(refused)),
    };
    cx.session.put_authentication_context(&context)?;
    match current {
        Some(_) => record(cx, "Update authentication context", "Update", &context)?,
        None => record(cx, "Add authentication context", "Add", &context)?,
    }
    Ok(Ok(context))
}

/// Deletes a context.
pub fn delete_authentication_context(cx: &Context<'_>, id: AuthenticationContextId) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ManageAuthenticationContexts)?;
    let missing = || Missing::DirectoryObject(id.to_string());
    let context = cx.session.authentication_context(id)?.ok_or_else(missing)?;
    cx.session.delete_authentication_context(id, cx.now)?;
    record(cx, "Delete authentication context", "Delete", &context)
}

fn record(
    cx: &Context<'_>,
    activity: &str,
    operation: &str,
    context: &AuthenticationContext,
) -> Result<(), Error> {
    let target = AuditTarget {
        target_type: "Policy".to_owned(),
        id: Some(context.id.to_string()),
        display_name: context.display_name.clone(),
        ..AuditTarget::default()
    };
    record_directory_change(
        cx,
        DirectoryChange {
            activity,
            category: "Policy",
            operation,
            targets: vec![target],
        },
    )
}
