//! What approvers decided. A decision is kept as it was made; nobody decides a request twice.

use model::{ObjectId, RequestId, Review, Seat};
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::row::Row;
use crate::schema::ApprovalDecisions;
use crate::value::bind;
use crate::{Session, StoreError};

pub(crate) const TABLE: &str = "approval_decisions";

/// That `user` decided a request.
pub(crate) fn is_decided_by(user: ObjectId, request: Expr) -> Expr {
    let decision = |column| Expr::col((ApprovalDecisions::Table, column));
    let decided = Query::select()
        .expr(Expr::val(1))
        .from(ApprovalDecisions::Table)
        .and_where(decision(ApprovalDecisions::RequestId).eq(request))
        .and_where(decision(ApprovalDecisions::DecidedBy).eq(bind(user)))
        .to_owned();
    Expr::exists(decided)
}

/// What [`read_review`] reads, in its order.
pub(crate) const REVIEW_COLUMNS: [ApprovalDecisions; 7] = [
    ApprovalDecisions::RequestId,
    ApprovalDecisions::Stage,
    ApprovalDecisions::Seat,
    ApprovalDecisions::DecidedBy,
    ApprovalDecisions::DecidedAt,
    ApprovalDecisions::Verdict,
    ApprovalDecisions::Justification,
];

/// Reads a row of [`REVIEW_COLUMNS`].
pub(crate) fn read_review(row: &mut Row<'_>) -> Result<Review, StoreError> {
    Ok(Review {
        request: row.take()?,
        seat: Seat {
            stage: row.take()?,
            number: row.take()?,
        },
        by: row.take()?,
        at: row.take()?,
        verdict: row.take()?,
        justification: row.take()?,
    })
}

impl Session {
    /// Keeps a decision.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the same account has decided the request (INVARIANT I4), or somebody
    /// the same seat.
    pub fn insert_review(&self, review: &Review) -> Result<(), StoreError> {
        self.insert(
            ApprovalDecisions::Table,
            [
                (ApprovalDecisions::RequestId, bind(review.request)),
                (ApprovalDecisions::Stage, bind(review.seat.stage)),
                (ApprovalDecisions::Seat, bind(review.seat.number)),
                (ApprovalDecisions::DecidedBy, bind(review.by)),
                (ApprovalDecisions::DecidedAt, bind(review.at)),
                (ApprovalDecisions::Verdict, bind(review.verdict)),
                (
                    ApprovalDecisions::Justification,
                    bind(review.justification.clone()),
                ),
            ],
        )
    }

    /// What was decided on some requests, by request and time.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn reviews(&self, requests: &[RequestId]) -> Result<Vec<Review>, StoreError> {
        let select = Query::select()
            .columns(REVIEW_COLUMNS)
            .from(ApprovalDecisions::Table)
            .and_where(
                Expr::col(ApprovalDecisions::RequestId).is_in(requests.iter().map(|request| bind(*request))),
            )
            .order_by(ApprovalDecisions::RequestId, Order::Asc)
            .order_by(ApprovalDecisions::DecidedAt, Order::Asc)
            .to_owned();
        self.rows(TABLE, &select, read_review)
    }
}
