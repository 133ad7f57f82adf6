//! What the alerts are found in. Each statement walks what is open once, or the activations of some days, and
//! gives no more rows than it is asked for: they belong on a reading thread. They leave out what surely makes no
//! incident; what makes one, `rules` says.

use std::collections::BTreeSet;

use model::directory::ObjectKind;
use model::{Action, DirectoryScope, Grant, GrantKind, Instant, ObjectId, RoleDefinitionId};
use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};

use crate::aggregates::grants::{self, GRANT_COLUMNS, column, has_started, is_not_over, is_open, read_grant};
use crate::schema::{Grants, Objects, Requests, Roles, SignIns};
use crate::value::{bind, constant};
use crate::{Session, StoreError};

/// A grant, and when its principal signed in last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInGrant {
    /// The grant.
    pub grant: Grant,
    /// When, if ever.
    pub last_sign_in: Option<Instant>,
}

/// Grants in force.
fn in_force(now: Instant) -> SelectStatement {
    Query::select()
        .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
        .from(Grants::Table)
        .and_where(is_open())
        .and_where(has_started(now))
        .and_where(is_not_over(now))
        .to_owned()
}

/// That a principal is a user that is there.
fn of_users(select: &mut SelectStatement) -> &mut SelectStatement {
    select
        .join(
            JoinType::InnerJoin,
            Objects::Table,
            Expr::col((Objects::Table, Objects::Id)).equals((Grants::Table, Grants::PrincipalId)),
        )
        .and_where(Expr::col((Objects::Table, Objects::Kind)).eq(bind(ObjectKind::User)))
        .and_where(Expr::col((Objects::Table, Objects::DeletedAt)).is_null())
}

fn is_activation() -> Expr {
    column(Grants::ActivatedUsing).is_not_null()
}

fn is_assigned() -> Expr {
    column(Grants::Kind)
        .eq(bind(GrantKind::Assignment))
        .and(column(Grants::ActivatedUsing).is_null())
}

