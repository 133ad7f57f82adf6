//! Grants. A grant is open until its end is recorded, which is done once and as it happens: a read
//! asks the indexes of open grants, and then the clock.

mod due;

use std::collections::BTreeSet;

use model::role::GLOBAL_ADMINISTRATOR;
use model::{
    DirectoryScope, EndCause, Ended, Grant, GrantId, GrantKind, GrantOrigin, Instant, ObjectId,
    RoleDefinitionId, Window,
};
use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};

use crate::aggregates::memberships::{is_or_has_an_enabled_user, role_groups};
use crate::row::Row;
use crate::schema::Grants;
use crate::value::{bind, constant};
use crate::{Session, StoreError};

pub(crate) const TABLE: &str = "grants";

/// What [`read_grant`] reads, in its order.
pub(crate) const GRANT_COLUMNS: [Grants; 12] = [
    Grants::Id,
    Grants::Kind,
    Grants::PrincipalId,
    Grants::RoleId,
    Grants::Scope,
    Grants::StartsAt,
    Grants::EndsAt,
    Grants::EndedAt,
    Grants::EndedCause,
    Grants::RequestId,
    Grants::CreatedAt,
    Grants::ActivatedUsing,
];

/// Reads a row of [`GRANT_COLUMNS`].
pub(crate) fn read_grant(row: &mut Row<'_>) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.take()?,
        kind: row.take()?,
        principal_id: row.take()?,
        role_definition_id: row.take()?,
        scope: row.take()?,
        window: Window {
            start: row.take()?,
            end: row.take()?,
        },
        ended: {
            let at: Option<_> = row.take()?;
            let cause: Option<_> = row.take()?;
            at.zip(cause).map(|(at, cause)| Ended { at, cause })
        },
        origin: row
            .take::<Option<_>>()?
            .map_or(GrantOrigin::OutsidePim, GrantOrigin::Request),
        created_at: row.take()?,
        activated_using: row.take()?,
    })
}

/// A column of the table itself, whatever is joined to it.
pub(crate) fn column(column: Grants) -> Expr {
    Expr::col((Grants::Table, column))
}

/// That no end is recorded.
pub(crate) fn is_open() -> Expr {
    column(Grants::EndedAt).is_null()
}

/// That the end of the window is not reached.
pub(crate) fn is_not_over(now: Instant) -> Expr {
    column(Grants::EndsAt)
        .is_null()
        .or(column(Grants::EndsAt).gt(bind(now)))
}

/// That the start of the window is reached.
pub(crate) fn has_started(now: Instant) -> Expr {
    column(Grants::StartsAt).lte(bind(now))
}

/// The same of grants that are found by something else: an index of starts, which knows all that ever was, would take
/// their place.
pub(crate) fn is_started(now: Instant) -> Expr {
    not_indexed(column(Grants::StartsAt)).lte(bind(now))
}

/// A column's value, said in a way for which no index is any use: where one that the database would take leads through
/// more rows than the one that is meant.
pub(crate) fn not_indexed(column: Expr) -> Expr {
    Expr::expr(Func::coalesce([column.clone(), column]))
}

/// Every grant that ever was.
pub(crate) fn grants() -> SelectStatement {
    Query::select()
        .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
        .from(Grants::Table)
        .to_owned()
}

/// Grants that are in force or to come.
fn current(now: Instant) -> SelectStatement {
    grants()
        .and_where(is_open())
        .and_where(is_not_over(now))
        .to_owned()
}

/// The open assignments of some roles at the tenant.
fn at_tenant(roles: &[RoleDefinitionId]) -> SelectStatement {
    Query::select()
        .from(Grants::Table)
        .and_where(column(Grants::RoleId).is_in(roles.iter().map(|role| bind(*role))))
        .and_where(column(Grants::Kind).eq(bind(GrantKind::Assignment)))
        .and_where(is_open())
        .and_where(column(Grants::Scope).eq(bind(DirectoryScope::Tenant)))
        .to_owned()
}

/// Such of them as are in force and permanent, no activations, to an enabled user or to a group that has one.
fn lasting(roles: &[RoleDefinitionId], now: Instant) -> SelectStatement {
    at_tenant(roles)
        .and_where(is_started(now))
        .and_where(column(Grants::EndsAt).is_null())
        .and_where(column(Grants::ActivatedUsing).is_null())
        .and_where(is_or_has_an_enabled_user(column(Grants::PrincipalId)))
        .to_owned()
}

