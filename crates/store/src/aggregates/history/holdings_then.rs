//! Who held what at an instant.
//!
//! Grants of an instant in the later half of the tenant's time are listed in two parts: those that last beyond the
//! beginning of the listing, and those that were over by then. Which part a grant belongs to follows from when it ends
//! and not from whether its end was noted yet, so that each is listed once, whatever ends between two pages. Of an
//! instant in the earlier half there is one part, of all that had begun. So at most half of all grants are looked at.

use model::history::HoldingsQuery;
use model::{Grant, GrantId, Instant, ObjectId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::is_ended;
use crate::aggregates::grants::not_indexed;
use crate::aggregates::grants::{
    GRANT_COLUMNS, TABLE, column, grants, is_not_over, is_open, of_either_kind, read_grant,
};
use crate::schema::{Grants, Roles};
use crate::value::bind;
use crate::{Session, StoreError};

/// Which part of the grants of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThenPart {
    /// Those that last beyond the beginning of the listing, by role, kind and principal.
    Lasting,
    /// Those that were over by then, by role and end.
    Over,
    /// All of them, by role and start.
    Begun,
}

impl ThenPart {
    /// The parts of a listing that began at one instant, about another.
    pub fn of(at: Instant, listed_at: Instant, tenant_since: Instant) -> &'static [Self] {
        if at.since(tenant_since) < listed_at.since(at) {
            &[Self::Begun]
        } else {
            &[Self::Lasting, Self::Over]
        }
    }
}

/// Which page of them.
#[derive(Clone, Copy, Debug)]
pub struct ThenPage {
    /// When the listing began.
    pub listed_at: Instant,
    /// Of which part.
    pub part: ThenPart,
    /// The grant with which the page before ended, and whether this one begins with it again.
    pub after: Option<(GrantId, bool)>,
    /// How many grants at most.
    pub limit: usize,
}

impl Session {
    /// The grants in force at an instant, whoever they are for; a principal that the query names does not count.
    ///
    /// # Errors
    /// The driver's, a row that cannot be read, and [`StoreError::Unsupported`] if there is no grant to begin
    /// after.
    pub fn grants_then(&self, query: &HoldingsQuery, page: &ThenPage) -> Result<Vec<Grant>, StoreError> {
        let after = match page.after {
            None => None,
            Some((id, again)) => {
                let grant = self.grant(id)?;
                let grant =
                    grant.ok_or_else(|| StoreError::Unsupported("there is no such grant".to_owned()))?;
                Some((grant, again))
            }
        };
        let mut found = Vec::new();
        for select in statements(query, page, after.as_ref()) {
            found.extend(self.rows(TABLE, &select, read_grant)?);
        }
        match page.part {
            ThenPart::Lasting => found.sort_by_key(lasting_key),
            ThenPart::Over => found.sort_by_key(over_key),
            ThenPart::Begun => found.sort_by_key(begun_key),
        }
        found.truncate(page.limit);
        Ok(found)
    }

    /// The grants of some principals that were in force at an instant, by id, from after one on.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn grants_of_then(
        &self,
        query: &HoldingsQuery,
        principals: &[ObjectId],
        after: Option<GrantId>,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        let mut found = Vec::new();
        for select in statements_of(query, principals, after, limit) {
            found.extend(self.rows(TABLE, &select, read_grant)?);
        }
        found.sort_by_key(|grant| grant.id);
        found.truncate(limit);
        Ok(found)
    }
}

/// How the lasting ones are sorted. The kind is compared as its word is stored.
fn lasting_key(grant: &Grant) -> (RoleDefinitionId, &'static str, ObjectId, GrantId) {
    let kind = grant.kind.as_str();
    (grant.role_definition_id, kind, grant.principal_id, grant.id)
}

fn over_key(grant: &Grant) -> (RoleDefinitionId, Option<Instant>, GrantId) {
    (grant.role_definition_id, grant.over_at(), grant.id)
}

fn begun_key(grant: &Grant) -> (RoleDefinitionId, Instant, GrantId) {
    (grant.role_definition_id, grant.window.start, grant.id)
}

