//! The names of what the past speaks of, deleted or not.

use std::collections::BTreeMap;

use model::directory::ObjectKind;
use model::history::Named;
use model::{ObjectId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::schema::{Objects, Roles};
use crate::value::{Stored, bind};
use crate::{Session, StoreError};

/// What roles are called where others say which kind of object something is.
const ROLE: &str = "role";
/// Names that one statement asks for.
const NAMES_AT_ONCE: usize = 256;

impl Session {
    /// Directory objects by id, those that were deleted too.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn names_of_objects(
        &self,
        ids: impl IntoIterator<Item = ObjectId>,
    ) -> Result<BTreeMap<ObjectId, Named>, StoreError> {
        let ids: Vec<ObjectId> = ids.into_iter().collect();
        let mut names = BTreeMap::new();
        for some in ids.chunks(NAMES_AT_ONCE) {
            let select = Query::select()
                .columns([
                    Objects::Id,
                    Objects::Kind,
                    Objects::DisplayName,
                    Objects::UserPrincipalName,
                    Objects::DeletedAt,
                ])
                .from(Objects::Table)
                .and_where(Expr::col(Objects::Id).is_in(filled_up(some)))
                .to_owned();
            names.extend(self.rows("objects", &select, |row| {
                let id: ObjectId = row.take()?;
                let kind: ObjectKind = row.take()?;
                let named = Named {
                    kind: kind.as_str().to_owned(),
                    display_name: row.take()?,
                    user_principal_name: row.take()?,
                    deleted_at: row.take()?,
                };
                Ok((id, named))
            })?);
        }
        Ok(names)
    }

    /// Roles by id, those that were deleted too.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn names_of_roles(
        &self,
        ids: impl IntoIterator<Item = RoleDefinitionId>,
    ) -> Result<BTreeMap<RoleDefinitionId, Named>, StoreError> {
        let ids: Vec<RoleDefinitionId> = ids.into_iter().collect();
        let mut names = BTreeMap::new();
        for some in ids.chunks(NAMES_AT_ONCE) {
            let select = role_names(some);
            names.extend(self.rows("roles", &select, |row| {
                let id: RoleDefinitionId = row.take()?;
                let named = Named {
                    kind: ROLE.to_owned(),
                    display_name: row.take()?,
                    user_principal_name: None,
                    deleted_at: row.take()?,
                };
                Ok((id, named))
            })?);
        }
        Ok(names)
    }
}

/// The ids as parameters, some of them twice, so that there are but a few statements and each is prepared once.
fn filled_up<T: Stored + Copy>(ids: &[T]) -> impl Iterator<Item = Expr> {
    ids.iter()
        .cycle()
        .take(ids.len().next_power_of_two())
        .map(|id| bind(*id))
}

fn role_names(ids: &[RoleDefinitionId]) -> SelectStatement {
    Query::select()
        .columns([Roles::Id, Roles::DisplayName, Roles::DeletedAt])
        .from(Roles::Table)
        .and_where(Expr::col(Roles::Id).is_in(filled_up(ids)))
        .to_owned()
}
