//! How roles are used: what is given of a role, when somebody activated it last, how long activations lasted.

use model::{EndCause, Grant, GrantId, GrantKind, Instant, ObjectId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Func, Iden, JoinType, Order, Query, SelectStatement};

use super::is_ended;
use crate::aggregates::grants::not_indexed;
use crate::aggregates::grants::{TABLE, column, grants, is_open, read_grant};
use crate::schema::Grants;
use crate::value::bind;
use crate::{Session, StoreError};

/// The eligibility that an activation used.
#[derive(Clone, Copy, Iden)]
enum Eligibility {
    Used,
}

fn rows(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

impl Session {
    /// Open grants of one kind of a role, by principal, from after one on.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn open_grants_of_role(
        &self,
        role: RoleDefinitionId,
        kind: GrantKind,
        after: Option<(ObjectId, GrantId)>,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        self.rows(TABLE, &open_of_role(role, kind, after, limit), read_grant)
    }

    /// Open eligibilities of everybody from a principal on, by principal; or after it, if that is said.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn open_eligibilities(
        &self,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        self.rows(TABLE, &open_eligibilities(after, limit), read_grant)
    }

    /// When a principal activated a role last that it holds an eligibility for itself: the latest start of an
    /// activation of its own at the eligibility's scope.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_own_activation(&self, eligibility: &Grant) -> Result<Option<Instant>, StoreError> {
        let mut last = None;
        for select in own_activations(eligibility) {
            let select = select.to_owned();
            let found: Option<Instant> = self.row(TABLE, &select, |row| row.take())?;
            last = std::cmp::max(last, found);
        }
        Ok(last)
    }

    /// When somebody activated a role last by a group's eligibility, if that was since an instant.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_activation_through(
        &self,
        eligibility: &Grant,
        since: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        self.row(TABLE, &activations_through(eligibility, since), |row| row.take())
    }

    /// How often a principal activated a role at a scope since an instant.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_activations(&self, eligibility: &Grant, since: Instant) -> Result<u64, StoreError> {
        let mut count = 0_u64;
        for select in counted_activations(eligibility, since) {
            let found: Option<i64> = self.row(TABLE, &select, |row| row.take())?;
            count = count.saturating_add(
                found
                    .and_then(|found| u64::try_from(found).ok())
                    .unwrap_or_default(),
            );
        }
        Ok(count)
    }

    /// Every activation of a role that began since an instant and was over by another: its start, its end, and whether
    /// its principal ended it.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn finished_activations(
        &self,
        role: RoleDefinitionId,
        since: Instant,
        now: Instant,
        mut each: impl FnMut(Instant, Instant, bool),
    ) -> Result<(), StoreError> {
        self.rows(TABLE, &finished(role, since), |row| {
            let start: Instant = row.take()?;
            let (ends_at, ended_at): (Option<Instant>, Option<Instant>) = (row.take()?, row.take()?);
            let cause: Option<EndCause> = row.take()?;
            if let Some(end) = ends_at
                .into_iter()
                .chain(ended_at)
                .min()
                .filter(|end| *end <= now)
            {
                each(start, end, cause == Some(EndCause::Deactivated));
            }
            Ok(())
        })?;
        Ok(())
    }
}

pub(super) fn open_of_role(
    role: RoleDefinitionId,
    kind: GrantKind,
    after: Option<(ObjectId, GrantId)>,
    limit: usize,
) -> SelectStatement {
    let mut select = grants()
        .and_where(is_open())
        .and_where(column(Grants::RoleId).eq(bind(role)))
        .and_where(column(Grants::Kind).eq(bind(kind)))
        .to_owned();
    if let Some((principal, id)) = after {
        let keys = Expr::tuple([Grants::PrincipalId, Grants::Id].map(column));
        select.and_where(keys.gt(Expr::tuple([bind(principal), bind(id)])));
    }
    select
        .order_by((Grants::Table, Grants::PrincipalId), Order::Asc)
        .order_by((Grants::Table, Grants::Id), Order::Asc)
        .limit(rows(limit))
        .to_owned()
}