/// The principals of these.
pub(crate) fn lasting_holders(roles: &[RoleDefinitionId], now: Instant) -> SelectStatement {
    lasting(roles, now)
        .column((Grants::Table, Grants::PrincipalId))
        .to_owned()
}

/// The principals of such of the assignments at the tenant as are in force, permanent or not. Sorting them, or telling doubles apart, is for
/// the caller: for either, the database would rather walk all principals in order than look up the roles.
pub(crate) fn holders_in_force(roles: &[RoleDefinitionId], now: Instant) -> SelectStatement {
    at_tenant(roles)
        .column((Grants::Table, Grants::PrincipalId))
        .and_where(is_started(now))
        .and_where(is_not_over(now))
        .to_owned()
}

impl Session {
    /// Stores a new grant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken; the driver's if there is no such principal, role
    /// or used eligibility.
    pub fn insert_grant(&self, grant: &Grant) -> Result<(), StoreError> {
        if grant.kind == GrantKind::Assignment {
            self.touch_principal(grant.principal_id)?;
        }
        let request = match grant.origin {
            GrantOrigin::Request(id) => Some(id),
            GrantOrigin::OutsidePim => None,
        };
        self.insert(
            Grants::Table,
            [
                (Grants::Id, bind(grant.id)),
                (Grants::Kind, bind(grant.kind)),
                (Grants::PrincipalId, bind(grant.principal_id)),
                (Grants::RoleId, bind(grant.role_definition_id)),
                (Grants::Scope, bind(grant.scope)),
                (Grants::StartsAt, bind(grant.window.start)),
                (Grants::EndsAt, bind(grant.window.end)),
                (Grants::EndedAt, bind(grant.ended.map(|ended| ended.at))),
                (Grants::EndedCause, bind(grant.ended.map(|ended| ended.cause))),
                (Grants::RequestId, bind(request)),
                (Grants::CreatedAt, bind(grant.created_at)),
                (Grants::ActivatedUsing, bind(grant.activated_using)),
                (Grants::DerivedId, bind(grant.derived_id())),
                (
                    Grants::IsStartPending,
                    bind(grant.created_at < grant.window.start),
                ),
            ],
        )
    }

    /// Records the end of a grant; says whether it had none (INVARIANT I6: an end is final). The
    /// end must not lie ahead: from the commit on the grant is not listed any more.
    ///
    /// # Errors
    /// The driver's.
    pub fn end_grant(&self, id: GrantId, ended: Ended) -> Result<bool, StoreError> {
        let Some(grant) = self.grant(id)? else {
            return Ok(false);
        };
        if grant.kind == GrantKind::Assignment {
            self.touch_principal(grant.principal_id)?;
        }
        self.change(
            TABLE,
            Query::update()
                .table(Grants::Table)
                .values([
                    (Grants::EndedAt, bind(ended.at)),
                    (Grants::EndedCause, bind(ended.cause)),
                ])
                .and_where(column(Grants::Id).eq(bind(id)))
                .and_where(is_open()),
        )
    }

