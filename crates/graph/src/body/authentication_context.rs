//! Bodies of authentication contexts (policies dossier, 7).

use model::policy::{AuthenticationContext, AuthenticationContextId};

use super::draft::Edit;
use super::members::Members;
use crate::GraphError;

/// Which context a new one is to be.
///
/// # Errors
/// `Request_BadRequest` if the body does not say, or names none of `c1` to `c99`.
pub fn new_authentication_context(bytes: &[u8]) -> Result<AuthenticationContextId, GraphError> {
    let value = super::json(bytes)?;
    let id = Members::of(&value)?.text("id")?.unwrap_or_default();
    authentication_context_id(id)
}

/// The id in a path or body.
///
/// # Errors
/// `Request_BadRequest` if it is none of `c1` to `c99`.
pub fn authentication_context_id(text: &str) -> Result<AuthenticationContextId, GraphError> {
    text.parse()
        .map_err(|_| GraphError::invalid_property("An authentication context is one of c1 to c99.", "id"))
}

/// The context as a change makes it of what there is, or of nothing.
///
/// # Errors
/// `BadRequest` if a value has another type than its property.
pub fn put_authentication_context(
    id: AuthenticationContextId,
    current: Option<&AuthenticationContext>,
    bytes: &[u8],
) -> Result<AuthenticationContext, GraphError> {
    let value = super::json(bytes)?;
    let mut context = current.cloned().unwrap_or(AuthenticationContext {
        id,
        display_name: None,
        description: None,
        is_available: false,
    });
    let edit = Edit(Members::of(&value)?);
    edit.text("displayName", &mut context.display_name)?;
    edit.text("description", &mut context.description)?;
    edit.flag("isAvailable", &mut context.is_available)?;
    Ok(context)
}
