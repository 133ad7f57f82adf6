//! Who may ask about the past, and what those are called whom it speaks of.

use std::collections::{BTreeMap, BTreeSet};

use model::history::Named;
use model::query::Collection;
use model::{CallerKind, ObjectId, RoleDefinitionId};
use rules::authority::Capability;

use super::Paging;
use crate::context::Context;
use crate::error::{Error, Missing};
use crate::read::page_rows;

/// Who reads the audit log may read the past, and everybody their own.
pub(super) fn require_reader(cx: &Context<'_>, about: Option<ObjectId>) -> Result<(), Error> {
    cx.require_active()?;
    if cx.caller.kind == CallerKind::Delegated && about == Some(cx.caller.id) {
        return Ok(());
    }
    cx.require(Capability::ReadAuditLog)
}

/// Fails unless there is, or was, such a principal.
pub(super) fn require_principal(cx: &Context<'_>, id: ObjectId) -> Result<(), Error> {
    if cx.session.names_of_objects([id])?.is_empty() {
        return Err(Missing::DirectoryObject(id.to_string()).into());
    }
    Ok(())
}

/// Fails unless there is, or was, such a role.
pub(super) fn require_role(cx: &Context<'_>, id: RoleDefinitionId) -> Result<(), Error> {
    if cx.session.names_of_roles([id])?.is_empty() {
        return Err(Missing::DirectoryObject(id.to_string()).into());
    }
    Ok(())
}

/// How many rows a page has.
pub(super) fn rows(paging: &Paging) -> Result<usize, Error> {
    // As the audit log, whose readers these are.
    let rows = page_rows(Collection::DirectoryAudits, paging.top)?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}

/// What those are called whom a page speaks of.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Directory objects, also those that were deleted.
    pub objects: BTreeMap<ObjectId, Named>,
    /// Roles, also those that were deleted.
    pub roles: BTreeMap<RoleDefinitionId, Named>,
}

/// Of whom the names are wanted.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) objects: BTreeSet<ObjectId>,
    pub(super) roles: BTreeSet<RoleDefinitionId>,
}

impl Wanted {
    pub(super) fn find(self, cx: &Context<'_>) -> Result<Names, Error> {
        Ok(Names {
            objects: cx.session.names_of_objects(self.objects)?,
            roles: cx.session.names_of_roles(self.roles)?,
        })
    }
}
