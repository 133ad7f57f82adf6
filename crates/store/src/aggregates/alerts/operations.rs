//! Refreshes of alerts. They are no history: they go when they are old.

use model::Instant;
use model::alert::{AlertOperation, OperationStatus};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::AlertOperations as Column;
use crate::session::insertion;
use crate::value::bind;
use crate::{Session, StoreError};

const TABLE: &str = "alert_operations";

fn operations() -> SelectStatement {
    Query::select()
        .columns([
            Column::Id,
            Column::Alert,
            Column::CreatedAt,
            Column::LastActionAt,
            Column::Status,
            Column::Detail,
        ])
        .from(Column::Table)
        .to_owned()
}

fn read_operation(row: &mut Row<'_>) -> Result<AlertOperation, StoreError> {
    Ok(AlertOperation {
        id: row.take()?,
        alert: row.take()?,
        created_at: row.take()?,
        last_action_at: row.take()?,
        status: row.take()?,
        detail: row.take()?,
    })
}

impl Session {
    /// A refresh.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn alert_operation(&self, id: &str) -> Result<Option<AlertOperation>, StoreError> {
        let select = operations()
            .and_where(Expr::col(Column::Id).eq(bind(id.to_owned())))
            .to_owned();
        self.row(TABLE, &select, read_operation)
    }

    /// Every refresh that is kept, by its id.
    ///
    /// # Errors
    /// As [`Session::alert_operation`].
    pub fn alert_operations(&self) -> Result<Vec<AlertOperation>, StoreError> {
        let select = operations().order_by(Column::Id, Order::Asc).to_owned();
        self.rows(TABLE, &select, read_operation)
    }

    /// The refreshes of which it is not known yet what came of them, the oldest first.
    ///
    /// # Errors
    /// As [`Session::alert_operation`].
    pub fn running_alert_operations(&self) -> Result<Vec<AlertOperation>, StoreError> {
        let select = operations()
            .and_where(Expr::col(Column::Status).eq(bind(OperationStatus::Running)))
            .order_by(Column::CreatedAt, Order::Asc)
            .order_by(Column::Id, Order::Asc)
            .to_owned();
        self.rows(TABLE, &select, read_operation)
    }

    /// Stores a refresh, in place of the one with its id.
    ///
    /// # Errors
    /// The driver's.
    pub fn put_alert_operation(&self, operation: &AlertOperation) -> Result<(), StoreError> {
        let mut statement = insertion(
            Column::Table,
            [
                (Column::Id, bind(operation.id.clone())),
                (Column::Alert, bind(operation.alert)),
                (Column::CreatedAt, bind(operation.created_at)),
                (Column::LastActionAt, bind(operation.last_action_at)),
                (Column::Status, bind(operation.status)),
                (Column::Detail, bind(operation.detail.clone())),
            ],
        )?;
        let replaced = [
            Column::CreatedAt,
            Column::LastActionAt,
            Column::Status,
            Column::Detail,
        ];
        statement.on_conflict(OnConflict::column(Column::Id).update_columns(replaced).to_owned());
        self.execute(&statement)?;
        Ok(())
    }

    /// Forgets what became of refreshes that were asked for before `before`.
    ///
    /// # Errors
    /// The driver's.
    pub fn delete_alert_operations(&self, before: Instant) -> Result<(), StoreError> {
        let delete = Query::delete()
            .from_table(Column::Table)
            .and_where(Expr::col(Column::CreatedAt).lt(bind(before)))
            .to_owned();
        self.execute(&delete)?;
        Ok(())
    }
}