/// What a page is put together of: each gives the first rows of its own in the part's order.
pub(super) fn statements(
    query: &HoldingsQuery,
    page: &ThenPage,
    after: Option<&(Grant, bool)>,
) -> Vec<SelectStatement> {
    match page.part {
        ThenPart::Lasting => lasting(query, page, after).into(),
        ThenPart::Over => over(query, page, after),
        ThenPart::Begun => begun(query, page, after),
    }
}

/// Those that had begun and were not over, in the order in which they began.
fn begun(query: &HoldingsQuery, page: &ThenPage, after: Option<&(Grant, bool)>) -> Vec<SelectStatement> {
    let in_force = |(mut select, role): (SelectStatement, Expr)| {
        let has_not_ended = is_open().or(column(Grants::EndedAt).gt(bind(query.at)));
        select
            .and_where(column(Grants::StartsAt).lte(bind(query.at)))
            .and_where(has_not_ended)
            .and_where(is_not_over(query.at))
            .order_by_expr(role, Order::Asc)
            .order_by((Grants::Table, Grants::StartsAt), Order::Asc)
            .order_by((Grants::Table, Grants::Id), Order::Asc);
        finish(select, query, page.limit)
    };
    let Some((last, again)) = after else {
        return vec![in_force(by_role(query.role, None))];
    };
    let (mut same_role, role) = by_role(Some(last.role_definition_id), None);
    same_role.and_where(follows(
        [Grants::StartsAt, Grants::Id].map(column),
        [bind(last.window.start), bind(last.id)],
        *again,
    ));
    let mut all = vec![in_force((same_role, role))];
    if query.role.is_none() {
        all.push(in_force(by_role(None, Some(last.role_definition_id))));
    }
    all
}

/// Those that are open, and those that ended since the listing began.
fn lasting(query: &HoldingsQuery, page: &ThenPage, after: Option<&(Grant, bool)>) -> [SelectStatement; 2] {
    let keys = [Grants::RoleId, Grants::Kind, Grants::PrincipalId, Grants::Id];
    let in_order = |mut select: SelectStatement| {
        if let Some((grant, again)) = after {
            let values = [
                bind(grant.role_definition_id),
                bind(grant.kind),
                bind(grant.principal_id),
                bind(grant.id),
            ];
            select.and_where(follows(keys.map(column), values, *again));
        }
        for key in keys {
            select.order_by((Grants::Table, key), Order::Asc);
        }
        select
            .and_where(not_indexed(column(Grants::StartsAt)).lte(bind(query.at)))
            .and_where(is_not_over(page.listed_at));
        finish(select, query, page.limit)
    };
    [
        in_order(of_role(query.role)),
        in_order(
            by_role(query.role, None)
                .0
                .and_where(is_ended())
                .and_where(column(Grants::EndedAt).gt(bind(page.listed_at)))
                .to_owned(),
        ),
    ]
}

/// Open grants, of one role if it is about one.
fn of_role(role: Option<RoleDefinitionId>) -> SelectStatement {
    let mut select = grants().and_where(is_open()).to_owned();
    if let Some(role) = role {
        select.and_where(column(Grants::RoleId).eq(bind(role)));
    }
    select
}

