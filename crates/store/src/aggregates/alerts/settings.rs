//! What is set for each alert. Every version stays; the one in force has no end.

use model::Instant;
use model::alert::{AlertName, AlertSettings};
use sea_query::{Expr, ExprTrait, Func, Query};

use crate::schema::AlertSettings as Column;
use crate::value::{Json, bind};
use crate::{Session, StoreError};

const TABLE: &str = "alert_settings";

impl Session {
    /// What is set for an alert; the defaults, until somebody changed them.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn alert_settings(&self, name: AlertName) -> Result<AlertSettings, StoreError> {
        let select = Query::select()
            .column(Column::Settings)
            .from(Column::Table)
            .and_where(Expr::col(Column::Name).eq(bind(name)))
            .and_where(Expr::col(Column::ValidUntil).is_null())
            .to_owned();
        let stored = self.row(TABLE, &select, |row| row.take().map(|Json(settings)| settings))?;
        Ok(stored.unwrap_or_else(|| AlertSettings::default_for(name)))
    }

    /// Puts settings in place of those in force from `at` on; the version before stays, and ends there.
    ///
    /// # Errors
    /// The driver's.
    pub fn supersede_alert_settings(
        &self,
        name: AlertName,
        settings: AlertSettings,
        at: Instant,
    ) -> Result<(), StoreError> {
        let newest = Query::select()
            .expr(Func::max(Expr::col(Column::Version)))
            .from(Column::Table)
            .and_where(Expr::col(Column::Name).eq(bind(name)))
            .to_owned();
        let newest: Option<i64> = self.row(TABLE, &newest, |row| row.take())?.flatten();
        self.change(
            TABLE,
            Query::update()
                .table(Column::Table)
                .value(Column::ValidUntil, bind(at))
                .and_where(Expr::col(Column::Name).eq(bind(name)))
                .and_where(Expr::col(Column::ValidUntil).is_null()),
        )?;
        self.insert(
            Column::Table,
            [
                (Column::Name, bind(name)),
                (
                    Column::Version,
                    bind(newest.unwrap_or_default().saturating_add(1)),
                ),
                (Column::Settings, bind(Json(settings))),
                (Column::ValidFrom, bind(at)),
                (Column::ValidUntil, bind(None::<Instant>)),
            ],
        )
    }
}