pub(super) fn open_eligibilities(after: Option<ObjectId>, limit: usize) -> SelectStatement {
    let mut select = grants()
        .and_where(is_open())
        .and_where(column(Grants::Kind).eq(bind(GrantKind::Eligibility)))
        .to_owned();
    if let Some(after) = after {
        select.and_where(column(Grants::PrincipalId).gt(bind(after)));
    }
    select
        .order_by((Grants::Table, Grants::PrincipalId), Order::Asc)
        .order_by((Grants::Table, Grants::Id), Order::Asc)
        .limit(rows(limit))
        .to_owned()
}

/// The activations of an eligibility's principal, role and scope.
fn activations_of(eligibility: &Grant) -> SelectStatement {
    let mut select = Query::select();
    select
        .from(Grants::Table)
        .and_where(column(Grants::PrincipalId).eq(bind(eligibility.principal_id)))
        .and_where(column(Grants::RoleId).eq(bind(eligibility.role_definition_id)))
        .and_where(column(Grants::Scope).eq(bind(eligibility.scope)))
        .and_where(column(Grants::ActivatedUsing).is_not_null());
    select
}

/// Such of them as came into force and are over.
fn ended_activations(eligibility: &Grant) -> SelectStatement {
    let mut select = activations_of(eligibility);
    select
        .and_where(is_ended())
        .and_where(column(Grants::EndedAt).gt(column(Grants::StartsAt)));
    select
}

/// Such of them as are not.
fn open_activations(eligibility: &Grant) -> SelectStatement {
    let mut select = activations_of(eligibility);
    select
        .and_where(is_open())
        .and_where(column(Grants::Kind).eq(bind(GrantKind::Assignment)));
    select
}

pub(super) fn own_activations(eligibility: &Grant) -> [SelectStatement; 2] {
    let mut both = [ended_activations(eligibility), open_activations(eligibility)];
    for select in &mut both {
        // The last to end is the last to begin, as there is one at a time.
        select
            .column((Grants::Table, Grants::StartsAt))
            .order_by((Grants::Table, Grants::EndsAt), Order::Desc)
            .limit(1);
    }
    both
}

pub(super) fn counted_activations(eligibility: &Grant, since: Instant) -> [SelectStatement; 2] {
    let mut both = [ended_activations(eligibility), open_activations(eligibility)];
    for select in &mut both {
        select
            .expr(Func::count(column(Grants::Id)))
            // What began since then ends after it, which the index knows.
            .and_where(column(Grants::EndsAt).gt(bind(since)))
            .and_where(not_indexed(column(Grants::StartsAt)).gte(bind(since)));
    }
    both
}

pub(super) fn activations_through(eligibility: &Grant, since: Instant) -> SelectStatement {
    let used = |column| Expr::col((Eligibility::Used, column));
    Query::select()
        .column((Grants::Table, Grants::StartsAt))
        .from(Grants::Table)
        .join_as(
            JoinType::InnerJoin,
            Grants::Table,
            Eligibility::Used,
            used(Grants::Id).equals((Grants::Table, Grants::ActivatedUsing)),
        )
        .and_where(column(Grants::RoleId).eq(bind(eligibility.role_definition_id)))
        .and_where(column(Grants::StartsAt).gte(bind(since)))
        .and_where(used(Grants::PrincipalId).eq(bind(eligibility.principal_id)))
        .and_where(used(Grants::Scope).eq(bind(eligibility.scope)))
        .order_by((Grants::Table, Grants::StartsAt), Order::Desc)
        .limit(1)
        .to_owned()
}

pub(super) fn finished(role: RoleDefinitionId, since: Instant) -> SelectStatement {
    Query::select()
        .columns([
            (Grants::Table, Grants::StartsAt),
            (Grants::Table, Grants::EndsAt),
            (Grants::Table, Grants::EndedAt),
            (Grants::Table, Grants::EndedCause),
        ])
        .from(Grants::Table)
        .and_where(column(Grants::RoleId).eq(bind(role)))
        .and_where(column(Grants::StartsAt).gte(bind(since)))
        .and_where(column(Grants::ActivatedUsing).is_not_null())
        .and_where(is_open().or(column(Grants::EndedAt).gt(column(Grants::StartsAt))))
        .to_owned()
}