    /// A grant, ended or not.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn grant(&self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        let select = grants().and_where(column(Grants::Id).eq(bind(id))).to_owned();
        self.row(TABLE, &select, read_grant)
    }

    /// The grant under a derived id that is in force, or else the next to come.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn grant_by_derived_id(
        &self,
        kind: GrantKind,
        derived_id: &str,
        now: Instant,
    ) -> Result<Option<Grant>, StoreError> {
        let Some(principal) = model::ids::principal_of_derived_id(derived_id) else {
            return Ok(None);
        };
        let select = current(now)
            .and_where(column(Grants::Kind).eq(bind(kind)))
            .and_where(column(Grants::PrincipalId).eq(bind(principal)))
            .and_where(column(Grants::DerivedId).eq(bind(derived_id.to_owned())))
            .order_by((Grants::Table, Grants::StartsAt), sea_query::Order::Asc)
            .limit(1)
            .to_owned();
        self.row(TABLE, &select, read_grant)
    }

    /// A principal's own grants of both kinds for a role at a scope: those not ended whose window
    /// reaches to `ended_since` or beyond, and those that ended by themselves since then.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn grants_of(
        &self,
        principal: ObjectId,
        role: RoleDefinitionId,
        scope: DirectoryScope,
        ended_since: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let of_the_triple = || {
            grants()
                .and_where(column(Grants::PrincipalId).eq(bind(principal)))
                .and_where(column(Grants::RoleId).eq(bind(role)))
                .and_where(column(Grants::Scope).eq(bind(scope)))
                .to_owned()
        };
        let open = of_the_triple()
            .and_where(of_either_kind())
            .and_where(is_open())
            .and_where(
                column(Grants::EndsAt)
                    .is_null()
                    .or(column(Grants::EndsAt).gte(bind(ended_since))),
            )
            .to_owned();
        let expired = of_the_triple()
            .and_where(column(Grants::EndedAt).is_not_null())
            .and_where(column(Grants::EndedCause).eq(constant(EndCause::Expired)))
            .and_where(column(Grants::EndsAt).gte(bind(ended_since)))
            .to_owned();
        let mut found = self.rows(TABLE, &open, read_grant)?;
        found.extend(self.rows(TABLE, &expired, read_grant)?);
        Ok(found)
    }

    /// The activations, by anyone, in force or to come, that use an eligibility of a principal for
    /// a role at a scope: the one that stands now, or one that it has replaced since.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn activations_of(
        &self,
        principal: ObjectId,
        role: RoleDefinitionId,
        scope: DirectoryScope,
        now: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let used = Alias::new("used");
        let select = current(now)
            .join_as(
                JoinType::InnerJoin,
                Grants::Table,
                used.clone(),
                Expr::col((used.clone(), Grants::Id)).equals((Grants::Table, Grants::ActivatedUsing)),
            )
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .and_where(column(Grants::Scope).eq(bind(scope)))
            .and_where(Expr::col((used, Grants::PrincipalId)).eq(bind(principal)))
            .to_owned();
        self.rows(TABLE, &select, read_grant)
    }

    /// The eligibilities in force for a role at a scope that a principal has through its
    /// role-assignable groups.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn group_eligibilities(
        &self,
        principal: ObjectId,
        role: RoleDefinitionId,
        scope: DirectoryScope,
        now: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = current(now)
            .and_where(is_started(now))
            .and_where(column(Grants::Kind).eq(bind(GrantKind::Eligibility)))
            .and_where(column(Grants::PrincipalId).in_subquery(role_groups(principal)))
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .and_where(column(Grants::Scope).eq(bind(scope)))
            .to_owned();
        self.rows(TABLE, &select, read_grant)
    }

    /// The grants that keep the tenant administrable for good: permanent assignments of Global
    /// Administrator at the tenant, in force, not activations, to an enabled user or to a group
    /// that has one.
    ///
    /// # Errors
    /// The driver's.
    pub fn lasting_administrators(&self, now: Instant) -> Result<Vec<GrantId>, StoreError> {
        let select = lasting(&[GLOBAL_ADMINISTRATOR], now)
            .column((Grants::Table, Grants::Id))
            .to_owned();
        self.rows(TABLE, &select, |row| row.take())
    }

    /// The principals of such grants of any roles, each once.
    ///
    /// # Errors
    /// The driver's.
    pub fn lasting_holders(
        &self,
        roles: &[RoleDefinitionId],
        now: Instant,
    ) -> Result<Vec<ObjectId>, StoreError> {
        let select = lasting_holders(roles, now);
        let holders: BTreeSet<ObjectId> = self.rows(TABLE, &select, |row| row.take())?.into_iter().collect();
        Ok(holders.into_iter().collect())
    }

    /// The principals that have one of some roles in force at the tenant, each once.
    ///
    /// # Errors
    /// The driver's.
    pub fn principals_in_force(
        &self,
        roles: &[RoleDefinitionId],
        now: Instant,
    ) -> Result<Vec<ObjectId>, StoreError> {
        let select = holders_in_force(roles, now);
        let holders: BTreeSet<ObjectId> = self.rows(TABLE, &select, |row| row.take())?.into_iter().collect();
        Ok(holders.into_iter().collect())
    }

    /// A principal's own grants of both kinds that are in force or to come.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn current_grants_of_principal(
        &self,
        principal: ObjectId,
        now: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = current(now)
            .and_where(of_either_kind())
            .and_where(column(Grants::PrincipalId).eq(bind(principal)))
            .to_owned();
        self.rows(TABLE, &select, read_grant)
    }

    /// The grants of a role, of both kinds, that are in force or to come.
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub fn current_grants_of_role(
        &self,
        role: RoleDefinitionId,
        now: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = current(now)
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .to_owned();
        self.rows(TABLE, &select, read_grant)
    }
}

/// Both kinds, said so because the kind leads the index.
pub(crate) fn of_either_kind() -> Expr {
    column(Grants::Kind).is_in(GrantKind::ALL.iter().map(|kind| bind(*kind)))
}
