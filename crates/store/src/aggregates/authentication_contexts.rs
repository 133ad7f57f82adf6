//! Authentication contexts: a handful at the most.

use model::Instant;
use model::policy::{AuthenticationContext, AuthenticationContextId};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::AuthenticationContexts as Column;
use crate::session::insertion;
use crate::value::bind;
use crate::{Session, StoreError};

const TABLE: &str = "authentication_contexts";

fn existing() -> SelectStatement {
    Query::select()
        .columns([
            Column::Id,
            Column::DisplayName,
            Column::Description,
            Column::IsAvailable,
        ])
        .from(Column::Table)
        .and_where(Expr::col(Column::DeletedAt).is_null())
        .to_owned()
}

fn read_context(row: &mut Row<'_>) -> Result<AuthenticationContext, StoreError> {
    Ok(AuthenticationContext {
        id: row.take()?,
        display_name: row.take()?,
        description: row.take()?,
        is_available: row.take()?,
    })
}

impl Session {
    /// Every authentication context that there is, by id.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn authentication_contexts(&self) -> Result<Vec<AuthenticationContext>, StoreError> {
        let select = existing().order_by(Column::Id, Order::Asc).to_owned();
        self.rows(TABLE, &select, read_context)
    }

    /// An authentication context.
    ///
    /// # Errors
    /// As [`Session::authentication_contexts`].
    pub fn authentication_context(
        &self,
        id: AuthenticationContextId,
    ) -> Result<Option<AuthenticationContext>, StoreError> {
        let select = existing()
            .and_where(Expr::col(Column::Id).eq(bind(id)))
            .to_owned();
        self.row(TABLE, &select, read_context)
    }

    /// Makes an authentication context, or puts it in the place of the one with its id.
    ///
    /// # Errors
    /// The driver's.
    pub fn put_authentication_context(&self, context: &AuthenticationContext) -> Result<(), StoreError> {
        let mut statement = insertion(
            Column::Table,
            [
                (Column::Id, bind(context.id)),
                (Column::DisplayName, bind(context.display_name.clone())),
                (Column::Description, bind(context.description.clone())),
                (Column::IsAvailable, bind(context.is_available)),
                (Column::DeletedAt, bind(None::<Instant>)),
            ],
        )?;
        let replaced = [
            Column::DisplayName,
            Column::Description,
            Column::IsAvailable,
            Column::DeletedAt,
        ];
        statement.on_conflict(OnConflict::column(Column::Id).update_columns(replaced).to_owned());
        self.execute(&statement)?;
        Ok(())
    }

    /// Deletes an authentication context; says whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub fn delete_authentication_context(
        &self,
        id: AuthenticationContextId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.change(
            TABLE,
            Query::update()
                .table(Column::Table)
                .value(Column::DeletedAt, bind(at))
                .and_where(Expr::col(Column::Id).eq(bind(id)))
                .and_where(Expr::col(Column::DeletedAt).is_null()),
        )
    }
}
