//! What somebody is to be reminded of, and when. A reminder goes when its time has come.

use model::notice::Reminder;
use model::{GrantId, Instant, RequestId};
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use crate::row::Row;
use crate::schema::Reminders;
use crate::value::bind;
use crate::{Session, StoreError};

const TABLE: &str = "reminders";
const REQUEST: &str = "request";
const GRANT: &str = "grant";

/// How a reminder is stored: what it is about, and which one.
const fn key(reminder: Reminder) -> (&'static str, Uuid) {
    match reminder {
        Reminder::Request(id) => (REQUEST, id.uuid()),
        Reminder::Grant(id) => (GRANT, id.uuid()),
    }
}

fn read_reminder(row: &mut Row<'_>) -> Result<(Instant, Reminder), StoreError> {
    let due = row.take()?;
    let (kind, id): (String, Uuid) = (row.take()?, row.take()?);
    let reminder = match kind.as_str() {
        REQUEST => Reminder::Request(RequestId::new(id)),
        GRANT => Reminder::Grant(GrantId::new(id)),
        _ => {
            return Err(StoreError::Inconsistent {
                table: TABLE,
                column: "kind".to_owned(),
                row: id.to_string(),
            });
        }
    };
    Ok((due, reminder))
}

impl Session {
    /// Notes that somebody is to be reminded at `due`, unless that is noted already, as it may be from an
    /// earlier stage of an approval.
    ///
    /// # Errors
    /// The driver's.
    pub fn insert_reminder(&self, due: Instant, reminder: Reminder) -> Result<(), StoreError> {
        let (kind, subject) = key(reminder);
        let mut statement = crate::session::insertion(
            Reminders::Table,
            [
                (Reminders::DueAt, bind(due)),
                (Reminders::Kind, bind(kind.to_owned())),
                (Reminders::Subject, bind(subject)),
            ],
        )?;
        statement.on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
        self.execute(&statement)?;
        Ok(())
    }

    /// Takes out what is due at `now`, at most `limit`, the longest due first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn take_due_reminders(&self, now: Instant, limit: u64) -> Result<Vec<Reminder>, StoreError> {
        let due = Query::select()
            .columns([Reminders::DueAt, Reminders::Kind, Reminders::Subject])
            .from(Reminders::Table)
            .and_where(Expr::col(Reminders::DueAt).lte(bind(now)))
            .order_by(Reminders::DueAt, Order::Asc)
            .order_by(Reminders::Kind, Order::Asc)
            .order_by(Reminders::Subject, Order::Asc)
            .limit(limit)
            .to_owned();
        let due = self.rows(TABLE, &due, read_reminder)?;
        let mut taken = Vec::with_capacity(due.len());
        for (at, reminder) in due {
            let (kind, subject) = key(reminder);
            self.must_change(
                TABLE,
                Query::delete()
                    .from_table(Reminders::Table)
                    .and_where(Expr::col(Reminders::DueAt).eq(bind(at)))
                    .and_where(Expr::col(Reminders::Kind).eq(bind(kind.to_owned())))
                    .and_where(Expr::col(Reminders::Subject).eq(bind(subject))),
            )?;
            taken.push(reminder);
        }
        Ok(taken)
    }

    /// When the next reminder after `now` is due.
    ///
    /// # Errors
    /// The driver's.
    pub fn next_reminder(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let select = Query::select()
            .expr(sea_query::Func::min(Expr::col(Reminders::DueAt)))
            .from(Reminders::Table)
            .and_where(Expr::col(Reminders::DueAt).gt(bind(now)))
            .to_owned();
        Ok(self
            .row(TABLE, &select, |row| row.take::<Option<Instant>>())?
            .flatten())
    }
}
