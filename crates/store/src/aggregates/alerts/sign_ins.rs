//! When each user signed in last.

use model::{Instant, ObjectId};
use sea_query::{Expr, ExprTrait, OnConflict, Query};

use crate::schema::SignIns;
use crate::session::insertion;
use crate::value::bind;
use crate::{Session, StoreError};

const TABLE: &str = "sign_ins";

impl Session {
    /// Notes that a user signed in.
    ///
    /// # Errors
    /// The driver's, if there is no such user.
    pub fn note_sign_in(&self, user: ObjectId, at: Instant) -> Result<(), StoreError> {
        let mut statement = insertion(
            SignIns::Table,
            [(SignIns::UserId, bind(user)), (SignIns::At, bind(at))],
        )?;
        statement.on_conflict(
            OnConflict::column(SignIns::UserId)
                .update_column(SignIns::At)
                .to_owned(),
        );
        self.execute(&statement)?;
        Ok(())
    }

    /// When a user signed in last, if ever.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn last_sign_in(&self, user: ObjectId) -> Result<Option<Instant>, StoreError> {
        let select = Query::select()
            .column(SignIns::At)
            .from(SignIns::Table)
            .and_where(Expr::col(SignIns::UserId).eq(bind(user)))
            .to_owned();
        self.row(TABLE, &select, |row| row.take())
    }
}
