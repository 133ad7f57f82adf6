//! Where each alert stands, and its incidents.

use std::collections::BTreeMap;

use model::alert::{AlertName, AlertState, Incident};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::{AlertIncidents, Alerts};
use crate::session::insertion;
use crate::value::{Json, bind};
use crate::{Session, StoreError};

const ALERTS: &str = "alerts";
const INCIDENTS: &str = "alert_incidents";

fn states() -> SelectStatement {
    Query::select()
        .columns([
            Alerts::Name,
            Alerts::Incidents,
            Alerts::Accounts,
            Alerts::IsDismissed,
            Alerts::LastModifiedAt,
            Alerts::LastScannedAt,
            Alerts::LastReportedAt,
        ])
        .from(Alerts::Table)
        .to_owned()
}

fn read_state(row: &mut Row<'_>) -> Result<AlertState, StoreError> {
    Ok(AlertState {
        name: row.take()?,
        incidents: row.take()?,
        accounts: row.take()?,
        is_dismissed: row.take()?,
        last_modified_at: row.take()?,
        last_scanned_at: row.take()?,
        last_reported_at: row.take()?,
    })
}

fn read_incident(row: &mut Row<'_>) -> Result<Incident, StoreError> {
    row.take().map(|Json(incident)| incident)
}

fn incidents_of(name: AlertName) -> SelectStatement {
    Query::select()
        .column(AlertIncidents::Incident)
        .from(AlertIncidents::Table)
        .and_where(Expr::col(AlertIncidents::Alert).eq(bind(name)))
        .to_owned()
}

impl Session {
    /// Where an alert stands.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn alert_state(&self, name: AlertName) -> Result<AlertState, StoreError> {
        let select = states()
            .and_where(Expr::col(Alerts::Name).eq(bind(name)))
            .to_owned();
        let stored = self.row(ALERTS, &select, read_state)?;
        Ok(stored.unwrap_or_else(|| AlertState::new(name)))
    }

    /// Stores where an alert stands.
    ///
    /// # Errors
    /// The driver's.
    pub fn put_alert_state(&self, state: &AlertState) -> Result<(), StoreError> {
        let mut statement = insertion(
            Alerts::Table,
            [
                (Alerts::Name, bind(state.name)),
                (Alerts::Incidents, bind(state.incidents)),
                (Alerts::Accounts, bind(state.accounts)),
                (Alerts::IsDismissed, bind(state.is_dismissed)),
                (Alerts::LastModifiedAt, bind(state.last_modified_at)),
                (Alerts::LastScannedAt, bind(state.last_scanned_at)),
                (Alerts::LastReportedAt, bind(state.last_reported_at)),
            ],
        )?;
        let replaced = [
            Alerts::Incidents,
            Alerts::Accounts,
            Alerts::IsDismissed,
            Alerts::LastModifiedAt,
            Alerts::LastScannedAt,
            Alerts::LastReportedAt,
        ];
        statement.on_conflict(
            OnConflict::column(Alerts::Name)
                .update_columns(replaced)
                .to_owned(),
        );
        self.execute(&statement)?;
        Ok(())
    }

    /// The incidents of an alert that are kept, by their ids.
    ///
    /// # Errors
    /// As [`Session::alert_state`].
    pub fn alert_incidents(&self, name: AlertName) -> Result<Vec<Incident>, StoreError> {
        let select = incidents_of(name)
            .order_by(AlertIncidents::Id, Order::Asc)
            .to_owned();
        self.rows(INCIDENTS, &select, read_incident)
    }

    /// One incident of an alert.
    ///
    /// # Errors
    /// As [`Session::alert_state`].
    pub fn alert_incident(&self, name: AlertName, id: &str) -> Result<Option<Incident>, StoreError> {
        let select = incidents_of(name)
            .and_where(Expr::col(AlertIncidents::Id).eq(bind(id.to_owned())))
            .to_owned();
        self.row(INCIDENTS, &select, read_incident)
    }

    /// Puts `found` in place of the incidents of an alert, touching only what differs. Answers those whose ids are
    /// new, and whether anything differed.
    ///
    /// # Errors
    /// As [`Session::alert_state`].
    pub fn replace_alert_incidents(
        &self,
        name: AlertName,
        found: &[Incident],
    ) -> Result<(Vec<Incident>, bool), StoreError> {
        let mut before: BTreeMap<String, Incident> = self
            .alert_incidents(name)?
            .into_iter()
            .map(|incident| (incident.id.clone(), incident))
            .collect();
        let mut new = Vec::new();
        let mut written = Vec::new();
        for incident in found {
            match before.remove(&incident.id) {
                Some(same) if same == *incident => {}
                Some(changed) => {
                    self.delete_alert_incident(name, &changed.id)?;
                    written.push(incident);
                }
                None => {
                    new.push(incident.clone());
                    written.push(incident);
                }
            }
        }
        let differs = !written.is_empty() || !before.is_empty();
        for id in before.keys() {
            self.delete_alert_incident(name, id)?;
        }
        self.insert_all(
            AlertIncidents::Table,
            written.into_iter().map(|incident| {
                [
                    (AlertIncidents::Alert, bind(name)),
                    (AlertIncidents::Id, bind(incident.id.clone())),
                    (AlertIncidents::Incident, bind(Json(incident.clone()))),
                ]
            }),
        )?;
        Ok((new, differs))
    }

    /// Takes an incident away; says whether it was there.
    ///
    /// # Errors
    /// The driver's.
    pub fn delete_alert_incident(&self, name: AlertName, id: &str) -> Result<bool, StoreError> {
        let delete = Query::delete()
            .from_table(AlertIncidents::Table)
            .and_where(Expr::col(AlertIncidents::Alert).eq(bind(name)))
            .and_where(Expr::col(AlertIncidents::Id).eq(bind(id.to_owned())))
            .to_owned();
        self.change(INCIDENTS, &delete)
    }
}
