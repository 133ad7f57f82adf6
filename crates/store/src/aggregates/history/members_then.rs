//! Who belonged to what at an instant.

use model::directory::{ObjectKind, Relation};
use model::{Instant, ObjectId};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UnionType};

use crate::aggregates::memberships::relation;
use crate::schema::{Memberships, Objects};
use crate::value::bind;
use crate::{Session, StoreError};

impl Session {
    /// Who was in a group at an instant, by id, from after one on.
    ///
    /// # Errors
    /// The driver's.
    pub fn members_then(
        &self,
        group: ObjectId,
        at: Instant,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<ObjectId>, StoreError> {
        let select = members_then(group, at, after, limit);
        self.rows("memberships", &select, |row| row.take())
    }

    /// The role-assignable groups in which somebody was at an instant.
    ///
    /// # Errors
    /// The driver's.
    pub fn role_groups_then(&self, member: ObjectId, at: Instant) -> Result<Vec<ObjectId>, StoreError> {
        let select = role_groups_then(member, at);
        self.rows("memberships", &select, |row| row.take())
    }
}

/// Memberships that held at an instant: those that hold still, and those that ended since.
fn memberships_then(of: Memberships, at: Instant, narrow: impl Fn(&mut SelectStatement)) -> SelectStatement {
    let membership = |column| Expr::col((Memberships::Table, column));
    let held = |end: Expr| {
        let mut select = Query::select()
            .column((Memberships::Table, of))
            .from(Memberships::Table)
            .and_where(membership(Memberships::Relation).eq(relation(Relation::Member)))
            .and_where(membership(Memberships::AddedAt).lte(bind(at)))
            .and_where(end)
            .to_owned();
        narrow(&mut select);
        select
    };
    held(membership(Memberships::RemovedAt).is_null())
        .union(
            UnionType::Distinct,
            held(membership(Memberships::RemovedAt).gt(bind(at))),
        )
        .to_owned()
}

pub(super) fn members_then(
    group: ObjectId,
    at: Instant,
    after: Option<ObjectId>,
    limit: usize,
) -> SelectStatement {
    memberships_then(Memberships::MemberId, at, |select| {
        select.and_where(Expr::col((Memberships::Table, Memberships::ContainerId)).eq(bind(group)));
        if let Some(after) = after {
            select.and_where(Expr::col((Memberships::Table, Memberships::MemberId)).gt(bind(after)));
        }
    })
    .order_by(Memberships::MemberId, Order::Asc)
    .limit(u64::try_from(limit).unwrap_or(u64::MAX))
    .to_owned()
}

/// Whether a group is role-assignable never changes, and one that is deleted was one before.
pub(super) fn role_groups_then(member: ObjectId, at: Instant) -> SelectStatement {
    memberships_then(Memberships::ContainerId, at, |select| {
        select
            .inner_join(
                Objects::Table,
                Expr::col((Objects::Table, Objects::Id))
                    .equals((Memberships::Table, Memberships::ContainerId)),
            )
            .and_where(Expr::col((Objects::Table, Objects::Kind)).eq(bind(ObjectKind::Group)))
            .and_where(Expr::col((Objects::Table, Objects::IsAssignableToRole)).eq(bind(true)))
            .and_where(Expr::col((Memberships::Table, Memberships::MemberId)).eq(bind(member)));
    })
}
