//! The tenant, and small facts under a key: what kind of server this is, the paging key, the mark
//! of the clock, the licence.

use std::sync::Arc;

use model::directory::Tenant;
use model::{Instant, Licence};
use sea_query::{Expr, ExprTrait, Func, OnConflict, Query};

use crate::schema::{AuditEvents, Facts, Tenants};
use crate::session::insertion;
use crate::value::{Cell, Json, Stored as _, bind};
use crate::{Session, StoreError};

const TABLE: &str = "facts";
/// The fact that holds the latest instant noted.
const CLOCK_MARK: &str = "clockMark";
/// The fact that holds the licence, once it is another than the default.
const LICENCE: &str = "licence";

impl Session {
    /// The tenant, once it was stored.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn tenant(&self) -> Result<Option<Tenant>, StoreError> {
        let select = Query::select()
            .columns([
                Tenants::Id,
                Tenants::DisplayName,
                Tenants::Domain,
                Tenants::CreatedAt,
            ])
            .from(Tenants::Table)
            .to_owned();
        self.row("tenants", &select, |row| {
            Ok(Tenant {
                id: row.take()?,
                display_name: row.take()?,
                domain: row.take()?,
                created_at: row.take()?,
            })
        })
    }

    /// Stores the tenant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is there.
    pub fn insert_tenant(&self, tenant: &Tenant) -> Result<(), StoreError> {
        self.insert(
            Tenants::Table,
            [
                (Tenants::Id, bind(tenant.id)),
                (Tenants::DisplayName, bind(tenant.display_name.clone())),
                (Tenants::Domain, bind(tenant.domain.clone())),
                (Tenants::CreatedAt, bind(tenant.created_at)),
            ],
        )
    }

    /// A fact.
    ///
    /// # Errors
    /// The driver's.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let select = Query::select()
            .column(Facts::Value)
            .from(Facts::Table)
            .and_where(Expr::col(Facts::Key).eq(bind(key.to_owned())))
            .to_owned();
        self.row(TABLE, &select, |row| row.take())
    }

    /// Stores a fact, in place of the one under its key.
    ///
    /// # Errors
    /// The driver's.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut statement = insertion(
            Facts::Table,
            [
                (Facts::Key, bind(key.to_owned())),
                (Facts::Value, bind(value.to_owned())),
            ],
        )?;
        statement.on_conflict(
            OnConflict::column(Facts::Key)
                .update_column(Facts::Value)
                .to_owned(),
        );
        self.execute(&statement)?;
        Ok(())
    }

    /// The latest instant that was noted or that the audit log has. Every change has its audit
    /// event, so that no change is later.
    ///
    /// # Errors
    /// The driver's.
    pub fn latest_instant(&self) -> Result<Option<Instant>, StoreError> {
        let select = Query::select()
            .expr(Func::max(Expr::col(AuditEvents::At)))
            .from(AuditEvents::Table)
            .to_owned();
        let audited: Option<Instant> = self.row("audit_events", &select, |row| row.take())?.flatten();
        let noted = self
            .meta(CLOCK_MARK)?
            .and_then(|text| text.parse().ok())
            .map(Instant::from_micros);
        Ok(audited.max(noted))
    }

    /// Notes an instant that was shown, unless a later one was.
    ///
    /// # Errors
    /// The driver's.
    pub fn note_instant(&self, at: Instant) -> Result<(), StoreError> {
        if self.latest_instant()? >= Some(at) {
            return Ok(());
        }
        self.set_meta(CLOCK_MARK, &at.as_micros().to_string())
    }

    /// The licence; unlimited unless another was stored. No I/O, but in a transaction that changes it.
    ///
    /// # Errors
    /// The driver's, and a licence that cannot be read.
    pub fn licence(&self) -> Result<Licence, StoreError> {
        if self.is_licence_touched() {
            return self.stored_licence();
        }
        Ok(self.caches.licence())
    }

    /// Stores the licence, in place of the one before.
    ///
    /// # Errors
    /// The driver's.
    pub fn set_licence(&self, licence: Licence) -> Result<(), StoreError> {
        self.touch_licence();
        let text = serde_json::to_string(&licence).map_err(|error| StoreError::Driver(Arc::new(error)))?;
        self.set_meta(LICENCE, &text)
    }

    pub(crate) fn stored_licence(&self) -> Result<Licence, StoreError> {
        let Some(text) = self.meta(LICENCE)? else {
            return Ok(Licence::default());
        };
        Json::from_cell(Cell::Text(&text))
            .map(|Json(licence)| licence)
            .ok_or_else(|| StoreError::Inconsistent {
                table: TABLE,
                column: "value".to_owned(),
                row: LICENCE.to_owned(),
            })
    }
}
