//! Counts for the weekly digest and the licence. They walk indexes, so they belong on a reading thread.

use model::directory::ObjectKind;
use model::{GrantKind, Instant, RoleDefinitionId};
use sea_query::{Alias, Expr, ExprTrait, Func, Order, Query};

use crate::aggregates::grants::{self, column, is_not_over, is_open, is_started};
use crate::schema::{AuditEvents, Grants, Objects};
use crate::value::{bind, constant};
use crate::{Session, StoreError};

/// How often something was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityCount {
    /// What.
    pub activity: String,
    /// By which application, if by one.
    pub app_display_name: Option<String>,
    /// How often.
    pub count: u64,
}

/// How many hold a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolderCount {
    /// Which role.
    pub role: RoleDefinitionId,
    /// Permanent active assignments in force.
    pub permanent: u64,
    /// Eligibilities in force.
    pub eligible: u64,
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

impl Session {
    /// How often each activity was recorded from `from` on and before `until`.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn count_activities(&self, from: Instant, until: Instant) -> Result<Vec<ActivityCount>, StoreError> {
        let select = Query::select()
            .columns([AuditEvents::Activity, AuditEvents::AppDisplayName])
            .expr(Func::count(Expr::col(AuditEvents::Seq)))
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::At).gte(bind(from)))
            .and_where(Expr::col(AuditEvents::At).lt(bind(until)))
            .group_by_columns([AuditEvents::Activity, AuditEvents::AppDisplayName])
            .order_by(AuditEvents::Activity, Order::Asc)
            .to_owned();
        self.rows("audit_events", &select, |row| {
            Ok(ActivityCount {
                activity: row.take()?,
                app_display_name: row.take()?,
                count: row.take().map(number)?,
            })
        })
    }

    /// How many assignments and eligibilities, activations not counted, end from `from` on and before
    /// `until`.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_ends(&self, from: Instant, until: Instant) -> Result<u64, StoreError> {
        let select = Query::select()
            .expr(Func::count(column(Grants::Id)))
            .from(Grants::Table)
            .and_where(is_open())
            .and_where(column(Grants::EndsAt).gte(bind(from)))
            .and_where(column(Grants::EndsAt).lt(bind(until)))
            .and_where(column(Grants::ActivatedUsing).is_null())
            .to_owned();
        Ok(self
            .row(grants::TABLE, &select, |row| row.take().map(number))?
            .unwrap_or_default())
    }

    /// The roles with the most permanent and eligible holders, the most first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn count_roles(&self, now: Instant, limit: u64) -> Result<Vec<HolderCount>, StoreError> {
        let of_kind = |kind| column(Grants::Kind).eq(bind(kind));
        let total = Alias::new("total");
        let select = Query::select()
            .column((Grants::Table, Grants::RoleId))
            .expr(Func::sum(of_kind(GrantKind::Assignment)))
            .expr(Func::sum(of_kind(GrantKind::Eligibility)))
            .expr_as(Func::count(column(Grants::Id)), total.clone())
            .from(Grants::Table)
            .and_where(is_open())
            .and_where(is_started(now))
            .and_where(is_not_over(now))
            .and_where(
                of_kind(GrantKind::Eligibility).or(of_kind(GrantKind::Assignment)
                    .and(column(Grants::EndsAt).is_null())
                    .and(column(Grants::ActivatedUsing).is_null())),
            )
            .group_by_col((Grants::Table, Grants::RoleId))
            .order_by(total, Order::Desc)
            .order_by((Grants::Table, Grants::RoleId), Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(grants::TABLE, &select, |row| {
            Ok(HolderCount {
                role: row.take()?,
                permanent: row.take().map(number)?,
                eligible: row.take().map(number)?,
            })
        })
    }

    /// How many users have or are eligible for a role, by a grant of their own, now or later.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_users_with_grants(&self, now: Instant) -> Result<u64, StoreError> {
        let object = |column| Expr::col((Objects::Table, column));
        // Whether there is one takes a step or two into the index for each user, however many they have.
        let has_grant = |kind: GrantKind| {
            Expr::exists(
                Query::select()
                    .expr(Expr::val(1))
                    .from(Grants::Table)
                    .and_where(column(Grants::Kind).eq(constant(kind)))
                    .and_where(column(Grants::PrincipalId).equals((Objects::Table, Objects::Id)))
                    .and_where(is_open())
                    .and_where(is_not_over(now))
                    .to_owned(),
            )
        };
        let select = Query::select()
            .expr(Func::count(object(Objects::Id)))
            .from(Objects::Table)
            .and_where(object(Objects::Kind).eq(bind(ObjectKind::User)))
            .and_where(object(Objects::DeletedAt).is_null())
            .and_where(has_grant(GrantKind::Assignment).or(has_grant(GrantKind::Eligibility)))
            .to_owned();
        let count: Option<i64> = self.row("objects", &select, |row| row.take())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }
}