fn bounded(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

impl Session {
    /// Eligibilities of users that are in force since `since` or longer, and whose role nobody has activated there
    /// for that user since then.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn unused_eligibilities(
        &self,
        now: Instant,
        since: Instant,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        let used = Query::select()
            .columns([Grants::PrincipalId, Grants::RoleId, Grants::Scope].map(|it| (Grants::Table, it)))
            .from(Grants::Table)
            .and_where(is_activation())
            .and_where(column(Grants::StartsAt).gt(bind(since)))
            .to_owned();
        let triple = Expr::tuple([
            column(Grants::PrincipalId),
            column(Grants::RoleId),
            column(Grants::Scope),
        ]);
        let mut select = in_force(now);
        of_users(&mut select)
            .and_where(column(Grants::Kind).eq(bind(GrantKind::Eligibility)))
            .and_where(column(Grants::StartsAt).lte(bind(since)))
            .and_where(triple.in_subquery(used).not())
            .limit(bounded(limit));
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// When a principal activated a role last, anywhere or at a scope; or, without a role, any.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_activation(
        &self,
        principal: ObjectId,
        of: Option<(RoleDefinitionId, DirectoryScope)>,
    ) -> Result<Option<Instant>, StoreError> {
        let request = |column| Expr::col((Requests::Table, column));
        let mut select = Query::select();
        select
            .expr(Func::max(column(Grants::StartsAt)))
            .from(Requests::Table)
            .join(
                JoinType::InnerJoin,
                Grants::Table,
                column(Grants::Id).equals((Requests::Table, Requests::TargetScheduleId)),
            )
            .and_where(request(Requests::Kind).eq(bind(GrantKind::Assignment)))
            .and_where(request(Requests::PrincipalId).eq(bind(principal)))
            .and_where(request(Requests::Action).eq(bind(Action::SelfActivate)));
        if let Some((role, scope)) = of {
            select
                .and_where(request(Requests::RoleId).eq(bind(role)))
                .and_where(request(Requests::Scope).eq(bind(scope)));
        }
        Ok(self.row(grants::TABLE, &select, |row| row.take())?.flatten())
    }

    /// Active grants in force that were made without a request.
    ///
    /// # Errors
    /// As [`Session::unused_eligibilities`].
    pub fn grants_outside_pim(&self, now: Instant, limit: usize) -> Result<Vec<Grant>, StoreError> {
        let select = in_force(now)
            .and_where(column(Grants::RequestId).is_null())
            .and_where(column(Grants::Kind).eq(bind(GrantKind::Assignment)))
            .order_by((Grants::Table, Grants::Id), Order::Asc)
            .limit(bounded(limit))
            .to_owned();
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// Activations that began after `since`, of whoever activated the same role `at_least` times since then, in the
    /// order in which they began.
    ///
    /// # Errors
    /// As [`Session::unused_eligibilities`].
    pub fn repeated_activations(
        &self,
        now: Instant,
        since: Instant,
        at_least: u32,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        let repeated = Query::select()
            .columns([Grants::PrincipalId, Grants::RoleId].map(|it| (Grants::Table, it)))
            .from(Grants::Table)
            .and_where(is_activation())
            .and_where(column(Grants::StartsAt).gt(bind(since)))
            .and_where(has_started(now))
            .group_by_columns([Grants::PrincipalId, Grants::RoleId].map(|it| (Grants::Table, it)))
            .and_having(Expr::cust("count(*)").gte(bind(at_least)))
            .to_owned();
        let pair = Expr::tuple([column(Grants::PrincipalId), column(Grants::RoleId)]);
        let select = Query::select()
            .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
            .from(Grants::Table)
            .and_where(is_activation())
            .and_where(column(Grants::StartsAt).gt(bind(since)))
            .and_where(has_started(now))
            .and_where(pair.in_subquery(repeated))
            .order_by((Grants::Table, Grants::StartsAt), Order::Asc)
            .limit(bounded(limit))
            .to_owned();
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// Grants of users, active or eligible but no activations, whose principals have not signed in after `since`; whoever
    /// never did is told by when the grant was made.
    ///
    /// # Errors
    /// As [`Session::unused_eligibilities`].
    pub fn grants_of_absent_users(
        &self,
        now: Instant,
        since: Instant,
        limit: usize,
    ) -> Result<Vec<SignInGrant>, StoreError> {
        let at = Expr::col((SignIns::Table, SignIns::At));
        let mut select = in_force(now);
        of_users(&mut select)
            .expr(at.clone())
            .join(
                JoinType::LeftJoin,
                SignIns::Table,
                Expr::col((SignIns::Table, SignIns::UserId)).equals((Grants::Table, Grants::PrincipalId)),
            )
            .and_where(column(Grants::ActivatedUsing).is_null())
            .and_where(Expr::expr(Func::coalesce([at, column(Grants::CreatedAt)])).lte(bind(since)))
            .limit(bounded(limit));
        self.rows(grants::TABLE, &select, |row| {
            Ok(SignInGrant {
                grant: read_grant(row)?,
                last_sign_in: row.take()?,
            })
        })
    }

    /// Active assignments of a role at the tenant, no activations, that are in force.
    ///
    /// # Errors
    /// As [`Session::unused_eligibilities`].
    pub fn assignments_at_tenant(
        &self,
        role: RoleDefinitionId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = in_force(now)
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .and_where(is_assigned())
            .and_where(column(Grants::Scope).eq(bind(DirectoryScope::Tenant)))
            .limit(bounded(limit))
            .to_owned();
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// How many active assignments are in force, no activations; it stops counting at `at_most`.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_assignments(&self, now: Instant, at_most: u64) -> Result<u64, StoreError> {
        self.count_some(in_force(now).and_where(is_assigned()), at_most)
    }

    /// How many hold a role for good, anywhere; it stops counting at `at_most`.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_permanent_assignments(
        &self,
        role: RoleDefinitionId,
        now: Instant,
        at_most: u64,
    ) -> Result<u64, StoreError> {
        let mut select = in_force(now);
        select
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .and_where(is_assigned())
            .and_where(column(Grants::EndsAt).is_null());
        self.count_some(&select, at_most)
    }

    fn count_some(&self, select: &SelectStatement, at_most: u64) -> Result<u64, StoreError> {
        let some = select.clone().limit(at_most).to_owned();
        let count = Query::select()
            .expr(Expr::cust("count(*)"))
            .from_subquery(some, Alias::new("some"))
            .to_owned();
        let count: Option<i64> = self.row(grants::TABLE, &count, |row| row.take())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }

    /// The roles that somebody has or can activate now.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn roles_in_use(&self, now: Instant) -> Result<BTreeSet<RoleDefinitionId>, StoreError> {
        let of_the_role = Query::select()
            .expr(constant(1_i64))
            .from(Grants::Table)
            .and_where(column(Grants::RoleId).equals((Roles::Table, Roles::Id)))
            .and_where(is_open())
            .and_where(has_started(now))
            .and_where(is_not_over(now))
            .to_owned();
        let select = Query::select()
            .column((Roles::Table, Roles::Id))
            .from(Roles::Table)
            .and_where(Expr::col((Roles::Table, Roles::DeletedAt)).is_null())
            .and_where(Expr::exists(of_the_role))
            .to_owned();
        Ok(self
            .rows("roles", &select, |row| row.take())?
            .into_iter()
            .collect())
    }
}