/// Those whose end is recorded, and those whose end only the clock knows yet.
fn over(query: &HoldingsQuery, page: &ThenPage, after: Option<&(Grant, bool)>) -> Vec<SelectStatement> {
    let over_by = |mut select: SelectStatement, role: Expr, end: Grants| {
        select
            .and_where(column(end).gt(bind(query.at)))
            .and_where(column(end).lte(bind(page.listed_at)))
            .and_where(not_indexed(column(Grants::StartsAt)).lte(bind(query.at)))
            .order_by_expr(role, Order::Asc)
            .order_by((Grants::Table, end), Order::Asc)
            .order_by((Grants::Table, Grants::Id), Order::Asc);
        finish(select, query, page.limit)
    };
    let ended = |(mut select, role): (SelectStatement, Expr)| {
        select.and_where(is_ended());
        over_by(select, role, Grants::EndedAt)
    };
    // Of these there are few, so that their end is what to find them by.
    let mut unrecorded = grants().and_where(is_open()).to_owned();
    let of_role = column(Grants::RoleId);
    let Some((last, again)) = after else {
        return vec![
            ended(by_role(query.role, None)),
            over_by(unrecorded, of_role, Grants::EndsAt),
        ];
    };
    let (role, end, id) = (last.role_definition_id, last.over_at(), last.id);
    let (mut same_role, first) = by_role(Some(role), None);
    same_role.and_where(follows(
        [Grants::EndedAt, Grants::Id].map(column),
        [bind(end), bind(id)],
        *again,
    ));
    unrecorded.and_where(follows(
        [Grants::RoleId, Grants::EndsAt, Grants::Id].map(column),
        [bind(role), bind(end), bind(id)],
        *again,
    ));
    let mut all = vec![
        ended((same_role, first)),
        over_by(unrecorded, of_role, Grants::EndsAt),
    ];
    if query.role.is_none() {
        all.push(ended(by_role(None, Some(role))));
    }
    all
}

/// Grants of one role, or of every role after one, with what they are sorted by first: role by role, so that each is an
/// index's range in time.
fn by_role(role: Option<RoleDefinitionId>, after: Option<RoleDefinitionId>) -> (SelectStatement, Expr) {
    if let Some(role) = role {
        let of_role = grants()
            .and_where(column(Grants::RoleId).eq(bind(role)))
            .to_owned();
        return (of_role, column(Grants::RoleId));
    }
    let id = Expr::col((Roles::Table, Roles::Id));
    // The database keeps to this order of the tables.
    let mut select = Query::select()
        .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
        .from(Roles::Table)
        .cross_join(Grants::Table)
        .and_where(column(Grants::RoleId).equals((Roles::Table, Roles::Id)))
        .to_owned();
    if let Some(after) = after {
        select.and_where(id.clone().gt(bind(after)));
    }
    (select, id)
}

/// That a row's keys follow some values, or are these.
fn follows<const N: usize>(keys: [Expr; N], values: [Expr; N], again: bool) -> Expr {
    let (keys, values) = (Expr::tuple(keys), Expr::tuple(values));
    if again { keys.gte(values) } else { keys.gt(values) }
}

/// What every statement asks besides.
fn finish(mut select: SelectStatement, query: &HoldingsQuery, limit: usize) -> SelectStatement {
    if let Some(role) = query.role {
        select.and_where(not_indexed(column(Grants::RoleId)).eq(bind(role)));
    }
    if let Some(kind) = query.kind {
        select.and_where(column(Grants::Kind).eq(bind(kind)));
    }
    if let Some(scope) = query.scope {
        select.and_where(column(Grants::Scope).eq(bind(scope)));
    }
    select.limit(u64::try_from(limit).unwrap_or(u64::MAX)).to_owned()
}

/// The open ones and the ended ones of some principals.
pub(super) fn statements_of(
    query: &HoldingsQuery,
    principals: &[ObjectId],
    after: Option<GrantId>,
    limit: usize,
) -> [SelectStatement; 2] {
    let of_them = |mut select: SelectStatement| {
        let them = principals.iter().map(|principal| bind(*principal));
        select
            .and_where(column(Grants::PrincipalId).is_in(them))
            .and_where(not_indexed(column(Grants::StartsAt)).lte(bind(query.at)))
            .and_where(is_not_over(query.at))
            .order_by((Grants::Table, Grants::Id), Order::Asc);
        if let Some(after) = after {
            select.and_where(column(Grants::Id).gt(bind(after)));
        }
        finish(select, query, limit)
    };
    [
        of_them(
            grants()
                .and_where(is_open())
                .and_where(of_either_kind())
                .to_owned(),
        ),
        of_them(
            grants()
                .and_where(column(Grants::EndedAt).gt(bind(query.at)))
                .to_owned(),
        ),
    ]
}
