//! Notices: events that people are told of, written in the transaction of the event, and open until
//! messages were made of them.

use model::{Instant, Notice};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::schema::{Deliveries, Messages, Notices};
use crate::value::{Json, bind, constant};
use crate::{Session, StoreError};

const TABLE: &str = "notices";

fn is_open() -> Expr {
    Expr::col(Notices::IsOpen).eq(constant(true))
}

impl Session {
    /// Stores a notice, of which messages are to be made.
    ///
    /// # Errors
    /// The driver's.
    pub fn insert_notice(&self, notice: &Notice) -> Result<(), StoreError> {
        self.insert(
            Notices::Table,
            [
                (Notices::At, bind(notice.at)),
                (Notices::Notice, bind(Json(notice.clone()))),
                (Notices::IsOpen, bind(true)),
            ],
        )
    }

    /// Notices of which no messages were made yet, the oldest first, each with its number.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn open_notices(&self, limit: u64) -> Result<Vec<(i64, Notice)>, StoreError> {
        let select = Query::select()
            .columns([Notices::Id, Notices::Notice])
            .from(Notices::Table)
            .and_where(is_open())
            .order_by(Notices::Id, Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(TABLE, &select, |row| {
            Ok((row.take()?, row.take::<Json<Notice>>()?.0))
        })
    }

    /// Records that messages were made of a notice.
    ///
    /// # Errors
    /// [`StoreError::UnexpectedRows`] if that was recorded before.
    pub fn close_notice(&self, number: i64) -> Result<(), StoreError> {
        self.must_change(
            TABLE,
            Query::update()
                .table(Notices::Table)
                .value(Notices::IsOpen, bind(false))
                .and_where(Expr::col(Notices::Id).eq(bind(number)))
                .and_where(is_open()),
        )
    }

    /// Deletes the oldest notices from before an instant, at most `limit`, with their messages and
    /// deliveries, however far these have come; says how many.
    ///
    /// # Errors
    /// The driver's.
    pub fn delete_notices_before(&self, at: Instant, limit: u64) -> Result<usize, StoreError> {
        let oldest = Query::select()
            .columns([Notices::Id, Notices::At])
            .from(Notices::Table)
            .order_by(Notices::Id, Order::Asc)
            .limit(limit)
            .to_owned();
        let oldest: Vec<(i64, Instant)> = self.rows(TABLE, &oldest, |row| Ok((row.take()?, row.take()?)))?;
        let old: Vec<i64> = oldest
            .into_iter()
            .take_while(|(_, when)| *when < at)
            .map(|(number, _)| number)
            .collect();
        if old.is_empty() {
            return Ok(0);
        }
        let numbers = || old.iter().map(|number| bind(*number));
        let messages: SelectStatement = Query::select()
            .column(Messages::Id)
            .from(Messages::Table)
            .and_where(Expr::col(Messages::NoticeId).is_in(numbers()))
            .to_owned();
        self.execute(
            Query::delete()
                .from_table(Deliveries::Table)
                .and_where(Expr::col(Deliveries::MessageId).in_subquery(messages)),
        )?;
        self.execute(
            Query::delete()
                .from_table(Messages::Table)
                .and_where(Expr::col(Messages::NoticeId).is_in(numbers())),
        )?;
        self.execute(
            Query::delete()
                .from_table(Notices::Table)
                .and_where(Expr::col(Notices::Id).is_in(numbers())),
        )?;
        Ok(old.len())
    }
}
