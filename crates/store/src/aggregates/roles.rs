//! Role definitions, built-in ones included.

use std::sync::Arc;

use model::{Instant, RoleDefinition, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::Roles;
use crate::value::{Json, bind};
use crate::{Session, StoreError};

const TABLE: &str = "roles";

fn read_role(row: &mut Row<'_>) -> Result<RoleDefinition, StoreError> {
    Ok(RoleDefinition {
        id: row.take()?,
        template_id: row.take()?,
        display_name: row.take()?,
        description: row.take()?,
        is_built_in: row.take()?,
        is_enabled: row.take()?,
        is_privileged: row.take()?,
        version: row.take()?,
        permissions: row.take().map(|Json(permissions)| permissions)?,
    })
}

fn existing() -> SelectStatement {
    Query::select()
        .columns([
            Roles::Id,
            Roles::TemplateId,
            Roles::DisplayName,
            Roles::Description,
            Roles::IsBuiltIn,
            Roles::IsEnabled,
            Roles::IsPrivileged,
            Roles::Version,
            Roles::Permissions,
        ])
        .from(Roles::Table)
        .and_where(Expr::col(Roles::DeletedAt).is_null())
        .to_owned()
}

/// Everything but the id.
fn properties(role: &RoleDefinition) -> [(Roles, Expr); 8] {
    [
        (Roles::TemplateId, bind(role.template_id)),
        (Roles::DisplayName, bind(role.display_name.clone())),
        (Roles::Description, bind(role.description.clone())),
        (Roles::IsBuiltIn, bind(role.is_built_in)),
        (Roles::IsEnabled, bind(role.is_enabled)),
        (Roles::IsPrivileged, bind(role.is_privileged)),
        (Roles::Version, bind(role.version.clone())),
        (Roles::Permissions, bind(Json(role.permissions.clone()))),
    ]
}

impl Session {
    /// A role that exists.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn role(&self, id: RoleDefinitionId) -> Result<Option<RoleDefinition>, StoreError> {
        Ok(self.shared_role(id)?.map(Arc::unwrap_or_clone))
    }

    /// A role that exists, from memory if it is there, and kept there.
    ///
    /// # Errors
    /// As [`Session::role`].
    pub fn shared_role(&self, id: RoleDefinitionId) -> Result<Option<Arc<RoleDefinition>>, StoreError> {
        let snapshot = self.cacheable_snapshot();
        if snapshot.is_some()
            && let Some(role) = self.caches.roles.get(&id)
        {
            return Ok(Some(role));
        }
        let select = existing().and_where(Expr::col(Roles::Id).eq(bind(id))).to_owned();
        let role = self.row(TABLE, &select, read_role)?.map(Arc::new);
        if let (Some(snapshot), Some(role)) = (snapshot, &role) {
            self.caches.roles.insert(id, role.clone(), snapshot);
        }
        Ok(role)
    }

    /// Every role that exists, by id.
    ///
    /// # Errors
    /// As [`Session::role`].
    pub fn roles(&self) -> Result<Vec<RoleDefinition>, StoreError> {
        let select = existing().order_by(Roles::Id, Order::Asc).to_owned();
        self.rows(TABLE, &select, read_role)
    }

    /// Stores a new role.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id or name is taken.
    pub fn insert_role(&self, role: &RoleDefinition) -> Result<(), StoreError> {
        self.touch_role(role.id);
        let [a, b, c, d, e, f, g, h] = properties(role);
        self.insert(Roles::Table, [(Roles::Id, bind(role.id)), a, b, c, d, e, f, g, h])
    }

    /// Stores a role's new properties.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its name is taken; [`StoreError::UnexpectedRows`] if there is none.
    pub fn update_role(&self, role: &RoleDefinition) -> Result<(), StoreError> {
        self.touch_role(role.id);
        self.must_change(
            TABLE,
            Query::update()
                .table(Roles::Table)
                .values(properties(role))
                .and_where(Expr::col(Roles::Id).eq(bind(role.id)))
                .and_where(Expr::col(Roles::DeletedAt).is_null()),
        )
    }

    /// Marks a role as deleted; says whether it was there. Its grants are the caller's to end.
    ///
    /// # Errors
    /// The driver's.
    pub fn delete_role(&self, id: RoleDefinitionId, at: Instant) -> Result<bool, StoreError> {
        self.touch_role(id);
        self.change(
            TABLE,
            Query::update()
                .table(Roles::Table)
                .value(Roles::DeletedAt, bind(at))
                .and_where(Expr::col(Roles::Id).eq(bind(id)))
                .and_where(Expr::col(Roles::DeletedAt).is_null()),
        )
    }
}
